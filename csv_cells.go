package salesplan

import (
	"strings"
	"unicode"
)

// NeutralCell returns a text as a cell of a table that no spreadsheet takes for
// a formula: an apostrophe stands before a text that begins with =, +, - or @
// (or their full-width forms), also behind spaces, separators, quotes and
// characters that can't be seen, before one that begins with a tab, a line end
// or NUL, and before one that begins with an apostrophe. Every other text is
// returned as it is, and so are plain numbers, "-5.25". [PlainCell] undoes it.
//
// A writer must quote cells that have a comma, a semicolon or a tab in them,
// whichever separator it uses: a program that takes another one for the
// separator would find a formula behind it.
func NeutralCell(s string) string {
	if strings.HasPrefix(s, "'") || isFormula(s) && !isPlainNumber(s) {
		return "'" + s
	}
	return s
}

// PlainCell returns the text of a cell that [NeutralCell] made. Cells of other
// programs are returned as they are, but for an apostrophe before what begins
// like a formula.
func PlainCell(s string) string {
	rest, cut := strings.CutPrefix(s, "'")
	if cut && (strings.HasPrefix(rest, "'") || isFormula(rest)) {
		return rest
	}
	return s
}

// isFormula reports whether a spreadsheet might take s for a formula.
func isFormula(s string) bool {
	if s != "" && strings.IndexByte("\t\r\n\x00", s[0]) >= 0 {
		return true
	}
	for _, r := range s {
		switch r {
		case '=', '+', '-', '@', '＝', '＋', '－', '＠', '−':
			return true
		case '"', ',', ';', '|', '%':
			continue
		}
		if !unicode.IsSpace(r) && !unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zs) {
			return false
		}
	}
	return false
}

// isPlainNumber reports whether s is a number as tables of this package have
// it: "-5.25".
func isPlainNumber(s string) bool {
	whole, fraction, cut := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return allDigits(whole) && (!cut || allDigits(fraction))
}
