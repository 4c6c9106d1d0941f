package leveling_test

import (
	"context"
	"fmt"

	"github.com/salesplan/salesplan/internal/leveling"
)

// Three jobs, the first of them before the second, and one pair of hands.
func ExampleQuick() {
	p := &leveling.Project{
		Activities: []leveling.Activity{{Duration: 3}, {Duration: 4}, {Duration: 2}},
		Links:      []leveling.Link{{From: 0, To: 1}},
		Resources:  []leveling.Resource{{Capacity: []leveling.Step{{From: 0, Value: 1}}}},
		Demands:    []leveling.Demand{{Activity: 0, Resource: 0, Amount: 1}, {Activity: 2, Resource: 0, Amount: 1}},
	}
	s, err := leveling.Quick(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Start, s.End)
	fmt.Println("makespan", s.Makespan, "bound", s.Bound)
	fmt.Println("the third waited for resource", s.Drivers[2].Index, "and activity", s.Drivers[2].Activity)
	// Output:
	// [0 3 3] [3 7 5]
	// makespan 7 bound 7
	// the third waited for resource 0 and activity 0
}

// A budget of a thousand schedules; the same seed gives the same one.
func ExampleSearch() {
	p := &leveling.Project{Resources: []leveling.Resource{{Capacity: []leveling.Step{{From: 0, Value: 5}}}}}
	for i, size := range []int64{3, 2, 4, 3, 2, 3, 1, 4, 2, 1} {
		p.Activities = append(p.Activities, leveling.Activity{Duration: 2 + int64(i%3)})
		p.Demands = append(p.Demands, leveling.Demand{Activity: i, Resource: 0, Amount: size})
	}
	s, err := leveling.Search(context.Background(), p, leveling.Options{Schedules: 1000, Seed: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("makespan", s.Makespan, "gap", s.Gap())
	// Output:
	// makespan 16 gap 0
}
