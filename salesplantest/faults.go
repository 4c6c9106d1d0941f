package salesplantest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
)

// RequireFaults fails the test at once unless err has exactly the faults of
// want, in that order. Each is written as its code and its path, "/" for the
// root:
//
//	_, err := salesplan.Decode(file, salesplan.DecodeOptions{})
//	salesplantest.RequireFaults(t, err, "unknown /goals/0/owner", "off-step /goals/0/target")
//
// Without want, err must be nil. What is missing is reported with a minus, what
// came instead with a plus and all that the fault says, at most [MaxReported]
// of them.
func RequireFaults(t testing.TB, err error, want ...string) {
	t.Helper()
	faults := diag.All(err)
	got := make([]string, len(faults))
	for i, f := range faults {
		got[i] = faultName(f)
	}
	switch {
	case err != nil && len(faults) == 0:
		t.Fatalf("not a fault: %v", err)
	case !slices.Equal(got, want):
		t.Fatalf("other faults than wanted (- wanted, + found):\n%s", faultDiff(faults, got, want))
	}
}

func faultName(f *diag.Fault) string {
	if f.Path == "" {
		return string(f.Code) + " /"
	}
	return string(f.Code) + " " + f.Path
}

// faultDiff lists want and got in one order, with the fewest marks: a minus for
// what only want has, a plus for what only got has, a blank for what both have.
func faultDiff(faults diag.Faults, got, want []string) string {
	common := commonAfter(got, want)
	var lines []string
	marked := 0
	mark := func(line string) {
		if marked++; marked <= MaxReported {
			lines = append(lines, line)
		}
	}
	i, k := 0, 0
	for i < len(got) || k < len(want) {
		switch {
		case i < len(got) && k < len(want) && got[i] == want[k]:
			lines = append(lines, "  "+got[i])
			i, k = i+1, k+1
		case i == len(got) || k < len(want) && common[i][k+1] >= common[i+1][k]:
			mark("- " + want[k])
			k++
		default:
			mark("+ " + faults[i].Error())
			i++
		}
	}
	if marked > MaxReported {
		lines = append(lines, fmt.Sprintf("… and %d more", marked-MaxReported))
	}
	return strings.Join(lines, "\n")
}

// commonAfter returns, for each i and k, how many lines got[i:] and want[k:]
// have in common in the same order.
func commonAfter(got, want []string) [][]int {
	n := make([][]int, len(got)+1)
	for i := range n {
		n[i] = make([]int, len(want)+1)
	}
	for i := len(got) - 1; i >= 0; i-- {
		for k := len(want) - 1; k >= 0; k-- {
			if got[i] == want[k] {
				n[i][k] = n[i+1][k+1] + 1
			} else {
				n[i][k] = max(n[i+1][k], n[i][k+1])
			}
		}
	}
	return n
}
