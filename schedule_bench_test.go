package salesplan

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
)

// syntheticTasks is the network by which schedulers are compared: every task
// has up to three predecessors among the fifty before it and takes one to ten
// days.
func syntheticTasks(n int) []Task {
	rng := rand.New(rand.NewPCG(42, uint64(n)))
	tasks := make([]Task, n)
	for i := range tasks {
		tasks[i] = Task{ID: fmt.Sprint("task-", i), Duration: calendar.Duration{Minutes: (1 + rng.Int64N(10)) * 480}}
		seen := map[int]bool{}
		for range rng.IntN(4) {
			if back := 1 + rng.IntN(50); back <= i && !seen[back] {
				seen[back] = true
				tasks[i].Predecessors = append(tasks[i].Predecessors, Predecessor{Task: fmt.Sprint("task-", i-back)})
			}
		}
		switch rng.IntN(50) {
		case 0:
			tasks[i].Constraint = &Constraint{Kind: ConstraintStartNoEarlier, On: calendar.OnDay(calendar.On(2027, 1, 1).AddDays(rng.IntN(3000)))}
		case 1:
			tasks[i].Deadline = calendar.OnDay(calendar.On(2027, 1, 1).AddDays(rng.IntN(3000)))
		}
	}
	return tasks
}

func BenchmarkSchedule(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		req := ScheduleRequest{Rule: ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 1, 4))}, Tasks: syntheticTasks(n)}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Schedule(req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestSchedule_Retains: a timetable keeps less than 200 bytes a task of its own.
func TestSchedule_Retains(t *testing.T) {
	const n = 20_000
	req := ScheduleRequest{Rule: ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 1, 4))}, Tasks: syntheticTasks(n)}
	var tt *Timetable
	kept := heapAfter(func() {
		var err error
		tt, err = Schedule(req)
		require.NoError(t, err)
	})
	t.Logf("%d bytes a task", kept/n)
	require.Less(t, kept/n, uint64(200))
	require.Equal(t, n, tt.Len())
	runtime.KeepAlive(req)
}

// heapAfter is by how much f grows the heap for good.
func heapAfter(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return max(after.HeapAlloc, before.HeapAlloc) - before.HeapAlloc
}

func TestSchedule_MillionChain(t *testing.T) {
	if testing.Short() {
		t.Skip("a chain of a million tasks takes some seconds")
	}
	const n = 1_000_000
	tasks := make([]Task, n)
	for i := range tasks {
		tasks[i] = Task{ID: fmt.Sprint(i), Duration: calendar.Duration{Minutes: 1}}
		if i > 0 {
			tasks[i].Predecessors = []Predecessor{{Task: tasks[i-1].ID}}
		}
	}
	tt, err := Schedule(ScheduleRequest{Rule: ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 1, 4))}, Tasks: tasks})
	require.NoError(t, err)
	require.Equal(t, n, tt.Len())
	chain := tt.chain(n - 1)
	require.Len(t, chain, n)
}
