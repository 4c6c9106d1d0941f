package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// rowTotals writes what the rows of a breakdown owe over the whole period, in
// the order of the ids: "li < east=120".
func rowTotals(t *testing.T, b *Breakdown) string {
	t.Helper()
	rows, err := b.Rows(Query{Grain: GrainGoal})
	require.NoError(t, err)
	out := map[string]string{}
	for r := range rows {
		if id := r.Units[0]; id != "" && r.Parent != "" {
			out[id+"<"+r.Parent] = r.Amount.String()
		} else if id != "" {
			out[id] = r.Amount.String()
		}
	}
	var list []string
	for _, id := range slices.Sorted(maps.Keys(out)) {
		list = append(list, id+"="+out[id])
	}
	return strings.Join(list, " ")
}

// What was brought counts for the team of that day, and all of it for one's own
// weight in whatever team.
func TestCascade_TransferHistory(t *testing.T) {
	history := func(req CascadeRequest, lines ...string) CascadeRequest {
		req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
		req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, lines...)
		return req
	}
	req := history(twoTeams("2027-07-01 west"), "wang 2026-03-02 60", "li 2026-03-02 20", "li 2026-09-01 20", "zhao 2026-12-31 100")
	// East brought 100 and west 100. Li has 40 of 100 of east's first half, and 40
	// of 140 of west's second.
	require.Equal(t, "east=600 li<east=120 li<west=86 wang<east=480 west=600 zhao<west=514", rowTotals(t, cascaded(t, req)))

	req = history(twoTeams("2026-07-01 west"), "wang 2026-03-02 60", "li 2026-03-02 20", "li 2026-09-01 20", "zhao 2026-12-31 100")
	// East brought 80 and west 120; li has 40 of 140 of west's.
	require.Equal(t, "east=480 li<east=0 li<west=206 wang<east=480 west=720 zhao<west=514", rowTotals(t, cascaded(t, req)))

	// A goal of the new team has what one brought in the other for one's weight,
	// and for nothing else: the year's first half is that of zhao's season.
	req = history(twoTeams("2027-07-01 west"), "wang 2026-03-02 60", "li 2026-03-02 40", "zhao 2026-07-01 100", "zhao 2026-12-31 0", "zhao 2026-01-01 0")
	req.Goal.Owner, req.Goal.Split.Time = "west", TimeRule{Basis: TimeHistory, Period: "2026"}
	b := cascaded(t, req)
	require.Equal(t, "1200: 0 0 1200 0", line(t, b, calendar.GrainQuarter))
	require.Equal(t, "343: 0 0 343 0", line(t, b, calendar.GrainQuarter, "li"))

	// A team of whose own people none sold there is new.
	req = twoTeams("2027-07-01 north")
	req.Axes[0].Units = append(req.Axes[0].Units, Unit{ID: "north"})
	req = history(req, "wang 2026-03-02 60", "li 2026-03-02 20", "zhao 2026-12-31 100", "zhao 2026-01-01 0")
	_, err := Cascade(context.Background(), req)
	require.Equal(t, "/axes/0/units/5 no-weight", places(err))
	req.Goal.Split.Axes[0].Newcomers = NewcomersMedian // 90 beside 80 and 100, from July on
	b = cascaded(t, req)
	require.Equal(t, "east=444 li<east=66 li<north=200 north=200 wang<east=378 west=556 zhao<west=556", rowTotals(t, b))
}

// Lines below a person go by what the person sold of them, in whatever team.
func TestCascade_TransferLines(t *testing.T) {
	for _, owner := range []string{"", "west"} {
		req := twoTeams("2027-07-01 west")
		req.Goal.Owner = owner
		req.Axes = append(req.Axes, Axis{ID: "line", Of: FieldProduct, Units: unitList("x", "y")})
		req.Axes[0].Of = FieldOwner
		req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "line", BasisRule: BasisRule{Basis: BasisHistory, Period: "2026"}})
		req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, "li/x 2026-01-01 30", "li/y 2026-02-02 10", "wang/x 2026-02-02 5", "zhao/x 2026-02-02 50", "zhao/y 2026-12-31 50")
		b := cascaded(t, req)
		requireSums(t, b)
		e := explained(t, b, At{Units: []string{"li", "x"}, Period: calendar.Quarter(2027, 3)})
		who := e.Who[len(e.Who)-1]
		require.Equal(t, "x 3 4", fmt.Sprint(who.Unit, " ", who.Weight, " ", who.Weights), owner)
		e = explained(t, b, At{Units: []string{"li", "x"}})
		require.Equal(t, owner == "", len(e.Stints) == 2)
		for _, s := range e.Stints {
			require.Equal(t, "3/4", fmt.Sprint(s.Who[len(s.Who)-1].Weight, "/", s.Who[len(s.Who)-1].Weights))
		}
	}
}

// Potential, heads and open deals count once: by the days in each team, and by
// the day of the expected close.
func TestCascade_TransferMeasures(t *testing.T) {
	req := twoTeams("2027-07-01 west")
	req.Goal.Target = dec("109500")
	for i := range req.Axes[0].Units {
		if u := &req.Axes[0].Units[i]; u.Parent != "" {
			u.Potential = null("70.5")
		}
	}
	req.Goal.Split.Axes[0].Basis = BasisPotential
	// 365 days of wang and 181 of li against 365 of zhao and 184 of li.
	require.Equal(t, "54600", total(t, cascaded(t, req), "east"))
	req.Goal.Split.Axes[0].Basis = BasisHeadcount
	require.Equal(t, "54600", total(t, cascaded(t, req), "east"))
	req.Axes[0].Units[3].FTE = null("0.5")
	require.Equal(t, decimal.NewFromInt(109500).Mul(dec("455.5")).DivRound(dec("912.5"), 0).String(), total(t, cascaded(t, req), "east"))

	// Whom nobody knows has a weight among potentials, in their measure.
	req.Goal.Split.Axes[0].Basis, req.Goal.Split.Axes[0].Newcomers = BasisPotential, NewcomersWeight
	req.Axes[0].Units[4].Potential, req.Axes[0].Units[4].Weight = decimal.NullDecimal{}, null("23.5")
	req.Axes[0].Units[1].Potential = null("106.5") // west
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 1}}
	b := cascaded(t, req)
	e := explained(t, b, At{Units: []string{"zhao"}})
	require.Equal(t, "1 4", fmt.Sprint(e.Who[2].Weight, e.Who[2].Weights))

	req = twoTeams("2027-07-01 west")
	req.Axes[0].Of, req.Metric.Counts = FieldOwner, CountsWonAmount
	req.Goal.Split.Axes[0].Basis = BasisPipeline
	plan := &Plan{Version: Version, Metrics: []Metric{req.Metric}, Axes: req.Axes}
	deal := func(owner, amount string, closes calendar.Date) Deal {
		return Deal{ID: owner + amount, Owner: owner, Stage: "offer", Amount: null(amount), ExpectedClose: closes, Outcome: OutcomeOpen}
	}
	evidence, err := Gather(plan, func(yield func(Deal, error) bool) {
		for _, d := range []Deal{deal("wang", "100", calendar.On(2027, 3, 1)), deal("li", "50", calendar.On(2027, 6, 30)), deal("li", "70", calendar.On(2027, 7, 1)),
			deal("li", "30", calendar.Date{}), deal("li", "20", calendar.On(2028, 5, 1)), deal("li", "10", calendar.On(2026, 5, 1)), deal("zhao", "20", calendar.On(2027, 12, 1))} {
			if !yield(d, nil) {
				return
			}
		}
	}, nil)
	require.NoError(t, err)
	req.Evidence = evidence
	b = cascaded(t, req)
	require.Equal(t, "760 440", total(t, b, "east")+" "+total(t, b, "west"), "190 : 110")
	e = explained(t, b, At{Units: []string{"li"}, Period: calendar.Quarter(2027, 4)})
	require.Equal(t, "9 10", fmt.Sprint(e.Who[2].Weight, e.Who[2].Weights), "180 beside 20, wherever they close")
}

// Whatever the bases, seasons of one's own and what is fixed: sums hold.
func TestCascade_TransferBases(t *testing.T) {
	done, split := 0, 0
	for i := range 60 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 81))}
		req := m.based(t, 60)
		whole, _ := req.Fiscal.Parse(req.Goal.Period)
		for a := range req.Axes {
			m.transfers(&req.Axes[a], whole, true)
		}
		if i%3 == 0 && seasonWindow(*req.Goal.Split) != "" {
			req.Goal.Split.Axes[0].Season = SeasonOwn
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			for _, f := range diag.All(err) {
				require.Contains(t, []diag.Code{diag.Infeasible, diag.NoWeight, diag.Required, diag.Negative}, f.Code, f.Error())
			}
			continue
		}
		done++
		requireSums(t, b)
		split += requirePlaces(t, b)
	}
	t.Log(done, split)
	require.Greater(t, done, 10)
	require.Greater(t, split, 100)
}

// One's own season is that of all that one sold, in whatever team; a team's that
// of what was sold in it.
func TestCascade_TransferSeason(t *testing.T) {
	req := twoTeams("2026-07-01 west")
	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, "li 2026-02-02 50", "li 2026-08-03 50", "wang 2026-02-02 100", "zhao 2026-08-03 100", "zhao 2026-01-01 0", "zhao 2026-12-31 0")
	req.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: "2026"}
	req.Goal.Split.Axes[0].Season = SeasonOwn
	b := cascaded(t, req)
	require.Equal(t, "600: 600 0 0 0", line(t, b, calendar.GrainQuarter, "east"), "wang alone, who sells in the first quarter")
	require.Equal(t, "300: 0 0 300 0", line(t, b, calendar.GrainQuarter, "li"), "of whose season that leaves a half")
	require.NotNil(t, b.cs.own)
	weights := func(unit, parent string) string {
		t := b.cs.axes[0].tree
		n := t.below(t.index[unit], parent)
		return fmt.Sprint(b.cs.own.weights[n][1], b.cs.own.weights[n][7])
	}
	require.Equal(t, "50 50", weights("li", "east"))
	require.Equal(t, "50 50", weights("li", "west"))
	require.Equal(t, "150 0", weights("east", ""), "wang's and half of li's")
	require.Equal(t, "0 150", weights("west", ""))
}

// Evidence of a team is what was booked while people stood in it.
func TestEvidence_BookedOfMovers(t *testing.T) {
	req := twoTeams("2026-07-01 west", "2026-10-01 east")
	e := evidenceOf(t, req.Axes, req.Fiscal, "li 2026-06-30 1", "li 2026-07-01 10", "li 2026-09-30 100", "li 2026-10-01 1000", "wang 2026-08-01 5", "zhao 2026-08-01 7")
	for unit, want := range map[string]string{"": "1123", "east": "1006", "west": "117", "li": "1111", "wang": "5"} {
		require.Equal(t, want, e.Booked("m", []string{unit}, calendar.Period{}).String(), unit)
	}
	require.Equal(t, "117", e.Booked("m", []string{"west"}, calendar.Quarter(2026, 3)).String())
}

// Beside the base, a unit's number is that of its parts, and each part adds up
// in its team.
func TestBeside_Transfer(t *testing.T) {
	b := cascaded(t, twoTeams("2027-07-01 west"))
	s, err := Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 2, Share: dec("0.2")}}})
	require.NoError(t, err)
	require.Equal(t, "360: 90 90 90 90", lineOf(t, s.Amount, b, "quarter", "li"))
	require.Equal(t, "120: 30 30 30 30", lineOf(t, s.Surplus, b, "quarter", "west"))
	sums := map[string]decimal.Decimal{}
	for r := range s.Rows() {
		if r.Grain == GrainGoal && r.Level == 2 {
			sums[r.Parent] = sums[r.Parent].Add(r.Street)
		}
	}
	require.Equal(t, "720 720", sums["east"].String()+" "+sums["west"].String())

	// 400 of li's own: kept where li stands, the rest by the others.
	up, err := BottomUp(b, []Commitment{{Unit: "li", Amount: dec("400")}})
	require.NoError(t, err)
	require.Equal(t, "400: 100 100 100 100", lineOf(t, up.Amount, b, "quarter", "li"))
	require.Equal(t, "400: 50 50 150 150", lineOf(t, up.Amount, b, "quarter", "wang"))
	require.Equal(t, "400: 150 150 50 50", lineOf(t, up.Amount, b, "quarter", "zhao"))
	require.Empty(t, up.Findings())
	_, err = BottomUp(b, []Commitment{{Unit: "li", Amount: dec("4")}, {Unit: "li", Period: calendar.Quarter(2027, 4), Amount: dec("4")}})
	require.Equal(t, "/commitments/1/period conflict", places(err))
	gone := cascaded(t, func() CascadeRequest {
		req := twoTeams("2026-07-01 west", "2026-09-01 east")
		req.Axes[0].Units[3].To = calendar.On(2026, 12, 1)
		return req
	}())
	up, err = BottomUp(gone, []Commitment{{Unit: "li", Amount: dec("8")}})
	require.NoError(t, err)
	require.Equal(t, "8: 2 2 2 2", lineOf(t, up.Amount, gone, "quarter", "li"))

	o, err := Overlay(b, OverlayRule{Credits: []Credit{{Unit: "expert", On: []string{"li"}, Share: dec("0.5")}}})
	require.NoError(t, err)
	x, err := o.Amount("expert", calendar.Period{})
	require.NoError(t, err)
	require.Equal(t, "150", x.String())
	_, err = Overlay(b, OverlayRule{Credits: []Credit{{Unit: "expert", On: []string{"li"}, Share: dec("0.5")}, {Unit: "other", On: []string{"west"}, Share: dec("0.6")}}})
	require.Equal(t, "/rule/credits/1/share total", places(err))

	// Three heads, wherever they are.
	c, err := Capacity(b, CapacityRule{PerHead: dec("400")})
	require.NoError(t, err)
	require.Equal(t, "3 3", c.Whole.There.String()+" "+c.Lines[6].There.String())
}

// A stock goes along; a rate of a part is that part's.
func TestKinds_Transfer(t *testing.T) {
	r := stockOf("90", "90", "east", "west", "wang < east", "li < east", "zhao < west")
	r.CascadeRequest = moving(r.CascadeRequest, "li", "2027-05-10 west")
	s := stocked(t, r)
	require.Equal(t, "45: 45 23 23 23", stockLine(t, s, "east"), "divided by even shares on the first day")
	require.Equal(t, "22: 22 22 22 22", stockLine(t, s, "li"))
	require.Equal(t, []Transfer{{From: []string{"li"}, To: []string{"li"}, Period: calendar.Quarter(2027, 2), Amount: dec("22")}}, s.Transfers())
	rows, err := s.Rows(Query{Under: "li", Grain: calendar.GrainQuarter})
	require.NoError(t, err)
	var levels []string
	for row := range rows {
		levels = append(levels, row.Amount.String())
	}
	require.Equal(t, []string{"22", "0", "0", "0", "0", "22", "22", "22"}, levels)

	flows := twoTeams("2027-07-01 west")
	flows.Metric.ID, flows.Goal.Metric = "n", "n"
	denominator := cascaded(t, flows)
	q := RateRequest{CascadeRequest: twoTeams("2027-07-01 west"), Numerator: Metric{ID: "k", Step: dec("1")}, Denominator: denominator}
	q.Metric = Metric{ID: "m", Kind: KindRate, Step: dec("0.01"), Numerator: "k", Denominator: "n"}
	q.Goal.Target = dec("0.5")
	rate, err := CascadeRate(context.Background(), q)
	require.NoError(t, err)
	all, err := rate.Rows(Query{Grain: GrainGoal, Under: "li"})
	require.NoError(t, err)
	n := 0
	for row := range all {
		n++
		require.Equal(t, "75 150 0.5", fmt.Sprint(row.Amount, row.Denominator, row.Rate.Decimal))
	}
	require.Equal(t, 2, n)
}

// Goals of a unit that changes teams, and of those teams.
func TestTargets_TransferGoals(t *testing.T) {
	plan := func(below ...Goal) *Plan {
		p := treePlan(below...)
		p.Axes[0].Units[3].Transfers = []UnitTransfer{{On: calendar.On(2027, 7, 1), To: "west"}} // b
		return p
	}
	all := targetsOf(t, plan(Goal{ID: "b", Owner: "b", Target: dec("90")}))
	require.Equal(t, "90 580", owes(t, all, "top", "b", "")+" "+owes(t, all, "top", "east", ""))

	all = targetsOf(t, plan(Goal{ID: "east", Owner: "east", Target: dec("400"), Why: "split"}))
	for _, period := range []string{"2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"} {
		b, err := all.Goal("top")
		require.NoError(t, err)
		part, err := calendar.ParsePeriod(period)
		require.NoError(t, err)
		mine, err := b.Amount(At{Units: []string{"b"}, Parents: []string{"east"}, Period: part})
		require.NoError(t, err)
		require.Equal(t, owes(t, all, "east", "b", period), mine.String())
		require.Equal(t, owes(t, all, "east", "a", period), owes(t, all, "top", "a", period))
	}
	require.Equal(t, "800", owes(t, all, "top", "west", ""))

	// Its year is no part of one team's, its first half is.
	_, err := plan(Goal{ID: "east", Owner: "east", Target: dec("600"), Why: "split"}, Goal{ID: "b", Owner: "b", Parent: "east", Target: dec("90")}).Targets(context.Background(), nil)
	require.Equal(t, "/goals/2/owner conflict", places(err))
	require.Equal(t, "a unit that is below east in all of 2027, as b is not", diag.All(err)[0].Bound)
	all = targetsOf(t, plan(Goal{ID: "east", Owner: "east", Target: dec("600"), Why: "split"}, Goal{ID: "b", Owner: "b", Parent: "east", Period: "2027-H1", Target: dec("90")}))
	require.Equal(t, "90", owes(t, all, "top", "b", "2027-H1"))

	// Goals of one that are partly within another's don't count twice.
	all = targetsOf(t, plan(Goal{ID: "east", Owner: "east", Target: dec("700")}, Goal{ID: "west", Owner: "west", Target: dec("500")}, Goal{ID: "b", Owner: "b", Target: dec("300")}))
	require.Equal(t, "700 300", owes(t, all, "top", "east", "")+" "+owes(t, all, "top", "b", ""))
}

// A plan document, an axis from a table, and what sells only parts.
func TestPlan_TransferDocument(t *testing.T) {
	const text = `{"salesplan": "1", "metrics": [{"id": "m", "step": "1"}],
	 "axes": [{"id": "org", "table": {"file": "people", "columns": ["team", "name"]}, "units": [{"id": "li", "transfers": [{"on": "2027-07-01", "to": "west"}]}]},
	          {"id": "line", "units": [{"id": "x"}, {"id": "w", "parent": "x"}, {"id": "y"}, {"id": "z", "parent": "y", "transfers": [{"on": "2027-10-01", "to": "x"}]}]}],
	 "goals": [{"id": "g", "metric": "m", "period": "2027", "target": "1200", "split": {"grains": ["quarter"], "axes": [{"axis": "org"}, {"axis": "line"}],
	   "bounds": [{"unit": "li", "parents": ["west"], "min": "10"}]}}]}`
	p, err := Decode(strings.NewReader(text), DecodeOptions{})
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, Encode(&out, p))
	require.Contains(t, out.String(), `"transfers"`)
	_, err = p.Targets(context.Background(), nil)
	require.ErrorIs(t, err, diag.Required)
	filled, err := p.WithTables(tables("people", "team,name\neast,wang\neast,li\nwest,zhao\n"))
	require.NoError(t, err)
	all := targetsOf(t, filled)
	b, err := all.Goal("g")
	require.NoError(t, err)
	requireSums(t, b)
	require.Positive(t, requirePlaces(t, b))
	require.Equal(t, "300", owes(t, all, "g", "li", ""))
	js, err := json.Marshal(b)
	require.NoError(t, err)
	require.Contains(t, string(js), `{"units":["li",""],"parents":["west",""],"axis":"org","parent":"west"`)
	require.Contains(t, string(js), `{"units":["","z"],"parents":["","x"],"axis":"line","parent":"x"`)

	_, err = p.WithTables(tables("people", "team,name\neast,wang\neast,li\n"))
	require.NoError(t, err, "the table need not have it")
	bad, err := p.WithTables(tables("people", "team,name\neast,wang\neast,li\n"))
	require.NoError(t, err)
	require.Contains(t, places(bad.Validate()), "/axes/0/units/li/transfers/0/to unknown")

	// Who sells one line sells it in every team.
	filled.Axes[0].filled[2].Sells = []string{"x"}
	require.Equal(t, "li", filled.Axes[0].filled[2].ID)
	all = targetsOf(t, filled)
	b, err = all.Goal("g")
	require.NoError(t, err)
	for _, team := range []string{"east", "west"} {
		d, err := b.Amount(At{Units: []string{"li", "y"}, Parents: []string{team}})
		require.NoError(t, err)
		require.True(t, d.IsZero())
	}
}

// An amount that is owed by working days is what a cascade gives siblings who
// are alike: parts of a proration that tile the year add up, as rows do.
func TestCascade_TransferProrated(t *testing.T) {
	req := twoTeams("2027-05-17 west")
	req.Goal.Target = dec("1000000")
	req.Goal.Split.Time.Basis = TimeWorkdays
	req.Axes[0].Units = unitList("east", "west", "li < east")
	req = moving(req, "li", "2027-05-17 west")
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 1, BasisRule: BasisRule{Basis: BasisEven}}}
	b := cascaded(t, req) // always one team with somebody in it
	for parent, part := range map[string]calendar.Period{
		"east": calendar.Span(calendar.On(2027, 1, 1), calendar.On(2027, 5, 16)), "west": calendar.Span(calendar.On(2027, 5, 17), calendar.On(2027, 12, 31)),
	} {
		want, err := calendar.Prorate(dec("1000000"), dec("1"), calendar.Year(2027), part, calendar.ProrateBasis{Kind: calendar.ProrateWorkingDays})
		require.NoError(t, err)
		got, err := b.Amount(At{Units: []string{"li"}, Parents: []string{parent}})
		require.NoError(t, err)
		require.Equal(t, want.String(), got.String(), parent)
	}
	e := explained(t, b, At{Units: []string{"li"}, Period: calendar.Month(2027, time.May)})
	require.Len(t, e.Stints, 2)
}
