package diag

import (
	"math/big"
	"strings"
)

// text writes an argument for people: amounts and counts in groups of three
// digits, shares in percent. Anything else stays as it is.
func (a Arg) text() string {
	switch a.Kind {
	case KindAmount, KindCount:
		return grouped(a.Text)
	case KindShare:
		return percent(a.Text)
	}
	return a.Text
}

// isNumber reports whether s is digits with perhaps a sign and a fraction.
func isNumber(s string) bool {
	whole, fraction, hasFraction := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return whole != "" && isDigits(whole) && isDigits(fraction) && (fraction != "") == hasFraction
}

func isDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// grouped writes the whole digits of a number in groups of three. What is no
// number, or begins with zeros that mean something, stays as it is.
func grouped(s string) string {
	whole := s
	if i := strings.IndexByte(s, '.'); i >= 0 {
		whole = s[:i]
	}
	fraction := s[len(whole):]
	digits, isNegative := strings.CutPrefix(whole, "-")
	if !isNumber(s) || len(digits) < 4 || digits[0] == '0' {
		return s
	}
	var b strings.Builder
	if isNegative {
		b.WriteByte('-')
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String() + fraction
}

// percent writes a fraction of 1 in percent with at most one decimal. A share
// never reads as 0 % or 100 % unless it is.
func percent(s string) string {
	if !isNumber(s) {
		return s
	}
	share, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	hundred := big.NewRat(100, 1)
	text := strings.TrimSuffix(new(big.Rat).Mul(share, hundred).FloatString(1), ".0")
	size := new(big.Rat).Abs(share)
	switch below, isWhole := size.Cmp(big.NewRat(1, 1)), strings.TrimPrefix(text, "-"); {
	case isWhole == "0" && share.Sign() > 0:
		text = "< 0.1"
	case isWhole == "0" && share.Sign() < 0:
		text = "> -0.1"
	case isWhole == "100" && below < 0 && share.Sign() > 0:
		text = "> 99.9"
	case isWhole == "100" && below < 0:
		text = "< -99.9"
	case isWhole == "0":
		text = "0"
	}
	return grouped(text) + " %"
}
