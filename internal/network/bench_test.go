package network

import (
	"math/rand/v2"
	"runtime"
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

// TestSchedule_Memory: a result keeps less than 200 bytes a task, and nothing
// of what the passes needed.
func TestSchedule_Memory(t *testing.T) {
	const n = 100_000
	p := randomNetwork(t, n)
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	r, faults := Schedule(p)
	if len(faults) > 0 {
		t.Fatal(faults[0])
	}
	kept := int64(live()) - int64(before)
	t.Logf("%d bytes a task", kept/n)
	if kept > 100*n {
		t.Fatalf("%d bytes for %d tasks", kept, n)
	}
	runtime.KeepAlive(r)
	runtime.KeepAlive(p)
}

// BenchmarkSchedule_Chain is a chain of a million tasks in reverse order.
func BenchmarkSchedule_Chain(b *testing.B) {
	const n = 1_000_000
	p := &Project{Clocks: []*Clock{officeClock(b, 2027, 2028)}, Start: dayNumber(2027, 1, 4) * dayMinutes, Tasks: make([]Task, n), Links: make([]Link, n-1)}
	for i := range p.Tasks {
		p.Tasks[i] = Task{Duration: 480, Parent: None}
		if i > 0 {
			p.Links[i-1] = Link{From: int32(i), To: int32(i - 1)}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Schedule(p); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}

// BenchmarkSchedule_Tree hangs the 100,000 tasks under 10,000 summary tasks with
// links of their own.
func BenchmarkSchedule_Tree(b *testing.B) {
	p := randomNetwork(b, 100_000)
	n := int32(len(p.Tasks))
	for i := range p.Tasks {
		p.Tasks[i].Parent = n + int32(i/10)
	}
	for i := range n / 10 {
		parent := n + n/10 + i/100
		p.Tasks = append(p.Tasks, Task{Parent: parent})
		if i >= 60 && i%3 == 0 {
			p.Links = append(p.Links, Link{From: n + i - 60, To: n + i})
		}
	}
	for range n / 1000 {
		p.Tasks = append(p.Tasks, Task{Parent: None})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Schedule(p); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}

// BenchmarkSchedule_Shuffled takes the 100,000 tasks in random order.
func BenchmarkSchedule_Shuffled(b *testing.B) {
	p := randomNetwork(b, 100_000)
	to := rand.New(rand.NewPCG(1, 2)).Perm(len(p.Tasks))
	tasks := make([]Task, len(p.Tasks))
	for i := range tasks {
		tasks[to[i]] = p.Tasks[i]
	}
	p.Tasks = tasks
	for i := range p.Links {
		p.Links[i].From, p.Links[i].To = int32(to[p.Links[i].From]), int32(to[p.Links[i].To])
	}
	for i := range p.Constraints {
		p.Constraints[i].Task = int32(to[p.Constraints[i].Task])
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, faults := Schedule(p); len(faults) > 0 {
			b.Fatal(faults[0])
		}
	}
}
