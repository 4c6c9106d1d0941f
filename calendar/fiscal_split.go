package calendar

import (
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// MaxPieces is the most pieces into which a period can be split.
const MaxPieces = 200_000

// Split cuts p at the boundaries of the grain. The pieces cover p exactly
// once, in order; at p's ends they are clipped to it. It returns
// [diag.Invalid] for an unknown grain, [diag.Order] if p is not valid and
// [diag.OutOfRange] beyond [MaxPieces]. Cost is proportional to the result.
func (f Fiscal) Split(p Period, grain Grain) ([]Period, error) {
	s, err := f.scheme()
	if err != nil {
		return nil, err
	}
	if !grain.Valid() {
		return nil, unknownGrain("/grain", grain)
	}
	return s.split(p, grain)
}

// Grid cuts p at the boundaries of all the grains together and returns these
// finest pieces: with month and week, a week that crosses a month is cut in
// two, which gives 61 to 64 pieces a year. Without grains the only piece is p.
// Faults and cost are those of [Fiscal.Split], with paths such as "/grains/1".
func (f Fiscal) Grid(p Period, grains []Grain) ([]Period, error) {
	s, err := f.scheme()
	if err != nil {
		return nil, err
	}
	var faults diag.Collector
	for i, g := range grains {
		if !g.Valid() {
			faults.Add(unknownGrain("/grains/"+strconv.Itoa(i), g))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return s.split(p, grains...)
}

func unknownGrain(path string, g Grain) *diag.Fault {
	return enumFault(path, string(g), grains()...)
}

func (s scheme) split(p Period, grains ...Grain) ([]Period, error) {
	if err := checkPeriod(p, "/period"); err != nil {
		return nil, err
	}
	var out []Period
	last := int(p.Last.n)
	for from := int(p.First.n); from <= last; {
		if len(out) == MaxPieces {
			return nil, &diag.Fault{Code: diag.OutOfRange, Path: "/period", Value: p.String(), Bound: "at most " + strconv.Itoa(MaxPieces) + " pieces"}
		}
		to := last
		for _, g := range grains {
			to = min(to, s.pieceEnd(g, from))
		}
		out = append(out, Period{Date{int32(from)}, Date{int32(to)}})
		from = to + 1
	}
	return out, nil
}

// checkPeriod returns a fault if p is unset or ends before it begins.
func checkPeriod(p Period, path string) error {
	switch {
	case p.Valid():
		return nil
	case p.First.IsZero() || p.Last.IsZero():
		return &diag.Fault{Code: diag.Required, Path: path, Bound: "a first and a last day"}
	}
	return &diag.Fault{Code: diag.Order, Path: path, Value: p.String()}
}

// Year returns fiscal year y. It returns [diag.OutOfRange] if it is not
// wholly within the range of [Date].
func (f Fiscal) Year(y int) (Period, error) {
	s, err := f.scheme()
	if err != nil {
		return Period{}, err
	}
	if p := s.part(y, 0, 1); !p.IsZero() {
		return p, nil
	}
	return Period{}, &diag.Fault{Code: diag.OutOfRange, Path: "/year", Value: strconv.Itoa(y), Bound: "0001 to 9999"}
}

// part returns the period of a fiscal year by the kinds of readPart, the zero
// Period if there is none.
func (s scheme) part(y int, kind byte, n int) Period {
	if y < MinYear || y > MaxYear || n < 1 {
		return Period{}
	}
	var width, most int
	switch kind {
	case 0:
		width, most = 12, 1
	case 'H':
		width, most = 6, 2
	case 'Q':
		width, most = 3, 4
	case 'P':
		width, most = 1, 12
	case 'W':
		first := s.firstWeek(y) + 7*(n-1)
		if n > 53 || first >= s.firstWeek(y+1) {
			return Period{}
		}
		return Span(dateFrom(first), dateFrom(first+6))
	}
	if n > most {
		return Period{}
	}
	first := s.monthStart(y, width*(n-1)+1)
	return Span(dateFrom(first), dateFrom(s.monthStart(y, width*n+1)-1))
}

// fiscalSpellings says in a fault how fiscal periods are written.
const fiscalSpellings = "FY2027, FY2027-H1, FY2027-Q3, FY2027-P05 or FY2027-W07"

// Parse reads a fiscal period, FY2027, FY2027-H1, FY2027-Q3, FY2027-P05 (a
// fiscal month) or FY2027-W07 (a fiscal week), and every calendar period that
// [ParsePeriod] reads. A week belongs to the fiscal year that holds its fourth
// day. Faults are those of ParsePeriod.
func (f Fiscal) Parse(text string) (Period, error) {
	s, err := f.scheme()
	if err != nil {
		return Period{}, err
	}
	rest, fiscal := strings.CutPrefix(text, "FY")
	if !fiscal {
		return ParsePeriod(text)
	}
	fault := &diag.Fault{Code: diag.Syntax, Path: "/period", Value: diag.Clip(text), Bound: fiscalSpellings}
	if len(rest) < 4 {
		return Period{}, fault
	}
	y, okYear := digits(rest[:4])
	kind, n, ok := readPart(rest[4:])
	if !okYear || !ok || kind == 'M' {
		return Period{}, fault
	}
	if kind == 0 {
		n = 1
	}
	p := s.part(y, kind, n)
	if p.IsZero() {
		fault.Code, fault.Bound = diag.OutOfRange, "a period that exists, in the years 0001 to 9999"
		return Period{}, fault
	}
	return p, nil
}

// Label returns the fiscal name of p (FY2027, FY2027-H1, FY2027-Q3,
// FY2027-P05, FY2027-W07) where p is exactly such a period, otherwise, and for
// a calendar year or an invalid f, [Period.String]. [Fiscal.Parse] reads both.
func (f Fiscal) Label(p Period) string {
	s, err := f.scheme()
	if err != nil || !p.Valid() || p.First == p.Last {
		return p.String()
	}
	y, m := s.monthOf(int(p.First.n))
	if s.byWeeks || s.first > 1 {
		for _, k := range [...]struct {
			kind  byte
			width int
		}{{0, 12}, {'H', 6}, {'Q', 3}, {'P', 1}} {
			n := (m-1)/k.width + 1
			if s.part(y, k.kind, n) == p {
				return fiscalText(y, k.kind, n)
			}
		}
	}
	if s.byWeeks || s.first > 1 || s.weekStart != 1 {
		if y, w := s.weekOf(int(p.First.n)); s.part(y, 'W', w) == p {
			return fiscalText(y, 'W', w)
		}
	}
	return p.String()
}

func fiscalText(y int, kind byte, n int) string {
	b := appendYear([]byte("FY"), y)
	switch kind {
	case 0:
	case 'H', 'Q':
		b = append(b, '-', kind, byte('0'+n))
	default:
		b = append2(append(b, '-', kind), n)
	}
	return string(b)
}

// MonthOf returns the fiscal year of d, the number of its fiscal month from 1
// to 12, and that month, cut to the range of [Date] at its ends. There is
// never a month 13. All are zero if d is unset or f is not valid.
func (f Fiscal) MonthOf(d Date) (fiscalYear, periodNo int, p Period) {
	s, err := f.scheme()
	if err != nil || d.IsZero() {
		return 0, 0, Period{}
	}
	y, n := s.monthOf(int(d.n))
	return y, n, Period{clampDate(s.monthStart(y, n)), clampDate(s.monthStart(y, n+1) - 1)}
}
