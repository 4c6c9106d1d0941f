package report

import (
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A tongue says things in one language.
type tongue struct{ zh bool }

func tongueOf(lang diag.Lang) tongue { return tongue{lang == diag.Chinese} }

// pick returns the text of the language.
func (t tongue) pick(en, zh string) string {
	if t.zh {
		return zh
	}
	return en
}

// fill puts values into a text: pairs of a name and what stands for {name}.
func (t tongue) fill(en, zh string, values ...string) string {
	for i := 1; i < len(values); i += 2 {
		values[i-1] = "{" + values[i-1] + "}"
	}
	return strings.NewReplacer(values...).Replace(t.pick(en, zh))
}

// months are the English names; their first three letters are the short ones.
func months() []string {
	return []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
}

// weekdays are those of two letters, from Sunday.
func (t tongue) weekday(d calendar.Date) string {
	i := int(d.Weekday())
	return t.pick([]string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}[i], []string{"日", "一", "二", "三", "四", "五", "六"}[i])
}

// month is the short name of a day's month.
func (t tongue) month(d calendar.Date) string {
	n := int(d.Month())
	return t.pick(months()[n-1][:3], strconv.Itoa(n)+"月")
}

func (t tongue) year(d calendar.Date) string {
	return strconv.Itoa(d.Year()) + t.pick("", "年")
}

// monthYear is the name of a month with its year, the short one if asked for.
func (t tongue) monthYear(d calendar.Date, short bool) string {
	switch {
	case t.zh:
		return t.year(d) + t.month(d)
	case short:
		return t.month(d) + " " + t.year(d)
	}
	return months()[d.Month()-1] + " " + t.year(d)
}

// quarter is the name of a day's quarter.
func (t tongue) quarter(d calendar.Date) string {
	return t.pick("Q", "第") + strconv.Itoa((int(d.Month())+2)/3) + t.pick("", "季度")
}

// day is a day without its year.
func (t tongue) day(d calendar.Date) string {
	n := strconv.Itoa(d.Day())
	return t.pick(n+" "+t.month(d), t.month(d)+n+"日")
}

// date is a day with its year.
func (t tongue) date(d calendar.Date) string {
	return t.pick(t.day(d)+" "+t.year(d), t.year(d)+t.day(d))
}

// length says a time in days of eight hours, or of 24 where it is elapsed, and
// in hours below one day; with a decimal where it takes one. Negative times are
// said with a minus.
func (t tongue) length(d calendar.Duration) string {
	minutes, sign := d.Minutes, ""
	if minutes < 0 {
		minutes, sign = -minutes, "−"
	}
	per, unit := int64(calendar.MinutesPerWorkDay), t.pick(" d", " 天")
	if d.Elapsed {
		per, unit = 24*60, t.pick(" ed", " 日历天")
	}
	switch {
	case minutes == 0:
		return "0" + unit
	case minutes < 60:
		per, unit = 1, t.pick(" min", " 分钟")
	case minutes < per:
		per, unit = 60, t.pick(" h", " 小时")
	}
	tenths := (minutes*10 + per/2) / per
	text := strconv.FormatInt(tenths/10, 10)
	if tenths%10 != 0 {
		text += "." + strconv.FormatInt(tenths%10, 10)
	}
	return sign + text + unit
}

// working says working minutes.
func (t tongue) working(minutes int64) string { return t.length(calendar.Duration{Minutes: minutes}) }

// count says a number of things; the English word takes an s for several.
func (t tongue) count(n int, en, zh string) string {
	number := grouped(n)
	if t.zh {
		return number + " " + zh
	}
	if n != 1 {
		en += "s"
	}
	return number + " " + en
}

// grouped writes a number, not negative, in groups of three digits.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// names joins several names.
func (t tongue) names(list []string) string { return strings.Join(list, t.pick(", ", "、")) }

// driver says what made a date; "" for what goes without saying.
func (t tongue) driver(d salesplan.Driver, name func(string) string, who func(string) string) string {
	switch d.Kind {
	case salesplan.DriverLink:
		lag := ""
		if !d.Lag.IsZero() {
			lag = " " + t.lag(d.Lag)
		}
		how := map[salesplan.LinkType][2]string{
			salesplan.LinkFinishToStart:  {"after “{task}”{lag}", "在“{task}”完成后{lag}"},
			salesplan.LinkStartToStart:   {"starts with “{task}”{lag}", "与“{task}”同时开始{lag}"},
			salesplan.LinkFinishToFinish: {"finishes with “{task}”{lag}", "与“{task}”同时完成{lag}"},
			salesplan.LinkStartToFinish:  {"finishes when “{task}” starts{lag}", "“{task}”开始时完成{lag}"},
		}[d.Link]
		return t.fill(how[0], how[1], "task", name(d.Task), "lag", lag)
	case salesplan.DriverResource:
		if d.Task == "" {
			return t.fill("waits for {who}", "等待 {who}", "who", who(d.Resource))
		}
		return t.fill("waits for {who}, until then at “{task}”", "等待 {who}（此前在做“{task}”）", "who", who(d.Resource), "task", name(d.Task))
	case salesplan.DriverConstraint:
		return t.constraint(d.Constraint)
	case salesplan.DriverAsOf:
		return t.pick("not done yet", "尚未完成")
	}
	return ""
}

// lag says a lag with its sign.
func (t tongue) lag(l salesplan.Lag) string {
	text := l.String()
	if l.Percent.IsZero() {
		text = t.length(l.Time)
	}
	if l.Percent.Sign() < 0 || l.Time.Minutes < 0 {
		return text
	}
	return "+" + text
}

func (t tongue) constraint(c *salesplan.Constraint) string {
	if c == nil {
		return ""
	}
	how := map[salesplan.ConstraintKind][2]string{
		salesplan.ConstraintStartNoEarlier:  {"starts no earlier than {on}", "不早于 {on} 开始"},
		salesplan.ConstraintStartNoLater:    {"starts no later than {on}", "不晚于 {on} 开始"},
		salesplan.ConstraintFinishNoEarlier: {"finishes no earlier than {on}", "不早于 {on} 完成"},
		salesplan.ConstraintFinishNoLater:   {"finishes no later than {on}", "不晚于 {on} 完成"},
		salesplan.ConstraintMustStart:       {"must start on {on}", "必须于 {on} 开始"},
		salesplan.ConstraintMustFinish:      {"must finish on {on}", "必须于 {on} 完成"},
		salesplan.ConstraintManual:          {"put there by hand", "手动安排"},
	}[c.Kind]
	return t.fill(how[0], how[1], "on", c.On.String())
}

// lastDay is the day on which something ends: midnight is still the day before.
func lastDay(i calendar.Instant) calendar.Date {
	if i.Minute() == 0 {
		return i.AddMinutes(-1).Date()
	}
	return i.Date()
}
