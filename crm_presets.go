package salesplan

import (
	"maps"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// A NamedMapping is a mapping that is ready for the export of a CRM.
type NamedMapping struct {
	// Name is what [Mapping.Preset] calls it.
	Name string `json:"name"`

	// Title is the CRM and what is exported from it.
	Title string `json:"title"`

	// Mapping is the mapping, to be read and copied.
	Mapping Mapping `json:"mapping"`

	// Customers is the mapping of the export of customers.
	Customers CustomerMapping `json:"customers"`
}

// Mappings returns the mappings that are ready: those of the lists of
// opportunities or deals that 纷享销客 (fxiaoke), HubSpot, Salesforce and Zoho
// CRM export under the headers and with the stages that they come with. Who has
// renamed a column or a stage overrides it:
//
//	{"mapping": "fxiaoke", "columns": {"amount": "合同金额"}, "stages": {"签约": "won"}}
//
// Salesforce writes days as the user's region has them: "date" must tell
// (m/d/yyyy in the United States, d/m/yyyy in the United Kingdom), until then
// days are refused. The result is a copy, in the order of the names.
func Mappings() []NamedMapping {
	return []NamedMapping{
		{
			Name: "fxiaoke", Title: "纷享销客 商机",
			Mapping: Mapping{
				Columns: DealColumns{
					ID: "商机编号", Owner: "负责人", Customer: "客户名称", Product: "产品名称", Stage: "销售阶段",
					Amount: "商机金额", Currency: "币种", Opened: "创建时间", Close: "预计成交日期",
				},
				Stages: staged("赢单", "输单 无效", "进行中 初步接洽 验证客户 需求确定 方案/报价 谈判审核"),
				Number: NumberFormat{Group: ","},
			},
			Customers: CustomerMapping{Columns: CustomerColumns{ID: "客户编号", Name: "客户名称", Segment: "行业"}},
		},
		{
			Name: "hubspot", Title: "HubSpot deals",
			Mapping: Mapping{
				Columns: DealColumns{
					ID: "Record ID", Owner: "Deal owner", Customer: "Associated Company", Stage: "Deal Stage",
					Amount: "Amount", Currency: "Currency", Opened: "Create Date", Close: "Close Date",
				},
				Stages: staged("Closed Won|closedwon", "Closed Lost|closedlost",
					"Appointment Scheduled|appointmentscheduled|Qualified To Buy|qualifiedtobuy|Presentation Scheduled|presentationscheduled|"+
						"Decision Maker Bought-In|decisionmakerboughtin|Contract Sent|contractsent"),
			},
			Customers: CustomerMapping{Columns: CustomerColumns{ID: "Record ID", Name: "Company name", Segment: "Industry"}},
		},
		{
			Name: "salesforce", Title: "Salesforce opportunities",
			Mapping: Mapping{
				Columns: DealColumns{
					ID: "Opportunity ID", Owner: "Opportunity Owner", Customer: "Account Name", Product: "Product Name", Stage: "Stage",
					Amount: "Amount", Currency: "Opportunity Currency", Opened: "Created Date", Close: "Close Date",
				},
				Stages: staged("Closed Won", "Closed Lost",
					"Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review"),
				Number: NumberFormat{Group: ","},
			},
			Customers: CustomerMapping{Columns: CustomerColumns{ID: "Account ID", Name: "Account Name", Segment: "Industry"}},
		},
		{
			Name: "zoho", Title: "Zoho CRM deals",
			Mapping: Mapping{
				Columns: DealColumns{
					ID: "Record Id", Owner: "Deal Owner", Customer: "Account Name", Product: "Product Name", Stage: "Stage",
					Amount: "Amount", Currency: "Currency", Opened: "Created Time", Close: "Closing Date",
				},
				Stages: staged("Closed Won", "Closed Lost|Closed Lost to Competition|Closed-Lost to Competition",
					"Qualification|Needs Analysis|Value Proposition|Identify Decision Makers|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review"),
			},
			Customers: CustomerMapping{Columns: CustomerColumns{ID: "Record Id", Name: "Account Name", Segment: "Industry"}},
		},
	}
}

// staged returns the outcomes of lists of stages, separated by bars or, where
// there are none, by spaces.
func staged(won, lost, open string) map[string]Outcome {
	out := map[string]Outcome{}
	for _, list := range []struct {
		stages  string
		outcome Outcome
	}{{won, OutcomeWon}, {lost, OutcomeLost}, {open, OutcomeOpen}} {
		sep := " "
		if strings.Contains(list.stages, "|") || list.stages[0] < 0x80 {
			sep = "|"
		}
		for stage := range strings.SplitSeq(list.stages, sep) {
			out[stage] = list.outcome
		}
	}
	return out
}

// presetNamed returns a ready mapping; a fault of code [diag.Invalid] at
// /mapping for a name that none bears.
func presetNamed(name string) (NamedMapping, *diag.Fault) {
	all := Mappings()
	names := make([]string, len(all))
	for i, m := range all {
		if m.Name == name {
			return m, nil
		}
		names[i] = m.Name
	}
	return NamedMapping{}, &diag.Fault{Code: diag.Invalid, Path: "/mapping", Value: diag.Clip(name), Bound: joinNames(names), Near: diag.Nearest(name, names)}
}

// resolve returns the mapping with what it takes from its preset.
func (m Mapping) resolve() (Mapping, *diag.Fault) {
	if m.Preset == "" {
		return m, nil
	}
	preset, fault := presetNamed(m.Preset)
	if fault != nil {
		return m, fault
	}
	out := preset.Mapping
	out.Preset, out.Covers = m.Preset, m.Covers
	out.Columns = m.Columns.over(out.Columns)
	maps.DeleteFunc(out.Stages, func(stage string, _ Outcome) bool { return hasStage(m.Stages, stage) })
	maps.Copy(out.Stages, m.Stages)
	if m.Date != "" {
		out.Date = m.Date
	}
	if m.Number != (NumberFormat{}) {
		out.Number = m.Number
	}
	if m.Separator != "" {
		out.Separator = m.Separator
	}
	return out, nil
}

func hasStage(stages map[string]Outcome, stage string) bool {
	for _, s := range sortedKeys(stages) {
		if foldName(s) == foldName(stage) {
			return true
		}
	}
	return false
}

// over returns the columns with those of below where c names none. A column for
// both days takes the place of those for one, and the other way round.
func (c DealColumns) over(below DealColumns) DealColumns {
	if c.Close != "" {
		below.Closed, below.ExpectedClose = "", ""
	}
	if c.Closed != "" || c.ExpectedClose != "" {
		below.Close = ""
	}
	for _, f := range []struct{ mine, preset *string }{
		{&c.ID, &below.ID}, {&c.Owner, &below.Owner}, {&c.Customer, &below.Customer}, {&c.Product, &below.Product},
		{&c.Segment, &below.Segment}, {&c.Stage, &below.Stage}, {&c.Amount, &below.Amount}, {&c.Currency, &below.Currency},
		{&c.Opened, &below.Opened}, {&c.Close, &below.Close}, {&c.Closed, &below.Closed}, {&c.ExpectedClose, &below.ExpectedClose},
	} {
		if *f.mine == "" {
			*f.mine = *f.preset
		}
	}
	return c
}

// mayLack reports whether a table may lack a column that only the preset
// names: an export has the columns that its user chose.
func mayLack(column int) bool {
	switch column {
	case colOwner, colStage, colAmount, colClose, colClosed:
		return false
	}
	return true
}

func hasColumn(header []string, name string) bool {
	for _, h := range header {
		if foldName(h) == foldName(name) {
			return true
		}
	}
	return false
}
