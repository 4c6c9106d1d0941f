package network

import (
	"math/rand/v2"
	"testing"
)

// officeClock works Monday to Friday, eight hours with a lunch break, and rests
// on eleven days of every year from the first to the last.
func officeClock(t testing.TB, first, last int64) *Clock {
	day := []Span{{480, 720}, {780, 1020}}
	p := Pattern{Week: [7][]Span{day, day, day, day, day, {}, {}}}
	for year := first; year <= last; year++ {
		for i := range int64(11) {
			p.Exceptions = append(p.Exceptions, Exception{Day: dayNumber(year, 1+i, 3+2*i)})
		}
	}
	c, faults := NewClock(p)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}

// randomNetwork gives each task up to three of the fifty tasks before it as
// predecessors and a duration of one to ten days.
func randomNetwork(t testing.TB, n int) *Project {
	rng := rand.New(rand.NewPCG(7, 11))
	p := &Project{
		Clocks: []*Clock{officeClock(t, 2027, 2170), officeClock(t, 2027, 2030)},
		Start:  dayNumber(2027, 1, 4)*dayMinutes + 480,
	}
	for i := range n {
		task := Task{Duration: 480 * (1 + rng.Int64N(10)), Parent: None}
		if rng.IntN(4) == 0 {
			task.Clock = 1
		}
		p.Tasks = append(p.Tasks, task)
		seen := map[int]bool{}
		for range rng.IntN(4) {
			from := max(0, i-50) + rng.IntN(50)
			if from < i && !seen[from] {
				seen[from] = true
				l := Link{From: int32(from), To: int32(i)}
				if rng.IntN(10) == 0 {
					l.Type, l.Lag = LinkType(rng.IntN(4)), 480*(rng.Int64N(5)-1)
				}
				p.Links = append(p.Links, l)
			}
		}
		if rng.IntN(20) == 0 {
			kind := [3]ConstraintKind{StartNoEarlier, Deadline, FinishNoLater}[rng.IntN(3)]
			p.Constraints = append(p.Constraints, Constraint{p.Start + int64(i)*720 + 300*dayMinutes, int32(i), kind})
		}
	}
	return p
}

func BenchmarkSchedule_100000(b *testing.B) {
	p := randomNetwork(b, 100_000)
	b.Logf("%d links, %d constraints", len(p.Links), len(p.Constraints))
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Schedule(p); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}

func BenchmarkClock_Worked(b *testing.B) {
	c, at := officeClock(b, 2027, 2170), dayNumber(2027, 1, 4)*dayMinutes
	for b.Loop() {
		c.Worked(at)
		at += 777
	}
}

func BenchmarkClock_FinishAt(b *testing.B) {
	c := officeClock(b, 2027, 2170)
	at := c.Worked(dayNumber(2027, 1, 4) * dayMinutes)
	for b.Loop() {
		c.FinishAt(at)
		at += 777
	}
}
