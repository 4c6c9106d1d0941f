package interchange_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

// An oracleFile is what Microsoft Project computed of one project; its README
// tells the columns.
type oracleFile struct {
	Name, Tier string
	Source     struct{ Path string }
	Tasks      []struct {
		UID, ID int
		Summary bool
		Name    string
		Expect  struct {
			EarlyStart  string   `json:"early_start"`
			EarlyFinish string   `json:"early_finish"`
			LateStart   string   `json:"late_start"`
			LateFinish  string   `json:"late_finish"`
			TotalSlack  *float64 `json:"total_slack_min"`
			FreeSlack   *float64 `json:"free_slack_min"`
			Critical    *bool
		}
	}
}

// oracleFiles returns the projects of which the XML source is on hand.
func oracleFiles(t testing.TB, files map[string][]byte) map[string]*oracleFile {
	t.Helper()
	out := map[string]*oracleFile{}
	matches, err := filepath.Glob(filepath.Join(oracleDir(t), "*-xml.json"))
	require.NoError(t, err)
	for _, match := range matches {
		data, err := os.ReadFile(match)
		require.NoError(t, err)
		f := new(oracleFile)
		require.NoError(t, json.Unmarshal(data, f), match)
		source := strings.TrimPrefix(f.Source.Path, "junit/data/")
		if files[source] != nil {
			out[source] = f
		}
	}
	return out
}

// clockOf returns the calendar on which a task's dates are compared.
func clockOf(t testing.TB, p *interchange.Project, id string) *calendar.Calendar {
	t.Helper()
	for _, task := range p.Request.Tasks {
		if task.ID != id {
			continue
		}
		name := task.Calendar
		for _, d := range task.Demands {
			for _, r := range p.Request.Resources {
				if name == "" && r.ID == d.Resource {
					name = r.Calendar
				}
			}
		}
		for _, c := range p.Request.Calendars {
			if c.ID == name {
				cal, err := calendar.New(c.Spec())
				require.NoError(t, err)
				return cal
			}
		}
	}
	return p.Request.Calendar
}

// same reports whether dates are the same in working time: Microsoft Project
// writes one now as 17:00, now as 08:00 of the next day.
func same(cal *calendar.Calendar, got, want calendar.Instant, elapsed bool) bool {
	if elapsed {
		return got == want
	}
	return cal.Between(got, want).Minutes == 0
}

// xmlDifferences lists by file and task number where dates differ from those
// stored, with the reason.
var xmlDifferences = map[string]map[int]string{
	"mpxj-mspdisplittask-xml": {1: splitWork, 2: splitWork},
	"mpxj-task-links-project2016-mspdi-xml": {
		11: "start-to-finish link " + outOfManual,
		13: "start-to-start link " + outOfManual,
	},
}

// Reasons of differences.
const (
	splitWork   = "the work is split; the plan does it in one piece"
	outOfManual = "out of a manual task leaves its late start free"
	beforeStart = "dates imposed before the project's start, which Microsoft Project heeds and a plan's start doesn't allow"
	staleDates  = "stored late dates are of different states: tasks that nothing bounds or follows have different late finishes"
)

// TestMSPDI_Oracle reads the XML sources, puts dates to their tasks through the
// public interface and compares early and late dates, slack and the critical flag
// with what Microsoft Project computed.
func TestMSPDI_Oracle(t *testing.T) {
	files := sourceFiles(t)
	compared := map[string]int{}
	for source, f := range oracleFiles(t, files) {
		t.Run(f.Name, func(t *testing.T) {
			p := readProject(t, files[source])
			table, err := p.Schedule(t.Context())
			require.NoError(t, err)
			for _, x := range f.Tasks {
				if x.UID == 0 {
					continue // the project itself
				}
				id := strconv.Itoa(x.UID)
				d, err := table.Task(id)
				require.NoError(t, err)
				require.Equal(t, x.Summary, d.Summary)
				want := [4]string{x.Expect.EarlyStart, x.Expect.EarlyFinish, x.Expect.LateStart, x.Expect.LateFinish}
				got := [4]calendar.Instant{d.EarlyStart, d.EarlyFinish, d.LateStart, d.LateFinish}
				var differs []string
				cal := clockOf(t, p, id)
				for k := range want {
					at, err := calendar.ParseInstant(want[k])
					require.NoError(t, err)
					if !same(cal, got[k], at, d.Duration.Elapsed) {
						differs = append(differs, got[k].String()+" is stored as "+want[k])
					}
				}
				if total := x.Expect.TotalSlack; total != nil && !x.Summary {
					was := []any{int64(*total), int64(*x.Expect.FreeSlack), *x.Expect.Critical}
					if is := []any{d.TotalFloat, d.FreeFloat, d.Critical}; !slices.Equal(is, was) {
						differs = append(differs, fmt.Sprint(is, " is stored as ", was))
					}
				}
				reason := xmlDifferences[f.Name][x.ID]
				require.Equal(t, reason == "", len(differs) == 0, "task %d %s: %s", x.ID, reason, differs)
				compared[f.Tier]++
			}
		})
	}
	require.Equal(t, map[string]int{"core": 37, "partial": 37}, compared)
}

// A gap is how many tasks of a file have other early and late dates than those
// stored, and why.
type gap struct {
	early, late int
	reason      string
}

// storedDifferences lists the files of which dates differ from those stored.
var storedDifferences = map[string]gap{
	"assignment-assignments-project2002-mspdi.xml": {1, 3, beforeStart},
	"assignment-assignments-project2003-mspdi.xml": {1, 3, beforeStart},
	"assignment-assignments-project2007-mspdi.xml": {1, 3, beforeStart},
	"assignment-flags-project2003-mspdi.xml":       {20, 20, beforeStart},
	"assignment-flags-project2007-mspdi.xml":       {20, 20, beforeStart},
	"assignment-text-project2002-mspdi.xml":        {30, 30, beforeStart},
	"assignment-text-project2003-mspdi.xml":        {30, 30, beforeStart},
	"assignment-text-project2007-mspdi.xml":        {30, 30, beforeStart},
	"mspdiduration.xml":                            {0, 4, staleDates},
	"mspdisplittask.xml":                           {2, 2, splitWork},
	"mspditimephased.xml":                          {10, 19, splitWork + "; " + staleDates},
	"mspditimephasedsegments.xml":                  {0, 18, staleDates},
	"task-links-project2016-mspdi.xml":             {0, 2, "links " + outOfManual},
	"task-links-project2019-mspdi.xml":             {0, 2, "links " + outOfManual},
}

// TestMSPDI_Stored puts dates to the tasks of all files and compares them with
// those that each version of Microsoft Project stored there.
func TestMSPDI_Stored(t *testing.T) {
	if oneOf > 1 {
		t.Skip("all files are read without the race detector")
	}
	tasks := 0
	for source, data := range sourceFiles(t) {
		p := readProject(t, data)
		table, err := p.Schedule(t.Context())
		require.NoError(t, err)
		var got gap
		for d := range table.Tasks() {
			s := p.Tasks[d.ID].Stored
			if d.Summary || s.EarlyStart.IsZero() {
				continue
			}
			tasks++
			cal := clockOf(t, p, d.ID)
			if !same(cal, d.EarlyStart, s.EarlyStart, d.Duration.Elapsed) || !same(cal, d.EarlyFinish, s.EarlyFinish, d.Duration.Elapsed) {
				got.early++
			}
			if !same(cal, d.LateStart, s.LateStart, d.Duration.Elapsed) || !same(cal, d.LateFinish, s.LateFinish, d.Duration.Elapsed) {
				got.late++
			}
		}
		name := path.Base(source)
		want := storedDifferences[name]
		got.reason = want.reason
		require.Equal(t, want, got, name)
	}
	t.Logf("%d tasks", tasks)
	require.Greater(t, tasks, 2500)
}
