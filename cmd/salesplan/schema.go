package main

import (
	"io"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/schema"
	"github.com/spf13/cobra"
)

func (p *program) schemaCommand() *cobra.Command {
	names := append([]string{"plan"}, schema.Names()...)
	cmd := &cobra.Command{
		Use: "schema [" + strings.Join(names, "|") + "]", Short: "Print the JSON Schema of plans, or of what a command writes with --json",
		Long: `Print a JSON Schema (2020-12): of the plan document, with which editors complete
and explain it, in JSON as in YAML; or of what a command writes with --json;
"errors" is what each of them writes instead if its input is at fault, "issued"
the file of targets that were issued.`,
		Example: `  salesplan schema > plan.schema.json
  salesplan schema targets`,
		Args: cobra.MaximumNArgs(1), ValidArgs: names,
		RunE: func(_ *cobra.Command, args []string) error { return p.schema(args, names) },
	}
	cmd.Flags().StringVarP(&p.outFile, "output", "o", "", "write to this `FILE`, whole or not at all, instead of standard output")
	return cmd
}

func (p *program) schema(args, names []string) error {
	text := schema.Plan()
	if len(args) > 0 && args[0] != "plan" {
		if !slices.Contains(names, args[0]) {
			return oneOf("schema", args[0], names...)
		}
		var err error
		if text, err = schema.Output(args[0]); err != nil {
			return err
		}
	}
	return p.deliver(func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
