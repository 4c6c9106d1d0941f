package network

import (
	"cmp"
	"slices"
)

// maxCycles bounds how many cycles one call reports.
const maxCycles = 100

// knot is the part of the network that a topological order couldn't reach,
// with nodes numbered anew.
type knot struct {
	nodes []int32 // the network's nodes
	start []int32
	to    []int32
	link  []int32
}

// findCycles reports one irreducible cycle for every strongly connected part of
// the nodes that still wait, at most maxCycles.
func (e *engine) findCycles(waits []int32) {
	k := e.knotOf(waits)
	for _, part := range k.strong() {
		e.faults = append(e.faults, e.cycleFault(k, k.irreducible(part)))
	}
	slices.SortStableFunc(e.faults, func(a, b Fault) int { return cmp.Compare(a.Index, b.Index) })
	if len(e.faults) > maxCycles {
		e.faults = e.faults[:maxCycles]
	}
}

func (e *engine) knotOf(waits []int32) *knot {
	number := make([]int32, e.nodes)
	k := &knot{}
	for v, w := range waits {
		number[v] = -1
		if w > 0 {
			number[v] = int32(len(k.nodes))
			k.nodes = append(k.nodes, int32(v))
		}
	}
	k.start = make([]int32, 1, len(k.nodes)+1)
	for _, v := range k.nodes {
		e.edgesOf(v, func(to, link int32) {
			if number[to] >= 0 {
				k.to = append(k.to, number[to])
				k.link = append(k.link, link)
			}
		})
		k.start = append(k.start, int32(len(k.to)))
	}
	return k
}

// strong returns the strongly connected parts with more than one node: Tarjan's
// algorithm (SIAM Journal on Computing 1, 1972) with a stack of its own instead
// of recursion.
func (k *knot) strong() [][]int32 {
	n := len(k.nodes)
	index, low, next := make([]int32, n), make([]int32, n), make([]int32, n)
	on := make([]bool, n)
	var parts [][]int32
	var path, stack []int32
	count := int32(0)
	for root := range n {
		if index[root] != 0 {
			continue
		}
		path = append(path[:0], int32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if index[v] == 0 {
				count++
				index[v], low[v], next[v], on[v] = count, count, k.start[v], true
				stack = append(stack, v)
			}
			if next[v] < k.start[v+1] {
				w := k.to[next[v]]
				next[v]++
				if index[w] == 0 {
					path = append(path, w)
				} else if on[w] {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				u := path[len(path)-1]
				low[u] = min(low[u], low[v])
			}
			if low[v] == index[v] {
				at := len(stack) - 1
				for stack[at] != v {
					at--
				}
				part := slices.Clone(stack[at:])
				stack = stack[:at]
				for _, w := range part {
					on[w] = false
				}
				if len(part) > 1 {
					slices.Sort(part)
					parts = append(parts, part)
				}
			}
		}
	}
	return parts
}

// irreducible returns a cycle within a strongly connected part that no edge
// between its nodes shortens, as positions of edges. A breadth-first search
// gives a shortest cycle through the first node, so that no edge skips ahead in
// it; of the edges that lead back, the one over the fewest nodes closes a cycle
// without any.
func (k *knot) irreducible(part []int32) []int32 {
	inside := make(map[int32]bool, len(part))
	for _, v := range part {
		inside[v] = true
	}
	first := part[0]
	by := map[int32]int32{} // the edge that reached a node
	from := map[int32]int32{}
	queue := []int32{first}
	last := int32(-1)
	for head := 0; last < 0; head++ {
		v := queue[head]
		for i := k.start[v]; i < k.start[v+1]; i++ {
			w := k.to[i]
			if w == first {
				last = v
				by[first] = i
				break
			}
			if _, seen := from[w]; inside[w] && !seen {
				from[w], by[w] = v, i
				queue = append(queue, w)
			}
		}
	}
	cycle := []int32{last}
	for v := last; v != first; {
		v = from[v]
		cycle = append(cycle, v)
	}
	reverse(cycle)
	place := make(map[int32]int, len(cycle))
	for i, v := range cycle {
		place[v] = i
	}
	lo, hi, close := 0, len(cycle)-1, by[first]
	for i, v := range cycle {
		for x := k.start[v]; x < k.start[v+1]; x++ {
			if j, ok := place[k.to[x]]; ok && j <= i && i-j < hi-lo {
				lo, hi, close = j, i, x
			}
		}
	}
	edges := make([]int32, 0, hi-lo+1)
	for i := lo + 1; i <= hi; i++ {
		edges = append(edges, by[cycle[i]])
	}
	return append(edges, close)
}

// cycleFault names the tasks of a cycle of edges. Where the cycle passes
// through a summary task from before to behind its parts, the parts are left
// out.
func (e *engine) cycleFault(k *knot, edges []int32) Fault {
	shift := 0
	for k.link[edges[(shift+len(edges)-1)%len(edges)]] < 0 {
		shift++
	}
	var tasks, links []int32
	segment := 0 // where the run of tree edges began
	place := map[int32]int{}
	for i := range edges {
		x := edges[(i+shift)%len(edges)]
		before := edges[(i+shift+len(edges)-1)%len(edges)]
		task := e.taskOf(k.nodes[k.to[before]])
		if k.link[before] >= 0 {
			segment = len(tasks)
		}
		if at, seen := place[task]; seen && at >= segment && at < len(tasks) && tasks[at] == task {
			tasks, links = tasks[:at], links[:at]
		}
		place[task] = len(tasks)
		tasks, links = append(tasks, task), append(links, k.link[x])
	}
	least := slices.Index(tasks, slices.Min(tasks))
	tasks = append(slices.Clone(tasks[least:]), tasks[:least]...)
	links = append(slices.Clone(links[least:]), links[:least]...)
	return Fault{Kind: LinkCycle, Place: AtLink, Index: int(slices.Max(links)), Cycle: tasks, Links: links}
}
