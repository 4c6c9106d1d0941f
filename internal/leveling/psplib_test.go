package leveling

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var full = flag.Bool("psplib.full", false, "schedule all published instances with all budgets (several minutes)")

const dataDir = "../../../shared/data"

// An instance is a published problem with what is known of it: the length of its
// critical path, and bounds on the best makespan.
type instance struct {
	name               string
	project            *Project
	path, lower, upper int64
	published          int64 // makespan of a published heuristic, or 0
}

// psplib reads a set of Kolisch and Sprecher's library (PSPLIB, European Journal
// of Operational Research 96, 1996): "j30", "j60".
func psplib(t testing.TB, set string) []instance {
	t.Helper()
	texts := archive(t, filepath.Join(dataDir, "psplib", set+".tar.gz"))
	f, err := os.Open(filepath.Join(dataDir, "psplib", "best-known.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []instance
	for _, row := range rows[1:] {
		if row[0] != set {
			continue
		}
		text, ok := texts[row[1]+".sm"]
		require.True(t, ok, row[1])
		p := readSM(t, text)
		out = append(out, instance{name: row[1], project: p, path: integer(t, row[5]), lower: integer(t, row[7]), upper: integer(t, row[8])})
	}
	require.Len(t, out, 480)
	return out
}

// archive reads the files of a compressed tar; the test is skipped if the data
// is not beside the repository.
func archive(t testing.TB, name string) map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the published instances are not here: %s", name)
	}
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	out := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		out[filepath.Base(h.Name)] = string(text)
	}
}

func integer(t testing.TB, s string) int64 {
	t.Helper()
	v, err := strconv.ParseInt(s, 10, 64)
	require.NoError(t, err)
	return v
}

// readSM reads a single-mode file of PSPLIB.
func readSM(t testing.TB, text string) *Project {
	t.Helper()
	p := &Project{}
	section := ""
	for sc := bufio.NewScanner(strings.NewReader(text)); sc.Scan(); {
		line := sc.Text()
		f := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "PRECEDENCE"), strings.HasPrefix(line, "REQUESTS"), strings.HasPrefix(line, "RESOURCEAVAIL"):
			section = f[0]
			continue
		case len(f) == 0 || f[0][0] < '0' || f[0][0] > '9':
			continue
		}
		numbers := make([]int, len(f))
		for i := range f {
			numbers[i] = int(integer(t, f[i]))
		}
		switch {
		case strings.HasPrefix(section, "PRECEDENCE"):
			for _, to := range numbers[3:] {
				p.Links = append(p.Links, Link{From: numbers[0] - 1, To: to - 1})
			}
		case strings.HasPrefix(section, "REQUESTS"):
			p.Activities = append(p.Activities, Activity{Duration: int64(numbers[2])})
			for r, x := range numbers[3:] {
				if x > 0 {
					p.Demands = append(p.Demands, Demand{len(p.Activities) - 1, r, int64(x)})
				}
			}
		case strings.HasPrefix(section, "RESOURCEAVAIL"):
			for _, x := range numbers {
				p.Resources = append(p.Resources, Resource{[]Step{{0, int64(x)}}})
			}
		}
	}
	return p
}

func TestPSPLIB_Read(t *testing.T) {
	for _, set := range []string{"j30", "j60"} {
		for _, x := range psplib(t, set) {
			m, err := newModel(x.project)
			require.NoError(t, err)
			require.Equal(t, x.path, m.criticalPath().length, x.name)
			require.Len(t, x.project.Resources, 4)
			require.True(t, m.steady)
		}
	}
}

// deviation checks a schedule and returns how far it is above the reference.
func (x *instance) deviation(t testing.TB, s *Schedule, reference int64) float64 {
	t.Helper()
	require.NoError(t, verify(x.project, s), x.name)
	require.GreaterOrEqual(t, s.Makespan, x.lower, x.name)
	require.LessOrEqual(t, s.Bound, x.upper, x.name)
	return 100 * float64(s.Makespan-reference) / float64(reference)
}

func (x *instance) reference() int64 {
	if strings.HasPrefix(x.name, "j30") {
		return x.upper // the optimum
	}
	return x.path
}

// mean solves every so-many-th instance on two goroutines and returns the mean
// deviation, the share of schedules that are known to be optimal and the
// schedules made.
func mean(t testing.TB, all []instance, every int, solve func(p *Project) (*Schedule, error)) (deviation, closed float64, made int64) {
	t.Helper()
	type answer struct {
		s   *Schedule
		err error
	}
	answers := make([]answer, (len(all)+every-1)/every)
	var group sync.WaitGroup
	for w := range 2 {
		group.Go(func() {
			for i := w; i < len(answers); i += 2 {
				answers[i].s, answers[i].err = solve(all[i*every].project)
			}
		})
	}
	group.Wait()
	for i, a := range answers {
		x := &all[i*every]
		require.NoError(t, a.err)
		deviation += x.deviation(t, a.s, x.reference()) / float64(len(answers))
		made += a.s.Schedules
		if a.s.Gap() == 0 {
			closed += 100 / float64(len(answers))
		}
	}
	return deviation, closed, made
}

// The best of a few rules, against what must be reached.
func TestQuick_PSPLIB(t *testing.T) {
	for set, most := range map[string]float64{"j30": 4, "j60": 17} {
		deviation, closed, _ := mean(t, psplib(t, set), 1, Quick)
		t.Logf("%s: %.2f %%, %.0f %% closed", set, deviation, closed)
		require.LessOrEqual(t, deviation, most, set)
	}
}

// The table of the literature: mean deviation from the optimum (J30) and from the
// critical path (J60). Without -psplib.full a sample shows the same of what is
// above the best known makespans.
func TestSearch_PSPLIB(t *testing.T) {
	for _, x := range []struct {
		set       string
		schedules int64
		most      float64
		every     int
		room      float64
	}{
		{"j30", 1_000, 0.27, 3, 1},
		{"j60", 1_000, 11.6, 7, 1},
		{"j30", 5_000, 0.06, 7, 2}, // one unit of time in one instance is 0.02 of the mean
		{"j60", 5_000, 11.1, 23, 1},
		{"j30", 50_000, 0.02, 0, 1},
		{"j60", 50_000, 10.75, 0, 1},
	} {
		every, room := x.every, x.room
		if *full {
			every, room = 1, 1
		}
		if every == 0 {
			continue
		}
		all := psplib(t, x.set)
		deviation, closed, made := mean(t, all, every, func(p *Project) (*Schedule, error) {
			s, err := Search(context.Background(), p, Options{Schedules: x.schedules, Seed: 1})
			if err == nil && s.Schedules > x.schedules+1 {
				return nil, fmt.Errorf("%d schedules of %d", s.Schedules, x.schedules)
			}
			return s, err
		})
		t.Logf("%s %6d: %.3f %%, %.0f %% closed, %d schedules", x.set, x.schedules, deviation, closed, made)
		known, sample := known(all, 1), known(all, every)
		assert.LessOrEqual(t, deviation-sample, room*(x.most-known), "%s with %d", x.set, x.schedules)
	}
}

// known returns the mean deviation of the best known makespans.
func known(all []instance, every int) float64 {
	var sum float64
	n := 0
	for i := 0; i < len(all); i += every {
		x := &all[i]
		sum += 100 * float64(x.upper-x.reference()) / float64(x.reference())
		n++
	}
	return sum / float64(n)
}
