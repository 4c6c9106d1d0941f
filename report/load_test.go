package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// loads are those of the launch, with posters and a budget besides.
func loads(t testing.TB, lang diag.Lang) []salesplan.ResourceLoad {
	t.Helper()
	req := launch(lang)
	amount := decimal.NewFromInt
	req.Resources = append(req.Resources,
		salesplan.Resource{ID: "posters", Kind: salesplan.ResourceMaterial, Measure: "piece", Supplies: []salesplan.Supply{{On: day("2027-03-01"), Amount: amount(500)}, {On: day("2027-04-01"), Amount: amount(200)}}},
	)
	for i := range req.Tasks {
		if req.Tasks[i].ID == "pilot" || req.Tasks[i].ID == "orders" {
			req.Tasks[i].Demands = append(req.Tasks[i].Demands, salesplan.Demand{Resource: "posters", Amount: decimal.NewNullDecimal(amount(400))}, salesplan.Demand{Resource: "li"})
		}
	}
	out, err := schedule(t, req).Loads()
	require.NoError(t, err)
	return out
}

func drawLoad(t testing.TB, l []salesplan.ResourceLoad, opt LoadOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, LoadChart(&b, l, opt))
	return b.String()
}

func TestLoadChart_Golden(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		got := drawLoad(t, loads(t, lang), LoadOptions{Style: Style{Lang: lang, Names: peopleNames(lang)}, Today: day("2027-03-17")})
		keep(t, "load-"+string(lang)+".svg", got)
		golden(t, "load-"+string(lang)+".svg", got)
	}
}

// A stretch from some minute of March 2027 on, and how much of it.
func stretch(from, to, used, there string) salesplan.LoadStretch {
	s := salesplan.LoadStretch{From: moment(from).Start(), Used: decimal.RequireFromString(used), There: decimal.RequireFromString(there)}
	if to != "" {
		s.To = moment(to).Start()
	}
	s.Short = decimal.Max(s.Used.Sub(s.There), decimal.Zero)
	return s
}

func TestLoadChart_Bars(t *testing.T) {
	list := []salesplan.ResourceLoad{
		{Resource: "people", Stretches: []salesplan.LoadStretch{
			stretch("2027-03-01T08:00", "2027-03-01T12:00", "1", "2"), stretch("2027-03-01T13:00", "2027-03-01T17:00", "3", "2"),
			stretch("2027-03-02T08:00", "2027-03-04T09:00", "2", "2"), stretch("2027-03-04T09:00", "2027-03-04T17:00", "4", "2"),
		}},
		{Resource: "money", Kind: salesplan.ResourceMoney, Stretches: []salesplan.LoadStretch{stretch("2027-03-01", "2027-04-01", "1500000", "1200000"), stretch("2027-04-01", "", "7", "0")}},
	}
	c := newLoadChart(list, LoadOptions{})
	require.Len(t, c.panels, 2)
	day := func(text string) int64 { return minuteOf(moment(text).Start()) }
	require.Equal(t, []bar{
		{day("2027-03-01"), day("2027-03-02"), 3000, 2000, 1000}, // the most of the day
		{day("2027-03-02"), day("2027-03-04"), 2000, 2000, 0},
		{day("2027-03-04"), day("2027-03-05"), 4000, 2000, 2000},
	}, c.bars(&c.panels[0], 4000))
	require.Equal(t, "2", c.panels[0].short.String())
	require.Equal(t, "2027-03-04", c.panels[0].on.String())
	require.Equal(t, "300000", c.panels[1].short.String())
	require.Len(t, c.bars(&c.panels[1], 4000), 1, "a stretch without end that begins at the axis's end")

	c = newLoadChart(list, LoadOptions{To: calendar.On(2027, 3, 3)})
	require.Equal(t, []bar{
		{day("2027-03-01T08:00"), day("2027-03-01T12:00"), 1333, 2667, 0},
	}, widened(c.bars(&c.panels[0], 4000)[:1], c), "hours where days are wide")

	all := inspect(t, drawLoad(t, list, LoadOptions{ShortOnly: true, From: calendar.On(2027, 3, 2), To: calendar.On(2027, 3, 3)}))
	require.NotContains(t, textOf(all), "people\n")
	require.Contains(t, textOf(all), "short by 300000, 2027-03-02")
	all = inspect(t, drawLoad(t, list, LoadOptions{Rows: 1}))
	require.Contains(t, textOf(all), "… 1 more")
	require.Contains(t, textOf(all), "1 resource · 1 short")
}

// widened takes back the minutes by which bars are widened to a pixel.
func widened(bars []bar, c *loadChart) []bar {
	size := c.bucket(&c.panels[0])
	for i := range bars {
		bars[i].from = (bars[i].from + size - 1) / 60 * 60
		bars[i].to = bars[i].to / 60 * 60
	}
	return bars
}

func TestLoadChart_Empty(t *testing.T) {
	for _, list := range [][]salesplan.ResourceLoad{nil, {{Resource: "a"}}} {
		all := inspect(t, drawLoad(t, list, LoadOptions{}))
		require.Contains(t, textOf(all), "Nothing to show")
		inspect(t, drawLoad(t, list, LoadOptions{From: calendar.On(9999, 12, 31), Style: Style{Lang: diag.Chinese}}))
	}
}

// Whatever the stretches: the picture holds together, bars follow one another
// and none is higher than its panel.
func TestLoadChart_Properties(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	kinds := []salesplan.ResourceKind{"", salesplan.ResourcePeople, salesplan.ResourceMoney, salesplan.ResourceMaterial}
	bars := 0
	for range 100 {
		var list []salesplan.ResourceLoad
		at := calendar.At(calendar.On(2027, 1, 1), 0)
		for k := range rng.IntN(6) {
			load := salesplan.ResourceLoad{Resource: fmt.Sprint("resource ", k), Kind: kinds[rng.IntN(4)]}
			now := at.AddMinutes(rng.Int64N(100_000))
			for range rng.IntN(200) {
				next := now.AddMinutes(1 + rng.Int64N(3000))
				used, there := decimal.New(rng.Int64N(1_000_000), -rng.Int32N(5)), decimal.New(rng.Int64N(1_000_000)-1000, -2)
				load.Stretches = append(load.Stretches, salesplan.LoadStretch{From: now, To: next, Used: used, There: there, Short: decimal.Max(used.Sub(there), decimal.Zero)})
				now = next.AddMinutes(rng.Int64N(2) * rng.Int64N(3000))
			}
			list = append(list, load)
		}
		opt := LoadOptions{Style: Style{Width: []int{0, minWidth, 3000}[rng.IntN(3)], Names: map[string]string{"resource 1": "华东大区重点客户部与渠道合作部联合小组 (joint)"}}}
		if rng.IntN(3) == 0 {
			opt.From = at.Date().AddDays(rng.IntN(40))
			opt.To = opt.From.AddDays(rng.IntN(40))
		}
		picture := drawLoad(t, list, opt)
		inspect(t, picture)
		require.Equal(t, picture, drawLoad(t, list, opt))
		c := newLoadChart(list, opt)
		for i := range c.panels {
			last := int64(0)
			for _, b := range c.bars(&c.panels[i], 4000) {
				bars++
				require.Less(t, b.from, b.to)
				require.GreaterOrEqual(t, b.from, last)
				require.LessOrEqual(t, max(b.used, b.there, b.short), svg.Length(4000))
				last = b.to
			}
		}
	}
	require.Greater(t, bars, 2000)
}

func TestAmountText(t *testing.T) {
	for v, want := range map[string]string{"0": "0", "1.5": "1.5", "0.333333": "0.33", "9999": "9999", "10000": "10k", "1234567": "1234.6k", "12345678": "12.3M", "-20000": "-20k", "98765432100": "98.8G"} {
		require.Equal(t, want, amountText(decimal.RequireFromString(v)), v)
	}
}
