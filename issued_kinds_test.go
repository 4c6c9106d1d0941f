package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/stretchr/testify/require"
)

func TestTargets_IssuedStocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 107))
	done, handed := 0, 0
	for range 120 {
		s, err := CascadeStock(context.Background(), randomStock(t, rng))
		if err != nil {
			continue
		}
		done++
		handed += len(s.Transfers())
		got := reissued(t, targetsWith(s)).parts[0].(*StockBreakdown)
		require.True(t, s.Additions().Equal(got.Additions()) && s.Losses().Equal(got.Losses()))
		require.Equal(t, s.Total().String(), got.Total().String())
	}
	require.Greater(t, done, 60)
	require.Greater(t, handed, 20)
}

// What could not be read is not written: leavers who hand over all there can be,
// month by month.
func TestEncodeTargets_StockTooLarge(t *testing.T) {
	r := stockOf("9000000000000000000", "9000000000000000000", "co", "a < co @..2027-03-31", "b < co")
	r.Axes[0].Units[1].Successor = "b"
	s := stocked(t, r)
	require.NotEmpty(t, s.Transfers())
	s.moves.cells[0], s.moves.cells[1] = maxSteps, -maxSteps
	err := EncodeTargets(io.Discard, targetsWith(s), issueDay())
	require.Equal(t, "/t out-of-range", places(err))
}

func TestTargets_IssuedRates(t *testing.T) {
	outside, err := CascadeRate(context.Background(), marketShare())
	require.NoError(t, err)
	got := reissued(t, targetsWith(outside))
	r, err := got.Rate(outside.Goal())
	require.NoError(t, err)
	require.Equal(t, rat(t, outside, At{Units: []string{"a"}}), rat(t, r, At{Units: []string{"a"}}))

	req := marketShare()
	req.Externals = nil
	den := flow("80000001", "2027", []calendar.Grain{"quarter"}, "co", "a < co x 3", "b < co x 1")
	den.Goal.ID, den.Goal.Metric, den.Metric.ID = "whole", "market", "market"
	req.Denominator = cascaded(t, den)
	over, err := CascadeRate(context.Background(), req)
	require.NoError(t, err)
	// A rate may stand before what it is over.
	got = reissued(t, targetsWith(over, req.Denominator))
	r, err = got.Rate(over.Goal())
	require.NoError(t, err)
	require.Equal(t, rat(t, over, At{Units: []string{"b"}}), rat(t, r, At{Units: []string{"b"}}))
	whole, ok := r.Denominator()
	require.True(t, ok)
	flow, err := got.Goal("whole")
	require.NoError(t, err)
	require.Same(t, flow, whole)
}

// What stands beside a base is the same beside one that was read.
func TestTargets_IssuedBeside(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 109))
	for range 40 {
		b := randomBreakdown(t, r)
		text := issuedText(t, targetsWith(b))
		read, err := DecodeTargets(bytes.NewReader(text), DecodeOptions{})
		require.NoError(t, err)
		got := read.parts[0].(*Breakdown)
		last := b.cs.axes[0].tree.nodes[len(b.cs.axes[0].tree.nodes)-1].id
		for name, of := range map[string]func(*Breakdown) (any, error){
			"hedge": func(b *Breakdown) (any, error) {
				return Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 1, Share: dec("0.1")}}})
			},
			"overlay": func(b *Breakdown) (any, error) {
				return Overlay(b, OverlayRule{Credits: []Credit{{Unit: last, Share: dec("0.5")}}})
			},
			"bottom-up": func(b *Breakdown) (any, error) {
				return BottomUp(b, []Commitment{{Unit: last, Amount: dec("7")}})
			},
			"capacity": func(b *Breakdown) (any, error) {
				return Capacity(b, CapacityRule{PerHead: dec("1000")})
			},
		} {
			x, err := of(b)
			if err != nil {
				_, other := of(got)
				require.EqualError(t, other, err.Error(), name)
				continue
			}
			y, err := of(got)
			require.NoError(t, err, name)
			a, err := json.Marshal(x)
			require.NoError(t, err)
			c, err := json.Marshal(y)
			require.NoError(t, err)
			require.Equal(t, string(a), string(c), name)
		}
	}
}
