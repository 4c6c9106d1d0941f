package network

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// plan is a network written as "A 3; B 2 A; C 5 A.SS B" (name, duration,
// predecessors with a type other than FS behind a dot), in elapsed minutes.
func plan(t *testing.T, text string) (*Project, map[string]int) {
	t.Helper()
	p := &Project{Clock: Elapsed}
	place := map[string]int{}
	types := map[string]LinkType{"": FinishToStart, "SS": StartToStart, "FF": FinishToFinish, "SF": StartToFinish}
	for i, line := range strings.Split(text, ";") {
		words := strings.Fields(line)
		place[words[0]] = i
		duration := int64(0)
		for _, c := range words[1] {
			duration = duration*10 + int64(c-'0')
		}
		p.Tasks = append(p.Tasks, Task{Duration: duration, Clock: Elapsed, Parent: None})
		for _, pred := range words[2:] {
			name, kind, _ := strings.Cut(pred, ".")
			from, known := place[name]
			require.True(t, known, pred)
			p.Links = append(p.Links, Link{From: int32(from), To: int32(i), Type: types[kind]})
		}
	}
	return p, place
}

type published struct {
	es, ef, ls, lf, total, free int64
}

// TestSchedule_Published compares networks with their printed answers.
func TestSchedule_Published(t *testing.T) {
	tests := []struct {
		name, source, network string
		length                int64
		critical              string
		dates                 map[string]published // where all are printed
		total, free           map[string]int64     // where only floats are
	}{
		{
			"critpath", "R package critpath, vignette CPMandPERT",
			"A 3; B 2; C 5; D 1 A; E 1 B; F 3 C D E", 8, "CF",
			map[string]published{
				"A": {0, 3, 1, 4, 1, 0}, "B": {0, 2, 2, 4, 2, 0}, "C": {0, 5, 0, 5, 0, 0},
				"D": {3, 4, 4, 5, 1, 1}, "E": {2, 3, 4, 5, 2, 2}, "F": {5, 8, 5, 8, 0, 0},
			}, nil, nil,
		},
		{
			// Means (o + 4m + p)/6 in sixths.
			"pertexample1", "R package critpath, vignette CPMandPERT",
			"A 30; B 42 A; C 33 B; D 33 B; E 48 B; F 33 C; G 36 D; H 30 E; I 36 F G H", 186, "ABEHI",
			nil, map[string]int64{"C": 12, "D": 9, "F": 12, "G": 9, "A": 0, "B": 0, "E": 0, "H": 0, "I": 0},
			map[string]int64{"F": 12, "G": 9, "A": 0, "B": 0, "C": 0, "D": 0, "E": 0, "H": 0, "I": 0},
		},
		{
			"wizedu", "wizedu.com/questions/717873",
			"A 32; B 14; C 30 A; D 49 A; E 58 B C; F 28 D; G 35 D; H 26 E F; I 40 G H; J 25 I; K 59 I; L 32 J; M 13 K; N 47 L M",
			305, "ACEHIKMN", nil, map[string]int64{"B": 48, "D": 11, "F": 11, "A": 0, "C": 0, "E": 0}, nil,
		},
		{
			"Wikipedia", "Program evaluation and review technique",
			"A 24; B 32; C 31 A; D 38 A; E 31 B C; F 27 D; G 31 E", 117, "ACEG",
			nil, map[string]int64{"B": 23, "D": 28, "F": 28}, nil,
		},
		{
			"PRIME", "PRIME CPM UNIT 4, problem 1",
			"A 6; B 3; C 4; D 2 A; E 3 B; F 5 C; G 3 C; H 5 E F; I 5 D; J 3 H G", 17, "CFHJ", nil, nil, nil,
		},
		{
			"precedence diagram", "Network Construction, Precedence Diagram Method",
			"A 2; B 10 A.SS; C 13 A; D 12 A; E 12 B; F 7 B; G 10 D; H 16 D; I 6 F; J 12 C G.SS; K 5 I.SS; L 8 E I K; M 5 H; N 3 G J L M",
			38, "ADHMN",
			map[string]published{
				"A": {0, 2, 0, 2, 0, 0}, "B": {0, 10, 4, 14, 4, 0}, "C": {2, 15, 10, 23, 8, 0}, "D": {2, 14, 2, 14, 0, 0},
				"E": {10, 22, 15, 27, 5, 1}, "F": {10, 17, 14, 21, 4, 0}, "G": {14, 24, 23, 33, 9, 1}, "H": {14, 30, 14, 30, 0, 0},
				"I": {17, 23, 21, 27, 4, 0}, "J": {15, 27, 23, 35, 8, 8}, "K": {17, 22, 22, 27, 5, 1}, "L": {23, 31, 27, 35, 4, 4},
				"M": {30, 35, 30, 35, 0, 0}, "N": {35, 38, 35, 38, 0, 0},
			}, nil, nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, place := plan(t, test.network)
			r, faults := Schedule(p)
			require.Empty(t, faults)
			require.Equal(t, test.length, r.ProjectFinish)
			for name, i := range place {
				require.Equal(t, strings.Contains(test.critical, name), r.Flags[i]&Critical != 0, "critical %s", name)
				require.Equal(t, strings.Contains(test.critical, name), r.Flags[i]&LongestPath != 0, "longest path %s", name)
				if want, ok := test.dates[name]; ok {
					require.Equal(t, want, published{r.EarlyStart[i], r.EarlyFinish[i], r.LateStart[i], r.LateFinish[i], r.TotalFloat[i], r.FreeFloat[i]}, name)
				}
				if want, ok := test.total[name]; ok {
					require.Equal(t, want, r.TotalFloat[i], "total float of %s", name)
				}
				if want, ok := test.free[name]; ok {
					require.Equal(t, want, r.FreeFloat[i], "free float of %s", name)
				}
			}
		})
	}
}

// office is a five-day week of eight hours without holidays, in days from
// 0001-01-01.
func office(t testing.TB) *Clock {
	day := []Span{{480, 720}, {780, 1020}}
	c, faults := NewClock(Pattern{Week: [7][]Span{day, day, day, day, day, nil, nil}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}

// TestSchedule_TaskLinksProject2010 is the table of pairs of one-day tasks that
// Project 2010 scheduled from Friday 2014-10-17 to 2014-11-03 (MPXJ's
// task-links-project2010-mspdi.xml).
func TestSchedule_TaskLinksProject2010(t *testing.T) {
	tests := []struct {
		name        string
		kind        LinkType
		lag         int64
		start       string
		total, free int64 // days, of the pair and of the successor
	}{
		{"FS", FinishToStart, 0, "2014-10-20T08:00", 10, 10},
		{"FS+1d", FinishToStart, 480, "2014-10-21T08:00", 9, 9},
		{"FS+2d", FinishToStart, 960, "2014-10-22T08:00", 8, 8},
		{"FS+1w", FinishToStart, 2400, "2014-10-27T08:00", 5, 5},
		{"FS+2w", FinishToStart, 4800, "2014-11-03T08:00", 0, 0},
		{"SF+2d", StartToFinish, 960, "2014-10-20T08:00", 10, 10},
		{"SS+2d", StartToStart, 960, "2014-10-21T08:00", 9, 9},
		{"FF+2d", FinishToFinish, 960, "2014-10-21T08:00", 9, 9},
	}
	p := &Project{Clocks: []*Clock{office(t)}, Start: instantOf(t, "2014-10-17T08:00")}
	for i, test := range tests {
		p.Tasks = append(p.Tasks, Task{Duration: 480, Parent: None}, Task{Duration: 480, Parent: None})
		p.Links = append(p.Links, Link{From: int32(2 * i), To: int32(2*i + 1), Type: test.kind, Lag: test.lag})
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, instantOf(t, "2014-11-03T17:00"), r.ProjectFinish)
	for i, test := range tests {
		from, to := 2*i, 2*i+1
		require.Equal(t, instantOf(t, test.start), r.EarlyStart[to], test.name)
		require.Equal(t, []int64{480 * test.total, 480 * test.total}, r.TotalFloat[from:to+1], test.name)
		require.Equal(t, []int64{0, 480 * test.free}, r.FreeFloat[from:to+1], test.name)
		require.Equal(t, test.total == 0, r.Flags[from]&Critical != 0, test.name)
		require.Equal(t, Driver{int32(i), ByLink}, driverOf(r, to, test.kind), test.name)
	}
}

// driverOf returns the driver of the date that a link type pushes.
func driverOf(r *Result, t int, kind LinkType) Driver {
	if kind == FinishToFinish || kind == StartToFinish {
		return r.EarlyFinishDriver(t)
	}
	return r.EarlyStartDriver(t)
}

// TestSchedule_NegativeSlack is the chain of MPXJ's slack9.mpp, whose slacks its
// own test asserts.
func TestSchedule_NegativeSlack(t *testing.T) {
	p := &Project{Clocks: []*Clock{office(t)}, Start: instantOf(t, "2006-04-17T08:00")}
	durations := []int64{5, 5, 5, 5, 0, 1, 5, 5, 5, 0} // tasks 5 to 8, milestone 2, tasks 1 to 4, milestone 1
	for _, d := range durations {
		p.Tasks = append(p.Tasks, Task{Duration: 480 * d, Parent: None})
	}
	for _, l := range [][2]int32{{0, 1}, {1, 2}, {2, 4}, {0, 3}, {3, 4}, {5, 6}, {5, 7}, {6, 8}, {7, 9}, {8, 9}} {
		p.Links = append(p.Links, Link{From: l[0], To: l[1]})
	}
	must := instantOf(t, "2006-05-04T17:00")
	p.Constraints = []Constraint{{must, 4, MustFinish}}
	p.Finish, p.HasFinish = instantOf(t, "2006-05-08T17:00"), true
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, must, r.EarlyFinish[4])
	require.Equal(t, []int64{-480, -480, -480, 1920, 0, 2400, 2400, 4800, 2400, 2400}, r.TotalFloat)
	require.Equal(t, int64(2400), r.FreeFloat[7])
	require.Equal(t, int64(2400), r.FreeFloat[9])
	for i, late := range []string{"2006-04-14T08:00", "2006-04-21T08:00", "2006-04-28T08:00"} {
		require.Equal(t, instantOf(t, late), r.LateStart[i])
		require.NotZero(t, r.Flags[i]&Critical)
	}
	require.Equal(t, []Violation{{By: 480, Index: 2, Place: AtLink}}, r.Violations)
	require.Equal(t, Driver{0, ByConstraint}, r.EarlyFinishDriver(4))
	require.Equal(t, Driver{2, ByLink}, r.LateFinishDriver(2))
}
