package schematest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A drawer draws plans that are valid.
type drawer struct{ *rand.Rand }

func pick[T any](d drawer, from ...T) T { return from[d.IntN(len(from))] }

func (d drawer) often() bool { return d.IntN(3) > 0 }

func (d drawer) name(prefix string, i int) string {
	return prefix + pick(d, "-", " ", "/", "“", "王伟", "\"", "\\", "~", "\u00e9") + fmt.Sprint(i)
}

func (d drawer) amount() decimal.Decimal {
	return decimal.New(d.Int64N(1e15), int32(d.IntN(40)-20))
}

func (d drawer) maybe() decimal.NullDecimal {
	if d.often() {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(d.amount())
}

func (d drawer) day() calendar.Date {
	return calendar.On(2027, 1, 1).AddDays(d.IntN(365))
}

func (d drawer) period(fiscal bool) string {
	text := pick(d, "2026", "2026-H2", "2026-Q4", "2026-11", "2026-W53", "2026-12-31", "2026-04-01/2027-03-31")
	if fiscal && d.often() {
		text = pick(d, "FY2026", "FY2026-H1", "FY2026-Q2", "FY2026-P12", "FY2026-W01")
	}
	return text
}

func (d drawer) calendar() salesplan.CalendarRule {
	var r salesplan.CalendarRule
	if d.often() {
		r.Holidays, r.Unpublished = salesplan.HolidaysChina, pick(d, "", calendar.UnpublishedRefuse, calendar.UnpublishedWeekdays)
	}
	switch d.IntN(3) {
	case 0:
		r.Fiscal = calendar.Fiscal{FirstMonth: d.IntN(13), NamedBy: pick(d, "", calendar.NamedByStart, calendar.NamedByEnd), WeekStart: pick(d, "", calendar.Sunday)}
	case 1:
		r.Fiscal = calendar.Fiscal{Pattern: pick(d, calendar.Pattern445, calendar.Pattern454, calendar.Pattern544), YearEnd: pick(d, calendar.YearEndLast, calendar.YearEndNearest), Weekday: calendar.Saturday, Month: 1 + d.IntN(12), LeapPeriod: d.IntN(13)}
	}
	if d.often() {
		r.Week = &calendar.WorkWeek{Monday: []calendar.Shift{{From: 8 * 60, To: 12 * 60}, {From: 13*60 + 5, To: 24 * 60}}, Sunday: []calendar.Shift{{From: 0, To: 1}}}
		r.Off, r.On, r.Half = []calendar.Date{calendar.On(2027, 7, 1)}, []calendar.Date{calendar.On(2027, 7, 3), calendar.On(2027, 7, 4)}, []calendar.Date{calendar.On(2027, 7, 2)}
	}
	return r
}

func (d drawer) mapping() *salesplan.Mapping {
	m := &salesplan.Mapping{
		Columns: salesplan.DealColumns{ID: "编号", Owner: "Owner", Stage: "Stage", Closed: "Closed", ExpectedClose: "Expected"},
		Stages:  map[string]salesplan.Outcome{d.name("won", 1): salesplan.OutcomeWon, "lost": salesplan.OutcomeLost, "": salesplan.OutcomeOpen},
		Date:    pick(d, "", "m/d/yyyy", "yyyy年m月d日"), Separator: pick(d, "", salesplan.SeparatorSemicolon, salesplan.SeparatorTab), Covers: pick(d, "", "2026", "2026-01-01/2026-06-30"),
	}
	if d.often() {
		m.Columns.Closed, m.Columns.ExpectedClose, m.Columns.Close = "", "", "Close"
		m.Number = pick(d, salesplan.NumberFormat{Decimal: ",", Group: "."}, salesplan.NumberFormat{Group: "'"}, salesplan.NumberFormat{Group: "\u202f", Decimal: "."})
	}
	return m
}

func (d drawer) axis(i int) salesplan.Axis {
	a := salesplan.Axis{ID: d.name("axis", i), Of: pick(d, "", salesplan.FieldOwner, salesplan.FieldProduct, salesplan.FieldSegment, salesplan.FieldCustomer)}
	for j := range d.IntN(6) {
		u := salesplan.Unit{ID: d.name(fmt.Sprintf("u%d", i), j), Name: pick(d, "", "Ünit"), Weight: d.maybe()}
		if j > 0 && d.often() {
			u.Parent = a.Units[d.IntN(j)].ID
		}
		if d.often() {
			u.From = d.day()
			u.To = u.From.AddDays(d.IntN(100))
			u.Aka = []string{d.name(fmt.Sprintf("aka%d", i), j)}
			u.IDs = map[string]string{"salesforce": fmt.Sprintf("005-%d-%d", i, j), d.name("x", j): fmt.Sprintf("%d/%d", i, j)}
		}
		a.Units = append(a.Units, u)
	}
	if d.IntN(4) == 0 {
		a.Table = &salesplan.AxisTable{File: "people", Columns: []string{"Region", "Name"}, Prefix: d.often()}
	}
	return a
}

func (d drawer) basisPart(fiscal bool) salesplan.BasisPart {
	p := salesplan.BasisPart{
		Basis:     pick(d, "", salesplan.BasisEven, salesplan.BasisWeights, salesplan.BasisHistory, salesplan.BasisPotential, salesplan.BasisHeadcount),
		Newcomers: pick(d, "", salesplan.NewcomersRefuse, salesplan.NewcomersMedian, salesplan.NewcomersWeight),
	}
	if p.Basis == salesplan.BasisHistory {
		p.Period = d.period(fiscal)
	}
	return p
}

func (d drawer) basis(fiscal bool) salesplan.BasisRule {
	p := d.basisPart(fiscal)
	r := salesplan.BasisRule{Basis: p.Basis, Period: p.Period, Newcomers: p.Newcomers}
	if d.IntN(3) == 0 {
		r = salesplan.BasisRule{Basis: salesplan.BasisBlend, Normalise: true}
		for range 1 + d.IntN(3) {
			r.Blend = append(r.Blend, salesplan.BlendPart{Share: decimal.NewFromInt(1 + d.Int64N(9)), BasisPart: d.basisPart(fiscal)})
		}
	}
	switch d.IntN(4) {
	case 0:
		by := d.basisPart(fiscal)
		r.Buckets = &salesplan.BucketRule{By: &by, Normalise: d.often()}
	case 1:
		r.Buckets = &salesplan.BucketRule{Shares: map[string]decimal.Decimal{"A": decimal.NewFromInt(60), "B": decimal.NewFromInt(40)}}
	}
	return r
}

func (d drawer) split(axes []salesplan.Axis, fiscal bool) *salesplan.SplitRule {
	r := &salesplan.SplitRule{Grains: []calendar.Grain{pick(d, calendar.GrainHalf, calendar.GrainQuarter), pick(d, calendar.GrainWeek, calendar.GrainDay)}}
	switch r.Time.Basis = pick(d, "", salesplan.TimeEven, salesplan.TimeDays, salesplan.TimeWorkdays, salesplan.TimeSeasonality, salesplan.TimeHistory); r.Time.Basis {
	case salesplan.TimeHistory:
		r.Time.Period, r.Time.Missing = d.period(fiscal), pick(d, "", "mean", "refuse", "0.08")
	case salesplan.TimeSeasonality:
		for range 12 {
			r.Time.Shares = append(r.Time.Shares, decimal.NewFromInt(1+d.Int64N(9)))
		}
		r.Time.Normalise = true
	}
	if r.Time.Basis != salesplan.TimeDays && r.Time.Basis != salesplan.TimeWorkdays {
		r.Time.Within = pick(d, "", salesplan.TimeDays, salesplan.TimeWorkdays)
	}
	for i := range d.IntN(len(axes) + 1) {
		if len(axes[i].Units) == 0 && axes[i].Table == nil {
			continue
		}
		a := salesplan.AxisRule{Axis: axes[i].ID, BasisRule: d.basis(fiscal)}
		for level := range d.IntN(3) {
			a.Levels = append(a.Levels, salesplan.LevelRule{Level: level + 1, BasisRule: d.basis(fiscal)})
		}
		r.Axes = append(r.Axes, a)
	}
	return r
}

func (d drawer) plan() *salesplan.Plan {
	p := &salesplan.Plan{Version: salesplan.Version, Name: pick(d, "", "Plan\n年"), Currency: pick(d, "", "CNY"), Calendar: d.calendar()}
	if d.often() {
		p.Inputs.Deals = d.mapping()
		p.Rates = []salesplan.Rate{{Currency: "USD", Rate: decimal.New(7, -1)}, {Currency: "USD", From: d.day(), Rate: decimal.New(71, -3)}}
		p.Tolerance = decimal.NewNullDecimal(decimal.New(d.Int64N(11), -1))
	}
	for i := range 1 + d.IntN(3) {
		p.Metrics = append(p.Metrics, salesplan.Metric{
			ID: d.name("m", i), Measure: pick(d, "", "CNY"), Step: decimal.New(1+d.Int64N(999), int32(d.IntN(20)-10)),
			Kind: pick(d, "", salesplan.KindFlow), Counts: pick(d, "", salesplan.CountsWonAmount, salesplan.CountsWonDeals, salesplan.CountsWonCustomers),
		})
	}
	for i := range d.IntN(4) {
		p.Axes = append(p.Axes, d.axis(i))
	}
	for i := range d.IntN(4) {
		m := pick(d, p.Metrics...)
		g := salesplan.Goal{
			ID: d.name("g", i), Metric: m.ID, Period: d.period(true), Target: m.Step.Mul(decimal.NewFromInt(d.Int64N(1e9) - 5e8)),
			Every: pick(d, "", calendar.GrainMonth, calendar.GrainDay), Baseline: d.maybe(), Why: pick(d, "", "grow"), Source: pick(d, "", "CRM"),
		}
		if d.often() {
			g.Split = d.split(p.Axes, true)
		}
		if len(p.Axes) > 0 && len(p.Axes[0].Units) > 0 {
			g.Owner = pick(d, p.Axes[0].Units...).ID
		}
		p.Goals = append(p.Goals, g)
	}
	return p
}

// TestPlan_Random: what is valid is written as the schema has it, and reads
// back.
func TestPlan_Random(t *testing.T) {
	s := compiled(t, "plan")
	for seed := range uint64(600) {
		p := drawer{rand.New(rand.NewPCG(seed, 4))}.plan()
		require.NoError(t, p.Validate(), "seed %d", seed)
		text := encoded(t, p)
		require.NoError(t, accepts(s, text), "seed %d\n%s", seed, text)
		again, err := salesplan.Decode(bytes.NewReader(text), salesplan.DecodeOptions{})
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, string(text), string(encoded(t, again)), "seed %d", seed)
	}
}
