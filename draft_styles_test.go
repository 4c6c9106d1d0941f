package salesplan

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A crmStyle is an export made for the tests in a CRM's style, and how to
// count what is in it without this package.
type crmStyle struct {
	preset  string
	tables  []string
	comma   rune
	columns []string // owner, product, stage, amount, close
	won     []string
	day     string
	amount  func(string) decimal.Decimal
	goal    string // the proposed period
}

func crmStyles() []crmStyle {
	grouped := func(group, dot string) func(string) decimal.Decimal {
		return func(s string) decimal.Decimal {
			return dec(strings.ReplaceAll(strings.ReplaceAll(s, group, ""), dot, "."))
		}
	}
	wan := func(s string) decimal.Decimal {
		if n, ok := strings.CutSuffix(s, "万"); ok {
			return dec(n).Mul(dec("10000"))
		}
		return dec(s)
	}
	return []crmStyle{
		{"salesforce", []string{"salesforce", "salesforce-accounts"}, ',', []string{"Opportunity Owner", "Product Name", "Stage", "Amount", "Close Date"}, []string{"Closed Won"}, "1/2/2006", grouped(",", "."), "2027"},
		{"hubspot", []string{"hubspot"}, ',', []string{"Deal owner", "", "Deal Stage", "Amount", "Close Date"}, []string{"closedwon"}, "2006-01-02 15:04", dec, "2027"},
		{"zoho", []string{"zoho", "zoho-products"}, ';', []string{"Deal Owner", "Product Name", "Stage", "Amount", "Closing Date"}, []string{"Closed Won"}, "02.01.2006", grouped(".", ","), "2027"},
		{"fxiaoke", []string{"fxiaoke"}, '\t', []string{"负责人", "产品名称", "销售阶段", "商机金额", "预计成交日期"}, []string{"赢单"}, "2006/1/2", wan, "2027"},
	}
}

// A tallyOf is what was counted without this package.
type tallyOf struct {
	rows, won        int
	total            decimal.Decimal
	months           map[string]decimal.Decimal
	owners, products map[string]decimal.Decimal
}

func (s crmStyle) tally(t testing.TB) tallyOf {
	f, err := os.Open("testdata/crm/" + s.tables[0] + ".csv")
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = s.comma
	rows, err := r.ReadAll()
	require.NoError(t, err)
	at := make([]int, len(s.columns))
	for i, c := range s.columns {
		at[i] = slices.Index(rows[0], c)
	}
	out := tallyOf{rows: len(rows) - 1, months: map[string]decimal.Decimal{}, owners: map[string]decimal.Decimal{}, products: map[string]decimal.Decimal{}}
	for _, row := range rows[1:] {
		amount := decimal.Zero
		if slices.Contains(s.won, row[at[2]]) {
			out.won++
			amount = s.amount(row[at[3]])
			on, err := time.Parse(s.day, row[at[4]])
			require.NoError(t, err)
			out.total = out.total.Add(amount)
			out.months[on.Format("2006-01")] = out.months[on.Format("2006-01")].Add(amount)
		}
		out.owners[row[at[0]]] = out.owners[row[at[0]]].Add(amount)
		if at[1] >= 0 {
			product := strings.ReplaceAll(row[at[1]], "ProPlus", "Pro Plus")
			out.products[product] = out.products[product].Add(amount)
		}
	}
	return out
}

func draftTables(t testing.TB, folder string, names ...string) []DraftTable {
	t.Helper()
	var out []DraftTable
	for _, n := range names {
		b, err := os.ReadFile(folder + "/" + n + ".csv")
		if os.IsNotExist(err) && folder == crmFolder {
			t.Skipf("no %s beside the repository", crmFolder)
		}
		require.NoError(t, err)
		out = append(out, DraftTable{n, bytes.NewReader(b)})
	}
	return out
}

func leafIDs(p *Plan, axis string) (leaves []string) {
	for i := range p.Axes {
		if p.Axes[i].ID == axis {
			units := p.Axes[i].AllUnits()
			inner := innerUnits(units)
			for k, u := range units {
				if !inner[k] {
					leaves = append(leaves, u.ID)
				}
			}
		}
	}
	return leaves
}

// A drafted plan is written, read back, and run at once on the same tables, as
// by the program: its units, totals and months are those of the data.
func TestDraft_Styles(t *testing.T) {
	for _, s := range crmStyles() {
		t.Run(s.preset, func(t *testing.T) {
			want := s.tally(t)
			tables := draftTables(t, "testdata/crm", s.tables...)
			d, err := Draft(context.Background(), tables, DraftOptions{Lang: diag.Chinese})
			require.NoError(t, err)
			assert.Equal(t, s.preset, d.Plan.Inputs.Deals.Preset)
			inside, outside := decimal.Zero, want.total
			for _, m := range d.Months {
				inside, outside = inside.Add(want.months[m.Period.String()]), outside.Sub(want.months[m.Period.String()])
				assert.Equal(t, want.months[m.Period.String()].String(), m.Amount.String(), m.Period.String())
			}
			assert.Equal(t, inside.String(), d.Total.String())
			if outside.IsZero() {
				assert.Equal(t, want.won, d.Deals)
			}
			p, e := rerun(t, d, tables)
			assert.Equal(t, want.total.String(), e.Booked("revenue", nil, calendar.Period{}).String())
			assert.ElementsMatch(t, sortedKeys(want.owners), leafIDs(p, "org"))
			assert.ElementsMatch(t, sortedKeys(want.products), leafIDs(p, "product"))
			for owner, amount := range want.owners {
				assert.Equal(t, amount.String(), e.Booked("revenue", []string{owner}, calendar.Period{}).String(), owner)
			}
			for product, amount := range want.products {
				assert.Equal(t, amount.String(), e.Booked("revenue", []string{"", product}, calendar.Period{}).String(), product)
			}
			assert.NotEqual(t, diag.Error, diag.Worst(e.Findings()), "%v", e.Findings())
			assert.Equal(t, want.rows, d.Tables[0].Rows)
			assert.Equal(t, s.goal, p.Goals[0].Period)
		})
	}
}

// rerun does what a user does next: the plan is encoded, decoded, its tables
// and deals read, and its goals split.
func rerun(t testing.TB, d *PlanDraft, tables []DraftTable) (*Plan, *Evidence) {
	t.Helper()
	require.NoError(t, d.Plan.Validate())
	var text bytes.Buffer
	require.NoError(t, Encode(&text, d.Plan))
	p, err := Decode(&text, DecodeOptions{})
	require.NoError(t, err)
	d2 := &drafter{ctx: context.Background(), plan: p, roles: map[*tableProfile]DraftedTable{}}
	for i, role := range d.Tables {
		g := &tableProfile{tables: []DraftTable{tables[i]}}
		d2.groups = append(d2.groups, g)
		d2.roles[g] = role
		if role.Role == DraftRoleDeals {
			d2.deals = g
		}
	}
	filled, err := d2.fill()
	require.NoError(t, err)
	e, err := Gather(filled, d2.dealRows(), nil)
	require.NoError(t, err)
	targets, err := filled.Targets(context.Background(), e)
	require.NoError(t, err)
	b, err := targets.Goal(filled.Goals[0].ID)
	require.NoError(t, err)
	var sum decimal.Decimal
	for _, m := range b.Periods(calendar.GrainMonth) {
		amount, err := b.Amount(At{Period: m})
		require.NoError(t, err)
		sum = sum.Add(amount)
	}
	assert.Equal(t, filled.Goals[0].Target.String(), sum.String())
	return filled, e
}
