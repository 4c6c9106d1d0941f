package salesplan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func relatedPlan() *Plan {
	return &Plan{
		Version: Version,
		Metrics: []Metric{{ID: "revenue", Step: dec("0.01")}, {ID: "customers", Step: dec("1")}, {ID: "deal", Step: dec("0.01")}},
		Axes:    []Axis{{ID: "org", Of: FieldOwner, Units: unitList("company", "east < company", "ann < east", "ben < east", "west < company")}, {ID: "segment", Of: FieldSegment, Units: unitList("schools", "shops")}},
		Goals: []Goal{
			{ID: "revenue-2027", Metric: "revenue", Period: "2027", Target: dec("3000000"), Owner: "company"},
			{ID: "customers-2027", Metric: "customers", Period: "2027", Every: "month", Target: dec("10"), Owner: "company"},
			{ID: "deal-2027", Metric: "deal", Period: "2027", Target: dec("25000"), Owner: "company"},
		},
		Relations: []Relation{{Result: "revenue-2027", Factors: []string{"customers-2027", "deal-2027"}}},
	}
}

// Revenue = customers × average deal: 120 × 25,000 is 3,000,000; at 22,000 it
// is 2,640,000, 12 % too little.
func TestPlan_CheckRelations(t *testing.T) {
	p := relatedPlan()
	fs, err := p.CheckRelations()
	require.NoError(t, err)
	require.Empty(t, fs)

	p.Goals[2].Target = dec("22000")
	fs, err = p.CheckRelations()
	require.NoError(t, err)
	require.Equal(t, []string{"relation-broken goal revenue-2027"}, keysOf(fs))
	require.Equal(t, "3000000 2640000 -360000 0.12", argOf(t, fs[0], "target")+" "+argOf(t, fs[0], "product")+" "+argOf(t, fs[0], "by")+" "+argOf(t, fs[0], "share"))
	require.Equal(t, diag.Advice{Action: codeAdviceRelation, Amount: "360000", Until: "2027-01-01", Owner: "company"}, fs[0].Advice[0])
	require.Equal(t, "Goal revenue-2027 is 3,000,000, but customers-2027 × deal-2027 make 2,640,000: -360,000 off, 12 % of the goal. Change one of the goals by 360,000 before 2027-01-01; company decides.",
		Catalogue().Text(fs[0], diag.English))

	tests := []struct {
		name    string
		factors []string
		allowed string
		want    int
	}{
		{"within the tolerance given", []string{"customers-2027", "deal-2027"}, "0.12", 0},
		{"just outside", []string{"customers-2027", "deal-2027"}, "0.119999", 1},
		{"numbers", []string{"customers-2027", "25000"}, "0", 0},
		{"a share", []string{"deal-2027", "120", "1.25", "0.5"}, "0.5", 0},
		{"nothing makes something", []string{"0"}, "0.9", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.Relations = []Relation{{Result: "revenue-2027", Factors: tt.factors, Tolerance: weight(dec(tt.allowed))}}
			fs, err := p.CheckRelations()
			require.NoError(t, err)
			require.Len(t, fs, tt.want)
		})
	}
}

func TestPlan_StrategyFaults(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Plan)
		want   string
	}{
		{"relations to nothing", func(p *Plan) { p.Relations[0] = Relation{} }, "/relations/0/result required, /relations/0/factors required"},
		{"unknown goals", func(p *Plan) {
			p.Relations[0] = Relation{Result: "revenu-2027", Factors: []string{"customer-2027", "", "1e999"}}
		},
			"/relations/0/result unknown, /relations/0/factors/0 unknown, /relations/0/factors/1 required, /relations/0/factors/2 unknown"},
		{"itself", func(p *Plan) { p.Relations[0].Factors[0] = "revenue-2027" }, "/relations/0/factors/0 cycle"},
		{"other periods", func(p *Plan) { p.Goals[2].Period = "2027-Q1" }, "/relations/0/factors/1 mismatch"},
		{"too many", func(p *Plan) { p.Relations[0].Factors = make([]string, 17) }, "/relations/0/factors too-many"},
		{"tolerance", func(p *Plan) { p.Relations[0].Tolerance = weight(dec("-0.1")) }, "/relations/0/tolerance out-of-range"},
		{"strategy", func(p *Plan) {
			p.Strategy = &Strategy{Segments: []string{"Schools", "schools", ""}, Competitors: make([]string, 1001)}
		}, "/strategy/segments/1 duplicate, /strategy/segments/2 required, /strategy/competitors too-many"},
		{"thresholds", func(p *Plan) {
			p.SMART = &SMARTRule{Deviations: weight(dec("-1")), Capacity: weight(decimal.New(1, 999999999)), Baseline: weight(dec("1.1")), Growths: 1, ReachDays: -1, CheckpointDays: 40000}
		}, "/smart/deviations out-of-range, /smart/capacity out-of-range, /smart/baseline out-of-range, /smart/growths out-of-range, /smart/reachDays out-of-range, /smart/checkpointDays out-of-range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := relatedPlan()
			tt.change(p)
			require.Equal(t, tt.want, places(p.Validate()))
			_, err := p.CheckRelations()
			require.Equal(t, tt.want, places(err))
			_, err = p.CheckGoals(nil)
			require.Equal(t, tt.want, places(err))
		})
	}
}

// Strategy, thresholds and relations stand in the document and in clones.
func TestPlan_StrategyDocument(t *testing.T) {
	const text = `{"salesplan": "1", "metrics": [{"id": "m", "step": "1"}],
		"goals": [{"id": "g", "metric": "m", "period": "2027", "target": "6"}],
		"relations": [{"result": "g", "factors": ["2", "3"], "tolerance": "0.02"}],
		"strategy": {"positioning": "the local one", "segments": ["schools"], "advantages": ["next-day service"], "competitors": ["Acme"]},
		"smart": {"deviations": "1.5", "growths": 4, "capacity": "1.1", "baseline": "0.1", "reachDays": 30, "checkpointDays": 31}}`
	p, err := Decode(strings.NewReader(text), DecodeOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"schools", "next-day service", "Acme"}, p.Strategy.items())
	require.Equal(t, "1.5", p.SMART.Deviations.Decimal.String())
	require.Equal(t, 30, p.SMART.ReachDays)
	c := p.Clone()
	require.Equal(t, p, c)
	c.Strategy.Segments[0], c.SMART.Growths, c.Relations[0].Factors[0] = "x", 9, "7"
	require.Equal(t, "schools 4 2", p.Strategy.Segments[0]+" "+string(rune('0'+p.SMART.Growths))+" "+p.Relations[0].Factors[0])
	var b bytes.Buffer
	require.NoError(t, Encode(&b, p))
	again, err := Decode(&b, DecodeOptions{})
	require.NoError(t, err)
	require.Equal(t, p, again)
	fs, err := p.CheckRelations()
	require.NoError(t, err)
	require.Empty(t, fs)
}

// Every message says the same in both languages.
func TestBesideMessages(t *testing.T) {
	for code, m := range besideMessages() {
		en, enMaybe := m.Names(diag.English)
		zh, zhMaybe := m.Names(diag.Chinese)
		require.Equal(t, unique(en), unique(zh), code)
		require.Equal(t, unique(enMaybe), unique(zhMaybe), code)
		require.Equal(t, m, Catalogue()[code], "no other message has this code")
	}
}

func TestContainsWord(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       bool
	}{
		{"win schools in the east", "schools", true}, {"preschools", "schools", false}, {"preschools and schools", "schools", true},
		{"开拓学校市场", "学校", true}, {"beat acme's price", "acme", true}, {"acme2", "acme", false}, {"", "x", false}, {"x", "x", true},
	} {
		require.Equal(t, tt.want, containsWord(tt.text, tt.word), tt.text)
	}
}

func TestYearsBefore(t *testing.T) {
	require.Equal(t, calendar.Month(2027, 2), yearsBefore(calendar.Month(2028, 2), 1))
	require.Equal(t, calendar.Year(2025), yearsBefore(calendar.Year(2028), 3))
	require.Equal(t, calendar.Month(2028, 2), yearsBefore(calendar.Month(2029, 2), 1))
}
