package salesplan

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// foldName returns the form in which names are compared: without white space
// at its ends and without regard to case, as by [strings.EqualFold]. Nothing
// else is equal: not a name with other spaces in it, not one that is spelt
// nearly the same.
func foldName(s string) string {
	s = strings.TrimSpace(s)
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'a' <= c && c <= 'z' {
			return strings.Map(foldRune, s)
		}
	}
	return s
}

// foldRune returns the first of the runes that differ from r in case only.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	first := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		first = min(first, f)
	}
	return first
}

// What a spelling that is no unit's means.
const (
	noUnit        int32 = -1
	ambiguousUnit int32 = -2
)

// A spelling is one way in which data may call a unit, and where the unit says
// so.
type spelling struct {
	text string
	path string
}

// unitIndex returns the position in units of each spelling, folded.
//
// IDs and aka come first; one that two units bear is a fault of code
// [diag.Ambiguous]. Then ids in other systems, which are unique in one system
// only (twice in one is a fault), and last names: of two units with the same
// name the leaf of the tree bears it in data, since it is people and products
// that deals name. A spelling that remains open is ambiguousUnit.
// Paths of faults are below the list of units.
func unitIndex(units []Unit) (map[string]int32, diag.Faults) {
	var faults diag.Collector
	index := make(map[string]int32, 2*len(units))
	for i, u := range units {
		addSure(index, units, i, spelling{u.ID, "/id"}, &faults)
		for k, aka := range u.Aka {
			addSure(index, units, i, spelling{aka, "/aka/" + strconv.Itoa(k)}, &faults)
		}
	}
	ids, leaves, inner := make([][]string, len(units)), make([][]string, len(units)), make([][]string, len(units))
	bearers := make(map[[2]string]int)
	isInner := innerUnits(units)
	for i, u := range units {
		for _, system := range sortedKeys(u.IDs) {
			id := u.IDs[system]
			ids[i] = append(ids[i], id)
			key := [2]string{system, strings.TrimSpace(id)}
			if other, twice := bearers[key]; twice && key[1] != "" {
				faults.Add(ambiguous(units, other, i, spelling{id, "/ids/" + diag.Token(system)}))
			}
			bearers[key] = i
		}
		if isInner[i] {
			inner[i] = []string{u.Name}
		} else {
			leaves[i] = []string{u.Name}
		}
	}
	addSpellings(index, ids)
	addSpellings(index, leaves)
	addSpellings(index, inner)
	return index, faults.Kept()
}

// addSure adds a spelling that must mean one unit.
func addSure(index map[string]int32, units []Unit, i int, s spelling, faults *diag.Collector) {
	key := foldName(s.text)
	if key == "" {
		return
	}
	other, taken := index[key]
	if !taken {
		index[key] = int32(i)
	} else if units[other].ID != units[i].ID {
		faults.Add(ambiguous(units, int(other), i, s))
	}
}

func ambiguous(units []Unit, other, i int, s spelling) *diag.Fault {
	return &diag.Fault{Code: diag.Ambiguous, Path: "/" + strconv.Itoa(i) + s.path, Value: s.text,
		Bound: joinNames([]string{units[other].ID, units[i].ID})}
}

// addSpellings adds texts over which those already there take precedence.
func addSpellings(index map[string]int32, texts [][]string) {
	added := make(map[string]int32)
	for i, list := range texts {
		for _, text := range list {
			key := foldName(text)
			if _, taken := index[key]; taken || key == "" {
				continue
			}
			if other, twice := added[key]; twice && other != int32(i) {
				added[key] = ambiguousUnit
			} else {
				added[key] = int32(i)
			}
		}
	}
	for key, unit := range added {
		index[key] = unit
	}
}

// innerUnits says which units have others below them.
func innerUnits(units []Unit) []bool {
	parents := make(map[string]bool)
	for i := range units {
		units[i].eachParent(func(parent string) { parents[parent] = true })
	}
	inner := make([]bool, len(units))
	for i, u := range units {
		inner[i] = parents[u.ID]
	}
	return inner
}

// sortedKeys returns the keys of m in alphabetical order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checkSpellings adds the faults of units that data could not tell apart: a
// spelling that two units of an axis share. Units read from a table are located
// at the axis's table.
func checkSpellings(axes []Axis, c *diag.Collector) {
	for i := range axes {
		a := &axes[i]
		units := a.tree()
		_, faults := unitIndex(units)
		if len(faults) == 0 {
			continue
		}
		written := make(map[string]int, len(a.Units))
		for k, u := range a.Units {
			written[u.ID] = k
		}
		base := "/axes/" + strconv.Itoa(i)
		for _, f := range faults {
			at, rest, _ := strings.Cut(f.Path[1:], "/")
			n, _ := strconv.Atoi(at)
			if k, ok := written[units[n].ID]; ok {
				f.Path = base + "/units/" + strconv.Itoa(k) + "/" + rest
			} else {
				f.Path = base + "/table"
			}
			c.Add(f)
		}
	}
}
