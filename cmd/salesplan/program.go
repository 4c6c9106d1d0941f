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

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK          = 0
	exitFindings    = 1 // findings of severity error
	exitBadInput    = 2 // faults of the input or the command line
	exitInterrupted = 130
)

// A program is one run: its streams and what all commands share.
type program struct {
	in        io.Reader
	out, errs io.Writer
	terminal  bool // errs is one

	lang    string
	json    bool
	okFinds bool
	outFile string
	charset string

	stdinTaken string // the parameter that reads standard input
}

// errFindings ends a run whose findings have been reported.
var errFindings = errors.New("findings of severity error")

// A badInput is what is wrong with the input, each fault with its file, and
// what was found before that was known.
type badInput struct {
	faults   []placed
	findings []diag.Finding
}

func (b *badInput) Error() string { return fmt.Sprintf("%d faults", len(b.faults)) }

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

const about = `salesplan turns a sales goal into exact targets: split over people and periods,
by last year's CRM export or by weights, always adding up to the goal.

Exit codes: 0 all is well; 1 findings of severity error (--ok-with-findings
makes it 0); 2 bad input or usage; 130 interrupted. Findings and faults go to
standard error, with --json into the object on standard output.

Tables and plans are read as UTF-8, with or without a byte order mark, or as
GB18030: the text from the first character beyond ASCII on decides (the next
64 KiB of it); what is valid UTF-8 is read as that. "-" is standard input.`

// command builds the tree of commands.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use: "salesplan", Short: "Exact sales targets from a goal and a CRM export", Long: about,
		Version: version(), SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return oneOf("lang", p.lang, "en", "zh")
		},
	}
	root.SetVersionTemplate("salesplan {{.Version}}\n")
	root.PersistentFlags().StringVar(&p.lang, "lang", "en", "language of findings and faults: en or zh")
	root.AddCommand(p.targetsCommand(), p.explainCommand(), p.validateCommand(), p.splitCommand())
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
	cmd := p.command()
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	var bad *badInput
	switch {
	case err == nil:
		return exitOK
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

// reportBad says what is wrong with the input.
func (p *program) reportBad(bad *badInput, asJSON bool) {
	if asJSON {
		_ = writeJSON(p.out, struct {
			Faults   []placed       `json:"faults"`
			Findings []diag.Finding `json:"findings,omitempty"`
		}{bad.faults, bad.findings})
		return
	}
	p.sayFindings(bad.findings, "")
	p.sayFaults(bad.faults)
}

// sayFaults writes faults to standard error, one a line, with their place as
// compilers write it.
func (p *program) sayFaults(faults []placed) {
	catalogue := messages()
	for _, f := range faults {
		fmt.Fprintf(p.errs, "%s%s: %s\n", f.place(), p.word("error"), printable(catalogue.Text(f.Fault, diag.Lang(p.lang))))
	}
}

// place is the file, line and column of a fault, "" for the command line.
func (f placed) place() string {
	switch {
	case f.File == "":
		return "salesplan: "
	case f.Line == 0:
		return printable(f.File) + ": "
	}
	return fmt.Sprintf("%s:%d:%d: ", printable(f.File), f.Line, f.Column)
}

// sayFindings writes findings to standard error, one a line.
func (p *program) sayFindings(findings []diag.Finding, file string) {
	catalogue := messages()
	if file = printable(file); file != "" {
		file += ": "
	}
	for _, f := range findings {
		severity := f.Severity
		if severity == "" {
			severity = diag.Info
		}
		fmt.Fprintf(p.errs, "%s%s: %s\n", file, p.word(string(severity)), printable(catalogue.Text(f, diag.Lang(p.lang))))
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
	return diag.Join(salesplan.Catalogue(), programMessages())
}
