package leveling

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// largeProject draws n activities of 1 to 10 days, each after up to three of the
// fifty before it, shared out over resources of one person each.
func largeProject(n, resources int, day int64, clock *Clock) *Project {
	r := rand.New(rand.NewPCG(5, 5))
	p := &Project{}
	if clock != nil {
		p.Clocks = []Clock{*clock}
	}
	for range resources {
		p.Resources = append(p.Resources, Resource{[]Step{{0, 1}}})
	}
	for i := range n {
		p.Activities = append(p.Activities, Activity{Duration: day * (1 + r.Int64N(10)), Clock: len(p.Clocks)})
		p.Demands = append(p.Demands, Demand{i, r.IntN(resources), 1})
		for range r.IntN(4) {
			if i > 0 {
				p.Links = append(p.Links, Link{From: i - 1 - r.IntN(min(i, 50)), To: i})
			}
		}
	}
	return p
}

// officeHours is a week of five days from eight to noon and from one to five, in
// minutes.
func officeHours() *Clock {
	c := &Clock{Cycle: 7 * 1440}
	for d := range int64(5) {
		c.Spans = append(c.Spans, Span{d*1440 + 480, d*1440 + 720}, Span{d*1440 + 780, d*1440 + 1020})
	}
	return c
}

// mixedProject gives every fifth person another clock and all of them a team that
// they belong to.
func mixedProject(n, resources int) *Project {
	p := largeProject(n, resources, 480, officeHours())
	late := officeHours()
	for i := range late.Spans {
		late.Spans[i].From, late.Spans[i].Until = late.Spans[i].From+30, late.Spans[i].Until+30
	}
	p.Clocks = append(p.Clocks, *late)
	team := len(p.Resources)
	p.Resources = append(p.Resources, Resource{[]Step{{0, int64(resources) - 2}}})
	for _, d := range p.Demands[:n] {
		if d.Resource%5 == 0 {
			p.Activities[d.Activity].Clock = 2
		}
		p.Demands = append(p.Demands, Demand{d.Activity, team, 1})
	}
	return p
}

func TestQuick_Large(t *testing.T) {
	p := largeProject(5000, 20, 1, nil)
	s, err := Quick(p)
	require.NoError(t, err)
	require.NoError(t, verify(p, s))
}

func BenchmarkQuick(b *testing.B) {
	for _, x := range []struct {
		name string
		p    *Project
	}{
		{"5000x20/days", largeProject(5000, 20, 1, nil)},
		{"5000x20/odd", func() *Project { p := largeProject(5000, 20, 480, nil); p.Activities[0].Duration++; return p }()},
		{"5000x20/hours", largeProject(5000, 20, 480, officeHours())},
		{"5000x20/mixed", mixedProject(5000, 20)},
		{"100000x200/days", largeProject(100000, 200, 1, nil)},
	} {
		b.Run(x.name, func(b *testing.B) {
			for b.Loop() {
				s, err := Quick(x.p)
				require.NoError(b, err)
				b.ReportMetric(float64(s.Makespan)/float64(s.Bound), "makespan/bound")
				b.ReportMetric(float64(s.Schedules), "schedules")
			}
		})
	}
}
