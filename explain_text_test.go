package salesplan

import (
	"context"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var (
	tokens = regexp.MustCompile(`[A-Za-z0-9]+`)
	labels = regexp.MustCompile(`^(FY)?\d*[QHWPMD]?\d*$|^e\d+$`)
)

// foreign returns what of a text is no word of its language, no name of the plan
// and no label of a period.
func foreign(e *Explanation, text string, lang diag.Lang) []string {
	names := []string{e.Goal, e.Metric, e.Measure}
	e.eachUnit(func(id string) { names = append(names, id, e.Names[id]) })
	for _, u := range e.Ideal {
		names = append(names, u.Axis)
	}
	for _, x := range e.Binds {
		names = append(names, x.Goal)
	}
	if e.Rate != nil {
		names = append(names, e.Rate.Metric, e.Rate.Over)
	}
	known := strings.Join(names, " ")
	var out []string
	if lang == diag.Chinese {
		for _, word := range tokens.FindAllString(text, -1) {
			if !labels.MatchString(word) && !strings.Contains(known, word) {
				out = append(out, word)
			}
		}
		return out
	}
	for _, c := range text {
		if (unicode.Is(unicode.Han, c) || strings.ContainsRune("，。：；（）", c)) && !strings.ContainsRune(known, c) {
			out = append(out, string(c))
		}
	}
	return out
}

var formula = regexp.MustCompile(`(-?[\d,.]+) × ([\d,.]+) ÷ ([\d,.]+) ([=≈]) (-?[\d,.]+\d)`)

func number(t *testing.T, text string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(strings.ReplaceAll(strings.TrimSuffix(text, "."), ",", ""))
	require.True(t, ok, text)
	return x
}

// requireTold checks that an explanation can be said in both languages: the
// amountArg is named, each step on the way is, no word of the other language is
// left, nothing is left unfilled, and what is calculated comes out.
func requireTold(t *testing.T, e *Explanation) {
	t.Helper()
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		lines := e.Lines(lang)
		require.NotEmpty(t, lines)
		text := e.Text(lang)
		x := &explainer{e: e, lang: lang, base: e.Amount}
		amount := func(d diag.Arg) string { return x.filled(diag.Message{EN: "{x}", ZH: "{x}"}, d) }
		require.Contains(t, lines[0], amount(x.amountArg("x", e.Amount)))
		require.Contains(t, lines[0], e.Goal)
		require.Contains(t, lines[0], x.placeNames(e.At.Units))
		for _, s := range e.When[:min(len(e.When), maxTurns)] {
			require.Contains(t, text, amount(x.amountArg("x", s.Amount)))
			require.Contains(t, text, e.Fiscal.Label(s.Period))
		}
		if !x.isWhole() {
			for _, u := range e.Ideal[min(1, len(e.Ideal)):] {
				require.Contains(t, text, x.nameFor(u.Unit))
				require.Contains(t, text, amount(x.exactArg("x", u.Ideal)))
			}
		}
		if e.Cell != nil {
			require.Contains(t, text, amount(x.exactArg("x", e.Cell.Fitted)))
		}
		if e.Ramp != nil {
			require.Contains(t, text, x.nameFor(e.Ramp.Others[0].Unit))
		}
		for _, r := range e.Replans {
			require.Contains(t, text, r.AsOf.String())
			require.Contains(t, text, amount(x.amountArg("x", r.New)))
		}
		require.NotRegexp(t, `[{}\[\]]`, text)
		require.NotContains(t, text, "  ")
		require.Empty(t, foreign(e, text, lang), text)
		requireArithmetic(t, e, text)
	}
}

// requireArithmetic computes again what a text says is A × B ÷ C: amounts of a row
// are rounded to the step, others to four decimals more.
func requireArithmetic(t *testing.T, e *Explanation, text string) {
	t.Helper()
	step := exactRat(e.Step)
	for _, m := range formula.FindAllStringSubmatch(text, -1) {
		a, b, c, want := number(t, m[1]), number(t, m[2]), number(t, m[3]), number(t, m[5])
		if c.Sign() == 0 {
			require.Zero(t, want.Sign())
			continue
		}
		got := new(big.Rat).Quo(new(big.Rat).Mul(a, b), c)
		off := new(big.Rat).Sub(got, want)
		size := new(big.Rat).Abs(a)
		may := new(big.Rat).Mul(step, big.NewRat(1, 2))
		may.Add(may, size.Mul(size, big.NewRat(2, 1_000_000_000_000)))
		require.True(t, off.Abs(off).Cmp(may) <= 0, "%s in %s", m[0], text)
	}
}

// Whatever the plan, every amount of it can be explained in both languages.
func TestExplanation_TextProperty(t *testing.T) {
	told := 0
	for i := range 120 {
		r := rand.New(rand.NewPCG(uint64(i), 17))
		m := &planMaker{Rand: r}
		req := m.request(60)
		if r.IntN(3) == 0 && req.Goal.Every == "" {
			req.Goal.Split.Fix = FixPeople
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		n := 0
		for _, row := range allRows(t, b, Query{}) {
			if n++; n > 12 && r.IntN(40) > 0 {
				continue
			}
			explained(t, b, At{Units: row.Units, Period: row.Period})
			told++
		}
	}
	t.Log(told)
	require.Greater(t, told, 1000)
}

// A re-planned amount leads from what was issued through each re-plan.
func TestExplanation_TextOfReplans(t *testing.T) {
	was := yearPlan("14400", "company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1")
	now := yearPlan("14400", "company", "east < company x 2", "west < company x 1", "li < east x 1 @..2027-08-31", "wang < east x 3", "chen < west x 1", "zhao < west x 1")
	issued := issue(t, was)
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: now, AsOf: day("2027-06-30"), Shortfall: ShortfallShare, Leaver: LeaverShare,
		Actuals: happened(t, was, "li 2027-01 100", "wang 2027-05 77.5")})
	require.NoError(t, err)
	said := map[string]bool{}
	for b := range got.All() {
		for _, row := range allRows(t, b, Query{}) {
			e, err := got.Explain(b.Goal(), At{Units: row.Units, Period: row.Period})
			require.NoError(t, err)
			requireTold(t, e)
			text := e.Text(diag.English)
			require.Contains(t, text, "First issued were ")
			for _, r := range e.Replans {
				for _, m := range r.Moves {
					said[string(m.Reason)] = true
					require.Contains(t, text, map[Reason]string{ReasonLeaver: "because li is no longer there", ReasonShortfall: " fell short in closed periods"}[m.Reason])
				}
			}
		}
	}
	require.Equal(t, map[string]bool{"leaver": true, "shortfall": true}, said)
}

// Every reason has words of its own in both languages.
func TestExplanation_TextOfReasons(t *testing.T) {
	seen := map[diag.Message]Reason{}
	for _, r := range []Reason{ReasonLeaver, ReasonArrival, ReasonTransfer, ReasonGoal, ReasonShortfall, ReasonSurplus, ReasonBound, ReasonChild} {
		m := moveMessage(Move{Reason: r, Amount: dec("1")})
		require.Empty(t, seen[m], r)
		seen[m] = r
	}
	require.NotEqual(t, moveMessage(Move{Reason: ReasonGoal, Amount: dec("1")}), moveMessage(Move{Reason: ReasonGoal, Amount: dec("-1")}))
}

// What binds is named, with its amounts; whatever was made up is said without a
// panic.
func TestExplanation_TextOfOthers(t *testing.T) {
	_, b := manyAxes(t)
	e := explained(t, b, At{Units: []string{"b", "x", "small"}, Period: calendar.Month(2027, 6)})
	fillExplanation(e, decimal.NewNullDecimal(dec("-5")))
	e.Stock = nil
	for _, lang := range []diag.Lang{diag.English, diag.Chinese, "fr", ""} {
		text := e.Text(lang)
		require.Contains(t, text, "child")
		require.Contains(t, text, "market")
		require.NotRegexp(t, `[{}\[\]]`, text)
	}
	e.Binds[0].Binding = BindingAtLeast
	require.Contains(t, e.Text(diag.English), "Goal child below has b owe at least -5.00 in 2027.")
	require.Contains(t, e.Text(diag.Chinese), "下级目标 child 要求 b 在 2027 至少完成 -5.00。")
	for _, c := range []struct{ lo, hi, want string }{{"1", "1", "It is locked at 1.00."}, {"1", "2", "It may have 1.00 to 2.00."}, {"1", "", "It must have at least 1.00."}, {"", "2", "It may have at most 2.00."}} {
		bound := func(s string) decimal.NullDecimal {
			if s == "" {
				return decimal.NullDecimal{}
			}
			return decimal.NewNullDecimal(dec(s))
		}
		e.Cell.Min, e.Cell.Max = bound(c.lo), bound(c.hi)
		require.Contains(t, e.Text(diag.English), c.want)
	}
	require.NotEmpty(t, (&Explanation{}).Text(diag.English))
	require.Empty(t, (*Explanation)(nil).Text(diag.Chinese))
	require.NotEmpty(t, (&Explanation{When: []PeriodShare{{}}, Who: []UnitShare{{}, {Basis: BasisEven, Parent: dec("1")}}, Ideal: []IdealShare{{}, {}, {Season: "x"}},
		Ramp: &RampShare{Others: []AbsenceShare{{}}}, Cell: &CellShare{}, Replans: []ReplanShare{{}}, Sum: []SumPart{{}}, Rate: &RateShare{}}).Text(diag.English))
}

// A goal that recurs is told for each recurrence, a few of them one by one.
func TestExplanation_TextOfRecurrences(t *testing.T) {
	req := flow("100", "2027", []calendar.Grain{"week"}, "a", "b")
	req.Goal.Every = calendar.GrainMonth
	e := explained(t, cascaded(t, req), At{Units: []string{"a"}})
	require.Len(t, e.When, 12)
	require.Contains(t, e.Text(diag.English), "The whole goal owes 100 in 2027-03. So do the 9 further recurrences up to 2027-12.")
	require.Contains(t, e.Text(diag.Chinese), "其后至 2027-12 的 9 个周期同理。")
}

// Goals below that bind some of an amount are named with what they owe there.
func TestTargets_Explain(t *testing.T) {
	p := treePlan(Goal{ID: "east-goal", Owner: "east", Target: dec("700"), Why: "split"}, Goal{ID: "c-goal", Owner: "c", Period: "2027-Q2", Target: dec("20"), Binding: BindingAtLeast},
		Goal{ID: "loose", Owner: "west", Target: dec("1"), Binding: BindingNone}, Goal{ID: "other", Metric: "n", Owner: "west", Target: dec("1")})
	all := targetsOf(t, p)
	binds := func(unit string, period calendar.Period) []string {
		e, err := all.Explain("top", At{Units: []string{unit}, Period: period})
		require.NoError(t, err)
		requireTold(t, e)
		var out []string
		for _, x := range e.Binds {
			require.Contains(t, e.Text(diag.English), "Goal "+x.Goal+" below ")
			here := "?"
			if x.Here.Valid {
				here = x.Here.Decimal.String()
			}
			out = append(out, x.Goal+" "+string(x.Binding)+" "+x.Total.String()+" "+here)
		}
		return out
	}
	q2 := calendar.Quarter(2027, 2)
	require.Equal(t, []string{"east-goal fixed 700 87"}, binds("a", calendar.Quarter(2027, 4)))
	require.Equal(t, []string{"east-goal fixed 700 175"}, binds("east", q2))
	require.Equal(t, []string{"c-goal at-least 20 20"}, binds("c", q2))
	require.Equal(t, []string{"c-goal at-least 20 20"}, binds("west", calendar.Year(2027)))
	require.Equal(t, []string{"east-goal fixed 700 700", "c-goal at-least 20 20"}, binds("co", calendar.Year(2027)))
	require.Empty(t, binds("d", q2))
	require.Empty(t, binds("c", calendar.Quarter(2027, 1)))
	_, err := all.Explain("topp", At{})
	require.ErrorIs(t, err, diag.Unknown)
	_, err = all.Explain("top", At{Units: []string{"nobody"}})
	require.ErrorIs(t, err, diag.Unknown)
}
