package main

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// Codes of the program's own faults and findings.
const (
	codeUsage     diag.Code = "usage"
	codeNoID      diag.Code = "missing-id"
	codeLeftOut   diag.Code = "goal-left-out"
	codeTotalLine diag.Code = "total-line"
	codeHidden    diag.Code = "findings-hidden"
	codeSkipped   diag.Code = "goal-not-split"
	codeYAML      diag.Code = "yaml"
	codeAlias     diag.Code = "yaml-alias"
	codeTag       diag.Code = "yaml-tag"
	codeDirective diag.Code = "yaml-directive"
	codeComment   diag.Code = "yaml-comment"
	codeExists    diag.Code = "file-exists"
	codeNoDeals   diag.Code = "no-deals"
	codeCustomers diag.Code = "customer-rows"
	codeGuessed   diag.Code = "gb18030-guessed"
	codeWide      diag.Code = "wide-targets"
	codeConflict  diag.Code = "merge-conflict"
)

// programMessages are the texts of the program's own codes.
func programMessages() diag.Catalogue {
	return diag.Catalogue{
		codeUsage: {
			EN: "{value} (salesplan --help says how to call it)",
			ZH: "{value}（用法见 salesplan --help）",
		},
		codeNoID: {
			EN: "{count} units of axis {subject} have no id in {system} and keep their own: {units}.",
			ZH: "维度 {subject} 有 {count} 个单元在 {system} 中没有标识，保留自身标识：{units}。",
		},
		codeLeftOut: {
			EN: "Goal {subject} has nothing to show here ({query}) and is left out.",
			ZH: "目标 {subject} 没有可显示的内容（{query}），已略去。",
		},
		codeYAML: {
			EN: "[{path}: ]the YAML cannot be read[ (line {line}, column {column})][: {value}]",
			ZH: "[{path}：]YAML 无法读取[（第 {line} 行第 {column} 列）][：{value}]",
		},
		codeAlias: {
			EN: "{path}[ (line {line})]: anchors, aliases and merge keys are not read in a plan[ (\"{value}\")]; write the value out",
			ZH: "{path}[（第 {line} 行）]：计划中不支持锚点、别名和合并键[（“{value}”）]，请直接写出该值",
		},
		codeTag: {
			EN: "{path}[ (line {line})]: tags are not read in a plan[ (\"{value}\")]; leave it out, the field says what its value is",
			ZH: "{path}[（第 {line} 行）]：计划中不支持标签[（“{value}”）]，请删去；值的类型由字段决定",
		},
		codeComment: {
			EN: "line {line}: the comment \"{value}\" cannot be kept here; put it on a line of its own",
			ZH: "第 {line} 行：注释“{value}”无法保留在此处，请将其单独成行",
		},
		codeDirective: {
			EN: "{path}[ (line {line})]: directives are not read in a plan[ (\"{value}\")]; leave it out",
			ZH: "{path}[（第 {line} 行）]：计划中不支持指令[（“{value}”）]，请删去",
		},
		codeExists: {
			EN: "{path}: the file {value} is there already; --force replaces it",
			ZH: "{path}：文件 {value} 已存在，可用 --force 覆盖",
		},
		codeNoDeals: {
			EN: "this is no table of deals: it has {bound}. Give the table of deals too, or tell with --stages which stage is won",
			ZH: "这不是商机表：表中有 {bound}。请同时给出商机表，或用 --stages 说明哪个阶段为赢单",
		},
		codeCustomers: {
			EN: "{count|row|rows} of the customers could not be read.",
			ZH: "客户表有 {count} 行无法读取。",
		},
		codeGuessed: {
			EN: "{subject} was read as GB18030, which it does not say itself; --input-encoding utf-8 refuses that.",
			ZH: "{subject} 未标明编码，已按 GB18030 读取；--input-encoding utf-8 可拒绝这样读取。",
		},
		codeWide: {
			EN: "[{path}: ]targets in the form of --csv --wide are not read as history; give them as salesplan targets --csv --leaf writes them",
			ZH: "[{path}：]不能把 --csv --wide 形式的目标读作历史，请使用 salesplan targets --csv --leaf 的输出",
		},
		codeConflict: {
			EN: "{subject}: changed in two ways: {base} in the base, {ours} in {here}, {theirs} in {there}.",
			ZH: "{subject}：两处改动不一致：基准为 {base}，{here} 为 {ours}，{there} 为 {theirs}。",
		},
		codeHidden: {
			EN: "findings of lower severity not shown: {count} (--severity info shows them)",
			ZH: "另有 {count} 条级别较低的发现未显示，可用 --severity info 显示",
		},
		codeSkipped: {
			EN: "Goal {subject} is checked, but not split here: it needs {need}.",
			ZH: "目标 {subject} 已检查，但未在此拆分：需要{need}。",
		},
		codeTotalLine: {
			EN: "{path}[ (line {line})]: \"{value}\" is the sum of the others; leave totals out of the table",
			ZH: "{path}[（第 {line} 行）]：“{value}”是其他各项之和，请从表中去掉合计",
		},
	}
}

// programPhrases are what the program's faults and findings carry as values.
func programPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "the past: deals or history", ZH: "过去的数据：商机或历史"},
		diag.Message{EN: "the table {name}", ZH: "表 {name}"},
		diag.Message{EN: "a plan", ZH: "一份计划"},
		diag.Message{EN: "two plans, or two issued targets", ZH: "两份计划，或两份已下达的目标"},
		diag.Message{EN: "a plan with a goal", ZH: "有目标的计划"},
		diag.Message{EN: "a table", ZH: "一张表"},
		diag.Message{EN: "what check or targets wrote with --json", ZH: "check 或 targets 用 --json 写出的内容"},
		diag.Message{EN: "a text for a key", ZH: "文本形式的键"},
		diag.Message{EN: "a cell with quotes in quotes", ZH: "含引号的单元格应放在引号内"},
		diag.Message{EN: "names in the first row and column, and cells", ZH: "首行和首列为名称，其余为数值"},
		diag.Message{EN: "the smallest amount of a part, such as 0.01 or 1", ZH: "份额的最小单位，如 0.01 或 1"},
		diag.Message{EN: "how --deals is to be read: columns, stages, date", ZH: "--deals 的读取方式：columns、stages、date"},
		diag.Message{EN: "how --customers is to be read: columns", ZH: "--customers 的读取方式：columns"},
		diag.Message{EN: "the deals of the --customers", ZH: "与 --customers 对应的商机"},
		diag.Message{EN: "--deals FILE, or --template {names}", ZH: "--deals FILE，或 --template {names}"},
		diag.Message{EN: "standard input", ZH: "标准输入"},
		diag.Message{EN: "standard input is read for {parameter}", ZH: "标准输入已用于 {parameter}"},
		diag.Message{EN: "JSON is UTF-8", ZH: "JSON 只用 UTF-8"},
		diag.Message{EN: "UTF-8 without NUL, or --input-encoding gb18030", ZH: "不含 NUL 的 UTF-8，或使用 --input-encoding gb18030"},
		diag.Message{EN: "UTF-8 without NUL", ZH: "不含 NUL 的 UTF-8"},
		diag.Message{EN: "line {line}, column {column}", ZH: "第 {line} 行第 {column} 列"},
	)
}

// words are the program's labels in Chinese.
func chineseWords() map[string]string {
	return map[string]string{
		"error": "错误", "warning": "警告", "info": "提示", "interrupted": "已中断",
		"total": "合计", "End": "期末", "Total": "合计", "unit": "单元", "part": "份额", "amount": "金额", "weight": "权重", "valid": "有效", "not formatted": "格式不规范",
		"written": "已写入", "Next:": "下一步：",
		"added": "新增", "removed": "删除", "changed": "变更", "moved": "移动", "place": "位置", "old": "原值", "new": "新值", "first": "最前", "after": "位于其后：",
		"difference": "差额", "period": "期间", "as it is": "现状", "no target changes": "目标没有变化", "moved within": "内部调整",
		"name": "名称", "kind": "类型", "metric": "指标", "step": "步长", "owner": "责任单元", "axes": "维度", "grains": "期间粒度",
		"as of": "截至", "open before": "剩余（原）", "open now": "剩余（现）", "why": "原因", "the year as issued": "全年（下达）", "the year as settled": "全年（结算）",
		"leaver": "离岗", "arrival": "新到岗", "transfer": "调动", "goal": "目标调整", "shortfall": "缺口", "surplus": "超额", "bound": "上下限", "child-goal": "下级目标",
		"carried": "补缺", "offset": "冲抵", "forgiven": "豁免", "open": "未分摊", "rest": "其余",
		"reading": "读取数据", "splitting": "拆分目标", "leveling": "平衡资源",
		"task": "任务", "start": "开始", "finish": "完成", "time": "工期", "float": "时差", "made by": "决定因素",
		"from": "自", "until": "至", "quantity": "数量", "owed": "应完成", "stage": "阶段", "number": "数量", "a day": "每日", "done": "已完成", "it happened": "已发生", "not done yet": "尚未完成",
		"as-late": "尽可能晚", "as-soon": "尽可能早", "nothing to report": "没有需要报告的事项",
		"goals": "目标", "targets": "分解目标", "tasks": "任务",
	}
}

// word returns a label in the language asked for.
func (p *program) word(english string) string {
	if w, ok := chineseWords()[english]; ok && p.lang == string(diag.Chinese) {
		return w
	}
	return english
}

// printable returns s with everything escaped that a terminal would obey:
// control characters, direction marks, bytes that are no text.
func printable(s string) string {
	if !strings.ContainsFunc(s, isUnprintable) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		if piece := s[:size]; strings.ContainsFunc(piece, isUnprintable) || !utf8.ValidString(piece) {
			b.WriteString(diag.Clip(piece))
		} else {
			b.WriteString(piece)
		}
		s = s[size:]
	}
	return b.String()
}

func isUnprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
