package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A Method says who gets the indivisible rest of a split. In JSON it is its
// text. The zero Method is [LargestRemainder].
//
// No method has every good property: one that keeps every part within a step
// of its exact share can take a step from a part although the total rises, and
// one that never does leaves the step now and then (Balinski and Young, Fair
// Representation, 1982).
type Method uint8

// The methods. With every one of them the parts add up to the total exactly, a
// weight of zero gets nothing, a negative total gives the mirror image of the
// positive one, and ties go to the part that comes first.
const (
	// LargestRemainder, Hamilton's method, gives whole shares first and the
	// rest to the largest fractions: for people. Every part is less than one
	// step from its exact share.
	LargestRemainder Method = iota

	// Cumulative rounds the running total half up: for periods of time. Every
	// running total is within half a step of its exact value, and parts that
	// are added up over neighbours are what a split over the added weights
	// gives.
	Cumulative

	// Webster (Sainte-Laguë) divides all weights by one divisor and rounds to
	// the nearest. Like all divisor methods it never takes a step from a part
	// because the total rises.
	Webster

	// HuntingtonHill divides by one divisor and rounds at the geometric mean
	// of the two neighbours, as seats of the US House are given out. Every
	// positive weight gets at least one step.
	HuntingtonHill

	// Adams divides by one divisor and rounds up. Every positive weight gets
	// at least one step.
	Adams

	// Jefferson (D'Hondt) divides by one divisor and rounds down.
	Jefferson
)

// methodNames are the texts of the methods, in order.
func methodNames() [6]string {
	return [...]string{"largest-remainder", "cumulative", "webster", "huntington-hill", "adams", "jefferson"}
}

// String returns the method's text, as "largest-remainder".
func (m Method) String() string {
	if names := methodNames(); int(m) < len(names) {
		return names[m]
	}
	return "method " + strconv.Itoa(int(m))
}

// MarshalText returns the method's text. A value that is no method is a fault
// of code [diag.Invalid].
func (m Method) MarshalText() ([]byte, error) {
	if f := m.fault(""); f != nil {
		return nil, f
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads a method's text; the empty text is [LargestRemainder]. Any
// other text is a fault of code [diag.Invalid] with the nearest method.
func (m *Method) UnmarshalText(text []byte) error {
	names := methodNames()
	for i, name := range names {
		if string(text) == name {
			*m = Method(i)
			return nil
		}
	}
	if len(text) == 0 {
		*m = LargestRemainder
		return nil
	}
	return &diag.Fault{Code: diag.Invalid, Value: diag.Clip(string(text)), Bound: joinNames(names[:]), Near: diag.Nearest(string(text), names[:])}
}

// fault returns the fault of a value that is no method.
func (m Method) fault(path string) *diag.Fault {
	if m <= Jefferson {
		return nil
	}
	names := methodNames()
	return &diag.Fault{Code: diag.Invalid, Path: path, Value: strconv.Itoa(int(m)), Bound: joinNames(names[:])}
}

// engine returns the engine's name for the method.
func (m Method) engine() apportion.Method {
	switch m {
	case Cumulative:
		return apportion.Running
	case Webster:
		return apportion.Webster
	case HuntingtonHill:
		return apportion.HuntingtonHill
	case Adams:
		return apportion.Adams
	case Jefferson:
		return apportion.Jefferson
	}
	return apportion.Hamilton
}
