package main

import (
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
)

// maxParts is the most parts that --parts takes.
const maxParts = 10_000_000

// A splitCall is the command line of split.
type splitCall struct {
	step, parts, weights, table, method string
	csv                                 bool

	total, unit decimal.Decimal // TOTAL and --step as numbers
	opt         salesplan.SplitOptions
}

func (p *program) splitCommand() *cobra.Command {
	call := &splitCall{}
	cmd := &cobra.Command{
		Use:   "split TOTAL --step S (--parts N | --weights FILE | --table FILE)",
		Short: "Divide a total exactly, without a plan", Args: cobra.ExactArgs(1),
		Long: `Divide a total into parts that are multiples of the step and add up to it
exactly.

--parts N makes N equal parts. --weights reads a CSV file: one weight a row,
name and weight, or columns with the headers name, weight, min, max and lock, of
which weight may be left out for equal ones. --table reads a matrix with names
in its first row and column, such as last year's months × people, and returns
one of the same shape for the new total: its rows get TOTAL in proportion to
their sums (largest remainder), its columns in proportion to theirs (cumulative
rounding), and its cells follow the old ones' proportions. An empty or zero cell
stays 0. Leave totals out of the matrix.

Numbers are plain: 1234567.89. A negative total goes right behind "split", or
behind "--".`,
		Example: `  salesplan split 100 --step 1 --parts 30
  salesplan split 10000000 --step 0.01 --parts 12 --method cumulative
  salesplan split 1200000 --step 100 --weights weights.csv --csv
  salesplan split 12000000 --step 1 --table last-year.csv -o next-year.csv`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.splitTotal(cmd.Context(), args[0], call) },
	}
	f := cmd.Flags()
	f.StringVar(&call.step, "step", "", "smallest amount that a part can have: 0.01, 1, 1000 (required)")
	f.StringVar(&call.parts, "parts", "", "number of equal parts")
	f.StringVar(&call.weights, "weights", "", "CSV `FILE` of weights")
	f.StringVar(&call.table, "table", "", "CSV `FILE` of a matrix")
	f.StringVar(&call.method, "method", "largest-remainder", "who gets the rest: largest-remainder, cumulative, webster, huntington-hill, adams or jefferson")
	f.BoolVar(&call.csv, "csv", false, "write CSV (always so with --table)")
	p.outputFlags(cmd)
	return cmd
}

// readNumber reads a plain number of the command line or of a table.
func readNumber(text, path string) (decimal.Decimal, *diag.Fault) {
	code, bound := checkNumber(text)
	if code == "" {
		if d, err := decimal.NewFromString(text); err == nil {
			return d, nil
		}
		code, bound = diag.Syntax, plainNumber
	}
	return decimal.Decimal{}, &diag.Fault{Code: code, Path: path, Value: diag.Clip(text), Bound: bound}
}

// check reads what the flags say.
func (c *splitCall) check(total string) error {
	bad := &badInput{}
	add := func(f *diag.Fault) {
		if f != nil {
			bad.faults = append(bad.faults, placed{"", f})
		}
	}
	var f *diag.Fault
	c.total, f = readNumber(total, "/total")
	add(f)
	if c.step == "" {
		add(&diag.Fault{Code: diag.Required, Path: "/step", Bound: "the smallest amount of a part, such as 0.01 or 1"})
	} else {
		c.unit, f = readNumber(c.step, "/step")
		add(f)
	}
	if err := c.opt.Method.UnmarshalText([]byte(c.method)); err != nil {
		for _, f := range diag.All(err) {
			g := *f
			g.Path = "/method"
			add(&g)
		}
	}
	c.opt.Step = c.unit
	given := 0
	for _, flag := range []string{c.parts, c.weights, c.table} {
		if flag != "" {
			given++
		}
	}
	const ways = "one of --parts, --weights and --table"
	switch {
	case given == 0:
		add(&diag.Fault{Code: diag.Required, Path: "/parts", Bound: ways})
	case given > 1:
		add(&diag.Fault{Code: diag.Conflict, Path: "/parts", Value: c.parts, Bound: ways})
	}
	if len(bad.faults) > 0 {
		return bad
	}
	return nil
}

func (p *program) splitTotal(ctx context.Context, total string, call *splitCall) error {
	if err := joined(p.checkOutput(), call.check(total), p.notBoth(call.csv)); err != nil {
		return err
	}
	switch {
	case call.parts != "":
		return p.splitEven(call)
	case call.weights != "":
		return p.splitWeights(call)
	}
	return p.splitMatrix(ctx, call)
}

// splitEven makes equal parts.
func (p *program) splitEven(call *splitCall) error {
	n, err := strconv.Atoi(call.parts)
	if err != nil || n < 1 || n > maxParts {
		return badArgument(diag.OutOfRange, "parts", call.parts, "1 to "+strconv.Itoa(maxParts))
	}
	one := decimal.New(1, 0)
	weights := make([]decimal.Decimal, n)
	for i := range weights {
		weights[i] = one
	}
	amounts, err := salesplan.Split(call.total, weights, call.opt)
	if err != nil {
		return optionFaults(err, "")
	}
	return p.deliver(func(w io.Writer) error {
		if !p.json {
			return writeColumn(w, amounts, call)
		}
		texts := make([]string, n)
		for i, a := range amounts {
			texts[i] = call.text(a)
		}
		return writeJSON(w, struct {
			splitHead
			Amounts []string `json:"amounts"`
		}{call.head(), texts})
	})
}

// A splitHead is what the JSON of a split begins with.
type splitHead struct {
	Total  string           `json:"total"`
	Step   string           `json:"step"`
	Method salesplan.Method `json:"method"`
}

func (c *splitCall) head() splitHead {
	return splitHead{c.text(c.total), c.unit.String(), c.opt.Method}
}

// text writes an amount with the step's decimals, or more where it has more.
func (c *splitCall) text(d decimal.Decimal) string {
	places := max(-c.unit.Exponent(), 0)
	if !d.Truncate(places).Equal(d) {
		return d.String()
	}
	return d.StringFixed(places)
}

func writeColumn(w io.Writer, amounts []decimal.Decimal, call *splitCall) error {
	for _, a := range amounts {
		if _, err := io.WriteString(w, call.text(a)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// splitWeights divides by a file of weights.
func (p *program) splitWeights(call *splitCall) error {
	table, err := p.readMatrix(call.weights, "weights")
	if err != nil {
		return err
	}
	parts, err := table.parts()
	if err != nil {
		return err
	}
	shares, err := salesplan.SplitParts(call.total, parts, call.opt)
	if err != nil {
		return table.located(optionFaults(err, call.weights))
	}
	return p.deliver(func(w io.Writer) error {
		switch {
		case p.json:
			return writeJSON(w, struct {
				splitHead
				Shares []salesplan.Share `json:"shares"`
			}{call.head(), shares})
		case call.csv:
			return writeShares(w, shares, call)
		}
		return p.tabulate(w, shares, call)
	})
}

func writeShares(w io.Writer, shares []salesplan.Share, call *splitCall) error {
	out := newCSV(w)
	named := len(shares) > 0 && shares[0].ID != ""
	if named {
		_ = out.write("name", "amount")
	} else {
		_ = out.write("amount")
	}
	for _, s := range shares {
		cells := []string{call.text(s.Amount)}
		if named {
			cells = []string{salesplan.NeutralCell(s.ID), cells[0]}
		}
		if err := out.write(cells...); err != nil {
			return err
		}
	}
	return out.flush()
}

// tabulate writes shares for people to read.
func (p *program) tabulate(w io.Writer, shares []salesplan.Share, call *splitCall) error {
	t := newTable()
	t.header("", p.word("amount"))
	for i, s := range shares {
		name := s.ID
		if name == "" {
			name = strconv.Itoa(i + 1)
		}
		t.row(name, grouped(call.text(s.Amount)))
	}
	t.separator()
	t.row(p.word("Total"), grouped(call.text(call.total)))
	_, err := io.WriteString(w, t.render(0)+"\n")
	return err
}

// splitMatrix makes a matrix of the same shape for a new total.
func (p *program) splitMatrix(ctx context.Context, call *splitCall) error {
	table, err := p.readMatrix(call.table, "table")
	if err != nil {
		return err
	}
	m, err := table.matrix()
	if err != nil {
		return err
	}
	req := salesplan.TableRequest{Seed: m.cells, Step: call.unit, Method: call.opt.Method, RowIDs: m.rows, ColumnIDs: m.columns}
	rowSums, columnSums := m.sums()
	margins := salesplan.SplitOptions{Step: call.unit}
	var errRows, errColumns error
	req.Rows, errRows = salesplan.Split(call.total, rowSums, margins)
	margins.Method = salesplan.Cumulative
	req.Columns, errColumns = salesplan.Split(call.total, columnSums, margins)
	if err := errors.Join(errRows, errColumns); err != nil {
		return optionFaults(err, call.table)
	}
	meter := p.meter("splitting")
	result, err := salesplan.SplitTable(salesplan.WithProgress(ctx, meter.report), req)
	meter.done()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return optionFaults(err, call.table)
	}
	return p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, result)
		}
		return m.write(w, result, call)
	})
}

// write writes the result as a matrix with the names of the old one.
func (m *matrix) write(w io.Writer, result *salesplan.Table, call *splitCall) error {
	out := newCSV(w)
	head := []string{salesplan.NeutralCell(m.corner)}
	for _, name := range m.columns {
		head = append(head, salesplan.NeutralCell(name))
	}
	_ = out.write(head...)
	for i, name := range m.rows {
		cells := []string{salesplan.NeutralCell(name)}
		for _, a := range result.Row(i) {
			cells = append(cells, call.text(a))
		}
		if err := out.write(cells...); err != nil {
			return err
		}
	}
	return out.flush()
}

// optionFaults returns the library's faults with the names of this program's
// flags; what is not about a flag is about the file.
func optionFaults(err error, file string) error {
	all := diag.All(err)
	if len(all) == 0 {
		return err
	}
	flags := map[string]string{"/total": "/total", "/opt/step": "/step", "/step": "/step", "/opt/method": "/method", "/method": "/method"}
	bad := &badInput{} // rows and columns may say the same
	seen := map[string]bool{}
	for _, f := range all {
		g := *f
		at := placed{file, &g}
		if flag, ok := flags[f.Path]; ok {
			g.Path, at.File = flag, ""
		}
		if !seen[g.Error()] {
			bad.faults = append(bad.faults, at)
		}
		seen[g.Error()] = true
	}
	return bad
}
