package interchange_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

func readProject(t testing.TB, data []byte) *interchange.Project {
	t.Helper()
	p, err := interchange.ReadMSPDI(bytes.NewReader(data), interchange.MSPDIOptions{})
	require.NoError(t, err)
	return p
}

// TestMSPDI_RoundTrip: what is read, written and read again is the same project,
// for every file that Microsoft Project wrote; with computed dates the tasks,
// resources, calendars and the rule are.
func TestMSPDI_RoundTrip(t *testing.T) {
	tasks, links, demands := 0, 0, 0
	files := sourceFiles(t)
	for i, name := range slices.Sorted(maps.Keys(files)) {
		if i%oneOf > 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			first := readProject(t, files[name])
			var out bytes.Buffer
			require.NoError(t, interchange.WriteMSPDI(&out, first, nil))
			second := readProject(t, out.Bytes())
			require.Empty(t, second.Findings)
			want := *first
			want.Findings = nil
			require.Equal(t, &want, second)

			table, err := first.Schedule(t.Context())
			require.NoError(t, err)
			out.Reset()
			require.NoError(t, interchange.WriteMSPDI(&out, first, table))
			third := readProject(t, out.Bytes())
			require.Equal(t, first.Request, third.Request)
			again, err := third.Schedule(t.Context())
			require.NoError(t, err)
			for d := range table.Tasks() {
				e, err := again.Task(d.ID)
				require.NoError(t, err)
				require.Equal(t, d, e)
				require.Equal(t, d.EarlyStart, third.Tasks[d.ID].Stored.EarlyStart)
				require.Equal(t, d.LateFinish, third.Tasks[d.ID].Stored.LateFinish)
				require.Equal(t, d.TotalFloat, *third.Tasks[d.ID].Stored.TotalFloat)
			}
			tasks += len(first.Request.Tasks)
			for i := range first.Request.Tasks {
				links += len(first.Request.Tasks[i].Predecessors)
				demands += len(first.Request.Tasks[i].Demands)
			}
		})
	}
	t.Logf("%d tasks, %d links, %d demands", tasks, links, demands)
	if oneOf > 1 {
		return
	}
	require.Greater(t, tasks, 2500)
	require.Equal(t, 65, links, "as many as the files have PredecessorLink elements")
	require.Greater(t, demands, 300)
}

// TestMSPDI_Findings lists what of the files a plan has no place for.
func TestMSPDI_Findings(t *testing.T) {
	if oneOf > 1 {
		t.Skip("all files are read without the race detector")
	}
	codes := map[string][]string{}
	files := sourceFiles(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, f := range readProject(t, files[name]).Findings {
			short := name[strings.LastIndexByte(name, '/')+1:]
			codes[string(f.Code)] = append(codes[string(f.Code)], short+" "+f.Args[0].Text)
		}
	}
	require.Equal(t, map[string][]string{
		"mspdi-baselines": {
			"baselines.xml 10", "task-baselines-project2002-mspdi.xml 50", "task-baselines-project2003-mspdi.xml 50", "task-baselines-project2007-mspdi.xml 50",
			"task-baselines-project2010-mspdi.xml 80", "task-baselines-project2013-mspdi.xml 80", "task-baselines-project2016-mspdi.xml 80", "task-baselines-project2019-mspdi.xml 80",
		},
		"mspdi-contour":  {"mspdiresource.xml 1", "mspditimephased.xml 10", "mspditimephasedsegments.xml 9"},
		"mspdi-overtime": {"mspdiassignmentfields.xml 3"},
		"mspdi-split":    {"mspdisplittask.xml 2", "mspditimephased.xml 15"},
	}, codes)
}

// An orderBook knows for each element which of its children come before which,
// as Microsoft Project writes them.
type orderBook map[string]map[[2]string]bool

// note adds the order of a file's elements.
func (o orderBook) note(t *testing.T, data []byte) {
	t.Helper()
	type open struct {
		name string
		kids []string
	}
	stack := []open{{}}
	for dec := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			top := &stack[len(stack)-1]
			if !slices.Contains(top.kids, e.Name.Local) {
				top.kids = append(top.kids, e.Name.Local)
			}
			stack = append(stack, open{name: e.Name.Local})
		case xml.EndElement:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if o[top.name] == nil {
				o[top.name] = map[[2]string]bool{}
			}
			for i, a := range top.kids {
				for _, b := range top.kids[i+1:] {
					o[top.name][[2]string{a, b}] = true
				}
			}
		}
	}
}

// TestMSPDI_ElementOrder: elements stand in the order in which Microsoft Project
// writes them, as its schema wants.
func TestMSPDI_ElementOrder(t *testing.T) {
	if oneOf > 1 {
		t.Skip("all files are read without the race detector")
	}
	theirs, ours := orderBook{}, orderBook{}
	files := sourceFiles(t)
	for i, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		theirs.note(t, data)
		if i%4 > 0 {
			continue // what we write hardly differs
		}
		p := readProject(t, data)
		table, err := p.Schedule(t.Context())
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, interchange.WriteMSPDI(&out, p, table))
		ours.note(t, out.Bytes())
	}
	pairs := 0
	for parent, order := range ours {
		for pair := range order {
			pairs++
			reverse := [2]string{pair[1], pair[0]}
			if theirs[parent][reverse] && !theirs[parent][pair] {
				t.Errorf("%s: %s stands before %s", parent, pair[0], pair[1])
			}
		}
	}
	require.Greater(t, pairs, 300)
}
