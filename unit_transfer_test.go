package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// moving lets a unit of a request change teams: "2027-07-01 west".
func moving(req CascadeRequest, unit string, transfers ...string) CascadeRequest {
	for a := range req.Axes {
		for i := range req.Axes[a].Units {
			u := &req.Axes[a].Units[i]
			for _, text := range transfers {
				if u.ID == unit {
					on, _ := calendar.ParseDate(text[:10])
					u.Transfers = append(u.Transfers, UnitTransfer{On: on, To: text[11:]})
				}
			}
		}
	}
	return req
}

// twoTeams is a goal over two teams, of which li goes from one to the other.
func twoTeams(transfers ...string) CascadeRequest {
	req := flow("1200", "2027", []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth},
		"east", "west", "wang < east", "li < east", "zhao < west")
	return moving(req, "li", transfers...)
}

// partsOfUnit returns what a unit owes below each of its teams over the whole
// period, by the rows.
func partsOfUnit(t *testing.T, b *Breakdown, unit string) map[string]string {
	t.Helper()
	rows, err := b.Rows(Query{Grain: GrainGoal, Under: unit})
	require.NoError(t, err)
	out := map[string]string{}
	for r := range rows {
		out[r.Parent] = r.Amount.String()
	}
	return out
}

func TestCascade_Transfer(t *testing.T) {
	b := cascaded(t, twoTeams("2027-07-01 west"))
	// 600 a team; east's are two for six months of 50 and then one, west's the
	// other way round.
	require.Equal(t, "450: 75 75 150 150", line(t, b, calendar.GrainQuarter, "wang"))
	require.Equal(t, "300: 75 75 75 75", line(t, b, calendar.GrainQuarter, "li"))
	require.Equal(t, "450: 150 150 75 75", line(t, b, calendar.GrainQuarter, "zhao"))
	require.Equal(t, "600: 150 150 150 150", line(t, b, calendar.GrainQuarter, "east"))
	require.Equal(t, map[string]string{"east": "150", "west": "150"}, partsOfUnit(t, b, "li"))

	for at, want := range map[string]string{"": "300", "east": "150", "west": "150"} {
		d, err := b.Amount(At{Units: []string{"li"}, Parents: []string{at}})
		require.NoError(t, err)
		require.Equal(t, want, d.String(), at)
	}
	_, err := b.Amount(At{Units: []string{"li"}, Parents: []string{"wesst"}})
	require.Equal(t, "/at/parents/0 unknown", places(err))
	require.Equal(t, "west", diag.All(err)[0].Near)
	_, err = b.Amount(At{Units: []string{"li"}, Parents: []string{"west", "west"}})
	require.Equal(t, "/at/parents mismatch", places(err))

	// The rows below a team have the part that stands there, and add up to it.
	rows, err := b.Rows(Query{Grain: calendar.GrainQuarter, Under: "west"})
	require.NoError(t, err)
	sums := map[string]string{}
	for r := range rows {
		sums[r.Units[0]] += r.Amount.String() + " "
		require.Equal(t, r.Units[0] == "li", r.Parents != nil)
	}
	require.Equal(t, map[string]string{"west": "150 150 150 150 ", "zhao": "150 150 75 75 ", "li": "0 0 75 75 "}, sums)
}

// Back in a former team, a unit has one row there.
func TestCascade_TransferAndBack(t *testing.T) {
	b := cascaded(t, twoTeams("2027-04-01 west", "2027-10-01 east"))
	require.Equal(t, map[string]string{"east": "150", "west": "150"}, partsOfUnit(t, b, "li"))
	require.Equal(t, "450: 75 150 150 75", line(t, b, calendar.GrainQuarter, "wang"))
	require.Equal(t, "300: 75 75 75 75", line(t, b, calendar.GrainQuarter, "li"))

	// In the middle of a month both teams have a part of it.
	b = cascaded(t, twoTeams("2027-07-16 west"))
	e := explained(t, b, At{Units: []string{"li"}, Period: calendar.Month(2027, time.July)})
	require.Len(t, e.Stints, 2)
	require.Nil(t, e.Cell)
	require.Equal(t, "2027-07-16/2027-07-31", e.Stints[1].Days[0].String())
	require.True(t, e.Stints[0].Amount.Add(e.Stints[1].Amount).Equal(e.Amount))
	require.NotNil(t, e.Stints[0].Cell)
	require.Equal(t, []string{"west"}, e.Stints[1].Parents)
}

// The ramp counts from a unit's own first day, wherever it stands.
func TestCascade_TransferRamp(t *testing.T) {
	req := twoTeams("2027-03-01 west")
	for i := range req.Axes[0].Units {
		if u := &req.Axes[0].Units[i]; u.ID == "li" {
			u.From, u.Ramp = calendar.On(2027, 2, 1), decimals("0 0.5 1")
		}
	}
	b := cascaded(t, req)
	// February: nothing of 50. March: half a head beside zhao's whole one, a
	// third of 50. From April on, half of 50.
	require.Equal(t, "242: 0 0 16 25 25 25 25 25 25 26 25 25", line(t, b, calendar.GrainMonth, "li"))
}

// A goal of one team has its part only.
func TestCascade_TransferOwner(t *testing.T) {
	req := twoTeams("2027-07-01 west")
	req.Goal.Owner = "west"
	b := cascaded(t, req)
	require.Equal(t, "300: 0 0 150 150", line(t, b, calendar.GrainQuarter, "li"))
	require.Equal(t, "900: 300 300 150 150", line(t, b, calendar.GrainQuarter, "zhao"))

	req.Goal.Owner = "li" // a goal of its own is all of its own
	b = cascaded(t, req)
	require.Equal(t, "1200: 300 300 300 300", line(t, b, calendar.GrainQuarter, "li"))
	req = twoTeams("2026-07-01 west")
	b = cascaded(t, req)
	require.Equal(t, map[string]string{"east": "0", "west": "300"}, partsOfUnit(t, b, "li"))
	e := explained(t, b, At{Units: []string{"li"}})
	require.Nil(t, e.Stints)
	require.Equal(t, "west", e.Who[1].Unit)
}

// transfers lets leaves of an axis change teams; back to a former one only where
// they may return.
func (m *planMaker) transfers(axis *Axis, whole calendar.Period, mayReturn bool) (any bool) {
	inner := map[string]bool{}
	var teams []string
	for _, u := range axis.Units {
		if u.Parent != "" && !inner[u.Parent] {
			inner[u.Parent] = true
			teams = append(teams, u.Parent)
		}
	}
	for i := range axis.Units {
		u := &axis.Units[i]
		if u.Parent == "" || inner[u.ID] || m.IntN(3) > 0 {
			continue
		}
		day, been := whole.First.AddDays(m.IntN(whole.Days()+40)-20), []string{u.Parent}
		for range 1 + m.IntN(3) {
			to := chosen(m.Rand, teams...)
			if to == been[len(been)-1] || !mayReturn && slices.Contains(been, to) || !u.To.IsZero() && day.After(u.To) || !u.From.IsZero() && !day.After(u.From) {
				continue
			}
			u.Transfers = append(u.Transfers, UnitTransfer{On: day, To: to})
			been, any = append(been, to), true
			day = day.AddDays(1 + m.IntN(60))
		}
	}
	return any
}

// asUnits writes each part of a unit that changes teams as a unit of its own,
// there on the days of that part.
func asUnits(axis Axis) Axis {
	var out []Unit
	for _, u := range axis.Units {
		moves := u.Transfers
		u.Transfers = nil
		for k := range len(moves) + 1 {
			part := u
			if k > 0 {
				part.ID, part.Parent, part.From = fmt.Sprint(u.ID, "@", k), moves[k-1].To, moves[k-1].On
			}
			if k < len(moves) {
				part.To = moves[k].On.AddDays(-1)
			}
			out = append(out, part)
		}
	}
	axis.Units = out
	return axis
}

// Differential: a unit that changes teams is given, cell by cell, what units of
// the same weight would be that come and go on these days.
func TestCascade_TransferAsUnits(t *testing.T) {
	done, failed, several := 0, 0, 0
	for i := range 400 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 77))}
		req := m.request(chosen(m.Rand, 60, 300, 900))
		whole, _ := req.Fiscal.Parse(req.Goal.Period)
		if i%3 == 0 && req.Goal.Every == "" {
			req.Goal.Split.Fix = FixPeople
		}
		moves := false
		twin := req
		twin.Axes = slices.Clone(req.Axes)
		for a := range req.Axes {
			moves = m.transfers(&req.Axes[a], whole, false) || moves
			twin.Axes[a] = asUnits(req.Axes[a])
		}
		if u, ok := (&Plan{Axes: req.Axes}).Unit(req.Goal.Owner); !moves || ok && len(u.Transfers) > 0 {
			continue
		}
		b, err := Cascade(context.Background(), req)
		other, err2 := Cascade(context.Background(), twin)
		if err != nil || err2 != nil {
			require.Error(t, err, i)
			require.Error(t, err2, i)
			require.Equal(t, diag.All(err)[0].Code, diag.All(err2)[0].Code, i)
			failed++
			continue
		}
		done++
		require.Equal(t, other.cells, b.cells, i)
		for a, ax := range b.cs.axes {
			require.Len(t, other.cs.axes[a].tree.nodes, len(ax.tree.nodes))
			several += min(a, 1)
		}
	}
	t.Log(done, failed, several)
	require.Greater(t, done, 60)
	require.Greater(t, several, 20)
}

// Sums at every level and period, whoever comes, goes and returns; a unit's
// amount is that of all its rows, and a row's place is the row's.
func TestCascade_TransferSums(t *testing.T) {
	done, split := 0, 0
	for i := range 120 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 78))}
		req := m.request(chosen(m.Rand, 60, 200))
		whole, _ := req.Fiscal.Parse(req.Goal.Period)
		for a := range req.Axes {
			m.transfers(&req.Axes[a], whole, true)
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		done++
		requireSums(t, b)
		split += requirePlaces(t, b)
	}
	t.Log(done, split)
	require.Greater(t, done, 50)
	require.Greater(t, split, 500)
}

// requirePlaces checks each row against its place, and the sum of a place's
// rows against the place without parents. It returns how many rows have such.
func requirePlaces(t *testing.T, b *Breakdown) (split int) {
	t.Helper()
	rows, err := b.Rows(Query{})
	require.NoError(t, err)
	sums, ats := map[string]decimal.Decimal{}, map[string]At{}
	for r := range rows {
		at := At{Units: slices.Clone(r.Units), Parents: r.Parents, Period: r.Period}
		d, err := b.Amount(at)
		require.NoError(t, err)
		require.True(t, d.Equal(r.Amount), "%v: %s, row %s", at, d, r.Amount)
		if r.Parents == nil {
			continue
		}
		split++
		at.Parents = nil
		key := fmt.Sprint(at, r.Grain)
		sums[key], ats[key] = sums[key].Add(r.Amount), at
	}
	for key, at := range ats {
		d, err := b.Amount(at)
		require.NoError(t, err)
		require.True(t, d.Equal(sums[key]), "%v: %s, its rows %s", at, d, sums[key])
		e, err := b.Explain(at)
		require.NoError(t, err)
		require.True(t, e.Amount.Equal(d))
		sum := decimal.Decimal{}
		for _, s := range e.Stints {
			sum = sum.Add(s.Amount)
		}
		require.True(t, e.Stints == nil || sum.Equal(d), "%v", at)
	}
	return split
}

// A bound on a unit holds for the sum of its parts.
func TestCascade_TransferBounds(t *testing.T) {
	holds := 0
	for i := range 200 {
		r := rand.New(rand.NewPCG(uint64(i), 79))
		req := twoTeams(chosen(r, "2027-07-01", "2027-05-17", "2027-12-02") + " west")
		if r.IntN(3) == 0 {
			req.Axes = append(req.Axes, Axis{ID: "line", Units: unitList("x", "y", "z")})
			req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "line"})
		}
		rule := BoundRule{Units: []string{"li"}, Period: chosen(r, "", "", "2027-Q2", "2027-07", "2027-05", "2027-11")}
		if len(req.Axes) > 1 && r.IntN(2) == 0 {
			rule.Units = append(rule.Units, "x")
		}
		n := decimal.NewFromInt(r.Int64N(120))
		switch r.IntN(4) {
		case 0:
			rule.Lock = decimal.NewNullDecimal(n)
		case 1:
			rule.Min = decimal.NewNullDecimal(n)
		case 2:
			rule.Max = decimal.NewNullDecimal(n)
		default:
			rule.Min, rule.Max = decimal.NewNullDecimal(n), decimal.NewNullDecimal(n.Add(decimal.NewFromInt(r.Int64N(3))))
		}
		if r.IntN(4) == 0 {
			rule.Parents = []string{chosen(r, "east", "west")}
		}
		req.Goal.Split.Bounds = []BoundRule{rule}
		if rule.Period == "" && r.IntN(3) == 0 {
			req.Goal.Split.Fix = FixPeople
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			require.ErrorIs(t, err, diag.Infeasible, i)
			continue
		}
		holds++
		requireSums(t, b)
		at := At{Units: rule.Units, Parents: rule.Parents}
		if rule.Period != "" {
			at.Period, _ = calendar.ParsePeriod(rule.Period)
		}
		d, err := b.Amount(at)
		require.NoError(t, err)
		require.False(t, rule.Lock.Valid && !d.Equal(rule.Lock.Decimal), "%d: %+v has %s", i, rule, d)
		require.False(t, rule.Min.Valid && d.LessThan(rule.Min.Decimal), "%d: %+v has %s", i, rule, d)
		require.False(t, rule.Max.Valid && d.GreaterThan(rule.Max.Decimal), "%d: %+v has %s", i, rule, d)
	}
	require.Greater(t, holds, 120)

	req := twoTeams("2027-07-01 west")
	req.Goal.Split.Bounds = []BoundRule{{Unit: "li", Min: null("900")}, {Unit: "wang", Min: null("300")}, {Unit: "east", Max: null("600")}}
	_, err := Cascade(context.Background(), req)
	require.ErrorIs(t, err, diag.Infeasible)
	require.Contains(t, diag.All(err)[0].Bound, "bounds on units that change teams were spread over the teams")
	req.Goal.Split.Bounds = []BoundRule{{Unit: "li", Parents: []string{"north"}, Min: null("1")}, {Unit: "li", Parents: []string{"", "east"}, Min: null("1")}}
	_, err = Cascade(context.Background(), req)
	require.Equal(t, "/goal/split/bounds/0/parents/0 unknown, /goal/split/bounds/1/parents mismatch", places(err))
}

// What is wrong with transfers is said where it stands.
func TestPlan_TransferFaults(t *testing.T) {
	unit := func(change func(*Unit)) []Unit {
		units := unitList("east", "west", "wang < east", "li < east", "zhao < west")
		change(&units[3])
		return units
	}
	move := func(texts ...string) func(*Unit) {
		return func(u *Unit) {
			for _, text := range texts {
				on, _ := calendar.ParseDate(text[:10])
				u.Transfers = append(u.Transfers, UnitTransfer{On: on, To: text[11:]})
			}
		}
	}
	for want, units := range map[string][]Unit{
		"":                                       unit(move("2027-07-01 west", "2027-09-01 east")),
		"/axes/0/units/3/transfers/0/to unknown": unit(move("2027-07-01 wast")),
		"/axes/0/units/3/transfers/0/to required":   unit(move("2027-07-01 ")),
		"/axes/0/units/3/transfers/0/to cycle":      unit(move("2027-07-01 li")),
		"/axes/0/units/3/transfers/0/to conflict":   unit(move("2027-07-01 east")),
		"/axes/0/units/3/transfers/1/to conflict":   unit(move("2027-07-01 west", "2027-08-01 west")),
		"/axes/0/units/3/transfers/1/on duplicate":  unit(move("2027-07-01 west", "2027-07-01 east")),
		"/axes/0/units/3/transfers/1/on order":      unit(move("2027-07-01 west", "2027-06-30 east")),
		"/axes/0/units/3/transfers too-many":        unit(func(u *Unit) { u.Transfers = make([]UnitTransfer, maxTransfers+1) }),
		"/axes/0/units/3/transfers/0/on required":   unit(func(u *Unit) { u.Transfers = []UnitTransfer{{To: "west"}} }),
		"/axes/0/units/3/transfers conflict":        unit(func(u *Unit) { move("2027-07-01 west")(u); u.Parent = "" }),
		"/axes/0/units/3/transfers/0/on order\n":    nil,
		"/axes/0/units/0/transfers conflict":        nil,
		"/axes/0/units/2/ramp conflict":             nil,
		"/axes/0/units/2/fte conflict":              nil,
		"/axes/0/units/3/transfers/0/on order from": unit(func(u *Unit) { move("2027-07-01 west")(u); u.From = calendar.On(2027, 7, 1) }),
		"/axes/0/units/3/transfers/0/on order to":   unit(func(u *Unit) { move("2027-07-02 west")(u); u.To = calendar.On(2027, 7, 1) }),
	} {
		if units == nil {
			continue
		}
		var c diag.Collector
		checkAxes([]Axis{{ID: "org", Units: units}}, &c)
		got := places(c.Err())
		require.True(t, got == want || got+" from" == want || got+" to" == want, "%q, want %q", got, want)
	}

	// A team doesn't change, and neither does who becomes one; who becomes one has
	// no ramp and no heads.
	units := unitList("company", "east < company", "west < company", "wang < east", "li < east")
	move("2027-07-01 west")(&units[1])
	var c diag.Collector
	checkAxes([]Axis{{ID: "org", Units: units}}, &c)
	require.Equal(t, "/axes/0/units/1/transfers conflict", places(c.Err()))
	units = unitList("east", "west", "wang < east", "li < east")
	move("2027-07-01 li")(&units[2])
	move("2027-08-01 wang")(&units[3])
	units[3].FTE, units[3].From, units[3].Ramp = null("1"), calendar.On(2027, 1, 1), decimals("0.5 1")
	c = diag.Collector{}
	checkAxes([]Axis{{ID: "org", Units: units}}, &c)
	require.Equal(t, "/axes/0/units/2/transfers conflict, /axes/0/units/3/ramp conflict, /axes/0/units/3/fte conflict, /axes/0/units/3/transfers conflict", places(c.Err()))
}

func TestUnit_ParentOn(t *testing.T) {
	u := Unit{Parent: "a", Transfers: []UnitTransfer{{calendar.On(2027, 3, 1), "b"}, {calendar.On(2027, 5, 1), "a"}}}
	for day, want := range map[string]string{"2027-02-28": "a", "2027-03-01": "b", "2027-04-30": "b", "2027-05-01": "a", "2030-01-01": "a"} {
		d, err := calendar.ParseDate(day)
		require.NoError(t, err)
		require.Equal(t, want, u.ParentOn(d), day)
	}
	require.Equal(t, "a", u.ParentOn(calendar.Date{}))
	require.Equal(t, []span{{from: 0, to: 59}, {from: 120, to: 365}}, u.daysBelow("a", calendar.Year(2027)))
}

// Overlaps of spans, against day after day.
func TestOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	draw := func() (out []span) {
		at := int32(0)
		for range r.IntN(5) {
			from := at + r.Int32N(4)
			at = from + 1 + r.Int32N(4)
			out = append(out, span{from: from, to: at})
		}
		return out
	}
	in := func(list []span, d int32) bool {
		return slices.ContainsFunc(list, func(s span) bool { return s.from <= d && d < s.to })
	}
	for range 2000 {
		a, b := draw(), draw()
		both := overlap(a, b)
		for d := range int32(45) {
			require.Equal(t, in(a, d) && in(b, d), in(both, d))
		}
		for i := 1; i < len(both); i++ {
			require.Less(t, both[i-1].to, both[i].from)
		}
	}
}
