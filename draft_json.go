package salesplan

import (
	"bytes"
	"encoding/json"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// MarshalJSON writes the draft as one object: the plan as [Encode] writes it,
// what the tables were taken for, the notes and what they are based on, with
// amounts as text. The evidence is not in it.
func (d *PlanDraft) MarshalJSON() ([]byte, error) {
	if d == nil {
		return []byte("null"), nil
	}
	var plan bytes.Buffer
	if err := Encode(&plan, d.Plan); err != nil {
		return nil, err
	}
	type month struct {
		Period calendar.Period `json:"period"`
		Amount string          `json:"amount"`
		Deals  int             `json:"deals"`
	}
	out := struct {
		Plan   json.RawMessage `json:"plan"`
		Tables []DraftedTable  `json:"tables"`
		Window calendar.Period `json:"window,omitzero"`
		Total  string          `json:"total"`
		Deals  int             `json:"deals"`
		Months []month         `json:"months"`
		Notes  []diag.Finding  `json:"notes"`
	}{plan.Bytes(), d.Tables, d.Window, d.Total.String(), d.Deals, []month{}, d.Notes}
	for _, m := range d.Months {
		out.Months = append(out.Months, month{m.Period, m.Amount.String(), m.Deals})
	}
	return json.Marshal(out)
}
