package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func generated(t *testing.T) []file {
	t.Helper()
	files, err := schemas(os.DirFS("../.."))
	require.NoError(t, err)
	return files
}

// What is committed is what the types and comments say now.
func TestSchemas_AreUpToDate(t *testing.T) {
	var names []string
	for _, f := range generated(t) {
		committed, err := os.ReadFile(filepath.Join("..", f.name))
		require.NoError(t, err)
		if string(committed) != string(f.text) {
			t.Errorf("schema/%s is out of date: run go generate ./schema", f.name)
		}
		names = append(names, filepath.Join("..", f.name))
	}
	found, err := filepath.Glob("../*.json")
	require.NoError(t, err)
	require.ElementsMatch(t, names, found, "files that nothing generates")
}

func TestSchemas_AreDeterministic(t *testing.T) {
	require.Equal(t, generated(t), generated(t))
}

// Whatever a document can hold is explained, in words that need no Go.
func TestSchemas_Explain(t *testing.T) {
	goName := regexp.MustCompile(`\b[A-Z]\w*\.[A-Z]\w*|\b(nil|struct|slice|errors\.Is)\b|\x00`)
	for _, f := range generated(t) {
		var root map[string]any
		require.NoError(t, json.Unmarshal(f.text, &root))
		objects := map[string]any{f.name: root}
		defs, _ := root["$defs"].(map[string]any)
		for name, def := range defs {
			objects[f.name+" "+name] = def
			require.NotEmpty(t, def.(map[string]any)["description"], "%s %s", f.name, name)
		}
		for name, o := range objects {
			about, _ := o.(map[string]any)["description"].(string)
			require.NotRegexp(t, goName, about, "%s: reword it in known.go", name)
			properties, _ := o.(map[string]any)["properties"].(map[string]any)
			for key, p := range properties {
				p := p.(map[string]any)
				about, said := p["description"].(string)
				require.NotRegexp(t, goName, about, "%s %s: reword it in known.go", name, key)
				require.True(t, said || p["$ref"] != nil, "%s %s: comment the field, or describe it in known.go", name, key)
			}
		}
	}
}

// small is a package with a bit of everything.
const small = `package salesplan

import "github.com/shopspring/decimal"

// A Plan is all. See [Decode] for more. Nothing else; [Plan.Check] checks it.
type Plan struct {
	// ID is the name, [LevelHigh] or not.
	ID string ` + "`json:\"id\" plan:\"required\"`" + `

	// From and To are days, "To" being the last.
	From string ` + "`json:\"from,omitempty\"`" + `
	To   string ` + "`json:\"to,omitempty\"`" + `
	Alone int ` + "`json:\"alone,omitempty\"`" + `

	Part
	Level Level ` + "`json:\"level,omitempty\"`" + ` // how high
	Parts []*Part ` + "`json:\"parts\" plan:\"required\"`" + `
	More map[string]Level ` + "`json:\"more,omitempty\"`" + `
	One *One ` + "`json:\"one,omitempty\"`" + `
	Hidden int ` + "`json:\"-\"`" + `
	own int
}

// A Part is a part.
type Part struct {
	// Amount is less < than "all".
	Amount decimal.Decimal ` + "`json:\"amount\" plan:\"required\"`" + `

	// Level is hidden.
	Level string ` + "`json:\"level\"`" + `
}

// A One is one.
type One struct{}

// A Level is high or not. The zero Level is [LevelLow].
type Level string

// The levels.
const (
	LevelLow  Level = "low"  // down
	LevelHigh Level = "high" // up
)
`

func TestBuild_Small(t *testing.T) {
	src, err := readSource(fstest.MapFS{"plan.go": {Data: []byte(small)}, "plan_test.go": {Data: []byte("no Go")}})
	require.NoError(t, err)
	text, err := src.build(document{file: "small.json", title: "Small", types: []string{"salesplan.Plan"}, input: true})
	require.NoError(t, err)
	require.Equal(t, `{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"`+base+`small.json","title":"Small",`+
		`"description":"A Plan is all. Nothing else.","type":"object","properties":{`+
		`"id":{"description":"\"id\" is the name, \"high\" or not.","type":"string","minLength":1},`+
		`"from":{"description":"\"from\" and \"to\" are days, \"To\" being the last.","type":"string"},`+
		`"to":{"description":"\"from\" and \"to\" are days, \"To\" being the last.","type":"string"},`+
		`"alone":{"type":"integer"},`+
		`"amount":{"description":"\"amount\" is less < than \"all\".","$ref":"#/$defs/Amount"},`+
		`"level":{"description":"how high","$ref":"#/$defs/Level"},`+
		`"parts":{"description":"A Part is a part.","type":"array","items":{"$ref":"#/$defs/Part"},"minItems":1},`+
		`"more":{"type":"object","additionalProperties":{"$ref":"#/$defs/Level"}},`+
		`"one":{"description":"A One is one.","$ref":"#/$defs/One"}},`+
		`"required":["id","amount","parts"],"additionalProperties":false,"$defs":{`, compact(string(text), `"$defs":{`))
	require.Contains(t, compact(string(text), "}}}"), `"One":{"description":"A One is one.","type":["object","null"],"properties":{},"additionalProperties":false}`)
	require.Contains(t, string(text), `"description": "A Level is high or not. Not given, it is \"low\".\n\n- \"low\": down\n- \"high\": up",`)
}

// compact drops line ends and indentation, and what follows the end.
func compact(text, end string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.Replace(strings.TrimLeft(lines[i], " "), `": `, `":`, 1)
	}
	text = strings.Join(lines, "")
	return text[:strings.Index(text, end)+len(end)]
}

func TestBuild_Refuses(t *testing.T) {
	for _, tt := range []struct{ body, want string }{
		{"type Plan struct { A chan int `json:\"a\"` }", "salesplan.Plan.A\nthe type is of a kind that schemas don't know"},
		{"type Plan struct { A B `json:\"a\"` }", "the type salesplan.B is not declared"},
		{"type Plan struct { A B `json:\"a\"` }; type B float64", "the type salesplan.B is of a kind that schemas don't know"},
		{"type Plan struct { A int `json:\"a\"`; B int `json:\"a\"` }", "salesplan.Plan has the key a twice"},
		{"type Plan struct { B }", "the embedded type salesplan.B is not declared"},
		{"type Plan string", "salesplan.Plan is no struct"},
		{"type Other struct {}", "the type salesplan.Plan is not declared"},
		{"type Plan struct { A P `json:\"a\"`; B *P `json:\"b\"` }; type P struct{}", "salesplan.Plan.B\nsalesplan.P? and salesplan.P have the same name"},
		{"type Plan struct { A Date `json:\"a\"`; B calendar.Date `json:\"b\"` }; type Date string", "salesplan.Plan.B\ncalendar.Date and salesplan.Date have the same name"},
	} {
		src, err := readSource(fstest.MapFS{"plan.go": {Data: []byte("package salesplan\n" + tt.body)}})
		require.NoError(t, err, tt.body)
		_, err = src.build(document{types: []string{"salesplan.Plan"}, input: true})
		require.ErrorContains(t, err, tt.want)
	}
	_, err := readSource(fstest.MapFS{"plan.go": {Data: []byte("package")}})
	require.Error(t, err)
}

func TestDescribe_Zero(t *testing.T) {
	src := &source{values: map[string]string{"p.KindFlow": "flow"}}
	for doc, want := range map[string]string{
		"A Kind is one.\nThe zero Kind is [KindFlow].":               `A Kind is one. Not given, it is "flow".`,
		"It is data; the zero Kind knows none.":                      "It is data; not given, it knows none.",
		"See [Other].":                                               "See Other.",
		"Two.\n\nSee [Other] for it. Three; see [p.Fine]; and more.": "Two.\n\nThree.",
		"Name is \"KindFlow\", or KindFlow.":                         `"name" is "KindFlow", or "flow".`,
	} {
		require.Equal(t, want, src.describe(doc, "p", "Kind", map[string]string{"Name": "name", "Kind": "kind"}))
	}
}
