package network

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestClock_MinuteByMinute compares every answer of random clocks with a walk
// over the minutes.
func TestClock_MinuteByMinute(t *testing.T) {
	for seed := uint64(0); seed < 25; seed++ {
		p := randomPattern(rand.New(rand.NewPCG(seed, 9)))
		c, faults := NewClock(p)
		if len(faults) > 0 {
			continue
		}
		checkClock(t, c, slowClockOf(p))
	}
}

// checkClock walks 40 days.
func checkClock(t *testing.T, c *Clock, slow slowClock) {
	t.Helper()
	const from, to = -12 * dayMinutes, 28 * dayMinutes
	origin := c.Worked(from)
	worked, ended := int64(0), int64(from)
	bad := func(at int64, what string) { t.Fatalf("minute %d: %s", at, what) }
	for at := int64(from); at < to; at++ {
		w, next, rests, ok := c.locate(at)
		if c.Worked(at) != w || w-origin != worked {
			bad(at, "worked")
		}
		works := slow.works(at)
		if rests != (!works && !slow.works(at-1)) {
			bad(at, "rests")
		}
		if !works {
			if ok && next < to && (next <= at || !slow.works(next) || (at%61 == 0 && slow.count(at, next) != 0)) {
				bad(at, "next")
			}
			continue
		}
		start, _ := c.StartAt(w)
		finish, _ := c.FinishAt(w + 1)
		if !ok || next != at || start != at || finish != at+1 {
			bad(at, "start and finish")
		}
		if worked > 0 {
			finish, _ = c.FinishAt(w)
			previous, _ := c.Previous(at)
			if finish != ended || previous != ended {
				bad(at, "previous")
			}
		}
		worked, ended = worked+1, at+1
	}
}

// TestCut_Join compare both with the minutes of their parts.
func TestCut_Join(t *testing.T) {
	cut := 0
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 41))
		p, q := randomPattern(rng), randomPattern(rng)
		a, faults := NewClock(p)
		b, more := NewClock(q)
		if len(faults)+len(more) > 0 {
			continue
		}
		x, y := slowClockOf(p), slowClockOf(q)
		both, either := make(slowClock, len(x)), make(slowClock, len(x))
		meet := false
		for i := range x {
			both[i], either[i] = x[i] && y[i], x[i] || y[i]
			meet = meet || both[i]
		}
		checkClock(t, Join(a, b), either)
		c, ok := Cut(a, b)
		if ok != meet {
			t.Fatalf("seed %d: meet %v, found %v", seed, meet, ok)
		}
		if ok {
			cut++
			checkClock(t, c, both)
		}
	}
	if cut < 6 {
		t.Fatal("too few clocks meet")
	}
}

// TestCut_NeverMeet: a day clock and a night clock, on the same days or on
// different ones.
func TestCut_NeverMeet(t *testing.T) {
	clock := func(p Pattern) *Clock {
		c, faults := NewClock(p)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return c
	}
	day := clock(Pattern{Week: [7][]Span{0: {{480, 1020}}}})
	night := clock(Pattern{Week: [7][]Span{0: {{1020, 1440}}}})
	other := clock(Pattern{Week: [7][]Span{1: {{480, 1020}}}})
	once := clock(Pattern{Exceptions: []Exception{{Day: 14, Spans: []Span{{600, 660}}}}})
	for _, c := range []*Clock{night, other} {
		if _, ok := Cut(day, c); ok {
			t.Fatal("they meet")
		}
	}
	if c, ok := Cut(day, once); !ok || c.Between(-1<<30, 1<<30) != 60 {
		t.Fatal("they meet for one hour")
	}
	if c, ok := Cut(day, Always()); !ok || c.Between(0, 7*dayMinutes) != 540 {
		t.Fatal("every minute cut with a clock is the clock")
	}
	if c := Join(day, Always()); c.Between(0, 7*dayMinutes) != 7*dayMinutes {
		t.Fatal("every minute joined with a clock is every minute")
	}
	if c := Join(day, day); c != day {
		t.Fatal("a clock with itself")
	}
}

// TestClock_Far answers at the ends of time as near the epoch: exceptions in the
// years 1 and 9999 cost no more than others.
func TestClock_Far(t *testing.T) {
	first, last := dayNumber(1, 1, 3), dayNumber(9999, 12, 31)
	week := [7][]Span{{{480, 1020}}, {{480, 1020}}, {{480, 1020}}, {{480, 1020}}, {{480, 1020}}, nil, nil}
	c, faults := NewClock(Pattern{Week: week, Exceptions: []Exception{{Day: last}, {Day: first}, {Day: -maxDay, Spans: []Span{{0, 1}}}, {Day: maxDay}}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	// Day 0 is a Monday and day 2, a Wednesday, is free: 540 minutes a day.
	days := last/7*5 + min(5, last%7) - 1
	if got := c.Between(0, last*dayMinutes); got != 540*days {
		t.Fatalf("%d minutes to the last day, want %d", got, 540*days)
	}
	for _, at := range []int64{0, first * dayMinutes, last * dayMinutes, Limit - 10*dayMinutes, -Limit + 10*dayMinutes} {
		next, ok := c.Next(at)
		if !ok || next < at || next > at+5*dayMinutes || c.Between(at, next) != 0 {
			t.Fatalf("after %d comes %d", at, next)
		}
		if back, ok := c.FinishAt(c.Worked(next) + 540); !ok || c.Between(next, back) != 540 {
			t.Fatalf("540 minutes from %d end at %d", next, back)
		}
	}
	if len(c.days.table)+len(c.starts.table) > 64 {
		t.Fatal("tables grow with the exceptions, not with the time between them")
	}
}

// TestClock_SpansOfDay lists a day with what the day before leaves in it.
func TestClock_SpansOfDay(t *testing.T) {
	c, faults := NewClock(Pattern{
		Week:       [7][]Span{0: {{1320, 1800}, {480, 600}, {540, 660}}, 1: {{300, 400}}},
		Exceptions: []Exception{{Day: 8}},
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for day, want := range map[int64][]Span{0: {{480, 660}, {1320, 1440}}, 1: {{0, 400}}, 8: {{0, 360}}, 9: {}, 15: {{0, 400}}} {
		if got := c.Spans(day); !slices.Equal(got, want) {
			t.Fatalf("day %d: %v", day, got)
		}
	}
}

// FuzzNewClock: whatever the pattern, a clock counts as the walk over minutes
// does, or is refused.
func FuzzNewClock(f *testing.F) {
	f.Add(int32(480), int32(1020), int32(1320), int32(1800), int64(3), uint8(0x1f))
	f.Add(int32(0), int32(2880), int32(5), int32(5), int64(-1), uint8(0x7f))
	f.Fuzz(func(t *testing.T, a, b, c, d int32, day int64, days uint8) {
		var p Pattern
		for i := range p.Week {
			if days>>i&1 == 1 {
				p.Week[i] = []Span{{a, b}}
			}
		}
		p.Exceptions = []Exception{{Day: day, Spans: []Span{{c, d}}}}
		clock, faults := NewClock(p)
		if (clock == nil) != (len(faults) > 0) {
			t.Fatal("a clock or faults")
		}
		if clock == nil {
			return
		}
		slow := slowClockOf(p)
		for at := int64(-3 * dayMinutes); at < 12*dayMinutes; at += 97 {
			if got, want := clock.Between(0, at), slow.count(0, at); got != want {
				t.Fatalf("%d minutes to %d, want %d", got, at, want)
			}
			if next, ok := clock.Next(at); ok && clock.Between(at, next) != 0 {
				t.Fatalf("next after %d is %d", at, next)
			}
		}
	})
}
