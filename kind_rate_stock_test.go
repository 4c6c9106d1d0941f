package salesplan

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// churnPlan is a plan of active customers, 400 to 480, and of how many of them may
// be lost.
func churnPlan(reading Reading) *Plan {
	split := &SplitRule{Grains: []calendar.Grain{"quarter"}, Axes: []AxisRule{{Axis: "org"}}}
	return &Plan{
		Version: Version,
		Metrics: []Metric{
			{ID: "customers", Step: dec("1"), Kind: KindStock},
			{ID: "lost", Step: dec("1")},
			{ID: "churn", Measure: "%", Step: dec("0.1"), Kind: KindRate, Numerator: "lost", Denominator: "customers", Better: BetterLower, Reading: reading},
		},
		Axes: []Axis{{ID: "org", Units: unitList("co", "a < co", "b < co")}},
		Goals: []Goal{
			{ID: "churn 2027", Metric: "churn", Period: "2027", Target: dec("10"), Owner: "co", Split: split},
			{ID: "customers 2027", Metric: "customers", Period: "2027", Baseline: weight(dec("400")), Target: dec("480"), Owner: "co", Split: split},
		},
	}
}

// A rate over a stock is divided by the reading that its metric says, at every
// place.
func TestCascadeRate_OverStock(t *testing.T) {
	for _, tt := range []struct {
		reading     Reading
		total, over string // of the year
		q1          string // of unit a in the first quarter
	}{
		{"", "48", "480", "6/210"},
		{ReadingClosing, "48", "480", "6/210"},
		{ReadingOpening, "40", "400", "5/200"},
		{ReadingAverage, "44", "440", "6/205"},
	} {
		targets, err := churnPlan(tt.reading).Targets(context.Background(), nil)
		require.NoError(t, err)
		r, err := targets.Rate("churn 2027")
		require.NoError(t, err)
		require.Equal(t, tt.total, r.Numerator().Total().String(), tt.reading)
		require.True(t, r.Reached().Denominator.Equal(dec(tt.over)))
		x, err := r.Rate(At{Units: []string{"a"}, Period: calendar.Quarter(2027, 1)})
		require.NoError(t, err)
		require.Equal(t, tt.q1, x.Numerator.String()+"/"+x.Denominator.String(), tt.reading)

		stock, ok := r.Stock()
		require.True(t, ok)
		require.Equal(t, "customers 2027", stock.Goal())
		_, ok = r.Denominator()
		require.False(t, ok)
		requireOverStock(t, r, stock, tt.reading)

		again, err := churnPlan(tt.reading).Targets(context.Background(), nil)
		require.NoError(t, err)
		require.True(t, targets.Equal(again))
		text, err := json.Marshal(r)
		require.NoError(t, err)
		require.Contains(t, string(text), `"denominator":"`+tt.over)
	}
}

// requireOverStock checks every row's rate against the stock, read afresh.
func requireOverStock(t *testing.T, r *RateBreakdown, stock *StockBreakdown, reading Reading) {
	t.Helper()
	rows, err := r.Rows(Query{})
	require.NoError(t, err)
	n := 0
	for row := range rows {
		at := At{Units: row.Units, Period: row.Period}
		open, err := stock.Opening(at)
		require.NoError(t, err)
		end, err := stock.Amount(at)
		require.NoError(t, err)
		want := end
		switch reading {
		case ReadingOpening:
			want = open
		case ReadingAverage:
			want = open.Add(end).Div(decimal.NewFromInt(2))
		}
		require.True(t, want.Equal(row.Denominator), "%v", row)
		rate, ok := Ratio{row.Amount.Shift(2), want}.Round(dec("0.1"))
		require.True(t, ok)
		require.True(t, rate.Equal(row.Rate.Decimal), "%v", row)
		n++
	}
	require.Equal(t, 3*5, n)
}

func TestCascadeRate_OverStockBadInput(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Plan)
		want   string
	}{
		{"a reading of a flow", func(p *Plan) {
			p.Metrics[2].Denominator = "sold"
			p.Metrics[0] = Metric{ID: "sold", Step: dec("1")}
			p.Goals = p.Goals[:1]
		}, "/metrics/2/reading conflict"},
		{"a reading of a series", func(p *Plan) {
			p.Metrics[2].Denominator = "market"
			p.Externals = []External{{Series: "market", On: calendar.On(2027, 1, 1), Amount: dec("5")}}
		}, "/metrics/2/reading conflict"},
		{"a reading of a flow's own", func(p *Plan) { p.Metrics[1].Reading = ReadingOpening }, "/metrics/1/reading conflict"},
		{"no reading", func(p *Plan) { p.Metrics[2].Reading = "midyear" }, "/metrics/2/reading invalid"},
		{"a stock divided", func(p *Plan) { p.Metrics[2].Numerator, p.Metrics[2].Denominator = "customers", "lost" }, "/metrics/2/reading conflict, /metrics/2/numerator conflict"},
		{"a rate of a rate", func(p *Plan) {
			p.Metrics = append(p.Metrics, Metric{ID: "odd", Step: dec("1"), Kind: KindRate, Numerator: "lost", Denominator: "churn"})
		}, "/metrics/3/denominator conflict"},
		{"without a goal of the stock", func(p *Plan) { p.Goals = p.Goals[:1] }, "/goals/0/metric required"},
		{"nothing at the beginning", func(p *Plan) { p.Goals[1].Baseline = weight(dec("0")) }, "/goals/1/target out-of-range"},
		{"a stock that fails itself", func(p *Plan) { p.Goals[1].Baseline.Valid = false }, "/goals/1/baseline required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := churnPlan(ReadingOpening)
			tt.change(p)
			_, err := p.Targets(context.Background(), nil)
			require.Equal(t, tt.want, places(err))
		})
	}
	targets, err := churnPlan("").Targets(context.Background(), nil)
	require.NoError(t, err)
	r, err := targets.Rate("churn 2027")
	require.NoError(t, err)
	stock, _ := r.Stock()
	_, err = CascadeRate(context.Background(), RateRequest{Denominator: r.Numerator(), Stock: stock,
		CascadeRequest: CascadeRequest{Goal: churnPlan("").Goals[0], Metric: churnPlan("").Metrics[2], Axes: churnPlan("").Axes}, Numerator: churnPlan("").Metrics[1]})
	require.ErrorIs(t, err, diag.Conflict)
}
