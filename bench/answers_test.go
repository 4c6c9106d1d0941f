package main

import (
	"testing"

	gomoney "github.com/Rhymond/go-money"
	govalues "github.com/govalues/money"
	"github.com/salesplan/salesplan"
	"github.com/stretchr/testify/require"
)

// The report's claims about others: if a peer mends one of these, the claim
// must go.
func TestAnswers(t *testing.T) {
	for _, a := range answers() {
		t.Run(a.asked, func(t *testing.T) {
			require.NotEqual(t, a.right, a.wrong)
			require.Equal(t, a.right, a.ours())
			require.Equal(t, a.wrong, a.theirs())
		})
	}
}

// 1,000 steps by 10¹⁶ and 2,000 times 4.5·10¹² are 526.3 and 0.237 each: 526
// whole steps, and of the other 474 the first goes to the largest fraction.
func TestAnswers_Overflow(t *testing.T) {
	dst := make([]int64, 2_001)
	require.NoError(t, salesplan.SplitInts(dst, 1_000, oneGreat(), salesplan.LargestRemainder, nil))
	ones := 0
	for _, n := range dst[1:] {
		require.Contains(t, []int64{0, 1}, n)
		ones += int(n)
	}
	require.Equal(t, int64(527), dst[0])
	require.Equal(t, 473, ones)
}

func TestPartsText(t *testing.T) {
	require.Equal(t, "1 2", partsText([]int64{1, 2}))
	require.Equal(t, "1 2 3 4", partsText([]int64{1, 2, 3, 4}))
	require.Equal(t, "1 2 3 4 … = 15", partsText([]int64{1, 2, 3, 4, 5}))
}

// What is timed side by side is the same work where a peer can do it: by hand
// the same parts as Split, in equal parts the same as both money libraries.
func TestOneWay_SameAnswers(t *testing.T) {
	for _, n := range []int{12, 1_000} {
		w := weights(n)
		given := decimals(w)
		parts, err := salesplan.Split(totalAmount(), given, salesplan.SplitOptions{Step: cent()})
		require.NoError(t, err)
		for i, p := range largestRemainderByHand(totalAmount(), given, 2) {
			require.True(t, p.Equal(parts[i]), "part %d of %d: %s by hand, %s", i, n, p, parts[i])
		}
		even, err := salesplan.SplitEven(totalAmount(), n, cent())
		require.NoError(t, err)
		theirs, err := gomoney.New(totalSteps, gomoney.CNY).Split(n)
		require.NoError(t, err)
		others, err := govalues.MustNewAmount("CNY", totalSteps, 2).Split(n)
		require.NoError(t, err)
		for i, p := range even {
			require.Equal(t, p.Shift(2).IntPart(), theirs[i].Amount())
			require.Equal(t, p.StringFixed(2), others[i].Decimal().String())
		}
	}
}

// go-money survives the measured weights, with an exact sum, but not with the
// largest remainder.
func TestOneWay_GoMoneySurvives(t *testing.T) {
	w := weights(1_000)
	theirs, err := allocated(totalSteps, w)
	require.NoError(t, err)
	sum, differ := int64(0), 0
	ours := make([]int64, len(w))
	require.NoError(t, salesplan.SplitInts(ours, totalSteps, w, salesplan.LargestRemainder, nil))
	for i, p := range theirs {
		sum += p
		if p != ours[i] {
			differ++
		}
	}
	require.Equal(t, int64(totalSteps), sum)
	require.Greater(t, differ, 100)
	require.Contains(t, misallocated(), " parts `Allocate` gives ")
}

func TestOneWay_Runs(t *testing.T) {
	contenders, err := oneWay(12)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, c := range contenders {
		require.NoError(t, c.run(), c.name)
		names[c.name] = true
	}
	require.Len(t, names, 11)
}

// The loop gives whole shares only: a largest remainder is at most one more.
func TestOneWay_LoopIsTheFloor(t *testing.T) {
	w := weights(1_000)
	sum := int64(0)
	for _, x := range w {
		sum += x
	}
	parts := make([]int64, len(w))
	require.NoError(t, salesplan.SplitInts(parts, totalSteps, w, salesplan.LargestRemainder, nil))
	require.NoError(t, loopOf(w)())
	for i, x := range w {
		floor := totalSteps * x / sum // below 2⁶³ by the choice of maxWeight
		require.Contains(t, []int64{floor, floor + 1}, parts[i])
	}
}
