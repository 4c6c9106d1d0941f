package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/network"
	"github.com/shopspring/decimal"
)

// driver says in the plan's words what made a date.
func (t *Timetable) driver(i int, d network.Driver) Driver {
	switch d.Kind {
	case network.ByLink:
		l := t.links[d.Index]
		other, own := l.From, l.To
		if t.backward() {
			other, own = own, other
		}
		out := Driver{Kind: DriverLink, Task: t.rows[other].id, Link: linkTypes()[linkPlace(l.Type)], Lag: lagOf(l)}
		if int(own) != i {
			out.Of = t.rows[own].id
		}
		return out
	case network.ByConstraint:
		p := t.constraints[d.Index]
		extra := t.more[p.task]
		out := Driver{Kind: DriverDeadline}
		if p.part == partLeveled {
			return Driver{Kind: DriverResource}
		}
		if p.part >= 0 {
			out = Driver{Kind: DriverConstraint, Constraint: copied(extra.Constraint)}
		}
		if int(p.task) != i {
			out.Of = t.rows[p.task].id
		}
		return out
	case network.ByPart:
		return Driver{Kind: DriverPart, Task: t.rows[d.Index].id}
	case network.ByDuration:
		return Driver{Kind: DriverDuration}
	case network.ByActual:
		return Driver{Kind: DriverActual}
	case network.ByDataDate:
		return Driver{Kind: DriverAsOf}
	case network.ByOwnEnd:
		return Driver{Kind: DriverOwnFinish}
	case network.ByLate:
		return Driver{Kind: DriverAsLate}
	case network.ByEarly:
		return Driver{Kind: DriverAsSoon}
	}
	if t.backward() {
		return Driver{Kind: DriverFinish}
	}
	return Driver{Kind: DriverStart}
}

// backward reports whether tasks are scheduled back from a finish.
func (t *Timetable) backward() bool { return t.rule.Start.IsZero() }

// linkPlace is where a link type stands among those of plans.
func linkPlace(l network.LinkType) int {
	switch l {
	case network.StartToStart:
		return 1
	case network.FinishToFinish:
		return 2
	case network.StartToFinish:
		return 3
	}
	return 0
}

// withoutZeros is n with so many decimals, less the zeros at its end.
func withoutZeros(n int64, places int32) decimal.Decimal {
	for ; places > 0 && n%10 == 0; places-- {
		n /= 10
	}
	return decimal.New(n, -places)
}

func lagOf(l network.Link) Lag {
	switch l.Unit {
	case network.LagPercent, network.LagElapsedPercent:
		return Lag{Percent: withoutZeros(l.Lag, 2)}
	case network.LagElapsed:
		return Lag{Time: calendar.Duration{Minutes: l.Lag, Elapsed: true}}
	}
	return Lag{Time: calendar.Duration{Minutes: l.Lag}}
}
