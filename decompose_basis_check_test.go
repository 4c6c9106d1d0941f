package salesplan

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// requireSaid checks that faults can be said in both languages.
func requireSaid(t *testing.T, err error) {
	t.Helper()
	for _, f := range diag.All(err) {
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			text := Catalogue().Text(f, lang)
			require.Contains(t, text, f.Path)
			require.NotContains(t, text, "{")
		}
		if prose := strings.Contains(f.Bound, " ") && !strings.Contains(f.Bound, ", "); prose {
			_, ok := Catalogue().Phrase(f.Bound, diag.Chinese)
			require.True(t, ok, f.Bound)
		}
	}
}

func TestPlan_BasisFaults(t *testing.T) {
	many := make([]BlendPart, 17)
	stages, groups := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	for i := range 1001 {
		stages[fmt.Sprint("s", i)] = decimal.Decimal{}
		groups[fmt.Sprint("g", i)] = dec("1")
	}
	at := "/goal/split/axes/0/"
	tests := []struct {
		name, want, says string
		change           func(r *CascadeRequest, b *BasisRule)
	}{
		{"a blend of 90 %", at + "blend total", "1 or 100", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{}), mixed("40", BasisPart{})}}
		}},
		{"a blend of 100.01 %", at + "blend total", "1.0001", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("0.5", BasisPart{}), mixed("0.5001", BasisPart{})}}
		}},
		{"a blend of nothing", at + "blend no-weight", "", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Normalise: true, Blend: []BlendPart{mixed("0", BasisPart{})}}
		}},
		{"a blend without parts", at + "blend required", "", func(r *CascadeRequest, b *BasisRule) { b.Basis = BasisBlend }},
		{"too many parts", at + "blend too-many", "16", func(r *CascadeRequest, b *BasisRule) { b.Basis, b.Blend = BasisBlend, many }},
		{"a negative share", at + "blend/1/share negative", "", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("101", BasisPart{}), mixed("-1", BasisPart{})}}
		}},
		{"a blend in a blend, and no basis", at + "blend/0/basis invalid, " + at + "blend/1/basis invalid", "headcount", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisBlend}), mixed("50", BasisPart{Basis: "heads"})}}
		}},
		{"parts of no use", at + "newcomers conflict, " + at + "period conflict, " + at + "probability conflict", "in the parts", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Period: "2026", Newcomers: NewcomersMedian, Probability: perhaps("a", "1"), Blend: []BlendPart{mixed("1", BasisPart{})}}
		}},
		{"a blend without its basis", at + "blend conflict, " + at + "normalise conflict", "basis blend", func(r *CascadeRequest, b *BasisRule) {
			b.Blend, b.Normalise = []BlendPart{mixed("1", BasisPart{})}, true
		}},
		{"faults in parts", at + "blend/0/period required, " + at + "blend/1/newcomers invalid, " + at + "blend/1/period syntax, " + at + "blend/2/period conflict, /evidence required", "", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisHistory}), mixed("25", BasisPart{Basis: BasisPipeline, Period: "soon", Newcomers: "none"}), mixed("25", BasisPart{Period: "2026"})}}
		}},
		{"a pipeline of what deals don't count", at + "basis conflict, /evidence required", "metric m counts no deals", func(r *CascadeRequest, b *BasisRule) {
			b.Basis, r.Metric.Counts = BasisPipeline, ""
		}},
		{"a pipeline without evidence", "/evidence required", "open deals", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("1", byPipeline)}}
		}},
		{"groups by history without evidence", "/evidence required", "2026", func(r *CascadeRequest, b *BasisRule) {
			b.Buckets = &BucketRule{By: &BasisPart{Basis: BasisHistory, Period: "2026"}}
		}},
		{"probabilities", at + "probability/N out-of-range, " + at + "probability/a~1b out-of-range, " + at + "probability/n  duplicate, " + at + "probability/p out-of-range, /evidence required", "0 to 1", func(r *CascadeRequest, b *BasisRule) {
			*b = BasisRule{Basis: BasisPipeline, Probability: perhaps("N", "60", "a/b", "-0.1", "n ", "1", "p", "1e-31")}
		}},
		{"too many stages", at + "probability too-many, /evidence required", "1000", func(r *CascadeRequest, b *BasisRule) { b.Basis, b.Probability = BasisPipeline, stages }},
		{"probability of what is no pipeline", at + "probability conflict", "pipeline", func(r *CascadeRequest, b *BasisRule) { b.Probability = perhaps("a", "1") }},
		{"growth", at + "growth/mode invalid, " + at + "growth/units/c unknown", "additive", func(r *CascadeRequest, b *BasisRule) {
			b.Growth = &GrowthRule{Units: map[string]UnitGrowth{"c": {}}}
		}},
		{"growth outside of guardrails", at + "growth/units/a/growth out-of-range, " + at + "growth/units/b/relief out-of-range", "0.05 to 0.25", func(r *CascadeRequest, b *BasisRule) {
			b.Growth = &GrowthRule{Mode: GrowthAdditive, Limits: rails, Units: map[string]UnitGrowth{"a": {Growth: dec("0.3")}, "b": {dec("0.1"), dec("0.06")}}}
		}},
		{"growth of nobody", at + "growth/units required, " + at + "growth/limits/maxRelief order", "", func(r *CascadeRequest, b *BasisRule) {
			b.Growth = &GrowthRule{Mode: GrowthAdditive, Limits: Guardrails{MinRelief: some("0.5"), MaxRelief: some("0.4")}}
		}},
		{"growth of a level", at + "levels/0/growth/units/aa unknown", "units of org", func(r *CascadeRequest, b *BasisRule) {
			r.Goal.Split.Axes[0].Levels = []LevelRule{{1, BasisRule{Growth: &GrowthRule{Mode: GrowthAdditive, Units: map[string]UnitGrowth{"aa": {}}}}}}
		}},
		{"buckets of nothing", at + "buckets/shares required", "or by", func(r *CascadeRequest, b *BasisRule) { b.Buckets = &BucketRule{} }},
		{"buckets in two ways", at + "buckets/by conflict", "shares or by", func(r *CascadeRequest, b *BasisRule) {
			b.Buckets = &BucketRule{By: &BasisPart{}, Shares: perhaps("a", "1")}
		}},
		{"buckets that don't total 100", at + "buckets/shares total", "1 or 100", func(r *CascadeRequest, b *BasisRule) {
			b.Buckets = &BucketRule{Shares: perhaps("a", "60", "b", "30")}
		}},
		{"buckets below nothing", at + "buckets/shares/a~0 negative", "", func(r *CascadeRequest, b *BasisRule) {
			b.Buckets = &BucketRule{Shares: perhaps("a~", "-1", "b", "2")}
		}},
		{"too many buckets", at + "buckets/shares too-many", "64", func(r *CascadeRequest, b *BasisRule) { b.Buckets = &BucketRule{Shares: groups} }},
		{"buckets by a blend", at + "buckets/by/basis invalid", "headcount", func(r *CascadeRequest, b *BasisRule) { b.Buckets = &BucketRule{By: &BasisPart{Basis: BasisBlend}} }},
		{"measures of units", "/axes/0/units/0/potential negative, /axes/0/units/0/fte out-of-range, /axes/0/units/0/group invalid, /axes/0/units/1/fte negative", "", func(r *CascadeRequest, b *BasisRule) {
			r.Axes[0].Units[0].Potential, r.Axes[0].Units[0].FTE, r.Axes[0].Units[0].Group = some("-1"), some("1e40"), " A"
			r.Axes[0].Units[1].FTE = some("-0.5")
		}},
		{"heads above heads", "/axes/0/units/0/fte conflict", "units below", func(r *CascadeRequest, b *BasisRule) {
			r.Axes[0].Units[0].FTE = some("2")
			r.Axes[0].Units = append(r.Axes[0].Units, Unit{ID: "c", Parent: "a"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := flow("100", "2027", nil, "a", "b")
			req.Metric.Counts = CountsWonDeals
			rule := req.Goal.Split.Axes[0].BasisRule
			tt.change(&req, &rule)
			req.Goal.Split.Axes[0].BasisRule = rule
			_, err := Cascade(context.Background(), req)
			require.Equal(t, tt.want, places(err))
			first := diag.All(err)[0]
			require.Contains(t, first.Value+" "+first.Bound, tt.says)
			requireSaid(t, err)
		})
	}
}
