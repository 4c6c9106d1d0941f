package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/leveling"
	"github.com/shopspring/decimal"
)

// A taking is what an activity takes of a member, in millionths.
type taking struct {
	activity int
	need
}

// addResources translates what tasks take, and what there is.
func (l *leveler) addResources(order []int32) error {
	return l.addNeeds(order, func(i int32) []need { return l.s.crew.needs(&l.s.req.Tasks[i]) })
}

// addNeeds translates what is needed of each task, in a given order.
func (l *leveler) addNeeds(order []int32, needs func(i int32) []need) error {
	w := l.s.crew
	claims := make([][]taking, len(w.members))
	teams := l.teams()
	for _, i := range order {
		if l.at[i] < 0 {
			continue
		}
		for _, n := range needs(i) {
			k := taking{int(l.at[i]), n}
			claims[n.member] = append(claims[n.member], k)
			for _, team := range teams[n.member] {
				claims[team] = append(claims[team], k)
			}
		}
	}
	var c diag.Collector
	for m := range w.members {
		if len(claims[m]) == 0 || !direct(claims[m], int32(m)) {
			continue
		}
		who := &w.members[m]
		supply := l.supply(int32(m))
		scale := commonScale(supply, claims[m])
		if largest(supply, claims[m])/scale > leveling.MaxAmount {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: who.path, Value: who.id, Bound: "amounts that can be leveled"})
			continue
		}
		for i := range supply {
			supply[i].Value /= scale
		}
		l.addMember(int32(m), supply, claims[m], scale)
	}
	return c.Err()
}

// direct reports whether a task takes a member itself, rather than its people.
func direct(claims []taking, m int32) bool {
	return slices.ContainsFunc(claims, func(k taking) bool { return k.member == m })
}

// teams are the teams of each member, of whom what is taken of it is taken too.
// Of one who changes teams nobody knows beforehand which that will be.
func (l *leveler) teams() [][]int32 {
	out := make([][]int32, len(l.s.crew.members))
	for i := range l.s.crew.members {
		for _, s := range l.s.crew.members[i].team {
			if !l.s.crew.members[s.person].moves {
				out[s.person] = append(out[s.person], int32(i))
			}
		}
	}
	return out
}

func (l *leveler) addMember(m int32, supply []leveling.Step, claims []taking, scale int64) {
	who := &l.s.crew.members[m]
	if who.kind == ResourcePeople {
		l.p.Resources = append(l.p.Resources, leveling.Resource{Capacity: supply})
		l.resource, l.scale = append(l.resource, m), append(l.scale, scale)
		for _, k := range claims {
			l.p.Demands = append(l.p.Demands, leveling.Demand{Activity: k.activity, Resource: len(l.resource) - 1, Amount: k.amount / scale})
		}
		return
	}
	l.p.Stocks = append(l.p.Stocks, leveling.Stock{Supply: supply, Lapses: who.kind == ResourceMoney})
	l.stock, l.stockScale = append(l.stock, m), append(l.stockScale, scale)
	for _, k := range claims {
		spread := k.when == "" || k.when == DemandEven
		l.p.Draws = append(l.p.Draws, leveling.Draw{
			Activity: k.activity, Stock: len(l.stock) - 1, Amount: k.amount / scale,
			Spread: spread && l.p.Activities[k.activity].Duration > 0,
		})
	}
}

// supply is what there is of a member from when on, in millionths.
func (l *leveler) supply(m int32) []leveling.Step {
	who := &l.s.crew.members[m]
	var out []leveling.Step
	add := func(d calendar.Date, value int64) {
		at := max(minutesOf(d)-l.origin, -leveling.MaxTime)
		if k := len(out) - 1; k >= 0 && out[k].From == at {
			out[k].Value = value
			return
		}
		out = append(out, leveling.Step{From: at, Value: value})
	}
	switch who.kind {
	case ResourceMoney:
		for i, b := range who.budgets {
			add(b.period.First, micros(b.amount))
			if next := b.period.Last.AddDays(1); i+1 == len(who.budgets) || who.budgets[i+1].period.First.After(next) {
				add(next, 0)
			}
		}
	case ResourceMaterial:
		for _, s := range who.supplies {
			if k := len(out) - 1; k >= 0 && out[k].From == minutesOf(s.On)-l.origin {
				out[k].Value += micros(s.Amount)
				continue
			}
			add(s.On, micros(s.Amount))
		}
	default:
		l.heads(m, add)
	}
	return out
}

// heads adds how many people there are, from day to day on which that changes.
func (l *leveler) heads(m int32, add func(d calendar.Date, value int64)) {
	who := &l.s.crew.members[m]
	people := who.team
	if people == nil {
		people = []stay{{person: m}}
	}
	days := []calendar.Date{epoch()}
	change := func(first, last calendar.Date) {
		if !first.IsZero() {
			days = append(days, first)
		}
		if next := last.AddDays(1); !next.IsZero() {
			days = append(days, next)
		}
	}
	for _, s := range people {
		x := &l.s.crew.members[s.person]
		for _, ch := range x.changes {
			days = append(days, ch.From)
		}
		change(x.from, x.to)
		change(s.from, s.to)
	}
	slices.SortFunc(days, calendar.Date.Compare)
	for _, d := range slices.Compact(days) {
		var sum int64
		for _, s := range people {
			if x := &l.s.crew.members[s.person]; x.there(d) && s.on(d) {
				sum += x.capacityOn(d)
			}
		}
		add(d, sum)
	}
}

// commonScale is the largest number of millionths of which all amounts are
// multiples.
func commonScale(supply []leveling.Step, claims []taking) int64 {
	scale := uint64(0)
	for _, s := range supply {
		scale = gcd(scale, uint64(s.Value))
	}
	for _, k := range claims {
		scale = gcd(scale, uint64(k.amount))
	}
	return int64(max(scale, 1))
}

func largest(supply []leveling.Step, claims []taking) int64 {
	most := int64(0)
	for _, s := range supply {
		most = max(most, s.Value)
	}
	for _, k := range claims {
		most = max(most, k.amount)
	}
	return most
}

// amountOf is an amount of the engine in its resource's measure.
func amountOf(n, scale int64) decimal.Decimal {
	x := new(big.Int).Mul(big.NewInt(n), big.NewInt(scale))
	d := decimal.NewFromBigInt(x, -resourcePlaces)
	if whole := d.Truncate(0); whole.Equal(d) {
		return whole
	}
	return d
}
