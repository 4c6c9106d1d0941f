package salesplan

import (
	"encoding/json"
	"slices"

	"github.com/salesplan/salesplan/document"
)

// order returns the order of a merged list's entries. Those of the base keep the
// order of the side that moved some; those that were added stand behind the
// entry of the base that they follow on their side.
func (m *merger) order(l mergeList, merged map[string]*document.Node, at sites) []string {
	kept := func(names []string) []string {
		var out []string
		for _, name := range names {
			_, inBase := l.inBase[name]
			if inBase && merged[name] != nil {
				out = append(out, name)
			}
		}
		return out
	}
	order := m.keptOrder(kept(l.base.names), l.fill(kept(l.ours.names), kept(l.base.names)), l.fill(kept(l.theirs.names), kept(l.base.names)), at)
	rank := make(map[string]int, len(order))
	for i, name := range order {
		rank[name] = i + 1
	}
	atOurs, atTheirs := l.additions(l.ours.names, rank, merged), l.additions(l.theirs.names, rank, merged)
	ours, theirs := behind(l.ours.names, atOurs, atTheirs), behind(l.theirs.names, atTheirs, atOurs)
	var out []string
	for i := range len(order) + 1 {
		if i > 0 {
			out = append(out, order[i-1])
		}
		out = append(out, unite(ours[i], theirs[i])...)
	}
	return out
}

// fill puts entries that a side has removed, but which stay because of a
// conflict, behind the entries that they follow in the base.
func (l mergeList) fill(side, base []string) []string {
	if len(side) == len(base) {
		return side
	}
	has := make(map[string]bool, len(side))
	for _, name := range side {
		has[name] = true
	}
	behind := map[string][]string{}
	last := ""
	var out []string
	for _, name := range base {
		switch {
		case has[name]:
			last = name
		case last == "":
			out = append(out, name)
		default:
			behind[last] = append(behind[last], name)
		}
	}
	for _, name := range side {
		out = append(append(out, name), behind[name]...)
	}
	return out
}

// keptOrder merges the orders of the base's entries.
func (m *merger) keptOrder(base, ours, theirs []string, at sites) []string {
	switch {
	case slices.Equal(ours, theirs) || slices.Equal(base, theirs):
		return ours
	case slices.Equal(base, ours):
		return theirs
	}
	m.conflict(at, namesJSON(base), namesJSON(ours), namesJSON(theirs))
	return base
}

func namesJSON(names []string) json.RawMessage {
	n := document.Node{Kind: document.Array}
	for _, name := range names {
		n.Items = append(n.Items, document.Node{Kind: document.String, Text: name})
	}
	return rawOf(&n)
}

// additions says behind which entry of the base each entry stands that a side
// adds: its rank from 1, 0 being the beginning.
func (l mergeList) additions(names []string, rank map[string]int, merged map[string]*document.Node) map[string]int {
	at, last := map[string]int{}, 0
	for _, name := range names {
		_, inBase := l.inBase[name]
		switch {
		case rank[name] > 0:
			last = rank[name]
		case !inBase && merged[name] != nil:
			at[name] = last
		}
	}
	return at
}

// behind lists what a side adds by where it stands, in the side's order. What
// the other side adds further ahead stands there.
func behind(names []string, at, other map[string]int) map[int][]string {
	out := map[int][]string{}
	for _, name := range names {
		i, ok := at[name]
		if k, both := other[name]; ok && (!both || i <= k) {
			out[i] = append(out[i], name)
		}
	}
	return out
}

// unite joins what both sides add at one place, in the order of the names; what
// one side alone adds keeps its order.
func unite(ours, theirs []string) []string {
	switch {
	case len(theirs) == 0 || slices.Equal(ours, theirs):
		return ours
	case len(ours) == 0:
		return theirs
	}
	out := slices.Concat(ours, theirs)
	slices.Sort(out)
	return slices.Compact(out)
}
