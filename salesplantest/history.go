package salesplantest

import (
	"encoding/csv"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// History yields the deals of 2026 that a CRM would have of the people, product
// lines and customer groups of [Annual], as [salesplan.Gather] takes them. It
// never yields an error, and the same deals every time: won in every month by
// everybody but Li Na, who is new in 2027; some lost; some open, expected in
// early 2027; and one, of 0.3 % of the amount, won by somebody who has left
// and is not in the plan. Rows are those of [HistoryCSV].
func History() iter.Seq2[salesplan.Deal, error] {
	deals := history()
	return func(yield func(salesplan.Deal, error) bool) {
		for _, d := range deals {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// HistoryCSV returns the deals of [History] as a CRM exports them: UTF-8 with
// Chinese headers and names. The mapping in the inputs of [Annual] and
// [Customers] reads them.
func HistoryCSV() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"商机编号", "负责人", "客户名称", "产品线", "客户级别", "商机阶段", "商机金额", "币种", "创建日期", "成交日期"}}
	for _, d := range history() {
		closing := d.Closed
		if d.Outcome == salesplan.OutcomeOpen {
			closing = d.ExpectedClose
		}
		rows = append(rows, []string{
			d.ID, d.Owner, d.Customer, d.Product, d.Segment, d.Stage,
			d.Amount.Decimal.StringFixed(2), d.Currency, d.Opened.String(), closing.String(),
		})
	}
	// A strings.Builder takes everything.
	_ = w.WriteAll(rows)
	return b.String()
}

func dealsMapping() *salesplan.Mapping {
	return &salesplan.Mapping{
		Columns: salesplan.DealColumns{
			ID: "商机编号", Owner: "负责人", Customer: "客户名称", Product: "产品线", Segment: "客户级别", Stage: "商机阶段",
			Amount: "商机金额", Currency: "币种", Opened: "创建日期", Close: "成交日期",
		},
		Stages: map[string]salesplan.Outcome{
			"初步接洽": salesplan.OutcomeOpen, "方案报价": salesplan.OutcomeOpen, "谈判审核": salesplan.OutcomeOpen,
			"赢单": salesplan.OutcomeWon, "输单": salesplan.OutcomeLost,
		},
		Covers: "2026",
	}
}

// history makes the deals by arithmetic alone.
func history() []salesplan.Deal {
	sellers := []struct {
		name string
		size int64
	}{
		{"王伟", 12}, {"Anna Schmidt", 10}, {"陈杰", 11}, {"赵敏", 9}, {"刘洋", 13}, {"John Smith", 10},
		{"孙丽", 9}, {"黄强", 8}, {"周婷", 7}, {"吴磊", 7}, {"María García", 6},
	}
	season := []int64{7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12}
	h := &chronicle{buyers: buyers()}
	for m, share := range season {
		for s, seller := range sellers {
			n := m*len(sellers) + s
			h.add(n, seller.name, calendar.On(2026, time.Month(m+1), 2+(n*7)%26), seller.size*share, "赢单", salesplan.OutcomeWon)
			if n%4 == 1 {
				h.add(n+5, seller.name, calendar.On(2026, time.Month(m+1), 1+(n*5)%28), 40+seller.size, "输单", salesplan.OutcomeLost)
			}
		}
	}
	h.add(3, "郑凯", calendar.On(2026, time.May, 18), 31, "赢单", salesplan.OutcomeWon)
	for s, seller := range sellers {
		stage := []string{"初步接洽", "方案报价", "谈判审核"}[s%3]
		h.add(s+2, seller.name, calendar.On(2027, time.Month(1+s%3), 3+2*s), 5*seller.size+20, stage, salesplan.OutcomeOpen)
	}
	return h.deals
}

// A chronicle is a history under way.
type chronicle struct {
	buyers []string
	deals  []salesplan.Deal
}

// add adds a deal of 670 to 1,005 yuan a unit of size; n varies it.
func (h *chronicle) add(n int, owner string, closing calendar.Date, size int64, stage string, outcome salesplan.Outcome) {
	buyer := (n*11 + n/7) % len(h.buyers)
	d := salesplan.Deal{
		ID: fmt.Sprintf("SJ2026-%04d", len(h.deals)+1), Owner: owner, Stage: stage, Outcome: outcome, Currency: "CNY",
		Customer: h.buyers[buyer],
		Product:  []string{"云服务", "Cloud", "运维支持", "软件许可", "云服务", "培训"}[n%6],
		Segment:  []string{"大客户", "中型客户", "大客户", "小微客户"}[buyer%4],
		Amount:   decimal.NewNullDecimal(decimal.New(size*(67_000+int64(n*7919%33_479)), -2)),
		Opened:   closing.AddDays(-30 - n%60),
		Row:      len(h.deals) + 2,
	}
	if outcome == salesplan.OutcomeOpen {
		d.ExpectedClose = closing
		d.Opened = calendar.On(2026, time.November, 2+n)
	} else {
		d.Closed = closing
	}
	h.deals = append(h.deals, d)
}

// buyers are the made-up customers of the history.
func buyers() []string {
	var out []string
	for _, trade := range []string{"制造", "Logistics", "医疗", "Foods", "能源"} {
		for _, place := range []string{"临江", "云溪", "Harbour", "北辰", "Lakeside", "青禾", "远山", "Meridian"} {
			out = append(out, place+" "+trade)
		}
	}
	return out
}
