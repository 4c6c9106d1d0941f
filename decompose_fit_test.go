package salesplan

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/stretchr/testify/require"
)

// slowFit is the fit by its definition, with floats: at every node that is
// divided, the λ for which the clamped parts add up to its amount, by bisection.
func slowFit(nodes []fitNode, total float64) []float64 {
	first := childLists(nodes)
	var part func(v int32, lambda float64) float64
	part = func(v int32, lambda float64) float64 {
		n := &nodes[v]
		sum := 0.0
		if n.leaf {
			w, _ := new(big.Float).SetInt(n.weight).Float64()
			sum = w * lambda
		}
		for _, c := range first[v] {
			sum += part(c, lambda)
		}
		sum = max(sum, float64(n.lo))
		if n.hi != apportion.Unbounded {
			sum = min(sum, float64(n.hi))
		}
		return sum
	}
	out := make([]float64, len(nodes))
	out[0] = total
	for v := range nodes { // parents first
		if nodes[v].leaf {
			continue
		}
		lo, hi := 0.0, 1e12
		for range 200 {
			mid := (lo + hi) / 2
			sum := 0.0
			for _, c := range first[v] {
				sum += part(c, mid)
			}
			if sum < out[v] {
				lo = mid
			} else {
				hi = mid
			}
		}
		for _, c := range first[v] {
			out[c] = part(c, (lo+hi)/2)
		}
	}
	return out
}

func randomTree(r *rand.Rand) []fitNode {
	n := 2 + r.IntN(14)
	nodes := []fitNode{{parent: -1, lo: 0, hi: apportion.Unbounded}}
	for i := 1; i < n; i++ {
		nodes = append(nodes, fitNode{parent: int32(r.IntN(i)), hi: apportion.Unbounded})
	}
	inner := make([]bool, n)
	for _, k := range nodes[1:] {
		inner[k.parent] = true
	}
	for i := range nodes {
		k := &nodes[i]
		k.leaf = !inner[i]
		if k.leaf {
			k.weight = big.NewInt(1 + r.Int64N(50))
		}
		if r.IntN(3) == 0 && i > 0 {
			k.lo = r.Int64N(60)
		}
		if r.IntN(3) == 0 && i > 0 {
			k.hi = k.lo + r.Int64N(80)
		}
	}
	return nodes
}

func TestFitTree(t *testing.T) {
	solved, refused := 0, 0
	for i := range 4000 {
		r := rand.New(rand.NewPCG(uint64(i), 5))
		nodes := randomTree(r)
		total := r.Int64N(400)
		got, conflict := fitTree(nodes, total)
		if conflict != nil {
			refused++
			requireConflict(t, nodes, total, conflict)
			continue
		}
		solved++
		sums := make([]*big.Rat, len(nodes))
		want := slowFit(nodes, float64(total))
		for k := len(nodes) - 1; k >= 0; k-- {
			n := nodes[k]
			require.GreaterOrEqual(t, got[k].Cmp(new(big.Rat).SetInt64(n.lo)), 0, "%d %d", i, k)
			if n.hi != apportion.Unbounded {
				require.LessOrEqual(t, got[k].Cmp(new(big.Rat).SetInt64(n.hi)), 0, "%d %d", i, k)
			}
			if !n.leaf {
				require.Zero(t, sums[k].Cmp(got[k]), "%d: the parts of %d", i, k)
			}
			if n.parent >= 0 {
				if sums[n.parent] == nil {
					sums[n.parent] = new(big.Rat)
				}
				sums[n.parent].Add(sums[n.parent], got[k])
			}
			x, _ := got[k].Float64()
			require.InDelta(t, want[k], x, 1e-6, "%d: node %d of %v", i, k, nodes)
		}
	}
	require.Greater(t, solved, 500)
	require.Greater(t, refused, 500)
}

// requireConflict checks a conflict from the bounds below the node that it
// names.
func requireConflict(t *testing.T, nodes []fitNode, total int64, k *fitConflict) {
	t.Helper()
	first := childLists(nodes)
	var least, most func(v int32) int64
	least = func(v int32) int64 {
		var sum int64
		for _, c := range first[v] {
			sum += least(c)
		}
		return max(sum, nodes[v].lo)
	}
	most = func(v int32) int64 {
		if nodes[v].leaf {
			return nodes[v].hi
		}
		var sum int64
		for _, c := range first[v] {
			sum = capped(sum, most(c))
		}
		return min(sum, nodes[v].hi)
	}
	if k.atMost {
		require.Less(t, k.need, k.have)
	} else {
		require.Greater(t, k.need, k.have)
	}
	var below int64
	for _, c := range first[k.node] {
		if k.atMost {
			below = capped(below, most(c))
		} else {
			below = capped(below, least(c))
		}
	}
	if k.node == 0 {
		require.Equal(t, total, k.have)
	}
	require.Equal(t, below, k.need)
}

// A weight of 0 has the amount nearest zero that its bounds allow.
func TestFitTree_ZeroWeight(t *testing.T) {
	nodes := []fitNode{
		{parent: -1, hi: apportion.Unbounded},
		{parent: 0, leaf: true, weight: big.NewInt(0), lo: 5, hi: apportion.Unbounded},
		{parent: 0, leaf: true, weight: big.NewInt(0), hi: 9},
		{parent: 0, leaf: true, weight: big.NewInt(3), hi: apportion.Unbounded},
	}
	got, conflict := fitTree(nodes, 100)
	require.Nil(t, conflict)
	require.Equal(t, "5 0 95", got[1].RatString()+" "+got[2].RatString()+" "+got[3].RatString())
}
