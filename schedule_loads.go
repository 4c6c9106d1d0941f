package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/leveling"
	"github.com/salesplan/salesplan/internal/network"
	"github.com/shopspring/decimal"
)

// A ResourceLoad is what a resource does when: a histogram.
type ResourceLoad struct {
	Resource string       `json:"resource"`
	Kind     ResourceKind `json:"kind"`

	// Stretches follow one another. Those of people have a constant number of
	// them at work, nights and free days included as far as a task goes on over
	// them; those of money and material go from one supply to the next.
	Stretches []LoadStretch `json:"stretches"`
}

// A LoadStretch is a stretch of time of a [ResourceLoad].
type LoadStretch struct {
	From calendar.Instant `json:"from"`
	To   calendar.Instant `json:"to"` // unset for one without end

	// Used is how many people are at work, or how much is spent or used; There
	// how much there is: of money in the period, of material with what is left
	// from before. Short is by how much that is too little.
	Used  decimal.Decimal `json:"used"`
	There decimal.Decimal `json:"there"`
	Short decimal.Decimal `json:"short"`
}

// Loads returns what each resource does that tasks take, by the dates of the
// timetable, in the order of the units and resources: stretches without use are
// left out. Nothing is moved for it: where there is too little, it says by how
// much.
func (t *Timetable) Loads() ([]ResourceLoad, error) {
	if t == nil || len(t.rows) == 0 {
		return nil, nil
	}
	l := &leveler{clock: map[int32]int{}, s: &scheduling{crew: t.crew, clocks: t.clocks}}
	l.origin = slices.Min(t.starts()) / dayMinutes * dayMinutes
	l.at = make([]int32, len(t.rows))
	order := make([]int32, 0, len(t.rows))
	for i := range t.rows {
		l.at[i] = -1
		if t.res.Flags[i]&network.Summary != 0 {
			continue
		}
		l.at[i] = int32(len(l.p.Activities))
		l.task = append(l.task, int32(i))
		order = append(order, int32(i))
		l.p.Activities = append(l.p.Activities, leveling.Activity{
			Duration: t.rows[i].duration, Due: leveling.Never, Clock: l.clockOf(t.rows[i].clock),
			Fixed: true, Start: t.starts()[i] - l.origin, End: t.finishes()[i] - l.origin,
		})
	}
	if err := l.addNeeds(order, t.needs); err != nil {
		return nil, err
	}
	found, err := leveling.Quick(&l.p)
	if err != nil {
		return nil, diag.Faults{{Code: diag.OutOfRange, Path: "/timetable", Bound: "times and amounts that can be leveled"}}
	}
	return l.loads(found), nil
}

// loads writes the engine's histograms in the plan's words.
func (l *leveler) loads(found *leveling.Schedule) []ResourceLoad {
	byMember := map[int32]ResourceLoad{}
	at := func(minute int64) calendar.Instant {
		if minute >= leveling.Never-l.origin {
			return calendar.Instant{}
		}
		return instantOf(l.origin + minute)
	}
	for r, usage := range found.Usage {
		load := ResourceLoad{Resource: l.s.crew.members[l.resource[r]].id, Kind: ResourcePeople}
		for _, seg := range usage {
			if seg.Used == 0 {
				continue
			}
			load.Stretches = append(load.Stretches, LoadStretch{
				From: at(seg.From), To: at(seg.Until), Used: amountOf(seg.Used, l.scale[r]), There: amountOf(seg.Capacity, l.scale[r]),
				Short: amountOf(seg.Short(), l.scale[r]),
			})
		}
		byMember[l.resource[r]] = load
	}
	for k, levels := range found.Levels {
		who := &l.s.crew.members[l.stock[k]]
		load := ResourceLoad{Resource: who.id, Kind: who.kind}
		for _, lv := range levels {
			if lv.Drawn == 0 {
				continue
			}
			scale := l.stockScale[k]
			load.Stretches = append(load.Stretches, LoadStretch{
				From: at(max(lv.From, 0)), To: at(lv.Until), Used: amountOf(lv.Drawn, scale), There: amountOf(lv.Left+lv.Drawn, scale),
				Short: amountOf(max(-lv.Left, 0), scale),
			})
		}
		byMember[l.stock[k]] = load
	}
	var out []ResourceLoad
	for m := range l.s.crew.members {
		if load, ok := byMember[int32(m)]; ok {
			out = append(out, load)
		}
	}
	return out
}
