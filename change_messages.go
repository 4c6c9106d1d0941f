package salesplan

import "github.com/salesplan/salesplan/diag"

// changePhrases are what faults of changes carry as values.
func changePhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "a change", ZH: "一项变更"},
		diag.Message{EN: "a place, such as /units/li-na/to", ZH: "位置，如 /units/li-na/to"},
		diag.Message{EN: "a value", ZH: "一个值"},
		diag.Message{EN: "a field", ZH: "字段"},
		diag.Message{EN: "a name", ZH: "名称"},
		diag.Message{EN: "a blank", ZH: "空格"},
		diag.Message{EN: "first, last or after", ZH: "first、last 或 after"},
		diag.Message{EN: "a field without a slash, or an object", ZH: "不含斜杠的字段，或一个对象"},
		diag.Message{EN: "an entry of a list with names", ZH: "有名称的列表中的条目"},
		diag.Message{EN: "a list with names, or - for its end", ZH: "有名称的列表，或用 - 表示末尾"},
		diag.Message{EN: "the axis's table has this unit", ZH: "该单元来自维度的表格"},
		diag.Message{EN: "the parent, or the place /axes/AXIS/units/ID", ZH: "parent，或位置 /axes/AXIS/units/ID"},
	)
}
