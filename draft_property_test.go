package salesplan

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A madeExport is a random export with what is in it.
type madeExport struct {
	tables           []DraftTable
	levels           int
	owners, products map[string]decimal.Decimal
	total            decimal.Decimal
}

type exportStyle struct {
	header        []string // owner, product, stage, amount, close
	won, lost     string
	day           string // a layout for fmt: year, month, day by index
	group, point  string
	comma         rune
	people, goods []string // headers: the leaf, then levels from the finest
}

func exportStyles() []exportStyle {
	return []exportStyle{
		{[]string{"Opportunity Owner", "Product", "Stage", "Amount", "Close Date"}, "Closed Won", "Closed Lost", "%[2]d/%[3]d/%[1]d", ",", ".", ',',
			[]string{"Sales Rep", "Manager", "Office", "Region"}, []string{"Product", "Family"}},
		{[]string{"负责人", "产品名称", "销售阶段", "商机金额", "结单日期"}, "赢单", "输单", "%[1]d年%[2]d月%[3]d日", "", ".", '\t',
			[]string{"业务员", "团队", "部门", "大区"}, []string{"产品名称", "系列"}},
		{[]string{"owner", "item", "deal_status", "value", "closing date"}, "won", "lost", "%02[3]d.%02[2]d.%[1]d", ".", ",", ';',
			[]string{"owner", "team", "department", "country"}, []string{"item", "category"}},
	}
}

// makeExport writes deals, people and products in one of the styles.
func makeExport(rng *rand.Rand) madeExport {
	s := exportStyles()[rng.IntN(3)]
	out := madeExport{levels: rng.IntN(4), owners: map[string]decimal.Decimal{}, products: map[string]decimal.Decimal{}}
	people, goods := 6+rng.IntN(20), 2+rng.IntN(8)
	name := func(i int) string { return fmt.Sprintf("Rep %d", i) }
	if out.levels > 0 {
		rows := [][]string{s.people[:1+out.levels]}
		for i := range people {
			row := []string{name(i)}
			for l, width := 1, 1; l <= out.levels; l++ {
				width *= 2
				row = append(row, fmt.Sprintf("%s %d", s.people[l], i/width))
			}
			rows = append(rows, row)
			out.owners[name(i)] = decimal.Zero
		}
		rng.Shuffle(people, func(i, j int) { rows[i+1], rows[j+1] = rows[j+1], rows[i+1] })
		out.tables = append(out.tables, csvTable("people", s.comma, rows))
	}
	if rng.IntN(2) == 0 {
		rows := [][]string{s.goods}
		for i := range goods {
			rows = append(rows, []string{fmt.Sprintf("Good %d", i), fmt.Sprintf("Line %d", i/2)})
			out.products[rows[i+1][0]] = decimal.Zero
		}
		out.tables = append(out.tables, csvTable("goods", s.comma, rows))
	}
	rows := [][]string{s.header}
	for k := range 200 {
		owner, product := name(rng.IntN(people)), fmt.Sprintf("Good %d", rng.IntN(goods))
		cents := 1 + rng.Int64N(100_000_000)
		stage := []string{s.won, s.lost, "Talking"}[rng.IntN(3)]
		month, day := 1+k%12, 1+rng.IntN(28)
		if k < 12 {
			day = 13 + rng.IntN(16) // a table with a day that is no month tells its order
		}
		rows = append(rows, []string{owner, product, stage, s.amount(cents), fmt.Sprintf(s.day, 2025, month, day)})
		out.owners[owner] = out.owners[owner].Add(decimal.Zero)
		out.products[product] = out.products[product].Add(decimal.Zero)
		if stage == s.won {
			amount := decimal.New(cents, -2)
			out.owners[owner], out.products[product] = out.owners[owner].Add(amount), out.products[product].Add(amount)
			out.total = out.total.Add(amount)
		}
	}
	out.tables = append(out.tables, csvTable("deals", s.comma, rows))
	rng.Shuffle(len(out.tables), func(i, j int) { out.tables[i], out.tables[j] = out.tables[j], out.tables[i] })
	return out
}

func (s exportStyle) amount(cents int64) string {
	whole := fmt.Sprint(cents / 100)
	if s.group != "" {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + s.group + whole[i:]
		}
	}
	return whole + s.point + fmt.Sprintf("%02d", cents%100)
}

func csvTable(name string, comma rune, rows [][]string) DraftTable {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	_ = w.WriteAll(rows)
	return DraftTable{name, strings.NewReader(b.String())}
}

// Whatever the style, the order of tables and the depth of the tree: units,
// levels, totals and every unit's amount are those that were made.
func TestDraft_Property(t *testing.T) {
	for seed := range uint64(60) {
		made := makeExport(rand.New(rand.NewPCG(seed, 4)))
		d, err := Draft(context.Background(), made.tables, DraftOptions{})
		require.NoError(t, err, "seed %d", seed)
		p, e := rerun(t, d, made.tables)
		booked := func(units ...string) string { return e.Booked("revenue", units, calendar.Period{}).String() }
		assert.Equal(t, made.total.String(), booked(), "seed %d", seed)
		assert.ElementsMatch(t, sortedKeys(made.owners), leafIDs(p, "org"), "seed %d", seed)
		assert.ElementsMatch(t, sortedKeys(made.products), leafIDs(p, "product"), "seed %d", seed)
		for unit, amount := range made.owners {
			assert.Equal(t, amount.String(), booked(unit), "seed %d, %s", seed, unit)
		}
		for unit, amount := range made.products {
			assert.Equal(t, amount.String(), booked("", unit), "seed %d, %s", seed, unit)
		}
		if made.levels > 0 {
			assert.Len(t, p.Axes[0].Table.Columns, 1+made.levels, "seed %d", seed)
		}
		if t.Failed() {
			return
		}
	}
}
