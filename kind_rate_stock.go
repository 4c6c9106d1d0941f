package salesplan

import (
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Reading says which reading of a stock a rate over a period is divided by.
// The zero Reading is [ReadingClosing].
type Reading string

// The readings.
const (
	ReadingClosing Reading = "closing" // at the end of the period
	ReadingOpening Reading = "opening" // before its first day: churn, retention

	// ReadingAverage is half of both: revenue per customer.
	ReadingAverage Reading = "average"
)

func readings() []Reading { return []Reading{ReadingClosing, ReadingOpening, ReadingAverage} }

// UnmarshalText reads a reading; any other text is a fault of code
// [diag.Invalid].
func (x *Reading) UnmarshalText(text []byte) error { return readEnum(x, text, readings()) }

// A rateOver is what a rate is divided by, place by place.
type rateOver interface {
	Goal() string
	Metric() Metric
	Owner() string
	Axes() []string
	Amount(At) (decimal.Decimal, error)
	axisOf(unit string) int
}

// over returns the denominator's targets; nil for a figure from outside.
func (r *RateBreakdown) over() rateOver {
	switch {
	case r.denominator != nil:
		return r.denominator
	case r.stock != nil:
		return readStock{r.stock, r.metric.Reading}
	}
	return nil
}

// A readStock is a stock of which a reading counts for each period.
type readStock struct {
	*StockBreakdown
	reading Reading
}

// Amount returns the reading at a place.
func (s readStock) Amount(at At) (decimal.Decimal, error) {
	if s.reading == ReadingOpening {
		return s.Opening(at)
	}
	closing, err := s.StockBreakdown.Amount(at)
	if err != nil || s.reading != ReadingAverage {
		return closing, err
	}
	opening, err := s.Opening(at)
	return opening.Add(closing).Mul(decimal.New(5, -1)), err
}

func (s *StockBreakdown) axisOf(unit string) int { return s.moves.axisOf(unit) }

// checkReading refuses readings of what has none.
func (p *Plan) checkReading(m Metric, path string, metrics map[string]int, c *diag.Collector) {
	if k, ok := metrics[m.Denominator]; m.Reading != "" && (!ok || p.Metrics[k].Kind != KindStock) {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/reading", Value: string(m.Reading), Bound: "only of a rate over a stock"})
	}
}
