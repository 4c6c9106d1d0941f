package apportion

// Flow is a network of nodes and arcs with whole capacities, for largest flows
// and smallest cuts (Dinic, Algorithm for solution of a problem of maximum
// flow in a network with power estimation, 1970). Capacities and flows are not
// checked: the sum of the capacities out of the source must fit int64, and so
// must the capacity of an arc plus what flows back on it.
type Flow struct {
	first []int32 // by node: its first arc, -1 if none
	next  []int32 // by arc: the next arc of the same node
	to    []int32 // by arc; arc k^1 is the reverse of arc k
	cap   []int64 // by arc: what may still flow

	level []int32
	cur   []int32
	queue []int32
}

// NewFlow returns a network of the given number of nodes and no arcs.
func NewFlow(nodes int) *Flow {
	f := &Flow{
		first: make([]int32, nodes),
		level: make([]int32, nodes),
		cur:   make([]int32, nodes),
		queue: make([]int32, 0, nodes),
	}
	for i := range f.first {
		f.first[i] = -1
	}
	return f
}

// AddNode adds a node and returns its number.
func (f *Flow) AddNode() int {
	f.first = append(f.first, -1)
	f.level = append(f.level, -1)
	f.cur = append(f.cur, -1)
	return len(f.first) - 1
}

// AddArc adds an arc and returns its number.
func (f *Flow) AddArc(from, to int, capacity int64) int {
	k := len(f.to)
	f.to = append(f.to, int32(to), int32(from))
	f.cap = append(f.cap, capacity, 0)
	f.next = append(f.next, f.first[from], f.first[to])
	f.first[from] = int32(k)
	f.first[to] = int32(k + 1)
	return k
}

// SetFlow presets the flow on an arc to x, from 0 to the arc's capacity. The
// caller keeps the flow balanced in all nodes but source and sink.
func (f *Flow) SetFlow(arc int, x int64) {
	all := f.cap[arc] + f.cap[arc^1]
	f.cap[arc], f.cap[arc^1] = all-x, x
}

// On returns the flow on an arc.
func (f *Flow) On(arc int) int64 { return f.cap[arc^1] }

// Residual returns what may still flow on an arc.
func (f *Flow) Residual(arc int) int64 { return f.cap[arc] }

// Max raises the flow from s to t, starting from the flow that is there, until
// it is the largest, and returns by how much it was raised. It takes
// O(nodes² · arcs) in the worst case and far less on the networks of tables.
func (f *Flow) Max(s, t int) int64 {
	total := int64(0)
	for {
		f.search(s)
		if f.level[t] < 0 {
			return total
		}
		copy(f.cur, f.first)
		total += f.block(int32(s), int32(t))
	}
}

// search numbers the nodes by their distance from s in the residual network;
// those out of reach get -1.
func (f *Flow) search(s int) {
	for i := range f.level {
		f.level[i] = -1
	}
	f.level[s] = 0
	q := append(f.queue[:0], int32(s))
	for head := 0; head < len(q); head++ {
		u := q[head]
		for k := f.first[u]; k >= 0; k = f.next[k] {
			if v := f.to[k]; f.cap[k] > 0 && f.level[v] < 0 {
				f.level[v] = f.level[u] + 1
				q = append(q, v)
			}
		}
	}
	f.queue = q
}

// block fills the level network: it walks along ever farther arcs, sends what
// fits when it reaches t and steps back from dead ends.
func (f *Flow) block(s, t int32) int64 {
	total := int64(0)
	path := f.queue[:0] // arcs from s to u
	u := s
	for {
		if u == t {
			least := int64(1<<63 - 1)
			for _, k := range path {
				least = min(least, f.cap[k])
			}
			total += least
			keep := len(path)
			for i := len(path) - 1; i >= 0; i-- {
				k := path[i]
				f.cap[k] -= least
				f.cap[k^1] += least
				if f.cap[k] == 0 {
					keep = i
				}
			}
			u = f.to[path[keep]^1]
			path = path[:keep]
			continue
		}
		k := f.cur[u]
		for k >= 0 && (f.cap[k] == 0 || f.level[f.to[k]] != f.level[u]+1) {
			k = f.next[k]
		}
		f.cur[u] = k
		if k >= 0 {
			path = append(path, k)
			u = f.to[k]
			continue
		}
		if u == s {
			f.queue = path[:0]
			return total
		}
		last := path[len(path)-1]
		path = path[:len(path)-1]
		u = f.to[last^1]
		f.cur[u] = f.next[last]
	}
}

// MinCut reports for each node whether it is within reach of s in the residual
// network. After [Flow.Max] these nodes are the source side of the smallest
// cut that has the fewest nodes there.
func (f *Flow) MinCut(s int) []bool {
	f.search(s)
	in := make([]bool, len(f.level))
	for i, l := range f.level {
		in[i] = l >= 0
	}
	return in
}

// Components returns for each node the number of its strongly connected
// component in the residual network (Tarjan, Depth-first search and linear
// graph algorithms, 1972).
func (f *Flow) Components() []int32 {
	n := len(f.first)
	comp := make([]int32, n)
	low := make([]int32, n)
	order := f.level
	for i := range order {
		order[i], comp[i] = -1, -1
	}
	copy(f.cur, f.first)
	var walk, open []int32
	clock, found := int32(0), int32(0)
	for root := range f.first {
		if order[root] >= 0 {
			continue
		}
		walk = append(walk, int32(root))
		for len(walk) > 0 {
			u := walk[len(walk)-1]
			if order[u] < 0 {
				order[u], low[u] = clock, clock
				clock++
				open = append(open, u)
			}
			if v := f.descend(u, order, comp, low); v >= 0 {
				walk = append(walk, v)
				continue
			}
			if low[u] == order[u] {
				for {
					v := open[len(open)-1]
					open = open[:len(open)-1]
					comp[v] = found
					if v == u {
						break
					}
				}
				found++
			}
			walk = walk[:len(walk)-1]
			if len(walk) > 0 {
				p := walk[len(walk)-1]
				low[p] = min(low[p], low[u])
			}
		}
	}
	return comp
}

// descend goes on through the arcs of u and returns the first new node, or -1.
func (f *Flow) descend(u int32, order, comp, low []int32) int32 {
	for k := f.cur[u]; k >= 0; k = f.next[k] {
		v := f.to[k]
		if f.cap[k] == 0 || comp[v] >= 0 {
			continue
		}
		if order[v] < 0 {
			f.cur[u] = f.next[k]
			return v
		}
		low[u] = min(low[u], order[v])
	}
	f.cur[u] = -1
	return -1
}
