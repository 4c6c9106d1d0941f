package salesplan

import (
	"cmp"
	"slices"
	"strings"
)

// A levelChain is a path of columns down a tree, its leaves last.
type levelChain struct {
	table   *tableProfile
	columns []*columnProfile

	// above has the text of each column but the last for each text of the
	// last.
	above map[string][]string
}

// joined is the column of another table that has the texts of a column of the
// deals; nil if none has half of them.
func (d *drafter) joined(deals *columnProfile) (*tableProfile, *columnProfile) {
	var table *tableProfile
	var column *columnProfile
	best := 0
	for _, g := range d.groups {
		if _, used := d.roles[g]; used || g == d.deals {
			continue
		}
		for _, c := range g.columns {
			// Units stand once, or a few times, in the table that lists them.
			if c.twice || len(c.texts) == 0 || 2*len(c.texts) < c.kept && len(c.texts) < len(deals.texts) {
				continue
			}
			if n := covered(deals, c); n > best && 2*n >= deals.kept {
				best, table, column = n, g, c
			}
		}
	}
	return table, column
}

// covered returns how many rows of a column have a text that another has too,
// but for case, spaces and punctuation.
func covered(c, by *columnProfile) (n int) {
	known := make(map[string]bool, len(by.texts))
	for _, s := range by.texts {
		known[looseName(s)] = true
	}
	for _, s := range c.texts {
		if known[looseName(s)] {
			n += c.rows[s]
		}
	}
	return n
}

// maxLevelColumns is how many columns are looked at for levels.
const maxLevelColumns = 16

// chain finds the levels above a column of a table: those columns whose text
// the column's text determines, in the longest chain of which each determines
// the next. Columns with a header among the words go before others; others
// count only where asked for.
func (d *drafter) chain(t *tableProfile, leaf *columnProfile, words string, others bool) (levelChain, error) {
	out := levelChain{table: t, columns: []*columnProfile{leaf}}
	candidates := d.levelColumns(t, leaf, words, others)
	if len(candidates) == 0 {
		return out, nil
	}
	above, bad, err := d.determined(t, leaf, candidates)
	if err != nil {
		return out, err
	}
	var keep []int
	for k := range candidates {
		if !bad[k] {
			keep = append(keep, k)
		}
	}
	// The finest level first; of levels that are one and the same, the left.
	slices.SortStableFunc(keep, func(a, b int) int { return cmp.Compare(len(candidates[b].texts), len(candidates[a].texts)) })
	path := longestChain(keep, func(fine, coarse int) bool {
		return len(candidates[fine].texts) > len(candidates[coarse].texts) && determines(above, fine, coarse)
	})
	slices.Reverse(path) // from the top
	out.columns = nil
	for _, k := range path {
		out.columns = append(out.columns, candidates[k])
	}
	out.columns = append(out.columns, leaf)
	out.above = make(map[string][]string, len(above))
	for text, all := range above {
		for _, k := range path {
			out.above[text] = append(out.above[text], all[k])
		}
	}
	return out, nil
}

// levelColumns are the columns that may be levels above leaf.
func (d *drafter) levelColumns(t *tableProfile, leaf *columnProfile, words string, others bool) []*columnProfile {
	var named, unnamed []*columnProfile
	for _, c := range t.columns {
		if c == leaf || c.twice || t == d.deals && slices.Contains(d.cols.list(), c) ||
			10*c.kept < 9*leaf.kept || len(c.texts) >= len(leaf.texts) || c.isDays("") || c.isNumbers(NumberFormat{}) {
			continue
		}
		if isLevel(c.plain, words) {
			named = append(named, c)
		} else if 2 <= len(c.texts) && 2*len(c.texts) <= len(leaf.texts) {
			unnamed = append(unnamed, c)
		}
	}
	if len(named) == 0 && others {
		named = unnamed
	}
	return named[:min(len(named), maxLevelColumns)]
}

// determined reads a table and returns the texts of the columns for each text
// of leaf, and which columns have two for one.
func (d *drafter) determined(t *tableProfile, leaf *columnProfile, columns []*columnProfile) (map[string][]string, []bool, error) {
	above := map[string][]string{}
	bad := make([]bool, len(columns))
	count := func(cells []string) {
		text := cells[leaf.at]
		if leaf.rows[text] == 0 {
			return
		}
		known := above[text]
		if known == nil {
			known = make([]string, len(columns))
			for k, c := range columns {
				known[k] = strings.Clone(cells[c.at])
			}
			above[strings.Clone(text)] = known
			return
		}
		for k, c := range columns {
			bad[k] = bad[k] || known[k] != cells[c.at]
		}
	}
	ignored := 0
	for _, table := range t.tables {
		r, err := openDraft(table)
		if err == nil {
			err = d.eachRow(r, count, &ignored)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return above, bad, nil
}

// determines reports whether the text of one column determines that of another.
func determines(above map[string][]string, fine, coarse int) bool {
	of := map[string]string{}
	for _, all := range above {
		if other, known := of[all[fine]]; known && other != all[coarse] {
			return false
		}
		of[all[fine]] = all[coarse]
	}
	return true
}

// longestChain returns the longest chain among items, each of which is below
// the next; the first of several.
func longestChain(items []int, below func(fine, coarse int) bool) []int {
	length := make([]int, len(items))
	next := make([]int, len(items))
	best := -1
	for i := len(items) - 1; i >= 0; i-- {
		length[i], next[i] = 1, -1
		for j := i + 1; j < len(items); j++ {
			if length[j] >= length[i] && below(items[i], items[j]) {
				length[i], next[i] = length[j]+1, j
			}
		}
		if best < 0 || length[i] >= length[best] {
			best = i
		}
	}
	var out []int
	for i := best; i >= 0; i = next[i] {
		out = append(out, items[i])
	}
	return out
}
