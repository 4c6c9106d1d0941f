package leveling

import (
	"context"
	"math"
	"slices"
)

// A trial is a schedule of the model and its cost.
type trial struct {
	start, finish []int64
	cost          cost
}

func newTrial(n int) trial {
	return trial{start: make([]int64, n), finish: make([]int64, n)}
}

func (t *trial) copyFrom(o *trial) {
	copy(t.start, o.start)
	copy(t.finish, o.finish)
	t.cost = o.cost
}

// A desk is what one goroutine needs to make schedules in both directions.
type desk struct {
	m, back     *model
	ahead       scheduler
	behind      scheduler
	sort, turn  *sorter // of forward and of backward schedules
	order       []int32
	from, until []int64 // of backward schedules, in their own time
	made        int64   // schedules so far

	// Scratch by activity: places in an order, marks that equal the stamp.
	places []int32
	keys   []int64
	mark   []int64
	stamp  int64
}

// newDesk returns a desk whose backward schedules end at horizon.
func newDesk(m *model, horizon int64) *desk {
	d := &desk{m: m, back: m.reversed(horizon), ahead: newScheduler(m), sort: newSorter(m)}
	for j, due := range m.due {
		if due < horizon {
			d.back.release[j] = horizon - due
		}
	}
	d.behind, d.turn = newScheduler(d.back), newSorter(d.back)
	d.order = make([]int32, m.n)
	d.places, d.mark, d.keys = make([]int32, m.n), make([]int64, m.n), make([]int64, m.n)
	d.from, d.until = make([]int64, m.n), make([]int64, m.n)
	return d
}

// serial makes the forward schedule of an order.
func (d *desk) serial(order []int32, t *trial) {
	excess := d.ahead.run(order, t.start, t.finish)
	t.cost = d.m.cost(t.finish, excess)
	d.made++
}

// parallel makes the forward schedule of priorities, in the order of time.
func (d *desk) parallel(key []int64, t *trial) {
	excess := d.sort.parallel(d.ahead, key, t.start, t.finish)
	t.cost = d.m.cost(t.finish, excess)
	d.made++
}

// justify moves everything as late as it can be within the schedule's length and
// then as early as it can be, which never lengthens it where capacity is all
// that limits it (Valls, Ballestín and Quintanilla, "Justification and RCPSP: a
// technique that pays", European Journal of Operational Research 165, 2005). It
// writes the result to out and counts as two schedules.
func (d *desk) justify(t, out *trial) {
	d.sort.opposite(t.finish, d.order)
	d.behind.run(d.order, d.from, d.until)
	d.made++
	d.turn.opposite(d.until, d.order)
	d.serial(d.order, out)
}

// quick returns the best schedule of all rules in both schemes, justified for as
// long as that helps, or the best so far when ctx is done.
func (m *model) quick(ctx context.Context) (best trial, d *desk) {
	dates := m.criticalPath()
	d = newDesk(m, dates.length)
	best = newTrial(m.n)
	best.cost.excess = math.MaxInt
	t := newTrial(m.n)
	keep := func() {
		if t.cost.less(best.cost) {
			best.copyFrom(&t)
		}
	}
	for r := range rules {
		key := m.priorities(r, dates)
		if key == nil {
			continue
		}
		d.sort.byPriority(key, d.order)
		d.serial(d.order, &t)
		keep()
		if ctx.Err() != nil {
			return best, d
		}
		d.parallel(key, &t)
		keep()
	}
	made := d.made
	d = newDesk(m, best.cost.span)
	d.made = made
	for ctx.Err() == nil {
		d.justify(&best, &t)
		if !t.cost.less(best.cost) {
			break
		}
		best.copyFrom(&t)
	}
	return best, d
}

// Quick returns the best schedule of five priority rules (two with more than
// 2,500 activities), each by serial and by parallel schedule generation, justified
// for as long as that helps. It returns an [*InputError] if p is not well-formed.
//
// For n activities a schedule takes time in the order of n log n, plus, for each
// activity, the steps that the profiles of its resources have after its
// predecessors: up to n², and 5,000 activities on 20 resources in a tenth of a
// second.
func Quick(p *Project) (*Schedule, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	if m.n == 0 {
		return m.report(p, &trial{}, 0, 0), nil
	}
	best, d := m.core.quick(context.Background())
	return m.report(p, m.settle(&best), m.core.lowerBound(best.cost.span), d.made), nil
}

// InOrder returns the schedule that serial generation makes of an order of the
// project's activities, as far as links allow it. Order must name each activity
// once; those that are fixed are passed over. It returns an [*InputError] if p is
// not well-formed or order does not fit.
func InOrder(p *Project, order []int) (*Schedule, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	sorted := slices.Sorted(slices.Values(order))
	fits := len(order) == len(p.Activities)
	for i, x := range sorted {
		fits = fits && i == x
	}
	if !fits {
		return nil, &InputError{Part: "Activities", Index: -1, Reason: "index"}
	}
	key := make([]int64, m.n)
	for k, i := range order {
		if j := m.number[i]; j >= 0 {
			key[j] = int64(k)
		}
	}
	t, bound := newTrial(m.n), int64(0)
	if m.n > 0 {
		bound = m.core.lowerBound(Never)
		list := make([]int32, m.n)
		newSorter(m).byPriority(key, list)
		excess := newEvents(m).run(list, t.start, t.finish)
		t.cost = m.cost(t.finish, excess)
	}
	return m.report(p, &t, bound, 1), nil
}
