package svg

import (
	"unicode"
	"unicode/utf8"
)

// Width returns how wide text is about at most when it is drawn in a usual
// sans-serif font of the given size: characters of East Asian width (Unicode
// Standard Annex #11, wide and fullwidth) are as wide as the font is high, marks
// have no width, Latin letters that of DejaVu Sans, which is wider than Arial,
// Helvetica, Segoe UI and Noto Sans.
func Width(text string, size Length) Length {
	sum := int64(0)
	for _, r := range text {
		sum += advance(r)
	}
	return Length(sum * int64(size) / 1000)
}

// Fit returns text if its [Width] is at most width, else as much of it as has
// room, with "…" for the rest. It cuts between characters as people see them:
// not before a mark or inside of an emoji of several parts. It returns "" if
// there is no room for one character and "…".
func Fit(text string, size, width Length) string {
	if Width(text, size) <= width {
		return text
	}
	room := int64(width)*1000/max(int64(size), 1) - advance('…')
	sum, end := int64(0), 0
	for at := 0; at < len(text); {
		next := at + Cluster(text[at:])
		for _, r := range text[at:next] {
			sum += advance(r)
		}
		if sum > room {
			break
		}
		if text[at:next] != " " {
			end = next
		}
		at = next
	}
	if end == 0 {
		return ""
	}
	return text[:end] + "…"
}

// Cluster returns how many bytes the first character of text has as people see
// it: a letter with its marks, an emoji with its parts, a flag. It follows the
// rules of Unicode Standard Annex #29 that matter for cutting, without those for
// Hangul written in single letters and Indic conjuncts.
func Cluster(text string) int {
	first, end := utf8.DecodeRuneInString(text)
	joined := false
	flag := isFlag(first)
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		switch {
		case r == joiner:
			joined = true
		case extends(r):
		case joined:
			joined = false
		case flag && isFlag(r):
			flag = false
		default:
			return end
		}
		end += size
	}
	return end
}

const joiner = '\u200D'

// extends reports whether a rune belongs to the one before: a mark, a variation
// selector (marks too) or a skin tone.
func extends(r rune) bool {
	return r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r >= 0x1F3FB && r <= 0x1F3FF
}

// isFlag reports whether two of a rune make a flag.
func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// advance is the width of a rune in thousandths of the font's size.
func advance(r rune) int64 {
	switch {
	case r < ' ':
		return latin[0]
	case r < 127:
		return int64(latin[r-' '])
	case r == '…':
		return 1000
	case r == joiner || r == '\uFEFF' || extends(r) && (r < 0x1F3FB || r > 0x1F3FF) && !unicode.Is(unicode.Mc, r):
		return 0
	case wide(r):
		return 1000
	case r < 0x250:
		return 800
	}
	return 900
}

// latin are the widths of DejaVu Sans from space to tilde.
var latin = [95]int64{
	318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
	636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
	575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
	611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
	278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
}

// wide reports whether a rune is wide or fullwidth by Unicode Standard Annex
// #11, or punctuation of ambiguous width that Chinese fonts draw wide.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return r == '·' || r == '×'
	case r <= 0x115F:
		return true
	case r >= 0x2010 && r <= 0x203B, r >= 0x2460 && r <= 0x24FF:
		return true
	case r < 0x2E80:
		return r >= 0x2600 && r <= 0x27BF || r == 0x231A || r == 0x231B || r >= 0x23E9 && r <= 0x23F3 || r >= 0x2B1B && r <= 0x2B55
	case r <= 0xA4CF:
		return r != 0x303F
	case r >= 0xA960 && r <= 0xA97F, r >= 0xAC00 && r <= 0xD7A3, r >= 0xF900 && r <= 0xFAFF:
		return true
	case r >= 0xFE10 && r <= 0xFE6F, r >= 0xFF00 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6:
		return true
	}
	return r >= 0x16FE0 && r <= 0x1B2FF || r >= 0x1F000 && r <= 0x1FAFF || r >= 0x20000 && r <= 0x3FFFD
}
