package diag

import "strings"

// Nearest returns the name in names that is closest to s by edit distance
// (insertions, deletions, substitutions and swaps of neighbours, ignoring
// case), if that distance is at most a third of the longer of the two;
// otherwise "". The first of equally close names is returned.
// It takes O(len(names) · len(s)²) time and looks only at names of similar
// length and at texts of up to 64 characters.
func Nearest(s string, names []string) string {
	const limit = 64
	a := []rune(strings.ToLower(strings.TrimSpace(s)))
	if len(a) == 0 || len(a) > limit {
		return ""
	}
	best, bestDist := "", -1
	for _, name := range names {
		if len(name) > 4*limit {
			continue
		}
		b := []rune(strings.ToLower(name))
		longest := max(len(a), len(b))
		allowed := max(longest/3, 1)
		if len(b) > limit || max(len(a)-len(b), len(b)-len(a)) > allowed {
			continue
		}
		d := distance(a, b)
		if d <= allowed && d < longest && (bestDist < 0 || d < bestDist) {
			best, bestDist = name, d
		}
	}
	return best
}

// distance is the optimal string alignment distance (Damerau 1964,
// restricted).
func distance(a, b []rune) int {
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
