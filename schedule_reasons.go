package salesplan

import "github.com/salesplan/salesplan/internal/network"

// A reason sums up the chain of drivers that makes a date, so that thousands of
// tasks of one chain don't each walk it.
type reason struct {
	known bool
	alone bool // nothing stands before the task

	// Of the tasks of the chain that are to be done yet: the first, the first
	// that is too late for what follows it, and the one that takes the most time
	// (of equals the first); -1 for none.
	first, squeezed, longest int32
}

// reasons sums up chains, each date once.
type reasons struct {
	t  *Timetable
	at [2][]reason // of the starts, and of the finishes
}

// of returns the reason of a task's finish.
func (r *reasons) of(i int32) reason {
	if r.at[0] == nil {
		r.at[0], r.at[1] = make([]reason, len(r.t.rows)), make([]reason, len(r.t.rows))
	}
	var open []*reason
	var tasks []int32
	above := reason{first: -1, squeezed: -1, longest: -1}
	alone := false
	for k, ofFinish, ok := i, true, true; ok; {
		at := &r.at[0][k]
		if ofFinish {
			at = &r.at[1][k]
		}
		if at.known {
			above = *at
			break
		}
		// Known from now on, so that dates that make each other come to an end.
		*at = reason{known: true, first: -1, squeezed: -1, longest: -1}
		open, tasks = append(open, at), append(tasks, k)
		k, ofFinish, ok = r.t.drivenBy(k, ofFinish)
		alone = !ok
	}
	for n := len(open) - 1; n >= 0; n-- {
		above = r.with(above, tasks[n])
		above.known, above.alone = true, alone && n == len(open)-1
		*open[n] = above
	}
	return r.at[1][i]
}

// with is what is known of a chain to which a task is added.
func (r *reasons) with(s reason, i int32) reason {
	t := r.t
	if t.res.Flags[i]&(network.Summary|network.Finished) != 0 {
		return s
	}
	if s.first < 0 {
		s.first = i
	}
	if s.squeezed < 0 && t.res.TotalFloat[i] < 0 {
		s.squeezed = i
	}
	if d := t.rows[i].duration; d > 0 && (s.longest < 0 || d > t.rows[s.longest].duration) {
		s.longest = i
	}
	return s
}
