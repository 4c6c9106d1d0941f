package main

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/spf13/cobra"
)

// A scheduleCall is the command line of schedule, level, check and tasks.
type scheduleCall struct {
	inputs
	asOfText, progress string

	svg, mermaid, ics, mspdi string
	loads, baseline          string
	width                    int

	budget int64
	seed   uint64

	newSince string

	asOf    calendar.Date
	updates []salesplan.TaskUpdate
}

// situationFlags are those of commands that ask what is known on a day.
func (c *scheduleCall) situationFlags(p *program, cmd *cobra.Command) {
	c.flags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&c.asOfText, "as-of", "", "the `DATE`, its end, up to which progress is known: what is not done by then is done later")
	f.StringVar(&c.progress, "progress", "", "CSV `FILE` of what was done: task, on, started, finished, percent, remaining, note")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
}

func (p *program) scheduleCommand() *cobra.Command {
	call := &scheduleCall{}
	cmd := &cobra.Command{
		Use: "schedule PLAN", Short: "Put dates to a plan's tasks", Args: cobra.ExactArgs(1),
		Long: `Put dates to a plan's tasks: when each starts and finishes, how much it may be
late, and what makes its date. An asterisk marks the critical tasks.

Goals that say how they become tasks ("work") have their tasks among them; where
such a goal is split by the past, --deals or --history are needed as for targets.

PLAN may also be a file of Microsoft Project (XML). --svg and --mermaid draw a
Gantt chart, --ics writes a calendar, --mspdi a file for Microsoft Project.`,
		Example: `  salesplan schedule plan.yaml
  salesplan schedule plan.yaml --as-of 2027-03-31 --progress done.csv --svg gantt.svg
  salesplan schedule project.xml --json | jq '.tasks[] | select(.critical)'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.schedule(cmd, args[0], call, unleveled)
		},
	}
	call.situationFlags(p, cmd)
	call.pictureFlags(cmd)
	return cmd
}

func (c *scheduleCall) pictureFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.svg, "svg", "", "also draw a Gantt chart into this `FILE`")
	f.StringVar(&c.mermaid, "mermaid", "", "also write a Gantt chart in the words of Mermaid into this `FILE`")
	f.StringVar(&c.ics, "ics", "", "also write an iCalendar `FILE`")
	f.StringVar(&c.mspdi, "mspdi", "", "also write an XML `FILE` for Microsoft Project")
	f.StringVar(&c.loads, "loads", "", "also draw what each resource does when into this SVG `FILE`, and where it is short")
	f.StringVar(&c.baseline, "baseline", "", "also write the plan with these dates as its tasks' baselines into this JSON `FILE`")
	f.IntVar(&c.width, "width", -1, "fold tables to `N` columns; 0 never folds")
}

func (p *program) levelCommand() *cobra.Command {
	call := &scheduleCall{}
	cmd := &cobra.Command{
		Use: "level PLAN", Short: "Delay tasks until there are the people, money and material", Args: cobra.ExactArgs(1),
		Long: `Put dates to a plan's tasks at which there are the people, money and material
that they take, and say how good these dates are: how much later all ends than
without limits, and how much earlier it could end at most.

--budget tries so many schedules, and never ends later than without.`,
		Example: `  salesplan level plan.yaml
  salesplan level plan.yaml --budget 5000 --svg gantt.svg`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opt := func() salesplan.LevelOptions {
				return salesplan.LevelOptions{Schedules: call.budget, Seed: call.seed, Workers: 2}
			}
			return p.schedule(cmd, args[0], call, func(ctx context.Context, req salesplan.ScheduleRequest) (*salesplan.Timetable, error) {
				m := p.meter("leveling")
				defer m.done()
				return salesplan.LevelResources(salesplan.WithProgress(ctx, m.report), req, opt())
			})
		},
	}
	call.situationFlags(p, cmd)
	call.pictureFlags(cmd)
	cmd.Flags().Int64Var(&call.budget, "budget", 0, "try `N` schedules")
	cmd.Flags().Uint64Var(&call.seed, "seed", 0, "choose among equally good ways to search")
	return cmd
}

// check reads the day and the progress.
func (c *scheduleCall) check(p *program) error {
	var err error
	if c.asOfText != "" {
		if c.asOf, err = calendar.ParseDate(c.asOfText); err != nil {
			return wrongArgument(&diag.Fault{Code: diag.All(err)[0].Code, Path: "/as-of", Value: diag.Clip(c.asOfText), Bound: diag.All(err)[0].Bound})
		}
	}
	if c.progress == "" {
		return nil
	}
	r, err := p.open(c.progress, "progress")
	if err != nil {
		return err
	}
	defer r.Close()
	var faults []placed
	for u, err := range salesplan.ReadTaskUpdates(r) {
		if err != nil {
			faults = append(faults, inFile(c.progress, err)...)
			continue
		}
		c.updates = append(c.updates, u)
	}
	if len(faults) == 0 {
		return nil
	}
	return joinFaults(faults)
}

// inFile says in which file faults stand: those of updates in that of the
// progress.
func (c *scheduleCall) inFile(file string, err error) []placed {
	out := inFile(file, err)
	for i := range out {
		if strings.HasPrefix(out[i].Path, "/updates/") {
			out[i].File = c.progress
		}
	}
	return out
}

// situation reads a plan and what is known of it; targets are made where goals
// become tasks.
func (p *program) situation(cmd *cobra.Command, file string, call *scheduleCall) (*job, salesplan.Situation, error) {
	s := salesplan.Situation{AsOf: call.asOf, Updates: call.updates}
	j, err := p.read(cmd.Context(), file, &call.inputs)
	if err != nil {
		return nil, s, err
	}
	s.Evidence, j.progress = j.evidence, call.progress
	if slices.ContainsFunc(j.plan.Goals, func(g salesplan.Goal) bool { return g.Work != nil }) {
		if s.Targets, err = p.split(cmd.Context(), j); err != nil {
			return nil, s, err
		}
	}
	return j, s, nil
}

// A timing is a timetable and what it takes to show it.
type timing struct {
	t       *salesplan.Timetable
	names   labels
	title   string
	file    string
	project *interchange.Project
	plan    *salesplan.Plan // nil for a file of Microsoft Project
	found   []diag.Finding  // while the file was read
}

// schedule makes dates and writes them.
func (p *program) schedule(cmd *cobra.Command, file string, call *scheduleCall, solve solver) error {
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), call.check(p)); err != nil {
		return err
	}
	v, err := p.timing(cmd, file, call, solve)
	if err != nil {
		return err
	}
	if err := p.pictures(v, call); err != nil {
		return err
	}
	found := append(v.found, v.t.Findings()...)
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return v.t.WriteJSON(w)
		}
		_, err := io.WriteString(w, p.scheduleTable(v, p.tableWidth(call.width)))
		return err
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayHidden(p.sayFindings(found, v.file))
	}
	return verdict(found)
}

func (p *program) timing(cmd *cobra.Command, file string, call *scheduleCall, solve solver) (*timing, error) {
	project, ok, err := p.readProject(file)
	if err != nil {
		return nil, err
	}
	if ok {
		req := project.Request
		req.AsOf, req.Updates = call.asOf, call.updates
		t, err := solve(cmd.Context(), req)
		if err != nil {
			return nil, &badInput{faults: call.inFile(file, err)}
		}
		title := cmp.Or(project.Properties.Title, project.Properties.Name)
		return &timing{t, resourceNames(req.Axes, req.Resources), title, file, project, nil, project.Findings}, nil
	}
	j, s, err := p.situation(cmd, file, call)
	if err != nil {
		return nil, err
	}
	_, t, err := j.timetable(cmd.Context(), s, solve)
	if err != nil {
		return nil, err
	}
	if call.mspdi != "" {
		if project, err = interchange.FromPlan(j.plan, s); err != nil {
			return nil, j.place(err)
		}
	}
	return &timing{t, resourceNames(j.plan.Axes, j.plan.Resources), j.plan.Name, file, project, j.whole, j.found}, nil
}

// A solver puts dates to tasks.
type solver func(context.Context, salesplan.ScheduleRequest) (*salesplan.Timetable, error)

// timetable puts dates to the plan's tasks, and returns what it asked for.
func (j *job) timetable(ctx context.Context, s salesplan.Situation, solve solver) (req salesplan.ScheduleRequest, t *salesplan.Timetable, err error) {
	if req, err = j.plan.ScheduleRequest(s); err != nil {
		return req, nil, j.place(err)
	}
	if t, err = solve(ctx, req); err != nil {
		return req, nil, j.place(diag.Reroot(err, map[string]string{"/rule": "/schedule"}))
	}
	return req, t, nil
}

// unleveled is the solver of [salesplan.Schedule].
func unleveled(_ context.Context, req salesplan.ScheduleRequest) (*salesplan.Timetable, error) {
	return salesplan.Schedule(req)
}

// labels are the names of units and resources that have one, by id.
type labels map[string]string

// of returns the name of a unit or resource, or its id.
func (l labels) of(id string) string { return cmp.Or(l[id], id) }

func resourceNames(axes []salesplan.Axis, resources []salesplan.Resource) labels {
	names := labels{}
	for _, a := range axes {
		for _, u := range a.AllUnits() {
			if u.Name != "" {
				names[u.ID] = u.Name
			}
		}
	}
	for _, r := range resources {
		if r.Name != "" {
			names[r.ID] = r.Name
		}
	}
	return names
}

// scheduleTable draws the dates of all tasks.
func (p *program) scheduleTable(v *timing, width int) string {
	t := newTable()
	t.header(p.word("task"), p.fill("owner", "负责人"), p.word("start"), p.word("finish"), p.word("time"), p.word("float"), "", p.word("made by"))
	t.numbersFrom = t.width
	for d := range v.t.Tasks() {
		name := cmp.Or(d.Name, d.ID)
		mark := ""
		switch {
		case d.Critical:
			mark = "*"
		case d.Milestone:
			mark = "◆"
		}
		if d.Critical && d.Milestone {
			mark = "◆*"
		}
		float := calendar.Duration{Minutes: d.TotalFloat}.String()
		if !d.Finished.IsZero() {
			float = ""
		}
		t.row(strings.Repeat("  ", d.Level)+name, v.names.of(d.Owner), d.Start.Date().String(), lastDay(d.Finish), d.Duration.String(), float, mark, p.driverText(v, d))
	}
	out := t.render(width) + "\n"
	if !v.t.Finish().IsZero() {
		out += "\n" + p.fill("All ends on {finish}.", "全部于 {finish} 结束。", "finish", lastDay(v.t.Finish())) + "\n"
	}
	if l, ok := v.t.Leveling(); ok {
		out += p.fill("Without limits it would be {without}; no dates can be better than {bound}{gap}.", "若无资源限制为 {without}；任何安排都不会早于 {bound}{gap}。",
			"without", lastDay(l.Without), "bound", lastDay(l.Bound), "gap", p.gap(l)) + "\n"
	}
	return out
}

func (p *program) gap(l salesplan.Leveling) string {
	if l.Gap == 0 {
		return p.fill(": these are the best", "：已是最优")
	}
	return p.fill("; these take at most {gap} % longer than needed", "；本安排的总工期最多比最优长 {gap} %", "gap", strconv.FormatFloat(100*l.Gap, 'f', 1, 64))
}

// lastDay is the day on which something ends: midnight is still the day before.
func lastDay(i calendar.Instant) string {
	if i.Minute() == 0 {
		return i.AddMinutes(-1).Date().String()
	}
	return i.Date().String()
}

// fill puts values into a sentence of the language asked for.
func (p *program) fill(en, zh string, values ...string) string {
	if p.lang == string(diag.Chinese) {
		en = zh
	}
	for i := 0; i+1 < len(values); i += 2 {
		en = strings.ReplaceAll(en, "{"+values[i]+"}", printable(values[i+1]))
	}
	return en
}

// driverText says what makes a task's date.
func (p *program) driverText(v *timing, d salesplan.TaskDates) string {
	k := d.Driver
	if d.FinishDriver.Kind == salesplan.DriverLink || d.FinishDriver.Kind == salesplan.DriverConstraint {
		k = d.FinishDriver
	}
	switch k.Kind {
	case salesplan.DriverLink:
		how := map[salesplan.LinkType][2]string{
			salesplan.LinkFinishToStart:  {"after {task}", "在 {task} 之后"},
			salesplan.LinkStartToStart:   {"starts with {task}", "与 {task} 同时开始"},
			salesplan.LinkFinishToFinish: {"finishes with {task}", "与 {task} 同时完成"},
			salesplan.LinkStartToFinish:  {"finishes when {task} starts", "{task} 开始时完成"},
		}[k.Link]
		text := p.fill(how[0], how[1], "task", k.Task)
		if !k.Lag.IsZero() {
			lag := k.Lag.String()
			if !strings.HasPrefix(lag, "-") {
				lag = "+" + lag
			}
			text += " " + lag
		}
		return text
	case salesplan.DriverConstraint:
		said, _ := salesplan.Catalogue().Phrase(string(k.Constraint.Kind)+" "+k.Constraint.On.String(), diag.Lang(p.lang))
		return said
	case salesplan.DriverResource:
		if k.Task == "" {
			return p.fill("waits for {who}", "等待 {who}", "who", v.names.of(k.Resource))
		}
		return p.fill("waits for {who}, then at {task}", "等待 {who}（正在 {task}）", "who", v.names.of(k.Resource), "task", k.Task)
	case salesplan.DriverPart:
		return ""
	case salesplan.DriverActual:
		return p.word("it happened")
	case salesplan.DriverAsOf:
		return p.word("not done yet")
	case salesplan.DriverAsLate, salesplan.DriverAsSoon:
		return p.word(string(k.Kind))
	}
	return ""
}
