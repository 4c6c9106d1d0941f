package salesplan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// yearPlan is a goal over the given units of one axis, by weight, by month.
func yearPlan(target string, units ...string) *Plan {
	return &Plan{
		Version: Version,
		Metrics: []Metric{{ID: "revenue", Step: decimal.New(1, 0)}},
		Axes:    []Axis{{ID: "org", Units: unitList(units...)}},
		Goals: []Goal{{
			ID: "goal", Metric: "revenue", Period: "2027", Target: decimal.RequireFromString(target), Owner: "company",
			Split: &SplitRule{Grains: []calendar.Grain{"month"}, Axes: []AxisRule{{Axis: "org", BasisRule: BasisRule{Basis: BasisWeights}}}},
		}},
	}
}

func day(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// happened are actuals "unit month amount", on the month's last day but one.
func happened(t *testing.T, p *Plan, lines ...string) *Evidence {
	t.Helper()
	list := make([]Actual, 0, len(lines))
	for _, line := range lines {
		f := strings.Fields(line)
		month, err := calendar.Fiscal{}.Parse(f[1])
		require.NoError(t, err)
		list = append(list, Actual{Unit: f[0], Metric: "revenue", On: month.Last.AddDays(-1), Amount: decimal.RequireFromString(f[2])})
	}
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for _, a := range list {
			if !yield(a, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return e
}

func issue(t *testing.T, p *Plan) *Targets {
	t.Helper()
	out, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	return out
}

// monthsOf writes a unit's months from m on.
func monthsOf(t *testing.T, x *Targets, unit string, from int) string {
	t.Helper()
	b, err := x.Goal("goal")
	require.NoError(t, err)
	var out []string
	for _, p := range b.Periods("month")[from-1:] {
		a, err := b.Amount(At{Units: []string{unit}, Period: p})
		require.NoError(t, err)
		out = append(out, a.String())
	}
	return strings.Join(out, " ")
}

// replanned returns a plan with other units.
func replanned(p *Plan, target string, units ...string) *Plan {
	q := p.Clone()
	q.Goals[0].Target = decimal.RequireFromString(target)
	q.Axes[0].Units = unitList(units...)
	return q
}

func TestResplit_ByHand(t *testing.T) {
	// 1,200 a month, 3,600 a quarter; from October on three months are open.
	team := []string{"company", "east < company x 2", "west < company x 1",
		"li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1"}
	full := map[string]string{"li": "200", "wang": "600", "chen": "200", "zhao": "200"}
	actuals := func(change ...string) []string {
		var out []string
		for _, unit := range []string{"li", "wang", "chen", "zhao"} {
			for m := 1; m <= 9; m++ {
				amount := full[unit]
				for _, c := range change {
					f := strings.Fields(c)
					if f[0] == unit && m == 9 {
						amount = f[1]
					}
				}
				out = append(out, unit+" "+calendar.Month(2027, 1).First.AddMonths(m - 1).String()[:7]+" "+amount)
			}
		}
		return out
	}
	for _, c := range []struct {
		name    string
		target  string
		units   []string
		actuals []string
		req     ResplitRequest
		want    map[string]string
		issued  string // lines of the issued year
		settled string // and of the settled one
	}{
		{name: "nothing", actuals: actuals(), want: map[string]string{"li": "200 200 200", "wang": "600 600 600", "chen": "200 200 200", "zhao": "200 200 200"}},
		{name: "shortfall kept", actuals: actuals("li 110"),
			want: map[string]string{"li": "230 230 230", "wang": "600 600 600", "east": "830 830 830", "company": "1230 1230 1230"}, issued: "carried 90"},
		{name: "shortfall shared", actuals: actuals("li 80"), req: ResplitRequest{Shortfall: ShortfallShare},
			want: map[string]string{"li": "210 210 210", "wang": "630 630 630", "chen": "200 200 200"}, issued: "carried 120"},
		{name: "shortfall spread", actuals: actuals("chen 20"), req: ResplitRequest{Shortfall: ShortfallSpread},
			want: map[string]string{"li": "210 210 210", "wang": "630 630 630", "chen": "210 210 210", "zhao": "210 210 210"}, issued: "carried 180"},
		{name: "shortfall forgiven", actuals: actuals("chen 80"), req: ResplitRequest{Shortfall: ShortfallForgive},
			want: map[string]string{"company": "1200 1200 1200", "chen": "200 200 200"}, settled: "forgiven -120"},
		{name: "surplus kept", actuals: actuals("wang 700"),
			want: map[string]string{"wang": "600 600 600", "company": "1200 1200 1200"}, settled: "surplus 100"},
		{name: "surplus offset", actuals: actuals("wang 750"), req: ResplitRequest{Surplus: SurplusOffset},
			want: map[string]string{"wang": "550 550 550", "li": "200 200 200"}, issued: "offset -150"},
		{name: "surplus beyond what is left", actuals: actuals("li 900"), req: ResplitRequest{Surplus: SurplusOffset},
			want: map[string]string{"li": "0 0 0", "company": "1000 1000 1000"}, issued: "offset -600", settled: "open 100"},
		{name: "both", actuals: actuals("li 170", "wang 630"), req: ResplitRequest{Surplus: SurplusOffset},
			want: map[string]string{"li": "210 210 210", "wang": "590 590 590", "east": "800 800 800"}, issued: "carried 30, offset -30"},
		{name: "leaver shared", actuals: actuals(), req: ResplitRequest{Leaver: LeaverShare},
			units: []string{"company", "east < company x 2", "west < company x 1", "li < east x 1 @..2027-09-30", "wang < east x 3", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"li": "0 0 0", "wang": "800 800 800", "east": "800 800 800", "chen": "200 200 200"}},
		{name: "leaver's seat vacant", actuals: actuals(), req: ResplitRequest{Leaver: LeaverVacancy},
			units: []string{"company", "east < company x 2", "west < company x 1", "li < east x 1 @..2027-10-31", "wang < east x 3", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"li": "200 0 0", "east/vacancy": "0 200 200", "wang": "600 600 600", "east": "800 800 800"}},
		{name: "leaver dropped from the plan", actuals: actuals(), req: ResplitRequest{Leaver: LeaverShare},
			units: []string{"company", "east < company x 2", "west < company x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"li": "0 0 0", "wang": "800 800 800"}},
		{name: "a whole team leaves", actuals: actuals(), req: ResplitRequest{Leaver: LeaverShare},
			units: []string{"company", "east < company x 2 @..2027-09-30", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 3"},
			want:  map[string]string{"east": "0 0 0", "chen": "400 400 400", "zhao": "800 800 800"}},
		{name: "newcomer", actuals: actuals(),
			units: []string{"company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "sun < east x 1 @2027-11-01..", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"sun": "0 160 160", "li": "200 160 160", "wang": "600 480 480", "east": "800 800 800"}},
		{name: "newcomer fills a vacancy", actuals: actuals(), req: ResplitRequest{Leaver: LeaverVacancy},
			units: []string{"company", "east < company x 2", "west < company x 1", "li < east x 1 @..2027-09-30", "wang < east x 3", "sun < east x 2 @2027-11-01..", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"sun": "0 320 320", "east/vacancy": "200 0 0", "wang": "600 480 480", "east": "800 800 800"}},
		{name: "raised goal", target: "16200", actuals: actuals(),
			want: map[string]string{"company": "1800 1800 1800", "li": "300 300 300", "wang": "900 900 900"}},
		{name: "lowered goal", target: "12600", actuals: actuals(),
			want: map[string]string{"company": "600 600 600", "wang": "300 300 300", "chen": "100 100 100"}},
		{name: "transfer", actuals: actuals(), req: ResplitRequest{Leaver: LeaverShare},
			units: []string{"company", "east < company x 2", "west < company x 1", "wang < east x 3", "li < west x 2", "chen < west x 1", "zhao < west x 1"},
			want:  map[string]string{"east": "800 800 800", "wang": "800 800 800", "li": "200 200 200", "chen": "100 100 100", "west": "400 400 400"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := yearPlan("14400", team...)
			issued := issue(t, p)
			for unit, amount := range full {
				require.Equal(t, strings.TrimSpace(strings.Repeat(amount+" ", 12)), monthsOf(t, issued, unit, 1))
			}
			target, units := c.target, c.units
			if target == "" {
				target = "14400"
			}
			if units == nil {
				units = team
			}
			req := c.req
			req.Issued, req.Plan, req.AsOf = issued, replanned(p, target, units...), day("2027-09-30")
			req.Actuals = happened(t, p, c.actuals...)
			got, err := Resplit(context.Background(), req)
			require.NoError(t, err)
			for unit, want := range c.want {
				require.Equal(t, want, monthsOf(t, got, unit, 10), unit)
			}
			b, _ := got.Goal("goal")
			require.Equal(t, c.issued, linesText(b.Lines()))
			require.Equal(t, c.settled, linesText(b.Settled().Lines()))
			for unit, amount := range full {
				require.Equal(t, strings.TrimSpace(strings.Repeat(amount+" ", 9)), strings.Join(strings.Fields(monthsOf(t, got, unit, 1))[:9], " "), unit)
			}
			req.Issued = got
			again, err := Resplit(context.Background(), req)
			require.NoError(t, err)
			require.True(t, again.Equal(got))
			require.Empty(t, slices.Collect(again.Changes()))
		})
	}
}

func linesText(lines []Line) string {
	var out []string
	for _, l := range lines {
		out = append(out, string(l.Kind)+" "+l.Amount.String())
	}
	return strings.Join(out, ", ")
}

func TestResplit_Faults(t *testing.T) {
	_, err := Resplit(context.Background(), ResplitRequest{})
	require.Len(t, diag.All(err), 3)
}

// A mid-month day, deals that come in parts of a step, people who are nobody's,
// months of which nothing is known.
func TestResplit_Actuals(t *testing.T) {
	p := yearPlan("14400", "company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1")
	p.Metrics[0].Step = decimal.NewFromInt(100)
	issued := issue(t, p)
	actuals := happened(t, p, "li 2027-02 150.25", "li 2027-02 49.5", "east 2027-02 70", "nobody 2027-03 5.5", "wang 2027-02 600", "chen 2027-02 200", "zhao 2027-02 200",
		"li 2027-03 200", "wang 2027-03 600", "chen 2027-03 200", "zhao 2027-03 0", "zhao 2027-04 180", "wang 2027-05 999")
	req := ResplitRequest{Issued: issued, Plan: p.Clone(), AsOf: day("2027-04-29"), Actuals: actuals, Shortfall: ShortfallKeep}
	req.Plan.Axes[0].Units = unitList("company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1 @..2027-04-10")
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	b, err := got.Goal("goal")
	require.NoError(t, err)
	s := b.Settled()
	require.Equal(t, "[2027-01]", fmt.Sprint(s.Unknown()), "nothing is known of January, which then counts as it was planned")
	require.Equal(t, Apart{Count: 2, Amount: decimal.RequireFromString("75.5")}, s.Apart(), "of the team itself and of nobody")
	for at, want := range map[string]string{"li 2027-01": "200", "li 2027-02": "199.75", "zhao 2027-03": "0", "company 2027-02": "1199.75", "zhao 2027-04": "200"} {
		unit, month, _ := strings.Cut(at, " ")
		period, _ := calendar.Fiscal{}.Parse(month)
		amount, err := s.Amount(At{Units: []string{unit}, Period: period})
		require.NoError(t, err)
		require.Equal(t, want, amount.String(), at)
	}
	// April is under way: zhao leaves on the 10th and keeps the 180 that are there
	// already, in whole steps. The 200 that zhao missed in March go to the siblings
	// with the rest; that li missed 0.25 is no step.
	require.Equal(t, "200 0 0 0 0 0 0 0 0", monthsOf(t, got, "zhao", 4))
	require.Equal(t, "200 200 200 200 200 200 200 200 200", monthsOf(t, got, "li", 4))
	require.Equal(t, "carried 200", linesText(b.Lines()))
	require.Equal(t, "rest -0.25", linesText(s.Lines()))
	codes := []diag.Code{}
	for _, f := range got.Findings() {
		codes = append(codes, f.Code)
	}
	require.Subset(t, codes, []diag.Code{codeActualsApart, codeActualsMissing})
	requireLines(t, b)
	requireRead(t, got)
}

// Before the year nothing is closed, after it nothing can change.
func TestResplit_AsOfOutside(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	raised := p.Clone()
	raised.Goals[0].Target = decimal.NewFromInt(15600)
	req := ResplitRequest{Issued: issue(t, p), Plan: raised, AsOf: day("2026-12-01"), Actuals: happened(t, p, "li 2027-01 1", "li 2027-12 1")}
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	b, _ := got.Goal("goal")
	require.Empty(t, b.Settled().Closed())
	require.Equal(t, "1300 1300 1300 1300 1300 1300 1300 1300 1300 1300 1300 1300", monthsOf(t, got, "company", 1))

	req.AsOf = day("2027-12-31")
	got, err = Resplit(context.Background(), req)
	require.NoError(t, err)
	require.Empty(t, slices.Collect(got.Changes()))
	b, _ = got.Goal("goal")
	require.Equal(t, "rest -1200", linesText(b.Lines()))
	requireFinding(t, got, codeAllClosed)
	requireFinding(t, got, codeGoalOpen)
	requireFinding(t, got, codeDifferenceOpen)
	requireRead(t, got)
}

func requireFinding(t *testing.T, x *Targets, code diag.Code) {
	t.Helper()
	i := slices.IndexFunc(x.Findings(), func(f diag.Finding) bool { return f.Code == code })
	require.GreaterOrEqual(t, i, 0, code)
	require.NotEmpty(t, Catalogue().Text(x.Findings()[i], diag.Chinese))
}

// A second axis: a product that is dropped goes to the others of the same
// people, and what somebody missed of one is carried in all of them.
func TestResplit_Products(t *testing.T) {
	p := yearPlan("4800", "company", "li < company x 1", "wang < company x 1")
	p.Axes[0].Of = FieldOwner
	p.Axes = append(p.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("cloud x 2", "edge x 1", "care x 1")})
	p.Goals[0].Split.Axes = append(p.Goals[0].Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}})
	now := p.Clone()
	now.Axes[1].Units = unitList("cloud x 2", "edge x 1 @..2027-09-30", "care x 1")
	list := []Actual{}
	for _, unit := range []string{"li", "wang"} {
		for _, product := range []string{"cloud 100", "edge 50", "care 50"} {
			name, amount, _ := strings.Cut(product, " ")
			for m := range 9 {
				a := Actual{Unit: unit, Product: name, Metric: "revenue", On: calendar.On(2027, 1, 5).AddMonths(m), Amount: decimal.RequireFromString(amount)}
				if unit == "li" && name == "care" && m == 8 {
					a.Amount = decimal.NewFromInt(20)
				}
				list = append(list, a)
			}
		}
	}
	actuals, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for _, a := range list {
			if !yield(a, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: now, AsOf: day("2027-09-30"), Actuals: actuals, Shortfall: ShortfallSpread})
	require.NoError(t, err)
	b, _ := got.Goal("goal")
	for at, want := range map[string]string{"li cloud": "409", "li edge": "0", "li care": "206", "wang cloud": "409", "wang care": "206", " cloud": "818", " care": "412", "li ": "615", " edge": "0"} {
		amount, err := b.Amount(At{Units: strings.Split(at, " "), Period: calendar.Quarter(2027, 4)})
		require.NoError(t, err)
		require.Equal(t, want, amount.String(), at)
	}
	requireRead(t, got)
}

// A goal that recurs is raised in each recurrence that is still open.
func TestResplit_Recurs(t *testing.T) {
	p := yearPlan("1200", theTeam()...)
	p.Goals[0].Every = calendar.GrainMonth
	now := p.Clone()
	now.Goals[0].Target = decimal.NewFromInt(1800)
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: now, AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned()...)})
	require.NoError(t, err)
	require.Equal(t, "1800 1800 1800", monthsOf(t, got, "company", 10))
	require.Equal(t, "900 900 900", monthsOf(t, got, "wang", 10))
	b, _ := got.Goal("goal")
	require.Equal(t, "rest -5400", linesText(b.Lines()), "nine recurrences are over")
}

func TestResplit_Refused(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	issued := issue(t, p)
	for name, c := range map[string]struct {
		change func(q *Plan, req *ResplitRequest)
		code   diag.Code
		path   string
	}{
		"another plan":   {func(q *Plan, _ *ResplitRequest) { q.Goals[0].ID = "other" }, diag.Mismatch, "/issued"},
		"another metric": {func(q *Plan, _ *ResplitRequest) { q.Metrics[0].ID, q.Goals[0].Metric = "visits", "visits" }, diag.Mismatch, "/goals/0/metric"},
		"another step":   {func(q *Plan, _ *ResplitRequest) { q.Metrics[0].Step = decimal.New(1, -2) }, diag.Mismatch, "/metrics/0/step"},
		"another period": {func(q *Plan, _ *ResplitRequest) { q.Goals[0].Period = "2028" }, diag.Mismatch, "/goals/0/period"},
		"another owner":  {func(q *Plan, _ *ResplitRequest) { q.Goals[0].Owner = "east" }, diag.Mismatch, "/goals/0/owner"},
		"other grains":   {func(q *Plan, _ *ResplitRequest) { q.Goals[0].Split.Grains = []calendar.Grain{"quarter"} }, diag.Mismatch, "/goals/0/split/grains"},
		"no axes":        {func(q *Plan, _ *ResplitRequest) { q.Goals[0].Split.Axes = nil }, diag.Mismatch, "/goals/0/split/axes"},
		"below zero":     {func(q *Plan, _ *ResplitRequest) { q.Goals[0].Target = decimal.NewFromInt(-5) }, diag.Negative, "/goals/0/target"},
		"a leader": {func(q *Plan, _ *ResplitRequest) {
			q.Axes[0].Units = append(q.Axes[0].Units, unitList("new < wang x 1")...)
		}, diag.Conflict, "/axes/0/units/4"},
		"nobody left": {func(q *Plan, _ *ResplitRequest) { q.Axes[0].Units[0].To = day("2027-10-31") }, diag.Infeasible, "/goals/0/split/axes/0"},
		"no successor": {func(q *Plan, req *ResplitRequest) {
			q.Axes[0].Units[3].To, req.Leaver = day("2027-10-31"), LeaverSuccessor
		}, diag.Required, "/leaver"},
		"a successor who isn't there yet": {func(q *Plan, req *ResplitRequest) {
			q.Axes[0].Units = append(q.Axes[0].Units, unitList("sun < east x 1 @2027-12-01..")...)
			q.Axes[0].Units[3].To, q.Axes[0].Units[3].Successor, req.Leaver = day("2027-10-31"), "sun", LeaverSuccessor
		}, diag.Infeasible, "/leaver"},
		"no day":      {func(_ *Plan, req *ResplitRequest) { req.AsOf = calendar.Date{} }, diag.Required, "/asOf"},
		"no policy":   {func(_ *Plan, req *ResplitRequest) { req.Leaver = "moon" }, diag.Invalid, "/leaver"},
		"a bad plan":  {func(q *Plan, _ *ResplitRequest) { q.Version = "" }, diag.Version, "/salesplan"},
		"a new stock": {func(q *Plan, _ *ResplitRequest) { q.Metrics[0].Kind = KindStock; q.Goals[0].Baseline = null("1") }, diag.Mismatch, "/goals/0/metric"},
	} {
		t.Run(name, func(t *testing.T) {
			q := p.Clone()
			req := ResplitRequest{Issued: issued, Plan: q, AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned()...)}
			c.change(q, &req)
			got, err := Resplit(context.Background(), req)
			require.Nil(t, got)
			require.ErrorIs(t, err, c.code)
			require.Equal(t, c.path, diag.All(err)[0].Path)
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Resplit(ctx, ResplitRequest{Issued: issued, Plan: p, AsOf: day("2027-09-30")})
	require.ErrorIs(t, err, context.Canceled)
}

// Goals that come and go: a new one is split, one that is gone stays.
func TestResplit_Goals(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	second := p.Goals[0]
	second.ID = "second"
	p.Goals = append(p.Goals, second)
	q := p.Clone()
	q.Goals[1].ID = "third"
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: q, AsOf: day("2027-09-30")})
	require.NoError(t, err)
	var ids []string
	for b := range got.All() {
		ids = append(ids, b.Goal())
	}
	require.Equal(t, []string{"goal", "third", "second"}, ids)
	requireFinding(t, got, codeGoalNew)
	requireFinding(t, got, codeGoalGone)
	require.Empty(t, slices.Collect(got.Changes()), "of nothing that is known nothing is handed out")
	requireFinding(t, got, codeActualsMissing)
}

// Successors take over, and theirs where they have left too.
func TestResplit_Successors(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	q := p.Clone()
	q.Axes[0].Units[3].To, q.Axes[0].Units[3].Successor = day("2027-09-30"), "chen"
	q.Axes[0].Units[5].To, q.Axes[0].Units[5].Successor = day("2027-11-30"), "zhao"
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: q, AsOf: day("2027-09-30"), Leaver: LeaverSuccessor,
		Actuals: happened(t, p, asPlanned("li 110")...)})
	require.NoError(t, err)
	require.Equal(t, "0 0 0", monthsOf(t, got, "li", 10))
	require.Equal(t, "445 445 0", monthsOf(t, got, "chen", 10), "with the 90 that li missed")
	require.Equal(t, "200 200 600", monthsOf(t, got, "zhao", 10))
	require.Equal(t, "600 600 600", monthsOf(t, got, "wang", 10))
}
