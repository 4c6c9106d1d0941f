package salesplan

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// marshalPlain writes a value as JSON with "<", ">" and "&" as they are, which
// whoever writes the whole may escape.
func marshalPlain(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// MarshalJSON writes the explanation with amounts as text, with the decimals of
// the metric's step or more, whatever the settings of the decimal package. A
// struct that embeds an Explanation must write it itself.
func (e Explanation) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Goal   string        `json:"goal"`
		Metric string        `json:"metric"`
		At     At            `json:"at"`
		Amount string        `json:"amount"`
		Cells  int           `json:"cells"`
		Target *GrownTarget  `json:"target,omitempty"`
		When   []PeriodShare `json:"when"`
		Who    []UnitShare   `json:"who,omitempty"`
		Cell   *CellShare    `json:"cell,omitempty"`
		Stints []StintShare  `json:"stints,omitempty"`
	}{e.Goal, e.Metric, e.At, amountText(e.Amount), e.Cells, e.Target, e.When, e.Who, e.Cell, e.Stints})
}

// MarshalJSON writes the part with amounts as text.
func (s StintShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Parents []string          `json:"parents"`
		Days    []calendar.Period `json:"days"`
		Cells   int               `json:"cells"`
		Who     []UnitShare       `json:"who,omitempty"`
		Cell    *CellShare        `json:"cell,omitempty"`
		Amount  string            `json:"amount"`
	}{s.Parents, s.Days, s.Cells, s.Who, s.Cell, amountText(s.Amount)})
}

// MarshalJSON writes the part with amounts as text.
func (s PeriodShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Basis  TimeBasis       `json:"basis"`
		Period calendar.Period `json:"period"`
		Of     calendar.Period `json:"of"`
		Target string          `json:"target"`
		Weight string          `json:"weight"`
		Before string          `json:"before"`
		Whole  string          `json:"whole"`
		Moved  string          `json:"moved"`
		Amount string          `json:"amount"`
	}{
		s.Basis, s.Period, s.Of, amountText(s.Target),
		amountText(s.Weight), amountText(s.Before), amountText(s.Whole), amountText(s.Moved), amountText(s.Amount),
	})
}

// MarshalJSON writes the total with amounts as text.
func (s UnitShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Axis     string     `json:"axis,omitempty"`
		Unit     string     `json:"unit"`
		Basis    Basis      `json:"basis,omitempty"`
		Weight   string     `json:"weight"`
		Weights  string     `json:"weights"`
		Days     int        `json:"days"`
		Of       int        `json:"of"`
		FullDays string     `json:"fullDays"`
		Ideal    string     `json:"ideal"`
		Parent   string     `json:"parent"`
		Floors   string     `json:"floors"`
		Rank     int        `json:"rank"`
		Moved    string     `json:"moved"`
		Table    *CellShare `json:"table,omitempty"`
		Amount   string     `json:"amount"`
	}{
		s.Axis, s.Unit, s.Basis, amountText(s.Weight), amountText(s.Weights), s.Days, s.Of, amountText(s.FullDays),
		amountText(s.Ideal), amountText(s.Parent), amountText(s.Floors), s.Rank, amountText(s.Moved), s.Table, amountText(s.Amount),
	})
}

// MarshalJSON writes the cell with amounts as text.
func (c CellShare) MarshalJSON() ([]byte, error) {
	bound := func(d decimal.NullDecimal) string {
		if !d.Valid {
			return ""
		}
		return amountText(d.Decimal)
	}
	return marshalPlain(struct {
		Seed         float64      `json:"seed"`
		RowFactor    float64      `json:"rowFactor"`
		ColumnFactor float64      `json:"columnFactor"`
		Fitted       string       `json:"fitted"`
		Min          string       `json:"min,omitempty"`
		Max          string       `json:"max,omitempty"`
		Forced       bool         `json:"forced,omitempty"`
		Odd          *OddShare    `json:"odd,omitempty"`
		Row          RunningTotal `json:"row"`
		Column       RunningTotal `json:"column"`
	}{
		c.Seed, c.RowFactor, c.ColumnFactor, amountText(c.Fitted), bound(c.Min), bound(c.Max), c.Forced, c.Odd, c.Row, c.Column,
	})
}

// Equal reports whether two explanations say the same, amounts compared by
// their values.
func (e *Explanation) Equal(other *Explanation) bool {
	if e == nil || other == nil {
		return e == other
	}
	return e.Goal == other.Goal && e.Metric == other.Metric && e.At.Period == other.At.Period &&
		slices.Equal(e.At.Units, other.At.Units) && slices.Equal(e.At.Parents, other.At.Parents) && e.Amount.Equal(other.Amount) && e.Cells == other.Cells && e.Target.same(other.Target) &&
		slices.EqualFunc(e.When, other.When, PeriodShare.same) && slices.EqualFunc(e.Who, other.Who, UnitShare.same) &&
		e.Cell.same(other.Cell) && slices.EqualFunc(e.Stints, other.Stints, StintShare.same)
}

func (s StintShare) same(o StintShare) bool {
	return slices.Equal(s.Parents, o.Parents) && slices.Equal(s.Days, o.Days) && s.Cells == o.Cells &&
		slices.EqualFunc(s.Who, o.Who, UnitShare.same) && s.Cell.same(o.Cell) && s.Amount.Equal(o.Amount)
}

func (s PeriodShare) same(o PeriodShare) bool {
	return s.Basis == o.Basis && s.Period == o.Period && s.Of == o.Of && s.Target.Equal(o.Target) &&
		s.Weight.Equal(o.Weight) && s.Before.Equal(o.Before) && s.Whole.Equal(o.Whole) &&
		s.Moved.Equal(o.Moved) && s.Amount.Equal(o.Amount)
}

func (s UnitShare) same(o UnitShare) bool {
	return s.Axis == o.Axis && s.Unit == o.Unit && s.Basis == o.Basis && s.Days == o.Days && s.Of == o.Of && s.Rank == o.Rank &&
		s.Weight.Equal(o.Weight) && s.Weights.Equal(o.Weights) && s.FullDays.Equal(o.FullDays) && s.Ideal.Equal(o.Ideal) &&
		s.Parent.Equal(o.Parent) && s.Floors.Equal(o.Floors) && s.Moved.Equal(o.Moved) && s.Table.same(o.Table) && s.Amount.Equal(o.Amount)
}

func (c *CellShare) same(o *CellShare) bool {
	if c == nil || o == nil {
		return c == o
	}
	return c.Seed == o.Seed && c.RowFactor == o.RowFactor && c.ColumnFactor == o.ColumnFactor && c.Forced == o.Forced &&
		c.Fitted.Equal(o.Fitted) && c.Odd.same(o.Odd) && sameBound(c.Min, o.Min) && sameBound(c.Max, o.Max) && c.Row.same(o.Row) && c.Column.same(o.Column)
}

func (r RunningTotal) same(o RunningTotal) bool {
	return r.Fitted.Equal(o.Fitted) && r.Given.Equal(o.Given)
}

func sameBound(a, b decimal.NullDecimal) bool {
	return a.Valid == b.Valid && (!a.Valid || a.Decimal.Equal(b.Decimal))
}
