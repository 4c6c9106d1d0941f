package salesplan

import (
	"encoding/json"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Findings returns what is missing, and whom there is no time left to find.
func (p *CapacityPlan) Findings() []diag.Finding { return slices.Clone(p.findings) }

// Equal reports whether both plans say the same; amounts are compared as
// numbers.
func (p *CapacityPlan) Equal(other *CapacityPlan) bool {
	if p == nil || other == nil {
		return p == other
	}
	return p.Goal == other.Goal && p.Whole.Equal(other.Whole) && slices.EqualFunc(p.Lines, other.Lines, CapacityLine.Equal) &&
		slices.Equal(p.Hires, other.Hires) && p.Cost.Equal(other.Cost) && p.Expected.Equal(other.Expected) && p.After.Equal(other.After)
}

// Equal reports whether both lines say the same; amounts are compared as
// numbers.
func (l CapacityLine) Equal(other CapacityLine) bool {
	return l.Period == other.Period && l.Needed.Equal(other.Needed) && l.There.Equal(other.There) && l.Gap.Equal(other.Gap) &&
		l.Required.Equal(other.Required) && l.Carried.Equal(other.Carried) && l.Short.Equal(other.Short)
}

type capacityLineJSON struct {
	Period   string `json:"period"`
	Needed   string `json:"needed"`
	There    string `json:"there"`
	Gap      string `json:"gap"`
	Required string `json:"required"`
	Carried  string `json:"carried"`
	Short    string `json:"short"`
}

type hireJSON struct {
	Count int           `json:"count"`
	Open  calendar.Date `json:"open"`
	Start calendar.Date `json:"start"`
	For   string        `json:"for"`
}

func (p *CapacityPlan) lineJSON(l CapacityLine) capacityLineJSON {
	text := func(d decimal.Decimal) string { return d.StringFixed(max(-p.step.Exponent(), 0)) }
	return capacityLineJSON{p.name(l.Period), l.Needed.String(), l.There.String(), l.Gap.String(), text(l.Required), text(l.Carried), text(l.Short)}
}

func (p *CapacityPlan) name(q calendar.Period) string {
	if p.label == nil {
		return q.String()
	}
	return p.label(q)
}

// MarshalJSON writes the plan: its lines, hires, budgets and findings, numbers
// as text.
func (p *CapacityPlan) MarshalJSON() ([]byte, error) {
	if p == nil {
		return []byte("null"), nil
	}
	out := struct {
		Goal     string             `json:"goal"`
		Whole    capacityLineJSON   `json:"whole"`
		Lines    []capacityLineJSON `json:"lines"`
		Hires    []hireJSON         `json:"hires"`
		Cost     string             `json:"cost"`
		Expected string             `json:"expected"`
		After    string             `json:"after"`
		Findings []diag.Finding     `json:"findings"`
	}{p.Goal, p.lineJSON(p.Whole), []capacityLineJSON{}, []hireJSON{}, p.Cost.String(), p.Expected.String(), p.After.String(), findingList(p.findings)}
	for _, l := range p.Lines {
		out.Lines = append(out.Lines, p.lineJSON(l))
	}
	for _, h := range p.Hires {
		out.Hires = append(out.Hires, hireJSON{h.Count, h.Open, h.Start, p.name(h.For)})
	}
	return json.Marshal(out)
}
