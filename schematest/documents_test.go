package schematest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// A document is a JSON text of the repository that says it is a plan.
type document struct {
	name string
	text []byte
}

var (
	isPlan  = regexp.MustCompile(`^\s*\{\s*"salesplan"\s*:`)
	section = regexp.MustCompile(`(?m)^-- (.+) --\n`)
)

// documents returns the plans of the repository: files, and sections of test
// scripts.
func documents(t *testing.T) []document {
	t.Helper()
	var out []document
	add := func(name string, text []byte) {
		if isPlan.Match(text) {
			out = append(out, document{name, text})
		}
	}
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		switch ext := filepath.Ext(p); {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir() || ext != ".json" && ext != ".txtar":
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		add(p, text)
		marks := section.FindAllSubmatchIndex(text, -1)
		for i, m := range marks {
			end := len(text)
			if i+1 < len(marks) {
				end = marks[i+1][0]
			}
			add(p+" "+string(text[m[2]:m[3]]), text[m[1]:end])
		}
		return nil
	})
	require.NoError(t, err)
	return out
}

// A plan that stands in the repository is a good one, unless Decode refuses it:
// then it was written to be refused.
func TestPlan_Documents(t *testing.T) {
	s := compiled(t, "plan")
	for _, d := range documents(t) {
		_, err := salesplan.Decode(bytes.NewReader(d.text), salesplan.DecodeOptions{})
		if err != nil {
			require.NotContains(t, d.name, "examples", "%v", err)
			continue
		}
		require.NoError(t, accepts(s, d.text), d.name)
	}
	examples, err := filepath.Glob("../examples/*/plan.json")
	require.NoError(t, err)
	for _, e := range examples {
		text, err := os.ReadFile(e)
		require.NoError(t, err)
		require.NoError(t, accepts(s, text), e)
	}
}

func TestPlan_Samples(t *testing.T) {
	s := compiled(t, "plan")
	for _, p := range []*salesplan.Plan{salesplantest.Annual(), salesplantest.Customers(), {}} {
		require.NoError(t, accepts(s, encoded(t, p)))
	}
}

func encoded(t testing.TB, p *salesplan.Plan) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, salesplan.Encode(&b, p))
	return b.Bytes()
}

// The starter in the documentation of editors: what is missing and what is
// misspelt are refused, each at its place.
func TestPlan_Mistakes(t *testing.T) {
	good := string(encoded(t, salesplantest.Customers()))
	s := compiled(t, "plan")
	for _, tt := range []struct{ old, new, at string }{
		{`"salesplan": "1"`, `"salesplan": "2"`, "/salesplan"},
		{`"salesplan": "1"`, `"salesplan": 1`, "/salesplan"},
		{`"kind": "flow"`, `"kind": "stok"`, "/metrics/0/kind"},
		{`"holidays": "china"`, `"holidays": "China"`, "/calendar/holidays"},
		{`"step": "1"`, `"step": "1,000"`, "/metrics/0/step"},
		{`"step": "1"`, `"step": true`, "/metrics/0/step"},
		{`"id": "org"`, `"ID": "org"`, "/axes/0/ID /axes/0/id"},
		{`"id": "org"`, `"id": ""`, "/axes/0/id"},
		{`"period": "2026"`, `"period": "2026-Q5"`, "/goals/0/period"},
		{`"period": "2026"`, `"period": "2026-02-31/"`, "/goals/0/period"},
		{`"axis": "org"`, `"axes": "org"`, "/goals/0/split/axes/0/axes /goals/0/split/axes/0/axis"},
		{`"of": "owner"`, `"of": "owner", "colour": "red"`, "/axes/0/colour"},
	} {
		bad := strings.Replace(good, tt.old, tt.new, 1)
		require.NotEqual(t, good, bad, tt.old)
		require.Equal(t, tt.at, strings.Join(places(accepts(s, []byte(bad))), " "), tt.new)
	}
}
