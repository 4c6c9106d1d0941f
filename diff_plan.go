package salesplan

import (
	"slices"
	"sort"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// DiffPlans returns what makes one plan of another: [Apply] of the changes to
// old gives now. Entries of lists are found again by their names (see
// [Change]), wherever they stand; an entry is said to have moved only where the
// order of the others can't explain it. Changes stand in the order of the
// document, in each list those removed first; none if the plans are the same.
//
// Compared are the documents that [Encode] writes, so units that an axis has
// from a table don't count. Two ways of writing an amount ("1.0", "1.00") are a
// difference. Plans that can't be encoded are the faults of Encode below /old
// and /now. Time is near-linear in the plans.
func DiffPlans(old, now *Plan) ([]Change, error) {
	var c diag.Collector
	before, after := namedTree(old, "/old", &c), namedTree(now, "/now", &c)
	if err := c.Err(); err != nil {
		return nil, err
	}
	var d planDiff
	d.values(before, after, nil)
	return d.changes, nil
}

type planDiff struct {
	changes []Change
}

func (d *planDiff) add(kind ChangeKind, path []string, old, now *document.Node) *Change {
	d.changes = append(d.changes, Change{Kind: kind, Path: diag.Pointer(path...), Old: rawOf(old), New: rawOf(now)})
	return &d.changes[len(d.changes)-1]
}

// values compares two values at a place. Plans are a dozen levels deep at most.
func (d *planDiff) values(old, now *document.Node, path []string) {
	switch {
	case sameValue(old, now):
	case old.Kind == document.Object && now.Kind == document.Object:
		d.objects(old, now, path)
	case old.Kind == document.Array && now.Kind == document.Array:
		was, by := entryNames(old)
		is, also := entryNames(now)
		if by == nameless || by != also {
			d.add(ChangeChanged, path, old, now)
			return
		}
		d.lists(namedList{old, was}, namedList{now, is}, path)
	default:
		d.add(ChangeChanged, path, old, now)
	}
}

func (d *planDiff) objects(old, now *document.Node, path []string) {
	was, is := membersOf(old), membersOf(now)
	for k, item := range old.Members() {
		if is.get(k.Name) == nil {
			d.add(ChangeRemoved, below(path, k.Name), item, nil)
		}
	}
	for k, item := range now.Members() {
		if before := was.get(k.Name); before != nil {
			d.values(before, item, below(path, k.Name))
		} else {
			d.add(ChangeAdded, below(path, k.Name), nil, item)
		}
	}
}

// below returns the path of a child, sharing no memory with its siblings'.
func below(path []string, name string) []string {
	return append(slices.Clip(path), name)
}

// A namedList is a list whose entries have names.
type namedList struct {
	n     *document.Node
	names []string
}

func (l namedList) index() map[string]int {
	at := make(map[string]int, len(l.names))
	for i, name := range l.names {
		at[name] = i
	}
	return at
}

// lists compares two lists: what is gone, then, in the new order, what is new
// or stands elsewhere, each behind the entry before it, and what is changed.
// Entries that keep their place are one of the longest rows of entries whose
// order both lists have, so putting the others one by one behind those before
// them makes the new order.
func (d *planDiff) lists(old, now namedList, path []string) {
	was, is := old.index(), now.index()
	for i, name := range old.names {
		if _, ok := is[name]; !ok {
			d.add(ChangeRemoved, below(path, name), &old.n.Items[i], nil)
		}
	}
	places := make([]int, 0, len(now.names)) // in the old list, of those in both
	for _, name := range now.names {
		if i, ok := was[name]; ok {
			places = append(places, i)
		}
	}
	stays := map[int]bool{}
	for _, i := range longestRising(places) {
		stays[i] = true
	}
	for i, name := range now.names {
		k, ok := was[name]
		var c *Change
		switch {
		case !ok:
			c = d.add(ChangeAdded, below(path, name), nil, &now.n.Items[i])
		case !stays[k]:
			c = d.add(ChangeMoved, below(path, name), nil, nil)
		}
		if c != nil {
			if c.First = i == 0; i > 0 {
				c.After = now.names[i-1]
			}
		}
		if ok {
			d.values(&old.n.Items[k], &now.n.Items[i], below(path, name))
		}
	}
}

// longestRising returns one of the longest rising subsequences of distinct
// numbers, by patience sorting (C. Schensted, 1961): n·log n.
func longestRising(xs []int) []int {
	var ends []int // ends[l] is the place of the least end of those of length l+1
	before := make([]int, len(xs))
	for i, x := range xs {
		l := sort.Search(len(ends), func(l int) bool { return xs[ends[l]] >= x })
		before[i] = -1
		if l > 0 {
			before[i] = ends[l-1]
		}
		if l == len(ends) {
			ends = append(ends, i)
		} else {
			ends[l] = i
		}
	}
	out := make([]int, len(ends))
	if len(ends) > 0 {
		for l, i := len(ends)-1, ends[len(ends)-1]; l >= 0; l, i = l-1, before[i] {
			out[l] = xs[i]
		}
	}
	return out
}
