package calendar

import "github.com/salesplan/salesplan/diag"

// Messages returns in two languages what the faults of this package carry as
// values. The faults' own texts are those of [diag.Messages].
func Messages() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: periodSpellings, ZH: "2026、2026-H1、2026-Q3、2026-02、2026-W07、2026-01-05 或 2026-01-05/2026-01-16"},
		diag.Message{EN: fiscalSpellings, ZH: "FY2027、FY2027-H1、FY2027-Q3、FY2027-P05 或 FY2027-W07"},
		diag.Message{EN: durationSpellings, ZH: "3d、2w、4h30m、90m 或 3ed"},
		diag.Message{EN: "a period that exists, in the years 0001 to 9999", ZH: "0001 至 9999 年间存在的期间"},
		diag.Message{EN: "a day from 0001-01-01 to 9999-12-31", ZH: "0001-01-01 至 9999-12-31 的日期"},
		diag.Message{EN: "{least-} to {most-}", ZH: "{least-} 至 {most-}"},
		diag.Message{EN: "minutes 0 to 1440", ZH: "0 至 1440 分钟"},
		diag.Message{EN: "at most {n} years", ZH: "最多 {n} 年"},
		diag.Message{EN: "at most {n#} pieces", ZH: "最多 {n#} 段"},
		diag.Message{EN: "at most {n#} digits", ZH: "最多 {n#} 位数字"},
		diag.Message{EN: "at most 9·10¹⁸ steps", ZH: "最多为最小单位的 9·10¹⁸ 倍"},
		diag.Message{EN: "exponent {n#}", ZH: "指数 {n#}"},
		diag.Message{EN: "a step above 0", ZH: "大于 0 的最小单位"},
		diag.Message{EN: "an instant", ZH: "时刻"},
		diag.Message{EN: momentSpellings, ZH: "YYYY-MM-DD 或 YYYY-MM-DDTHH:MM"},
		diag.Message{EN: "a day", ZH: "日期"},
		diag.Message{EN: "a first and a last day", ZH: "首日和末日"},
		diag.Message{EN: "not a holiday too", ZH: "不能同时是假日"},
		diag.Message{EN: "a day that stands nowhere else", ZH: "不能与其他列表重复的日期"},
		diag.Message{EN: "after the shift before it", ZH: "须晚于前一班次"},
		diag.Message{EN: "only with a pattern", ZH: "仅用于有 pattern 时"},
		diag.Message{EN: "only without a pattern", ZH: "仅用于没有 pattern 时"},
		diag.Message{EN: "the day after {weekday-}", ZH: "{weekday-} 的次日"},
	)
}
