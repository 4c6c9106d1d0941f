package salesplan

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/shopspring/decimal"
)

// A planMaker draws random goals.
type planMaker struct {
	*rand.Rand
	ids int
}

func chosen[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (m *planMaker) id(kind string) string {
	m.ids++
	return kind + strconv.Itoa(m.ids)
}

// request draws a goal; cells bounds leaf units × leaf periods roughly.
func (m *planMaker) request(cells int) CascadeRequest {
	req := CascadeRequest{
		Metric: Metric{ID: "m", Step: decimal.RequireFromString(chosen(m.Rand, "0.01", "1", "1000", "0.05"))},
		Fiscal: chosen(m.Rand, calendar.Fiscal{}, calendar.Fiscal{}, calendar.Fiscal{FirstMonth: 4},
			calendar.Fiscal{Pattern: calendar.Pattern445, YearEnd: calendar.YearEndLast, Weekday: calendar.Saturday, Month: 12}),
		Calendar: chosen(m.Rand, nil, china.New(calendar.UnpublishedWeekdays)),
	}
	split := &SplitRule{Time: m.timeRule()}
	req.Goal = Goal{ID: "g", Metric: "m", Split: split, Period: chosen(m.Rand, "2027", "FY2027", "2026-H1", "2027-01-15/2027-11-03", "2026-12", "FY2026-Q2")}
	if req.Goal.Period[0] == 'F' || req.Fiscal == (calendar.Fiscal{}) {
		req.Goal.Every = chosen(m.Rand, "", "", "", calendar.GrainMonth, calendar.GrainQuarter)
	}
	if m.IntN(12) == 0 {
		req.Goal.Every, req.Goal.Period = calendar.GrainWeek, "2027-01-04/2027-03-14"
		if req.Fiscal.Pattern != "" {
			req.Fiscal = calendar.Fiscal{}
		}
	}
	if req.Goal.Every != "" {
		whole, _ := req.Fiscal.Parse(req.Goal.Period)
		full, _ := fullPeriods(req.Fiscal, whole, req.Goal.Every)
		if full[0].First != whole.First || full[len(full)-1].Last != whole.Last {
			req.Goal.Every = ""
		}
	}
	for _, g := range []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek, calendar.GrainDay, calendar.GrainHalf} {
		if m.IntN(3) == 0 && (g != calendar.GrainDay || m.IntN(3) == 0) {
			split.Grains = append(split.Grains, g)
		}
	}
	whole, _ := req.Fiscal.Parse(req.Goal.Period)
	pieces := len(newReference(req).pieces)
	m.axes(&req, whole, max(2, min(40, cells/pieces)))
	m.target(&req)
	return req
}

func (m *planMaker) timeRule() TimeRule {
	t := TimeRule{Basis: chosen(m.Rand, "", TimeEven, TimeDays, TimeWorkdays, TimeSeasonality), Within: chosen(m.Rand, "", "", TimeWorkdays, TimeDays)}
	if t.Basis == TimeDays || t.Basis == TimeWorkdays {
		t.Within = ""
	}
	if t.Basis == TimeSeasonality {
		t.Normalise = true
		for range 12 {
			t.Shares = append(t.Shares, decimal.New(int64(m.IntN(20)+1), int32(-m.IntN(3))))
		}
	}
	return t
}

// target draws amounts over the whole range.
func (m *planMaker) target(req *CascadeRequest) {
	turns := int64(len(newReference(*req).turns))
	n := m.Int64N(chosen(m.Rand, int64(1), 20, 1000, 1_000_000, 1e12, 1e15, 9e18/turns+1))
	if m.IntN(8) == 0 {
		n = chosen(m.Rand, 0, 1, 9e18/turns)
	}
	if m.IntN(4) == 0 {
		n = -n
	}
	req.Goal.Target = req.Metric.Step.Mul(decimal.New(n, 0))
}

// axes draws one to three axes, the organisation with people who come and go.
func (m *planMaker) axes(req *CascadeRequest, whole calendar.Period, most int) {
	people := 1 + m.IntN(most)
	depth := 1 + m.IntN(4)
	n := chosen(m.Rand, 1, 1, 2, 2, 3)
	for a := range n {
		size := people
		if a > 0 {
			size = 1 + m.IntN(max(1, min(6, most/people)))
			depth = 1 + m.IntN(2)
			people *= size
		}
		axis := Axis{ID: fmt.Sprint("axis", a)}
		m.grow(&axis, whole, "", depth, size, a == 0 || m.IntN(3) == 0)
		rule := AxisRule{Axis: axis.ID, BasisRule: BasisRule{Basis: chosen(m.Rand, "", BasisEven, BasisWeights)}}
		if m.IntN(3) == 0 {
			rule.Levels = []LevelRule{{Level: 1 + m.IntN(3), BasisRule: BasisRule{Basis: BasisWeights}}}
		}
		req.Axes = append(req.Axes, axis)
		req.Goal.Split.Axes = append(req.Goal.Split.Axes, rule)
	}
	if units := req.Axes[0].Units; m.IntN(3) == 0 {
		req.Goal.Owner = units[m.IntN(len(units))].ID
	}
}

// grow adds leaves leaf units at the given depth below parent.
func (m *planMaker) grow(axis *Axis, whole calendar.Period, parent string, depth, leaves int, moves bool) {
	weighted, huge := m.IntN(4) > 0, m.IntN(4) == 0
	for leaves > 0 {
		take := leaves
		if depth == 1 {
			take = 1
		} else if m.IntN(2) == 0 {
			take = 1 + m.IntN(leaves)
		}
		u := Unit{ID: m.id("u"), Parent: parent}
		if weighted {
			w := decimal.New(m.Int64N(1000), int32(m.IntN(3)-2))
			if huge {
				w = decimal.RequireFromString(fmt.Sprintf("%d%018d%018d", 1+m.IntN(99), m.Int64N(1e18), m.Int64N(1e18)))
			}
			u.Weight = decimal.NewNullDecimal(w)
		}
		if moves {
			m.come(&u, whole, depth)
		}
		axis.Units = append(axis.Units, u)
		if depth > 1 {
			m.grow(axis, whole, u.ID, depth-1, take, moves)
		}
		leaves -= take
	}
}

// come lets some units arrive late or leave early, some of them for no day of
// the period or for one.
func (m *planMaker) come(u *Unit, whole calendar.Period, depth int) {
	if m.IntN(2+3*depth) != 0 {
		return
	}
	day := func() calendar.Date { return whole.First.AddDays(m.IntN(whole.Days()+40) - 20) }
	switch m.IntN(3) {
	case 0:
		u.From = day()
	case 1:
		u.To = day()
	default:
		u.From = day()
		u.To = u.From.AddDays(m.IntN(200))
	}
}

// requestOf makes a small request of bytes, good or bad.
func requestOf(data []byte) CascadeRequest {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		x := int(data[0])
		data = data[1:]
		return x
	}
	pick := func(list ...string) string { return list[next()%len(list)] }
	day := func() calendar.Date {
		if next()%2 == 0 {
			return calendar.Date{}
		}
		return calendar.On(2026, 12, 1).AddDays(next() * 2)
	}
	num := func() decimal.Decimal {
		return decimal.New(int64(next())*int64(next()+1)-300, int32(next()%5-2))
	}
	req := CascadeRequest{Metric: Metric{ID: "m", Step: decimal.New(int64(next()%7), int32(next()%4-2))}}
	req.Fiscal = calendar.Fiscal{FirstMonth: next() % 14}
	if next()%4 == 0 {
		req.Fiscal = calendar.Fiscal{Pattern: calendar.Pattern454, YearEnd: calendar.YearEndNearest, Weekday: calendar.Sunday, Month: next() % 13}
	}
	split := &SplitRule{Time: TimeRule{Basis: TimeBasis(pick("", "even", "days", "workdays", "seasonality", "history", "odd")), Within: TimeBasis(pick("", "", "days", "workdays", "even")), Normalise: next()%2 == 0}}
	for range next() % 14 {
		split.Time.Shares = append(split.Time.Shares, decimal.New(int64(next()), 0))
	}
	for range next() % 3 {
		split.Grains = append(split.Grains, calendar.Grain(pick("month", "quarter", "week", "half", "year", "moon")))
	}
	req.Goal = Goal{ID: "g", Metric: "m", Split: split, Target: req.Metric.Step.Mul(decimal.New(int64(next())-60, 0)),
		Period: pick("2027", "2027-Q1", "2027-02", "2027-01-07/2027-03-03", "FY2027", "2027-W05", "", "2027-13", "2027-03-01/2027-02-01", "0001", "9999", "2024-01-01/2031-12-31"),
		Every:  calendar.Grain(pick("", "", "month", "week", "quarter", "day", "moon"))}
	for a := range next() % 3 {
		axis := Axis{ID: pick("a", "b", "c")}
		n := next() % 9
		for i := range n {
			u := Unit{ID: fmt.Sprint(string(rune('p'+a)), i), From: day(), To: day()}
			if p := next() % (n + 2); p < n {
				u.Parent = fmt.Sprint(string(rune('p'+a)), p)
			}
			if next()%2 == 0 {
				u.Weight = decimal.NewNullDecimal(num())
			}
			axis.Units = append(axis.Units, u)
		}
		req.Axes = append(req.Axes, axis)
		rule := AxisRule{Axis: pick(axis.ID, axis.ID, axis.ID, "z"), BasisRule: BasisRule{Basis: Basis(pick("", "even", "weights", "history"))}}
		if next()%3 == 0 {
			rule.Levels = []LevelRule{{Level: next() % 4, BasisRule: BasisRule{Basis: Basis(pick("even", "weights"))}}}
		}
		split.Axes = append(split.Axes, rule)
	}
	req.Goal.Owner = pick("", "", "p0", "p1", "q0", "x")
	for range next() % 4 {
		if len(req.Axes) == 0 {
			break
		}
		a := next() % len(req.Axes)
		if units := req.Axes[a].Units; len(units) > 0 {
			u := &units[next()%len(units)]
			u.Transfers = append(u.Transfers, UnitTransfer{On: day(), To: fmt.Sprint(string(rune('p'+a)), next()%10)})
		}
	}
	return req
}
