package main

import (
	"fmt"
	"strings"

	gomoney "github.com/Rhymond/go-money"
	"github.com/salesplan/salesplan"
	"github.com/shopspring/decimal"
)

// An answer is one division and who gives what.
type answer struct {
	asked   string
	total   int64
	weights []int64
	source  string

	right string // by largest remainder, worked out by hand
	peer  string // who gives something else
	wrong string // and what
}

// answers are divisions on which a peer gives another answer, or none. Long
// answers are shortened to their first four parts and the sum.
func answers() []answer {
	const allocate, byHand = moneyAllocate, userDecimals
	return []answer{
		{
			asked: "5 by 0 : 7 : 3", total: 5, weights: []int64{0, 7, 3},
			right: "0 4 1", peer: allocate, wrong: "1 3 1", source: "moneyphp/money#436",
		},
		{
			asked: "12,000 by 66,667 : 33,333", total: 12_000, weights: []int64{66_667, 33_333},
			right: "8000 4000", peer: allocate, wrong: "8001 3999", source: "RubyMoney/money#971",
		},
		{
			asked: "5 by 100 : 101 : 100 : 100", total: 5, weights: []int64{100, 101, 100, 100},
			right: "1 2 1 1", peer: allocate, wrong: "2 1 1 1", source: "dinerojs/dinero.js#776",
		},
		{
			asked: "1,000 by 10¹⁶ and 2,000 times 4.5·10¹²", total: 1_000, weights: oneGreat(),
			right: "527 1 1 1 … = 1000", peer: allocate, wrong: "-443 1 1 1 … = 1000", source: "an overflow, found here",
		},
		{
			asked: "2,911,127,909,321,522 by 30,000", total: 2_911_127_909_321_522, weights: []int64{30_000},
			right: "2911127909321522", peer: allocate, wrong: "panic", source: "Rhymond/go-money#77",
		},
		{
			asked: "6,004,307,791 by the seven shares it is the sum of", total: 6_004_307_791,
			weights: []int64{7_999_800, 133_980_000, 156_200_000, 1_935_580_000, 2_041_080_000, 287_991, 1_729_180_000},
			right:   "7999800 133980000 156200000 1935580000 … = 6004307791", peer: allocate, wrong: "panic", source: "Rhymond/go-money#136",
		},
		{
			asked: "1 by 499,999,999,999,999,999 : 500,000,000,000,000,001", total: 1, weights: []int64{499_999_999_999_999_999, 500_000_000_000_000_001},
			right: "0 1", peer: byHand, wrong: "1 0", source: "16 places of a quotient, found here",
		},
	}
}

func oneGreat() []int64 {
	w := make([]int64, 2_001)
	w[0] = 10_000_000_000_000_000
	for i := range w[1:] {
		w[i+1] = 4_500_000_000_000
	}
	return w
}

// ours is what SplitInts answers.
func (a answer) ours() string {
	dst := make([]int64, len(a.weights))
	if err := salesplan.SplitInts(dst, a.total, a.weights, salesplan.LargestRemainder, nil); err != nil {
		return err.Error()
	}
	return partsText(dst)
}

// theirs is what the peer answers.
func (a answer) theirs() string {
	parts, err := allocated(a.total, a.weights)
	if a.peer == userDecimals {
		parts, err = byHand(a.total, a.weights), nil
	}
	if err != nil {
		return err.Error()
	}
	return partsText(parts)
}

// allocated is go-money's answer; a panic is an error.
func allocated(total int64, weights []int64) (parts []int64, err error) {
	defer func() {
		if r := recover(); r != nil {
			parts, err = nil, fmt.Errorf("panic")
		}
	}()
	shares, err := gomoney.New(total, gomoney.CNY).Allocate(ratios(weights)...)
	for _, s := range shares {
		parts = append(parts, s.Amount())
	}
	return parts, err
}

func byHand(total int64, weights []int64) []int64 {
	given := make([]decimal.Decimal, len(weights))
	for i, w := range weights {
		given[i] = decimal.NewFromInt(w)
	}
	var parts []int64
	for _, p := range largestRemainderByHand(decimal.New(total, -2), given, 2) {
		parts = append(parts, p.Shift(2).IntPart())
	}
	return parts
}

// partsText writes parts, only the first four of many, and then their sum.
func partsText(parts []int64) string {
	const few = 4
	var b strings.Builder
	sum := int64(0)
	for i, p := range parts {
		if sum += p; i < few {
			fmt.Fprintf(&b, "%d ", p)
		}
	}
	if len(parts) > few {
		fmt.Fprintf(&b, "… = %d", sum)
	}
	return strings.TrimSpace(b.String())
}
