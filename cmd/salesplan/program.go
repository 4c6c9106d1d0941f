package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK          = 0
	exitFindings    = 1 // findings of severity error, a plan that isn't formatted, or differences
	exitBadInput    = 2 // faults of the input or the command line
	exitInterrupted = 130
)

// A program is one run: its streams and what all commands share.
type program struct {
	ctx       context.Context // of the run
	in        io.Reader
	out, errs io.Writer
	terminal  bool // errs is one
	columns   int  // of the terminal that out is; 0 where it is none

	lang    string
	json    bool
	okFinds bool
	outFile string
	charset string

	inputCharset string   // of tables
	guessed      []string // tables that were taken for GB18030

	least string // severity of findings that are shown

	now func() time.Time // nil is the clock

	stdinTaken string // the parameter that reads standard input
}

// errFindings ends a run whose findings have been reported.
var errFindings = errors.New("findings of severity error")

// A badInput is what is wrong with the input, each fault with its file, and
// what was found before that was known.
type badInput struct {
	faults   []placed
	findings []diag.Finding
	data     string // the file of the findings, where there is one only
}

func (b *badInput) Error() string { return fmt.Sprintf("%d faults", len(b.faults)) }

// Is reports whether one of the faults is of a code.
func (b *badInput) Is(target error) bool {
	code, ok := target.(diag.Code)
	return ok && slices.ContainsFunc(b.faults, func(f placed) bool { return f.Code == code })
}

// A placed fault is one with the file in which it stands; "" is the command
// line.
type placed struct {
	File string `json:"file,omitempty"`
	*diag.Fault
}

// inFile returns the faults of err as those of a file.
func inFile(file string, err error) []placed {
	var out []placed
	for _, f := range diag.All(err) {
		out = append(out, placed{file, f})
	}
	return out
}

// badArgument returns the fault of a parameter of the command line.
func badArgument(code diag.Code, parameter, value, bound string) error {
	return &badInput{faults: []placed{{"", &diag.Fault{Code: code, Path: "/" + parameter, Value: diag.Clip(value), Bound: bound}}}}
}

// wrongArgument is the fault of a parameter of the command line.
func wrongArgument(f *diag.Fault) error { return &badInput{faults: []placed{{"", f}}} }

// joined returns the faults of all as one error, the first error that is
// something else, or nil.
func joined(errs ...error) error {
	all := &badInput{}
	for _, err := range errs {
		var bad *badInput
		switch {
		case err == nil:
		case errors.As(err, &bad):
			all.faults = append(all.faults, bad.faults...)
		default:
			return err
		}
	}
	if len(all.faults) == 0 {
		return nil
	}
	return all
}

const about = `salesplan turns a sales goal into exact targets: split over people and periods,
by last year's CRM export or by weights, always adding up to the goal.

Exit codes: 0 all is well; 1 findings of severity error (--ok-with-findings
makes it 0), or differences that diff found; 2 bad input or usage; 130 interrupted. Findings and faults go to
standard error, with --json into the object on standard output.

Plans are JSON (.json) or YAML (.yaml, .yml); on standard input, and with any
other name, JSON begins with a brace. YAML is read as it is written: 007, 1.10,
no and 2027-01-01 are what their fields make of them; null, ~ and nothing are
JSON's null. Anchors, aliases, merge keys, tags, directives and second documents
are refused.

Plans are UTF-8, with or without a byte order mark, and so are CSV tables. A
table whose first character beyond ASCII is no UTF-8 is taken for GB18030 if
that character's line can be read so, and a finding of severity info says it;
--input-encoding utf-8 or gb18030 leaves nothing to guess. "-" is standard
input.`

// command builds the tree of commands.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use: "salesplan", Short: "Exact sales targets from a goal and a CRM export", Long: about,
		Version: version(), SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			errs := []error{oneOf("lang", p.lang, "en", "zh")}
			if p.inputCharset != "" { // the command reads tables
				errs = append(errs, oneOf("input-encoding", p.inputCharset, inputAuto, inputUTF8, inputGB18030))
			}
			return joined(errs...)
		},
	}
	root.SetVersionTemplate("salesplan {{.Version}}\n")
	root.PersistentFlags().StringVar(&p.lang, "lang", "en", "language of findings and faults: en or zh")
	root.AddCommand(p.initCommand(), p.targetsCommand(), p.explainCommand(), p.resplitCommand(), p.validateCommand(), p.fmtCommand(), p.diffCommand(), p.mergeCommand(), p.whatIfCommand(), p.splitCommand(), p.schemaCommand(),
		p.scheduleCommand(), p.levelCommand(), p.checkCommand(), p.tasksCommand(), p.funnelCommand())
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.errs)
	return root
}

// version is the module's, as the build recorded it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// oneOf refuses a value that its flag doesn't know.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	f := &diag.Fault{Code: diag.Invalid, Path: "/" + flag, Value: diag.Clip(value), Bound: strings.Join(allowed, ", "), Near: diag.Nearest(value, allowed)}
	return &badInput{faults: []placed{{"", f}}}
}

// run runs one command line and returns its exit code.
func (p *program) run(ctx context.Context, args []string) int {
	p.ctx = ctx
	cmd := p.command()
	cmd.SetArgs(negativeTotal(args))
	err := cmd.ExecuteContext(ctx)
	var bad *badInput
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUnformatted), errors.Is(err, errDiffer):
		return exitFindings
	case errors.Is(err, errFindings):
		if p.okFinds {
			return exitOK
		}
		return exitFindings
	case ctx.Err() != nil:
		fmt.Fprintln(p.errs, "salesplan:", p.word("interrupted"))
		return exitInterrupted
	case errors.Is(err, syscall.EPIPE):
		return exitOK // whoever read the output has seen enough
	case errors.As(err, &bad):
	case len(diag.All(err)) > 0:
		bad = &badInput{faults: inFile("", err)}
	default: // the flags' own errors
		bad = &badInput{faults: []placed{{"", &diag.Fault{Code: codeUsage, Path: "/args", Value: diag.Clip(err.Error())}}}}
	}
	p.reportBad(bad, p.json || slices.Contains(args, "--json"))
	return exitBadInput
}

// negativeTotal puts a number below zero that follows "split" behind "--", so
// that it isn't taken for a flag.
func negativeTotal(args []string) []string {
	if len(args) < 2 || args[0] != "split" || len(args[1]) < 2 || args[1][0] != '-' || args[1][1] < '0' || args[1][1] > '9' {
		return args
	}
	return slices.Concat(args[:1], args[2:], []string{"--", args[1]})
}

// reportBad says what is wrong with the input.
func (p *program) reportBad(bad *badInput, asJSON bool) {
	if asJSON {
		_ = writeJSON(p.out, struct {
			Faults   []placed       `json:"faults"`
			Findings []diag.Finding `json:"findings,omitempty"`
		}{bad.faults, bad.findings})
		return
	}
	_ = p.sayFindings(bad.findings, bad.data)
	p.sayFaults(bad.faults)
}

// sayFaults writes faults to standard error, one a line, with their place as
// compilers write it.
func (p *program) sayFaults(faults []placed) {
	catalogue := messages()
	for _, f := range faults {
		if p.lang == string(diag.Chinese) {
			f.Fault = inChinese(f.Fault)
		}
		fmt.Fprintf(p.errs, "%s%s: %s\n", f.place(), p.word("error"), printable(catalogue.Text(f.Fault, diag.Lang(p.lang))))
	}
}

// place is the file, line and column of a fault, "" for the command line.
func (f placed) place() string {
	switch {
	case f.File == "":
		return "salesplan: "
	case f.Line == 0:
		return fileName(f.File) + ": "
	}
	return fmt.Sprintf("%s:%d:%d: ", fileName(f.File), f.Line, f.Column)
}

// severityFlag adds the flag that chooses the findings which are shown.
func (p *program) severityFlag(cmd *cobra.Command, least diag.Severity) {
	cmd.Flags().String("severity", string(least), "show findings from this `SEVERITY` on: info, warning or error; with --json all")
}

// checkSeverity reads the severity asked for.
func (p *program) checkSeverity(cmd *cobra.Command) error {
	p.least, _ = cmd.Flags().GetString("severity")
	return oneOf("severity", p.least, string(diag.Info), string(diag.Warning), string(diag.Error))
}

// sayFindings writes findings to standard error, one a line, but for those of
// lower severity than asked for, of which it returns the number.
func (p *program) sayFindings(findings []diag.Finding, file string) (hidden int) {
	catalogue := messages()
	if file = fileName(file); file != "" {
		file += ": "
	}
	for _, f := range findings {
		severity, shown := p.shows(f)
		if !shown {
			hidden++
			continue
		}
		fmt.Fprintf(p.errs, "%s%s: %s\n", file, p.word(string(severity)), printable(catalogue.Text(f, diag.Lang(p.lang))))
	}
	return hidden
}

// shows returns a finding's severity, info where it has none, and whether those of
// it are shown.
func (p *program) shows(f diag.Finding) (severity diag.Severity, shown bool) {
	if severity = f.Severity; severity == "" {
		severity = diag.Info
	}
	return severity, severity.Rank() >= diag.Severity(p.least).Rank()
}

// sayHidden says that findings were not shown, and how to see them.
func (p *program) sayHidden(n int) {
	if n > 0 {
		hidden := diag.Finding{Code: codeHidden, Args: []diag.Arg{diag.Count("count", n)}}
		fmt.Fprintf(p.errs, "salesplan: %s\n", messages().Text(hidden, diag.Lang(p.lang)))
	}
}

// verdict is the error of a run that came to its end.
func verdict(findings []diag.Finding) error {
	if diag.Worst(findings) == diag.Error {
		return errFindings
	}
	return nil
}

// messages are the texts of the library and those of this program.
func messages() diag.Catalogue {
	return diag.Join(salesplan.Catalogue(), interchange.Messages(), programMessages(), programPhrases())
}

// fileName is what messages call a file.
func fileName(file string) string {
	if file == "-" {
		return "stdin"
	}
	return printable(file)
}
