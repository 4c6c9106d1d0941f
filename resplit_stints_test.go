package salesplan

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func resplitOf(t *testing.T, req ResplitRequest) *Targets {
	t.Helper()
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	return got
}

// unitNamed returns a plan's unit.
func unitNamed(p *Plan, id string) *Unit {
	for a := range p.Axes {
		for i := range p.Axes[a].Units {
			if p.Axes[a].Units[i].ID == id {
				return &p.Axes[a].Units[i]
			}
		}
	}
	return nil
}

// belowTeam is what a unit owes in October to December below one of its teams.
func belowTeam(t *testing.T, x *Targets, unit, team string) string {
	t.Helper()
	b, err := x.Goal("goal")
	require.NoError(t, err)
	out := ""
	for _, p := range b.Periods("month")[9:] {
		a, err := b.Amount(At{Units: []string{unit}, Parents: []string{team}, Period: p})
		require.NoError(t, err)
		out += " " + a.String()
	}
	return out[1:]
}

// A transfer that the plan states moves the same as one by another parent from
// the day on, and the place below each team is found by it.
func TestResplit_StatedTransfer(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	req := ResplitRequest{Issued: issue(t, p), AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned()...), Plan: p.Clone()}
	unitNamed(req.Plan, "li").Transfers = []UnitTransfer{{On: calendar.On(2027, 11, 1), To: "west"}}
	got := reissued(t, resplitOf(t, req))
	require.Equal(t, "200 0 0", belowTeam(t, got, "li", "east"))
	require.Equal(t, "600 800 800", monthsOf(t, got, "wang", 10))
	require.Equal(t, "800 800 800", monthsOf(t, got, "east", 10))
	require.Equal(t, "400 400 400", monthsOf(t, got, "west", 10))
	west := belowTeam(t, got, "li", "west")
	require.Equal(t, "0 133 134", west, "a third of the team, as the plan has it")
	b, err := got.Goal("goal")
	require.NoError(t, err)
	places := map[string]bool{}
	for x := range b.Changes() {
		if x.Units[0] != "li" {
			require.Nil(t, x.Parents)
			continue
		}
		places[x.Parents[0]] = true
		for _, m := range x.Moves {
			require.Equal(t, ReasonTransfer, m.Reason)
		}
	}
	require.Equal(t, map[string]bool{"east": true, "west": true}, places)
	e, err := b.Explain(At{Units: []string{"li"}, Period: calendar.Month(2027, 11)})
	require.NoError(t, err)
	require.Contains(t, e.Text(diag.English), "li changed teams")

	// The same request with them changes nothing.
	again := req
	again.Issued = got
	require.True(t, resplitOf(t, again).Equal(got))
}

// Who changes teams as issued and then leaves has left, and what happened counts
// where the unit stood.
func TestResplit_StintsIssued(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	unitNamed(p, "li").Transfers = []UnitTransfer{{On: calendar.On(2027, 7, 1), To: "west"}}
	issued := issue(t, p)
	require.Equal(t, "133 133 133", monthsOf(t, issued, "li", 10))
	b, err := issued.Goal("goal")
	require.NoError(t, err)
	var actuals []string
	for m, period := range b.Periods("month")[:9] {
		for _, unit := range []string{"li", "wang", "chen", "zhao"} {
			x, err := b.Amount(At{Units: []string{unit}, Period: period})
			require.NoError(t, err)
			if unit == "li" && m == 7 {
				x = x.Sub(decimal.NewFromInt(3))
			}
			actuals = append(actuals, unit+" "+period.First.String()[:7]+" "+x.String())
		}
	}
	req := ResplitRequest{Issued: issued, AsOf: day("2027-09-30"), Actuals: happened(t, p, actuals...), Plan: p.Clone()}
	got := reissued(t, resplitOf(t, req))
	require.Equal(t, "134 134 134", monthsOf(t, got, "li", 10), "carries what it missed in its second team")
	require.Equal(t, "0 0 0", belowTeam(t, got, "li", "east"))

	unitNamed(req.Plan, "li").To = calendar.On(2027, 10, 31)
	got = reissued(t, resplitOf(t, req))
	require.Equal(t, "136 0 0", monthsOf(t, got, "li", 10), "all that it missed")
	b, err = got.Goal("goal")
	require.NoError(t, err)
	left := false
	for x := range b.Changes() {
		for _, m := range x.Moves {
			left = left || m.Reason == ReasonLeaver
			require.NotEqual(t, ReasonTransfer, m.Reason)
		}
	}
	require.True(t, left)
}

// Any plan with units that change teams can be brought up to another state of
// the same, its laws hold, and it is read again as it was.
func TestResplit_RandomStints(t *testing.T) {
	done, moved := 0, 0
	for seed := range uint64(120) {
		m := &planMaker{Rand: rand.New(rand.NewPCG(seed, 211))}
		p := yearPlan("14400", theTeam()...)
		m.transfers(&p.Axes[0], calendar.Year(2027), true)
		issued, err := p.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		next := p.Clone()
		for i := range next.Axes[0].Units {
			next.Axes[0].Units[i].Transfers = nil
		}
		m.transfers(&next.Axes[0], calendar.Year(2027), true)
		req := ResplitRequest{Issued: issued, AsOf: day("2027-06-30"), Actuals: happened(t, p, "wang 2027-06 10"), Plan: next,
			Leaver: chosen(m.Rand, LeaverShare, LeaverVacancy)}
		got, err := Resplit(context.Background(), req)
		if err != nil {
			require.ErrorIs(t, err, diag.Infeasible)
			continue
		}
		done++
		for range got.Changes() {
			moved++
			break
		}
		before, err := issued.Goal("goal")
		require.NoError(t, err)
		b, err := got.Goal("goal")
		require.NoError(t, err)
		for k, month := range b.Periods("month") {
			old, err := before.Amount(At{Period: month})
			require.NoError(t, err)
			now, err := b.Amount(At{Period: month})
			require.NoError(t, err)
			if k < 6 {
				require.Equal(t, old.String(), now.String(), "closed")
			}
		}
		reissued(t, got)
	}
	require.Greater(t, done, 60)
	require.Greater(t, moved, 30)
}

// Locks off the step are refused by name: of what was issued, and of what is
// still open; one that is over is no matter.
func TestResplit_OffStep(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	plain := issue(t, p)
	lock := func(period string) *Plan {
		q := p.Clone()
		q.Goals[0].Split.Bounds = []BoundRule{{Unit: "li", Period: period, Lock: decimal.NewNullDecimal(dec("200.5"))}}
		return q
	}
	req := ResplitRequest{Issued: plain, AsOf: day("2027-06-30"), Actuals: happened(t, p, asPlanned()...), Plan: lock("2027-10")}
	_, err := Resplit(context.Background(), req)
	require.Equal(t, "/goals/0/split/bounds/0/lock off-step", places(err))
	req.Plan = lock("2027-03")
	require.True(t, resplitOf(t, req).Equal(plain))
	odd := issue(t, lock("2027-10"))
	req.Issued = reissued(t, odd)
	_, err = Resplit(context.Background(), req)
	require.Equal(t, "/issued off-step", places(err))
}

// A target that grew stays as it was issued, whatever its baseline has become,
// until the plan says otherwise.
func TestResplit_Growth(t *testing.T) {
	p := yearPlan("0", theTeam()...)
	p.Goals[0].Baseline = decimal.NewNullDecimal(dec("12000"))
	p.Goals[0].Growth = &TargetGrowth{Mode: GrowthAdditive, UnitGrowth: UnitGrowth{Growth: dec("0.2")}}
	issued := reissued(t, issue(t, p))
	b, err := issued.Goal("goal")
	require.NoError(t, err)
	require.Equal(t, "14400", b.Total().String())
	req := ResplitRequest{Issued: issued, AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned()...), Plan: p.Clone()}
	got := reissued(t, resplitOf(t, req))
	require.True(t, got.Equal(issued))
	b, err = got.Goal("goal")
	require.NoError(t, err)
	require.Equal(t, "12000", b.Grown().Baseline.String())

	req.Plan.Goals[0].Growth.Growth = dec("0.35") // 1,800 more on three months
	got = reissued(t, resplitOf(t, req))
	require.Equal(t, "1800 1800 1800", monthsOf(t, got, "company", 10))
	b, err = got.Goal("goal")
	require.NoError(t, err)
	require.Equal(t, "0.35", b.Grown().Growth.String())
	require.Equal(t, "0.2", b.origin().Grown().Growth.String())

	// What grew on the past needs no evidence of it again.
	past := p.Clone()
	past.Goals[0].Baseline = decimal.NullDecimal{}
	past.Goals[0].Growth.Period = "2026"
	grown := *b.origin().cs.grown
	grown.Period = calendar.Year(2026)
	b.origin().cs.grown = &grown
	var text bytes.Buffer
	require.NoError(t, EncodeTargets(&text, targetsWith(b.origin()), issueDay()))
	req.Issued, err = DecodeTargets(&text, DecodeOptions{})
	require.NoError(t, err)
	req.Plan = past
	got = resplitOf(t, req)
	require.True(t, got.Equal(req.Issued))
	past.Goals[0].Growth.Period = "2025"
	_, err = Resplit(context.Background(), req)
	require.Equal(t, "/evidence required", places(err))
}
