package salesplan

import (
	"context"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestRateTarget(t *testing.T) {
	tests := []struct {
		target, denominator, step string
		better                    Better
		want                      string
	}{
		{"0.12", "80000000", "0.01", "", "9600000.00"},
		{"0.12", "80000001", "1", "", "9600001"},
		{"0.12", "80000001", "1", BetterHigher, "9600001"},
		{"0.12", "80000001", "1", BetterLower, "9600000"},
		{"0.333", "10", "1", "", "4"},
		{"0.333", "10", "1", BetterLower, "3"},
		{"0", "10", "1", "", "0"},
		{"1", "10", "1", BetterLower, "10"},
		{"83000", "120", "1000", "", "9960000"},
		{"1.1", "3", "1", "", "4"},
	}
	for _, tt := range tests {
		n, ratio, err := RateTarget(dec(tt.target), dec(tt.denominator), dec(tt.step), tt.better)
		require.NoError(t, err)
		require.Equal(t, tt.want, n.StringFixed(max(0, -n.Exponent())), "%+v", tt)
		require.True(t, ratio.Numerator.Equal(n) && ratio.Denominator.Equal(dec(tt.denominator)))
	}
	for _, tt := range []struct {
		target, denominator, step string
		better                    Better
		want                      string
	}{
		{"0.1", "0", "1", "", "/denominator out-of-range"},
		{"-0.1", "-5", "0", "best", "/step required, /better invalid, /target negative, /denominator out-of-range"},
		{"1e31", "1e31", "1", "", "/target out-of-range, /denominator out-of-range"},
		{"1e10", "1e10", "1", "", "/target out-of-range"},
	} {
		_, _, err := RateTarget(dec(tt.target), dec(tt.denominator), dec(tt.step), tt.better)
		require.Equal(t, tt.want, places(err))
	}
}

// The rate reached is the target or better, and one step less would not be.
func TestRateTarget_Property(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		target := decimal.New(rng.Int64N(20000), -4)
		denominator := decimal.New(1+rng.Int64N(1_000_000), -int32(rng.IntN(3)))
		step := decimal.New(1+rng.Int64N(5), -int32(rng.IntN(3)))
		for _, better := range []Better{BetterHigher, BetterLower} {
			n, ratio, err := RateTarget(target, denominator, step, better)
			require.NoError(t, err)
			way := 1
			if better == BetterLower {
				way = -1
			}
			wanted := exactRat(target)
			got, ok := ratio.Rat()
			require.True(t, ok)
			require.GreaterOrEqual(t, got.Cmp(wanted)*way, 0)
			less := n.Sub(step)
			if way < 0 {
				less = n.Add(step)
			}
			worse, _ := Ratio{less, denominator}.Rat()
			require.Negative(t, worse.Cmp(wanted)*way)
			require.True(t, new(big.Rat).Quo(exactRat(n), exactRat(step)).IsInt())
		}
	}
}

func TestRatio(t *testing.T) {
	for _, tt := range []struct{ n, d, step, want string }{
		{"1", "3", "0.001", "0.333"}, {"2", "3", "0.001", "0.667"}, {"1", "8", "0.01", "0.13"}, {"-1", "8", "0.01", "-0.13"},
		{"5", "2", "1", "3"}, {"10", "4", "0.5", "2.5"}, {"7", "1", "3", "6"}, {"1e3", "2e2", "1", "5"},
	} {
		got, ok := Ratio{dec(tt.n), dec(tt.d)}.Round(dec(tt.step))
		require.True(t, ok)
		require.True(t, got.Equal(dec(tt.want)), "%s/%s is %s", tt.n, tt.d, got)
	}
	_, ok := Ratio{dec("1"), dec("0")}.Rat()
	require.False(t, ok, "not applicable")
	_, ok = Ratio{dec("1"), dec("0.00")}.Round(dec("1"))
	require.False(t, ok)
	_, ok = Ratio{dec("1"), dec("2")}.Round(dec("0"))
	require.False(t, ok)
}

// marketShare returns a goal of 12 % of a market of 80 million.
func marketShare(units ...string) RateRequest {
	if len(units) == 0 {
		units = []string{"co", "a < co x 3", "b < co x 1"}
	}
	r := RateRequest{
		CascadeRequest: flow("12", "2027", []calendar.Grain{"quarter"}, units...),
		Numerator:      Metric{ID: "revenue", Measure: "CNY", Step: dec("1")},
		Externals:      []External{{Series: "market", On: calendar.On(2027, 12, 31), Amount: dec("80000001")}, {Series: "market", On: calendar.On(2026, 12, 31), Amount: dec("7")}, {Series: "other", On: calendar.On(2027, 12, 31), Amount: dec("5")}},
	}
	r.Metric = Metric{ID: "m", Measure: "%", Step: dec("0.1"), Kind: KindRate, Numerator: "revenue", Denominator: "market", Share: true}
	r.Goal.Split.Axes[0].Basis = BasisWeights
	r.Axes[0].Units[0].Weight = decimal.NewNullDecimal(dec("1"))
	return r
}

func TestCascadeRate_Outside(t *testing.T) {
	r, err := CascadeRate(context.Background(), marketShare())
	require.NoError(t, err)
	require.Equal(t, "9600001", r.Numerator().Total().String(), "rounded up, so that the share is reached")
	require.Equal(t, "9600001/80000001", rat(t, r, At{}))
	require.Equal(t, "0.12", r.Target().String())
	_, given := r.Denominator()
	require.False(t, given)
	require.Equal(t, "7200001/80000001", rat(t, r, At{Units: []string{"a"}}), "what a brings to the share")
	x, err := r.Rate(At{Period: calendar.Quarter(2027, 1)})
	require.NoError(t, err)
	_, ok := x.Rat()
	require.False(t, ok, "the market of a quarter is not known")
	_, err = r.Rate(At{Units: []string{"nobody"}})
	require.ErrorIs(t, err, diag.Unknown)
	rows, err := r.Rows(Query{Level: new(int)})
	require.NoError(t, err)
	var shown []string
	for row := range rows {
		shown = append(shown, row.Amount.String()+" "+row.Rate.Decimal.String())
	}
	require.Equal(t, []string{"9600001 12", "2400000 0", "2400001 0", "2400000 0", "2400000 0"}, shown)
}

func rat(t *testing.T, r *RateBreakdown, at At) string {
	t.Helper()
	x, err := r.Rate(at)
	require.NoError(t, err)
	v, ok := x.Rat()
	require.True(t, ok)
	return v.String()
}

// Lower is better: complaints are at most the rate.
func TestCascadeRate_Lower(t *testing.T) {
	req := marketShare()
	req.Metric.Better = BetterLower
	r, err := CascadeRate(context.Background(), req)
	require.NoError(t, err)
	require.Equal(t, "9600000", r.Numerator().Total().String())
}

// Over targets, every cell and sum has its own rate, never a sum of rates.
func TestCascadeRate_Targets(t *testing.T) {
	units := []string{"co", "a < co", "b < co", "c < co @..2027-03-31"}
	den := flow("120", "2027", []calendar.Grain{"quarter", "month"}, units...)
	den.Metric.ID, den.Goal.Metric = "market", "market"
	d := cascaded(t, den)
	req := marketShare(units...)
	req.Goal.Split.Axes[0].Basis = ""
	req.Goal.Target, req.Externals, req.Denominator = dec("50"), nil, d
	r, err := CascadeRate(context.Background(), req)
	require.NoError(t, err)
	require.Equal(t, "60", r.Numerator().Total().String())
	rows, err := r.Rows(Query{})
	require.NoError(t, err)
	n := 0
	for row := range rows {
		num, err := r.Numerator().Amount(At{Units: row.Units, Period: row.Period})
		require.NoError(t, err)
		dd, err := d.Amount(At{Units: row.Units, Period: row.Period})
		require.NoError(t, err)
		require.True(t, row.Amount.Equal(num) && row.Denominator.Equal(dd), "%v", row)
		require.Equal(t, !dd.IsZero(), row.Rate.Valid, "not applicable over 0: %v", row)
		if row.Rate.Valid {
			want, _ := Ratio{num.Shift(2), dd}.Round(dec("0.1"))
			require.True(t, want.Equal(row.Rate.Decimal))
			n++
		}
	}
	require.Greater(t, n, 20)

	// A team's rate over the targets of all.
	req.Goal.Owner = "a"
	r, err = CascadeRate(context.Background(), req)
	require.NoError(t, err)
	theirs, err := d.Amount(At{Units: []string{"a"}})
	require.NoError(t, err)
	require.Equal(t, theirs, r.Reached().Denominator)
	own, err := r.Rate(At{})
	require.NoError(t, err)
	require.Equal(t, theirs, own.Denominator)

	req.Goal.Split.Grains = []calendar.Grain{"week"}
	r, err = CascadeRate(context.Background(), req)
	require.NoError(t, err)
	_, err = r.Rate(At{Period: r.Numerator().Periods("week")[3]})
	require.ErrorIs(t, err, diag.OffGrid, "the denominator is not split by weeks")
}

func TestCascadeRate_BadInput(t *testing.T) {
	tests := []struct {
		name   string
		change func(*RateRequest)
		want   string
	}{
		{"no rate", func(r *RateRequest) { r.Metric.Kind = KindFlow },
			"/metric/denominator conflict, /metric/numerator conflict, /metric/share conflict, /metric/kind conflict"},
		{"without parts", func(r *RateRequest) { r.Metric.Numerator, r.Metric.Denominator = "", "" },
			"/metric/numerator required, /metric/denominator required, /numerator/id mismatch"},
		{"over itself", func(r *RateRequest) { r.Metric.Denominator = "revenue" }, "/metric/denominator conflict"},
		{"over 100 %", func(r *RateRequest) { r.Goal.Target = dec("100.1") }, "/goal/target out-of-range"},
		{"off step", func(r *RateRequest) { r.Goal.Target = dec("12.05") }, "/goal/target off-step"},
		{"below 0", func(r *RateRequest) { r.Goal.Target = dec("-1") }, "/goal/target negative"},
		{"recurring", func(r *RateRequest) { r.Goal.Every = "quarter" }, "/goal/every conflict"},
		{"over 0", func(r *RateRequest) { r.Externals[0].Amount = dec("0") }, "/externals/0/amount out-of-range"},
		{"over nothing", func(r *RateRequest) { r.Externals = r.Externals[1:] }, "/externals required"},
		{"over targets of 0", func(r *RateRequest) {
			d := flow("0", "2027", nil, "co")
			d.Metric.ID, d.Goal.Metric = "market", "market"
			r.Denominator = cascadedOrNil(d)
		}, "/denominator out-of-range"},
		{"over another metric", func(r *RateRequest) { r.Denominator = cascadedOrNil(flow("5", "2027", nil, "co")) }, "/denominator mismatch"},
		{"a numerator that is a rate", func(r *RateRequest) { r.Numerator.Kind = KindStock }, "/numerator/kind conflict"},
		{"faults of the split", func(r *RateRequest) { r.Goal.Owner = "nobody" }, "/goal/owner unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := marketShare()
			tt.change(&r)
			_, err := CascadeRate(context.Background(), r)
			require.Equal(t, tt.want, places(err))
		})
	}
	r := marketShare()
	r.Metric.Share, r.Goal.Target = false, dec("110")
	_, err := CascadeRate(context.Background(), r)
	require.NoError(t, err, "what is no share may be over 100 %")
	_, err = Cascade(context.Background(), r.CascadeRequest)
	require.Equal(t, "/metric/kind conflict", places(err), "never added up as a flow")
}

func cascadedOrNil(r CascadeRequest) *Breakdown {
	b, err := Cascade(context.Background(), r)
	if err != nil {
		return nil
	}
	return b
}
