package salesplan

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// overSegments splits a stock over segments too.
func overSegments(r StockRequest, segments ...string) StockRequest {
	r.Axes = append(r.Axes, Axis{ID: "segment", Of: FieldSegment, Units: unitList(segments...)})
	r.Goal.Split.Axes = append(r.Goal.Split.Axes, AxisRule{Axis: "segment"})
	return r
}

// readBy returns an evidence with readings, "unit segment amount [day]", "-" for
// no unit.
func readBy(t *testing.T, r StockRequest, lines ...string) *Evidence {
	t.Helper()
	p := &Plan{Version: Version, Metrics: []Metric{r.Metric}, Axes: r.Axes}
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for _, l := range lines {
			f := strings.Fields(l)
			a := Actual{Metric: "m", On: calendar.On(2026, 12, 31), Amount: dec(f[2])}
			if a.Unit = f[0]; f[0] == "-" {
				a.Unit = ""
			}
			if a.Segment = f[1]; f[1] == "-" {
				a.Segment = ""
			}
			if len(f) > 3 {
				d, err := calendar.ParseDate(f[3])
				require.NoError(t, err)
				a.On = d
			}
			if !yield(a, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return e
}

func TestCascadeStock_Axes(t *testing.T) {
	people := []string{"co", "a < co", "b < co"}
	t.Run("each cell has what was read of it", func(t *testing.T) {
		r := overSegments(stockOf("", "100", people...), "large", "small")
		r.Evidence = readBy(t, r, "a large 30", "a small 5", "b large 0", "b small 45")
		s := stocked(t, r)
		require.Equal(t, "30: 32 33 34 35", stockLine(t, s, "a", "large"))
		require.Equal(t, "45: 46 47 48 50", stockLine(t, s, "b", "small"))
		require.Equal(t, "80: 85 90 95 100", stockLine(t, s))
		require.Empty(t, s.Findings())
	})
	t.Run("who was read without segments goes by the team's", func(t *testing.T) {
		r := overSegments(stockOf("", "100", people...), "large", "small")
		r.Evidence = readBy(t, r, "a large 15", "a small 45", "b - 40")
		s := stocked(t, r)
		require.Equal(t, "10: 10 10 10 10", stockLine(t, s, "b", "large"))
		require.Equal(t, "30: 30 30 30 30", stockLine(t, s, "b", "small"))
	})
	t.Run("without readings, by the split, over what each sells", func(t *testing.T) {
		r := overSegments(stockOf("90", "90", people...), "large", "small")
		r.Axes[0].Units[1].Sells = []string{"large"}
		s := stocked(t, r)
		require.Equal(t, "45: 45 45 45 45", stockLine(t, s, "a", "large"))
		require.Equal(t, "0: 0 0 0 0", stockLine(t, s, "a", "small"))
	})
	t.Run("by the last reading of the window", func(t *testing.T) {
		r := overSegments(stockOf("", "140", people...), "large", "small")
		for a := range r.Goal.Split.Axes {
			r.Goal.Split.Axes[a].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
		}
		r.Evidence = readBy(t, r, "a large 90 2026-06-30", "a large 30", "a small 10", "b large 15", "b small 45")
		s := stocked(t, r)
		// 40 more: 16 for a, 3 : 1; 24 for b, 1 : 3.
		require.Equal(t, "30: 33 36 39 42", stockLine(t, s, "a", "large"))
		require.Equal(t, "100: 110 120 130 140", stockLine(t, s))
		more, err := s.Additions().Amount(At{Units: []string{"b", "small"}})
		require.NoError(t, err)
		require.Equal(t, "18", more.String())
	})
}

// Leavers hand over segment by segment, to a successor who sells it; a segment
// that ends hands over to its own.
func TestCascadeStock_AxesLeavers(t *testing.T) {
	r := overSegments(stockOf("", "100", "co", "a < co @..2027-05-31", "b < co", "c < co"), "large", "small @..2027-08-31", "tiny")
	r.Axes[0].Units[1].Successor = "b"
	r.Axes[0].Units[2].Sells = []string{"large"}
	r.Axes[1].Units[1].Successor = "tiny"
	r.Evidence = readBy(t, r, "a large 10", "a small 20", "b large 30", "c small 40")
	s := stocked(t, r)
	require.Equal(t, "30: 30 40 40 40", stockLine(t, s, "b", "large"))
	require.Equal(t, "0: 0 20 0 0", stockLine(t, s, "co/vacancy", "small"), "b doesn't sell it")
	require.Equal(t, "0: 0 0 20 20", stockLine(t, s, "co/vacancy", "tiny"))
	require.Equal(t, "0: 0 0 40 40", stockLine(t, s, "c", "tiny"))
	require.Equal(t, "60: 60 60 0 0", stockLine(t, s, "", "small"))
	var moves []string
	for _, x := range s.Transfers() {
		moves = append(moves, strings.Join(x.From, "/")+" > "+strings.Join(x.To, " ")+" "+x.Amount.String())
	}
	require.Equal(t, []string{"a/large > b large 10", "a/small > co/vacancy small 20", "c/small > c tiny 40", "co/vacancy/small > co/vacancy tiny 20"}, moves)
	require.Equal(t, []string{"stock-vacant unit co/vacancy"}, keysOf(s.Findings()))
}

// Flows over the same axes, or over more of them.
func TestCascadeStock_AxesFlows(t *testing.T) {
	r := overSegments(stockOf("100", "120", "co", "a < co", "b < co"), "large", "small")
	r.Additions = cascaded(t, r.flow0(40))
	s := stocked(t, r)
	require.Equal(t, "20", s.Losses().Total().String())

	one := stockOf("100", "140", "co", "a < co", "b < co")
	one.Axes, one.Additions = r.Axes, r.Additions
	require.Equal(t, "50: 55 60 65 70", stockLine(t, stocked(t, one), "a"), "a flow's further axis is added up")

	r.Additions = cascaded(t, one.flow0(40))
	_, err := CascadeStock(context.Background(), r)
	require.Equal(t, "/goal/additions mismatch", places(err), "a flow without the segments")
}

func lock(unit, n string) BoundRule { return BoundRule{Unit: unit, Lock: weight(dec(n))} }
func most(unit, n string) BoundRule { return BoundRule{Unit: unit, Max: weight(dec(n))} }
func least(unit, n string) BoundRule {
	return BoundRule{Unit: unit, Min: weight(dec(n))}
}

func TestCascadeStock_Bounds(t *testing.T) {
	org := []string{"co", "east < co", "a < east", "b < east", "west < co"}
	tests := []struct {
		name   string
		req    StockRequest
		bounds []BoundRule
		want   map[string]string
	}{
		{"a most that binds", stockOf("80", "120", org...), []BoundRule{most("west", "50")},
			map[string]string{"west": "40: 43 45 47 50", "east": "40: 47 55 63 70"}},
		{"at least", stockOf("80", "120", org...), []BoundRule{least("a", "45")}, map[string]string{"a": "20: 27 33 39 45", "west": "40: 42 45 48 50"}},
		{"a lock below the opening, while the whole grows", stockOf("80", "120", org...), []BoundRule{lock("west", "30")},
			map[string]string{"west": "40: 37 35 32 30", "east": "40: 53 65 78 90"}},
		{"a least above it, while the whole shrinks", stockOf("80", "40", org...), []BoundRule{least("a", "28")},
			map[string]string{"a": "20: 22 24 26 28", "co": "80: 70 60 50 40"}},
		{"locks that leave no choice", stockOf("80", "120", org...), []BoundRule{lock("a", "0"), lock("b", "120"), lock("west", "0")},
			map[string]string{"a": "20: 15 10 5 0", "b": "20: 45 70 95 120", "west": "40: 30 20 10 0"}},
		{"the period's own name", stockOf("80", "120", org...), []BoundRule{{Unit: "west", Period: "2027", Lock: weight(dec("60"))}},
			map[string]string{"west": "40: 45 50 55 60"}},
		{"what a bound allows, it doesn't change", stockOf("80", "120", org...), []BoundRule{most("west", "100"), {Min: weight(dec("1"))}},
			map[string]string{"west": "40: 45 50 55 60"}},
		{"who takes over within a bound", func() StockRequest {
			r := stockOf("80", "80", "co", "east < co", "a < east @..2027-05-31", "b < east", "west < co")
			r.Axes[0].Units[2].Successor = "west"
			return r
		}(), []BoundRule{most("west", "50")}, map[string]string{"a": "20: 22 0 0 0", "east": "40: 43 24 27 30"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.req.Goal.Split.Bounds = tt.bounds
			s := stocked(t, tt.req)
			requireStockBounds(t, s, tt.bounds)
			for unit, want := range tt.want {
				require.Equal(t, want, stockLine(t, s, unit), unit)
			}
		})
	}
}

// requireStockBounds checks bounds at the end of the period.
func requireStockBounds(t *testing.T, s *StockBreakdown, bounds []BoundRule) {
	t.Helper()
	for _, b := range bounds {
		at := At{Units: make([]string, len(s.Axes())), Parents: make([]string, len(s.Axes()))}
		for k, id := range b.units() {
			a := s.moves.axisOf(id)
			if at.Units[a] = id; k < len(b.Parents) {
				at.Parents[a] = b.Parents[k]
			}
		}
		x, err := s.Amount(at)
		require.NoError(t, err)
		require.False(t, b.Min.Valid && x.LessThan(b.Min.Decimal), "%v has %s", b, x)
		require.False(t, b.Max.Valid && x.GreaterThan(b.Max.Decimal), "%v has %s", b, x)
		require.False(t, b.Lock.Valid && !x.Equal(b.Lock.Decimal), "%v has %s", b, x)
	}
}

// With bounds on any unit, a stock is refused where no whole stocks of the
// target's sum meet them all, found by listing the sums that each unit can have,
// and solved everywhere else.
func TestCascadeStock_BoundsProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 27))
	solved, refused := 0, 0
	for range 300 {
		units := []string{"co"}
		for k := range 1 + rng.IntN(3) {
			team := string(rune('A' + k))
			units = append(units, team+" < co")
			for j := range rng.IntN(4) {
				units = append(units, team+string(rune('a'+j))+" < "+team)
			}
		}
		n := rng.IntN(60)
		r := stockOf(strconv.Itoa(rng.IntN(60)), strconv.Itoa(n), units...)
		r.Axes[0].Units[0].Parent = ""
		var lines []string
		for _, u := range r.Axes[0].Units {
			if rng.IntN(2) == 0 {
				lines = append(lines, u.ID+" "+strconv.Itoa(rng.IntN(20)))
			}
			if rng.IntN(3) > 0 {
				continue
			}
			lo := rng.IntN(30)
			b := BoundRule{Unit: u.ID, Min: weight(decimal.NewFromInt(int64(lo))), Max: weight(decimal.NewFromInt(int64(lo + rng.IntN(20))))}
			switch rng.IntN(3) {
			case 0:
				b.Min.Valid = false
			case 1:
				b.Max.Valid = false
			}
			r.Goal.Split.Bounds = append(r.Goal.Split.Bounds, b)
		}
		r.Evidence = readingsOf(t, r, lines...)
		can := reachable(r, n)
		s, err := CascadeStock(context.Background(), r)
		if !can {
			refused++
			require.ErrorIs(t, err, diag.Infeasible)
			continue
		}
		require.NoError(t, err, "%v %v", units, r.Goal.Split.Bounds)
		solved++
		requireStock(t, s)
		requireStockBounds(t, s, r.Goal.Split.Bounds)
	}
	require.Greater(t, solved, 100)
	require.Greater(t, refused, 30)
}

// reachable lists the stocks that each unit can have within its bounds, and
// reports whether n is one of the whole's.
func reachable(r StockRequest, n int) bool {
	units := r.Axes[0].Units
	sets := make([]map[int]bool, len(units))
	root := map[int]bool{0: true}
	for i := len(units) - 1; i >= 0; i-- {
		if sets[i] == nil { // nobody below
			sets[i] = map[int]bool{}
			for x := range n + 1 {
				sets[i][x] = true
			}
		}
		for _, b := range r.Goal.Split.Bounds {
			for x := range sets[i] {
				d := decimal.NewFromInt(int64(x))
				if b.Unit == units[i].ID && (b.Min.Valid && d.LessThan(b.Min.Decimal) || b.Max.Valid && d.GreaterThan(b.Max.Decimal)) {
					delete(sets[i], x)
				}
			}
		}
		up := slices.IndexFunc(units, func(u Unit) bool { return u.ID == units[i].Parent })
		old := root
		if up >= 0 {
			if old = sets[up]; old == nil {
				old = map[int]bool{0: true}
			}
		}
		sum := map[int]bool{}
		for x := range old {
			for y := range sets[i] {
				if x+y <= n {
					sum[x+y] = true
				}
			}
		}
		if up >= 0 {
			sets[up] = sum
		} else {
			root = sum
		}
	}
	return root[n]
}

// Whatever comes, goes, leaves and ends, over people and segments: the laws of
// stocks hold at every level of both axes, and so do bounds where they are met.
func TestCascadeStock_AxesProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 27))
	solved, bounded := 0, 0
	for range 150 {
		when := func() string {
			switch rng.IntN(5) {
			case 0:
				return " @.." + calendar.On(2027, 1, 1).AddDays(rng.IntN(400)).String()
			case 1:
				return " @" + calendar.On(2026, 12, 1).AddDays(rng.IntN(200)).String() + ".."
			}
			return ""
		}
		people := []string{"co", "east < co", "a < east" + when(), "b < east" + when(), "west < co", "c < west" + when()}
		r := overSegments(stockOf("", strconv.Itoa(rng.IntN(200)), people...), "big", "x < big"+when(), "y < big", "small"+when())
		r.Axes[0].Units[2].Successor = "c"
		r.Axes[1].Units[1].Successor = "small"
		if rng.IntN(2) == 0 {
			r.Axes[0].Units[3].Sells = []string{"big"}
		}
		var lines []string
		for range 1 + rng.IntN(8) {
			lines = append(lines, []string{"east", "a", "b", "c", "-"}[rng.IntN(5)]+" "+[]string{"big", "x", "y", "small", "-"}[rng.IntN(5)]+" "+strconv.Itoa(rng.IntN(40)))
		}
		r.Evidence = readBy(t, r, lines...)
		if rng.IntN(2) == 0 {
			r.Goal.Baseline = decimal.NewNullDecimal(decimal.NewFromInt(int64(rng.IntN(200))))
		}
		if rng.IntN(2) == 0 {
			r.Goal.Split.Bounds = []BoundRule{
				most([]string{"east", "b", "y", "small"}[rng.IntN(4)], strconv.Itoa(20+rng.IntN(80))),
				{Units: []string{"c", "y"}, Min: weight(decimal.NewFromInt(int64(rng.IntN(12))))},
			}
		}
		s, err := CascadeStock(context.Background(), r)
		if err != nil {
			for _, f := range diag.All(err) {
				require.Contains(t, []diag.Code{diag.Infeasible, diag.Required}, f.Code, f.Error())
			}
			continue
		}
		solved++
		if len(r.Goal.Split.Bounds) > 0 {
			bounded++
		}
		requireStock(t, s)
		requireStockBounds(t, s, r.Goal.Split.Bounds)
		rows, err := s.Rows(Query{})
		require.NoError(t, err)
		for row := range rows {
			x, err := s.Amount(At{Units: row.Units, Parents: row.Parents, Period: row.Period})
			require.NoError(t, err)
			require.True(t, x.Equal(row.Amount), "%v", row)
		}
		x, err := json.Marshal(s)
		require.NoError(t, err)
		y, err := json.Marshal(stocked(t, r))
		require.NoError(t, err)
		require.Equal(t, string(x), string(y))
	}
	require.Greater(t, solved, 60)
	require.Greater(t, bounded, 15)
}
