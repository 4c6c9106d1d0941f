package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestJoinedPeriods(t *testing.T) {
	whole, err := calendar.Fiscal{}.Split(calendar.Year(2027), calendar.GrainDay)
	require.NoError(t, err)
	for _, x := range []struct{ chosen, want string }{
		{"", ""},
		{"2027", "2027"},
		{"2027-H1", "2027-H1"},
		{"2027-05", "2027-05"},
		{"2027-02-03", "2027-02-03"},
		{"2027-01 2027-02", "2027-01-01/2027-02-28"},
		{"2027-01 2027-03", "2027-01 2027-03"},
		{"2027-Q1 2027-04-01/2027-06-29", "2027-01-01/2027-06-29"},
		{"2027-01-01 2027-01-03 2027-01-04 2027-02", "2027-01-01 2027-01-03/2027-01-04 2027-02"},
	} {
		var chosen []calendar.Period
		for _, text := range strings.Fields(x.chosen) {
			p, err := calendar.ParsePeriod(text)
			require.NoError(t, err)
			for _, d := range whole {
				if p.Covers(d) {
					chosen = append(chosen, d)
				}
			}
		}
		before := slices.Clone(chosen)
		var got []string
		days := 0
		for _, p := range joinedPeriods(chosen) {
			got = append(got, p.String())
			days += p.Days()
		}
		require.Equal(t, x.want, strings.Join(got, " "))
		require.Len(t, chosen, days, "no day is lost or told twice")
		require.Equal(t, before, chosen, "the list stays as it is")
	}
}

// missingOf returns the finding of a re-plan on closed periods without actuals,
// in English; "" for none.
func missingOf(t *testing.T, x *Targets, lang diag.Lang) string {
	t.Helper()
	var out []string
	for _, f := range x.Findings() {
		switch f.Code {
		case codeActualsMissing, codeActualsOtherDays, codeActualsOtherMetric:
			out = append(out, string(f.Severity)+": "+Catalogue().Text(f, lang))
		}
	}
	return strings.Join(out, "\n")
}

// Days are told as the periods that they make, by the names of the plan's year.
func TestResplit_MissingPeriods(t *testing.T) {
	for _, x := range []struct {
		grain  calendar.Grain
		fiscal calendar.Fiscal
		asOf   string
		had    string // months with actuals
		want   string
	}{
		{"day", calendar.Fiscal{}, "2027-06-30", "2027-01", "the closed periods 2027-01-01/2027-01-29, 2027-01-31/2027-06-30; their targets stand."},
		{"day", calendar.Fiscal{}, "2027-06-30", "2027-03 2027-12", "the closed period 2027-01-01/2027-03-29; its targets stand."},
		{"week", calendar.Fiscal{}, "2027-06-30", "2027-01 2027-12", "the closed period 2027-01-01/2027-01-24; its targets stand."},
		{"month", calendar.Fiscal{}, "2027-06-30", "2027-01 2027-12", ""},
		{"month", calendar.Fiscal{}, "2027-06-30", "2027-01 2027-02 2027-03", "the closed period 2027-Q2; its targets stand."},
		{"month", calendar.Fiscal{}, "2027-08-15", "2027-02 2027-06", "the closed periods 2027-01, 2027-07; their targets stand."},
		{"month", calendar.Fiscal{FirstMonth: 4}, "2027-09-30", "2027-04 2027-06", "the closed period FY2028-Q2; its targets stand."},
		{"quarter", calendar.Fiscal{}, "2027-09-30", "2027-05", "the closed periods 2027-Q1, 2027-Q3; their targets stand."},
	} {
		p := yearPlan("14400", theTeam()...)
		p.Goals[0].Split.Grains = []calendar.Grain{x.grain}
		if p.Calendar.Fiscal = x.fiscal; x.fiscal != (calendar.Fiscal{}) {
			p.Goals[0].Period = "FY2028"
		}
		var lines []string
		for _, month := range strings.Fields(x.had) {
			lines = append(lines, "li "+month+" 200")
		}
		got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day(x.asOf), Actuals: happened(t, p, lines...)})
		require.NoError(t, err)
		want := x.want
		if want != "" {
			want = "warning: goal: the actuals do not tell of " + want
		}
		require.Equal(t, want, missingOf(t, got, diag.English), fmt.Sprint(x))
	}
}

// wonOf gathers won deals of wang: a day and an amount each.
func wonOf(t *testing.T, p *Plan, lines ...string) *Evidence {
	t.Helper()
	var deals []Deal
	for i, line := range lines {
		f := strings.Fields(line)
		deals = append(deals, Deal{Row: i + 2, ID: line, Owner: "wang", Stage: "won", Outcome: OutcomeWon, Amount: decimal.NewNullDecimal(decimal.RequireFromString(f[1])), Closed: day(f[0])})
	}
	e, err := Gather(p, dealsOf(deals), nil)
	require.NoError(t, err)
	return e
}

// soldPlan is a plan whose revenue is that of won deals, of which the mapping
// says that the table covers a period.
func soldPlan(covers string) *Plan {
	p := yearPlan("14400", theTeam()...)
	p.Metrics[0].Kind, p.Metrics[0].Counts = KindFlow, CountsWonAmount
	p.Axes[0].Of = FieldOwner
	p.Inputs.Deals = &Mapping{Columns: DealColumns{ID: "id", Owner: "owner", Stage: "stage", Amount: "amount", Close: "close"},
		Stages: map[string]Outcome{"won": OutcomeWon}, Covers: covers}
	return p
}

// Actuals that tell of no closed period are an error, and what to do depends on
// why they don't.
func TestResplit_MissingAll(t *testing.T) {
	const (
		other  = "the actuals tell of %s, and of nothing in the closed period 2027-Q1; its targets stand, and no difference moves. "
		covers = "Set inputs.deals.covers to %s or leave it out; it is %s, and deals closed outside it do not count as actuals."
		some   = "warning: goal: the actuals do not tell of the closed period %s; its targets stand."
	)
	for _, x := range []struct {
		name, covers string
		deals        []string
		want         string
	}{
		{"all known", "", []string{"2027-01-04 5", "2027-03-31 5"}, ""},
		{"deals outside", "2026", []string{"2026-05-01 5", "2027-02-01 5"}, "error: goal: " + fmt.Sprintf(other, "2026") + fmt.Sprintf(covers, "2026-01-01/2027-03-31", "2026")},
		{"covers later days", "2028", []string{"2027-02-01 5"}, "error: goal: " + fmt.Sprintf(other, "2028") + fmt.Sprintf(covers, "2027-01-01/2028-12-31", "2028")},
		{"no deals of the year", "2026", []string{"2026-05-01 5"}, "error: goal: " + fmt.Sprintf(other, "2026") + "Give the actuals of 2027-Q1."},
		{"of the year before", "", []string{"2026-05-01 5", "2026-06-30 5"}, "error: goal: " + fmt.Sprintf(other, "2026-05-01/2026-06-30") + "Give the actuals of 2027-Q1."},
		{"no deals", "", nil, "error: goal: the actuals tell nothing of revenue in the closed period 2027-Q1; its targets stand, and no difference moves. Give the actuals of 2027-Q1."},
		{"known in part", "2027-01", []string{"2027-01-10 5"}, fmt.Sprintf(some, "2027-02-01/2027-03-31")},
		{"deals outside in part", "2027-01", []string{"2027-01-10 5", "2027-03-10 5"}, fmt.Sprintf(some, "2027-02-01/2027-03-31") + " " + fmt.Sprintf(covers, "2027-Q1", "2027-01")},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := soldPlan(x.covers)
			got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day("2027-03-31"), Actuals: wonOf(t, p, x.deals...)})
			require.NoError(t, err)
			require.Equal(t, x.want, missingOf(t, got, diag.English))
			if strings.HasPrefix(x.want, "error") {
				require.Equal(t, diag.Error, diag.Worst(got.Findings()))
				require.Empty(t, slices.Collect(got.Changes()))
				require.NotContains(t, missingOf(t, got, diag.Chinese), "{")
			}
			requireRead(t, got)
		})
	}
}

// What is passed without actuals, or before anything is closed, is no error; nor
// is a goal of which nothing is told beside one of which something is.
func TestResplit_MissingIsNoError(t *testing.T) {
	p := soldPlan("2026")
	issued := issue(t, p)
	past := wonOf(t, p, "2026-05-01 5", "2027-02-01 5")
	for _, x := range []struct {
		asOf    string
		actuals *Evidence
		want    string
	}{
		{"2027-03-31", nil, "warning: goal: the actuals do not tell of the closed period 2027-Q1; its targets stand."},
		{"2027-01-30", past, ""},
		{"2026-12-31", past, ""},
	} {
		got, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: p, AsOf: day(x.asOf), Actuals: x.actuals})
		require.NoError(t, err)
		require.Equal(t, x.want, missingOf(t, got, diag.English), x.asOf)
	}

	p = yearPlan("14400", theTeam()...)
	p.Metrics = append(p.Metrics, Metric{ID: "visits", Step: decimal.New(1, 0)})
	visits := p.Goals[0]
	visits.ID, visits.Metric = "visits", "visits"
	p.Goals = append(p.Goals, visits)
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day("2027-02-28"), Actuals: happened(t, p, "li 2027-01 200", "li 2027-02 200")})
	require.NoError(t, err)
	require.Equal(t, "warning: visits: the actuals do not tell of the closed period 2027-01-01/2027-02-28; its targets stand.", missingOf(t, got, diag.English))

	// Both are told nothing of: now it is one for each.
	got, err = Resplit(context.Background(), ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day("2027-02-28"), Actuals: happened(t, p, "li 2026-01 200")})
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(missingOf(t, got, diag.English), "error: "), missingOf(t, got, diag.English))
	text, err := json.Marshal(got.Findings())
	require.NoError(t, err)
	require.Contains(t, string(text), `"action":"give-actuals"`)
}
