package network

import (
	"math/rand/v2"
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
