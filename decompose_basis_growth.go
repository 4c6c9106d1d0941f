package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A GrowthMode says how growth and relief work together. There is no default:
// both are in use, and differ.
type GrowthMode string

// The modes.
const (
	// GrowthAdditive is base × (1 + growth − relief).
	GrowthAdditive GrowthMode = "additive"

	// GrowthCompounding is base × (1 + growth) × (1 − relief).
	GrowthCompounding GrowthMode = "compounding"
)

func growthModes() []GrowthMode { return []GrowthMode{GrowthAdditive, GrowthCompounding} }

// UnmarshalText reads a mode; any other text is a fault of code
// [diag.Invalid].
func (m *GrowthMode) UnmarshalText(text []byte) error {
	return readEnum(m, text, growthModes())
}

// factor returns what a base is multiplied with.
func (m GrowthMode) factor(growth, relief decimal.Decimal) decimal.Decimal {
	one := decimal.New(1, 0)
	if m == GrowthCompounding {
		return one.Add(growth).Mul(one.Sub(relief))
	}
	return one.Add(growth).Sub(relief)
}

// A GrowthRule says what units are expected to grow on their base. Where all
// siblings grow the same, their shares stay what they are.
type GrowthRule struct {
	// Mode says how growth and relief work together.
	Mode GrowthMode `json:"mode" plan:"required"`

	// Units are the growth and relief of single units, by id; the others
	// have neither.
	Units map[string]UnitGrowth `json:"units" plan:"required"`

	// Limits refuse what is outside of them.
	Limits Guardrails `json:"limits,omitzero"`
}

// UnitGrowth is what a unit is expected to grow on its base and what of it is
// given up for customers who will leave: 0.1 is 10 %.
type UnitGrowth struct {
	Growth decimal.Decimal `json:"growth,omitzero"`
	Relief decimal.Decimal `json:"relief,omitzero"`
}

// Guardrails are the limits of growth and relief, themselves allowed. What is
// outside is refused, never clamped. Those not given are -1 for growth and 0
// and 1 for relief; growth has no largest.
type Guardrails struct {
	MinGrowth decimal.NullDecimal `json:"minGrowth,omitzero"`
	MaxGrowth decimal.NullDecimal `json:"maxGrowth,omitzero"`
	MinRelief decimal.NullDecimal `json:"minRelief,omitzero"`
	MaxRelief decimal.NullDecimal `json:"maxRelief,omitzero"`
}

// Grow returns a target from a baseline, rounded half up to a multiple of
// step: with [GrowthAdditive] baseline × (1 + growth − relief), with
// [GrowthCompounding] baseline × (1 + growth) × (1 − relief). Growth and relief
// are shares, as 0.1 for 10 %.
//
// All faults are reported together, with paths below the parameters' names:
//   - [diag.Invalid] for a mode that is none;
//   - [diag.OutOfRange] for a growth or relief outside of limits, with the
//     range as its bound; for growth and relief that together leave less than
//     nothing; for numbers of more than 38 digits and results beyond 9·10¹⁸
//     steps;
//   - [diag.Order] for limits that cross;
//   - [diag.Negative] for a baseline below 0, of which nobody can say what it
//     is to grow; [diag.Required] and Negative for the step.
func Grow(baseline, growth, relief decimal.Decimal, mode GrowthMode, step decimal.Decimal, limits Guardrails) (decimal.Decimal, error) {
	var c diag.Collector
	c.Add(checkEnum(mode, growthModes(), "/mode"))
	if !checkAmount(baseline) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/baseline", Bound: amountBound})
	} else if baseline.IsNegative() {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/baseline", Value: baseline.String(), Bound: "0"})
	}
	checkStep(step, "/step", &c)
	if limits.check("/limits", &c) && c.Len() == 0 {
		checkGrowth(mode, UnitGrowth{growth, relief}, limits, "", &c)
	}
	if c.Len() > 0 {
		return decimal.Decimal{}, c.Err()
	}
	grown := baseline.Mul(mode.factor(growth, relief))
	n, rest := bigSteps(grown, step)
	half := scaled(step, min(grown.Exponent(), step.Exponent()))
	if rest.Lsh(rest, 1).Cmp(half) >= 0 {
		n.Add(n, big.NewInt(1))
	}
	if !n.IsInt64() || n.Int64() > maxSteps {
		return decimal.Decimal{}, diag.Faults{{Code: diag.OutOfRange, Path: "/baseline", Value: baseline.String(), Bound: "9·10¹⁸ steps of " + step.String()}}
	}
	return fromSteps(n.Int64(), step), nil
}

// ranges returns the limits that hold; there is no largest growth where none is
// given.
func (g Guardrails) ranges() (growth, relief [2]decimal.NullDecimal) {
	or := func(d decimal.NullDecimal, other int64) decimal.NullDecimal {
		if d.Valid {
			return d
		}
		return decimal.NewNullDecimal(decimal.New(other, 0))
	}
	return [2]decimal.NullDecimal{or(g.MinGrowth, -1), g.MaxGrowth},
		[2]decimal.NullDecimal{or(g.MinRelief, 0), or(g.MaxRelief, 1)}
}

// check refuses limits that are out of range or cross.
func (g Guardrails) check(path string, c *diag.Collector) bool {
	before := c.Len()
	one := decimal.New(1, 0)
	for _, l := range []struct {
		key    string
		value  decimal.NullDecimal
		relief bool
	}{{"minGrowth", g.MinGrowth, false}, {"maxGrowth", g.MaxGrowth, false}, {"minRelief", g.MinRelief, true}, {"maxRelief", g.MaxRelief, true}} {
		d := l.value.Decimal
		switch {
		case !l.value.Valid:
		case !checkAmount(d):
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + l.key, Bound: amountBound})
		case l.relief && (d.IsNegative() || d.GreaterThan(one)):
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + l.key, Value: d.String(), Bound: "0 to 1"})
		case !l.relief && d.LessThan(one.Neg()):
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + l.key, Value: d.String(), Bound: "at least -1"})
		}
	}
	if c.Len() > before {
		return false
	}
	growth, relief := g.ranges()
	inOrder := func(r [2]decimal.NullDecimal, key string) {
		if r[1].Valid && r[1].Decimal.LessThan(r[0].Decimal) {
			c.Add(&diag.Fault{Code: diag.Order, Path: path + "/" + key, Value: r[1].Decimal.String(), Bound: "at least " + r[0].Decimal.String()})
		}
	}
	inOrder(growth, "maxGrowth")
	inOrder(relief, "maxRelief")
	return c.Len() == before
}

// checkGrowth refuses growth and relief outside of limits, which are sound.
func checkGrowth(mode GrowthMode, u UnitGrowth, limits Guardrails, path string, c *diag.Collector) {
	before := c.Len()
	growth, relief := limits.ranges()
	within(u.Growth, growth, path+"/growth", c)
	within(u.Relief, relief, path+"/relief", c)
	if c.Len() == before && mode.factor(u.Growth, u.Relief).IsNegative() {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/relief", Value: u.Relief.String(), Bound: "at most 1 + growth " + u.Growth.String()})
	}
}

// within refuses a share outside a range.
func within(d decimal.Decimal, r [2]decimal.NullDecimal, path string, c *diag.Collector) {
	if !checkAmount(d) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound})
		return
	}
	if d.LessThan(r[0].Decimal) || r[1].Valid && d.GreaterThan(r[1].Decimal) {
		bound := "at least " + r[0].Decimal.String()
		if r[1].Valid {
			bound = r[0].Decimal.String() + " to " + r[1].Decimal.String()
		}
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: d.String(), Bound: bound})
	}
}
