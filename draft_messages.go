package salesplan

import (
	"cmp"

	"github.com/salesplan/salesplan/diag"
)

// draftMessages returns the texts of the notes of [Draft] and of the names in
// its plans.
func draftMessages() diag.Catalogue {
	return diag.Catalogue{
		"draft-deals":          {EN: "{subject} is taken for the table of deals: {count|row|rows}; {columns}.", ZH: "表 {subject} 视为商机表：{count} 行；{columns}。"},
		"draft-preset":         {EN: "Its columns are those of the ready mapping \"{subject}\"; what differs is in the plan.", ZH: "其列与现成映射“{subject}”一致，不同之处写在计划中。"},
		"draft-formats":        {EN: "In {subject}, days are read as {date} and amounts as {number}.", ZH: "表 {subject} 中的日期按 {date}、金额按 {number} 读取。"},
		"draft-stages":         {EN: "These stages are taken for {~subject}: {stages} ({count|deal|deals}).", ZH: "以下阶段视为{~subject}：{stages}（{count} 个商机）。"},
		"draft-bad-rows":       {EN: "{count|row|rows} of {subject} cannot be read; see the evidence.", ZH: "表 {subject} 有 {count} 行无法读取，详见依据。"},
		"draft-axis":           {EN: "Axis {subject} is read from table {table}, {columns} ({counts} units), which has the names in column {field} of the deals.", ZH: "维度 {subject} 取自表 {table}：{columns}（单元数 {counts}），与商机的 {field} 列对应。"},
		"draft-table-refused":  {EN: "Table {subject} lists the units of axis {axis}, but can't be used: {place}: {~fault}[ \"{value}\"][ ({bound})]. They are taken from the deals.", ZH: "表 {subject} 列出维度 {axis} 的单元，但无法使用：{place}：{~fault}[“{value}”][（{bound}）]；改由商机生成。"},
		"draft-axis-deals":     {EN: "Axis {subject} is made from the deals, {columns}: {count|unit|units}. No table lists them.", ZH: "维度 {subject} 由商机的 {columns} 生成：{count} 个单元；没有列出这些单元的表。"},
		"draft-axis-customers": {EN: "Axis {subject} is made from column {column} of {table}: {count|unit|units}.", ZH: "维度 {subject} 由表 {table} 的 {column} 列生成：{count} 个单元。"},
		"draft-axis-left":      {EN: "Axis {subject} has {count|unit|units}: with it the goal would have {cells} targets, so the proposed goal is not split along it.", ZH: "维度 {subject} 有 {count} 个单元，若按其拆分将有 {cells} 个目标，故建议目标未按该维度拆分。"},
		"draft-too-many":       {EN: "Column {subject} has {count|text|different texts}, more than the {most} of which an axis is made.", ZH: "{subject} 列有 {count} 个不同取值，超过生成维度的上限 {most}。"},
		"draft-customers":      {EN: "{subject} is taken for the table of customers: {count|name|names} in {name}[, segments in {segment}].", ZH: "表 {subject} 视为客户表：{name} 列有 {count} 个客户[，细分在 {segment} 列]。"},
		"draft-unused":         {EN: "{subject} is not used: its columns ({columns}) say nothing about the deals' owners, products or customers.", ZH: "表 {subject} 未使用：其列（{columns}）与商机的负责人、产品或客户无关。"},
		"draft-aka":            {EN: "{count|deal spells|deals spell} {subject} \"{spelling}\"; it is written into axis {axis} as aka. Remove it if another unit is meant.", ZH: "{count} 个商机把 {subject} 写作“{spelling}”，已作为 aka 写入维度 {axis}；如指其他单元请删除。"},
		"draft-currencies":     {EN: "Column {subject} has several currencies ({others}); the plan's is {currency}. Give rates for the others.", ZH: "{subject} 列有多种币种（{others}），计划采用 {currency}；请为其他币种给出汇率。"},
		"draft-no-currency":    {EN: "Nothing says in which currency the amounts are; write it into the plan.", ZH: "无法得知金额的币种，请在计划中写明。"},
		"draft-window":         {EN: "{subject} covers {period}: {won|deal|deals} won ({amount}), {lost} lost, {open} open.", ZH: "表 {subject} 覆盖 {period}：赢单 {won} 个（{amount}），输单 {lost} 个，进行中 {open} 个。"},
		"draft-season":         {EN: "Of {amount} in {period}, each month brought: {months}.", ZH: "{period} 共 {amount}，各月占比：{months}。"},
		"draft-goal":           {EN: "{window} brought {amount} from {deals|deal|deals} in {months|month|months} ({days|working day|working days}). At that rate {period} with its {ahead|working day|working days} brings {base}; with growth of {growth} that is {target}, rounded.", ZH: "{window} 的 {months} 个月（{days} 个工作日）由 {deals} 个商机带来 {amount}；按此速度，{period} 的 {ahead} 个工作日为 {base}，加上 {growth} 的增长并取整为 {target}。"},
		"draft-no-goal":        {EN: "No goal is proposed: {subject} has no won deal with a closing day and an amount.", ZH: "未建议目标：表 {subject} 没有带结单日期和金额的赢单。"},
		"draft-simpler":        {EN: "Goal {subject} is split by simpler rules than by history, which could not be followed: {place}: {~fault}[ \"{value}\"][ ({bound})].", ZH: "目标 {subject} 无法按历史拆分，已采用更简单的规则：{place}：{~fault}[“{value}”][（{bound}）]。"},
		"draft-source":         {EN: "won deals of {table}", ZH: "{table} 中的赢单"},
		"draft-name-plan":      {EN: "Sales plan[ {period}]", ZH: "[{period} ]销售计划"},
		"draft-name-goal":      {EN: "Revenue {period}", ZH: "{period} 销售额"},
		"draft-name-revenue":   {EN: "Revenue", ZH: "销售额"},
		"draft-name-customers": {EN: "New customers", ZH: "新客户"},
		"draft-name-org":       {EN: "Sales organisation", ZH: "销售组织"},
		"draft-name-product":   {EN: "Products", ZH: "产品"},
		"draft-name-segment":   {EN: "Customer segments", ZH: "客户细分"},
	}
}

// faultArgs are the arguments that tell of the first fault of err.
func faultArgs(err error) []diag.Arg {
	all := diag.All(err)
	if len(all) == 0 {
		all = diag.Faults{{Code: diag.IO, Value: diag.Clip(err.Error())}}
	}
	f := all[0]
	return []diag.Arg{
		diag.Name("place", cmp.Or(f.Path, "/")), diag.Text("fault", string(f.Code)), diag.Name("value", f.Value), diag.Text("bound", f.Bound),
	}
}
