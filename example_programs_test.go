package salesplan_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
)

// An export of a CRM's opportunities in; monthly targets per rep out, under the
// ids that the CRM itself has for them.
func Example_crm() {
	plan := salesplantest.Annual()
	plan.Goals = plan.Goals[:1]
	plan.Goals[0].Split = &salesplan.SplitRule{
		Grains: []calendar.Grain{calendar.GrainMonth},
		Time:   salesplan.TimeRule{Basis: salesplan.TimeHistory, Period: "2026"},
		Axes: []salesplan.AxisRule{{Axis: "org", BasisRule: salesplan.BasisRule{
			Basis: salesplan.BasisHistory, Period: "2026", Newcomers: salesplan.NewcomersMedian}}},
	}
	export := strings.NewReader(salesplantest.HistoryCSV()) // 商机编号,负责人,客户名称,…
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(export, *plan.Inputs.Deals), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	targets, err := plan.Targets(context.Background(), evidence)
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := map[string]string{}
	for _, u := range plan.Axes[0].AllUnits() {
		ids[u.ID] = u.IDs["fxiaoke"]
	}
	b, err := targets.Goal("revenue-2027")
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := b.Rows(salesplan.Query{Under: "shanghai", LeafOnly: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range rows {
		if r.Period.First.Month() <= 2 || r.Period.First.Month() == 12 {
			fmt.Println(ids[r.Units[0]], b.Label(r.Period), b.Text(r.Amount))
		}
	}
	// Output:
	// 1001 2027-01 77373.86
	// 1001 2027-02 56236.16
	// 1001 2027-12 90661.68
	// 1002 2027-01 0.00
	// 1002 2027-02 0.00
	// 1002 2027-12 84155.32
	// 1003 2027-01 66268.36
	// 1003 2027-02 48164.56
	// 1003 2027-12 77648.96
}

// A web service that divides an amount with floors, caps and promised numbers,
// and says all that is wrong with a request at once, in Chinese.
func Example_webService() {
	split := func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Total decimal.Decimal
			salesplan.SplitOptions
			Parts []salesplan.Part
		}
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		shares, err := salesplan.SplitParts(in.Total, in.Parts, in.SplitOptions)
		if err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			for _, fault := range diag.All(err) {
				fmt.Fprintln(w, salesplan.Catalogue().Text(fault, diag.Chinese))
			}
			return
		}
		_ = json.NewEncoder(w).Encode(shares)
	}
	for _, body := range []string{
		`{"total": "1000000", "step": "1000", "parts": [
			{"id": "王伟", "weight": 5, "max": "400000"}, {"id": "李娜", "weight": 3},
			{"id": "陈杰", "weight": 1, "min": "150000"}, {"id": "刘洋", "weight": 1, "lock": "88000"}]}`,
		`{"total": "1000000.50", "step": "1000", "parts": [
			{"id": "王伟", "weight": 5}, {"id": "李娜", "weight": -3}, {"id": "王伟", "weight": 2}]}`,
	} {
		answer := httptest.NewRecorder()
		split(answer, httptest.NewRequest(http.MethodPost, "/split", strings.NewReader(body)))
		fmt.Print(answer.Code, "\n", answer.Body)
	}
	// Output:
	// 200
	// [{"id":"王伟","amount":"400000","ideal":"400000","bound":"max"},{"id":"李娜","amount":"362000","ideal":"362000"},{"id":"陈杰","amount":"150000","ideal":"150000","bound":"min"},{"id":"刘洋","amount":"88000","ideal":"88000","bound":"lock"}]
	// 422
	// /total：1000000.5 不是最小单位 1000 的整数倍
	// /parts/2/id：“王伟”已被使用（/parts/0），请另选标识
	// /parts/1/weight：-3 小于零，应不小于 0
}

// An organisation and product lines built in Go, without a document.
func Example_withoutDocument() {
	goal := salesplan.Goal{ID: "q1", Metric: "revenue", Period: "2027-Q1", Target: decimal.NewFromInt(900_000), Owner: "north",
		Split: &salesplan.SplitRule{
			Grains: []calendar.Grain{calendar.GrainMonth},
			Axes:   []salesplan.AxisRule{{Axis: "org"}, {Axis: "product", BasisRule: salesplan.BasisRule{Basis: salesplan.BasisWeights}}},
		}}
	org := salesplan.Axis{ID: "org", Units: []salesplan.Unit{{ID: "north"}, {ID: "anna", Parent: "north"}, {ID: "刘洋", Parent: "north"}}}
	product := salesplan.Axis{ID: "product"}
	for i, id := range []string{"support", "cloud"} {
		weight := decimal.NewNullDecimal(decimal.NewFromInt(int64(i + 1)))
		product.Units = append(product.Units, salesplan.Unit{ID: id, Weight: weight})
	}
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Goal: goal, Metric: salesplan.Metric{ID: "revenue", Step: decimal.NewFromInt(1000)}, Axes: []salesplan.Axis{org, product},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := b.Rows(salesplan.Query{Grain: salesplan.GrainGoal})
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range rows {
		fmt.Println(r.Units, r.Amount)
	}
	// Output:
	// [north ] 900000
	// [anna ] 450000
	// [anna support] 150000
	// [anna cloud] 300000
	// [刘洋 ] 450000
	// [刘洋 support] 150000
	// [刘洋 cloud] 300000
	// [north support] 300000
	// [north cloud] 600000
}

// Last year's months × reps from a spreadsheet and next year's total in, the
// same shape out.
func Example_spreadsheet() {
	sheet, _ := csv.NewReader(strings.NewReader("rep,2026-01,2026-02,2026-03\n王伟,120,80,160\nAnna,90,95,100\n李娜,0,0,75\n")).ReadAll()
	total, opt := decimal.NewFromInt(1000), salesplan.SplitOptions{Step: decimal.NewFromInt(1)}
	months := make([]decimal.Decimal, len(sheet[0])-1)
	var reps []decimal.Decimal
	var seed [][]decimal.Decimal
	for _, line := range sheet[1:] {
		row := make([]decimal.Decimal, len(months))
		for j, text := range line[1:] {
			row[j] = decimal.RequireFromString(text)
			months[j] = months[j].Add(row[j])
		}
		seed, reps = append(seed, row), append(reps, decimal.Sum(row[0], row[1:]...))
	}
	rows, err := salesplan.Split(total, reps, opt)
	if err != nil {
		fmt.Println(err)
		return
	}
	opt.Method = salesplan.Cumulative
	columns, err := salesplan.Split(total, months, opt)
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{Rows: rows, Columns: columns, Seed: seed, Step: opt.Step})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.ReplaceAll(strings.Join(sheet[0], ","), "2026", "2027"))
	for i, line := range sheet[1:] {
		fmt.Print(line[0])
		for _, amount := range table.Row(i) {
			fmt.Print(",", amount)
		}
		fmt.Println()
	}
	// Output:
	// rep,2027-01,2027-02,2027-03
	// 王伟,167,111,222
	// Anna,125,132,139
	// 李娜,0,0,104
}

// 100 new customers each month, stated once, as 3 or 4 a day with their owners.
func Example_customersADay() {
	targets, err := salesplantest.Customers().Targets(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := targets.Goal("customers-2026")
	if err != nil {
		fmt.Println(err)
		return
	}
	cells, err := b.Rows(salesplan.Query{LeafOnly: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	owners := map[calendar.Period][]string{}
	for cell := range cells {
		if cell.Amount.IsPositive() {
			owners[cell.Period] = append(owners[cell.Period], cell.Units[0])
		}
	}
	for _, day := range b.Periods(calendar.GrainDay)[:7] {
		n, _ := b.Amount(salesplan.At{Period: day})
		fmt.Println(day, n, owners[day])
	}
	// Output:
	// 2026-01-01 3 [wang-wei chen-jie anna-schmidt]
	// 2026-01-02 3 [wang-wei chen-jie liu-yang]
	// 2026-01-03 4 [wang-wei chen-jie anna-schmidt liu-yang]
	// 2026-01-04 3 [wang-wei anna-schmidt liu-yang]
	// 2026-01-05 3 [chen-jie anna-schmidt liu-yang]
	// 2026-01-06 3 [wang-wei chen-jie anna-schmidt]
	// 2026-01-07 4 [wang-wei chen-jie anna-schmidt liu-yang]
}
