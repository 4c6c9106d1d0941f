package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tablesOf(tables []DraftTable) map[string]io.Reader {
	out := map[string]io.Reader{}
	for _, t := range tables {
		out[t.Name] = t.Data
	}
	return out
}

// textTables makes tables from names and texts.
func textTables(pairs ...string) (out []DraftTable) {
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, DraftTable{pairs[i], strings.NewReader(pairs[i+1])})
	}
	return out
}

func draftText(t testing.TB, opt DraftOptions, pairs ...string) (*PlanDraft, string) {
	t.Helper()
	d, err := Draft(context.Background(), textTables(pairs...), opt)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Encode(&b, d.Plan))
	return d, b.String()
}

func draftFault(t testing.TB, opt DraftOptions, pairs ...string) string {
	t.Helper()
	_, err := Draft(context.Background(), textTables(pairs...), opt)
	require.Error(t, err)
	requireChinese(t, err)
	var lines []string
	for _, f := range diag.All(err) {
		lines = append(lines, string(f.Code)+" "+f.Path+" "+f.Value+" | "+f.Bound)
	}
	return strings.Join(lines, "\n")
}

func noted(d *PlanDraft, code diag.Code) []diag.Finding {
	return slices.DeleteFunc(slices.Clone(d.Notes), func(f diag.Finding) bool { return f.Code != code })
}

const twelveDeals = "id,owner,stage,amount,close date\n" +
	"1,Ann,Won,100,2026-01-20\n2,Ben,Won,200,2026-02-20\n3,Ann,Lost,50,2026-03-20\n4,Ben,Won,300,2026-04-20\n" +
	"5,Ann,Won,100,2026-05-20\n6,Ben,Won,200,2026-06-20\n7,Ann,Lost,50,2026-07-20\n8,Ben,Won,300,2026-08-20\n" +
	"9,Ann,Won,100,2026-09-20\n10,Ben,Won,200,2026-10-20\n11,Ann,Offer,50,2026-11-20\n12,Ben,Won,300,2026-12-20\n"

func TestDraft_Refused(t *testing.T) {
	assert.Equal(t, "required /tables  | a table of deals", draftFault(t, DraftOptions{}))
	assert.Equal(t, "duplicate /tables/1/name a | /tables/0", draftFault(t, DraftOptions{}, "a", "x\n", "a", "y\n"))
	assert.Equal(t, "required /tables/a/rows/1  | a row of column names", draftFault(t, DraftOptions{}, "a", ""))
	assert.Equal(t,
		"column /tables/people  | name, team, but deals have stages of which one is won (Closed Won, 赢单), amounts, closing days\n"+
			"column /tables/leads  | id, stage, amount, but deals have closing days",
		draftFault(t, DraftOptions{}, "people", "name,team\nAnn,A\n", "leads", "id,stage,amount\n1,Won,5\n2,Lost,7\n3,Won,9\n"))
	assert.Equal(t, "ambiguous /tables a | a, b", draftFault(t, DraftOptions{}, "a", twelveDeals, "b", strings.Replace(twelveDeals, "owner", "Owner Name", 1)))
	assert.Equal(t,
		"out-of-range /options/growth  | -0.99 to 100\nsyntax /options/period 2026-13 | calendar period",
		cutBounds(draftFault(t, DraftOptions{Growth: decimal.NewNullDecimal(dec("-1")), Period: "soon"}, "a", twelveDeals)))
	assert.Contains(t, draftFault(t, DraftOptions{Number: NumberFormat{Unit: "dozen"}}, "a", twelveDeals), "invalid /options/number/unit dozen")
	assert.Contains(t, draftFault(t, DraftOptions{Date: "d/m"}, "a", twelveDeals), "syntax /options/date d/m")
}

// cutBounds replaces what other packages say of a period.
func cutBounds(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.Contains(l, "/options/period") {
			lines[i] = "syntax /options/period 2026-13 | calendar period"
		}
	}
	return strings.Join(lines, "\n")
}

// Days and amounts that can be read in two ways are refused until told, and
// settled by a single one that can't.
func TestDraft_Ambiguous(t *testing.T) {
	rows := func(day, amount string) string {
		return "owner,stage,amount,close date\nAnn,Won,1000,3/5/2026\nBen,Won,2000,4/6/2026\nAnn,Lost,\"" + amount + "\"," + day + "\n"
	}
	assert.Equal(t, "ambiguous /options/date 3/5/2026 | m/d/yyyy, d/m/yyyy", draftFault(t, DraftOptions{}, "deals", rows("5/5/2026", "5")))
	d, _ := draftText(t, DraftOptions{Date: "d/m/yyyy"}, "deals", rows("5/5/2026", "5"))
	assert.Equal(t, "d/m/yyyy 2026-05-03", d.Plan.Inputs.Deals.Date+" "+firstBooking(d))
	d, _ = draftText(t, DraftOptions{}, "deals", rows("5/25/2026", "5"))
	assert.Equal(t, "m/d/yyyy 2026-03-05", d.Plan.Inputs.Deals.Date+" "+firstBooking(d))
	d, _ = draftText(t, DraftOptions{}, "deals", rows("25/5/2026", "5"))
	assert.Equal(t, "d/m/yyyy", d.Plan.Inputs.Deals.Date)

	assert.Contains(t, draftFault(t, DraftOptions{}, "deals", rows("5/25/2026", "1,234")), "ambiguous /options/number")
	d, _ = draftText(t, DraftOptions{Number: NumberFormat{Group: ","}}, "deals", rows("5/25/2026", "1,234"))
	assert.Equal(t, NumberFormat{Group: ","}, d.Plan.Inputs.Deals.Number)
	d, _ = draftText(t, DraftOptions{}, "deals", rows("5/25/2026", "1,234.50"))
	assert.Equal(t, NumberFormat{Group: ","}, d.Plan.Inputs.Deals.Number)
	assert.Equal(t, "0.01", d.Plan.Metrics[0].Step.String())
	d, _ = draftText(t, DraftOptions{}, "deals", rows("5/25/2026", "1.234,50"))
	assert.Equal(t, NumberFormat{Decimal: ",", Group: "."}, d.Plan.Inputs.Deals.Number)
	// Three amounts with three digits behind the sign: groups, not decimals.
	many := strings.NewReplacer("1000", `"1,000"`, "2000", `"2,000"`).Replace(rows("5/25/2026", "3,000"))
	d, _ = draftText(t, DraftOptions{}, "deals", many)
	assert.Equal(t, "3000", d.Total.String())
}

func firstBooking(d *PlanDraft) string {
	for b := range d.Evidence.Bookings("revenue") {
		return b.On.String()
	}
	return ""
}

// The same tables give the same bytes, in any order.
func TestDraft_Deterministic(t *testing.T) {
	tables := crmDraftTables(t)
	var first []byte
	for range 3 {
		d, err := Draft(context.Background(), tables, DraftOptions{})
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, Encode(&b, d.Plan))
		if first == nil {
			first = b.Bytes()
		}
		assert.Equal(t, string(first), b.String())
		tables = append(tables[1:], tables[0])
	}
}

// An export in pieces is one: the tables with one header.
func TestDraft_Pieces(t *testing.T) {
	head, rows, _ := strings.Cut(twelveDeals, "\n")
	cut := strings.Index(rows, "7,Ann")
	whole, text := draftText(t, DraftOptions{}, "deals", twelveDeals)
	pieces, parts := draftText(t, DraftOptions{}, "deals", head+"\n"+rows[:cut], "more", head+"\n"+rows[cut:])
	assert.Equal(t, strings.ReplaceAll(text, "won deals of deals", "won deals of deals, more"), parts)
	assert.True(t, whole.Total.Equal(pieces.Total))
	assert.Equal(t, "1700", whole.Total.String(), "January is covered from the 20th only")
	assert.Equal(t, []DraftedTable{{"deals", DraftRoleDeals, "", 6}, {"more", DraftRoleDeals, "", 6}}, pieces.Tables)
}

// Columns whose headers say nothing are found by what they hold, and by the
// tables that list their names.
func TestDraft_Content(t *testing.T) {
	deals := strings.Replace(twelveDeals, "id,owner,stage,amount,close date", "a,b,c,d,e", 1)
	d, _ := draftText(t, DraftOptions{}, "x", deals, "y", "Sales Agent,Team\nAnn,North\nBen,South\nCid,South\n")
	assert.Equal(t, DealColumns{Owner: "b", Stage: "c", Amount: "d", Close: "e"}, d.Plan.Inputs.Deals.Columns)
	assert.Equal(t, &AxisTable{File: "y", Columns: []string{"Team", "Sales Agent"}}, d.Plan.Axes[0].Table)
}

// Levels are told apart by what determines what, whatever the order of the
// columns; a column that doesn't determine the next, or says the same as
// another, is no level.
func TestDraft_Levels(t *testing.T) {
	people := "Region,Phone,Office,Name,Shirt,Office Manager\n" +
		"West,1,Bonn,Ann,S,Eva\nWest,2,Bonn,Ben,M,Eva\nWest,3,Köln,Cid,S,Ole\nEast,4,Jena,Dan,M,Pia\nEast,5,Jena,Eli,L,Pia\nEast,6,Gera,Fay,L,Rob\n"
	d, _ := draftText(t, DraftOptions{}, "deals", twelveDeals, "people", people)
	assert.Equal(t, []string{"Region", "Office", "Name"}, d.Plan.Axes[0].Table.Columns)

	// A manager who sells stands on two levels.
	d, _ = draftText(t, DraftOptions{}, "deals", twelveDeals, "people", "owner,manager\nAnn,Ben\nBen,Ben\nCid,Dan\n")
	assert.True(t, d.Plan.Axes[0].Table.Prefix)
	p, err := d.Plan.WithTables(tablesOf(textTables("people", "owner,manager\nAnn,Ben\nBen,Ben\nCid,Dan\n")))
	require.NoError(t, err)
	assert.Equal(t, []string{"owner:Ann", "owner:Ben", "owner:Cid"}, leafIDs(p, "org"))
	assert.Empty(t, noted(d, "unknown-owner"))
}

// A table that can't be read into an axis is said and done without.
func TestDraft_TableRefused(t *testing.T) {
	d, _ := draftText(t, DraftOptions{}, "deals", twelveDeals, "people", "owner,team\nAnn,A\nANN,B\nBen,A\n")
	assert.Len(t, noted(d, "draft-table-refused"), 1)
	assert.Equal(t, []Unit{{ID: "Ann"}, {ID: "Ben"}}, d.Plan.Axes[0].Units)
	assert.Equal(t, DraftRoleUnused, d.Tables[1].Role)
}

// Two columns of closing days: the actual one and the expected one.
func TestDraft_TwoDays(t *testing.T) {
	const rows = "\nAnn,Won,5,2026-03-05,2026-02-01\nBen,Lost,5,2026-03-06,2026-02-01\nAnn,Offer,5,,2026-09-01\n"
	for _, header := range []string{"Close Date,Expected Close Date", "结单日期,预计成交日期", "Actual Close Date,Close Date"} {
		d, _ := draftText(t, DraftOptions{}, "deals", "owner,stage,amount,"+header+rows)
		closed, expected, _ := strings.Cut(header, ",")
		c := d.Plan.Inputs.Deals.Columns
		assert.Equal(t, closed+"|"+expected+"|", c.Closed+"|"+c.ExpectedClose+"|"+c.Close)
		for deal := range d.Evidence.Pipeline() {
			assert.Equal(t, "2026-09-01", deal.ExpectedClose.String())
		}
	}
}

// A name on two axes gets a prefix on the second.
func TestDraft_SameNames(t *testing.T) {
	deals := strings.Replace(strings.ReplaceAll(twelveDeals, ",Ann,", ",Ann,Ann,"), "owner,", "owner,product,", 1)
	d, _ := draftText(t, DraftOptions{}, "deals", strings.ReplaceAll(deals, ",Ben,", ",Ben,Pump,"))
	assert.Equal(t, []Unit{{ID: "product:Ann", Name: "Ann"}, {ID: "product:Pump", Name: "Pump"}}, d.Plan.Axes[1].Units)
	assert.Empty(t, noted(d, "unknown-product"))
}

// Spellings that differ in case, spaces and punctuation are one unit; names
// that are merely near are not, and are said.
func TestDraft_Spellings(t *testing.T) {
	people := "owner,team\nAnn Lee,A\nBen,A\nBenn,B\n"
	deals := strings.NewReplacer(",Ann,", ",ann-lee,", "12,Ben,", "12,Bem,").Replace(twelveDeals)
	d, _ := draftText(t, DraftOptions{}, "deals", deals, "people", people)
	assert.Equal(t, []Unit{{ID: "Ann Lee", Aka: []string{"ann-lee"}}}, d.Plan.Axes[0].Units)
	require.Len(t, noted(d, "draft-aka"), 1)
	unknown := noted(d, "unknown-owner")
	require.Len(t, unknown, 1)
	assert.Equal(t, "Bem Ben", unknown[0].Subject.ID+" "+argOf(t, unknown[0], "near"))

	// Without a table the commonest spelling is the unit.
	d, _ = draftText(t, DraftOptions{}, "deals", strings.Replace(twelveDeals, ",Ann,", ",ANN,", 1))
	assert.Equal(t, []string{"Ann", "Ben"}, []string{d.Plan.Axes[0].Units[0].ID, d.Plan.Axes[0].Units[1].ID})
}

// Stages whose names say nothing are told.
func TestDraft_Stages(t *testing.T) {
	deals := strings.ReplaceAll(twelveDeals, "Won", "Signed")
	assert.Contains(t, draftFault(t, DraftOptions{}, "deals", deals), "column /tables/deals")
	d, _ := draftText(t, DraftOptions{Stages: map[string]Outcome{"SIGNED": OutcomeWon}}, "deals", deals)
	assert.Equal(t, map[string]Outcome{"Signed": OutcomeWon, "Lost": OutcomeLost, "Offer": OutcomeOpen}, d.Plan.Inputs.Deals.Stages)
	assert.Contains(t, draftFault(t, DraftOptions{Stages: map[string]Outcome{"Signed": "yes"}}, "deals", deals), "invalid /options/stages/Signed yes")

	for stage, want := range map[string]Outcome{
		"Won": OutcomeWon, "Closed - Won": OutcomeWon, "closedwon": OutcomeWon, "Closed Won (Sales Pipeline)": OutcomeWon, "WIN": OutcomeWon,
		"赢单": OutcomeWon, "已成交": OutcomeWon, "Lost": OutcomeLost, "Closed Lost to Competition": OutcomeLost, "closedlost": OutcomeLost,
		"输单": OutcomeLost, "无效": OutcomeLost, "未成交": OutcomeLost, "Cancelled": OutcomeLost, "Disqualified": OutcomeLost,
		"Window shopping": OutcomeOpen, "Negotiation": OutcomeOpen, "谈判审核": OutcomeOpen, "": OutcomeOpen, "Wonder": OutcomeOpen,
	} {
		assert.Equal(t, want, stageOutcome(stage), stage)
	}
}

func TestDraft_Options(t *testing.T) {
	d, text := draftText(t, DraftOptions{Name: "Mine", Lang: diag.Chinese, Currency: "EUR", Growth: decimal.NewNullDecimal(dec("0.25")), Period: "2028-H1"}, "deals", twelveDeals)
	g := d.Plan.Goals[0]
	assert.Equal(t, "Mine EUR EUR 2028-H1 revenue-2028-H1", d.Plan.Name+" "+d.Plan.Currency+" "+d.Plan.Metrics[0].Measure+" "+g.Period+" "+g.ID)
	// 1,700 from 1 February to 20 December 2026, 230 working days; the half
	// year 2028 has 130.
	assert.Equal(t, "1700", d.Total.String())
	assert.Equal(t, "961", g.Baseline.Decimal.String())
	assert.Contains(t, text, "销售额")
	assert.Empty(t, noted(d, "draft-no-currency"))
}

// A draft without won deals has no goal but is a plan.
func TestDraft_NothingWon(t *testing.T) {
	d, _ := draftText(t, DraftOptions{}, "deals", "owner,stage,amount,close date\nAnn,Won,,2026-01-05\nBen,Lost,5,2026-01-09\n")
	assert.Empty(t, d.Plan.Goals)
	assert.Len(t, noted(d, "draft-no-goal"), 1)
}

// The goal is split more simply where the past can't be followed: here the
// year brought less than nothing in all but one month.
func TestDraft_Simpler(t *testing.T) {
	d, _ := draftText(t, DraftOptions{}, "deals", strings.NewReplacer(",100,", ",-100,", ",200,", ",-200,").Replace(twelveDeals))
	require.Len(t, noted(d, "draft-simpler"), 1)
	assert.NotEqual(t, TimeHistory, d.Plan.Goals[0].Split.Time.Basis)
}

// A draft as JSON has the plan in it and amounts as text, whatever decimal's
// package is set to.
func TestDraft_JSON(t *testing.T) {
	d, text := draftText(t, DraftOptions{}, "deals", twelveDeals)
	out, err := json.Marshal(d)
	require.NoError(t, err)
	decimal.MarshalJSONWithoutQuotes = true
	again, err := json.Marshal(d)
	decimal.MarshalJSONWithoutQuotes = false
	require.NoError(t, err)
	assert.Equal(t, string(out), string(again))
	var read struct {
		Plan   json.RawMessage
		Total  string
		Months []struct{ Period, Amount string }
		Tables []DraftedTable
	}
	require.NoError(t, json.Unmarshal(out, &read))
	assert.JSONEq(t, text, string(read.Plan))
	assert.Equal(t, "1700 2026-02 200", read.Total+" "+read.Months[0].Period+" "+read.Months[0].Amount)
	assert.Equal(t, d.Tables, read.Tables)
	out, err = json.Marshal((*PlanDraft)(nil))
	require.NoError(t, err)
	assert.Equal(t, "null", string(out))
}

func TestDraft_Cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Draft(ctx, textTables("deals", twelveDeals), DraftOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

type brokenTable struct{ *strings.Reader }

func (b brokenTable) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, errors.New("the disk is gone")
}

func TestDraft_BrokenReader(t *testing.T) {
	_, err := Draft(context.Background(), []DraftTable{{"deals", brokenTable{strings.NewReader(twelveDeals)}}}, DraftOptions{})
	require.ErrorIs(t, err, diag.IO)
	assert.True(t, strings.HasPrefix(diag.All(err)[0].Path, "/tables/deals"))
}

// Whatever the tables hold, a draft is a valid plan or an error.
func FuzzDraft(f *testing.F) {
	f.Add(twelveDeals, "owner,team\nAnn,A\nBen,B\n")
	f.Add("负责人\t销售阶段\t商机金额\t预计成交日期\n王伟\t赢单\t12.5万\t2026/3/5\n李娜\t输单\t8000\t2026/13/5\n", "产品,系列\nA,B\n")
	f.Add("stage;amount;close date\nWon;1.234,50;5.3.2026\nLost;-;\n", "a\n\"\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		d, err := Draft(context.Background(), textTables("a", a, "b", b), DraftOptions{})
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			return
		}
		require.NoError(t, d.Plan.Validate())
	})
}
