package salesplan

import (
	"encoding/json"
	"iter"
	"slices"
	"sort"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Evidence is what the past and the pipeline say, in the words of one plan:
// booked amounts by metric, units and day, the days they cover, open deals, and
// what was found on the way. [Gather] makes it. It doesn't change and is safe
// to read from many goroutines. A nil *Evidence knows nothing.
type Evidence struct {
	axes     []string
	parents  []map[string]string // by axis: the unit above
	movers   map[string]Unit     // units that change teams, with their transfers
	series   []bookedSeries      // in the order of the plan's metrics
	tuples   [][]string          // the units of bookings
	known    map[string]sighted
	open     []Deal
	openAt   []int32 // by open deal: its units, in tuples
	tally    Tally
	findings []diag.Finding
	faults   error
}

// A bookedSeries is what is booked of one metric.
type bookedSeries struct {
	metric  string
	covered calendar.Period // zero for none
	rows    []bookedDay     // by day, then by units

	// worth is what each open deal would bring, where the metric counts
	// amounts; not given without an amount or a rate.
	worth []decimal.NullDecimal
}

type bookedDay struct {
	on     calendar.Date
	tuple  int32
	amount decimal.Decimal
}

// A Tally counts what [Gather] read. Every row is in it:
//
//	deals read = Won + Lost + Open + UnknownStage + Replaced
//
// and of the Won, all but Undated are booked on their day.
type Tally struct {
	// Deals and Actuals are how many were read, BadDeals and BadActuals how
	// many rows were faults instead.
	Deals      int `json:"deals"`
	Actuals    int `json:"actuals"`
	BadDeals   int `json:"badDeals"`
	BadActuals int `json:"badActuals"`

	// Won, Lost and Open are the deals of each outcome, UnknownStage those
	// without one, Replaced those for which a later row with the same ID
	// stands.
	Won          int `json:"won"`
	Lost         int `json:"lost"`
	Open         int `json:"open"`
	UnknownStage int `json:"unknownStage"`
	Replaced     int `json:"replaced"`

	// Undated are won deals without a closing day.
	Undated int `json:"undated"`

	// BookedActuals are the actuals that are booked; the others are replaced by
	// a later one of the same ID, or a finding says why they aren't.
	BookedActuals   int `json:"bookedActuals"`
	ReplacedActuals int `json:"replacedActuals"`
}

// Axes returns the IDs of the plan's axes, in the order of [Booking.Units].
func (e *Evidence) Axes() []string {
	if e == nil {
		return nil
	}
	return slices.Clone(e.axes)
}

// Tally returns how much was read.
func (e *Evidence) Tally() Tally {
	if e == nil {
		return Tally{}
	}
	return e.tally
}

// Findings returns what was found: names that the plan doesn't know, days,
// amounts and customers that are missing, repeated rows, currencies without a
// rate, rows that could not be read. Their order is always the same.
func (e *Evidence) Findings() []diag.Finding {
	if e == nil {
		return nil
	}
	out := slices.Clone(e.findings)
	for i := range out {
		out[i].Args = slices.Clone(out[i].Args)
		out[i].Advice = slices.Clone(out[i].Advice)
	}
	return out
}

// Faults returns the faults of rows that could not be read, at most
// [diag.MaxKept] of them and the number of the others; nil if there are none.
func (e *Evidence) Faults() error {
	if e == nil {
		return nil
	}
	return e.faults
}

func (e *Evidence) seriesOf(metric string) *bookedSeries {
	if e == nil {
		return nil
	}
	for i := range e.series {
		if e.series[i].metric == metric {
			return &e.series[i]
		}
	}
	return nil
}

// Covers returns the first and the last day of which the evidence tells for a
// metric, and whether it tells of any. For a metric that counts deals that is
// the mapping's Covers or else the first to the last day on which a deal was
// won or lost; for actuals, the first to the last of their days. A day within
// it without a booking is one without sales; a day outside is missing.
func (e *Evidence) Covers(metric string) (calendar.Period, bool) {
	s := e.seriesOf(metric)
	if s == nil || s.covered.IsZero() {
		return calendar.Period{}, false
	}
	return s.covered, true
}

// Bookings yields what is booked of a metric, by day, then by the units' IDs
// in the order of the axes. Days and units on which nothing is booked are left
// out, sums that come to 0 are not.
func (e *Evidence) Bookings(metric string) iter.Seq[Booking] {
	return func(yield func(Booking) bool) {
		s := e.seriesOf(metric)
		if s == nil {
			return
		}
		for _, r := range s.rows {
			if !yield(Booking{On: r.on, Units: slices.Clone(e.tuples[r.tuple]), Amount: r.amount}) {
				return
			}
		}
	}
}

// Booked returns the sum of what is booked of a metric in a period, the zero
// Period standing for all days. Units has one unit for each of the first axes,
// each with all below it on the day of the booking; "", and a missing one, stand
// for all. What belongs to no unit is in no unit's sum. The cost is proportional to the bookings.
func (e *Evidence) Booked(metric string, units []string, period calendar.Period) decimal.Decimal {
	var sum decimal.Decimal
	s := e.seriesOf(metric)
	if s == nil {
		return sum
	}
	inside := e.tuplesBelow(units)
	from := 0
	if !period.IsZero() {
		from = sort.Search(len(s.rows), func(i int) bool { return !s.rows[i].on.Before(period.First) })
	}
	for _, r := range s.rows[from:] {
		if !period.IsZero() && r.on.After(period.Last) {
			break
		}
		if inside[r.tuple] == isIn || inside[r.tuple] == inAtTimes && e.tupleBelow(r.tuple, units, r.on) {
			sum = sum.Add(r.amount)
		}
	}
	return sum
}

// Whether a booking's units are those asked for or below them.
const (
	isOut int8 = iota
	isIn
	inAtTimes // of a unit that changes teams: by the day
)

// tuplesBelow says of each tuple whether its units are those given or below.
func (e *Evidence) tuplesBelow(units []string) []int8 {
	inside := make([]int8, len(e.tuples))
	for t, tuple := range e.tuples {
		changing := func(unit string) bool { _, ok := e.movers[unit]; return ok }
		switch {
		case len(e.movers) > 0 && slices.ContainsFunc(tuple, changing):
			inside[t] = inAtTimes
		case e.tupleBelow(int32(t), units, calendar.Date{}):
			inside[t] = isIn
		}
	}
	return inside
}

// tupleBelow reports whether a tuple's units are on a day those given or below.
func (e *Evidence) tupleBelow(t int32, units []string, on calendar.Date) bool {
	tuple := e.tuples[t]
	for a, want := range units {
		if want != "" && (a >= len(tuple) || !e.isBelow(a, tuple[a], want, on)) {
			return false
		}
	}
	return true
}

// isBelow reports whether unit is on a day want or below it. It takes no more
// steps than there are units, in a tree with a cycle too.
func (e *Evidence) isBelow(axis int, unit, want string, on calendar.Date) bool {
	for range len(e.parents[axis]) + 1 {
		if unit == want || unit == "" {
			break
		}
		if u, moves := e.movers[unit]; moves {
			unit = u.ParentOn(on)
			continue
		}
		unit = e.parents[axis][unit]
	}
	return unit == want
}

// Knows reports whether a deal (of any stage) or an actual belongs to a unit
// itself, not to those below it, in a period: one that was closed in it, or was
// open then. A period that is not set is all time, and what has no day counts
// for any period. Between its first and its last day, a unit is taken to be
// there.
func (e *Evidence) Knows(unit string, period calendar.Period) bool {
	if e == nil {
		return false
	}
	s := e.known[unit]
	return s.ever && (s.always || period.IsZero() || s.days.Overlaps(period))
}

// Pipeline yields the open deals in the order of their rows. Owner, Customer,
// Product and Segment are unit IDs where an axis reads the field and knows the
// name, otherwise as the data spells them.
func (e *Evidence) Pipeline() iter.Seq[Deal] {
	return func(yield func(Deal) bool) {
		if e == nil {
			return
		}
		for _, d := range e.open {
			if !yield(d) {
				return
			}
		}
	}
}

// Equal reports whether e and other hold the same bookings, cover the same days
// and count, find and keep the same.
func (e *Evidence) Equal(other *Evidence) bool {
	if e == nil || other == nil {
		return e == other
	}
	a, errA := json.Marshal(e)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && string(a) == string(b)
}

type bookingJSON struct {
	On     calendar.Date `json:"on"`
	Units  []string      `json:"units"`
	Amount string        `json:"amount"`
}

type seriesJSON struct {
	Metric   string          `json:"metric"`
	Covers   calendar.Period `json:"covers,omitzero"`
	Bookings []bookingJSON   `json:"bookings"`
}

type openDealJSON struct {
	Row           int           `json:"row,omitempty"`
	ID            string        `json:"id,omitempty"`
	Owner         string        `json:"owner,omitempty"`
	Customer      string        `json:"customer,omitempty"`
	Product       string        `json:"product,omitempty"`
	Segment       string        `json:"segment,omitempty"`
	Stage         string        `json:"stage,omitempty"`
	Amount        string        `json:"amount,omitempty"`
	Currency      string        `json:"currency,omitempty"`
	Opened        calendar.Date `json:"opened,omitzero"`
	ExpectedClose calendar.Date `json:"expectedClose,omitzero"`
}

// MarshalJSON writes the evidence as one object: axes, counts, what is booked
// by metric, day and units with amounts as text, open deals and findings.
func (e *Evidence) MarshalJSON() ([]byte, error) {
	if e == nil {
		return []byte("null"), nil
	}
	out := struct {
		Axes     []string       `json:"axes"`
		Counts   Tally          `json:"counts"`
		Metrics  []seriesJSON   `json:"metrics"`
		Pipeline []openDealJSON `json:"pipeline"`
		Findings []diag.Finding `json:"findings"`
	}{e.axes, e.tally, []seriesJSON{}, []openDealJSON{}, e.findings}
	for _, s := range e.series {
		m := seriesJSON{s.metric, s.covered, make([]bookingJSON, len(s.rows))}
		for i, r := range s.rows {
			m.Bookings[i] = bookingJSON{r.on, e.tuples[r.tuple], r.amount.String()}
		}
		out.Metrics = append(out.Metrics, m)
	}
	for _, d := range e.open {
		o := openDealJSON{
			Row: d.Row, ID: d.ID, Owner: d.Owner, Customer: d.Customer, Product: d.Product, Segment: d.Segment, Stage: d.Stage,
			Currency: d.Currency, Opened: d.Opened, ExpectedClose: d.ExpectedClose,
		}
		if d.Amount.Valid {
			o.Amount = d.Amount.Decimal.String()
		}
		out.Pipeline = append(out.Pipeline, o)
	}
	return json.Marshal(out)
}
