package network

// groupOf holds what a summary task passes between its links and its parts.
type groupOf struct {
	task   int32 // the summary task
	parent int32 // index of the group above, or −1

	earlyStart, earlyFinish dated // of the parts: the first and the last
	lateStart, lateFinish   dated
	maxStart, minFinish     int64 // of the parts: the last early start, the first early finish

	// What links into the summary task see: the first dates of its parts that
	// are still to be placed.
	seenEarlyStart, seenEarlyFinish int64
	seenLateStart, seenLateFinish   int64

	// Bounds that links out of it, or of a summary task above, give its parts.
	toStart, toFinish     upper // late dates
	freeStart, freeFinish int64 // dates that move no early date
	hasSuccessors         bool

	critical                bool
	onPath                  bool  // a part lies on the longest path
	sinceStart, sinceFinish int64 // from when on a bound of its parts drives one of those
	fromStart, fromFinish   int64 // from when on dates of its parts drive such a task
}

// dated is a date and the task that has it.
type dated struct {
	at   int64
	task int32
}

// buildGroups numbers the summary tasks and lists their parts. It reports
// cycles of parents; false then.
func (e *engine) buildGroups() bool {
	tasks := e.p.Tasks
	any := false
	for i := range tasks {
		if tasks[i].Parent >= 0 {
			any = true
			break
		}
	}
	if !any {
		return true
	}
	n := len(tasks)
	e.group = make([]int32, n)
	for i := range e.group {
		e.group[i] = -1
	}
	count := 0
	for i := range tasks {
		if p := tasks[i].Parent; p >= 0 && e.group[p] < 0 {
			e.group[p] = 0
			count++
		}
	}
	e.groups = make([]groupOf, 0, count)
	for i, g := range e.group {
		if g == 0 {
			e.group[i] = int32(len(e.groups))
			e.groups = append(e.groups, groupOf{task: int32(i)})
		}
	}
	e.partStart = make([]int32, len(e.groups)+1)
	for i := range tasks {
		if p := tasks[i].Parent; p >= 0 {
			e.partStart[e.group[p]+1]++
		}
	}
	for i := range e.groups {
		e.partStart[i+1] += e.partStart[i]
		e.groups[i].parent = -1
		if p := tasks[e.groups[i].task].Parent; p >= 0 {
			e.groups[i].parent = e.group[p]
		}
	}
	e.part = make([]int32, e.partStart[len(e.groups)])
	fill := make([]int32, len(e.groups))
	for i := range tasks {
		if p := tasks[i].Parent; p >= 0 {
			g := e.group[p]
			e.part[e.partStart[g]+fill[g]] = int32(i)
			fill[g]++
		}
	}
	return e.checkParents()
}

// checkParents walks up from every task once, marking what it has seen.
func (e *engine) checkParents() bool {
	tasks := e.p.Tasks
	seen := make([]int32, len(tasks)) // 0: not yet, else the walk's number
	ok := true
	for i := range tasks {
		t, walk := int32(i), int32(i)+1
		for t >= 0 && seen[t] == 0 {
			seen[t] = walk
			t = tasks[t].Parent
		}
		if t < 0 || seen[t] != walk {
			continue
		}
		first := t
		for u := tasks[t].Parent; u != t; u = tasks[u].Parent {
			first = min(first, u)
		}
		cycle := []int32{first}
		for u := tasks[first].Parent; u != first; u = tasks[u].Parent {
			cycle = append(cycle, u)
		}
		reverse(cycle[1:])
		e.faults = append(e.faults, Fault{Kind: ParentCycle, Place: AtTask, Index: int(first), Cycle: cycle})
		ok = false
	}
	return ok
}

// numberTree numbers tasks on the way down the tree and tells the last number
// below each, without recursion.
func (e *engine) numberTree() (down, last []int32) {
	n := len(e.p.Tasks)
	down, last = make([]int32, n), make([]int32, n)
	next := make([]int32, len(e.groups))
	count := int32(0)
	for root := range e.p.Tasks {
		if e.p.Tasks[root].Parent >= 0 {
			continue
		}
		for t := int32(root); t >= 0; {
			if down[t] == 0 {
				count++
				down[t] = count
			}
			if g := e.group[t]; g >= 0 && e.partStart[g]+next[g] < e.partStart[g+1] {
				next[g]++
				t = e.part[e.partStart[g]+next[g]-1]
				continue
			}
			last[t] = count
			t = e.p.Tasks[t].Parent
		}
	}
	return down, last
}

// buildOrder lists the links of each predecessor and brings the nodes into a
// topological order: every task is a node, and a summary task besides has one
// after its parts, numbered from the count of tasks. It is false when links run
// in a cycle, which is then reported.
//
// Kahn's algorithm (Communications of the ACM 5, 1962). A list that is already
// in order, as plans written by hand mostly are, needs no sorting.
func (e *engine) buildOrder() bool {
	links, n := e.p.Links, len(e.p.Tasks)
	e.outStart = make([]int32, n+1)
	sorted := e.groups == nil
	for i := range links {
		l := &links[i]
		e.outStart[l.From+1]++
		sorted = sorted && l.From < l.To
	}
	for i := range n {
		e.outStart[i+1] += e.outStart[i]
	}
	e.out = make([]int32, len(links))
	fill := append([]int32(nil), e.outStart[:n]...)
	for i := range links {
		from := links[i].From
		e.out[fill[from]] = int32(i)
		fill[from]++
	}
	e.nodes = n + len(e.groups)
	e.order = make([]int32, 0, e.nodes)
	if sorted {
		for i := range n {
			e.order = append(e.order, int32(i))
		}
		return true
	}
	waits := make([]int32, e.nodes)
	e.eachEdge(func(_, to, _ int32) { waits[to]++ })
	for i, w := range waits {
		if w == 0 {
			e.order = append(e.order, int32(i))
		}
	}
	for head := 0; head < len(e.order); head++ {
		e.edgesOf(e.order[head], func(to, _ int32) {
			if waits[to]--; waits[to] == 0 {
				e.order = append(e.order, to)
			}
		})
	}
	if len(e.order) < e.nodes {
		e.findCycles(waits)
		return false
	}
	return true
}

// eachEdge visits every edge between nodes with its link, or −1 for one of the
// tree.
func (e *engine) eachEdge(visit func(from, to, link int32)) {
	for v := range e.nodes {
		e.edgesOf(int32(v), func(to, link int32) { visit(int32(v), to, link) })
	}
}

// edgesOf visits the edges that leave a node.
func (e *engine) edgesOf(v int32, visit func(to, link int32)) {
	n := int32(len(e.p.Tasks))
	t := v
	if v >= n {
		t = e.groups[v-n].task
	} else if e.groups != nil && e.group[v] >= 0 {
		g := e.group[v]
		for _, part := range e.part[e.partStart[g]:e.partStart[g+1]] {
			visit(part, -1)
		}
		return
	}
	for _, l := range e.out[e.outStart[t]:e.outStart[t+1]] {
		visit(e.p.Links[l].To, l)
	}
	if e.groups != nil {
		if p := e.p.Tasks[t].Parent; p >= 0 {
			visit(n+e.group[p], -1)
		}
	}
}

// taskOf returns the task that a node belongs to.
func (e *engine) taskOf(v int32) int32 {
	if n := int32(len(e.p.Tasks)); v >= n {
		return e.groups[v-n].task
	}
	return v
}

func reverse(s []int32) {
	for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
		s[i], s[j] = s[j], s[i]
	}
}
