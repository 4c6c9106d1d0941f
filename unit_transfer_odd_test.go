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
	"github.com/stretchr/testify/require"
)

// oddMove is a plan in thousands whose b goes from east to west on a day.
func oddMove(on string, bounds ...BoundRule) CascadeRequest {
	return moving(inThousands(bounds...), "b", on+" west")
}

// below chooses the part of a bound below one team.
func below(team string, r BoundRule) BoundRule {
	r.Parents = []string{team}
	return r
}

// Whoever changes teams: locks off the step hold to the last digit, and what they
// leave is carried so that everything else is whole.
func TestCascade_TransferOddLocks(t *testing.T) {
	for _, tt := range []struct {
		name string
		req  CascadeRequest
		want []string // cells off the step
	}{
		{"a month before the change", oddMove("2027-07-01", fixed("b", "2027-01", "83417.35")),
			[]string{"a 2027-01", "a 2027-02", "east/b 2027-01", "east/b 2027-02"}},
		{"a month after it", oddMove("2027-07-01", fixed("b", "2027-08", "83417.35")),
			[]string{"a 2027-07", "a 2027-08", "west/b 2027-07", "west/b 2027-08"}},
		{"the month of the change, in both teams", oddMove("2027-07-16", fixed("b", "2027-07", "250000.5")), nil},
		{"its part in one of them", oddMove("2027-07-16", below("west", fixed("b", "2027-07", "100000.5"))), nil},
		{"the year, which lies in one of the teams", oddMove("2027-07-01", fixed("b", "", "3000000.25")), nil},
		{"a part of the year", oddMove("2027-07-01", below("west", fixed("b", "", "1000000.25"))), nil},
		{"the year and a part of it", oddMove("2027-07-01", fixed("b", "", "3000000.25"), below("west", fixed("b", "", "1500000.5"))), nil},
		{"the year, where all months in one team are closed", oddMove("2027-02-01", fixed("b", "2027-01", "200000.75"), fixed("b", "", "3000000.25")), nil},
		{"and one that fits what is closed", oddMove("2027-02-01", fixed("b", "2027-01", "200000.75"), fixed("b", "", "3000000.75")), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := cascaded(t, tt.req)
			requireOdd(t, b, tt.req)
			requirePlaces(t, b)
			got := sortedKeys(offStep(t, b))
			require.NotEmpty(t, got)
			if tt.want != nil {
				slices.Sort(tt.want)
				require.Equal(t, tt.want, got)
			}
		})
	}

	// Both parts are locked: together they exclude another year.
	_, err := Cascade(context.Background(), oddMove("2027-07-01", fixed("b", "", "3000000.25"),
		below("west", fixed("b", "", "1500000.5")), below("east", fixed("b", "", "1500000.5"))))
	require.Equal(t, "/goal/split/bounds/0 infeasible", places(err))
}

// The explanation of a month in two teams says in which of them the lock's rest
// is; a lock of one part says of which.
func TestExplain_TransferOdd(t *testing.T) {
	req := oddMove("2027-07-16", fixed("b", "2027-07", "250000.5"), below("east", fixed("b", "2027-01", "200000.25")))
	b := cascaded(t, req)
	e := explained(t, b, At{Units: []string{"b"}, Period: calendar.Month(2027, time.July)})
	require.Equal(t, "250000.5", e.Amount.String())
	require.Len(t, e.Stints, 2)
	odd := 0
	for _, s := range e.Stints {
		if s.Cell.Odd != nil {
			odd++
			require.Equal(t, OddShare{Amount: dec("0.5"), Locks: []LockShare{{Units: []string{"b"}, Period: calendar.Month(2027, time.July), Amount: dec("250000.5")}}},
				OddShare{Amount: dec(s.Cell.Odd.Amount.String()), Rest: s.Cell.Odd.Rest, Locks: s.Cell.Odd.Locks})
		}
	}
	require.Equal(t, 1, odd)
	e = explained(t, b, At{Units: []string{"b"}, Period: calendar.Month(2027, time.January)})
	require.Equal(t, []LockShare{{Units: []string{"b"}, Parents: []string{"east"}, Period: calendar.Month(2027, time.January), Amount: dec("200000.25")}}, e.Cell.Odd.Locks)
	var subjects []string
	for _, f := range b.Findings() {
		if f.Code == codeOddLock {
			subjects = append(subjects, f.Subject.ID)
		}
	}
	require.Equal(t, []string{"b", "east/b"}, subjects)
}

// A product line that changes its group in the course of the year, locked off the
// step over all people.
func TestCascade_TransferOddLines(t *testing.T) {
	req := inThousands()
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "soft", "x < hard", "y < hard", "z < soft")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	req = moving(req, "y", "2027-07-01 soft")
	for _, bounds := range [][]BoundRule{
		{fixed("y", "", "3000000.25")},
		{below("soft", fixed("y", "", "2000000.25"))},
		{fixed("y", "", "3000000.25"), fixed("hard", "", "5000000.5")},
		{{Units: []string{"a", "y"}, Lock: null("700000.125")}},
		{{Units: []string{"a", "y"}, Lock: null("700000.125")}, fixed("y", "", "3000000.25"), fixed("a", "", "2999999.75")},
	} {
		req.Goal.Split.Bounds = bounds
		b := cascaded(t, req)
		requireOdd(t, b, req)
		requirePlaces(t, b)
	}
}

// Whatever locks off the step there are, whoever changes teams when: sums are
// exact at every level, every lock holds, and findings name every cell.
func TestCascade_TransferOddRandom(t *testing.T) {
	rounds := 400
	if testing.Short() {
		rounds = 120
	}
	odd, split, refused := 0, 0, map[string]int{}
	for i := range rounds {
		r := rand.New(rand.NewPCG(uint64(i), 79))
		m := &planMaker{Rand: r}
		moves := false
		req, ok := randomOddWith(r, func(req *CascadeRequest) {
			whole, _ := req.Fiscal.Parse(req.Goal.Period)
			for a := range req.Axes {
				moves = m.transfers(&req.Axes[a], whole, true) || moves
			}
		})
		if !ok || !moves {
			continue
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			requireChinese(t, err)
			f := diag.All(err)[0]
			require.Contains(t, []diag.Code{diag.Infeasible, diag.Conflict}, f.Code, "%d: %v", i, err)
			refused[f.Bound]++
			continue
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			requireOdd(t, b, req)
			split += requirePlaces(t, b)
		})
		if len(offStep(t, b)) > 0 {
			odd++
		}
	}
	t.Logf("%d off the step, %d rows of units that change teams, %d ways to be refused", odd, split, len(refused))
	for why, n := range refused {
		t.Log(n, why)
	}
	require.Greater(t, odd, rounds/5)
	require.Greater(t, split, 1000)
}
