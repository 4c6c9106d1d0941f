package salesplan

import (
	"context"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/salesplan/salesplan/diag"
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
// amount is named, each step on the way is, no word of the other language is
// left, nothing is left unfilled, and what is calculated comes out.
func requireTold(t *testing.T, e *Explanation) {
	t.Helper()
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		lines := e.Lines(lang)
		require.NotEmpty(t, lines)
		text := e.Text(lang)
		x := &explainer{e: e, lang: lang, base: e.Amount}
		amount := func(d diag.Arg) string { return x.text(diag.Message{EN: "{x}", ZH: "{x}"}, d) }
		require.Contains(t, lines[0], amount(x.amount("x", e.Amount)))
		require.Contains(t, lines[0], e.Goal)
		require.Contains(t, lines[0], x.place(e.At.Units))
		for _, s := range e.When[:min(len(e.When), maxTurns)] {
			require.Contains(t, text, amount(x.amount("x", s.Amount)))
			require.Contains(t, text, e.Fiscal.Label(s.Period))
		}
		if !x.isWhole() {
			for _, u := range e.Ideal[min(1, len(e.Ideal)):] {
				require.Contains(t, text, x.called(u.Unit))
				require.Contains(t, text, amount(x.exact("x", u.Ideal)))
			}
		}
		if e.Cell != nil {
			require.Contains(t, text, amount(x.exact("x", e.Cell.Fitted)))
		}
		if e.Ramp != nil {
			require.Contains(t, text, x.called(e.Ramp.Others[0].Unit))
		}
		for _, r := range e.Replans {
			require.Contains(t, text, r.AsOf.String())
			require.Contains(t, text, amount(x.amount("x", r.New)))
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
