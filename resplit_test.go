package salesplan

import (
	"context"
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
