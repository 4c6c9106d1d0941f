package salesplan

import (
	"strings"
	"unicode"

	"github.com/salesplan/salesplan/diag"
)

// numberUnits are the units of amounts with their powers of ten, longer names
// before those that they end in.
func numberUnits() []numberUnit {
	return []numberUnit{
		{"百万元", 6}, {"百万", 6}, {"千元", 3}, {"万元", 4}, {"亿元", 8}, {"元", 0},
		{"千", 3}, {"万", 4}, {"亿", 8}, {"K", 3}, {"k", 3}, {"M", 6},
	}
}

type numberUnit struct {
	text  string
	power int
}

// powerOf returns the power of ten that a unit stands for.
func powerOf(unit string) (power int, ok bool) {
	for _, u := range numberUnits() {
		if u.text == unit {
			return u.power, true
		}
	}
	return 0, unit == ""
}

// signExample says in a fault what a sign is.
const signExample = `a currency's sign such as "¥", "$" or "EUR"`

// maxSignBytes is the longest currency sign.
const maxSignBytes = 8

// check adds the faults of the format, with paths below path.
func (f NumberFormat) check(path string, c *diag.Collector) {
	if d := f.Decimal; d != "" && d != "." && d != "," {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/decimal", Value: d, Bound: `".", ","`})
	}
	switch g := f.Group; g {
	case "", ",", ".", "'", " ", "\u00a0", "\u202f":
		if g != "" && g == f.decimal() {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/group", Value: g, Bound: "the decimal sign"})
		}
	default:
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/group", Value: g, Bound: `",", ".", "'", " "`})
	}
	if _, ok := powerOf(f.Unit); !ok {
		var names []string
		for _, u := range numberUnits() {
			names = append(names, u.text)
		}
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/unit", Value: diag.Clip(f.Unit), Bound: strings.Join(names, ", "), Near: diag.Nearest(f.Unit, names)})
	}
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsDigit(r) || !unicode.IsPrint(r) || strings.ContainsRune(`.,'-+`, r)
	}
	if len(f.Sign) > maxSignBytes || strings.ContainsFunc(f.Sign, odd) {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/sign", Value: diag.Clip(f.Sign), Bound: signExample})
	}
}

// unmarked returns text without the currency's sign and the unit, and the
// power of ten by which the amount is to be multiplied.
func (f NumberFormat) unmarked(text string) (bare string, power int, ok bool) {
	if f.Unit == "" && f.Sign == "" {
		return text, 0, true
	}
	minus := false
	cutMinus := func() {
		if rest, cut := strings.CutPrefix(text, "-"); cut && !minus {
			text, minus = strings.TrimLeft(rest, " \u00a0"), true
		}
	}
	cutMinus()
	signed := false
	if f.Sign != "" {
		if rest, cut := strings.CutPrefix(text, f.Sign); cut {
			text, signed = strings.TrimLeft(rest, " \u00a0"), true
			cutMinus()
		} else if rest, cut := strings.CutSuffix(text, f.Sign); cut {
			text, signed = strings.TrimRight(rest, " \u00a0"), true
		}
	}
	if f.Unit != "" {
		power, _ = powerOf(f.Unit)
		for _, u := range numberUnits() {
			if rest, cut := strings.CutSuffix(text, u.text); cut {
				text, power = strings.TrimRight(rest, " \u00a0"), u.power
				break
			}
		}
		if f.Sign != "" && !signed {
			text = strings.TrimRight(strings.TrimSuffix(text, f.Sign), " \u00a0")
		}
	}
	if text == "" || text[0] == '-' {
		return "", 0, false
	}
	if minus {
		text = "-" + text
	}
	return text, power, true
}

// twoWays reports whether s is a day that has another meaning when day and
// month change places.
func twoWays(s string) bool {
	monthFirst, _ := parseDatePattern("m/d/yyyy")
	dayFirst, _ := parseDatePattern("d/m/yyyy")
	a, codeA := monthFirst.parse(s)
	b, codeB := dayFirst.parse(s)
	return codeA == "" && codeB == "" && a != b
}
