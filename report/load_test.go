package report_test

import (
	"bytes"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/report"
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

func drawLoad(t testing.TB, l []salesplan.ResourceLoad, opt report.LoadOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, report.LoadChart(&b, l, opt))
	return b.String()
}

func TestLoadChart_Golden(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		got := drawLoad(t, loads(t, lang), report.LoadOptions{Style: report.Style{Lang: lang, Names: peopleNames(lang)}, Today: day("2027-03-17")})
		keep(t, "load-"+string(lang)+".svg", got)
		golden(t, "load-"+string(lang)+".svg", got)
	}
}
