package salesplan

import (
	"encoding/json"
	"iter"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Credit is what somebody who sells together with others is credited of what
// they owe.
type Credit struct {
	// Unit is who is credited: a specialist, a partner manager, a team. It may
	// be a unit of the plan or any other id.
	Unit string `json:"unit"`

	// On is whose targets are credited: one unit for each of the split's first
	// axes, "" or a missing one standing for all of that axis.
	On []string `json:"on,omitempty"`

	// Period is when: a union of leaf periods, unset for all the time.
	Period calendar.Period `json:"period,omitzero"`

	// Share is how much of it: 1 for all. It has at most 6 decimals.
	Share decimal.Decimal `json:"share"`
}

// An OverlayRule says who is credited with what.
type OverlayRule struct {
	Credits []Credit `json:"credits"`

	// Limit is the most that the credits of any one cell may total; not given,
	// 1: nothing is credited twice.
	Limit decimal.NullDecimal `json:"limit,omitzero"`
}

// Overlays are what people who sell together are credited with, beside the
// base. They are immutable and safe for use by many goroutines.
type Overlays struct {
	b      *Breakdown
	units  []string
	index  map[string]int
	credit [][]int64 // by unit: what it is credited with in each leaf period
	of     [][]int64 // by unit: the base of which
}

// Overlay returns what each credited unit gets of the targets of others: of
// each credit's place, its share in each leaf period, as differences of the
// running total's share, each rounded half away from zero to the step. So the
// sum over any stretch from the beginning is within half a step for each
// credit, and periods add up. The base is not changed, and nothing in it is
// anybody's loss: credits stand beside it.
//
// Faults, all at once: [diag.Required] at /breakdown; at /rule/credits/i those
// of an id, of [Breakdown.Amount] for /on and /period, and [diag.OutOfRange]
// for a share outside 0 to 10; [diag.Total] at /rule/credits/i/share where the
// credits of a cell total more than the limit. It takes time in proportion to
// the cells that the credits cover.
func Overlay(b *Breakdown, rule OverlayRule) (*Overlays, error) {
	if f := checkBreakdown(b, big.NewRat(1, 1)); f != nil {
		return nil, diag.Faults{f}
	}
	o := &Overlays{b: b, index: map[string]int{}}
	var c diag.Collector
	limit := int64(microShare)
	if rule.Limit.Valid {
		limit = shareMicros(rule.Limit.Decimal, "/rule/limit", &c)
	}
	credited := make([]int64, len(b.cells))
	most := big.NewRat(1, 1)
	var adds []func()
	for i, credit := range rule.Credits {
		path := index("/rule/credits", i)
		before := c.Len()
		checkID(credit.Unit, path+"/unit", &c)
		micros := shareMicros(credit.Share, path+"/share", &c)
		places, days, err := b.locate(At{Units: credit.On, Period: credit.Period})
		c.AddErr(diag.Reroot(err, map[string]string{"/at/units": path + "/on", "/at/period": path + "/period"}), path)
		if c.Len() > before {
			continue
		}
		c.Add(o.charge(credited, places, days, micros, limit, path+"/share"))
		most.Add(most, big.NewRat(max(micros, microShare), microShare))
		adds = append(adds, func() { o.add(credit.Unit, places, days, micros) })
	}
	if c.Len() == 0 && len(adds) > 0 {
		c.Add(checkBreakdown(b, most))
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	for _, add := range adds {
		add()
	}
	return o, nil
}

// charge notes that a place's cells are credited and refuses more than the
// limit.
func (o *Overlays) charge(credited []int64, places [][]int32, days stretch, micros, limit int64, path string) *diag.Fault {
	cols := len(o.b.cs.grid.pieces)
	var most int64
	for _, nodes := range places {
		o.b.eachRow(nodes, func(r int) {
			for p := days.first; p < days.end; p++ {
				credited[r*cols+p] += micros
				most = max(most, credited[r*cols+p])
			}
		})
	}
	if most > limit {
		return &diag.Fault{Code: diag.Total, Path: path, Value: microText(most), Bound: "at most " + microText(limit)}
	}
	return nil
}

// add credits a unit with its share of a place.
func (o *Overlays) add(unit string, places [][]int32, days stretch, micros int64) {
	cols := len(o.b.cs.grid.pieces)
	u, known := o.index[unit]
	if !known {
		u = len(o.units)
		o.index[unit] = u
		o.units = append(o.units, unit)
		o.credit = append(o.credit, make([]int64, cols))
		o.of = append(o.of, make([]int64, cols))
	}
	row := o.b.rowOf(places[0])[days.first:days.end]
	if len(places) > 1 {
		row = slices.Clone(row)
		for _, nodes := range places[1:] {
			addRow(row, o.b.rowOf(nodes)[days.first:days.end])
		}
	}
	for p, x := range runningShare(row, micros) {
		o.credit[u][days.first+p] += x
		o.of[u][days.first+p] += row[p]
	}
}

// Base returns the breakdown that the credits stand beside.
func (o *Overlays) Base() *Breakdown { return o.b }

// Units returns who is credited, in the order of the rule.
func (o *Overlays) Units() []string { return slices.Clone(o.units) }

// Amount returns what a unit is credited with in a period, a union of leaf
// periods; unset, the whole. Who is not credited is a fault of code
// [diag.Unknown] at /unit with the nearest name, a period of other days one of
// code [diag.OffGrid].
func (o *Overlays) Amount(unit string, period calendar.Period) (decimal.Decimal, error) {
	var c diag.Collector
	u, ok := o.index[unit]
	if !ok {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: "/unit", Value: unit, Bound: "the credited units", Near: diag.Nearest(unit, o.units)})
	}
	days, found := o.b.cs.grid.find(period)
	if !found {
		c.Add(&diag.Fault{Code: diag.OffGrid, Path: "/period", Value: period.String(), Near: o.b.nearestPeriod(period)})
	}
	if c.Len() > 0 {
		return decimal.Decimal{}, c.Err()
	}
	return o.b.decimal(sumOf(o.credit[u][days.first:days.end])), nil
}

// An OverlayRow is what one unit is credited with in one period.
type OverlayRow struct {
	Unit   string
	Grain  calendar.Grain
	Period calendar.Period

	// Amount is the credit, Of what it is a part of: the base of all the
	// unit's credits, each counted once.
	Amount decimal.Decimal
	Of     decimal.Decimal
}

// Rows yields all rows: units in the order of the rule, each with its whole
// period first and then its periods from the coarsest grain.
func (o *Overlays) Rows() iter.Seq[OverlayRow] {
	return func(yield func(OverlayRow) bool) {
		for u, id := range o.units {
			for _, g := range o.b.grainsOf() {
				for _, p := range g.periods {
					row := OverlayRow{Unit: id, Grain: calendar.Grain(g.grain), Period: p.Period,
						Amount: o.b.decimal(sumOf(o.credit[u][p.first:p.end])), Of: o.b.decimal(sumOf(o.of[u][p.first:p.end]))}
					if !yield(row) {
						return
					}
				}
			}
		}
	}
}

// Equal reports whether both credit the same beside equal bases.
func (o *Overlays) Equal(other *Overlays) bool {
	if o == nil || other == nil {
		return o == other
	}
	return o.b.Equal(other.b) && slices.Equal(o.units, other.units) &&
		slices.EqualFunc(o.credit, other.credit, slices.Equal) && slices.EqualFunc(o.of, other.of, slices.Equal)
}

type overlayRowJSON struct {
	Unit   string         `json:"unit"`
	Grain  calendar.Grain `json:"grain"`
	Period string         `json:"period"`
	Amount string         `json:"amount"`
	Of     string         `json:"of"`
}

// MarshalJSON writes what the credits are about and their rows, amounts as
// text.
func (o *Overlays) MarshalJSON() ([]byte, error) {
	out := struct {
		besideKeys
		Rows []overlayRowJSON `json:"rows"`
	}{o.b.besideKeys(), []overlayRowJSON{}}
	for r := range o.Rows() {
		out.Rows = append(out.Rows, overlayRowJSON{r.Unit, r.Grain, o.b.Label(r.Period), o.b.Text(r.Amount), o.b.Text(r.Of)})
	}
	return json.Marshal(out)
}
