package salesplan

import (
	"encoding/json"
	"iter"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Funnel is how many leads, visits and offers it takes to bring what a
// breakdown owes: for each person and period, stage by stage. It is immutable.
//
// The zero Funnel has no rows.
type Funnel struct {
	goal string
	rows []FunnelRow
}

// A FunnelRow is the work of one stage that what a unit owes in a period takes.
type FunnelRow struct {
	Goal  string `json:"goal"`
	Stage string `json:"stage"`
	Name  string `json:"name"`

	// Unit is who owes what comes of it, Owner who does the work.
	Unit  string `json:"unit"`
	Owner string `json:"owner"`

	// Period is when it is owed and Owed how much; Work is when the stage's work
	// is to be done for that: earlier by the days of this stage and those after
	// it.
	Period calendar.Period `json:"period"`
	Owed   decimal.Decimal `json:"owed"`
	Work   calendar.Period `json:"work"`

	// Count is how many have to enter the stage, a whole number, and PerDay how
	// many that is on each working day, to two decimals; 0 where nobody works.
	Count  int64           `json:"count"`
	PerDay decimal.Decimal `json:"perDay"`

	// Last says that it is the last stage before what is owed.
	Last bool `json:"last,omitempty"`
}

// NewFunnel works out a funnel by a process with all its conversions and days,
// for periods of a grain (weeks, if not given), as [TasksFor] cuts them.
//
// Into a stage have to go as many as are owed divided by the conversions from
// there on, rounded up over the unit's running total: so that at any time enough
// are on the way, and over all periods no more than one over that. Days are
// rounded to whole ones. An amount that is negative is a fault of code
// [diag.Negative]; others are those of TasksFor and of the process.
func NewFunnel(b *Breakdown, process Process, grain calendar.Grain) (*Funnel, error) {
	if f := b.missing(); f != nil {
		return nil, diag.Faults{f}
	}
	var c diag.Collector
	checkProcess(&process, "/process", true, &c)
	checkGrain(grain, "/grain", &c)
	if b.cs.negative {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/breakdown", Value: b.Total().String(), Bound: "0"})
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	k := &funneling{b: b, process: process.clone(), f: &Funnel{goal: b.Goal()}}
	k.prepare()
	err := eachShare(b, grain, "/grain", k.add)
	if err != nil {
		return nil, err
	}
	return k.f, nil
}

// A funneling is a funnel in the making.
type funneling struct {
	b       *Breakdown
	process Process
	f       *Funnel

	rates []decimal.Decimal // by stage: the part of those who enter it that are won
	days  []int             // by stage: how long that takes

	unit    string
	running decimal.Decimal
	given   []int64 // by stage
}

func (k *funneling) prepare() {
	n := len(k.process.Stages)
	k.rates, k.days, k.given = make([]decimal.Decimal, n), make([]int, n), make([]int64, n)
	rate, days := decimal.NewFromInt(1), decimal.Decimal{}
	for i := n - 1; i >= 0; i-- {
		s := &k.process.Stages[i]
		rate = rate.Mul(s.Conversion.Decimal)
		days = days.Add(s.Days.Decimal)
		k.rates[i], k.days[i] = rate, int(days.Round(0).IntPart())
	}
}

func (k *funneling) add(unit string, p calendar.Period, amount decimal.Decimal) error {
	if unit != k.unit {
		k.unit, k.running = unit, decimal.Decimal{}
		clear(k.given)
	}
	k.running = k.running.Add(amount)
	for i := range k.process.Stages {
		s := &k.process.Stages[i]
		through, ok := ceilQuotient(k.running, k.rates[i])
		if !ok {
			return diag.Faults{{Code: diag.OutOfRange, Path: index("/process/stages", i) + "/conversion", Value: k.rates[i].String(), Bound: "fewer than 9·10¹⁸ in a stage"}}
		}
		row := FunnelRow{
			Goal: k.f.goal, Stage: s.ID, Name: s.Name, Unit: unit, Owner: s.Owner, Period: p, Owed: amount,
			Work:  calendar.Span(p.First.AddDays(-k.days[i]), p.Last.AddDays(-k.days[i])),
			Count: through - k.given[i], Last: i == len(k.process.Stages)-1,
		}
		k.given[i] = through
		if row.Name == "" {
			row.Name = s.ID
		}
		if row.Owner == "" {
			row.Owner = unit
		}
		if days := k.b.cs.grid.cal.Workdays(row.Work); days > 0 {
			row.PerDay = decimal.NewFromInt(row.Count).DivRound(decimal.NewFromInt(int64(days)), 2)
		}
		k.f.rows = append(k.f.rows, row)
	}
	return nil
}

// ceilQuotient is a ÷ b rounded up; ok is false beyond 9·10¹⁸.
func ceilQuotient(a, b decimal.Decimal) (n int64, ok bool) {
	q, r := a.QuoRem(b, 0)
	if r.Sign() > 0 {
		q = q.Add(decimal.NewFromInt(1))
	}
	n, _, ok = toSteps(q, decimal.NewFromInt(1))
	return n, ok
}

// Rows yields the funnel's rows: by unit, by period, stage by stage.
func (f *Funnel) Rows() iter.Seq[FunnelRow] {
	return func(yield func(FunnelRow) bool) {
		for _, r := range f.rows {
			if !yield(r) {
				return
			}
		}
	}
}

// Count returns how many have to enter a stage within a period's work, of all
// units; those whose work reaches out of the period count by whole rows that
// begin in it. Unset, the period is all time.
func (f *Funnel) Count(stage string, period calendar.Period) int64 {
	var sum int64
	for _, r := range f.rows {
		if r.Stage == stage && (period.IsZero() || period.Contains(r.Work.First)) {
			sum += r.Count
		}
	}
	return sum
}

// Equal reports whether both funnels have the same rows.
func (f *Funnel) Equal(other *Funnel) bool {
	if f == nil || other == nil {
		return f == other
	}
	return f.goal == other.goal && slices.EqualFunc(f.rows, other.rows, func(a, b FunnelRow) bool {
		same := a.Owed.Equal(b.Owed) && a.PerDay.Equal(b.PerDay)
		a.Owed, a.PerDay, b.Owed, b.PerDay = decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}
		return same && a == b
	})
}

// MarshalJSON writes an object with "goal" and "rows".
func (f *Funnel) MarshalJSON() ([]byte, error) {
	rows := f.rows
	if rows == nil {
		rows = []FunnelRow{}
	}
	return json.Marshal(struct {
		Goal string      `json:"goal"`
		Rows []FunnelRow `json:"rows"`
	}{f.goal, rows})
}

// stages makes the tasks of a process.
func (m *taskMaker) stages(process *Process) ([]Task, error) {
	f, err := NewFunnel(m.b, *process, m.rule.Grain)
	if err != nil {
		return nil, diag.Reroot(err, map[string]string{"/grain": "/rule/grain"})
	}
	for r := range f.Rows() {
		if r.Count == 0 && !r.Last {
			continue
		}
		t := m.task(r.Unit, r.Period, r.Owed)
		t.ID += "/" + r.Stage
		t.Name = decimal.NewFromInt(r.Count).String() + " × " + r.Name
		t.Owner = r.Owner
		t.Constraint.On, t.Deadline = calendar.OnDay(r.Work.First), calendar.OnDay(r.Work.Last)
		if m.rule.Duration.Minutes == 0 {
			t.Duration = m.duration(r.Work)
		}
		if r.Last {
			// The last stage ends with what is owed.
			t.Constraint.On, t.Deadline = calendar.OnDay(r.Work.First), calendar.OnDay(r.Period.Last)
		} else {
			t.Quantity = decimal.NullDecimal{}
		}
		if err := m.add(t); err != nil {
			return nil, err
		}
	}
	return m.tasks, nil
}
