package leveling

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func quick(t *testing.T, p *Project) *Schedule {
	t.Helper()
	s, err := Quick(p)
	require.NoError(t, err)
	require.NoError(t, verify(p, s))
	return s
}

// The smallest example with everything a schedule tells: two workers, three jobs
// and a delivery.
func TestSchedule_Story(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 4}, {Duration: 3}, {Duration: 2}, {Duration: 1, Release: 2}, {Duration: 1}, {Fixed: true, Start: -1, End: 1}},
		Links:      []Link{{From: 0, To: 2, Lag: 1}},
		Resources:  []Resource{{[]Step{{0, 1}, {6, 2}}}, {[]Step{{0, 3}}}},
		Demands:    []Demand{{0, 0, 1}, {1, 0, 1}, {5, 1, 5}},
		Stocks:     []Stock{{Supply: []Step{{3, 10}}}},
		Draws:      []Draw{{4, 0, 4, false}},
	}
	s := quick(t, p)
	assert.Equal(t, []int64{0, 4, 5, 2, 3, -1}, s.Start)
	assert.Equal(t, []int64{4, 7, 7, 3, 4, 1}, s.End)
	assert.Equal(t, []Driver{
		{DriverNone, -1, -1}, {DriverResource, 0, 0}, {DriverLink, 0, 0}, {DriverRelease, -1, -1}, {DriverStock, 0, -1}, {DriverFixed, -1, -1},
	}, s.Drivers)
	assert.EqualValues(t, 7, s.Makespan)
	assert.EqualValues(t, 7, s.Bound)
	assert.Zero(t, s.Gap())
	assert.Zero(t, s.Excess)
	assert.Equal(t, [][]Segment{
		{{Span{0, 6}, 1, 1}, {Span{6, 7}, 1, 2}},
		{{Span{-1, 0}, 5, 0}, {Span{0, 1}, 5, 3}},
	}, s.Usage)
	assert.EqualValues(t, 2, s.Usage[1][1].Short(), "what is fixed may need too much")
	assert.Equal(t, [][]Level{{{Span{-never, 3}, 0, 0, 0}, {Span{3, Never}, 10, 4, 6}}}, s.Levels)
}

// A rise in capacity, not another activity, was waited for.
func TestSchedule_CapacityRises(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 2}},
		Resources:  []Resource{{[]Step{{0, 1}, {5, 2}}}},
		Demands:    []Demand{{0, 0, 2}},
	}
	s := quick(t, p)
	assert.Equal(t, []Driver{{DriverResource, 0, -1}}, s.Drivers)
	assert.EqualValues(t, 5, s.Start[0])
}

// Work goes on after breaks and over leave, but not in leave within its hours.
func TestSchedule_Leave(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 480, Clock: 1}, {Duration: 600, Clock: 1}},
		Clocks:     []Clock{*officeHours()},
		Resources:  []Resource{{[]Step{{0, 1}, {1440, 0}, {2 * 1440, 1}}}},
		Demands:    []Demand{{0, 0, 1}, {1, 0, 1}},
	}
	s := quick(t, p)
	assert.Equal(t, []int64{480, 2*1440 + 480}, s.Start, "Monday; Tuesday off; Wednesday")
	assert.Equal(t, []int64{1020, 3*1440 + 600}, s.End)
	assert.Equal(t, Driver{DriverResource, 0, -1}, s.Drivers[1], "it waited for the end of the leave")
}

// A budget of a period lapses, a store does not.
func TestSchedule_Budgets(t *testing.T) {
	for _, x := range []struct {
		lapses, spread bool
		start          []int64
	}{
		{false, false, []int64{0, 10, 10}}, // 30 units at 10 were saved for two
		{true, false, []int64{0, 10, 20}},
		{true, true, []int64{0, 5, 10}}, // half of the second one counts for each period
	} {
		p := &Project{
			Activities: []Activity{{Duration: 10}, {Duration: 10}, {Duration: 10}},
			Stocks:     []Stock{{Supply: []Step{{0, 30}, {10, 30}, {20, 30}}, Lapses: x.lapses}},
			Draws:      []Draw{{0, 0, 20, x.spread}, {1, 0, 20, x.spread}, {2, 0, 20, x.spread}},
		}
		s := quick(t, p)
		assert.Equal(t, x.start, s.Start, "%v %v", x.lapses, x.spread)
	}
}

func TestSchedule_Infeasible(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 3}, {Duration: 2}, {Duration: 2}},
		Resources:  []Resource{{[]Step{{0, 2}}}, {nil}},
		Demands:    []Demand{{0, 0, 5}, {1, 0, 1}, {2, 1, 1}},
		Stocks:     []Stock{{Supply: []Step{{0, 3}}}},
		Draws:      []Draw{{1, 0, 4, false}},
	}
	s := quick(t, p)
	assert.Equal(t, []Infeasible{{0, 0, -1, 5, 2}, {2, 1, -1, 1, 0}, {1, -1, 0, 4, 3}}, s.Infeasible)
	assert.Equal(t, 3, s.Excess)
	assert.EqualValues(t, 5, s.Makespan, "the demand above all takes all there is")
	assert.EqualValues(t, 3, s.Usage[0][1].Short()+s.Usage[0][0].Short())
	assert.EqualValues(t, -1, s.Levels[0][1].Left)
}

// A person who leaves takes the capacity along: what does not fit any more is
// placed all the same, and counted.
func TestSchedule_Excess(t *testing.T) {
	p := &Project{Resources: []Resource{{[]Step{{0, 1}, {10, 0}}}}}
	for i := range 3 {
		p.Activities = append(p.Activities, Activity{Duration: 5})
		p.Demands = append(p.Demands, Demand{i, 0, 1})
	}
	s := quick(t, p)
	assert.Equal(t, 1, s.Excess)
	assert.Empty(t, s.Infeasible)
	short := int64(0)
	for _, x := range s.Usage[0] {
		short += x.Short() * (x.Until - x.From)
	}
	assert.EqualValues(t, 5, short)
}

func TestSchedule_Overruns(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 8, Clock: 1}, {Duration: 5, Clock: 1}},
		Links:      []Link{{From: 0, To: 1}},
		Clocks:     []Clock{{Spans: []Span{{8, 12}, {13, 17}}}},
	}
	s := quick(t, p)
	assert.Equal(t, []int64{8, 17}, s.Start)
	assert.Equal(t, []int{1}, s.Overruns)
}

// Lateness comes before length: what is due goes first although that takes longer.
func TestSchedule_Due(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: 5}, {Duration: 2, Due: 2, Weight: 3}, {Duration: 9}},
		Links:      []Link{{From: 0, To: 2}},
		Resources:  []Resource{{[]Step{{0, 1}}}},
		Demands:    []Demand{{0, 0, 1}, {1, 0, 1}},
	}
	s := quick(t, p)
	assert.Equal(t, []int64{2, 0, 7}, s.Start)
	assert.Zero(t, s.Late)
	assert.EqualValues(t, 16, s.Makespan)
	p.Activities[1].Weight = 0
	assert.EqualValues(t, 14, quick(t, p).Makespan)
}

func TestSchedule_Empty(t *testing.T) {
	for _, p := range []*Project{{}, {Activities: []Activity{{Fixed: true, Start: 3, End: 9}}}, {Activities: []Activity{{}}}} {
		s := quick(t, p)
		f, err := Search(context.Background(), p, Options{Schedules: 10})
		require.NoError(t, err)
		assert.Equal(t, s, f)
		o, err := InOrder(p, []int{0}[:len(p.Activities)])
		require.NoError(t, err)
		assert.Equal(t, s.Start, o.Start)
	}
}

// Serial generation in an order is a schedule in its own right.
func TestInOrder(t *testing.T) {
	for _, f := range flavours() {
		for seed := range uint64(100) {
			r := rand.New(rand.NewPCG(seed, 11))
			p := randomProject(r, f)
			s, err := InOrder(p, r.Perm(len(p.Activities)))
			require.NoError(t, err)
			require.NoError(t, verify(p, s), "%s %d", f.name, seed)
			if s.Excess == 0 {
				require.LessOrEqual(t, s.Bound, s.Makespan)
			}
		}
	}
	p := &Project{Activities: make([]Activity, 2)}
	for _, order := range [][]int{nil, {0}, {0, 0}, {1, 2}, {0, 1, 2}} {
		_, err := InOrder(p, order)
		require.Error(t, err)
	}
}

// Nothing could start a unit of work earlier: what drives each activity is true.
func TestDrivers_Hold(t *testing.T) {
	for _, f := range flavours() {
		kinds := map[DriverKind]int{}
		for seed := range uint64(200) {
			p := randomProject(rand.New(rand.NewPCG(seed, 12)), f)
			s := quick(t, p)
			for i, d := range s.Drivers {
				kinds[d.Kind]++
				switch d.Kind {
				case DriverLink:
					require.Equal(t, i, p.Links[d.Index].To)
					require.Equal(t, d.Activity, p.Links[d.Index].From)
				case DriverResource:
					require.True(t, slices.ContainsFunc(p.Demands, func(x Demand) bool { return x.Activity == i && x.Resource == d.Index }))
					if d.Activity >= 0 {
						require.LessOrEqual(t, s.End[d.Activity], s.Start[i])
					}
				case DriverNone:
					require.Zero(t, workIn(p, p.Activities[i].Clock, 0, s.Start[i]), "%s %d: activity %d at %d waits for nothing", f.name, seed, i, s.Start[i])
				}
			}
		}
		require.Positive(t, kinds[DriverLink])
		require.Positive(t, kinds[DriverResource])
	}
}
