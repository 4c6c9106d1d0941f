package leveling

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// mpsplib reads Homberger's multi-project instances as converted by
// github.com/INSISOC/MPSPLIBtoMPP (CC BY 4.0), with the makespans that the
// minimum-slack heuristic reached inside Microsoft Project.
func mpsplib(t testing.TB) []instance {
	t.Helper()
	texts := archive(t, filepath.Join(dataDir, "mpsplib", "mpsplib-msproject.tar.gz"))
	f, err := os.Open(filepath.Join(dataDir, "mpsplib", "index.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var out []instance
	for _, row := range rows[1:] {
		text, ok := texts[row[0]+".json"]
		if !ok || row[8] == "" {
			continue
		}
		x := instance{name: row[0], project: readMulti(t, text), published: integer(t, row[8])}
		path, err := strconv.ParseFloat(row[5], 64)
		require.NoError(t, err)
		x.path = int64(math.Round(path))
		out = append(out, x)
	}
	require.Greater(t, len(out), 30)
	return out
}

func readMulti(t testing.TB, text string) *Project {
	t.Helper()
	var file struct {
		Resources map[string]struct{ Capacity float64 }
		Tasks     [][]json.RawMessage
	}
	require.NoError(t, json.Unmarshal([]byte(text), &file))
	p := &Project{}
	var ids []int
	for id := range file.Resources {
		ids = append(ids, int(integer(t, id)))
	}
	slices.Sort(ids)
	resource := map[string]int{}
	for _, id := range ids {
		key := strconv.Itoa(id)
		resource[key] = len(p.Resources)
		p.Resources = append(p.Resources, Resource{[]Step{{0, int64(file.Resources[key].Capacity)}}})
	}
	index := map[int]int{}
	for i, row := range file.Tasks {
		var uid int
		require.NoError(t, json.Unmarshal(row[0], &uid))
		index[uid] = i
	}
	for i, row := range file.Tasks {
		var dur, release float64
		var preds []json.RawMessage
		var demand map[string]float64
		require.NoError(t, json.Unmarshal(row[2], &dur))
		require.NoError(t, json.Unmarshal(row[3], &preds))
		require.NoError(t, json.Unmarshal(row[4], &demand))
		require.NoError(t, json.Unmarshal(row[5], &release))
		p.Activities = append(p.Activities, Activity{Duration: int64(dur), Release: int64(release)})
		for _, pred := range preds {
			var pair []float64
			if json.Unmarshal(pred, &pair) != nil {
				pair = make([]float64, 1)
				require.NoError(t, json.Unmarshal(pred, &pair[0]))
			}
			l := Link{From: index[int(pair[0])], To: i}
			if len(pair) > 1 {
				l.Lag = int64(pair[1])
			}
			p.Links = append(p.Links, l)
		}
		for _, key := range ids {
			if x := demand[strconv.Itoa(key)]; x > 0 {
				p.Demands = append(p.Demands, Demand{i, resource[strconv.Itoa(key)], int64(x)})
			}
		}
	}
	return p
}

// The rules alone are no worse than minimum slack inside Microsoft Project, the
// search is better: on the mean of the ratios of makespans.
func TestMulti(t *testing.T) {
	var quick, better float64
	all := mpsplib(t)
	for i, x := range all {
		m, err := newModel(x.project)
		require.NoError(t, err)
		require.Equal(t, x.path, m.core.criticalPath().length*m.core.unit, x.name)
		q, err := Quick(x.project)
		require.NoError(t, err)
		s := q
		if i%6 == 0 || *full {
			s, err = Search(context.Background(), x.project, Options{Schedules: 600, Seed: 1, Workers: 2})
			require.NoError(t, err)
		}
		for _, y := range []*Schedule{q, s} {
			require.NoError(t, verify(x.project, y), x.name)
			require.LessOrEqual(t, y.Bound, s.Makespan, x.name)
		}
		quick += float64(q.Makespan) / float64(x.published) / float64(len(all))
		better += float64(s.Makespan) / float64(x.published) / float64(len(all))
	}
	t.Logf("%d instances: %.4f of the published makespan, %.4f with a search", len(all), quick, better)
	require.LessOrEqual(t, quick, 1.0)
	require.Less(t, better, quick)
}
