package salesplan

import (
	"strconv"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

// achieved returns the findings about achievability, by code, for one goal with a
// metric of some kind and a past of actuals.
func achieved(t *testing.T, p *Plan, goal int, e *Evidence) []diag.Finding {
	t.Helper()
	fs, err := p.CheckGoals(e)
	require.NoError(t, err)
	var out []diag.Finding
	for _, f := range fs {
		switch f.Code {
		case codeNetStretch, codeNetEasy, codeChangesShort, codeStretch, codeEasy, codeHistoryShort, codeOverCapacity:
			if f.Subject.ID == p.Goals[goal].ID {
				for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
					require.NotContains(t, Catalogue().Text(f, lang), "{")
				}
				out = append(out, f)
			}
		}
	}
	return out
}

// A stock that grew by 20, 30, 20, 30, … a quarter is judged by that: 100 a year
// more is its pace, 300 is not, and none is less than comes anyway.
func TestCheckSMART_Stocks(t *testing.T) {
	p := churnPlan("")
	p.Goals = p.Goals[1:]
	past := func(quarters int) *Evidence {
		var lines []string
		a, b := 100, 0
		for k := quarters - 1; k >= 0; k-- {
			q := calendar.Quarter(2026, 4)
			for range k {
				q = calendar.Span(q.First.AddMonths(-3), q.First.AddDays(-1))
			}
			a, b = a+20, b+10*(k%2)
			lines = append(lines, "customers a "+q.Last.String()+" "+strconv.Itoa(a), "customers b "+q.Last.String()+" "+strconv.Itoa(b))
		}
		return sold(t, p, lines...)
	}
	e := past(9) // 280 and 40 in the end
	for _, tt := range []struct {
		baseline, target string
		want             diag.Code
		advice           string
	}{
		{"320", "420", "", ""},
		{"", "420", "", ""},
		{"320", "620", codeNetStretch, "advise-justify-growth"},
		{"", "620", codeNetStretch, "advise-justify-growth"},
		{"320", "320", codeNetEasy, "advise-lift"},
		{"320", "300", codeNetEasy, "advise-lift"},
	} {
		g := &p.Goals[0]
		g.Target = dec(tt.target)
		g.Baseline.Valid = tt.baseline != ""
		if g.Baseline.Valid {
			g.Baseline = weight(dec(tt.baseline))
		}
		fs := achieved(t, p, 0, e)
		if tt.want == "" {
			require.Empty(t, fs, tt.target)
			continue
		}
		require.Len(t, fs, 1, tt.target)
		require.Equal(t, tt.want, fs[0].Code)
		require.Equal(t, diag.Code(tt.advice), fs[0].Advice[0].Action)
		require.Equal(t, "7", argOf(t, fs[0], "count"), "of the first quarter nobody knows the beginning")
		// What is in reach is: the same goal with it has no finding.
		reach := argOf(t, fs[0], "reach")
		require.True(t, dec(reach).Sub(dec(tt.target)).Abs().Sub(dec(fs[0].Advice[0].Amount)).Abs().LessThanOrEqual(dec("1")), "%s and %s", reach, fs[0].Advice[0].Amount)
		if g.Target = dec(reach); tt.want == codeNetEasy {
			g.Target = g.Target.Add(dec("1"))
		}
		require.Empty(t, achieved(t, p, 0, e))
	}

	p.Goals[0].Target = dec("620")
	fs := achieved(t, p, 0, past(3))
	require.Len(t, fs, 1)
	require.Equal(t, codeChangesShort, fs[0].Code)
	require.Equal(t, "1", argOf(t, fs[0], "count"))

	p.Metrics[0].Better = BetterLower
	p.Goals[0].Baseline, p.Goals[0].Target = weight(dec("320")), dec("100")
	fs = achieved(t, p, 0, e)
	require.Equal(t, codeNetStretch, fs[0].Code, "where lower is better, a fall is the stretch")
	require.Equal(t, codeAdviceCut, fs[0].Advice[0].Action)
	p.Goals[0].Target = dec("620")
	fs = achieved(t, p, 0, e)
	require.Equal(t, codeNetEasy, fs[0].Code)
	require.Equal(t, codeAdviceTighten, fs[0].Advice[0].Action)
}

// A rate is judged by what it takes of its numerator: from outside 10,000 and won
// deals that grew by some 10 % a year from 1,000 a year, 12 % are near, 30 % not.
func TestCheckSMART_Rates(t *testing.T) {
	p := churnPlan("")
	p.Metrics = []Metric{
		{ID: "won", Step: dec("1")},
		{ID: "share", Measure: "%", Step: dec("0.1"), Kind: KindRate, Numerator: "won", Denominator: "market"},
	}
	p.Externals = []External{{Series: "market", On: calendar.On(2027, 12, 31), Amount: dec("15000")}}
	p.Goals = []Goal{{ID: "share 2027", Metric: "share", Period: "2027", Owner: "co", Target: dec("10")}}
	var lines []string
	perMonth := map[int][]int{2023: {78, 84}, 2024: {90, 87}, 2025: {95, 99}, 2026: {105, 108}}
	for y := 2023; y <= 2026; y++ {
		for m := time.January; m <= time.December; m++ {
			n := perMonth[y][int(m)%2]
			lines = append(lines, "won a "+calendar.On(y, m, 28).String()+" "+strconv.Itoa(n))
		}
	}
	lines = append(lines, "won a 2023-01-01 1", "won a 2026-12-31 1")
	e := sold(t, p, lines...)
	judged := func(target string) []diag.Code {
		p.Goals[0].Target = dec(target)
		var out []diag.Code
		for _, f := range achieved(t, p, 0, e) {
			out = append(out, f.Code)
		}
		return out
	}
	require.Empty(t, judged("9.2"), "1,380 of 15,000, after 1,278")
	require.Equal(t, []diag.Code{codeStretch}, judged("30"))
	f := achieved(t, p, 0, e)[0]
	require.Equal(t, "won", argOf(t, f, "numerator"))
	require.Contains(t, Catalogue().Text(f, diag.English), "a growth of won of")
	reach := dec(argOf(t, f, "reach"))
	require.True(t, reach.GreaterThan(dec("9.2")) && reach.LessThan(dec("12")), "in the rate's measure: %s", reach)
	require.Equal(t, []diag.Code{codeEasy}, judged("5"))
	require.Empty(t, judged(reach.String()))

	p.Metrics[1].Better = BetterLower
	require.Equal(t, []diag.Code{codeStretch}, judged("5"), "where lower is better")
	require.Equal(t, []diag.Code{codeEasy}, judged("30"))
	p.Externals = nil
	p.Metrics = append(p.Metrics, Metric{ID: "market", Step: dec("1")})
	require.Empty(t, judged("30"), "over what nobody knows")
	p.Goals = append(p.Goals, Goal{ID: "market 2027", Metric: "market", Period: "2027", Owner: "co", Target: dec("15000")})
	require.Equal(t, []diag.Code{codeEasy}, judged("30"))
	p.Metrics[2].Kind, p.Metrics[1].Reading = KindStock, ReadingAverage
	require.Empty(t, judged("30"), "without an opening there is no average")
	p.Goals[1].Baseline = weight(dec("15000"))
	require.Equal(t, []diag.Code{codeEasy}, judged("30"))
	p.Metrics[1].Reading = ReadingOpening
	require.Equal(t, []diag.Code{codeEasy}, judged("30"))
}
