package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
)

// An initCall is the command line of init.
type initCall struct {
	template string
	year     int
	deals    []string

	name, currency, growth, period, date, number string
	stages                                       []string
	force                                        bool
}

func (p *program) initCommand() *cobra.Command {
	call := &initCall{}
	cmd := &cobra.Command{
		Use: "init [FILE...]", Short: "Write a starter plan, from a CRM export or a template",
		Long: `Write a starter plan: from the CSV files of a CRM's export, or from a template.

Give every CSV file of the export, in any order, with or without --deals before
it: deals, and as far as they are there people, products and customers. Which is
which is found by the columns' names, in English or Chinese, and by what is in
them; what was taken for what goes to standard error and into the plan, as
comments. The goal that is proposed is what the last twelve months brought on a
working day, for those of the next year, with 10 % on top; the plan says why.

The plan is YAML with comments, or JSON in a file of that ending. The command
that prints its targets is the last line on standard error.

With --json, standard output gets one JSON object with the plan, the notes and
the next command; with -o the plan is written as well.`,
		Example: `  salesplan init pipeline.csv teams.csv products.csv -o plan.yaml
  salesplan init --deals 商机.csv --lang zh -o plan.yaml
  salesplan init deals.csv --date d/m/yyyy --number 1.234,50 --stages Signed=won
  salesplan init --template annual --year 2027 -o plan.yaml`,
		RunE: func(cmd *cobra.Command, files []string) error { return p.init(cmd, files, call) },
	}
	f := cmd.Flags()
	f.StringVar(&call.template, "template", "", "`NAME` of a template: "+strings.Join(salesplan.Templates(), ", "))
	f.IntVar(&call.year, "year", 0, "year of the template's plan; next year, if not given")
	f.StringArrayVar(&call.deals, "deals", nil, "CSV `FILE` of the export, whatever is in it; may be given several times")
	f.StringVar(&call.name, "name", "", "the plan's name")
	f.StringVar(&call.currency, "currency", "", "currency of the amounts, where no column has it: USD")
	f.StringVar(&call.growth, "growth", "", "what the goal is to be above the past: 0.1 or 10%, if not given")
	f.StringVar(&call.period, "period", "", "the goal's `PERIOD`; the year after the last deal, if not given")
	f.StringVar(&call.date, "date", "", "how days are written, where the tables leave it open: m/d/yyyy")
	f.StringVar(&call.number, "number", "", "`EXAMPLE` of how amounts are written, where the tables leave it open: 1,234.50 or 1.234,50")
	f.StringArrayVar(&call.stages, "stages", nil, "`STAGE=OUTCOME`: won, lost or open, for a stage whose name doesn't say it; may be given several times")
	p.inputFlag(cmd)
	f.StringVarP(&p.outFile, "output", "o", "", "write the plan to this `FILE`, whole or not at all, instead of standard output")
	f.BoolVar(&call.force, "force", false, "replace the file of -o")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	f.BoolVar(&p.json, "json", false, "write one JSON object with the plan, what it is based on, and the next command")
	p.severityFlag(cmd, diag.Info)
	return cmd
}

func (p *program) init(cmd *cobra.Command, files []string, call *initCall) error {
	call.deals = append(call.deals, files...)
	if err := joined(p.checkSeverity(cmd), call.check(cmd), p.checkTarget(call)); err != nil {
		return err
	}
	s := &starter{p: p, file: p.outFile, lang: diag.Lang(p.lang)}
	if s.file == "" {
		s.file = "plan.yaml" // as which it is saved by and by
	}
	var err error
	if call.template != "" {
		err = s.fromTemplate(call)
	} else {
		err = s.fromDeals(cmd.Context(), call)
	}
	if err != nil {
		return err
	}
	if err := s.deliver(); err != nil {
		return err
	}
	return verdict(s.draft.Notes)
}

// check refuses flags that don't go together.
func (c *initCall) check(cmd *cobra.Command) error {
	var errs []error
	refuse := func(with string, flags ...string) {
		for _, flag := range flags {
			if cmd.Flags().Changed(flag) {
				errs = append(errs, badArgument(diag.Conflict, flag, "--"+flag, with))
			}
		}
	}
	switch {
	case c.template == "" && len(c.deals) == 0:
		return badArgument(diag.Required, "deals", "", "--deals FILE, or --template "+strings.Join(salesplan.Templates(), ", "))
	case c.template != "":
		errs = append(errs, oneOf("template", c.template, salesplan.Templates()...))
		if len(c.deals) > 0 {
			errs = append(errs, badArgument(diag.Conflict, "template", c.template, "--deals"))
		}
		refuse("--template", "growth", "period", "date", "number", "stages")
	default:
		refuse("--deals; --period", "year")
	}
	return joined(errs...)
}

// checkTarget refuses to replace a file without being told to, and a table of
// the export in any case.
func (p *program) checkTarget(c *initCall) error {
	info, err := os.Stat(p.outFile)
	if p.outFile == "" || err != nil || !info.Mode().IsRegular() {
		return nil
	}
	for _, file := range c.deals {
		if other, err := os.Stat(file); err == nil && os.SameFile(info, other) {
			return badArgument(diag.Conflict, "output", p.outFile, "--deals "+file)
		}
	}
	if c.force {
		return nil
	}
	return &badInput{faults: []placed{{p.outFile, &diag.Fault{Code: codeExists, Path: "/output", Value: diag.Clip(p.outFile)}}}}
}

// A starter is a plan to start from, with all that is said of it.
type starter struct {
	p     *program
	file  string // the plan's
	lang  diag.Lang
	draft *salesplan.PlanDraft
	from  []string // files, or the template
	next  []string // the command that prints its targets
}

func (s *starter) fromTemplate(call *initCall) error {
	year := call.year
	if year == 0 {
		year = s.p.today().Year() + 1
	}
	plan, err := salesplan.Template(call.template, year)
	if err != nil {
		return renamed(err, map[string]string{"/name": "/template"})
	}
	if call.name != "" {
		plan.Name = call.name
	}
	if call.currency != "" && call.currency != plan.Currency {
		for i := range plan.Metrics {
			if plan.Metrics[i].Measure == plan.Currency {
				plan.Metrics[i].Measure = call.currency
			}
		}
		plan.Currency, plan.Calendar = call.currency, salesplan.CalendarRule{}
	}
	if err := plan.Validate(); err != nil {
		return renamed(err, nil)
	}
	s.draft = &salesplan.PlanDraft{Plan: plan, Tables: []salesplan.DraftedTable{}, Notes: []diag.Finding{}}
	s.from, s.next = []string{call.template}, append([]string{"salesplan", "targets", s.file}, s.spoken()...)
	return nil
}

// today is the day on which the program runs.
func (p *program) today() time.Time {
	if p.now != nil {
		return p.now()
	}
	return time.Now()
}

func (s *starter) fromDeals(ctx context.Context, call *initCall) error {
	options, err := call.options(s.lang)
	if err != nil {
		return err
	}
	tables, err := s.p.openTables(s.file, call.deals)
	defer tables.close()
	if err != nil {
		return err
	}
	m := s.p.meter("splitting")
	s.draft, err = salesplan.Draft(salesplan.WithProgress(ctx, m.report), tables.drafts(), options)
	m.done()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return tables.place(err)
	}
	s.draft.Notes = append(s.draft.Notes, s.p.guesses()...)
	s.from, s.next = call.deals, s.nextCommand(tables)
	return nil
}

// options reads the flags for the draft.
func (c *initCall) options(lang diag.Lang) (salesplan.DraftOptions, error) {
	opt := salesplan.DraftOptions{Name: c.name, Lang: lang, Currency: c.currency, Period: c.period, Date: c.date}
	var errs []error
	if c.growth != "" {
		text, percent := strings.CutSuffix(c.growth, "%")
		d, fault := readNumber(strings.TrimSpace(text), "/growth")
		if fault != nil {
			errs = append(errs, wrongArgument(fault))
		} else if percent {
			d = d.Shift(-2)
		}
		opt.Growth = decimal.NewNullDecimal(d)
	}
	if c.number != "" {
		var ok bool
		if opt.Number, ok = numberLike(c.number); !ok {
			errs = append(errs, badArgument(diag.Ambiguous, "number", c.number, "1,234.50, 1.234,50"))
		}
	}
	for _, text := range c.stages {
		at := strings.LastIndex(text, "=")
		if at <= 0 {
			errs = append(errs, badArgument(diag.Syntax, "stages", text, "STAGE=OUTCOME"))
			continue
		}
		if opt.Stages == nil {
			opt.Stages = map[string]salesplan.Outcome{}
		}
		opt.Stages[text[:at]] = salesplan.Outcome(text[at+1:])
	}
	return opt, joined(errs...)
}

// numberLike returns the format of an example: "1,234.50", "￥1.234,50",
// "1.5万". One that can be read in two ways ("1,234") is none.
func numberLike(example string) (f salesplan.NumberFormat, ok bool) {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	first, last := strings.IndexFunc(example, isDigit), strings.LastIndexFunc(example, isDigit)
	if first < 0 {
		return f, false
	}
	f.Sign, f.Unit = strings.TrimSpace(example[:first]), strings.TrimSpace(example[last+1:])
	digits := example[first : last+1]
	marks := []rune(strings.Map(func(r rune) rune {
		if isDigit(r) {
			return -1
		}
		return r
	}, digits))
	if len(marks) == 0 {
		return f, true
	}
	end := string(marks[len(marks)-1])
	before, after := digits[:strings.LastIndex(digits, end)], digits[strings.LastIndex(digits, end)+len(end):]
	groups := marks[:len(marks)-1]
	switch {
	case len(groups) > 0 && string(groups[0]) == end: // 1,234,567
		f.Group = end
	case len(groups) == 0 && len(after) == 3 && len(before) < 4:
		return f, false
	default:
		f.Decimal = end
		if len(groups) > 0 {
			f.Group = string(groups[0])
		}
	}
	same := strings.Trim(string(groups), f.Group) == ""
	switch f.Decimal {
	case ".":
		f.Decimal = ""
	case "":
		if f.Group == "." {
			f.Decimal = ","
		}
	}
	return f, same
}

// deliver writes the plan, and what is to be known of it.
func (s *starter) deliver() error {
	var canonical bytes.Buffer
	if err := salesplan.Encode(&canonical, s.draft.Plan); err != nil {
		return err
	}
	text := canonical.Bytes()
	if !strings.EqualFold(filepath.Ext(s.file), ".json") {
		var err error
		if text, err = s.commented(text); err != nil {
			return &badInput{faults: inFile(s.file, err)}
		}
	}
	if !s.p.json || s.p.outFile != "" {
		err := s.p.deliver(func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		})
		if err != nil {
			return err
		}
	}
	if s.p.json {
		return s.writeJSON()
	}
	s.p.sayHidden(s.p.sayFindings(s.draft.Notes, ""))
	if s.p.outFile != "" {
		fmt.Fprintf(s.p.errs, "%s: %s\n", fileName(s.file), s.p.word("written"))
	}
	fmt.Fprintf(s.p.errs, "%s\n  %s\n", s.p.word("Next:"), s.nextLine())
	return nil
}

// writeJSON writes the draft with the next command to standard output.
func (s *starter) writeJSON() error {
	body := jsonText(s.draft)
	if !bytes.HasSuffix(body, []byte("}")) {
		return errors.New("the draft cannot be written")
	}
	body = append(body[:len(body)-1], `,"next":`...)
	body = append(append(body, jsonText(s.next)...), "}\n"...)
	_, err := s.p.out.Write(body)
	return err
}

// nextCommand is the command that prints the targets of a drafted plan, or
// checks it where it has no goal.
func (s *starter) nextCommand(tables *exportTables) []string {
	if len(s.draft.Plan.Goals) == 0 {
		return append([]string{"salesplan", "validate", s.file}, s.spoken()...)
	}
	var deals, customers, units []string
	for i, t := range s.draft.Tables {
		file := tables.list[i]
		switch t.Role {
		case salesplan.DraftRoleDeals:
			deals = append(deals, "--deals", file.path)
		case salesplan.DraftRoleCustomers:
			customers = append(customers, "--customers", file.path)
		case salesplan.DraftRoleUnits:
			named := slices.ContainsFunc(s.draft.Plan.Axes, func(a salesplan.Axis) bool { return a.Table != nil && a.Table.File == t.Name })
			if named && !file.beside {
				units = append(units, "--file", t.Name+"="+file.path)
			}
		}
	}
	return slices.Concat([]string{"salesplan", "targets", s.file}, deals, customers, units, s.inputEncoding(), s.spoken())
}

// inputEncoding are the arguments for the tables' encoding, where it was given.
func (s *starter) inputEncoding() []string {
	if s.p.inputCharset == inputAuto || s.p.inputCharset == "" {
		return nil
	}
	return []string{"--input-encoding", s.p.inputCharset}
}

// spoken are the arguments for the language, where it isn't English.
func (s *starter) spoken() []string {
	if s.lang == diag.English {
		return nil
	}
	return []string{"--lang", string(s.lang)}
}

// nextLine is that command as it is typed into a shell.
func (s *starter) nextLine() string {
	words := make([]string, len(s.next))
	for i, w := range s.next {
		words[i] = shellWord(w)
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word that a shell would take for more than a word.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 0x80 && !isUnprintable(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,+@%", r)
	}
	if word != "" && strings.TrimLeftFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(printable(word), "'", `'\''`) + "'"
}
