package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// requireRead checks that re-planned targets are read as they were written.
func requireRead(t *testing.T, x *Targets) *Targets {
	t.Helper()
	var text, again bytes.Buffer
	require.NoError(t, EncodeTargets(&text, x, Issue{On: day("2027-06-30")}))
	y, err := DecodeTargets(bytes.NewReader(text.Bytes()), DecodeOptions{})
	require.NoError(t, err)
	require.True(t, x.Equal(y))
	require.NoError(t, EncodeTargets(&again, y, Issue{On: day("2027-06-30")}))
	require.Equal(t, text.String(), again.String())
	a, b := slices.Collect(x.All())[0], slices.Collect(y.All())[0]
	require.Equal(t, linesText(a.Lines()), linesText(b.Lines()))
	require.Equal(t, linesText(a.Settled().Lines()), linesText(b.Settled().Lines()))
	require.Equal(t, a.Settled().Total().String(), b.Settled().Total().String())
	require.Equal(t, a.Settled().Unknown(), b.Settled().Unknown())
	require.Equal(t, jsonOf(t, slices.Collect(x.Changes())), jsonOf(t, slices.Collect(y.Changes())))
	rows, err := a.Rows(Query{})
	require.NoError(t, err)
	n := 0
	for row := range rows {
		if n++; n > 10 && n%97 != 0 {
			continue
		}
		at := At{Units: row.Units, Period: row.Period}
		e, err := a.Explain(at)
		require.NoError(t, err)
		f, err := b.Explain(at)
		require.NoError(t, err)
		require.True(t, e.Equal(f), jsonOf(t, []any{e, f}))
	}
	return y
}

// Whatever becomes of the bytes of re-planned targets, reading them ends.
func TestDecodeTargets_ReplansDamaged(t *testing.T) {
	m := &changeMaker{planMaker{Rand: rand.New(rand.NewPCG(5, 5))}}
	p := yearPlan("14401", "company", "east < company x 2", "west < company x 1", "li < east x 1 @..2027-10-31", "wang < east x 3", "chen < west x 1", "zhao < west x 1")
	issued := issue(t, yearPlan("14400", "company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1"))
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: p, AsOf: day("2027-09-15"), Shortfall: ShortfallSpread, Leaver: LeaverVacancy,
		Actuals: happened(t, p, "li 2027-01 100", "wang 2027-05 77.5")})
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, EncodeTargets(&text, got, Issue{On: day("2027-09-15")}))
	from := bytes.Index(text.Bytes(), []byte(`"replans"`))
	require.Positive(t, from)
	for range 500 {
		data := bytes.Clone(text.Bytes())
		for range 1 + m.IntN(2) {
			data[from+m.IntN(len(data)-from)] = chosen(m.Rand, byte('0'), '1', '9', '-', ' ', '7')
		}
		if bytes.Equal(data, text.Bytes()) {
			continue
		}
		back, err := DecodeTargets(bytes.NewReader(data), DecodeOptions{})
		if err == nil { // a blank that doesn't count
			require.True(t, back.Equal(got))
		}
	}
	_, err = DecodeTargets(bytes.NewReader(text.Bytes()), DecodeOptions{})
	require.NoError(t, err)
}

func jsonOf(t *testing.T, x any) string {
	t.Helper()
	text, err := json.Marshal(x)
	require.NoError(t, err)
	return string(text)
}

// requireMove computes a move again from what it says.
func requireMove(t *testing.T, b *Breakdown, x Move) {
	t.Helper()
	step := ratOf(b.cs.metric.Step)
	steps := func(d decimal.Decimal) *big.Rat { return new(big.Rat).Quo(exactRat(d), step) }
	fitted := steps(x.Fitted)
	if x.RowFactor == 0 {
		if x.Weights.Sign() > 0 {
			again := new(big.Rat).Mul(steps(x.Of), exactRat(x.Weight))
			again.Quo(again, exactRat(x.Weights))
			if x.Room.Valid && new(big.Rat).Abs(again).Cmp(new(big.Rat).Abs(steps(x.Room.Decimal))) > 0 {
				again = steps(x.Room.Decimal)
			}
			again.Sub(again, fitted)
			require.LessOrEqual(t, again.Abs(again).Cmp(big.NewRat(1, 1e11)), 0, fmt.Sprintf("%+v", x))
		}
	} else {
		again := float64(float64(x.Weight.InexactFloat64()*x.RowFactor) * x.ColumnFactor)
		f, _ := new(big.Rat).Abs(fitted).Float64()
		require.InDelta(t, f, again, max(1e-3, f*1e-6), fmt.Sprintf("%+v", x))
	}
	off := new(big.Rat).Sub(steps(x.Amount), fitted)
	require.Less(t, off.Abs(off).Cmp(big.NewRat(1, 1)), 0, fmt.Sprintf("%+v", x))
	require.False(t, x.Room.Valid && x.Amount.Abs().GreaterThan(x.Room.Decimal.Abs()))
}
