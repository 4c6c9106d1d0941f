package salesplantest

import (
	"context"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func weight(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }

func TestOrg(t *testing.T) {
	a := Org("company", "east/wang-wei=120", "east/li-na=80", "north=3")
	assert.Equal(t, salesplan.Axis{ID: "org", Of: salesplan.FieldOwner, Units: []salesplan.Unit{
		{ID: "company"}, {ID: "east", Parent: "company"},
		{ID: "wang-wei", Parent: "east", Weight: weight(120)}, {ID: "li-na", Parent: "east", Weight: weight(80)},
		{ID: "north", Parent: "company", Weight: weight(3)},
	}}, a)
	assert.Equal(t, []salesplan.Unit{{ID: "company", Weight: weight(5)}, {ID: "east", Parent: "company"}}, Org("company=5", "east").Units)
	assert.Equal(t, []salesplan.Unit{{ID: "company"}}, Org("company").Units)
}

func TestTree(t *testing.T) {
	a := Tree("product", salesplan.FieldProduct, "software=60/cloud=70", "services", "software/licences=30", "services=40")
	assert.Equal(t, salesplan.Axis{ID: "product", Of: salesplan.FieldProduct, Units: []salesplan.Unit{
		{ID: "software", Weight: weight(60)}, {ID: "cloud", Parent: "software", Weight: weight(70)},
		{ID: "services", Weight: weight(40)}, {ID: "licences", Parent: "software", Weight: weight(30)},
	}}, a)
	assert.Equal(t, []salesplan.Unit{{ID: "a=b"}, {ID: "c=1", Weight: weight(0)}, {ID: "d="}, {ID: "e=1.5"}}, Tree("x", "", "a=b", "c=1=0", "d=", "e=1.5").Units)
	assert.Empty(t, Tree("x", "").Units)

	// An id in two places is a fault of the plan, not of the builder.
	twice := &salesplan.Plan{Version: salesplan.Version, Axes: []salesplan.Axis{Tree("x", "", "a/c", "b/c")}}
	RequireFaults(t, twice.Validate(), "duplicate /axes/0/units/3/id")
}

func builtPlan() *salesplan.Plan {
	return &salesplan.Plan{
		Version: salesplan.Version,
		Metrics: []salesplan.Metric{Revenue(), NewCustomers()},
		Axes:    []salesplan.Axis{Org("company", "east=2/wang-wei=120", "east/li-na=80", "north=1"), Tree("product", salesplan.FieldProduct, "software", "services")},
		Goals: []salesplan.Goal{
			Goal("revenue", "2027", 10_000_000, ByWeights("org"), Even("product")),
			Goal("revenue", "2028", 12_000_000, ByHistory("org", "2026")),
			Goal("new-customers", "2027", 1200),
		},
	}
}

func TestBuilders_Targets(t *testing.T) {
	p := builtPlan()
	require.NoError(t, p.Validate())
	evidence, err := salesplan.Gather(p, Deals(
		Won("wang-wei", calendar.On(2026, time.March, 5), 300), Won("li-na", calendar.On(2026, time.April, 1), 100),
		Won("north", calendar.On(2026, time.April, 1), 400),
	), nil)
	require.NoError(t, err)
	assert.Equal(t, "800", evidence.Booked("revenue", nil, calendar.Year(2026)).String())
	assert.Equal(t, "3", evidence.Booked("new-customers", nil, calendar.Year(2026)).String())
	targets, err := p.Targets(context.Background(), evidence)
	require.NoError(t, err)
	for b := range targets.All() {
		RequireExact(t, b)
	}
	for _, tt := range []struct {
		goal, want string
		at         salesplan.At
	}{
		{"revenue-2027", "4000000", salesplan.At{Units: []string{"wang-wei"}}},
		{"revenue-2027", "5000000", salesplan.At{Units: []string{"", "services"}}},
		{"revenue-2028", "4500000", salesplan.At{Units: []string{"wang-wei"}}},
		{"new-customers-2027", "100", salesplan.At{Period: calendar.Month(2027, time.May)}},
	} {
		amount, err := targets.Amount(tt.goal, tt.at)
		require.NoError(t, err, tt)
		assert.Equal(t, tt.want, amount.String(), tt)
	}
}

func TestDeals_CanStop(t *testing.T) {
	for d, err := range Deals(Won("a", calendar.On(2026, 1, 2), 1), Won("b", calendar.On(2026, 1, 2), 1)) {
		require.NoError(t, err)
		assert.Equal(t, "a-2026-01-02-1", d.ID)
		break
	}
}
