package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
)

// A resplitCall is the command line of resplit.
type resplitCall struct {
	inputs
	issued, actuals, asOf      string
	shortfall, surplus, leaver string
	most, width                int
	issue                      issueCall
}

func (p *program) resplitCommand() *cobra.Command {
	call := &resplitCall{}
	cmd := &cobra.Command{
		Use: "resplit PLAN --targets ISSUED", Short: "Bring issued targets up to a changed plan and to what happened", Args: cobra.ExactArgs(1),
		Long: `Bring issued targets up to the plan as it is now and to what happened by a day,
and print who changes, by how much, and why.

Periods that end by --as-of are closed: they keep what was issued. Of the others
only changes move: targets of those who leave, room for those who come or change
teams, a goal that was raised or lowered, and what closed periods missed or
brought beyond their targets. What happened is read from --actuals (a long table
or a matrix of units and periods, like --history of targets) or from --deals.

--shortfall says who carries what was missed: keep (whoever missed it, in their
remaining periods), share (with their siblings), spread (everybody), forgive
(nobody: the goal is lowered by a stated line). --surplus says what becomes of
what was brought beyond the targets: keep (nothing) or offset (it lowers the
remaining targets of whoever brought it). --leaver says who takes over the
targets of those who leave: share (their siblings), successor (whom the plan
names) or vacancy (a line of the team, from which newcomers take theirs).

The result is issued with --issue, and remembers what has been handed out: the
same again changes nothing.`,
		Example: `  salesplan resplit plan.json --targets issued/2027.json --actuals half.csv --as-of 2027-06-30
  salesplan resplit plan.json --targets issued/2027.json --deals crm.csv --as-of 2027-06-30 --shortfall share --surplus offset
  salesplan resplit plan.json --targets issued/2027.json --as-of 2027-06-30 --leaver vacancy --issue issued/2027-07.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.resplit(cmd, args[0], call) },
	}
	call.flags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&call.issued, "targets", "", "what was issued, in this `FILE`")
	f.StringVar(&call.actuals, "actuals", "", "CSV `FILE` of what happened: a long table, or a matrix of units and periods")
	f.StringVar(&call.asOf, "as-of", "", "the last `DAY` of which the actuals tell")
	f.StringVar(&call.shortfall, "shortfall", string(salesplan.ShortfallKeep), "who carries what was missed: keep, share, spread or forgive")
	f.StringVar(&call.surplus, "surplus", string(salesplan.SurplusKeep), "what becomes of what was brought beyond the targets: keep or offset")
	f.StringVar(&call.leaver, "leaver", string(salesplan.LeaverShare), "who takes over the targets of those who leave: share, successor or vacancy")
	f.IntVar(&call.most, "most", 30, "show the `N` largest changes of each goal; 0 shows all")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	call.issue.flags(cmd)
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
	return cmd
}

// request reads the policies and the day.
func (c *resplitCall) request() (salesplan.ResplitRequest, error) {
	var req salesplan.ResplitRequest
	var errs []error
	for _, f := range []struct {
		flag, value string
		read        func([]byte) error
	}{{"shortfall", c.shortfall, req.Shortfall.UnmarshalText}, {"surplus", c.surplus, req.Surplus.UnmarshalText}, {"leaver", c.leaver, req.Leaver.UnmarshalText}} {
		if err := f.read([]byte(f.value)); err != nil {
			errs = append(errs, renamed(err, map[string]string{"": "/" + f.flag}))
		}
	}
	switch {
	case c.issued == "":
		errs = append(errs, badArgument(diag.Required, "targets", "", "the file of what was issued"))
	case c.asOf == "":
		errs = append(errs, badArgument(diag.Required, "as-of", "", "a day"))
	default:
		day, err := calendar.ParseDate(c.asOf)
		if err != nil {
			f := *diag.All(err)[0]
			f.Path = "/as-of"
			errs = append(errs, wrongArgument(&f))
		}
		req.AsOf = day
	}
	return req, joined(errs...)
}

// resplit makes, prints and issues a re-plan.
func (p *program) resplit(cmd *cobra.Command, file string, call *resplitCall) error {
	req, err := call.request()
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), err, call.issue.check(p)); err != nil {
		return err
	}
	if call.issue.file != "" && call.goal != "" {
		return badArgument(diag.Conflict, "issue", call.issue.file, "--goal "+call.goal)
	}
	j, err := p.readResplit(cmd.Context(), file, call, &req)
	if err != nil {
		return err
	}
	m := p.meter("splitting")
	got, err := salesplan.Resplit(salesplan.WithProgress(cmd.Context(), m.report), req)
	m.done()
	if err != nil {
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		return j.placeResplit(err, call)
	}
	if err := p.issue(&call.issue, j.whole, got); err != nil {
		return err
	}
	findings := j.named(got.Findings())
	shown := newReplanView(j, got, call.most)
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, struct {
				AsOf     calendar.Date  `json:"asOf"`
				Goals    []replanGoal   `json:"goals"`
				Findings []diag.Finding `json:"findings"`
				Faults   []placed       `json:"faults,omitempty"`
			}{req.AsOf, shown.goals, append([]diag.Finding{}, findings...), j.rowFaults})
		}
		return shown.write(p, w, call)
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayAll(j, findings)
	}
	return verdict(findings)
}

// readResplit reads the plan, what was issued and what happened.
func (p *program) readResplit(ctx context.Context, file string, call *resplitCall, req *salesplan.ResplitRequest) (*job, error) {
	j, err := p.readPlan(file)
	if err != nil {
		return nil, err
	}
	if err := p.readTables(j, call.tables, true); err != nil {
		return nil, err
	}
	if req.Issued, err = p.openTargets(call.issued, "targets"); err != nil {
		return nil, err
	}
	found, err := req.Issued.CheckPlan(j.plan)
	if err != nil {
		return nil, &badInput{faults: inFile(call.issued, err)}
	}
	req.Plan, j.whole = j.plan, j.plan
	if call.goal != "" {
		if err := j.choose(call.goal); err != nil {
			return nil, err
		}
	}
	j.plan = req.Issued.Roster(j.whole) // who left has actuals too
	if err := p.gather(ctx, j, &call.inputs); err != nil {
		return nil, err
	}
	req.Evidence, req.Actuals = j.evidence, j.evidence
	if len(call.deals) == 0 {
		req.Actuals = nil // the past says nothing of the year
	}
	if call.actuals != "" {
		happened := &job{file: j.file, text: j.text, tree: j.tree, plan: j.plan, tables: j.tables}
		if err := p.gather(ctx, happened, &inputs{history: call.actuals}); err != nil {
			return nil, err
		}
		req.Actuals = happened.evidence
		j.rowFaults, j.data = append(j.rowFaults, happened.rowFaults...), append(j.data, happened.data...)
		j.found = append(j.found, happened.evidence.Findings()...)
	}
	j.found = append(append(j.found, found...), p.guesses()...)
	return j, nil
}

// placeResplit places the faults of a re-plan: those of the request are of the
// command line, those of what was issued of its file.
func (j *job) placeResplit(err error, call *resplitCall) error {
	placed := j.place(err)
	var bad *badInput
	if !errors.As(placed, &bad) {
		return err
	}
	for i, f := range bad.faults {
		g := *f.Fault
		switch {
		case g.Path == "/asOf":
			g.Path = "/as-of"
		case g.Path == "/issued":
			g.Path, bad.faults[i].File = "/targets", call.issued
		}
		bad.faults[i].Fault = &g
	}
	return bad
}

// A replanGoal is what a re-plan made of one goal.
type replanGoal struct {
	Goal    string                   `json:"goal"`
	Lines   []salesplan.Line         `json:"lines"`   // of the year as issued
	Settled []salesplan.Line         `json:"settled"` // of the year as it is settled
	Changes []salesplan.TargetChange `json:"changes"` // by cell

	b    *salesplan.Breakdown
	rows []replanRow
	sum  replanRow
}

// A replanRow is what changes for the units of one row in all open periods.
type replanRow struct {
	units   []string
	parents []string // above units that change teams
	now, by decimal.Decimal
	why     []salesplan.Move // sums by reason and unit
}

func (r *replanRow) add(x salesplan.TargetChange) {
	r.by = r.by.Add(x.New).Sub(x.Old)
	for _, m := range x.Moves {
		i := slices.IndexFunc(r.why, func(k salesplan.Move) bool { return k.Reason == m.Reason && k.Unit == m.Unit })
		if i < 0 {
			i = len(r.why)
			r.why = append(r.why, salesplan.Move{Reason: m.Reason, Unit: m.Unit})
		}
		r.why[i].Amount = r.why[i].Amount.Add(m.Amount)
	}
}

// A replanView is the part of a re-plan that is shown.
type replanView struct {
	job   *job
	goals []replanGoal
	most  int
}

func newReplanView(j *job, got *salesplan.Targets, most int) *replanView {
	v := &replanView{job: j, most: most}
	list := slices.Collect(got.All())
	for r := range got.Rates() {
		list = append(list, r.Numerator())
	}
	for _, b := range list {
		if j.only != "" && b.Goal() != j.only {
			continue
		}
		g := replanGoal{Goal: b.Goal(), Lines: append([]salesplan.Line{}, b.Lines()...), Settled: []salesplan.Line{}, Changes: []salesplan.TargetChange{}, b: b}
		if s := b.Settled(); s != nil {
			g.Settled = append(g.Settled, s.Lines()...)
		}
		at := map[string]int{}
		for x := range b.Changes() {
			g.Changes = append(g.Changes, x)
			key := strings.Join(slices.Concat(x.Units, x.Parents), "\x00")
			i, ok := at[key]
			if !ok {
				i = len(g.rows)
				at[key] = i
				g.rows = append(g.rows, replanRow{units: x.Units, parents: x.Parents})
			}
			g.rows[i].add(x)
		}
		g.addUp()
		v.goals = append(v.goals, g)
	}
	return v
}

// addUp finds what the rows, and all units, owe in what is still open.
func (g *replanGoal) addUp() {
	if len(g.rows) == 0 {
		return
	}
	closed := len(g.b.Settled().Closed())
	grains := append([]calendar.Grain{salesplan.GrainGoal}, g.b.Grains()...)
	cells := g.b.Periods(grains[len(grains)-1])
	at := salesplan.At{Period: calendar.Span(cells[closed].First, cells[len(cells)-1].Last)}
	g.sum.now, _ = g.b.Amount(at)
	for i := range g.rows {
		r := &g.rows[i]
		at.Units, at.Parents = r.units, r.parents
		r.now, _ = g.b.Amount(at)
		g.sum.by = g.sum.by.Add(r.by)
	}
}

// write writes a table for each goal: who changes, by how much, and why.
func (v *replanView) write(p *program, w io.Writer, call *resplitCall) error {
	var out strings.Builder
	names := unitNames(v.job.plan)
	for i, g := range v.goals {
		if i > 0 {
			out.WriteString("\n")
		}
		b := g.b
		head := printable(g.Goal) + ", " + p.word("as of") + " " + call.asOf
		if m := b.Metric().Measure; m != "" {
			head += ", " + printable(m)
		}
		out.WriteString(head + "\n")
		if len(g.rows) == 0 {
			out.WriteString(p.word("no target changes") + "\n")
		} else {
			out.WriteString(v.table(p, g, names, call) + "\n")
		}
		v.lines(p, &out, b, p.word("the year as issued"), g.Lines, b.Total())
		if s := b.Settled(); s != nil && len(s.Closed()) > 0 {
			v.lines(p, &out, b, p.word("the year as settled"), g.Settled, b.Total())
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// table draws the rows with the largest changes, in the order of the units.
func (v *replanView) table(p *program, g replanGoal, names map[string]string, call *resplitCall) string {
	t := newTable()
	t.numbersFrom = 1
	t.header("", p.word("open before"), p.word("open now"), "±", p.word("why"))
	rows := g.rows
	var left replanRow
	if v.most > 0 && len(rows) > v.most {
		order := make([]int, len(rows))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return rows[b].by.Abs().Cmp(rows[a].by.Abs()) })
		for _, i := range order[v.most:] {
			left.now, left.by = left.now.Add(rows[i].now), left.by.Add(rows[i].by)
		}
		order = order[:v.most]
		slices.Sort(order)
		shown := make([]replanRow, len(order))
		for k, i := range order {
			shown[k] = rows[i]
		}
		rows = shown
	}
	cells := func(name string, r replanRow, why string) {
		t.row(name, grouped(g.b.Text(r.now.Sub(r.by))), grouped(g.b.Text(r.now)), signed(grouped(g.b.Text(r.by))), why)
	}
	for _, r := range rows {
		var units []string
		for _, u := range r.units {
			if name := names[u]; name != "" {
				u = name
			}
			units = append(units, u)
		}
		name := strings.Join(units, " / ")
		if name == "" {
			name = p.word("Total")
		}
		cells(name, r, v.why(p, g.b, r, names))
	}
	if n := len(g.rows) - len(rows); n > 0 {
		cells("… "+itoa(n), left, "")
	}
	t.separator()
	cells(p.word("Total"), g.sum, "")
	return t.render(p.tableWidth(call.width))
}

// why says what a row got and gave, the largest first.
func (v *replanView) why(p *program, b *salesplan.Breakdown, r replanRow, names map[string]string) string {
	moves := slices.DeleteFunc(slices.Clone(r.why), func(m salesplan.Move) bool { return m.Amount.IsZero() })
	slices.SortStableFunc(moves, func(a, b salesplan.Move) int { return b.Amount.Abs().Cmp(a.Amount.Abs()) })
	var out []string
	for i, m := range moves {
		if i == 3 {
			out = append(out, "…")
			break
		}
		text := p.word(string(m.Reason))
		if m.Unit != "" && (len(r.units) == 0 || m.Unit != r.units[0]) {
			name := names[m.Unit]
			if name == "" {
				name = m.Unit
			}
			text += " " + name
		}
		if len(moves) > 1 {
			text += " " + signed(grouped(b.Text(m.Amount)))
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// lines states by what a year differs from the goal.
func (v *replanView) lines(p *program, out *strings.Builder, b *salesplan.Breakdown, name string, lines []salesplan.Line, total decimal.Decimal) {
	text := name + ": " + grouped(b.Text(total))
	sum := total
	for _, l := range lines {
		sum = sum.Add(l.Amount)
		text += " " + signed(grouped(b.Text(l.Amount))) + " (" + p.word(string(l.Kind)) + ")"
	}
	if len(lines) > 0 {
		text += " = " + grouped(b.Text(sum))
	}
	out.WriteString(text + "\n")
}
