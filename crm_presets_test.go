package salesplan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMappings(t *testing.T) {
	var names []string
	for _, m := range Mappings() {
		names = append(names, m.Name)
		var faults diag.Collector
		m.Mapping.validate("/mapping", &faults)
		m.Customers.validate("/customers", &faults)
		assert.NoError(t, faults.Err(), m.Name)
		outcomes := map[Outcome]int{}
		for stage, o := range m.Mapping.Stages {
			outcomes[o]++
			assert.Equal(t, strings.TrimSpace(stage), stage)
			assert.NotEmpty(t, stage)
			assert.Equal(t, o, stageOutcome(stage), "a draft takes %s for the same", stage)
		}
		assert.Len(t, outcomes, 3, "%s has stages of each outcome", m.Name)
		m.Mapping.Stages["x"] = OutcomeWon
	}
	assert.Equal(t, []string{"fxiaoke", "hubspot", "salesforce", "zoho"}, names)
	for _, m := range Mappings() {
		assert.NotContains(t, m.Mapping.Stages, "x", "a copy")
	}
}

// Each ready mapping reads the export that was made in its style, after what
// only the user knows has been told.
func TestMappings_Read(t *testing.T) {
	told := map[string]Mapping{
		"salesforce": {Preset: "salesforce", Date: "m/d/yyyy"}, "hubspot": {Preset: "hubspot"},
		"zoho":    {Preset: "zoho", Date: "d.m.yyyy", Number: NumberFormat{Decimal: ",", Group: "."}, Separator: SeparatorSemicolon},
		"fxiaoke": {Preset: "fxiaoke", Date: "yyyy/m/d", Number: NumberFormat{Unit: "元"}, Separator: SeparatorTab},
	}
	for _, s := range crmStyles() {
		table := draftTables(t, "testdata/crm", s.tables[0])[0]
		won := 0
		total := dec("0")
		for d, err := range ReadDeals(table.Data, told[s.preset]) {
			require.NoError(t, err)
			assert.NotEmpty(t, d.ID)
			assert.NotEmpty(t, d.Owner)
			assert.NotEmpty(t, d.Customer)
			if d.Outcome == OutcomeWon {
				won++
				total = total.Add(d.Amount.Decimal)
			}
		}
		want := s.tally(t)
		assert.Equal(t, want.won, won, s.preset)
		assert.Equal(t, want.total.String(), total.String(), s.preset)
	}
}

func TestMapping_Preset(t *testing.T) {
	m := Mapping{Preset: "salesforce", Columns: DealColumns{Owner: "Rep", Closed: "Won On"}, Stages: map[string]Outcome{"closed WON": OutcomeLost, "Signed": OutcomeWon}, Covers: "2026"}
	out, fault := m.resolve()
	require.Nil(t, fault)
	assert.Equal(t, DealColumns{
		ID: "Opportunity ID", Owner: "Rep", Customer: "Account Name", Product: "Product Name", Stage: "Stage", Amount: "Amount",
		Currency: "Opportunity Currency", Opened: "Created Date", Closed: "Won On",
	}, out.Columns, "a column for the closing takes the place of one for both days")
	assert.Equal(t, OutcomeLost, out.outcomes()[foldName("Closed Won")], "the user's stage wins")
	assert.Equal(t, OutcomeWon, out.outcomes()[foldName("Signed")])
	assert.Equal(t, OutcomeLost, out.outcomes()[foldName("Closed Lost")])
	assert.Equal(t, "2026 ,", out.Covers+" "+out.Number.Group)
	assert.Len(t, m.Stages, 2, "the mapping itself stays as it is")

	_, fault = Mapping{Preset: "salesfroce"}.resolve()
	require.NotNil(t, fault)
	assert.Equal(t, "invalid /mapping salesforce fxiaoke, hubspot, salesforce, zoho", string(fault.Code)+" "+fault.Path+" "+fault.Near+" "+fault.Bound)
}

// A table may lack columns that only the preset names, but not those without
// which deals say nothing.
func TestMapping_PresetColumns(t *testing.T) {
	m := Mapping{Preset: "salesforce", Date: "m/d/yyyy"}
	deals, faults := readAll("Opportunity Owner,Stage,Amount,Close Date\nAnn,Closed Won,5,3/5/2026\n", m)
	require.Empty(t, faults)
	assert.Equal(t, "Ann 2026-03-05", deals[0].Owner+" "+deals[0].Closed.String())
	_, faults = readAll("Owner,Stage,Amount,Close Date\nAnn,Closed Won,5,3/5/2026\n", m)
	require.Len(t, faults, 1)
	assert.Equal(t, "column Opportunity Owner", string(faults[0].Code)+" "+faults[0].Value)
	m.Columns.ID = "Number"
	_, faults = readAll("Opportunity Owner,Stage,Amount,Close Date\nAnn,Closed Won,5,3/5/2026\n", m)
	require.Len(t, faults, 1)
	assert.Equal(t, "column Number", string(faults[0].Code)+" "+faults[0].Value)
}

// In a plan the preset is a name, and what differs from it.
func TestMapping_PresetInPlan(t *testing.T) {
	const document = `{"salesplan": "1", "inputs": {"deals": {"mapping": "fxiaoke", "columns": {"amount": "合同金额"}, "number": {"unit": "万元"}}, "customers": {"mapping": "fxiaoke"}}}`
	p, err := Decode(strings.NewReader(document), DecodeOptions{})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Encode(&b, p))
	assert.JSONEq(t, document, b.String())
	assert.NotContains(t, b.String(), "销售阶段")

	_, err = Decode(strings.NewReader(strings.ReplaceAll(document, "fxiaoke", "fxiaok")), DecodeOptions{})
	var got []string
	for _, f := range diag.All(err) {
		got = append(got, string(f.Code)+" "+f.Path+" "+f.Near)
	}
	assert.Equal(t, []string{"invalid /inputs/deals/mapping fxiaoke", "invalid /inputs/customers/mapping fxiaoke"}, got)

	// Stages of the preset are known to Gather.
	e, err := Gather(p, ReadDeals(strings.NewReader("负责人,销售阶段,合同金额,预计成交日期\n王伟,赢单,12.5,2026-03-05\n李娜,签约,1,2026-03-05\n"), *p.Inputs.Deals), nil)
	require.NoError(t, err)
	assert.Equal(t, Tally{Deals: 2, Won: 1, UnknownStage: 1}, e.Tally())
}
