// Package schema holds the JSON Schemas (draft 2020-12) of the plan document
// and of what the commands print with --json, for editors and for programs that
// check what they exchange.
//
// They are made from the library's types and their comments. The schema of
// plans knows the form of a document, and refuses it where salesplan.Decode
// does; references, totals, steps and trees are Decode's. It is stricter than
// Decode in two things: a day is never an empty text, and the period of a past
// that no basis asks for is still to be a period.
package schema

import (
	"embed"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

//go:generate go run ./generate

//go:embed *.schema.json
var files embed.FS

const suffix = ".schema.json"

// Plan returns the schema of the plan document. The bytes are the caller's.
func Plan() []byte { return read("plan") }

// Names returns the outputs that [Output] knows, in alphabetical order: the
// commands that have --json, "errors" for what each of them prints instead if
// its input is at fault, and "issued" for the file of targets that were issued.
func Names() []string {
	return []string{"diff", "errors", "explain", "init", "issued", "merge", "split", "targets", "validate", "what-if"}
}

// Output returns the schema of what a command prints with --json, by a name of
// [Names]. The bytes are the caller's. Any other name is a [*diag.Fault] of
// code [diag.Unknown] with the nearest one.
func Output(command string) ([]byte, error) {
	for _, name := range Names() {
		if name == command {
			return read(name), nil
		}
	}
	return nil, &diag.Fault{Code: diag.Unknown, Path: "/command", Value: diag.Clip(command), Bound: strings.Join(Names(), ", "), Near: diag.Nearest(command, Names())}
}

// read returns a file that is there, as a test of each name shows.
func read(name string) []byte {
	text, err := files.ReadFile(name + suffix)
	if err != nil {
		return nil
	}
	return text
}
