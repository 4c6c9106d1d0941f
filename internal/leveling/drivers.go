package leveling

import (
	"cmp"
	"slices"
)

// A book reads a finished schedule in the project's own terms.
type book struct {
	p      *Project
	s      *Schedule
	clocks []*clock
	needs  [][]need // by activity
	draws  [][]draw // by activity
	whole  []bool
	limit  []profile // capacity, by resource
	used   []profile // what is used, negative, by resource
	stocks []stock   // what is left
	ends   [][]int32 // by resource: its users in the order of their ends
	ranks  *model    // for links: durations and clocks by project index
}

func newBook(p *Project, s *Schedule, clocks []*clock) *book {
	b := &book{p: p, s: s, clocks: clocks, needs: sumDemands(p), whole: sharedClocks(p)}
	b.used = make([]profile, len(p.Resources))
	b.ends = make([][]int32, len(p.Resources))
	b.limit = make([]profile, len(p.Resources))
	for r := range b.used {
		b.used[r] = newProfile(nil)
		b.limit[r] = newProfile(p.Resources[r].Capacity)
	}
	for i := range p.Activities {
		c := clocks[p.Activities[i].Clock]
		for _, d := range b.needs[i] {
			occupy(&b.used[d.resource], c, false, s.Start[i], s.End[i], d.amount)
			b.ends[d.resource] = append(b.ends[d.resource], int32(i))
		}
	}
	for _, users := range b.ends {
		slices.SortFunc(users, func(x, y int32) int {
			return cmp.Or(cmp.Compare(s.End[x], s.End[y]), cmp.Compare(x, y))
		})
	}
	b.stocks = make([]stock, len(p.Stocks))
	for k := range p.Stocks {
		b.stocks[k] = newStock(p.Stocks[k])
	}
	b.draws = sumDraws(p)
	for i, draws := range b.draws {
		for _, d := range draws {
			b.stocks[d.stock].take(clocks[p.Activities[i].Clock], b.worked(i), &d, s.Start[i])
		}
	}
	b.ranks = &model{dur: make([]int64, len(p.Activities)), clock: make([]*clock, len(p.Activities))}
	for i, a := range p.Activities {
		b.ranks.dur[i], b.ranks.clock[i] = a.Duration, clocks[a.Clock]
	}
	return b
}

// worked returns the working time of an activity.
func (b *book) worked(i int) int64 {
	a := &b.p.Activities[i]
	if !a.Fixed {
		return a.Duration
	}
	c := b.clocks[a.Clock]
	return work(c, a.End) - work(c, a.Start)
}

// usage merges use and capacity, from time 0, or the first use if that is
// earlier, to the last use.
func (b *book) usage() [][]Segment {
	out := make([][]Segment, len(b.used))
	for r := range b.used {
		u, c := &b.used[r], &b.limit[r]
		if len(u.at) < 2 {
			continue
		}
		from, until := min(0, u.at[1]), u.at[len(u.at)-1]
		for t := from; t < until; {
			i, k := u.index(t), c.index(t)
			end := min(u.until(i), c.until(k), until)
			out[r] = append(out[r], Segment{Span{t, end}, -u.free[i], c.free[k]})
			t = end
		}
	}
	return out
}

func (b *book) levels() [][]Level {
	out := make([][]Level, len(b.stocks))
	for k := range b.stocks {
		full := newStock(b.p.Stocks[k])
		s := &b.stocks[k]
		for i := range s.at {
			l := Level{Span: Span{s.at[i], Never}, Left: s.left[i]}
			if i+1 < len(s.at) {
				l.Until = s.at[i+1]
			}
			l.Supplied, l.Drawn = full.left[i], full.left[i]-s.left[i]
			if i > 0 && !s.lapses {
				l.Supplied -= full.left[i-1]
				l.Drawn -= full.left[i-1] - s.left[i-1]
			}
			out[k] = append(out[k], l)
		}
	}
	return out
}

func (b *book) drivers() []Driver {
	out := make([]Driver, len(b.p.Activities))
	preds := group(len(out), len(b.p.Links), func(i int) (int32, end) {
		l := b.p.Links[i]
		return int32(l.To), end{other: int32(i), kind: l.Kind, lag: l.Lag, clock: b.clocks[l.Clock]}
	})
	for i := range out {
		out[i] = b.driver(i, preds.of(int32(i)))
	}
	return out
}

func (b *book) driver(i int, preds []end) Driver {
	a := &b.p.Activities[i]
	start := b.s.Start[i]
	if a.Fixed {
		return Driver{DriverFixed, -1, -1}
	}
	for k := range preds {
		e := &preds[k]
		from := b.p.Links[e.other].From
		t := b.ranks.begin(int32(i), b.ranks.bound(int32(i), e, b.s.Start[from], b.s.End[from]))
		if t == start {
			return Driver{DriverLink, int(e.other), from}
		}
	}
	if a.Release > 0 && b.ranks.begin(int32(i), a.Release) == start {
		return Driver{DriverRelease, -1, -1}
	}
	if b.ranks.begin(int32(i), 0) == start {
		return Driver{DriverNone, -1, -1}
	}
	// One unit of work earlier only the time before start is new.
	before := start - 1
	if c := b.clocks[a.Clock]; c != nil && a.Duration > 0 {
		before = c.last(c.at(start) - 1)
	}
	for _, d := range b.needs[i] {
		u, c := &b.used[d.resource], &b.limit[d.resource]
		if c.free[c.index(before)]+u.free[u.index(before)] < d.amount {
			return Driver{DriverResource, int(d.resource), b.freed(int(d.resource), before, start)}
		}
	}
	if len(b.draws[i]) > 0 {
		return Driver{DriverStock, b.awaited(i, start), -1}
	}
	return Driver{DriverNone, -1, -1}
}

// awaited returns the stock that activity i, which starts at start, waited for:
// one that came in then, or else the first it draws from.
func (b *book) awaited(i int, start int64) int {
	for _, d := range b.draws[i] {
		k := &b.stocks[d.stock]
		if t := k.at[k.index(start)]; t >= 0 && b.ranks.begin(int32(i), t) == start {
			return int(d.stock)
		}
	}
	return int(b.draws[i][0].stock)
}

// freed returns the user of resource r that worked at before and ended first by
// start, or -1.
func (b *book) freed(r int, before, start int64) int {
	users := b.ends[r]
	k, _ := slices.BinarySearchFunc(users, before+1, func(x int32, t int64) int {
		return cmp.Compare(b.s.End[x], t)
	})
	for ; k < len(users) && b.s.End[users[k]] <= start; k++ {
		if b.s.Start[users[k]] <= before {
			return int(users[k])
		}
	}
	return -1
}
