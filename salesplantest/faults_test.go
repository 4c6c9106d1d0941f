package salesplantest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
)

func faultsOf(list ...string) error {
	var out diag.Faults
	for _, s := range list {
		code, path, _ := strings.Cut(s, " ")
		out = append(out, &diag.Fault{Code: diag.Code(code), Path: path, Line: 3, Column: 7, Value: "x"})
	}
	return out
}

func TestRequireFaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want []string
		said string // in the failure; empty if there is none
	}{
		{name: "none"},
		{name: "as wanted", err: faultsOf("unknown /a", "type /b"), want: []string{"unknown /a", "type /b"}},
		{name: "the same twice", err: faultsOf("unknown /a", "unknown /a"), want: []string{"unknown /a", "unknown /a"}},
		{name: "a single fault", err: &diag.Fault{Code: diag.Required, Path: "/plan"}, want: []string{"required /plan"}},
		{name: "at the root", err: &diag.Fault{Code: diag.TooLarge}, want: []string{"too-large /"}},
		{name: "wrapped", err: fmt.Errorf("reading: %w", faultsOf("io /")), want: []string{"io /"}},
		{name: "no error", want: []string{"unknown /a"}, said: "- unknown /a"},
		{name: "not wanted", err: faultsOf("unknown /a"), said: `+ /a (line 3, column 7): unknown "x"`},
		{name: "no fault", err: errors.New("disk full"), said: "not a fault: disk full"},
		{name: "no fault, wanted", err: errors.New("disk full"), want: []string{"io /"}, said: "not a fault: disk full"},
		{name: "an empty list", err: diag.Faults{}, said: "not a fault: "},
		{
			name: "another code", err: faultsOf("unknown /a", "type /b"), want: []string{"unknown /a", "syntax /b"},
			said: "  unknown /a\n- syntax /b\n+ /b (line 3, column 7): type \"x\"",
		},
		{
			name: "another order", err: faultsOf("type /b", "unknown /a"), want: []string{"unknown /a", "type /b"},
			said: "- unknown /a\n  type /b\n+ /a (line 3, column 7): unknown \"x\"",
		},
		{
			name: "one more between", err: faultsOf("type /a", "type /b", "type /c"), want: []string{"type /a", "type /c"},
			said: "  type /a\n+ /b (line 3, column 7): type \"x\"\n  type /c",
		},
		{
			name: "one too few at the end", err: faultsOf("type /a"), want: []string{"type /a", "type /a"},
			said: "  type /a\n- type /a",
		},
	} {
		r := &recorder{}
		RequireFaults(r, tt.err, tt.want...)
		assert.Empty(t, r.errors, tt.name)
		said := strings.TrimPrefix(r.fatal, "other faults than wanted (- wanted, + found):\n")
		assert.Equal(t, tt.said, said, tt.name)
	}
}

func TestRequireFaults_Many(t *testing.T) {
	var want, got []string
	for i := range 50 {
		want, got = append(want, fmt.Sprintf("unknown /a/%d", i)), append(got, fmt.Sprintf("type /a/%d", i))
	}
	r := &recorder{}
	RequireFaults(r, faultsOf(got...), want...)
	lines := strings.Split(r.fatal, "\n")
	assert.Len(t, lines, 1+MaxReported+1)
	assert.Equal(t, "… and 80 more", lines[len(lines)-1])
}

// The diff has all lines of both sides, and as many unmarked as they can share.
func TestRequireFaults_DiffIsWhole(t *testing.T) {
	for seed := range uint64(300) {
		d := &drawer{Rand: newRand(seed)}
		draw := func() []string {
			var out []string
			for range d.IntN(8) {
				out = append(out, pick(d, "type /a", "type /b", "syntax /a"))
			}
			return out
		}
		got, want := draw(), draw()
		diff := faultDiff(diag.All(faultsOf(got...)), got, want)
		counts := map[string]int{}
		for line := range strings.Lines(diff) {
			counts[line[:1]]++
		}
		shared := longestShared(got, want)
		assert.Equal(t, map[string]int{" ": shared, "-": len(want) - shared, "+": len(got) - shared}, fill(counts), diff)
	}
}

func fill(counts map[string]int) map[string]int {
	return map[string]int{" ": counts[" "], "-": counts["-"], "+": counts["+"]}
}

// longestShared tries all selections of a.
func longestShared(a, b []string) int {
	best := 0
	for mask := range 1 << len(a) {
		k, n := 0, 0
		for i, s := range a {
			if mask>>i&1 == 0 {
				continue
			}
			for k < len(b) && b[k] != s {
				k++
			}
			if k == len(b) {
				n = -1
				break
			}
			k, n = k+1, n+1
		}
		best = max(best, n)
	}
	return best
}

// A plan with two mistakes in it, as an app's test may have one.
func TestRequireFaults_Plan(t *testing.T) {
	_, err := salesplan.Decode(strings.NewReader(`{
  "salesplan": "1",
  "metrics": [{"id": "revenue", "setp": "0.01", "step": "one"}]
}`), salesplan.DecodeOptions{})
	RequireFaults(t, err, "unknown-key /metrics/0/setp", "syntax /metrics/0/step")
}
