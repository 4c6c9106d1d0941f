package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/spf13/cobra"
)

// errDiffer ends a run of diff that found differences.
var errDiffer = errors.New("they differ")

// maxTargetsBytes bounds files of issued targets.
const maxTargetsBytes = 1 << 30

// A diffCall is the command line of diff.
type diffCall struct {
	grain, unit, period, goal string
	level, width              int
	leaf                      bool
}

func (p *program) diffCommand() *cobra.Command {
	call := &diffCall{}
	cmd := &cobra.Command{
		Use: "diff OLD NEW", Short: "Say how two plans, or two issued targets, differ", Args: cobra.ExactArgs(2),
		Long: `Say how two plans differ, or two files of issued targets; which they are shows in
the files. The exit code is 0 if nothing differs, 1 if something does and 2 for
bad input.

Of plans, each line is one change: what was added, removed, changed or moved,
with its place. Entries of lists go by their ids there, wherever they stand:
/axes/org/units/li-na/to. Units that an axis reads from a table are not
compared.

Of issued targets, first comes what differs in what the goals are about, then who
owes more or less. Without --grain these are the amounts of the whole period;
with --json all of them.`,
		Example: `  salesplan diff plan.json plan-june.yaml
  salesplan diff january.targets.json july.targets.json --grain quarter --level 1
  salesplan diff january.targets.json july.targets.json --unit east --grain month --json`,
		RunE: func(_ *cobra.Command, args []string) error { return p.diff(args, call) },
	}
	f := cmd.Flags()
	f.StringVar(&call.grain, "grain", "", "of targets: only periods of this `GRAIN`: year, half, quarter, month, week, day or goal")
	f.StringVar(&call.unit, "unit", "", "of targets: only the unit of this `ID` and those below it")
	f.StringVar(&call.period, "period", "", "of targets: only periods inside this `PERIOD` of the calendar year: 2027-Q1, 2027-03, 2027-01-01/2027-01-31")
	f.StringVar(&call.goal, "goal", "", "of targets: only the goal of this `ID`")
	f.IntVar(&call.level, "level", -1, "of targets: only units of this `LEVEL`; the goal's owner has 0")
	f.BoolVar(&call.leaf, "leaf", false, "of targets: only the cells of which all else is made")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	p.outputFlags(cmd)
	return cmd
}

func (c *diffCall) query() (salesplan.Query, error) {
	q := salesplan.Query{Grain: calendar.Grain(c.grain), Under: c.unit, LeafOnly: c.leaf}
	if c.level >= 0 {
		q.Level = &c.level
	}
	if c.grain != "" {
		if err := oneOf("grain", c.grain, "year", "half", "quarter", "month", "week", "day", string(salesplan.GrainGoal)); err != nil {
			return q, err
		}
	}
	if c.period != "" {
		period, err := calendar.Fiscal{}.Parse(c.period)
		if err != nil {
			return q, renamed(err, nil)
		}
		q.Period = period
	}
	return q, nil
}

// A comparand is a plan or what was issued.
type comparand struct {
	job     *job
	targets *salesplan.Targets
}

func (p *program) diff(args []string, call *diffCall) error {
	if err := p.checkOutput(); err != nil {
		return err
	}
	q, err := call.query()
	if err != nil {
		return err
	}
	old, err := p.comparand(args[0], "old")
	now, err2 := p.comparand(args[1], "new")
	if err := joined(err, err2); err != nil {
		return err
	}
	switch {
	case (old.job == nil) != (now.job == nil):
		return badArgument(diag.Mismatch, "new", args[1], "two plans, or two issued targets")
	case old.job != nil:
		return p.diffPlans(old.job.plan, now.job.plan, call)
	}
	return p.diffTargets(old.targets, now.targets, q, call)
}

// comparand reads a plan or issued targets.
func (p *program) comparand(file, parameter string) (comparand, error) {
	r, err := p.openRaw(file, parameter)
	if err != nil {
		return comparand{}, err
	}
	defer r.Close()
	text := bufio.NewReaderSize(r, 4<<10)
	if head, _ := text.Peek(1 << 10); isTargets(head) {
		limits := document.Limits{Bytes: maxTargetsBytes, Nodes: maxTargetsBytes / 32}
		t, err := salesplan.DecodeTargets(text, salesplan.DecodeOptions{Limits: limits})
		if err != nil {
			return comparand{}, &badInput{faults: inFile(file, err)}
		}
		return comparand{targets: t}, nil
	}
	j, err := p.planFrom(file, decodePlan(text))
	return comparand{job: j}, err
}

// isTargets reports whether a document begins as issued targets do.
func isTargets(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	rest, ok := bytes.CutPrefix(head, []byte("{"))
	return ok && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(`"salesplanTargets"`))
}

func (p *program) diffPlans(old, now *salesplan.Plan, call *diffCall) error {
	changes, err := salesplan.DiffPlans(old, now)
	if err != nil {
		return err
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, struct {
				Changes []salesplan.Change `json:"changes"`
			}{append([]salesplan.Change{}, changes...)})
		}
		if len(changes) == 0 {
			return nil
		}
		t := newTable()
		t.numbersFrom = 4
		t.header("", p.word("place"), p.word("old"), p.word("new"))
		for _, c := range changes {
			t.row(p.word(string(c.Kind)), c.Path, shortJSON(c.Old), p.newValue(c))
		}
		_, err := io.WriteString(w, t.render(p.tableWidth(call.width))+"\n")
		return err
	})
	if err == nil && len(changes) > 0 {
		err = errDiffer
	}
	return err
}

// newValue is the value after a change or, of what was moved, where it stands.
func (p *program) newValue(c salesplan.Change) string {
	if c.Kind != salesplan.ChangeMoved {
		return shortJSON(c.New)
	}
	if c.First {
		return p.word("first")
	}
	return p.word("after") + " " + c.After
}

// shortJSON is a value as people read it: a text without quotes, and not all of
// a long one.
func shortJSON(raw json.RawMessage) string {
	const most = 60
	s := string(raw)
	var text string
	if json.Unmarshal(raw, &text) == nil {
		s = text
	}
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

func (p *program) diffTargets(old, now *salesplan.Targets, q salesplan.Query, call *diffCall) error {
	if q.Grain == "" && !p.json && !q.LeafOnly {
		q.Grain = salesplan.GrainGoal
	}
	d, err := salesplan.DiffTargets(old, now, q)
	if err == nil && call.goal != "" {
		d, err = d.Only(call.goal)
	}
	if err != nil {
		return renamed(err, map[string]string{"/query/grain": "/grain", "/query/under": "/unit"})
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			if err := d.WriteJSON(w); err != nil {
				return err
			}
			_, err := io.WriteString(w, "\n")
			return err
		}
		return p.tellTargets(w, d, call)
	})
	if err == nil && !d.Same() {
		err = errDiffer
	}
	return err
}

// tellTargets writes what differs, goal by goal.
func (p *program) tellTargets(w io.Writer, d *salesplan.TargetsDiff, call *diffCall) error {
	first := true
	for _, g := range d.Goals() {
		t, rows := newTable(), 0
		t.numbersFrom = 2
		t.header("", p.word("period"), p.word("old"), p.word("new"), p.word("difference"))
		for x := range d.Goal(g.Goal) {
			t.row(p.unitOf(x), x.Label(), amountIf(x, x.Old.Valid, x.Old.Decimal), amountIf(x, x.New.Valid, x.New.Decimal), signed(x.Text(x.By())))
			rows++
		}
		if g.Kind == "" && rows == 0 {
			continue
		}
		var b strings.Builder
		if !first {
			b.WriteString("\n")
		}
		first = false
		b.WriteString(printable(g.Goal))
		if g.Kind != "" && g.Kind != salesplan.ChangeChanged {
			b.WriteString(": " + p.word(string(g.Kind)))
		}
		b.WriteString("\n")
		if g.Kind == salesplan.ChangeChanged {
			for _, f := range g.Fields {
				b.WriteString("  " + p.word(f.Field) + ": " + printable(cmp.Or(f.Old, "-")) + " → " + printable(cmp.Or(f.New, "-")) + "\n")
			}
		}
		if rows > 0 {
			b.WriteString(t.render(p.tableWidth(call.width)) + "\n")
		}
		if _, err := io.WriteString(w, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// inTeams names units, each that changes teams with the one above it.
func inTeams(units, parents []string, name func(id string) string) []string {
	var out []string
	for i, u := range units {
		if u == "" {
			continue
		}
		text := name(u)
		if i < len(parents) && parents[i] != "" {
			text += " (" + name(parents[i]) + ")"
		}
		out = append(out, text)
	}
	return out
}

// unitOf names the units of a difference, indented by their level, and says
// what only one side has or stands below another unit.
func (p *program) unitOf(x salesplan.Difference) string {
	units := inTeams(x.Units, x.Parents, func(id string) string { return id })
	name := strings.Repeat("  ", x.Level) + cmp.Or(strings.Join(units, " / "), p.word("Total"))
	switch {
	case x.Kind != salesplan.ChangeChanged:
		name += " (" + p.word(string(x.Kind)) + ")"
	case x.OldParent != "":
		name += " (" + x.OldParent + " → " + x.Parent + ")"
	}
	return name
}
