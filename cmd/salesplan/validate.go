package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (p *program) validateCommand() *cobra.Command {
	in := &inputs{}
	cmd := &cobra.Command{
		Use: "validate PLAN", Short: "Check a plan and report all that is wrong with it", Args: cobra.ExactArgs(1),
		Long: `Check a plan and report all that is wrong with it, each fault with its line and
column. With --file the tables that its axes are read from are checked too.`,
		Example: `  salesplan validate plan.json
  salesplan validate plan.json --file teams=sales_teams.csv --json`,
		RunE: func(_ *cobra.Command, args []string) error { return p.validate(args[0], in) },
	}
	in.tableFlag(cmd)
	cmd.Flags().BoolVar(&p.json, "json", false, "write one JSON object with the faults")
	return cmd
}

func (p *program) validate(file string, in *inputs) error {
	j, err := p.readPlan(file)
	if err != nil {
		return err
	}
	if len(in.tables) > 0 {
		if err := p.readTables(j, in.tables); err != nil {
			return err
		}
		if err := j.plan.Validate(); err != nil {
			return j.place(err)
		}
	}
	if p.json {
		_, err = io.WriteString(p.out, "{\"faults\":[]}\n")
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s: %s\n", printable(file), p.word("valid"))
	return err
}
