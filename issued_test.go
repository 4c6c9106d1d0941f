package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func issueDay() Issue {
	return Issue{On: calendar.On(2026, 12, 18), By: "board", Note: "年度大会", Plan: "Plan", Fingerprint: "sha256:0"}
}

// issuedText is what is handed out.
func issuedText(t testing.TB, targets *Targets) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, EncodeTargets(&b, targets, issueDay()))
	return b.Bytes()
}

// targetsWith holds parts as a plan's targets do.
func targetsWith(parts ...targetPart) *Targets {
	t := &Targets{parts: parts}
	for _, p := range parts {
		t.findings = append(t.findings, p.found()...)
	}
	return t
}

// reissued reads what is written, and compares everything that both answer.
func reissued(t *testing.T, targets *Targets) *Targets {
	t.Helper()
	text := issuedText(t, targets)
	require.True(t, json.Valid(text))
	got, err := DecodeTargets(bytes.NewReader(text), DecodeOptions{})
	require.NoError(t, err)
	require.Equal(t, string(text), string(issuedText(t, got)), "the same bytes again")
	issue, ok := got.Issued()
	require.True(t, ok)
	require.Equal(t, issueDay(), issue)
	require.True(t, targets.Equal(got) && got.Equal(targets))
	a, err := json.Marshal(targets)
	require.NoError(t, err)
	b, err := json.Marshal(got)
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
	require.Equal(t, len(targets.Findings()), len(got.Findings()))
	require.True(t, maps.EqualFunc(targets.contributions, got.contributions, slices.Equal[[]string]))
	for i, part := range targets.parts {
		require.Equal(t, part.Metric(), got.parts[i].Metric())
		requireSameReasons(t, part, got.parts[i])
	}
	return got
}

// requireSameReasons compares what two results of one goal say of everything.
func requireSameReasons(t *testing.T, a, b targetPart) {
	t.Helper()
	require.Equal(t, a.found(), b.found())
	switch a := a.(type) {
	case *Breakdown:
		requireSameExplained(t, a, b.(*Breakdown))
	case *StockBreakdown:
		b := b.(*StockBreakdown)
		require.Equal(t, len(a.Transfers()), len(b.Transfers()))
		for i, x := range a.Transfers() {
			y := b.Transfers()[i]
			require.True(t, slices.Equal(x.From, y.From) && slices.Equal(x.To, y.To) && x.Period == y.Period && x.Amount.Equal(y.Amount))
		}
		rows, err := a.Rows(Query{})
		require.NoError(t, err)
		for row := range rows {
			at := At{Units: row.Units, Parents: row.Parents, Period: row.Period}
			for _, read := range []func(*StockBreakdown, At) (decimal.Decimal, error){(*StockBreakdown).Opening, (*StockBreakdown).Received, (*StockBreakdown).Amount} {
				x, err := read(a, at)
				require.NoError(t, err)
				y, err := read(b, at)
				require.NoError(t, err)
				require.Equal(t, x.String(), y.String())
			}
		}
	case *RateBreakdown:
		b := b.(*RateBreakdown)
		require.Equal(t, a.Reached(), b.Reached())
		require.Equal(t, a.Target().String(), b.Target().String())
		_, split := a.Denominator()
		_, again := b.Denominator()
		require.Equal(t, split, again)
		requireSameExplained(t, a.numerator, b.numerator)
	}
}

// mostExplained is how many places of a breakdown are explained.
const mostExplained = 40

func requireSameExplained(t *testing.T, a, b *Breakdown) {
	t.Helper()
	require.Equal(t, a.Converged(), b.Converged())
	rows, err := a.Rows(Query{})
	require.NoError(t, err)
	var places []At
	for row := range rows {
		places = append(places, At{Units: slices.Clone(row.Units), Parents: row.Parents, Period: row.Period}, At{Units: slices.Clone(row.Units), Period: row.Period})
	}
	every := 1 + len(places)/mostExplained
	for i := 0; i < len(places); i += every {
		x, err := a.Explain(places[i])
		require.NoError(t, err)
		y, err := b.Explain(places[i])
		require.NoError(t, err)
		require.True(t, x.Equal(y), "%v\n%+v\n%+v", places[i], x, y)
	}
}

func TestTargets_IssuedRandom(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 40
	}
	done, several := 0, 0
	for i := range rounds {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 101))}
		b, err := Cascade(context.Background(), m.request(chosen(m.Rand, 20, 120, 600)))
		if err != nil {
			continue
		}
		done++
		if len(b.Axes()) > 1 {
			several++
		}
		reissued(t, targetsWith(b))
	}
	require.Greater(t, done, rounds/2)
	require.Greater(t, several, rounds/10)
}

func TestTargets_IssuedBounds(t *testing.T) {
	done, celled := 0, 0
	for i := range 120 {
		b, err := Cascade(context.Background(), randomBounds(rand.New(rand.NewPCG(uint64(i), 103))))
		if err != nil {
			continue
		}
		done++
		if b.cs.bounder() != nil {
			celled++
		}
		reissued(t, targetsWith(b))
	}
	require.Greater(t, done, 40)
	require.Greater(t, celled, 10)
}

func TestTargets_IssuedBases(t *testing.T) {
	done, kept := 0, 0
	for i := range 120 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 105))}
		b, err := Cascade(context.Background(), m.based(t, 200))
		if err != nil {
			continue
		}
		done++
		for _, ax := range b.cs.axes {
			if ax.static == nil {
				kept++
			}
		}
		reissued(t, targetsWith(b))
	}
	require.Greater(t, done, 40)
	require.Greater(t, kept, 5, "weights that differ by what is above")
}

func TestTargets_IssuedMoved(t *testing.T) {
	movedOnes := 0
	for i := range 400 {
		b, err := Cascade(context.Background(), movedCrossing(i))
		if err != nil {
			continue
		}
		if moved(b) {
			movedOnes++
			reissued(t, targetsWith(b))
		}
	}
	require.Greater(t, movedOnes, 5)
}
