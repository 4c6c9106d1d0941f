package salesplan

import (
	"iter"
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// A targetPart is the result of one goal, of any kind.
type targetPart interface {
	Goal() string
	Metric() Metric

	found() []diag.Finding
	check(q Query) error
	write(jw *jsonRows, q Query)
	same(other targetPart) bool
}

// Stock returns the breakdown of a stock's goal. An unknown goal is a fault of
// code [diag.Unknown] with the nearest name, one of another kind one of code
// [diag.Mismatch].
func (t *Targets) Stock(id string) (*StockBreakdown, error) {
	return partOf[*StockBreakdown](t, id, "a stock")
}

// Rate returns the breakdown of a rate's goal; faults are those of
// [Targets.Stock].
func (t *Targets) Rate(id string) (*RateBreakdown, error) {
	return partOf[*RateBreakdown](t, id, "a rate")
}

// Contributions returns the IDs of the goals that serve a goal with another
// metric, in the order of the plan; they bind nothing of it.
func (t *Targets) Contributions(goal string) []string { return slices.Clone(t.contributions[goal]) }

// Stocks yields the breakdowns of stocks in the order of the plan's goals.
func (t *Targets) Stocks() iter.Seq[*StockBreakdown] { return partsOf[*StockBreakdown](t) }

// Rates yields the breakdowns of rates in the order of the plan's goals.
func (t *Targets) Rates() iter.Seq[*RateBreakdown] { return partsOf[*RateBreakdown](t) }

func partOf[P targetPart](t *Targets, id, kind string) (P, error) {
	var none P
	ids := make([]string, 0, len(t.parts))
	for _, part := range t.parts {
		if part.Goal() != id {
			ids = append(ids, part.Goal())
			continue
		}
		if p, ok := part.(P); ok {
			return p, nil
		}
		return none, &diag.Fault{Code: diag.Mismatch, Path: "/goal", Value: id, Bound: kind}
	}
	return none, &diag.Fault{Code: diag.Unknown, Path: "/goal", Value: id, Bound: "the goals", Near: diag.Nearest(id, ids)}
}

func partsOf[P targetPart](t *Targets) iter.Seq[P] {
	return func(yield func(P) bool) {
		for _, part := range t.parts {
			if p, ok := part.(P); ok && !yield(p) {
				return
			}
		}
	}
}

func (b *Breakdown) found() []diag.Finding       { return b.cs.findings }
func (b *Breakdown) write(jw *jsonRows, q Query) { jw.breakdown(b, q) }

func (b *Breakdown) check(q Query) error {
	_, err := b.Rows(q)
	return err
}

func (b *Breakdown) same(other targetPart) bool {
	o, ok := other.(*Breakdown)
	return ok && b.Equal(o)
}

func (s *StockBreakdown) found() []diag.Finding { return s.findings }
func (s *StockBreakdown) check(q Query) error   { return s.moves.check(q) }

func (s *StockBreakdown) same(other targetPart) bool {
	o, ok := other.(*StockBreakdown)
	return ok && s.Equal(o)
}

// write writes what there is to be at the end of each row's period.
func (s *StockBreakdown) write(jw *jsonRows, q Query) {
	jw.header(s.moves, s.goal, s.metric, s.Total())
	jw.grown(s.grown)
	jw.key("kind", string(KindStock))
	jw.key("opening", s.moves.Text(s.decimal(sumOf(s.opening))))
	jw.text(`,"rows":[`)
	if rows, err := s.Rows(q); err == nil {
		writeRows(jw, rows, func(r Row) {
			jw.row(s.moves, r)
			jw.text("}")
		})
	}
	jw.text("]}")
}

// MarshalJSON writes the breakdown: what it is about, and all its rows.
func (s *StockBreakdown) MarshalJSON() ([]byte, error) {
	jw := &jsonRows{}
	s.write(jw, Query{})
	return jw.buf, jw.err
}

func (r *RateBreakdown) found() []diag.Finding { return r.Findings() }
func (r *RateBreakdown) check(q Query) error   { return r.numerator.check(q) }

func (r *RateBreakdown) same(other targetPart) bool {
	o, ok := other.(*RateBreakdown)
	return ok && r.Equal(o)
}

// write writes the numerator's rows with what they are over. Amounts are the
// numerator's.
func (r *RateBreakdown) write(jw *jsonRows, q Query) {
	m := r.numerator.Metric()
	m.ID = r.metric.ID
	jw.header(r.numerator, r.goal, m, r.numerator.Total())
	jw.grown(r.grown)
	jw.key("kind", string(KindRate))
	jw.key("numerator", r.numerator.Metric().ID)
	jw.key("denominator", amountText(r.given))
	if v, ok := r.shown(r.Reached()); ok {
		jw.key("rate", amountText(v))
	}
	jw.text(`,"rows":[`)
	if rows, err := r.Rows(q); err == nil {
		writeRows(jw, rows, func(row RateRow) {
			jw.row(r.numerator, row.Row)
			if row.Rate.Valid {
				jw.key("denominator", amountText(row.Denominator))
				jw.key("rate", amountText(row.Rate.Decimal))
			}
			jw.text("}")
		})
	}
	jw.text("]}")
}

// MarshalJSON writes the breakdown: what it is about, and all the numerator's
// rows with their rates; a rate that is not applicable is left out.
func (r *RateBreakdown) MarshalJSON() ([]byte, error) {
	jw := &jsonRows{}
	r.write(jw, Query{})
	return jw.buf, jw.err
}
