package leveling

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const dataDir = "../../../shared/data"

// An instance is a published problem with what is known of it: the length of its
// critical path, and bounds on the best makespan.
type instance struct {
	name                string
	project             *Project
	path, lower, upper  int64
	published           int64 // makespan of a published heuristic, or 0
	resourceUtilization float64
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

func TestQuick_PSPLIB(t *testing.T) {
	for _, set := range []struct {
		name string
		most float64
	}{{"j30", 4}, {"j60", 17}} {
		var sum float64
		all := psplib(t, set.name)
		for _, x := range all {
			s, err := Quick(x.project)
			require.NoError(t, err)
			reference := x.path
			if set.name == "j30" {
				reference = x.upper
			}
			sum += x.deviation(t, s, reference)
		}
		mean := sum / float64(len(all))
		t.Logf("%s: %.2f %%", set.name, mean)
		require.LessOrEqual(t, mean, set.most)
	}
}
