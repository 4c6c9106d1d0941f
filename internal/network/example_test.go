package network_test

import (
	"fmt"

	"github.com/salesplan/salesplan/internal/network"
)

// A campaign is printed, sent and followed up; the printing has to be done by
// Tuesday evening.
func ExampleSchedule() {
	day := []network.Span{{Start: 8 * 60, End: 12 * 60}, {Start: 13 * 60, End: 17 * 60}}
	office, _ := network.NewClock(network.Pattern{Week: [7][]network.Span{day, day, day, day, day, nil, nil}})
	const midnight = 24 * 60
	r, faults := network.Schedule(&network.Project{
		Clocks: []*network.Clock{office},
		Start:  8 * 60, // Monday, day 0
		Tasks: []network.Task{
			{Duration: 3 * 480, Parent: network.None}, // print
			{Duration: 480, Parent: network.None},     // send
			{Duration: 960, Parent: network.None},     // follow up
		},
		Links: []network.Link{
			{From: 0, To: 1},
			{From: 1, To: 2, Lag: 2 * midnight, Unit: network.LagElapsed},
		},
		Constraints: []network.Constraint{{At: 1*midnight + 17*60, Task: 0, Kind: network.Deadline}},
	})
	for t := range r.Start {
		fmt.Printf("task %d: day %d %02d:00 to day %d %02d:00, float %d, driver %+v\n", t,
			r.Start[t]/midnight, r.Start[t]%midnight/60, r.Finish[t]/midnight, r.Finish[t]%midnight/60,
			r.TotalFloat[t], r.EarlyStartDriver(t))
	}
	fmt.Println(len(faults), "faults,", r.Violations)
	// Output:
	// task 0: day 0 08:00 to day 2 17:00, float -480, driver {Index:-1 Kind:0}
	// task 1: day 3 08:00 to day 3 17:00, float 480, driver {Index:0 Kind:1}
	// task 2: day 7 08:00 to day 8 17:00, float 0, driver {Index:1 Kind:1}
	// 0 faults, [{480 0 3}]
}

func ExampleCut() {
	week := [7][]network.Span{{{Start: 480, End: 1020}}}
	shop, _ := network.NewClock(network.Pattern{Week: week})
	part, _ := network.NewClock(network.Pattern{Week: [7][]network.Span{{{Start: 780, End: 1200}}}})
	both, meet := network.Cut(shop, part)
	fmt.Println(meet, both.Spans(0), network.Join(shop, part).Spans(0))
	// Output: true [{780 1020}] [{480 1200}]
}
