package document

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// CheckNumber returns an empty reason if s is a number as JSON writes it
// ("-12.50", "1e3"; no sign "+", no bare point, no leading zero, no blanks)
// and within lim's Number, Digits and Exponent. Otherwise reason is
// [diag.Syntax] if s is no number in this spelling and [diag.OutOfRange] if it
// is beyond a limit, and bound says what it should have kept to. It looks at
// no more than Number+1 characters of s.
func CheckNumber(s string, lim Limits) (reason diag.Code, bound string) {
	return checkNumber(s, lim.filled())
}

func checkNumber(s string, lim Limits) (diag.Code, string) {
	if len(s) > lim.Number {
		return diag.OutOfRange, "at most " + strconv.Itoa(lim.Number) + " characters"
	}
	end, shape := scanNumber(s)
	if end != len(s) || !shape.valid {
		return diag.Syntax, "a number such as 1234.5"
	}
	return shape.within(lim)
}

// A numberShape is what counts about a number's spelling.
type numberShape struct {
	valid    bool
	digits   int // significant ones
	decimals int // digits after the point
	exponent int // as written, ±maxExponent at most
}

// maxExponent is where a written exponent stops being counted.
const maxExponent = 1 << 30

// within returns the limit that a number of this shape exceeds, if any.
func (n numberShape) within(lim Limits) (diag.Code, string) {
	if n.digits > lim.Digits {
		return diag.OutOfRange, "at most " + strconv.Itoa(lim.Digits) + " digits"
	}
	if e := n.exponent - n.decimals; e > lim.Exponent || e < -lim.Exponent {
		return diag.OutOfRange, "an exponent within ±" + strconv.Itoa(lim.Exponent)
	}
	return "", ""
}

// scanNumber returns where the number at the start of s ends, or where it
// stops being one.
func scanNumber(s string) (int, numberShape) {
	var n numberShape
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	start := i
	leading := true // only zeros so far
	digits := func() int {
		from := i
		for ; i < len(s) && isDigit(s[i]); i++ {
			leading = leading && s[i] == '0'
			if !leading {
				n.digits++
			}
		}
		return i - from
	}
	if whole := digits(); whole == 0 || whole > 1 && s[start] == '0' {
		if whole > 1 {
			i = start + 1
		}
		return i, n
	}
	if i < len(s) && s[i] == '.' {
		i++
		if n.decimals = digits(); n.decimals == 0 {
			return i, n
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		return scanExponent(s, i+1, n)
	}
	n.valid = true
	return i, n
}

// scanExponent reads what follows the letter e at i.
func scanExponent(s string, i int, n numberShape) (int, numberShape) {
	negative := false
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		negative = s[i] == '-'
		i++
	}
	from := i
	for ; i < len(s) && isDigit(s[i]); i++ {
		n.exponent = min(n.exponent*10+int(s[i]-'0'), maxExponent)
	}
	if negative {
		n.exponent = -n.exponent
	}
	n.valid = i > from
	return i, n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
