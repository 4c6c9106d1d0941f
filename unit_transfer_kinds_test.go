package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// movingLines splits a goal over two teams between which li moves, and below them
// over product lines, of which y moves between groups.
func movingLines(target string) CascadeRequest {
	req := flow(target, "2027", quarters, "east", "west", "wang < east", "li < east", "zhao < west")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "soft", "x < hard", "y < hard", "z < soft")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	return moving(moving(req, "li", "2027-07-01 west"), "y", "2027-07-01 soft")
}

// A product line is handed more over all people, whichever team they stand in;
// of a line that moves between groups, in both of them.
func TestHedge_LaterAxisTransfer(t *testing.T) {
	req := movingLines("4800")
	b := cascaded(t, req)
	s, err := Hedge(b, HedgeRule{Axis: "product", Levels: []HedgeLevel{{Level: 2, Share: dec("0.1")}}})
	require.NoError(t, err)
	// 600 a group and quarter: hard's are two lines and then one, soft's the other
	// way round.
	require.Equal(t, "2400: 600 600 600 600", lineOf(t, s.Amount, b, "quarter", "", "hard"))
	require.Equal(t, "1320: 330 330 330 330", lineOf(t, s.Amount, b, "quarter", "", "y"))
	require.Equal(t, "1980: 330 330 660 660", lineOf(t, s.Amount, b, "quarter", "", "x"))
	require.Equal(t, "240: 60 60 60 60", lineOf(t, s.Surplus, b, "quarter", "", "soft"))
	for group, want := range map[string]string{"hard": "660", "soft": "660"} {
		x, err := s.Amount(At{Units: []string{"", "y"}, Parents: []string{"", group}})
		require.NoError(t, err)
		require.Equal(t, want, x.String(), group)
	}
	_, err = s.Amount(At{Units: []string{"", "y"}, Parents: []string{"", "x"}})
	require.Equal(t, "/at/parents/1 unknown", places(err))
	_, err = s.Amount(At{Units: []string{"li"}})
	require.Equal(t, "/at/units mismatch", places(err))

	people, err := Hedge(b, HedgeRule{Axis: "org", Levels: []HedgeLevel{{Level: 2, Share: dec("0.1")}}})
	require.NoError(t, err)
	require.Equal(t, "1320: 330 330 330 330", lineOf(t, people.Amount, b, "quarter", "li"))
}

// A commitment of a line that moves is kept where it stands.
func TestBottomUp_LaterAxisTransfer(t *testing.T) {
	b := cascaded(t, movingLines("4800"))
	r := rolled(t, b, Commitment{Unit: "y", Amount: dec("800")})
	require.Equal(t, "product", r.Axis())
	require.Equal(t, "800: 200 200 200 200", lineOf(t, r.Amount, b, "quarter", "", "y"))
	require.Equal(t, "2000: 400 400 600 600", lineOf(t, r.Amount, b, "quarter", "", "x"))
	require.Equal(t, "2000: 600 600 400 400", lineOf(t, r.Amount, b, "quarter", "", "z"))
	require.Empty(t, r.Findings())
	_, err := BottomUp(b, []Commitment{{Unit: "y", Amount: dec("1")}, {Unit: "y", Period: calendar.Quarter(2027, 4), Amount: dec("1")}, {Unit: "li", Amount: dec("1")}})
	require.Equal(t, "/commitments/1/period conflict, /commitments/2/unit conflict", places(err))
}

// The laws of streets and rollups along either axis, whoever changes when.
func TestBeside_LaterAxisTransferLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 27))
	parts := 0
	for range 40 {
		req := overLines(strconv.Itoa(rng.IntN(5000)))
		req.Axes[0].Units = unitList("co", "east < co", "a < east", "b < east", "west < co", "c < west")
		req.Axes[1].Units = append(req.Axes[1].Units, unitList("z < soft")...)
		m := &planMaker{Rand: rng}
		for a := range req.Axes {
			m.transfers(&req.Axes[a], calendar.Year(2027), true)
		}
		b := cascaded(t, req)
		k := rng.IntN(2)
		s, err := Hedge(b, HedgeRule{Axis: req.Axes[k].ID, Levels: []HedgeLevel{{Level: 1 + rng.IntN(2), Share: decimal.New(rng.Int64N(60), -2)}}})
		require.NoError(t, err)
		var cs []Commitment
		for _, u := range req.Axes[k].Units[1:] {
			if u.Parent != "" && (len(cs) == 0 || rng.IntN(2) == 0) {
				cs = append(cs, Commitment{Unit: u.ID, Period: chosen(rng, calendar.Period{}, calendar.Quarter(2027, 1+rng.IntN(4))), Amount: decimal.NewFromInt(int64(rng.IntN(2000)))})
			}
		}
		r := rolled(t, b, cs...)
		for _, c := range cs {
			x, err := r.Amount(withPeriod(r.view.at(c.Unit), c.Period))
			require.NoError(t, err)
			require.True(t, x.Equal(c.Amount), "%s committed %s, carries %s", c.Unit, c.Amount, x)
		}
		tr := b.cs.axes[k].tree
		at := func(v int32, p calendar.Period) At {
			out := withPeriod(r.view.at(tr.nodes[v].id), p)
			if tr.moves(v) {
				parts++
				out.Parents = make([]string, k+1)
				out.Parents[k] = tr.parentID(v)
			}
			return out
		}
		read := func(f func(At) (decimal.Decimal, error), at At) decimal.Decimal {
			x, err := f(at)
			require.NoError(t, err)
			return x
		}
		for v := range tr.nodes {
			for _, p := range append(b.Periods("quarter"), b.Period()) {
				here := at(int32(v), p)
				base, street := read(b.Amount, here), read(s.Amount, here)
				require.True(t, street.GreaterThanOrEqual(base))
				if tr.isLeaf(int32(v)) {
					continue
				}
				var streets, carried decimal.Decimal
				tr.children(int32(v), func(c int32) {
					streets, carried = streets.Add(read(s.Amount, at(c, p))), carried.Add(read(r.Amount, at(c, p)))
				})
				require.True(t, streets.Sub(read(s.Surplus, here)).Equal(street))
				require.True(t, carried.Equal(read(r.Amount, here).Add(read(r.Mismatch, here))))
			}
		}
	}
	require.Greater(t, parts, 500)
}

// What somebody has goes along to another team, segment by segment; what was read
// counts where the unit stands on the first day.
func TestCascadeStock_AxesTransfer(t *testing.T) {
	r := overSegments(stockOf("", "100", "co", "east < co", "a < east", "li < east", "west < co", "c < west"), "large", "small")
	r.CascadeRequest = moving(r.CascadeRequest, "li", "2027-05-10 west")
	r.Evidence = readBy(t, r, "a large 10", "li large 20", "li small 30", "c small 40")
	s := stocked(t, r)
	require.Equal(t, "60: 60 10 10 10", stockLine(t, s, "east"))
	require.Equal(t, "20: 20 20 20 20", stockLine(t, s, "li", "large"))
	require.Equal(t, "70: 70 70 70 70", stockLine(t, s, "", "small"))
	require.Equal(t, "40: 40 70 70 70", stockLine(t, s, "west", "small"))
	var moves []string
	for _, x := range s.Transfers() {
		moves = append(moves, strings.Join(x.From, "/")+" > "+strings.Join(x.To, "/")+" "+x.Amount.String())
	}
	require.Equal(t, []string{"li/large > li/large 20", "li/small > li/small 30"}, moves)
	require.Empty(t, s.Findings())
	x, err := s.Received(At{Units: []string{"li", "small"}, Parents: []string{"west"}})
	require.NoError(t, err)
	require.Equal(t, "30", x.String())
	x, err = s.Opening(At{Units: []string{"li"}, Parents: []string{"west"}})
	require.NoError(t, err)
	require.Equal(t, "0", x.String())

	r = overSegments(stockOf("", "100", "co", "east < co", "a < east", "li < east", "west < co", "c < west"), "large", "small")
	r.CascadeRequest = moving(r.CascadeRequest, "li", "2026-12-01 west")
	r.Evidence = readBy(t, r, "a large 10", "li large 20 2026-06-30", "li small 30 2026-06-30", "c small 40")
	s = stocked(t, r)
	require.Equal(t, "90: 90 90 90 90", stockLine(t, s, "west"), "read in the former team")
	r.Goal.Owner, r.Goal.Target = "west", dec("90")
	require.Equal(t, "90: 90 90 90 90", stockLine(t, stocked(t, r)))
	r.Goal.Owner, r.Goal.Target = "east", dec("10")
	require.Equal(t, "10: 10 10 10 10", stockLine(t, stocked(t, r)))
}

// Bounds of a stock stand on all that a unit has, in the team of the last day.
func TestCascadeStock_TransferBounds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		bounds []BoundRule
		want   map[string]string
	}{
		{"a lock", []BoundRule{lock("li", "40")}, map[string]string{"li": "20:", "west": "20:"}},
		{"in the new team", []BoundRule{{Units: []string{"li"}, Parents: []string{"west"}, Lock: weight(dec("25"))}}, nil},
		{"at most what it has", []BoundRule{most("li", "20")}, nil},
		{"below its opening, while the whole grows", []BoundRule{lock("li", "5")}, nil},
		{"both teams", []BoundRule{most("east", "45"), least("west", "60")}, nil},
		{"nothing is left in the former team", []BoundRule{{Units: []string{"li"}, Parents: []string{"east"}, Max: weight(dec("0"))}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := stockOf("", "120", "co", "east < co", "a < east", "b < east", "li < east", "west < co", "c < west")
			r.CascadeRequest = moving(r.CascadeRequest, "li", "2027-07-01 west")
			r.Evidence = readingsOf(t, r, "a 20", "b 20", "li 20", "c 20")
			r.Goal.Split.Bounds = tt.bounds
			s := stocked(t, r)
			requireStockBounds(t, s, tt.bounds)
			for unit, open := range tt.want {
				require.True(t, strings.HasPrefix(stockLine(t, s, unit), open), unit)
			}
		})
	}
	r := stockOf("80", "120", "co", "east < co", "a < east", "li < east", "west < co", "c < west")
	r.CascadeRequest = moving(r.CascadeRequest, "li", "2027-07-01 west")
	r.Goal.Split.Bounds = []BoundRule{{Units: []string{"li"}, Parents: []string{"east"}, Min: weight(dec("1"))}}
	_, err := CascadeStock(context.Background(), r)
	require.Equal(t, "/goal/split/bounds/0 infeasible", places(err), "li has left east before the end")
}

// Whoever changes teams or groups, comes, goes and ends, over people and segments:
// the laws of stocks hold at every level of both axes, and so do bounds.
func TestCascadeStock_AxesTransferProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 27))
	m := &planMaker{Rand: rng}
	solved, along, bounded, refused := 0, 0, 0, map[string]int{}
	for range 150 {
		when := func() string {
			switch rng.IntN(6) {
			case 0:
				return " @.." + calendar.On(2027, 1, 1).AddDays(rng.IntN(400)).String()
			case 1:
				return " @" + calendar.On(2026, 12, 1).AddDays(rng.IntN(200)).String() + ".."
			}
			return ""
		}
		r := overSegments(stockOf("", strconv.Itoa(rng.IntN(200)), "co", "east < co", "a < east"+when(), "b < east"+when(), "west < co", "c < west"+when(), "d < west"),
			"big", "x < big"+when(), "y < big", "small", "z < small")
		r.Axes[0].Units[2].Successor = "c"
		if rng.IntN(3) == 0 {
			r.Axes[0].Units[3].Sells = []string{"big"}
		}
		for a := range r.Axes {
			m.transfers(&r.Axes[a], calendar.Year(2027), true)
		}
		var lines []string
		for range 1 + rng.IntN(8) {
			lines = append(lines, chosen(rng, "east", "a", "b", "c", "d", "-")+" "+chosen(rng, "big", "x", "y", "z", "-")+" "+strconv.Itoa(rng.IntN(40)))
		}
		r.Evidence = readBy(t, r, lines...)
		if rng.IntN(2) == 0 {
			r.Goal.Baseline = decimal.NewNullDecimal(decimal.NewFromInt(int64(rng.IntN(200))))
		}
		if rng.IntN(2) == 0 {
			r.Goal.Split.Bounds = []BoundRule{
				most(chosen(rng, "east", "a", "b", "y", "z"), strconv.Itoa(20+rng.IntN(80))),
				{Units: []string{chosen(rng, "c", "d"), "y"}, Min: weight(decimal.NewFromInt(int64(rng.IntN(12))))},
			}
		}
		s, err := CascadeStock(context.Background(), r)
		if err != nil {
			require.NotErrorIs(t, err, diag.Mismatch)
			refused[diag.All(err)[0].Bound]++
			continue
		}
		solved++
		if len(r.Goal.Split.Bounds) > 0 {
			bounded++
		}
		for _, x := range s.Transfers() {
			if strings.Join(x.From, "/") == strings.Join(x.To, "/") {
				along++
			}
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
	t.Log(solved, along, bounded)
	for why, n := range refused {
		t.Log(n, why)
	}
	require.Greater(t, solved, 70)
	require.Greater(t, along, 50)
	require.Greater(t, bounded, 20)
}

// The baseline of a team's target is what was brought while people stood in it;
// that of a stock, what those have who stand in it on the first day.
func TestGoal_GrowthTransfer(t *testing.T) {
	for _, tt := range []struct{ name, goal, want string }{
		{"of the former team", `"metric": "revenue", "owner": "east", "growth": {"mode": "additive", "growth": 0.2, "period": "2026"}`, "1080000 < 900000 of 2026"},
		{"of the new one", `"metric": "revenue", "owner": "west", "growth": {"mode": "additive", "growth": 0.2, "period": "2026"}`, "360000 < 300000 of 2026"},
		{"of both", `"metric": "revenue", "growth": {"mode": "additive", "growth": 0.2, "period": "2026"}`, "1440000 < 1200000 of 2026"},
		{"a stock of the new team", `"metric": "customers", "owner": "west", "growth": {"mode": "additive", "growth": 0.25}`, "125 < 100 of 2026-03-31/2026-12-31"},
		{"a stock of the former", `"metric": "customers", "owner": "east", "growth": {"mode": "additive", "growth": 0.5}`, "90 < 60 of 2026-03-31/2026-12-31"},
		{"a stock of a window before the change", `"metric": "customers", "owner": "east", "growth": {"mode": "additive", "growth": 0.1, "period": "2026-H1"}`, "99 < 90 of 2026-H1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := grownPlan(t, tt.goal)
			require.NoError(t, err)
			p.Axes[0].Units = append(p.Axes[0].Units, Unit{ID: "c", Parent: "west"})
			p.Axes[0].Units[2].Transfers = []UnitTransfer{{On: calendar.On(2026, 10, 1), To: "west"}} // b
			e := sold(t, p, "revenue a 2026-01-01 700000", "revenue b 2026-09-30 200000", "revenue b 2026-10-01 200000", "revenue c 2026-12-31 100000",
				"customers a 2026-03-31 50", "customers b 2026-03-31 40", "customers a 2026-12-31 60", "customers c 2026-11-30 60")
			targets, err := p.Targets(context.Background(), e)
			require.NoError(t, err)
			require.Equal(t, tt.want, grownText(t, targets))
			_, err = p.CheckGoals(e)
			require.NoError(t, err)
		})
	}
}

// A rate over a stock, where somebody changes teams: the part in each is that of
// what the unit had there.
func TestCascadeRate_StockTransfer(t *testing.T) {
	for reading, want := range map[Reading]string{ReadingOpening: "40 0", ReadingClosing: "0 46", ReadingAverage: "20 23"} {
		p := churnPlan(reading)
		p.Axes[0].Units = unitList("co", "east < co", "west < co", "li < east", "zhao < west")
		p.Axes[0].Units[3].Transfers = []UnitTransfer{{On: calendar.On(2027, 7, 1), To: "west"}}
		p.Goals[1].Baseline, p.Goals[1].Target = weight(dec("100")), dec("112")
		targets, err := p.Targets(context.Background(), sold(t, p, "customers li 2026-12-31 40", "customers zhao 2026-12-31 60"))
		require.NoError(t, err)
		rate, err := targets.Rate("churn 2027")
		require.NoError(t, err)
		var got []string
		for _, team := range []string{"east", "west"} {
			x, err := rate.Rate(At{Units: []string{"li"}, Parents: []string{team}})
			require.NoError(t, err)
			got = append(got, x.Denominator.String())
		}
		require.Equal(t, want, strings.Join(got, " "), reading)
	}
}

// What is known of a stock's past counts where people stood at the end of each
// quarter, and its opening where they stand on the first day.
func TestCheckSMART_StockTransfer(t *testing.T) {
	p := churnPlan("")
	p.Goals = p.Goals[1:]
	p.Axes[0].Units = unitList("co", "east < co", "west < co", "li < east", "zhao < west")
	p.Axes[0].Units[3].Transfers = []UnitTransfer{{On: calendar.On(2026, 9, 1), To: "west"}}
	e := sold(t, p, "customers zhao 2026-01-01 1", "customers li 2026-03-31 10", "customers zhao 2026-03-31 1", "customers li 2026-06-30 20", "customers zhao 2026-06-30 2",
		"customers li 2026-09-30 30", "customers zhao 2026-12-31 4")
	for owner, want := range map[string]string{"west": "[1 2 32 34] 34", "east": "[10 20] 0", "co": "[11 22 32 34] 34"} {
		p.Goals[0].Owner = owner
		c := &smartCheck{goal: p.Goals[0], in: SMARTInput{Metric: p.Metrics[0], Axes: p.Axes, Evidence: e}, period: calendar.Year(2027)}
		c.setOwner()
		points, last := c.stockPoints()
		var levels []string
		for _, x := range points {
			levels = append(levels, x.level.String())
		}
		require.Equal(t, want, fmt.Sprint(levels, last.Decimal), owner)
	}
}
