package salesplan

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// A Conflict is a place that two plans changed in different ways.
type Conflict struct {
	// Path is the place, with names in the place of numbers, as in a change.
	Path string `json:"path"`

	// Base, Ours and Theirs are the values as JSON; one that is not there is
	// left out. Where a list's order is in conflict they are the names of its
	// entries.
	Base   json.RawMessage `json:"base,omitempty"`
	Ours   json.RawMessage `json:"ours,omitempty"`
	Theirs json.RawMessage `json:"theirs,omitempty"`

	// OursAt and TheirsAt are where the values stand in the two documents, as
	// JSON pointers with numbers of entries; of a value that is not there, the
	// nearest place around it.
	OursAt   string `json:"oursAt"`
	TheirsAt string `json:"theirsAt"`
}

// Merge returns the plan with the changes that two others made to a common
// base. What only one side changed is taken from it, what both changed to the
// same is taken; entries of lists are found by their names (see [Change]).
// Anything else is a conflict, and the plan keeps what the base has there; that
// a side changed what the other removed is one, too. Conflicts stand in the
// order of the document.
//
// A list keeps the order of the side that changed it. What both sides add at
// the same place stands in the order of its names. So with ours and theirs the
// other way round the plan is the same, and the conflicts are the same with
// their sides exchanged.
//
// The plan is validated: faults have the paths of [Plan.Validate] in the merged
// plan, and then the plan is nil. That happens where sides fit each other's
// place but not each other: one removes a unit below which the other adds one.
// Plans that are nil or can't be encoded are faults at /base, /ours and /theirs.
// Axes that are read from tables are to be filled again by [Plan.WithTables].
// Time is near-linear in the plans.
func Merge(base, ours, theirs *Plan) (*Plan, []Conflict, error) {
	var c diag.Collector
	trees := versions{namedTree(base, "/base", &c), namedTree(ours, "/ours", &c), namedTree(theirs, "/theirs", &c)}
	if err := c.Err(); err != nil {
		return nil, nil, err
	}
	m := &merger{types: structTypes{}}
	merged := m.values(trees, sites{})
	out, err := DecodeTree(placeless(merged))
	if err != nil {
		return nil, m.conflicts, err
	}
	return out, m.conflicts, nil
}

// placeless takes the lines and columns of what Encode wrote away: they are of a
// text that nobody has.
func placeless(n *document.Node) *document.Node {
	out := *n
	out.Line, out.Column = 0, 0
	out.Items, out.Keys = slices.Clone(n.Items), slices.Clone(n.Keys)
	for i := range out.Items {
		out.Items[i] = *placeless(&out.Items[i])
	}
	for i := range out.Keys {
		out.Keys[i].Line, out.Keys[i].Column = 0, 0
	}
	return &out
}

// versions are the values of a place in the three plans; nil where it isn't
// there.
type versions struct{ base, ours, theirs *document.Node }

func (v versions) all(is func(n *document.Node) bool) bool {
	return v.base != nil && v.ours != nil && v.theirs != nil && is(v.base) && is(v.ours) && is(v.theirs)
}

// lists reports whether all three are lists. One that is not there in the base
// is one without entries.
func (v *versions) lists() bool {
	if v.base == nil {
		v.base = &document.Node{Kind: document.Array}
		if !v.all(ofKind(document.Array)) {
			v.base = nil
		}
	}
	return v.all(ofKind(document.Array))
}

// areObjects reports whether all three are objects. One that is not there in the
// base has nothing in it, if its field is one that every plan has, such as the
// calendar; an entry, or a field such as a goal's split, is new as a whole.
func (m *merger) areObjects(v *versions, at sites) bool {
	if object := ofKind(document.Object); v.base == nil && v.ours != nil && v.theirs != nil && object(v.ours) && object(v.theirs) && len(at.named) > 0 {
		t, around := typeAt(m.types, at.named), typeAt(m.types, at.named[:len(at.named)-1])
		for around != nil && around.Kind() == reflect.Pointer {
			around = around.Elem()
		}
		if t != nil && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map) && around != nil && around.Kind() == reflect.Struct {
			v.base = &document.Node{Kind: document.Object}
		}
	}
	return v.all(ofKind(document.Object))
}

func ofKind(k document.Kind) func(n *document.Node) bool {
	return func(n *document.Node) bool { return n.Kind == k }
}

// sites are the paths of a place: with names, and in the documents of ours and
// theirs.
type sites struct{ named, ours, theirs []string }

// child is the place of a member or entry. A side that doesn't have it stays
// where it is.
func (p sites) child(name string, ours, theirs string) sites {
	out := sites{named: below(p.named, name), ours: p.ours, theirs: p.theirs}
	if ours != "" {
		out.ours = below(p.ours, ours)
	}
	if theirs != "" {
		out.theirs = below(p.theirs, theirs)
	}
	return out
}

type merger struct {
	types     structTypes
	conflicts []Conflict
}

// values merges a place; nil is nothing.
func (m *merger) values(v versions, at sites) *document.Node {
	switch {
	case sameValue(v.ours, v.theirs) || sameValue(v.base, v.theirs):
		return v.ours
	case sameValue(v.base, v.ours):
		return v.theirs
	case m.areObjects(&v, at):
		return m.objects(v, at)
	case v.lists():
		if merged, ok := m.lists(v, at); ok {
			return merged
		}
	}
	m.conflict(at, rawOf(v.base), rawOf(v.ours), rawOf(v.theirs))
	return v.base
}

func (m *merger) conflict(at sites, base, ours, theirs json.RawMessage) {
	m.conflicts = append(m.conflicts, Conflict{
		Path: diag.Pointer(at.named...), Base: base, Ours: ours, Theirs: theirs,
		OursAt: diag.Pointer(at.ours...), TheirsAt: diag.Pointer(at.theirs...),
	})
}

// objects merges key by key. The order of keys is that of the plan's fields in
// the end.
func (m *merger) objects(v versions, at sites) *document.Node {
	out := &document.Node{Kind: document.Object}
	base, ours, theirs := membersOf(v.base), membersOf(v.ours), membersOf(v.theirs)
	for _, key := range keysOfAll(v) {
		x := versions{base.get(key), ours.get(key), theirs.get(key)}
		if merged := m.values(x, at.child(key, keyIf(x.ours, key), keyIf(x.theirs, key))); merged != nil {
			out.Keys = append(out.Keys, document.Key{Name: key})
			out.Items = append(out.Items, *merged)
		}
	}
	return out
}

func keyIf(n *document.Node, key string) string {
	if n == nil {
		return ""
	}
	return key
}

// keysOfAll are the keys of all three in alphabetical order, which favours no side.
func keysOfAll(v versions) []string {
	var keys []string
	for _, n := range []*document.Node{v.base, v.ours, v.theirs} {
		for _, k := range n.Keys {
			keys = append(keys, k.Name)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// A mergeList is a list in the three plans.
type mergeList struct {
	base, ours, theirs       namedList
	inBase, inOurs, inTheirs map[string]int
}

// lists merges entry by entry; false if the entries' names don't agree.
func (m *merger) lists(v versions, at sites) (*document.Node, bool) {
	var names [3][]string
	by := nameless
	for i, n := range []*document.Node{v.base, v.ours, v.theirs} {
		if len(n.Items) == 0 {
			continue // as the others are named
		}
		list, own := entryNames(n)
		if own == nameless || by != nameless && by != own {
			return nil, false
		}
		names[i], by = list, own
	}
	base, ours, theirs := names[0], names[1], names[2]
	l := mergeList{base: namedList{v.base, base}, ours: namedList{v.ours, ours}, theirs: namedList{v.theirs, theirs}}
	l.inBase, l.inOurs, l.inTheirs = l.base.index(), l.ours.index(), l.theirs.index()

	all := slices.Concat(base, ours, theirs)
	slices.Sort(all)
	all = slices.Compact(all)
	merged := map[string]*document.Node{}
	var found [][]Conflict // by entry, to be put in their order
	place := map[string]int{}
	for _, name := range all {
		x := versions{l.base.entry(l.inBase, name), l.ours.entry(l.inOurs, name), l.theirs.entry(l.inTheirs, name)}
		own := &merger{types: m.types}
		if n := own.values(x, at.child(name, numberOf(l.inOurs, name), numberOf(l.inTheirs, name))); n != nil {
			merged[name] = n
		}
		place[name] = len(found)
		found = append(found, own.conflicts)
	}
	order := m.order(l, merged, at)
	out := &document.Node{Kind: document.Array}
	for _, name := range order {
		out.Items = append(out.Items, *merged[name])
	}
	m.take(slices.Concat(order, all), place, found)
	return out, true
}

// take adds the entries' conflicts in the order of names.
func (m *merger) take(names []string, place map[string]int, found [][]Conflict) {
	for _, name := range names {
		i := place[name]
		m.conflicts = append(m.conflicts, found[i]...)
		found[i] = nil
	}
}

func (l namedList) entry(at map[string]int, name string) *document.Node {
	if i, ok := at[name]; ok {
		return &l.n.Items[i]
	}
	return nil
}

func numberOf(at map[string]int, name string) string {
	if i, ok := at[name]; ok {
		return strconv.Itoa(i)
	}
	return ""
}
