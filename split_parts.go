package salesplan

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// A Part is one party of [SplitParts]. What is not given (a NullDecimal that is
// not valid) is not zero: a lock of 0 fixes the part at nothing, no lock leaves
// it open.
type Part struct {
	// ID names the part in the result. IDs are given for all parts or for
	// none, and are unique.
	ID string `json:"id,omitempty"`

	// Weight is the part's proportion. Weights are given for all parts, locked
	// ones too, or for none; none means equal ones.
	Weight decimal.NullDecimal `json:"weight,omitzero"`

	// Min and Max bound the part. A missing Min is 0 for a total that is not
	// negative, a missing Max is 0 for a negative one; otherwise a missing
	// bound is no bound. They are tightened to whole steps.
	Min decimal.NullDecimal `json:"min,omitzero"`
	Max decimal.NullDecimal `json:"max,omitzero"`

	// Lock fixes the part, at an amount of either sign. It may be off the
	// step.
	Lock decimal.NullDecimal `json:"lock,omitzero"`
}

// HeldBy names what keeps a part from its proportional share.
type HeldBy string

// What a part is held by.
const (
	HeldByMin  HeldBy = "min"  // its minimum: the share would be below
	HeldByMax  HeldBy = "max"  // its maximum: the share would be above
	HeldByLock HeldBy = "lock" // its lock
)

// A Share is what a [Part] gets.
type Share struct {
	// ID is the part's.
	ID string

	// Amount is the part's exact share of the total: a multiple of the step,
	// but for locks off the step and the share marked as Residue.
	Amount decimal.Decimal

	// Ideal is the amount that the bounded proportional fit gives the part
	// before rounding, to the nearest millionth of a step.
	Ideal decimal.Decimal

	// Bound says what held the ideal; it is empty for one in proportion to its
	// weight.
	Bound HeldBy

	// Residue marks the share that carries the odd rest which locks off the
	// step leave.
	Residue bool
}

// Equal reports whether s and t say the same; amounts are compared as numbers.
func (s Share) Equal(t Share) bool {
	return s.ID == t.ID && s.Bound == t.Bound && s.Residue == t.Residue && s.Amount.Equal(t.Amount) && s.Ideal.Equal(t.Ideal)
}

// shareJSON is how a share is written.
type shareJSON struct {
	ID      string `json:"id,omitempty"`
	Amount  string `json:"amount"`
	Ideal   string `json:"ideal"`
	Bound   HeldBy `json:"bound,omitempty"`
	Residue bool   `json:"residue,omitempty"`
}

// MarshalJSON returns the share as an object with the keys id, amount, ideal,
// bound and residue, amounts as strings with the places of the step. It returns
// no error of its own.
func (s Share) MarshalJSON() ([]byte, error) {
	return json.Marshal(shareJSON{s.ID, amountText(s.Amount), amountText(s.Ideal), s.Bound, s.Residue})
}
