package salesplan

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// joinNames lists names for a message, at most ten of them.
func joinNames(names []string) string { return joinSome(names, ", ") }

// joinChain lists the names of a chain for a message.
func joinChain(names []string) string { return joinSome(names, " → ") }

func joinSome(names []string, sep string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], sep) + sep + "… (" + strconv.Itoa(len(names)) + ")"
	}
	return strings.Join(names, sep)
}

// nameList is an argument that lists names.
func nameList(name string, names []string) diag.Arg {
	return diag.Arg{Name: name, Kind: diag.KindName, Text: joinNames(names)}
}

// counted writes a number with the word that goes with it.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// cleanName reports whether a name is valid text of visible characters, with
// no spaces around it.
func cleanName(s string) bool {
	if !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	for _, r := range s {
		if r != ' ' && !unicode.IsGraphic(r) || unicode.Is(unicode.Zs, r) && r != ' ' {
			return false
		}
	}
	return true
}

// ratText writes a rational with up to eight decimals.
func ratText(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(8), "0")
}
