package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A Field is a field of a deal.
type Field string

// The fields of a deal that name units of an axis.
const (
	FieldOwner    Field = "owner"
	FieldProduct  Field = "product"
	FieldSegment  Field = "segment"
	FieldCustomer Field = "customer"
)

// UnmarshalText reads a field; any other text is a fault of code
// [diag.Invalid].
func (f *Field) UnmarshalText(text []byte) error {
	return readEnum(f, text, []Field{FieldOwner, FieldProduct, FieldSegment, FieldCustomer})
}

// An Outcome says how a deal ended. The zero Outcome is that of a deal whose
// stage the mapping doesn't know.
type Outcome string

// The outcomes.
const (
	OutcomeOpen Outcome = "open"
	OutcomeWon  Outcome = "won"
	OutcomeLost Outcome = "lost"
)

// UnmarshalText reads an outcome; any other text is a fault of code
// [diag.Invalid].
func (o *Outcome) UnmarshalText(text []byte) error {
	return readEnum(o, text, []Outcome{OutcomeOpen, OutcomeWon, OutcomeLost})
}

// A Deal is an opportunity of a CRM.
type Deal struct {
	ID       string
	Owner    string
	Customer string
	Product  string
	Segment  string
	Stage    string

	// Amount is the deal's value; not given for one without.
	Amount   decimal.NullDecimal
	Currency string

	// Opened, ExpectedClose and Closed are unset where they are not known. A
	// deal that is won or lost has Closed, one that is open ExpectedClose.
	Opened        calendar.Date
	ExpectedClose calendar.Date
	Closed        calendar.Date

	Outcome Outcome

	// Row is the row of the table it was read from, the header being row 1;
	// 0 for a deal that was not read from a table.
	Row int
}

// An Actual is what was reached: an increment of a flow.
type Actual struct {
	ID     string
	Unit   string
	Metric string

	// On is the day it counts for. Where Since is set, the amount stands for
	// all days from Since to On.
	Since calendar.Date
	On    calendar.Date

	Amount   decimal.Decimal
	Currency string
	Product  string
	Segment  string
	Customer string
	Deal     string

	// Row is the row of the table it was read from; 0 for none.
	Row int
}

// A Booking is what evidence holds of one day: the sum of a metric's actuals
// of the same units.
type Booking struct {
	On calendar.Date

	// Units are the units' ids, one for each of the evidence's axes; "" where
	// the data's name matches no unit.
	Units []string

	Amount decimal.Decimal
}
