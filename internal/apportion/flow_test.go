package apportion

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowFlow is the largest flow by breadth-first augmentation on a matrix of
// capacities (Edmonds and Karp), which it leaves as the residual network.
func slowFlow(c [][]int64, s, t int) int64 {
	total := int64(0)
	for {
		from := make([]int, len(c))
		for i := range from {
			from[i] = -1
		}
		from[s] = s
		for queue := []int{s}; len(queue) > 0; queue = queue[1:] {
			for v, x := range c[queue[0]] {
				if x > 0 && from[v] < 0 {
					from[v] = queue[0]
					queue = append(queue, v)
				}
			}
		}
		if from[t] < 0 {
			return total
		}
		d := int64(1) << 62
		for v := t; v != s; v = from[v] {
			d = min(d, c[from[v]][v])
		}
		for v := t; v != s; v = from[v] {
			c[from[v]][v] -= d
			c[v][from[v]] += d
		}
		total += d
	}
}

type testArc struct {
	from, to int
	cap      int64
}

func randomNetwork(r *rand.Rand) (nodes int, arcs []testArc, f *Flow, c [][]int64) {
	nodes = 2 + r.IntN(9)
	f = NewFlow(nodes)
	c = make([][]int64, nodes)
	for i := range c {
		c[i] = make([]int64, nodes)
	}
	for range r.IntN(4 * nodes) {
		a := testArc{r.IntN(nodes), r.IntN(nodes), int64(r.IntN(20))}
		if a.from == a.to {
			continue
		}
		arcs = append(arcs, a)
		f.AddArc(a.from, a.to, a.cap)
		c[a.from][a.to] += a.cap
	}
	return nodes, arcs, f, c
}

func TestFlowMax(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		nodes, arcs, f, c := randomNetwork(r)
		want := slowFlow(c, 0, nodes-1)
		require.Equal(t, want, f.Max(0, nodes-1))

		in, cut := f.MinCut(0), int64(0)
		net := make([]int64, nodes)
		for k, a := range arcs {
			x := f.On(2 * k)
			require.True(t, x >= 0 && x+f.Residual(2*k) == a.cap)
			net[a.from] -= x
			net[a.to] += x
			if in[a.from] && !in[a.to] {
				cut += a.cap
			}
		}
		require.Equal(t, want, cut, "capacity of the cut")
		for v := 1; v < nodes-1; v++ {
			require.Zero(t, net[v], "balance")
		}
		require.Equal(t, want, net[nodes-1])

		// Starting from a flow that is there, only the rest is added.
		again := NewFlow(nodes)
		for k, a := range arcs {
			again.SetFlow(again.AddArc(a.from, a.to, a.cap), f.On(2*k))
		}
		require.Zero(t, again.Max(0, nodes-1))
	}
}

func TestFlowSetFlowThenMax(t *testing.T) {
	f := NewFlow(4)
	a := f.AddArc(0, 1, 5)
	b := f.AddArc(1, 3, 5)
	f.AddArc(0, 2, 3)
	f.AddArc(2, 3, 9)
	f.SetFlow(a, 4)
	f.SetFlow(b, 4)
	require.Equal(t, int64(4), f.Max(0, 3))
	require.Equal(t, int64(5), f.On(a))
}

func TestFlowComponents(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for n := range 2000 {
		nodes, _, f, c := randomNetwork(r)
		if n%2 == 0 {
			f.Max(0, nodes-1)
			for i := range c {
				clear(c[i])
			}
			for u, k := range f.first {
				for ; k >= 0; k = f.next[k] {
					c[u][f.to[k]] += f.cap[k]
				}
			}
		}
		comp := f.Components()
		for i := range c {
			c[i][i] = 1
		}
		for k := range c {
			for i := range c {
				for j := range c {
					if c[i][k] > 0 && c[k][j] > 0 {
						c[i][j] = 1
					}
				}
			}
		}
		for i := range c {
			for j := range c {
				require.Equal(t, c[i][j] > 0 && c[j][i] > 0, comp[i] == comp[j], "%d and %d", i, j)
			}
		}
	}
}

// A long chain must not need a deep stack, nor more than near-linear time.
func TestFlowLongChain(t *testing.T) {
	const n = 200_000
	f := NewFlow(n)
	for i := range n - 1 {
		f.AddArc(i, i+1, 2)
	}
	require.Equal(t, int64(2), f.Max(0, n-1))
	comp := f.Components()
	require.NotEqual(t, comp[0], comp[1], "full arcs lead back only")
	require.False(t, f.MinCut(0)[1])
}
