package salesplan_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// unitsText is a plan of n units in teams of 50, with all that a unit may have.
func unitsText(n int) string {
	var b strings.Builder
	b.WriteString(`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "company"}`)
	for i := range n - 1 {
		parent := "company"
		if i >= 50 {
			parent = fmt.Sprintf("rep-%d", i/50)
		}
		fmt.Fprintf(&b, ",\n"+`{"id": "rep-%d", "name": "王伟 Wang %d", "parent": %q, "weight": "%d.5", "from": "2027-01-15", "aka": ["Rep %d"], "ids": {"crm": "%d"}}`, i, i, parent, i, i, i)
	}
	b.WriteString("]}]}\n")
	return b.String()
}

func decodeString(text string) (*salesplan.Plan, error) {
	return salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
}

func benchmarkDecode(b *testing.B, text string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeString(text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode_Units reads plans of ten values a unit, a million at most.
func BenchmarkDecode_Units(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkDecode(b, unitsText(n)) })
	}
}

func BenchmarkEncode_Units(b *testing.B) {
	p, err := decodeString(unitsText(100_000))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := salesplan.Encode(io.Discard, p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode_References reads 100,000 goals whose owners are there, and
// as many whose owners are not.
func BenchmarkDecode_References(b *testing.B) {
	b.Run("good", func(b *testing.B) { benchmarkDecode(b, ownersText(100_000, "unit-%d")) })
	b.Run("dangling", func(b *testing.B) {
		text := ownersText(100_000, "unti-%d")
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decodeString(text); err == nil {
				b.Fatal("accepted")
			}
		}
	})
}

// ownersText is a plan of n units and as many goals, with owners by a pattern.
func ownersText(n int, owner string) string {
	var b strings.Builder
	b.WriteString(`{"salesplan": "1", "metrics": [{"id": "m", "step": 1}], "axes": [{"id": "org", "units": [`)
	for i := range n {
		fmt.Fprintf(&b, `%s{"id": "unit-%d"}`, strings.Repeat(",", min(i, 1)), i)
	}
	b.WriteString(`]}], "goals": [`)
	for i := range n {
		fmt.Fprintf(&b, `%s{"id": "g%d", "metric": "m", "period": "2027", "target": 5, "owner": "%s"}`, strings.Repeat(",\n", min(i, 1)), i, fmt.Sprintf(owner, i))
	}
	b.WriteString(`]}`)
	return b.String()
}

// parentsText is a plan of n units with parents by a pattern.
func parentsText(n int, parent string) string {
	var b strings.Builder
	b.WriteString(`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "unit-0"}`)
	for i := range n {
		fmt.Fprintf(&b, ",\n"+`{"id": "unit-%d", "parent": "%s"}`, i+1, fmt.Sprintf(parent, i))
	}
	b.WriteString(`]}]}`)
	return b.String()
}

// TestDecode_AllocatesLittle: no more than 4 KiB a unit, whatever a unit has.
func TestDecode_AllocatesLittle(t *testing.T) {
	const n = 20_000
	for name, text := range map[string]string{"units": unitsText(n), "references": ownersText(n, "unit-%d"), "chain": parentsText(n, "unit-%d")} {
		allocated := allocatedBy(func() {
			_, err := decodeString(text)
			require.NoError(t, err, name)
		})
		t.Logf("%s: %d bytes a unit, %d of text", name, allocated/n, len(text)/n)
		require.Less(t, allocated/n, uint64(4<<10), name)
	}
}

func allocatedBy(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestDecode_DanglingIsCheap: 100,000 references that lead nowhere take no
// more than three times what good ones take; the least of several runs counts.
func TestDecode_DanglingIsCheap(t *testing.T) {
	if testing.Short() || raced() {
		t.Skip("takes some seconds, and the race detector more")
	}
	const n = 100_000
	for name, shape := range map[string]func(int, string) string{"owners": ownersText, "parents": parentsText} {
		good, bad := shape(n, "unit-%d"), shape(n, "unti-%d")
		_, err := decodeString(bad)
		all := diag.All(err)
		require.Len(t, all, diag.MaxKept+1)
		require.Equal(t, fmt.Sprint(n-diag.MaxKept), all[diag.MaxKept].Value, name)
		require.NotEmpty(t, all[0].Near, name)
		ratio := 99.0
		for try := 0; try < 4 && ratio > 3; try++ {
			ratio = min(ratio, quickest(bad)/quickest(good))
		}
		t.Logf("%s: dangling take %.2f of good ones' time", name, ratio)
		require.LessOrEqual(t, ratio, 3.0, name)
	}
}

func quickest(text string) float64 {
	var took []time.Duration
	for range 2 {
		start := time.Now()
		_, _ = decodeString(text)
		took = append(took, time.Since(start))
	}
	return slices.Min(took).Seconds()
}

// A blanks is an endless reader of blanks that counts what it gave.
type blanks struct{ given int64 }

func (b *blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	b.given += int64(len(p))
	return len(p), nil
}

// TestDecode_Endless: of 1 GiB of blanks no more than a byte beyond the limit
// is read.
func TestDecode_Endless(t *testing.T) {
	for _, limit := range []int64{0, 1, 1000, 1 << 20} {
		var b blanks
		_, err := salesplan.Decode(io.LimitReader(&b, 1<<30), salesplan.DecodeOptions{Limits: document.Limits{Bytes: limit}})
		want := limit
		if want == 0 {
			want = 64 << 20
		}
		require.EqualError(t, err, fmt.Sprintf("/: too-large, bound %d bytes", want))
		require.Equal(t, want+1, b.given)
	}
}
