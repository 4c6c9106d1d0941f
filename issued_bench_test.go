package salesplan

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// largeTargets are those of people over the months of a year, a quarter of whom
// arrive during it.
func largeTargets(b testing.TB, people int) *Targets {
	b.Helper()
	units := []Unit{{ID: "company"}}
	for p := range people {
		if p%10 == 0 {
			units = append(units, Unit{ID: fmt.Sprint("team-", p/10), Parent: "company"})
		}
		u := Unit{ID: fmt.Sprint("rep-", p), Parent: fmt.Sprint("team-", p/10), Weight: decimal.NewNullDecimal(decimal.New(int64(50+p*31%101), 0))}
		if p%4 == 3 {
			u.From = calendar.On(2027, 1, 2).AddDays(p * 7 % 300)
		}
		units = append(units, u)
	}
	x, err := Cascade(context.Background(), CascadeRequest{
		Metric: Metric{ID: "revenue", Measure: "CNY", Step: decimal.New(1, -2)},
		Axes:   []Axis{{ID: "org", Units: units}},
		Goal: Goal{ID: "g", Metric: "revenue", Period: "2027", Owner: "company", Target: decimal.New(int64(people), 5), Split: &SplitRule{
			Grains: []calendar.Grain{"quarter", "month"},
			Axes:   []AxisRule{{Axis: "org", BasisRule: BasisRule{Basis: BasisWeights}}},
		}},
	})
	if err != nil {
		b.Fatal(err)
	}
	return targetsWith(x)
}

func BenchmarkEncodeTargets(b *testing.B) {
	t := largeTargets(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if err := EncodeTargets(io.Discard, t, issueDay()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeTargets(b *testing.B) {
	t := largeTargets(b, 100_000)
	text := issuedText(b, t)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeTargets(bytes.NewReader(text), DecodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text))/float64(len(t.parts[0].(*Breakdown).cells)), "B/cell")
}
