package salesplan_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// A CRM's export becomes a plan, which says what it is made from.
func ExampleDraft() {
	deals := "Deal owner,Deal Stage,Amount,Close Date\n" +
		"Ann,Closed Won,\"1,200.50\",3/5/2026\n" +
		"Ben,Closed Won,\"2,400.00\",4/25/2026\n" +
		"Ann,Closed Lost,300.00,5/29/2026\n"
	draft, err := salesplan.Draft(context.Background(), []salesplan.DraftTable{{Name: "deals", Data: strings.NewReader(deals)}}, salesplan.DraftOptions{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, note := range draft.Notes[:3] {
		fmt.Println(salesplan.Catalogue().Text(note, diag.English))
	}
	goal := draft.Plan.Goals[0]
	fmt.Println(goal.Target, goal.Why)
	// Output:
	// deals is taken for the table of deals: 3 rows; owner = Deal owner, stage = Deal Stage, amount = Amount, close = Close Date.
	// Its columns are those of the ready mapping "hubspot"; what differs is in the plan.
	// In deals, days are read as m/d/yyyy and amounts as -1,234,567.89.
	// 16700 2026-03-01/2026-05-31 brought 3,600.5 from 2 deals in 3 months (62 working days). At that rate 2027 with its 261 working days brings 15,156.94; with growth of 10 % that is 16,700, rounded.
}

// A ready mapping is data: what it says can be read, and what differs told.
func ExampleMappings() {
	for _, m := range salesplan.Mappings() {
		fmt.Println(m.Name, "|", m.Mapping.Columns.Owner, "|", m.Mapping.Columns.Stage, "|", m.Mapping.Columns.Close)
	}
	// Output:
	// fxiaoke | 负责人 | 销售阶段 | 预计成交日期
	// hubspot | Deal owner | Deal Stage | Close Date
	// salesforce | Opportunity Owner | Stage | Close Date
	// zoho | Deal Owner | Stage | Closing Date
}
