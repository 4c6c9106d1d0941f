package salesplan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

// kindsPlan has a goal of each kind: new customers, customers, and a share of a
// market.
func kindsPlan() *salesplan.Plan {
	p := twoTeams()
	p.Externals = []salesplan.External{{Series: "market", On: calendar.On(2027, 12, 31), Amount: decimal.NewFromInt(48_000)}}
	p.Metrics = append(p.Metrics,
		salesplan.Metric{ID: "customers", Step: decimal.NewFromInt(1), Kind: salesplan.KindStock},
		salesplan.Metric{ID: "share", Step: decimal.New(1, -2), Measure: "%", Kind: salesplan.KindRate, Numerator: "revenue", Denominator: "market"})
	stock := salesplantest.Goal("customers", "2027", 130, salesplantest.Even("org"))
	stock.ID, stock.Baseline = "customers-2027", decimal.NewNullDecimal(decimal.NewFromInt(100))
	stock.Split.Grains = []calendar.Grain{calendar.GrainQuarter}
	rate := salesplantest.Goal("share", "2027", 25, salesplantest.Even("org"))
	rate.ID = "share-2027"
	rate.Split.Grains = []calendar.Grain{calendar.GrainQuarter}
	p.Goals = append(p.Goals, stock, rate)
	return p
}

func splitOf(t testing.TB, p *salesplan.Plan) *salesplan.Targets {
	t.Helper()
	all, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	return all
}

func TestDiffTargets_Kinds(t *testing.T) {
	old, other := kindsPlan(), kindsPlan()
	other.Goals[1].Target = decimal.NewFromInt(160)
	other.Externals[0].Amount = decimal.NewFromInt(60_000)
	before, after := splitOf(t, old), splitOf(t, other)
	require.Equal(t, cellsOf(t, after, salesplan.Query{}), patch(t, before, after, salesplan.Query{}))
	d, err := salesplan.DiffTargets(before, after, salesplan.Query{Grain: salesplan.GrainGoal, LeafOnly: false})
	require.NoError(t, err)
	var lines []string
	for x := range d.All() {
		if x.Level == 0 {
			lines = append(lines, strings.Join([]string{x.Goal, x.Text(x.Old.Decimal), x.Text(x.New.Decimal), nullText(x.OldRate), nullText(x.NewRate)}, " "))
		}
	}
	require.Equal(t, []string{"customers-2027 130 160 - -", "share-2027 12000.00 15000.00 25 25"}, lines)
	require.Equal(t, []salesplan.GoalDifference{
		{Goal: "revenue-2027"},
		{Goal: "customers-2027", Kind: salesplan.ChangeChanged, Fields: []salesplan.FieldDifference{{Field: "amount", Old: "130", New: "160"}}},
		{Goal: "share-2027"},
	}, d.Goals())
	one, err := d.Only("customers-2027")
	require.NoError(t, err)
	require.Len(t, one.Goals(), 1)
	require.False(t, one.Same())
	one, err = d.Only("revenue-2027")
	require.NoError(t, err)
	require.True(t, one.Same())
	_, err = d.Only("revenue-2026")
	require.Equal(t, "revenue-2027", diag.All(err)[0].Near)
	require.Zero(t, count(d.Goal("revenue-2026")))
}

// What is said of goals: those that come and go, and what they are about.
func TestDiffTargets_Goals(t *testing.T) {
	old, other := twoTeams(), twoTeams()
	g := &other.Goals[0]
	g.Name, g.Owner, g.Period = "Half a year", "east", "2027-H1"
	g.Split.Grains = []calendar.Grain{calendar.GrainQuarter}
	extra := salesplantest.Goal("revenue", "2028", 100)
	extra.ID = "extra"
	other.Goals = append(other.Goals, extra)
	gone := salesplantest.Goal("revenue", "2026", 100)
	gone.ID = "gone"
	old.Goals = append(old.Goals, gone)
	before, after := splitOf(t, old), splitOf(t, other)
	d, err := salesplan.DiffTargets(before, after, salesplan.Query{})
	require.NoError(t, err)
	about := d.Goals()
	require.Equal(t, salesplan.ChangeChanged, about[0].Kind)
	require.Equal(t, []salesplan.FieldDifference{
		{Field: "name", Old: "", New: "Half a year"}, {Field: "period", Old: "2027", New: "2027-H1"},
		{Field: "owner", Old: "", New: "east"}, {Field: "grains", Old: "month", New: "quarter"},
	}, about[0].Fields)
	require.Equal(t, salesplan.ChangeAdded, about[1].Kind)
	require.Equal(t, salesplan.FieldDifference{Field: "metric", Old: "", New: "revenue"}, about[1].Fields[1])
	require.Equal(t, "gone", about[2].Goal)
	require.Equal(t, salesplan.ChangeRemoved, about[2].Kind)
	kinds := map[string]int{}
	for x := range d.All() {
		kinds[x.Goal+" "+string(x.Kind)]++
	}
	require.Positive(t, kinds["extra added"])
	require.Positive(t, kinds["gone removed"])
	require.Zero(t, kinds["extra changed"]+kinds["gone added"])
	require.Equal(t, cellsOf(t, after, salesplan.Query{}), patch(t, before, after, salesplan.Query{}))
	require.Equal(t, cellsOf(t, before, salesplan.Query{}), patch(t, after, before, salesplan.Query{}))

	same, err := salesplan.DiffTargets(before, before, salesplan.Query{})
	require.NoError(t, err)
	require.True(t, same.Same())
}

// A goal with another metric has nothing in common with what it was.
func TestDiffTargets_OtherMetric(t *testing.T) {
	old, other := twoTeams(), twoTeams()
	other.Metrics = append(other.Metrics, salesplantest.NewCustomers())
	other.Goals[0].Metric = other.Metrics[1].ID
	before, after := splitOf(t, old), splitOf(t, other)
	d, err := salesplan.DiffTargets(before, after, salesplan.Query{Grain: salesplan.GrainGoal})
	require.NoError(t, err)
	kinds := map[salesplan.ChangeKind]int{}
	for x := range d.All() {
		kinds[x.Kind]++
	}
	n := len(cellsOf(t, before, salesplan.Query{Grain: salesplan.GrainGoal}))
	require.Equal(t, map[salesplan.ChangeKind]int{salesplan.ChangeAdded: n, salesplan.ChangeRemoved: n}, kinds)
}

// A unit that was moved keeps its row, and says where it stood.
func TestDiff_Moved(t *testing.T) {
	old, other := twoTeams(), twoTeams()
	unitOf(other, "li-na").Parent = "west"
	d, err := salesplan.DiffTargets(splitOf(t, old), splitOf(t, other), salesplan.Query{Under: "east", Grain: salesplan.GrainGoal})
	require.NoError(t, err)
	var lines []string
	for x := range d.All() {
		lines = append(lines, strings.Join([]string{string(x.Kind), x.Units[0], x.OldParent, x.Parent, x.By().String()}, " "))
	}
	require.Equal(t, []string{"changed wang-wei  east 3000"}, lines, "li-na owes the same in west")
	other.Goals[0].Target = decimal.NewFromInt(18_000)
	d, err = salesplan.DiffTargets(splitOf(t, old), splitOf(t, other), salesplan.Query{Under: "east", Grain: salesplan.GrainGoal})
	require.NoError(t, err)
	lines = nil
	for x := range d.All() {
		lines = append(lines, strings.Join([]string{string(x.Kind), x.Units[0], x.OldParent, x.Parent, x.By().String()}, " "))
	}
	require.Equal(t, []string{"changed east  company 3000", "changed wang-wei  east 6000", "changed li-na east west 1500"}, lines)
}

func TestTargetsDiff_JSON(t *testing.T) {
	old, other := kindsPlan(), kindsPlan()
	other.Goals[0].Target = decimal.NewFromInt(13_000)
	other.Externals[0].Amount = decimal.NewFromInt(60_000)
	unitOf(other, "li-na").Parent = "west"
	other.Axes[0].Units = append(other.Axes[0].Units, salesplan.Unit{ID: `new "x"`, Parent: "east"})
	d, err := salesplan.DiffTargets(splitOf(t, old), splitOf(t, other), salesplan.Query{})
	require.NoError(t, err)
	text, err := json.Marshal(d)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, d.WriteJSON(&b))
	require.JSONEq(t, b.String(), string(text))
	var got struct {
		Goals []struct {
			salesplan.GoalDifference
			Rows []struct {
				Kind, Axis, Parent, OldParent, Grain, Period, First, Last, By string
				Units                                                         []string
				Level                                                         int
				Leaf                                                          bool
				Old, New, OldRate, NewRate                                    *string
			}
		}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&got))
	i := 0
	rows := map[string]int{}
	for _, g := range got.Goals {
		for x := range d.Goal(g.Goal) {
			r := g.Rows[rows[g.Goal]]
			rows[g.Goal]++
			i++
			require.Equal(t, []any{string(x.Kind), x.Units, x.Parent, x.OldParent, x.Level, string(x.Grain), x.Label(), x.Leaf, x.Text(x.By())},
				[]any{r.Kind, r.Units, r.Parent, r.OldParent, r.Level, r.Grain, r.Period, r.Leaf, r.By})
			require.Equal(t, x.Old.Valid, r.Old != nil)
			require.Equal(t, x.New.Valid, r.New != nil)
			if r.Old != nil {
				require.Equal(t, x.Text(x.Old.Decimal), *r.Old)
			}
			require.Equal(t, x.NewRate.Valid, r.NewRate != nil)
			own, err := json.Marshal(x)
			require.NoError(t, err)
			require.Contains(t, string(text), string(own))
		}
		require.Len(t, g.Rows, rows[g.Goal])
	}
	require.Equal(t, count(d.All()), i)
	require.Greater(t, i, 100)
	require.ErrorIs(t, d.WriteJSON(failingWriter{}), errFull)
}

var errFull = errors.New("full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

// What was issued is compared as what was split.
func TestDiffTargets_Issued(t *testing.T) {
	p := kindsPlan()
	split := splitOf(t, p)
	issue, err := p.Issue(calendar.On(2027, 1, 4))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, salesplan.EncodeTargets(&b, split, issue))
	issued, err := salesplan.DecodeTargets(&b, salesplan.DecodeOptions{})
	require.NoError(t, err)
	for _, pair := range [][2]*salesplan.Targets{{issued, split}, {split, issued}} {
		d, err := salesplan.DiffTargets(pair[0], pair[1], salesplan.Query{})
		require.NoError(t, err)
		text, err := json.Marshal(d)
		require.NoError(t, err)
		require.Equal(t, `{"goals":[]}`, string(text))
	}
	p.Goals[0].Target = decimal.NewFromInt(13_000)
	again := splitOf(t, p)
	require.Equal(t, cellsOf(t, again, salesplan.Query{}), patch(t, issued, again, salesplan.Query{}))
}

func TestDiff_Stops(t *testing.T) {
	old, other := kindsPlan(), kindsPlan()
	other.Goals[0].Target = decimal.NewFromInt(13_000)
	d, err := salesplan.DiffTargets(splitOf(t, old), splitOf(t, other), salesplan.Query{})
	require.NoError(t, err)
	total := count(d.All())
	for stop := 1; stop < total; stop += 7 {
		n := 0
		for range d.All() {
			if n++; n == stop {
				break
			}
		}
		require.Equal(t, stop, n)
	}
	require.Equal(t, total, count(d.All()), "and can be asked again")
}
