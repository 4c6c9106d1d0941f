package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// crmPhrases returns what the faults and findings of data carry as values.
func crmPhrases() diag.Catalogue {
	list := []diag.Message{
		// Tables.
		{EN: "the table", ZH: "表"},
		{EN: "a table of deals", ZH: "商机表"},
		{EN: "a row of column names", ZH: "一行列名"},
		{EN: "column {name}", ZH: "{name} 列"},
		{EN: "a unit in one of {columns}", ZH: "{columns} 之一中的单元"},
		{EN: "column {name} in row {row}; \"prefix\": true tells them apart", ZH: "第 {row} 行的 {name} 列（可用 \"prefix\": true 区分）"},
		{EN: "below \"{first}\" in row {row}, below \"{second}\" here", ZH: "第 {row} 行在“{first}”之下，此处在“{second}”之下"},
		{EN: "a name", ZH: "名称"},
		{EN: "a day or a period", ZH: "日期或期间"},
		{EN: "a day up to {date-}", ZH: "不晚于 {date-} 的日期"},
		{EN: "{n#} columns", ZH: "{n#} 列"},
		{EN: "a closing quote", ZH: "右引号"},
		{EN: "UTF-8 without NUL", ZH: "不含 NUL 的 UTF-8"},
		{EN: "LF or CR LF at the end of a line", ZH: "行尾为 LF 或 CR LF"},
		{EN: quotedCell, ZH: "含引号的单元格须加引号，例如 \"like \"\"this\"\"\""},
		{EN: "a separator or the end of the line behind a closing quote", ZH: "右引号之后为分隔符或行尾"},

		// Mappings.
		{EN: "the header of the deals' stages", ZH: "商机阶段的列名"},
		{EN: "the header of the days on which deals are closed", ZH: "商机结单日期的列名"},
		{EN: "the header of the customers' names", ZH: "客户名称的列名"},
		{EN: "/columns/close holds both days", ZH: "/columns/close 已含两种日期"},
		{EN: "yyyy, mm or m, dd or d, each once: yyyy-mm-dd", ZH: "yyyy、mm 或 m、dd 或 d 各一次，例如 yyyy-mm-dd"},
		{EN: stageOutcomes, ZH: "各阶段的结果，例如 {\"Closed Won\": \"won\"}"},
		{EN: "the decimal sign", ZH: "小数点"},
		{EN: signExample, ZH: "币种符号，例如 \"¥\"、\"$\" 或 \"EUR\""},
		{EN: "a number such as {number}", ZH: "数字，例如 {number}"},
		{EN: "a number such as {first}, a number such as {second}", ZH: "数字，例如 {first} 或 {second}"},
		{EN: dataYears, ZH: "1900 至 2200 年的日期"},
		{EN: "{n#} days", ZH: "{n#} 天"},

		// Words.
		{EN: "deals", ZH: "商机"},
		{EN: "actuals", ZH: "实绩"},
		{EN: "open", ZH: "进行中"},
		{EN: "won", ZH: "赢单"},
		{EN: "lost", ZH: "输单"},
		{EN: "actual", ZH: "实绩"},
		{EN: "unknown-stage", ZH: "阶段未知"},
	}
	// A table lacks some of what deals have.
	for set := 1; set < 1<<len(dealParts); set++ {
		var en, zh []string
		for i, part := range dealParts {
			if set&(1<<i) != 0 {
				en, zh = append(en, part.EN), append(zh, part.ZH)
			}
		}
		list = append(list, diag.Message{EN: "{columns}, but deals have " + strings.Join(en, ", "), ZH: "{columns}，而商机应有" + strings.Join(zh, "、")})
	}
	return diag.Phrases(list...)
}
