package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

// A fmtCall is the command line of fmt.
type fmtCall struct {
	write, check bool
}

// errUnformatted ends a run of fmt --check on a plan that isn't formatted.
var errUnformatted = errors.New("not formatted")

func (p *program) fmtCommand() *cobra.Command {
	call := &fmtCall{}
	cmd := &cobra.Command{
		Use: "fmt PLAN", Short: "Write a plan in its canonical form", Args: cobra.ExactArgs(1),
		Long: `Write a plan in its canonical form, so that versions of it differ only in what
they say. The plan must be valid.

JSON is written as the library writes it. YAML keeps its comments, the order of
its keys, blank lines (one for several) and what stands in brackets, up to 80
columns; two spaces a level; values in the library's spelling; in double quotes what other YAML
readers would take for a number, a date, a bool or nothing, amounts among them.

--check writes nothing; its exit code is 1 if -w would change the file.`,
		Example: `  salesplan fmt plan.yaml
  salesplan fmt -w plan.yaml
  salesplan fmt --check plan.json`,
		RunE: func(_ *cobra.Command, args []string) error { return p.format(args[0], call) },
	}
	f := cmd.Flags()
	f.BoolVarP(&call.write, "write", "w", false, "write to the file, whole or not at all, instead of standard output")
	f.BoolVar(&call.check, "check", false, "only say, by the exit code, whether the file would change")
	return cmd
}

func (p *program) format(file string, call *fmtCall) error {
	switch {
	case call.write && call.check:
		return badArgument(diag.Conflict, "write", "--write", "--check")
	case call.write && file == "-":
		return badArgument(diag.Conflict, "write", "--write", "standard input")
	}
	before, err := p.raw(file)
	if err != nil {
		return err
	}
	j, err := p.planFrom(file, decodePlan(bytes.NewReader(before)))
	if err != nil {
		return err
	}
	after, err := j.formatted()
	if err != nil {
		return &badInput{faults: inFile(file, err)}
	}
	same := bytes.Equal(before, after)
	switch {
	case call.check && !same:
		fmt.Fprintf(p.errs, "%s: %s\n", fileName(file), p.word("not formatted"))
		return errUnformatted
	case call.check || call.write && same:
		return nil
	case call.write:
		p.outFile = file
	}
	return p.deliver(func(w io.Writer) error {
		_, err := w.Write(after)
		return err
	})
}

// raw reads the bytes of a file, as they are.
func (p *program) raw(file string) ([]byte, error) {
	r, err := p.openRaw(file, "plan")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPlanBytes+4))
	if err != nil {
		return nil, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/plan", Value: diag.Clip(err.Error())}}}}
	}
	return text, nil
}

// formatted is the plan's text in canonical form.
func (j *job) formatted() ([]byte, error) {
	var b bytes.Buffer
	if err := salesplan.Encode(&b, j.plan); err != nil {
		return nil, err
	}
	if !j.yaml {
		return b.Bytes(), nil
	}
	return formatYAML(j.text, b.Bytes())
}
