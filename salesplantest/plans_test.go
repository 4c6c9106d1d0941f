package salesplantest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text)
}

// line writes a unit's amounts in the periods of a grain, up to a number.
func line(t *testing.T, out *strings.Builder, b *salesplan.Breakdown, grain calendar.Grain, most int, units ...string) {
	t.Helper()
	fmt.Fprintf(out, "%s %s:", strings.Join(units, "/"), grain)
	for i, p := range b.Periods(grain) {
		if i < most {
			amount, err := b.Amount(salesplan.At{Units: units, Period: p})
			require.NoError(t, err)
			fmt.Fprint(out, " ", b.Text(amount))
		}
	}
	out.WriteByte('\n')
}

// allRows is the hash of every row's units, period and amount.
func allRows(t *testing.T, b *salesplan.Breakdown) string {
	t.Helper()
	rows, err := b.Rows(salesplan.Query{})
	require.NoError(t, err)
	h, n := sha256.New(), 0
	for r := range rows {
		fmt.Fprintln(h, r.Units, r.Parent, r.Level, r.Grain, r.Period.First, r.Period.Last, r.Leaf, b.Text(r.Amount))
		n++
	}
	return fmt.Sprintf("%s: %d rows, SHA-256 %x\n", b.Goal(), n, h.Sum(nil))
}

// The numbers that others build their tests on. If this test fails, it is the
// change that is wrong, not the file.
func TestAnnual_Golden(t *testing.T) {
	targets, err := Annual().Targets(context.Background(), nil)
	require.NoError(t, err)
	assert.Empty(t, targets.Findings())
	var out strings.Builder
	revenue, err := targets.Goal("revenue-2027")
	require.NoError(t, err)
	for _, u := range []string{"company", "east", "north", "south", "shanghai", "wang-wei", "li-na", "sun-li"} {
		line(t, &out, revenue, calendar.GrainQuarter, 4, u)
	}
	line(t, &out, revenue, calendar.GrainMonth, 12, "li-na")
	line(t, &out, revenue, calendar.GrainMonth, 12, "sun-li")
	line(t, &out, revenue, calendar.GrainWeek, 9, "company")
	line(t, &out, revenue, calendar.GrainDay, 15, "wang-wei")
	for _, p := range []string{"software", "cloud", "licences", "services", "support", "training"} {
		line(t, &out, revenue, calendar.GrainQuarter, 4, "company", p)
	}
	line(t, &out, revenue, calendar.GrainQuarter, 4, "", "", "key-accounts")
	line(t, &out, revenue, calendar.GrainMonth, 12, "wang-wei", "cloud", "small-business")
	customers, err := targets.Goal("customers-2027")
	require.NoError(t, err)
	line(t, &out, customers, calendar.GrainMonth, 12, "company")
	line(t, &out, customers, calendar.GrainDay, 31, "company")
	line(t, &out, customers, calendar.GrainMonth, 12, "li-na")
	out.WriteString(allRows(t, revenue))
	out.WriteString(allRows(t, customers))
	golden(t, "annual.txt", out.String())
}

func TestCustomers_Golden(t *testing.T) {
	targets, err := Customers().Targets(context.Background(), nil)
	require.NoError(t, err)
	assert.Empty(t, targets.Findings())
	b, err := targets.Goal("customers-2026")
	require.NoError(t, err)
	for _, day := range b.Periods(calendar.GrainDay) {
		amount, err := b.Amount(salesplan.At{Period: day})
		require.NoError(t, err)
		assert.Contains(t, []string{"3", "4"}, b.Text(amount), day)
	}
	var out strings.Builder
	line(t, &out, b, calendar.GrainMonth, 12, "sales")
	line(t, &out, b, calendar.GrainDay, 59, "sales")
	for _, u := range []string{"wang-wei", "chen-jie", "anna-schmidt", "liu-yang"} {
		line(t, &out, b, calendar.GrainMonth, 12, u)
		line(t, &out, b, calendar.GrainDay, 31, u)
	}
	out.WriteString(allRows(t, b))
	golden(t, "customers.txt", out.String())
}

func TestPlans_AbsentOweNothing(t *testing.T) {
	targets, err := Annual().Targets(context.Background(), nil)
	require.NoError(t, err)
	for goal, until := range map[string]calendar.Period{"revenue-2027": calendar.Quarter(2027, 1), "customers-2027": calendar.Quarter(2027, 1)} {
		before, err := targets.Amount(goal, salesplan.At{Units: []string{"li-na"}, Period: until})
		require.NoError(t, err)
		assert.True(t, before.IsZero(), goal)
		after, err := targets.Amount(goal, salesplan.At{Units: []string{"sun-li"}, Period: calendar.Span(calendar.On(2027, time.September, 1), calendar.On(2027, time.December, 31))})
		require.NoError(t, err)
		assert.True(t, after.IsZero(), goal)
	}
}

// Every call makes a value of its own: what one caller changes, another does
// not see.
func TestPlans_Fresh(t *testing.T) {
	encode := func(p *salesplan.Plan) string {
		var b bytes.Buffer
		require.NoError(t, salesplan.Encode(&b, p))
		return b.String()
	}
	for name, sample := range map[string]func() *salesplan.Plan{"annual": Annual, "customers": Customers} {
		before := encode(sample())
		p := sample()
		p.Axes[0].Units[1].Name = "changed"
		p.Axes[0].Units[1].Weight.Valid = false
		for i := range p.Axes[0].Units {
			u := &p.Axes[0].Units[i]
			for k := range u.Aka {
				u.Aka[k] = "changed"
			}
			for k := range u.IDs {
				u.IDs[k] = "changed"
			}
		}
		p.Goals[0].Split.Grains[0] = calendar.GrainHalf
		p.Goals[0].Split.Axes[0].Axis = "changed"
		for i := range p.Goals[0].Split.Time.Shares {
			p.Goals[0].Split.Time.Shares[i] = p.Goals[0].Target
		}
		p.Metrics[0].ID = "changed"
		p.Inputs.Deals.Columns.Owner = "changed"
		p.Inputs.Deals.Stages["赢单"] = salesplan.OutcomeLost
		assert.Equal(t, before, encode(sample()), name)
	}
}

// The plans are documents like any other.
func TestPlans_Documents(t *testing.T) {
	for name, p := range map[string]*salesplan.Plan{"annual": Annual(), "customers": Customers()} {
		var first, second bytes.Buffer
		require.NoError(t, salesplan.Encode(&first, p), name)
		text := first.String()
		again, err := salesplan.Decode(&first, salesplan.DecodeOptions{})
		require.NoError(t, err, name)
		require.NoError(t, salesplan.Encode(&second, again), name)
		assert.Equal(t, text, second.String(), name)
		a, err := p.Targets(context.Background(), nil)
		require.NoError(t, err)
		b, err := again.Targets(context.Background(), nil)
		require.NoError(t, err)
		assert.True(t, a.Equal(b), name)
	}
}

func TestHistory_Golden(t *testing.T) {
	golden(t, "history.csv", HistoryCSV())
}

// The table reads as the deals, row for row.
func TestHistory_CSV(t *testing.T) {
	want := collect(t, History())
	got := collect(t, salesplan.ReadDeals(strings.NewReader(HistoryCSV()), *Annual().Inputs.Deals))
	require.Len(t, got, len(want))
	for i := range want {
		assert.True(t, want[i].Amount.Decimal.Equal(got[i].Amount.Decimal), want[i].ID)
		want[i].Amount = got[i].Amount
	}
	assert.Equal(t, want, got)
}

func collect(t *testing.T, deals func(func(salesplan.Deal, error) bool)) []salesplan.Deal {
	t.Helper()
	var out []salesplan.Deal
	for d, err := range deals {
		require.NoError(t, err)
		out = append(out, d)
	}
	return out
}

func TestHistory_CanStop(t *testing.T) {
	n := 0
	for range History() {
		if n++; n == 3 {
			break
		}
	}
	assert.Equal(t, 3, n)
}

// A plan that goes by the history instead of given weights.
func TestHistory_AsBasis(t *testing.T) {
	p := Annual()
	p.Goals = p.Goals[:1]
	split := p.Goals[0].Split
	split.Grains = []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth}
	split.Time = salesplan.TimeRule{Basis: salesplan.TimeHistory, Period: "2026"}
	for i := range split.Axes {
		split.Axes[i].BasisRule = salesplan.BasisRule{Basis: salesplan.BasisHistory, Period: "2026", Newcomers: salesplan.NewcomersMedian}
	}
	evidence, err := salesplan.Gather(p, History(), nil)
	require.NoError(t, err)
	tally := evidence.Tally()
	assert.Equal(t, tally.Won+tally.Lost+tally.Open, tally.Deals)
	assert.Equal(t, 133, tally.Won)
	assert.Equal(t, 11, tally.Open)
	grown := p.Goals[0].Baseline.Decimal.Sub(evidence.Booked("revenue", nil, calendar.Year(2026)))
	assert.Less(t, grown.Abs().IntPart(), int64(100_000), "the baseline is about what was sold")

	// What belongs to nobody is a warning, below the tolerance.
	findings := evidence.Findings()
	require.Len(t, findings, 1)
	assert.Equal(t, "unknown-owner owner 郑凯", findings[0].Key())
	assert.Equal(t, diag.Warning, findings[0].Severity)

	targets, err := p.Targets(context.Background(), evidence)
	require.NoError(t, err)
	for b := range targets.All() {
		RequireExact(t, b)
	}
	liNa, err := targets.Amount("revenue-2027", salesplan.At{Units: []string{"li-na"}})
	require.NoError(t, err)
	assert.True(t, liNa.IsPositive())
}
