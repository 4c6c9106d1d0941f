// Command generate writes the JSON Schemas of the plan document and of what
// the commands print with --json, from the types of the library and their
// comments.
//
//	go run ./generate        in the directory schema
package main

import (
	"fmt"
	"io/fs"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	files, err := schemas(os.DirFS(".."))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(f.name, f.text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// documents are what there are schemas of.
func documents() []document {
	return []document{
		{file: "plan.schema.json", title: "Sales plan", types: []string{"salesplan.Plan"}, input: true,
			about: "Everything that a user writes: what is counted, who is there, what is owed and how it is divided."},
		{file: "issued.schema.json", title: "Issued targets", types: []string{"salesplan.issuedFile"}, input: true,
			about: "Targets as they were handed out, with all that explains them."},
		{file: "targets.schema.json", title: "Targets", types: []string{"outputs.Targets"}},
		{file: "explain.schema.json", title: "Explanation of a target", types: []string{"outputs.Explained"}},
		{file: "split.schema.json", title: "Split", types: []string{"outputs.SplitAmounts", "outputs.SplitShares", "outputs.SplitTable"},
			about: `A total divided exactly, as written by "salesplan split --json": equal parts, weighted parts, or a table.`},
		{file: "init.schema.json", title: "Starter plan", types: []string{"outputs.Drafted"}},
		{file: "validate.schema.json", title: "Faults of a plan", types: []string{"outputs.Validated"}},
		{file: "diff.schema.json", title: "Differences", types: []string{"outputs.PlanDifferences", "outputs.TargetDifferences"},
			about: `How two plans or two issued targets differ, as written by "salesplan diff --json".`},
		{file: "merge.schema.json", title: "Merged plan", types: []string{"outputs.Merged"}},
		{file: "what-if.schema.json", title: "Scenarios", types: []string{"outputs.Compared"}},
		{file: "errors.schema.json", title: "Faults of the input", types: []string{"outputs.Failed"}},
	}
}

// A file is a schema as it is committed.
type file struct {
	name string
	text []byte
}

// schemas makes all schemas from the sources of the repository at root.
func schemas(root fs.FS) ([]file, error) {
	src, err := readSource(root)
	if err != nil {
		return nil, err
	}
	var out []file
	for _, d := range documents() {
		text, err := src.build(d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.file, err)
		}
		out = append(out, file{d.file, text})
	}
	return out, nil
}
