package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/spf13/cobra"
)

// maxPlanBytes is the library's limit for a plan document, and this program's
// for the tables of split.
const maxPlanBytes = 64 << 20

// inputs are the files that targets and explain read.
type inputs struct {
	deals []string

	customers []string

	history string
	tables  []string
	goal    string

	targets string // that were issued, rather than split
}

func (in *inputs) flags(p *program, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&in.deals, "deals", nil, "CSV `FILE` of deals, read by the plan's inputs.deals; may be given several times")
	f.StringArrayVar(&in.customers, "customers", nil, "CSV `FILE` of customers, read by the plan's inputs.customers, whose segments the deals take; may be given several times")
	f.StringVar(&in.history, "history", "", "CSV `FILE` of the past: a long table, or a matrix of units and periods")
	in.tableFlag(p, cmd)
	f.StringVar(&in.goal, "goal", "", "only the goal of this `ID`; --json has those too that a rate is over")
}

func (in *inputs) tableFlag(p *program, cmd *cobra.Command) {
	p.inputFlag(cmd)
	cmd.Flags().StringArrayVar(&in.tables, "file", nil, "`NAME=FILE`: the CSV file of an axis's table, by the name that the plan gives it; otherwise the file NAME or NAME.csv beside the plan")
}

// open opens a table for a parameter, "-" being standard input, and decodes its
// text.
func (p *program) open(file, parameter string) (io.ReadCloser, error) {
	f, err := p.openRaw(file, parameter)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{p.decodeTable(f, file), f}, nil
}

// openRaw opens a file for a parameter, "-" being standard input, whatever is in
// it.
func (p *program) openRaw(file, parameter string) (io.ReadCloser, error) {
	if file == "-" {
		if p.stdinTaken != "" {
			return nil, badArgument(diag.Conflict, parameter, "-", "standard input is read for "+p.stdinTaken)
		}
		p.stdinTaken = parameter
		return io.NopCloser(p.in), nil
	}
	f, err := os.Open(file)
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil && info.IsDir() {
			err = errors.New("open " + file + ": is a directory")
		}
		if err != nil {
			f.Close()
		}
	}
	if err != nil {
		return nil, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/" + parameter, Value: diag.Clip(err.Error())}}}}
	}
	return f, nil
}

// A job is a plan with what was read for it.
type job struct {
	file   string // the plan's
	text   []byte
	yaml   bool // the text is
	plan   *salesplan.Plan
	whole  *salesplan.Plan   // with all goals
	only   string            // the goal that is shown; "" for all
	goals  []int             // the places of the plan's goals in its document; nil for all of them
	tree   *document.Node    // the plan's document; of JSON only once it is asked for
	tables map[string]string // files of tables by name

	progress string // the file of what was done, "" for none

	missing []missingTable // tables for which there is no file

	evidence  *salesplan.Evidence
	data      []string // files of deals and history
	starts    []start  // of their rows, counted through all of them
	rowFaults []placed
	found     []diag.Finding // of the customers, and of texts

	issued *salesplan.Targets // that were read, rather than split
}

// readPlan reads and checks a plan.
func (p *program) readPlan(file string) (*job, error) {
	r, err := p.openRaw(file, "plan")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return p.planFrom(file, decodePlan(r))
}

// planFrom reads and checks the plan of a file that is open.
func (p *program) planFrom(file string, r io.Reader) (*job, error) {
	j := &job{file: file, tables: map[string]string{}}
	var err error
	if j.text, err = io.ReadAll(io.LimitReader(r, maxPlanBytes+1)); err != nil {
		return nil, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/plan", Value: diag.Clip(err.Error())}}}}
	}
	if j.yaml = isYAML(file, j.text); j.yaml {
		j.plan, j.tree, err = decodeYAML(j.text)
	} else {
		j.plan, err = salesplan.Decode(bytes.NewReader(j.text), salesplan.DecodeOptions{})
	}
	if err != nil {
		return nil, &badInput{faults: inFile(file, err)}
	}
	return j, nil
}

// readTables fills the plan's axes from NAME=FILE arguments and, for tables that
// they don't name, from files beside the plan. Unless all are needed, it
// does without those for which there is no file.
func (p *program) readTables(j *job, arguments []string, all bool) error {
	var bad badInput
	readers := map[string]io.Reader{}
	for _, a := range arguments {
		name, file, ok := strings.Cut(a, "=")
		if !ok || name == "" || file == "" {
			return badArgument(diag.Syntax, "file", a, "NAME=FILE")
		}
		if readers[name] != nil {
			return badArgument(diag.Duplicate, "file", name, j.tables[name])
		}
		r, err := p.open(file, "file")
		if err != nil {
			var one *badInput
			if !errors.As(err, &one) {
				return err
			}
			bad.faults = append(bad.faults, one.faults...)
			continue
		}
		defer r.Close()
		readers[name], j.tables[name] = r, file
	}
	if len(bad.faults) > 0 {
		return &bad
	}
	for i, axis := range j.plan.Axes {
		if axis.Table == nil || readers[axis.Table.File] != nil {
			continue
		}
		r, file, err := openBeside(j.file, axis.Table.File)
		switch {
		case errors.Is(err, fs.ErrNotExist) && !all:
			j.missing = append(j.missing, missingTable{axis.ID, axis.Table.File})
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			path := "/axes/" + itoa(i) + "/table/file"
			bad.faults = append(bad.faults, placed{"", &diag.Fault{Code: diag.IO, Path: path, Value: diag.Clip(err.Error())}})
		default:
			defer r.Close()
			readers[axis.Table.File], j.tables[axis.Table.File] = p.decodeTable(r, file), file
		}
	}
	if len(bad.faults) > 0 {
		return j.place(joinFaults(bad.faults))
	}
	plan, err := j.without(readers).WithTables(readers)
	if err != nil {
		err = j.place(err)
		if bad, ok := err.(*badInput); ok {
			for i := range bad.faults {
				bad.faults[i].Fault = p.advised(bad.faults[i].Fault)
			}
		}
		return err
	}
	j.plan = plan
	return nil
}

// A missingTable is one for which there is no file.
type missingTable struct{ axis, table string }

// without returns the plan without the units of tables that are missing. With a
// file for a table that it doesn't know, one of those is meant, and it is
// returned as it is.
func (j *job) without(readers map[string]io.Reader) *salesplan.Plan {
	for name := range readers {
		if !slices.ContainsFunc(j.plan.Axes, func(a salesplan.Axis) bool { return a.Table != nil && a.Table.File == name }) {
			return j.plan
		}
	}
	out := *j.plan
	out.Axes = slices.Clone(out.Axes)
	for i, a := range out.Axes {
		if slices.ContainsFunc(j.missing, func(m missingTable) bool { return m.axis == a.ID }) {
			out.Axes[i].Table, out.Axes[i].Units = nil, nil
		}
	}
	return &out
}

func joinFaults(all []placed) error {
	var out diag.Faults
	for _, f := range all {
		out = append(out, f.Fault)
	}
	return out
}

// openBeside opens the table that a plan names: the file of that name, or of
// that name with .csv behind it, in the plan's folder (the working folder for a
// plan on standard input) or below it, and nowhere else.
func openBeside(plan, name string) (io.ReadCloser, string, error) {
	folder := filepath.Dir(plan)
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, "", err
	}
	defer root.Close()
	for _, file := range []string{name, name + ".csv"} {
		info, err := root.Stat(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, "", err
		case !info.Mode().IsRegular():
			if file == name {
				continue // a folder of that name doesn't hide NAME.csv
			}
			return nil, "", errors.New("open " + file + ": not a regular file")
		}
		f, err := root.Open(file)
		if err != nil {
			return nil, "", err
		}
		return f, filepath.Join(folder, file), nil
	}
	return nil, "", fs.ErrNotExist
}

// choose leaves the plan the goal asked for, all of them for "".
func (j *job) choose(goal string) error {
	if goal == "" {
		return nil
	}
	i := slices.IndexFunc(j.plan.Goals, func(g salesplan.Goal) bool { return g.ID == goal })
	if i < 0 {
		ids := goalIDs(j.plan)
		f := &diag.Fault{Code: diag.Unknown, Path: "/goal", Value: diag.Clip(goal), Bound: some(ids), Near: diag.Nearest(goal, ids)}
		return &badInput{faults: []placed{{"", f}}}
	}
	keep := append(j.denominators(i), i)
	slices.Sort(keep)
	j.keep(keep)
	j.only = goal
	return nil
}

// denominators are the goals that the goal at i, of a rate, may be over.
func (j *job) denominators(i int) []int {
	var out []int
	for _, m := range j.plan.Metrics {
		if m.ID != j.plan.Goals[i].Metric || m.Kind != salesplan.KindRate {
			continue
		}
		for k, g := range j.plan.Goals {
			if g.Metric == m.Denominator && k != i {
				out = append(out, k)
			}
		}
	}
	return out
}

// keep leaves the plan some of its goals.
func (j *job) keep(goals []int) {
	only := *j.plan
	only.Goals = nil
	for _, i := range goals {
		only.Goals = append(only.Goals, j.plan.Goals[i])
	}
	if len(goals) < len(j.plan.Goals) { // a relation needs all of its goals
		dropped := func(id string) bool {
			is := func(g salesplan.Goal) bool { return g.ID == id }
			return slices.ContainsFunc(j.plan.Goals, is) && !slices.ContainsFunc(only.Goals, is)
		}
		only.Relations = slices.DeleteFunc(slices.Clone(only.Relations), func(r salesplan.Relation) bool {
			return dropped(r.Result) || slices.ContainsFunc(r.Factors, dropped)
		})
	}
	if j.goals != nil { // some are left out already
		places := make([]int, len(goals))
		for i, at := range goals {
			places[i] = j.goals[at]
		}
		goals = places
	}
	j.plan, j.goals = &only, goals
}

func goalIDs(plan *salesplan.Plan) []string {
	ids := make([]string, len(plan.Goals))
	for i, g := range plan.Goals {
		ids[i] = g.ID
	}
	return ids
}

// some lists names, at most ten of them.
func some(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// place returns the library's faults with the files and lines in which they
// stand.
func (j *job) place(err error) error {
	all := diag.All(err)
	if len(all) == 0 {
		return err
	}
	bad := &badInput{}
	for _, f := range all {
		g := *f
		token, rest, _ := strings.Cut(strings.TrimPrefix(g.Path, "/"), "/")
		switch token {
		case "updates":
			bad.faults = append(bad.faults, placed{j.progress, &g})
			continue
		case "tables":
			name, _, _ := strings.Cut(rest, "/")
			bad.faults = append(bad.faults, placed{j.tables[unescape(name)], &g})
			continue
		case "salesplan", "name", "currency", "rates", "calendar", "inputs", "tolerance", "externals", "metrics", "axes", "goals", "relations", "strategy", "smart",
			"processes", "calendars", "resources", "schedule", "tasks":
		default:
			if token == "evidence" {
				g.Path = "/deals"
			}
			bad.faults = append(bad.faults, placed{"", &g})
			continue
		}
		if token == "goals" && j.goals != nil {
			number, below, _ := strings.Cut(rest, "/")
			if i, err := strconv.Atoi(number); err == nil && i < len(j.goals) {
				g.Path = strings.TrimSuffix("/goals/"+itoa(j.goals[i])+"/"+below, "/")
			}
		}
		if j.tree == nil {
			j.tree, _ = document.Read(bytes.NewReader(j.text), document.Limits{})
		}
		if g.Line == 0 {
			g.Line, g.Column = j.tree.Locate(g.Path)
		}
		bad.faults = append(bad.faults, placed{j.file, &g})
	}
	return bad
}

func unescape(token string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}
