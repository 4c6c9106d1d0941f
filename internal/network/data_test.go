package network

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// eachFile reads the files of a compressed archive one after the other.
func eachFile(t *testing.T, archive string, visit func(name string, data []byte)) {
	t.Helper()
	f, err := os.Open(archive)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		visit(strings.TrimPrefix(h.Name, "./"), data)
	}
}

func readCSV(t *testing.T, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// TestSchedule_MPSPLIB compares early and late dates of multi-projects with
// those that Microsoft Project 16 stored (github.com/INSISOC/MPSPLIBtoMPP,
// CC BY 4.0). Days stand for minutes: the dates are working days.
func TestSchedule_MPSPLIB(t *testing.T) {
	dir := sharedData(t, "mpsplib")
	inconsistent := map[string]bool{}
	for _, row := range readCSV(t, filepath.Join(dir, "index.csv")) {
		inconsistent[row["instance"]] = row["late_dates_consistent"] == "no"
	}
	early, late, wrongLate := 0, 0, 0
	eachFile(t, filepath.Join(dir, "mpsplib-msproject.tar.gz"), func(name string, data []byte) {
		var file struct{ Tasks [][]json.RawMessage }
		require.NoError(t, json.Unmarshal(data, &file), name)
		p := &Project{Clock: Elapsed}
		place := map[int]int32{}
		for i, row := range file.Tasks {
			var uid int
			require.NoError(t, json.Unmarshal(row[0], &uid))
			place[uid] = int32(i)
		}
		dates := make([][4]float64, len(file.Tasks))
		for i, row := range file.Tasks {
			var duration float64
			var preds []json.RawMessage
			var release float64
			require.NoError(t, json.Unmarshal(row[2], &duration))
			require.NoError(t, json.Unmarshal(row[3], &preds))
			require.NoError(t, json.Unmarshal(row[5], &release))
			require.NoError(t, json.Unmarshal(row[6], &dates[i]))
			p.Tasks = append(p.Tasks, Task{Duration: int64(duration), Clock: Elapsed, Parent: None})
			for _, pred := range preds {
				both := [2]float64{}
				if pred[0] == '[' {
					require.NoError(t, json.Unmarshal(pred, &both))
				} else {
					require.NoError(t, json.Unmarshal(pred, &both[0]))
				}
				p.Links = append(p.Links, Link{From: place[int(both[0])], To: int32(i), Lag: int64(both[1])})
			}
			if release > 0 {
				p.Constraints = append(p.Constraints, Constraint{int64(release), int32(i), StartNoEarlier})
			}
		}
		r, faults := Schedule(p)
		require.Empty(t, faults, name)
		for i, d := range dates {
			require.Equal(t, [2]int64{int64(d[0]), int64(d[1])}, [2]int64{r.EarlyStart[i], r.EarlyFinish[i]}, "%s, task %d", name, i)
			early++
			if r.LateStart[i] != int64(d[2]) || r.LateFinish[i] != int64(d[3]) {
				require.True(t, inconsistent[strings.TrimSuffix(name, ".json")], "%s, task %d: late dates", name, i)
				wrongLate++
				continue
			}
			late++
		}
	})
	t.Logf("%d activities early, %d late, %d inconsistent in their source", early, late, wrongLate)
	require.Greater(t, early, 25_000)
	require.Less(t, wrongLate, 158)
}

// TestSchedule_PSPLIB compares the length of every network of PSPLIB (Kolisch
// and Sprecher, EJOR 96, 1997) with the published one.
func TestSchedule_PSPLIB(t *testing.T) {
	dir := sharedData(t, "psplib")
	length := map[string]int64{}
	for _, row := range readCSV(t, filepath.Join(dir, "best-known.csv")) {
		n, err := strconv.ParseInt(row["cpm_lb"], 10, 64)
		require.NoError(t, err)
		length[row["instance"]] = n
	}
	archives, err := filepath.Glob(filepath.Join(dir, "j*.tar.gz"))
	require.NoError(t, err)
	networks := 0
	for _, archive := range archives {
		eachFile(t, archive, func(name string, data []byte) {
			if !strings.HasSuffix(name, ".sm") {
				return
			}
			want, known := length[strings.TrimSuffix(filepath.Base(name), ".sm")]
			require.True(t, known, name)
			r, faults := Schedule(readPSPLIB(t, data))
			require.Empty(t, faults, name)
			require.Equal(t, want, r.ProjectFinish, name)
			networks++
		})
	}
	t.Logf("%d networks", networks)
	require.GreaterOrEqual(t, networks, 480)
}

// readPSPLIB reads the network of an instance file.
func readPSPLIB(t *testing.T, data []byte) *Project {
	t.Helper()
	p := &Project{Clock: Elapsed}
	section := ""
	numbers := func(line string) []int64 {
		var out []int64
		for _, f := range strings.Fields(line) {
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				return nil
			}
			out = append(out, n)
		}
		return out
	}
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
		line := s.Text()
		if strings.HasSuffix(strings.TrimSpace(line), ":") {
			section = strings.TrimSpace(line)
			continue
		}
		n := numbers(line)
		switch {
		case section == "PRECEDENCE RELATIONS:" && len(n) >= 3:
			p.Tasks = append(p.Tasks, Task{Clock: Elapsed, Parent: None})
			for _, to := range n[3:] {
				p.Links = append(p.Links, Link{From: int32(n[0] - 1), To: int32(to - 1)})
			}
		case section == "REQUESTS/DURATIONS:" && len(n) >= 3:
			p.Tasks[n[0]-1].Duration = n[2]
		}
	}
	require.NotEmpty(t, p.Links)
	return p
}
