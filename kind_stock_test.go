package salesplan

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// stockOf returns the goal of a stock of whole steps over an organisation, by
// the quarters of 2027.
func stockOf(opening, target string, units ...string) StockRequest {
	req := StockRequest{CascadeRequest: flow(target, "2027", []calendar.Grain{"quarter"}, units...)}
	req.Metric.Kind = KindStock
	if opening != "" {
		req.Goal.Baseline = decimal.NewNullDecimal(dec(opening))
	}
	req.Goal.Split.Time.Within = TimeDays
	return req
}

func stocked(t *testing.T, req StockRequest) *StockBreakdown {
	t.Helper()
	s, err := CascadeStock(context.Background(), req)
	require.NoError(t, err)
	requireStock(t, s)
	return s
}

// stockLine writes what a unit has before the period and at the end of each
// quarter.
func stockLine(t *testing.T, s *StockBreakdown, units ...string) string {
	t.Helper()
	open, err := s.Opening(At{Units: units})
	require.NoError(t, err)
	out := open.String() + ":"
	for _, p := range s.Periods("quarter") {
		x, err := s.Amount(At{Units: units, Period: p})
		require.NoError(t, err)
		out += " " + x.String()
	}
	return out
}

// requireStock checks the laws of stocks at every unit and leaf period: the
// units add up, nobody is below 0, what changes has come, gone or moved, and a
// whole period's stock is its last day's.
func requireStock(t *testing.T, s *StockBreakdown) {
	t.Helper()
	axes, g := s.moves.cs.axes, s.moves.cs.grid
	total, err := s.Amount(At{})
	require.NoError(t, err)
	require.True(t, total.Equal(s.goal.Target), "%s is to be %s", total, s.goal.Target)
	amount := func(f func(At) (decimal.Decimal, error), nodes []int32, p calendar.Period) decimal.Decimal {
		at := At{Period: p}
		for a := range s.Axes() {
			at.Units = append(at.Units, axes[a].tree.nodes[nodes[a]].id)
		}
		if len(s.Axes()) > 0 {
			at.Parents = s.moves.cs.parentsOf(nodes)
		}
		x, err := f(at)
		require.NoError(t, err)
		return x
	}
	for _, nodes := range tuplesOf(axes) {
		last := amount(s.Opening, nodes, g.whole)
		for _, p := range g.pieces {
			open, end := amount(s.Opening, nodes, p), amount(s.Amount, nodes, p)
			require.True(t, open.Equal(last), "%v goes on where it ended", nodes)
			require.False(t, end.IsNegative(), "%v in %s", nodes, p)
			added, lost := amount(s.Additions().Amount, nodes, p), amount(s.Losses().Amount, nodes, p)
			require.False(t, added.IsNegative() || lost.IsNegative())
			moved := amount(s.Received, nodes, p)
			require.True(t, open.Add(added).Sub(lost).Add(moved).Equal(end))
			if !slices.ContainsFunc(nodes, func(n int32) bool { return n != 0 }) {
				require.True(t, moved.IsZero(), "nothing moves in or out of the whole")
			}
			for a, ax := range axes {
				if ax.tree.isLeaf(nodes[a]) {
					continue
				}
				sum, below := decimal.Decimal{}, slices.Clone(nodes)
				ax.tree.children(nodes[a], func(c int32) {
					below[a] = c
					sum = sum.Add(amount(s.Amount, below, p))
				})
				require.True(t, sum.Equal(end), "%v over axis %d in %s: %s and %s", nodes, a, p, sum, end)
			}
			last = end
		}
		require.True(t, amount(s.Amount, nodes, g.whole).Equal(last))
	}
}

// tuplesOf lists the tuples of nodes of axes.
func tuplesOf(axes []*axisSplit) [][]int32 {
	out := [][]int32{nil}
	for _, ax := range axes {
		var next [][]int32
		for _, head := range out {
			for n := range ax.tree.nodes {
				next = append(next, append(slices.Clone(head), int32(n)))
			}
		}
		out = next
	}
	return out
}

func TestCascadeStock(t *testing.T) {
	tests := []struct {
		name string
		req  StockRequest
		want map[string]string
	}{
		{"grows by even shares", stockOf("100", "180", "co", "a < co", "b < co"),
			map[string]string{"co": "100: 120 140 160 180", "a": "50: 60 70 80 90", "b": "50: 60 70 80 90"}},
		{"shrinks", stockOf("100", "20", "co", "a < co", "b < co"),
			map[string]string{"co": "100: 80 60 40 20", "a": "50: 40 30 20 10", "b": "50: 40 30 20 10"}},
		{"stays", stockOf("100", "100", "co", "a < co", "b < co"), map[string]string{"co": "100: 100 100 100 100", "a": "50: 50 50 50 50"}},
		{"from nothing", stockOf("0", "8", "co", "a < co", "b < co"), map[string]string{"co": "0: 2 4 6 8", "a": "0: 1 2 3 4"}},
		{"down to nothing", stockOf("8", "0", "co", "a < co", "b < co"), map[string]string{"co": "8: 6 4 2 0", "b": "4: 3 2 1 0"}},
		{"a leaver's goes to the successor", func() StockRequest {
			r := stockOf("90", "90", "co", "a < co", "b < co @..2027-05-31", "c < co")
			r.Axes[0].Units[2].Successor = "c"
			return r
		}(), map[string]string{"co": "90: 90 90 90 90", "a": "30: 30 30 30 30", "b": "30: 30 0 0 0", "c": "30: 30 60 60 60"}},
		{"who leaves on the last day of a period has nothing in the next", func() StockRequest {
			r := stockOf("90", "90", "co", "a < co", "b < co @..2027-06-30", "c < co")
			r.Axes[0].Units[2].Successor = "c"
			return r
		}(), map[string]string{"b": "30: 30 30 0 0", "c": "30: 30 30 60 60"}},
		{"a successor who has left hands on", func() StockRequest {
			r := stockOf("90", "90", "co", "a < co", "b < co @..2027-05-31", "c < co @..2027-02-28")
			r.Axes[0].Units[2].Successor, r.Axes[0].Units[3].Successor = "c", "a"
			return r
		}(), map[string]string{"a": "30: 60 90 90 90", "b": "30: 30 0 0 0", "c": "30: 0 0 0 0"}},
		{"without a successor, the team's vacancy has it", stockOf("90", "90", "co", "east < co", "a < east @..2027-05-31", "b < east", "west < co"),
			map[string]string{"east": "45: 45 45 45 45", "a": "23: 23 0 0 0", "east/vacancy": "0: 0 23 23 23"}},
		{"newcomers begin with nothing", stockOf("60", "100", "co", "a < co", "b < co @2027-07-01.."),
			map[string]string{"a": "60: 70 80 85 90", "b": "0: 0 0 5 10"}},
		{"newcomers have nothing to lose", stockOf("60", "20", "co", "a < co", "b < co @2027-07-01.."),
			map[string]string{"co": "60: 50 40 30 20", "a": "60: 50 40 30 20", "b": "0: 0 0 0 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := stocked(t, tt.req)
			for unit, want := range tt.want {
				require.Equal(t, want, stockLine(t, s, unit), unit)
			}
		})
	}
}

// Losses by weight stop at 0, and fall on the others.
func TestCascadeStock_Floor(t *testing.T) {
	r := stockOf("", "30", "co", "a < co x 9", "b < co x 1")
	r.Goal.Split.Axes[0].Basis = BasisWeights
	r.Evidence = readingsOf(t, r, "a 20", "b 50")
	s := stocked(t, r)
	// 10 a quarter, 9 of them for a.
	require.Equal(t, "20: 11 2 0 0", stockLine(t, s, "a"))
	require.Equal(t, "50: 49 48 40 30", stockLine(t, s, "b"))
	require.Equal(t, "stock-floor goal g", s.Findings()[0].Key())
	require.Equal(t, "16", s.Findings()[0].Args[0].Text, "7 in the third quarter and 9 in the last")
}

// readingsOf returns an evidence with readings of a request's metric on
// 2026-12-31, "unit amount".
func readingsOf(t *testing.T, r StockRequest, lines ...string) *Evidence {
	t.Helper()
	p := &Plan{Version: Version, Metrics: []Metric{r.Metric}, Axes: r.Axes}
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for i, l := range lines {
			unit, amount, _ := strings.Cut(l, " ")
			if !yield(Actual{Metric: "m", Unit: unit, On: calendar.On(2026, 6, 30), Amount: decimal.NewFromInt(int64(1000 + i))}, nil) ||
				!yield(Actual{Metric: "m", Unit: unit, On: calendar.On(2026, 12, 31), Amount: dec(amount)}, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return e
}

// What there is at the beginning is what was read last, or the baseline in
// proportion to it.
func TestCascadeStock_Readings(t *testing.T) {
	units := []string{"co", "east < co", "a < east", "b < east", "west < co", "gone < co @..2026-11-30"}
	r := stockOf("", "100", units...)
	r.Evidence = readingsOf(t, r, "a 30", "b 10", "west 60")
	s := stocked(t, r)
	require.Equal(t, "100: 100 100 100 100", stockLine(t, s))
	require.Equal(t, "30: 30 30 30 30", stockLine(t, s, "a"))
	require.Equal(t, "40: 40 40 40 40", stockLine(t, s, "east"))
	require.Empty(t, s.Findings())

	r.Goal.Baseline, r.Goal.Target = decimal.NewNullDecimal(dec("50")), dec("50")
	s = stocked(t, r)
	require.Equal(t, "15: 15 15 15 15", stockLine(t, s, "a"))
	require.Equal(t, "opening-differs goal g", s.Findings()[0].Key())

	r = stockOf("", "100", units...)
	r.Evidence = readingsOf(t, r, "east 30", "west 60", "gone 10")
	s = stocked(t, r)
	require.Equal(t, "15: 15 15 15 15", stockLine(t, s, "b"), "a team's own reading goes to its people")
	require.Equal(t, "10: 10 10 10 10", stockLine(t, s, "co/vacancy"), "of a unit that has left before")

	r = stockOf("", "100", "co", "a < co")
	_, err := CascadeStock(context.Background(), r)
	require.Equal(t, "/goal/baseline required", places(err))
}

// Additions and losses by goals of their own.
func TestCascadeStock_Flows(t *testing.T) {
	units := []string{"co", "a < co", "b < co"}
	add := cascaded(t, flow("40", "2027", []calendar.Grain{"quarter", "month"}, units...))
	lose := cascaded(t, flow("20", "2027", []calendar.Grain{"quarter"}, units...))
	r := stockOf("100", "120", units...)
	r.Additions, r.Losses = add, lose
	s := stocked(t, r)
	require.Equal(t, "100: 105 110 115 120", stockLine(t, s))
	added, err := s.Additions().Amount(At{Units: []string{"a"}})
	require.NoError(t, err)
	require.Equal(t, "20", added.String())

	r.Losses = nil
	require.Equal(t, "20", stocked(t, r).Losses().Total().String(), "losses follow from the target")
	r.Additions, r.Losses = nil, lose
	require.Equal(t, "40", stocked(t, r).Additions().Total().String(), "so do additions")

	faults := []struct {
		name   string
		change func(*StockRequest)
		want   string
		says   string
	}{
		{"contradiction", func(r *StockRequest) { r.Additions, r.Goal.Target = add, dec("130") }, "/goal/target infeasible", "= 120, off by 10"},
		{"too few additions", func(r *StockRequest) { r.Additions, r.Losses, r.Goal.Target = add, nil, dec("150") }, "/goal/target infeasible", "10 more are needed"},
		{"too few losses", func(r *StockRequest) { r.Goal.Target = dec("70") }, "/goal/target infeasible", "= 80, off by 10"},
		{"more than there is", func(r *StockRequest) { r.Goal.Baseline, r.Additions, r.Goal.Target = weight(dec("2")), add, dec("22") }, "", ""},
		{"losses before additions", func(r *StockRequest) {
			late := flow("40", "2027", []calendar.Grain{"quarter"}, units...)
			late.Goal.Split.Time = TimeRule{Basis: TimeSeasonality, Shares: slices.Concat(make([]decimal.Decimal, 11), []decimal.Decimal{dec("1")})}
			r.Goal.Baseline, r.Additions, r.Goal.Target = weight(dec("2")), cascaded(t, late), dec("22")
		}, "/goal/losses infeasible", "more than it has in 2027-Q1"},
		{"other units", func(r *StockRequest) {
			r.Losses = cascaded(t, flow("20", "2027", []calendar.Grain{"quarter"}, "co", "a < co"))
		}, "/goal/losses mismatch", "has no b"},
		{"other periods", func(r *StockRequest) { r.Losses = cascaded(t, flow("20", "2027", nil, units...)) }, "/goal/losses off-grid", ""},
		{"a longer period", func(r *StockRequest) {
			r.Losses = cascaded(t, flow("20", "2026-07-01/2027-12-31", []calendar.Grain{"quarter"}, units...))
		}, "/goal/losses mismatch", ""},
		{"another step", func(r *StockRequest) {
			f := flow("20", "2027", []calendar.Grain{"quarter"}, units...)
			f.Metric.Step = dec("0.5")
			r.Losses = cascaded(t, f)
		}, "/goal/losses mismatch", ""},
		{"negative", func(r *StockRequest) {
			r.Losses = cascaded(t, flow("-20", "2027", []calendar.Grain{"quarter"}, units...))
		}, "/goal/losses negative", ""},
	}
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			r := stockOf("100", "80", units...)
			r.Losses = lose
			tt.change(&r)
			_, err := CascadeStock(context.Background(), r)
			require.Equal(t, tt.want, places(err))
			if tt.says != "" {
				require.ErrorContains(t, err, tt.says)
			}
		})
	}
}

func TestCascadeStock_BadInput(t *testing.T) {
	tests := []struct {
		name   string
		change func(*StockRequest)
		want   string
	}{
		{"a flow", func(r *StockRequest) { r.Metric.Kind = KindFlow }, "/metric/kind conflict"},
		{"below 0", func(r *StockRequest) { r.Goal.Target, r.Goal.Baseline = dec("-1"), weight(dec("-2")) }, "/goal/target negative, /goal/baseline negative"},
		{"off step", func(r *StockRequest) { r.Goal.Target, r.Goal.Baseline = dec("1.5"), weight(dec("2.5")) }, "/goal/target off-step, /goal/baseline off-step"},
		{"recurring", func(r *StockRequest) { r.Goal.Every = "month" }, "/goal/every conflict"},
		{"sums of readings", func(r *StockRequest) {
			r.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: "2026"}
			r.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
			r.Goal.Split.Fix = FixPeople
		}, "/goal/split/time/basis conflict, /goal/split/fix conflict"},
		{"seasons of their own", func(r *StockRequest) { r.Goal.Split.Axes[0].Season = SeasonOwn }, "/goal/split/axes/0/season conflict"},
		{"a bound before the end", func(r *StockRequest) {
			r.Goal.Split.Bounds = []BoundRule{{Unit: "a", Period: "2027-Q1", Max: weight(dec("1"))}}
		}, "/goal/split/bounds/0/period conflict"},
		{"a bound below 0", func(r *StockRequest) { r.Goal.Split.Bounds = []BoundRule{{Unit: "a", Lock: weight(dec("-1"))}} }, "/goal/split/bounds/0/lock negative"},
		{"bounds over the target", func(r *StockRequest) {
			r.Goal.Split.Bounds = []BoundRule{{Unit: "a", Min: weight(dec("12"))}, {Unit: "b", Period: "2027-Q4", Min: weight(dec("13"))}}
		}, "/goal/target infeasible"},
		{"bounds below the target", func(r *StockRequest) { r.Goal.Split.Bounds = []BoundRule{{Unit: "co", Max: weight(dec("19"))}} }, "/goal/target infeasible"},
		{"a bound of who leaves", func(r *StockRequest) {
			r.Axes[0].Units[1].To = calendar.On(2027, 3, 4)
			r.Goal.Split.Bounds = []BoundRule{{Unit: "a", Min: weight(dec("1"))}}
		}, "/goal/split/bounds/0 infeasible"},
		{"counts of deals", func(r *StockRequest) { r.Metric.Counts = CountsWonDeals }, "/metric/counts conflict"},
		{"the same flow twice", func(r *StockRequest) { r.Goal.Additions, r.Goal.Losses = "x", "x" }, "/goal/losses conflict"},
		{"an owner who leaves", func(r *StockRequest) { r.Goal.Owner, r.Axes[0].Units[1].To = "a", calendar.On(2027, 3, 4) }, "/goal/split/axes/0 infeasible"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := stockOf("10", "20", "co", "a < co", "b < co")
			tt.change(&r)
			_, err := CascadeStock(context.Background(), r)
			require.Equal(t, tt.want, places(err))
		})
	}
	r := stockOf("10", "10", "co", "a < co @..2027-05-01")
	r.Goal.Owner = "a"
	_, err := CascadeStock(context.Background(), r)
	require.Equal(t, "/goal/owner infeasible", places(err), "who keeps its stock")

	_, err = Cascade(context.Background(), stockOf("10", "20", "co").CascadeRequest)
	require.Equal(t, "/metric/kind conflict", places(err), "never added up as a flow")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = CascadeStock(ctx, stockOf("10", "20", "co", "a < co"))
	require.ErrorIs(t, err, context.Canceled)
}

// Whatever comes, goes and leaves: the laws of stocks hold, and the same input
// gives the same.
func TestCascadeStock_Property(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 27))
	m := &planMaker{Rand: rng}
	solved, along := 0, 0
	for range 150 {
		units := []string{"co"}
		for k := range 1 + rng.IntN(3) {
			team := string(rune('A' + k))
			units = append(units, team+" < co")
			for j := range rng.IntN(4) {
				line := team + string(rune('a'+j)) + " < " + team
				switch rng.IntN(4) {
				case 0:
					line += " @.." + calendar.On(2027, 1, 1).AddDays(rng.IntN(400)).String()
				case 1:
					line += " @" + calendar.On(2026, 12, 1).AddDays(rng.IntN(300)).String() + ".."
				}
				units = append(units, line)
			}
		}
		r := stockOf("", decimal.NewFromInt(int64(rng.IntN(300))).String(), units...)
		if rng.IntN(2) == 0 {
			m.transfers(&r.Axes[0], calendar.Year(2027), true)
		}
		var lines []string
		list := r.Axes[0].Units
		for i := range list {
			if rng.IntN(3) > 0 {
				lines = append(lines, list[i].ID+" "+decimal.NewFromInt(int64(rng.IntN(60))).String())
			}
			leaf := !slices.ContainsFunc(list, func(u Unit) bool { return u.Parent == list[i].ID })
			if j := rng.IntN(len(list)); leaf && j > i && !slices.ContainsFunc(list, func(u Unit) bool { return u.Parent == list[j].ID }) {
				list[i].Successor = list[j].ID
			}
		}
		if len(lines) == 0 || rng.IntN(3) == 0 {
			r.Goal.Baseline = decimal.NewNullDecimal(decimal.NewFromInt(int64(rng.IntN(300))))
		}
		r.Goal.Split.Grains = append(r.Goal.Split.Grains, "month")
		r.Evidence = readingsOf(t, r, lines...)
		if rng.IntN(2) == 0 {
			f := r.flow0(int64(rng.IntN(80)))
			if b, err := Cascade(context.Background(), f); err == nil {
				r.Additions = b
			}
		}
		s, err := CascadeStock(context.Background(), r)
		if err != nil {
			for _, f := range diag.All(err) {
				require.Equal(t, diag.Infeasible, f.Code, f.Error())
			}
			continue
		}
		solved++
		for _, x := range s.Transfers() {
			if slices.Equal(x.From, x.To) {
				along++
			}
		}
		requireStock(t, s)
		again := stocked(t, r)
		require.True(t, s.Equal(again))
		x, err := json.Marshal(s)
		require.NoError(t, err)
		y, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(x), string(y))
	}
	require.Greater(t, solved, 75)
	require.Greater(t, along, 10, "stocks that went along to another team")
}

// flow0 returns a flow over the same units and periods.
func (r StockRequest) flow0(total int64) CascadeRequest {
	f := (&stockRun{req: r}).flow(total, nil)
	f.Goal.ID = "more"
	return f
}

// Rows have the stock at the end of each period, and those of the whole are the
// last day's.
func TestStockBreakdown_Rows(t *testing.T) {
	s := stocked(t, stockOf("90", "120", "co", "east < co", "a < east @..2027-05-31", "b < east", "west < co"))
	rows, err := s.Rows(Query{})
	require.NoError(t, err)
	n := 0
	for r := range rows {
		want, err := s.Amount(At{Units: r.Units, Period: r.Period})
		require.NoError(t, err)
		require.True(t, want.Equal(r.Amount), "%v", r)
		n++
	}
	require.Equal(t, 7*5, n, "the whole axis and six units")
	_, err = s.Rows(Query{Grain: "day"})
	require.ErrorIs(t, err, diag.OffGrid)
	_, err = s.Amount(At{Units: []string{"nobody"}})
	require.ErrorIs(t, err, diag.Unknown)
	_, err = s.Amount(At{Period: calendar.Month(2027, 2)})
	require.ErrorIs(t, err, diag.OffGrid)
	require.Len(t, s.Transfers(), 1)
	require.Equal(t, []string{"east/vacancy"}, s.Transfers()[0].To)
	require.Equal(t, "stock-vacant unit east/vacancy", s.Findings()[0].Key())
	require.Equal(t, s.Transfers()[0].Amount.String(), s.Findings()[0].Args[1].Text)
	require.Equal(t, []string{"org"}, s.Axes())
	require.Equal(t, calendar.Year(2027), s.Period())
	require.True(t, s.Total().Equal(dec("120")))
}
