package main

import (
	"bufio"
	"context"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// read reads plan, tables and evidence for the commands that need them all, or
// what was issued.
func (p *program) read(ctx context.Context, file string, in *inputs) (*job, error) {
	if in.targets != "" {
		return p.readIssued(file, in)
	}
	j, err := p.readPlan(file)
	if err != nil {
		return nil, err
	}
	if err := p.readTables(j, in.tables, true); err != nil {
		return nil, err
	}
	j.whole = j.plan
	if err := j.choose(in.goal); err != nil {
		return nil, err
	}
	if err := p.gather(ctx, j, in); err != nil {
		return nil, err
	}
	j.found = append(j.found, p.guesses()...)
	return j, nil
}

// gather reads deals and history.
func (p *program) gather(ctx context.Context, j *job, in *inputs) error {
	if len(in.deals) == 0 && len(in.customers) == 0 && in.history == "" {
		return nil
	}
	if err := in.checkMappings(j); err != nil {
		return err
	}
	rows := &rowReader{ctx: ctx, p: p, meter: p.meter("reading"), mapping: "/inputs/deals"}
	defer rows.close()
	people := &rowReader{ctx: ctx, p: p, mapping: "/inputs/customers"}
	defer people.close()
	var deals iter.Seq2[salesplan.Deal, error]
	var customers iter.Seq2[salesplan.Customer, error]
	var actuals iter.Seq2[salesplan.Actual, error]
	for _, file := range in.deals {
		r, err := rows.open(file, "deals")
		if err != nil {
			return err
		}
		deals = both(deals, watched(rows, file, salesplan.ReadDeals(r, *j.plan.Inputs.Deals), func(d *salesplan.Deal) *int { return &d.Row }))
	}
	for _, file := range in.customers {
		r, err := people.open(file, "customers")
		if err != nil {
			return err
		}
		customers = both(customers, watched(people, file, salesplan.ReadCustomers(r, *j.plan.Inputs.Customers), func(c *salesplan.Customer) *int { return &c.Row }))
	}
	if customers != nil {
		deals = salesplan.FillCustomers(deals, j.readable(customers))
	}
	sample := &dealSample{}
	if deals != nil && slices.ContainsFunc(j.plan.Processes, unmeasured) {
		deals = sample.tap(deals)
	}
	if in.history != "" {
		r, err := rows.open(in.history, "history")
		if err != nil {
			return err
		}
		if r, err = refuseWide(r, in.history); err != nil {
			return err
		}
		metric := ""
		if in.goal != "" {
			metric = j.plan.Goals[slices.IndexFunc(j.plan.Goals, func(g salesplan.Goal) bool { return g.ID == in.goal })].Metric
		}
		actuals = watched(rows, in.history, salesplan.ReadHistory(r, j.plan, metric), func(a *salesplan.Actual) *int { return &a.Row })
	}
	evidence, err := salesplan.Gather(j.plan, deals, actuals)
	rows.meter.done()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if fatal := slices.Concat(people.fatal, rows.fatal); len(fatal) > 0 {
		return &badInput{faults: fatal}
	}
	if err != nil {
		return j.place(err)
	}
	j.measure(sample)
	j.evidence, j.rowFaults, j.starts = evidence, append(people.all(), rows.all()...), rows.starts
	if j.data = append(j.data, in.deals...); in.history != "" {
		j.data = append(j.data, in.history)
	}
	return nil
}

// refuseWide refuses this program's own --csv --wide, in which sums stand beside
// what they are made of, with what to give instead.
func refuseWide(r io.Reader, file string) (io.Reader, error) {
	in := bufio.NewReader(r)
	head, _ := in.Peek(in.Size())
	line, _, _ := strings.Cut(string(head), "\n")
	cells := strings.FieldsFunc(strings.ToLower(line), func(c rune) bool { return strings.ContainsRune(",;\t\r\" ", c) })
	for _, name := range []string{"date", "on", "period", "month", "amount", "value"} {
		if slices.Contains(cells, name) {
			return in, nil
		}
	}
	for _, name := range []string{"goal", "metric", "parent", "level", "leaf"} {
		if !slices.Contains(cells, name) {
			return in, nil
		}
	}
	f := &diag.Fault{Code: codeWide, Path: "/history", Line: 1, Column: 1}
	return nil, &badInput{faults: []placed{{file, f}}}
}

// readable yields the customers that can be read and finds the others, whose
// faults the reader of their rows has kept.
func (j *job) readable(customers iter.Seq2[salesplan.Customer, error]) iter.Seq2[salesplan.Customer, error] {
	return func(yield func(salesplan.Customer, error) bool) {
		bad := 0
		for c, err := range customers {
			if err != nil {
				bad++
			} else if !yield(c, nil) {
				return
			}
		}
		if bad > 0 {
			j.found = append(j.found, diag.Finding{
				Severity: diag.Error, Code: codeCustomers, Subject: diag.Subject{Kind: "table", ID: "customers"}, Args: []diag.Arg{diag.Count("count", bad)},
			})
		}
	}
}

// checkMappings refuses files that the plan doesn't say how to read.
func (in *inputs) checkMappings(j *job) error {
	switch {
	case len(in.deals) > 0 && j.plan.Inputs.Deals == nil:
		return j.place(&diag.Fault{Code: diag.Required, Path: "/inputs/deals", Bound: "how --deals is to be read: columns, stages, date"})
	case len(in.customers) > 0 && j.plan.Inputs.Customers == nil:
		return j.place(&diag.Fault{Code: diag.Required, Path: "/inputs/customers", Bound: "how --customers is to be read: columns"})
	case len(in.customers) > 0 && len(in.deals) == 0:
		return badArgument(diag.Required, "deals", "", "the deals of the --customers")
	}
	return nil
}

// A rowReader reads tables row by row and keeps the faults on the way, each
// with its file.
type rowReader struct {
	ctx    context.Context
	p      *program
	meter  *meter
	closer []io.Closer

	mapping string // where the plan says how the tables are read

	starts []start // of the tables read so far
	last   int     // row, counted through all tables

	rows   int64
	faults []placed
	more   int      // faults beyond those kept
	fatal  []placed // faults after which a table could not be read on
}

func (r *rowReader) open(file, parameter string) (io.Reader, error) {
	f, err := r.p.open(file, parameter)
	if err == nil {
		r.closer = append(r.closer, f)
	}
	return f, err
}

func (r *rowReader) close() {
	r.meter.done()
	for _, c := range r.closer {
		c.Close()
	}
}

// A start is where a table begins, its rows being counted on from those of the
// tables before it, so that each row has a number of its own.
type start struct {
	file string
	at   int
}

// watched yields what seq yields until the run is interrupted, its rows counted
// through all tables.
func watched[T any](r *rowReader, file string, seq iter.Seq2[T, error], rowOf func(*T) *int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		begun := r.last
		r.starts = append(r.starts, start{file, begun})
		for row, err := range seq {
			if r.rows++; r.rows%1024 == 0 {
				if r.ctx.Err() != nil {
					return
				}
				r.meter.report(r.rows, -1)
			}
			if err != nil {
				r.note(file, err)
				err = r.countOn(err, begun)
			} else {
				at := rowOf(&row)
				*at += begun
				r.last = max(r.last, *at)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// countOn gives the faults of a row the number that it has among all rows.
func (r *rowReader) countOn(err error, begun int) error {
	if begun == 0 {
		for _, f := range diag.All(err) {
			row, _ := rowNumber(f.Path)
			r.last = max(r.last, row)
		}
		return err
	}
	var out diag.Faults
	for _, f := range diag.All(err) {
		g := *f
		if row, rest := rowNumber(f.Path); row > 0 {
			g.Path = "/rows/" + itoa(row+begun) + rest
			r.last = max(r.last, row+begun)
		}
		out = append(out, &g)
	}
	if len(out) == 0 {
		return err
	}
	return out
}

// rowNumber is the row of a path such as /rows/17/amount, and what follows it;
// 0 where there is none.
func rowNumber(path string) (int, string) {
	below, ok := strings.CutPrefix(path, "/rows/")
	number, rest, more := strings.Cut(below, "/")
	row, err := strconv.Atoi(number)
	if !ok || err != nil {
		return 0, ""
	}
	if more {
		rest = "/" + rest
	}
	return row, rest
}

// named returns findings with the files of the rows that they name, where there
// are several files, and behind them what was found of the customers.
func (j *job) named(findings []diag.Finding) []diag.Finding {
	findings = append(slices.Clone(findings), j.found...)
	if len(j.starts) < 2 {
		return findings
	}
	out := slices.Clone(findings)
	for i, f := range out {
		for k, a := range f.Args {
			if a.Name != "rows" || a.Text == "" {
				continue
			}
			out[i].Args = slices.Clone(out[i].Args)
			out[i].Args[k].Text = j.rowNames(a.Text)
		}
	}
	return out
}

// rowNames turns "2, 17, …" into "a.csv:2, b.csv:3, …".
func (j *job) rowNames(text string) string {
	rows := strings.Split(text, ", ")
	for i, r := range rows {
		n, err := strconv.Atoi(r)
		if err != nil {
			continue
		}
		of := j.starts[0]
		for _, s := range j.starts {
			if s.at < n {
				of = s
			}
		}
		rows[i] = fileName(of.file) + ":" + itoa(n-of.at)
	}
	return strings.Join(rows, ", ")
}

func (r *rowReader) note(file string, err error) {
	for _, f := range diag.All(err) {
		at := *r.p.advised(f)
		if below, ok := strings.CutPrefix(at.Path, "/mapping"); ok {
			at.Path = r.mapping + below
		}
		switch {
		case endsReading(f):
			r.fatal = append(r.fatal, placed{file, &at})
		case len(r.faults) < diag.MaxKept:
			r.faults = append(r.faults, placed{file, &at})
		default:
			r.more++
		}
	}
}

// endsReading reports whether a fault is one of the table, not of one of its
// rows.
func endsReading(f *diag.Fault) bool {
	switch f.Code {
	case diag.Column, diag.IO:
		return true
	case diag.TooMany:
		return !strings.Contains(f.Bound, "columns")
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(f.Path, "/"), "/")
	return first != "rows" || f.Path == "/rows/1" || strings.HasPrefix(f.Path, "/rows/1/")
}

// all returns the faults of rows that were kept and the number of the others.
func (r *rowReader) all() []placed {
	if r.more == 0 {
		return r.faults
	}
	return append(r.faults, placed{"", &diag.Fault{Code: diag.More, Value: itoa(r.more)}})
}

// both yields the rows of a and then those of b.
func both[T any](a, b iter.Seq2[T, error]) iter.Seq2[T, error] {
	if a == nil {
		return b
	}
	return func(yield func(T, error) bool) {
		for _, seq := range []iter.Seq2[T, error]{a, b} {
			for row, err := range seq {
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// split makes the targets. Where that fails, what was found in the data goes
// with the faults: it often says why.
func (p *program) split(ctx context.Context, j *job) (*salesplan.Targets, error) {
	if j.issued != nil {
		return j.issued, nil
	}
	m := p.meter("splitting")
	defer m.done()
	targets, err := j.plan.Targets(salesplan.WithProgress(ctx, m.report), j.evidence)
	if err == nil {
		return targets, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	err = j.place(err)
	if bad, ok := err.(*badInput); ok {
		bad.findings, bad.data = j.named(j.evidence.Findings()), j.dataFile()
		bad.faults = append(j.rowFaults, bad.faults...)
	}
	return nil, err
}

// sayAll writes row faults and findings to standard error. With one file of
// data, its findings name it.
func (p *program) sayAll(j *job, findings []diag.Finding) {
	p.sayFaults(j.rowFaults)
	ofData := map[string]bool{}
	for _, f := range j.evidence.Findings() {
		ofData[f.Key()] = true
	}
	hidden := 0
	for _, f := range findings {
		file := ""
		if ofData[f.Key()] {
			file = j.dataFile()
		}
		hidden += p.sayFindings([]diag.Finding{f}, file)
	}
	p.sayHidden(hidden)
}

// dataFile is the file of deals or of the past, "" if there are several.
func (j *job) dataFile() string {
	if len(j.data) != 1 {
		return ""
	}
	return j.data[0]
}

func itoa(n int) string { return strconv.Itoa(n) }
