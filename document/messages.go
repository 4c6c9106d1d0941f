package document

import "github.com/salesplan/salesplan/diag"

// Messages returns in two languages what the faults of this package carry as
// values. The faults' own texts are those of [diag.Messages].
func Messages() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "{n#} bytes", ZH: "{n#} 字节"},
		diag.Message{EN: "at most {n#} characters", ZH: "最多 {n#} 个字符"},
		diag.Message{EN: "at most {n#} digits", ZH: "最多 {n#} 位数字"},
		diag.Message{EN: "an exponent within ±{n#}", ZH: "±{n#} 以内的指数"},
		diag.Message{EN: "a number such as {number}", ZH: "数字，例如 {number}"},
		diag.Message{EN: `"," or "}"`, ZH: `"," 或 "}"`},
		diag.Message{EN: `"," or "]"`, ZH: `"," 或 "]"`},
		diag.Message{EN: "a key in double quotes", ZH: "双引号中的键"},
		diag.Message{EN: "a JSON value", ZH: "JSON 值"},
		diag.Message{EN: "a digit", ZH: "一位数字"},
		diag.Message{EN: "no zero before the first digit", ZH: "首位数字前不带零"},
		diag.Message{EN: "no byte order mark here", ZH: "此处不带字节顺序标记"},
		diag.Message{EN: "a closing quote", ZH: "右引号"},
		diag.Message{EN: controlEscape, ZH: "该控制字符的转义，或在其之前的右引号"},
		diag.Message{EN: escapes, ZH: `\" \\ \/ \b \f \n \r \t 或 \u 加四位十六进制数字`},
		diag.Message{EN: "both halves of a surrogate pair", ZH: "完整的代理对"},
		diag.Message{EN: "a reader", ZH: "读取器"},
	)
}
