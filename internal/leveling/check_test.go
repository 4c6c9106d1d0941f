package leveling

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInput(t *testing.T) {
	a := []Activity{{Duration: 1}, {Duration: 1}}
	r := []Resource{{[]Step{{0, 1}}}}
	for name, x := range map[string]struct {
		p      Project
		part   string
		index  int
		reason string
	}{
		"negative duration":   {Project{Activities: []Activity{{}, {Duration: -1}}}, "Activities", 1, "range"},
		"huge duration":       {Project{Activities: []Activity{{Duration: MaxTime + 1}}}, "Activities", 0, "range"},
		"negative release":    {Project{Activities: []Activity{{Release: -1}}}, "Activities", 0, "range"},
		"huge due time":       {Project{Activities: []Activity{{Due: math.MinInt64 + 1, Weight: 1}}}, "Activities", 0, "range"},
		"huge weight":         {Project{Activities: []Activity{{Weight: MaxWeight + 1}}}, "Activities", 0, "range"},
		"ends before start":   {Project{Activities: []Activity{{Fixed: true, Start: 2, End: 1}}}, "Activities", 0, "range"},
		"no such clock":       {Project{Activities: []Activity{{Clock: 1}}}, "Activities", 0, "index"},
		"link from nowhere":   {Project{Activities: a, Links: []Link{{From: 2}}}, "Links", 0, "index"},
		"link to nowhere":     {Project{Activities: a, Links: []Link{{To: -1}}}, "Links", 0, "index"},
		"link on no clock":    {Project{Activities: a, Links: []Link{{To: 1, Clock: 1}}}, "Links", 0, "index"},
		"huge lag":            {Project{Activities: a, Links: []Link{{To: 1, Lag: -MaxTime - 1}}}, "Links", 0, "range"},
		"unknown kind":        {Project{Activities: a, Links: []Link{{To: 1, Kind: 4}}}, "Links", 0, "range"},
		"self-link":           {Project{Activities: a, Links: []Link{{From: 1, To: 1}}}, "Links", -1, "cycle"},
		"demand of nobody":    {Project{Activities: a, Resources: r, Demands: []Demand{{2, 0, 1}}}, "Demands", 0, "index"},
		"demand for nothing":  {Project{Activities: a, Resources: r, Demands: []Demand{{0, 1, 1}}}, "Demands", 0, "index"},
		"negative demand":     {Project{Activities: a, Resources: r, Demands: []Demand{{0, 0, -1}}}, "Demands", 0, "range"},
		"draw from nothing":   {Project{Activities: a, Draws: []Draw{{0, 0, 1, false}}}, "Draws", 0, "index"},
		"negative draw":       {Project{Activities: a, Stocks: []Stock{{}}, Draws: []Draw{{0, 0, -1, false}}}, "Draws", 0, "range"},
		"steps out of order":  {Project{Resources: []Resource{{[]Step{{1, 1}, {1, 2}}}}}, "Resources", 0, "order"},
		"negative capacity":   {Project{Resources: []Resource{{[]Step{{1, -1}}}}}, "Resources", 0, "range"},
		"supply out of order": {Project{Stocks: []Stock{{Supply: []Step{{1, 1}, {0, 2}}}}}, "Stocks", 0, "order"},
		"empty span":          {Project{Clocks: []Clock{{Spans: []Span{{1, 1}}}}}, "Clocks", 0, "order"},
		"spans touch":         {Project{Clocks: []Clock{{Spans: []Span{{1, 2}, {2, 3}}}}}, "Clocks", 0, "order"},
		"span before time":    {Project{Clocks: []Clock{{Spans: []Span{{-1, 1}}}}}, "Clocks", 0, "range"},
		"cycle without work":  {Project{Clocks: []Clock{{Spans: []Span{{0, 1}}, From: 1, Cycle: 5}}}, "Clocks", 0, "range"},
		"span across cycle":   {Project{Clocks: []Clock{{Spans: []Span{{0, 2}}, From: 1, Cycle: 5}}}, "Clocks", 0, "range"},
		"span beyond cycle":   {Project{Clocks: []Clock{{Spans: []Span{{2, 7}}, From: 1, Cycle: 5}}}, "Clocks", 0, "range"},
		"negative cycle":      {Project{Clocks: []Clock{{Cycle: -1}}}, "Clocks", 0, "range"},
		"too many":            {Project{Activities: make([]Activity, MaxActivities+1)}, "Activities", -1, "count"},
	} {
		_, err := Quick(&x.p)
		var got *InputError
		require.ErrorAs(t, err, &got, name)
		assert.Equal(t, x.part, got.Part, name)
		assert.Equal(t, x.index, got.Index, name)
		assert.Equal(t, x.reason, got.Reason, name)
		assert.Equal(t, "leveling: "+x.part+": "+x.reason, err.Error())
		_, err = InOrder(&x.p, nil)
		require.Error(t, err, name)
	}
}

func TestInput_Cycles(t *testing.T) {
	p := &Project{Activities: make([]Activity, 10_010)}
	for i := range 10_000 {
		p.Links = append(p.Links, Link{From: 5 + i, To: 5 + (i+1)%10_000})
	}
	p.Links = append(p.Links, Link{From: 10_004, To: 10_007}, Link{From: 0, To: 7})
	var err *InputError
	_, e := Quick(p)
	require.ErrorAs(t, e, &err)
	require.Len(t, err.Cycle, 10_000)
	assert.Equal(t, []int{5, 6, 7}, err.Cycle[:3])

	p = &Project{Activities: make([]Activity, 3), Links: []Link{{From: 2, To: 1}, {From: 1, To: 2}, {From: 1, To: 0}}}
	_, e = Quick(p)
	require.ErrorAs(t, e, &err)
	assert.Equal(t, []int{1, 2}, err.Cycle)
}

// The largest times and amounts neither overflow nor take for ever.
func TestInput_Extremes(t *testing.T) {
	p := &Project{
		Activities: []Activity{{Duration: MaxTime, Due: -MaxTime, Weight: MaxWeight}, {Duration: MaxTime, Release: MaxTime}, {Duration: MaxTime, Clock: 1}, {Duration: 7, Clock: 2}},
		Links:      []Link{{From: 0, To: 1, Lag: MaxTime}, {From: 1, To: 2, Lag: -MaxTime, Kind: FinishFinish}, {From: 2, To: 3, Lag: MaxTime, Clock: 1, Kind: StartFinish}},
		Resources:  []Resource{{[]Step{{-MaxTime, MaxAmount}}}},
		Demands:    []Demand{{0, 0, MaxAmount}, {0, 0, MaxAmount}, {1, 0, MaxAmount}, {2, 0, MaxAmount}, {3, 0, 1}},
		Stocks:     []Stock{{Supply: []Step{{0, MaxAmount}, {MaxTime, MaxAmount}}}},
		Draws:      []Draw{{1, 0, MaxAmount, true}, {0, 0, MaxAmount, true}},
		Clocks:     []Clock{{Spans: []Span{{0, 1}}, Cycle: 2}, {}},
	}
	s, err := Quick(p)
	require.NoError(t, err)
	assert.EqualValues(t, 1, s.Excess)
	assert.Less(t, s.Makespan, int64(1)<<44)
	assert.Positive(t, s.Late)
}

// A long chain takes time in proportion.
func TestQuick_Chain(t *testing.T) {
	const n = 200_000
	p := &Project{Activities: make([]Activity, n), Resources: []Resource{{[]Step{{0, 1}}}}}
	for i := range n {
		p.Activities[i].Duration = 1
		p.Demands = append(p.Demands, Demand{i, 0, 1})
		if i > 0 {
			p.Links = append(p.Links, Link{From: i - 1, To: i})
		}
	}
	s, err := Quick(p)
	require.NoError(t, err)
	require.EqualValues(t, n, s.Makespan)
	require.EqualValues(t, n, s.Bound)
}
