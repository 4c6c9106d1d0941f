package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

func TestIsYAML(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       bool
	}{
		{"plan.yaml", "{}", true}, {"dir/PLAN.YML", "", true}, {"plan.json", "salesplan: 1", false},
		{"-", "  {\n", false}, {"-", "[", false}, {"-", "", false}, {"-", "\n# plan\nsalesplan: 1", true},
		{"/dev/fd/63", `"salesplan": "1"`, true}, {"plan.txt", "\r\n\t{", false},
	} {
		assert.Equal(t, c.want, isYAML(c.file, []byte(c.text)), "%s %q", c.file, c.text)
	}
}

// treeOf reads a text that must be fine as YAML.
func treeOf(t *testing.T, text string) *document.Node {
	t.Helper()
	root, err := loadYAML([]byte(text))
	require.NoError(t, err)
	tree, b := plainTree(root)
	require.NoError(t, b.faults.Err())
	return tree
}

// Whatever YAML, in one version or another, takes for a number, a bool, a date
// or nothing stays as it is written.
func TestYAML_valuesAsWritten(t *testing.T) {
	for _, text := range []string{
		"007", "012", "0o12", "0x1F", "0b11", "1_000", "1e3", "1.10", "-0", "+5", ".5", "5.", ".inf", "-.INF", ".nan",
		"yes", "no", "NO", "on", "Off", "y", "true", "True", "FALSE", "Null", "NULL", "2027-01-01", "2024-02-30", "12:30:45", "190:20:30",
		"2001-12-14t21:59:43.10-05:00", "12345678901234567890123", "9007199254740993", "=", "a b", "Closed Won", "王伟", "1,000.50", "a#b", "50%", "-x", ":x", "?x",
	} {
		for name, shape := range map[string]string{"block": "- %s\n", "flow": "[%s]", "key": "{\"k\": %s}", "list": "a:\n- %s # why\n"} {
			if strings.Contains(text, ",") && name != "block" && name != "list" {
				continue
			}
			n := treeOf(t, fmt.Sprintf(shape, text))
			for len(n.Items) > 0 {
				n = &n.Items[0]
			}
			assert.Equal(t, document.Plain, n.Kind, "%s %s", name, text)
			assert.Equal(t, text, n.Text, name)
		}
		for _, quoted := range []string{"'" + text + "'", `"` + text + `"`, "|-\n  " + text, ">-\n  " + text} {
			n := treeOf(t, "k: "+quoted+"\n").Get("k")
			assert.Equal(t, document.String, n.Kind, quoted)
			assert.Equal(t, text, n.Text, quoted)
		}
	}
	for _, text := range []string{"", "~", "null", "# nothing"} {
		n := treeOf(t, "k: "+text+"\n").Get("k")
		assert.Equal(t, document.Null, n.Kind, text)
	}
	for _, text := range []string{"007", "1.10", "true", "no", "2027-01-01", "王伟"} {
		assert.Equal(t, text, treeOf(t, text+": x\n").Keys[0].Name, "keys too")
	}
}

// planWith is a plan with a text, a decimal, a whole number, a date and a bool
// to fill.
func planWith(field, value string) string {
	at := map[string]string{"name": "x", "target": "10", "level": "1", "from": "2027-01-01", "normalise": "true"}
	at[field] = value
	return fmt.Sprintf(`salesplan: "1"
name: %s
metrics: [{id: m, step: 1}]
axes:
- id: org
  units:
  - {id: a}
  - {id: b, parent: a, from: %s}
goals:
- id: g
  metric: m
  period: 2027
  target: %s
  split:
    grains: [month]
    time: {basis: seasonality, shares: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], normalise: %s}
    axes: [{axis: org, levels: [{level: %s}]}]
`, at["name"], at["from"], at["target"], at["normalise"], at["level"])
}

// Each field reads its value by the library's own rules: what a decimal, a
// whole number, a date or a bool is doesn't depend on YAML.
func TestYAML_fieldsReadTheirValues(t *testing.T) {
	spellings := map[string]string{ // the fields that take it, beside name
		"007": "", "012": "", "0o12": "", "1_000": "", ".inf": "", ".nan": "", "no": "", "yes": "", "True": "", "+5": "", "5.": "", ".5": "", "0x10": "",
		"1e3": "target", "1": "target level", "10": "target level", "1.0": "target", "12345678901234567": "target level",
		"true": "normalise", "2027-05-01": "from", "2027-02-30": "", "12:30:45": "", "'1'": "target", `"true"`: "", `"2027-05-01"`: "from", "'007'": "",
	}
	for value, takers := range spellings {
		for _, field := range []string{"name", "target", "level", "from", "normalise"} {
			plan, _, err := decodeYAML([]byte(planWith(field, value)))
			if field == "name" || strings.Contains(takers, field) {
				require.NoError(t, err, "%s: %s", field, value)
				if field == "name" {
					assert.Equal(t, strings.Trim(value, `'"`), plan.Name)
				}
				continue
			}
			require.Error(t, err, "%s: %s", field, value)
			for _, f := range diag.All(err) {
				assert.NotZero(t, f.Line, "%s: %s: %v", field, value, f)
			}
		}
	}
}

func TestYAML_faults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "1:1 required"}, {"# nothing\n", "1:1 required"}, {"---\n...\n", "2:1 type"}, {"~\n", "1:1 type"}, {"[]\n", "1:1 type"},
		{"salesplan: 1\nname: &a x\n", "2:7 yaml-alias /name"},
		{"salesplan: 1\nname: &a x\ncurrency: *a\n", "2:7 yaml-alias /name; 3:11 yaml-alias /currency"},
		{"salesplan: 1\nname: *a\n", "2:7 yaml-alias"},
		{"a: &a\n  b: *a\n", "1:1 required /salesplan; 1:1 unknown-key /a; 1:4 yaml-alias /a"},
		{"salesplan: 1\n<<: {name: x}\n", "2:1 yaml-alias"},
		{"salesplan: 1\nname: !!str x\n", "2:7 yaml-tag /name"}, {"salesplan: 1\nname: ! x\n", "2:7 yaml-tag /name"},
		{"salesplan: 1\nname: !<tag:yaml.org,2002:str> x\n", "2:7 yaml-tag /name"}, {"!!map\nsalesplan: 1\n", "1:1 yaml-tag"},
		{"salesplan: 1\nname: !!python/object:x y\n", "2:7 yaml-tag /name"}, {"salesplan: 1\nname: !!binary aGk=\n", "2:7 yaml-tag /name"},
		{"salesplan: 1\n!!str name: x\n", "2:1 yaml-tag"}, {"salesplan: 1\n&k name: x\n", "2:1 yaml-alias"},
		{"%YAML 1.2\n---\nsalesplan: 1\n", "1:1 yaml-directive"}, {"# x\n\n%TAG ! x\n---\nsalesplan: 1\n", "3:1 yaml-directive"}, {"%FOO\n---\n", "1:1 yaml-directive"},
		{"salesplan: 1\n---\nsalesplan: 1\n", "2:1 trailing"}, {"salesplan: 1\n...\n---\n", "3:1 trailing"}, {"salesplan: 1\n---\n%", "2:1 trailing|3:2 yaml"},
		{"salesplan: 1\nname: x\nname: y\n", "3:1 duplicate-key /name"}, {"salesplan: 1\nfoo: x\n\"f\\u006fo\": y\n", "2:1 unknown-key /foo; 3:1 duplicate-key /foo"},
		{"salesplan: 1\n? [a, b]\n: x\n", "2:3 type"}, {"salesplan: 1\n? {a: b}\n: x\n", "2:3 type"}, {"salesplan: 1\n~: x\n", "2:1 type"}, {"salesplan: 1\n: x\n", "2:1 type"}, {"salesplan: 1\nnull: x\n", "2:1 type"},
		{"salesplan: 1\nmetrics:\n\t- id: m\n", "3:1 yaml|3:2 yaml"}, {"salesplan: 1\n\tname: x\n", "2:1 yaml|2:2 yaml|2:6 yaml"},
		{"salesplan: 1\nname: a\x00b\n", "2:8 encoding"}, {"salesplan: 1\nname: 王\xff\n", "2:8 encoding"}, {"salesplan: 1\nname: a\u2028b\n", "2:8 encoding"}, {"salesplan: 1\nname: a\u0085b\n", "2:8 encoding"},
		{"salesplan: 1\nname: a\ufeffb\n", "2:8 encoding"}, {"salesplan: 1\nname: \x1b[2J\x7f\n", "2:7 encoding; 2:11 encoding"},
		{"\xff\xfes\x00a\x00", "1:1 encoding; 1:2 encoding; 1:4 encoding; 1:6 encoding"},
		{"salesplan: 1\nname: 'x\n", "3:1 yaml"}, {"salesplan: 1\n  name: x\n", "2:7 yaml|2:3 yaml"}, {"salesplan: 1\nname: [x\n", "3:1 yaml"}, {"salesplan: 1\nname: @x\n", "2:7 yaml"}, {"salesplan: 1\nname: x: y\n", "2:8 yaml|2:7 yaml"},
		{"salesplan: 1\nname:\n", "2:6 type /name|2:1 type /name|3:1 type /name"}, {"salesplan: 1\nname: null\n", "2:7 type /name"},
		{"salesplan: 9\nname: &a x\n", "1:12 version /salesplan"}, {"salesplan: 9\n", "1:12 version /salesplan"},
		{"salesplan: 1\ngolas: []\nmetrics:\n- {id: m, step: 1e99}\n", "2:1 unknown-key /golas; 4:17 out-of-range /metrics/0/step"},
		{"salesplan: 1\nmetrics:\n- {id: *m, step: x}\n", "3:8 yaml-alias"},
		{"salesplan: 1\nmetrics:\n- {id: &m m, step: x}\n- {step: 1, id: *m}\n", "3:8 yaml-alias /metrics/0/id; 3:20 syntax /metrics/0/step; 4:17 yaml-alias /metrics/1/id"},
		{"salesplan: 1\nmetrics:\n- id: m\n  step: 1\n  kind: flw\n", "5:9 invalid /metrics/0/kind"},
		{"salesplan: 1\naxes:\n- id: org\n  units:\n  - {id: a, parent: b}\n", "5:21 unknown /axes/0/units/0/parent"},
		{"salesplan: 1\nname: " + strings.Repeat("x", maxYAMLText+1), "2:7 too-large /name"}, {"salesplan: 1\n" + strings.Repeat("x", maxYAMLKey+1) + ": 1", "2:1 too-large"},
		{"salesplan: 1\nname: [" + strings.Repeat("[", 40), "2:39 too-deep"}, {strings.Repeat("- ", 33) + "x", "1:65 too-deep"},
		{"salesplan: 1\nname: " + strings.Repeat("[", 32) + strings.Repeat("]", 32), "2:7 type /name; 2:38 too-deep /name" + strings.Repeat("/0", 31)},
	} {
		_, _, err := decodeYAML([]byte(c.text))
		got := places(err)
		if !strings.Contains(c.want, "|") {
			assert.Equal(t, c.want, got, "%q", diag.Clip(c.text))
		} else {
			assert.Contains(t, strings.Split(c.want, "|"), got, "%q", c.text)
		}
	}
}

// places are the faults of err: place, code, path.
func places(err error) string {
	var out []string
	for _, f := range diag.All(err) {
		out = append(out, strings.TrimRight(fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Code, f.Path), " "))
	}
	return strings.Join(out, "; ")
}

func TestYAML_acceptedForms(t *testing.T) {
	want := `{"salesplan":"1","name":"x"}`
	for _, text := range []string{
		"salesplan: 1\nname: x\n", "---\nsalesplan: 1\nname: x\n...\n", "# a\n---\n# b\nsalesplan: '1' # c\n\nname: x", "{salesplan: 1, name: x}", "salesplan: 1\r\nname: x\r\n", "salesplan: 1\rname: x\r",
		"? salesplan\n: 1\n? name\n: x\n", "\"salesplan\": \"1\"\n'name': |-\n  x\n", "name: \"\\x78\"\nsalesplan: 1", want, "{\n\t\"salesplan\": \"1\",\n\t\"name\": \"x\"\n}\n", "salesplan: 1\n\t\nname:\tx\n", "salesplan: \"1\"\nname: >-\n\n  x\n",
	} {
		plan, tree, err := decodeYAML([]byte(text))
		require.NoError(t, err, "%q", text)
		require.NotNil(t, tree)
		assert.Equal(t, "x", strings.TrimSpace(plan.Name), "%q", text)
	}
}

// A suiteCase is a text of the YAML test suite (github.com/yaml/yaml-test-suite).
type suiteCase struct {
	id, text, json string // json: the value, "" where the suite gives none
	fail           bool
}

func suiteCases(t *testing.T) []suiteCase {
	t.Helper()
	files, err := filepath.Glob("../../../shared/data/reliability/yaml-test-suite/*.yaml")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("no YAML test suite beside the repository")
	}
	sort.Strings(files)
	marks := strings.NewReplacer("␣", " ", "↵", "", "∎\n", "", "←", "\r", "⇔", "\ufeff")
	tab := regexp.MustCompile("—*»")
	var out []suiteCase
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var cases []struct {
			YAML *string `yaml:"yaml"`
			Fail bool    `yaml:"fail"`
			JSON *string `yaml:"json"`
		}
		require.NoError(t, yaml.Unmarshal(text, &cases))
		last, value := "", ""
		for i, c := range cases {
			if c.YAML != nil {
				last = *c.YAML
			}
			if c.JSON != nil {
				value = *c.JSON
			}
			out = append(out, suiteCase{fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(file), ".yaml"), i), marks.Replace(tab.ReplaceAllString(last, "\t")), value, c.Fail})
		}
	}
	return out
}

// The texts of the suite that get another verdict than its own.
func suiteExceptions() (accepted, refused []string) {
	// Lines that continue a value without being indented (9C9N, QB6E), tabs
	// before them (DK95/1, Y79Y/3), a block whose blank lines are too wide
	// (S98Z): the parser takes what can't be taken for anything else.
	accepted = []string{"9C9N/0", "DK95/1", "QB6E/0", "S98Z/0", "Y79Y/3"}
	// Anchors with a colon (2SXE, W5VH) or a symbol (8XYN), which a plan may
	// not have anyway: the parser refuses them.
	refused = []string{"2SXE/0", "8XYN/0", "W5VH/0"}
	return accepted, refused
}

// What must fail fails, and what is in the subset that a plan may be written
// in is read, but for the exceptions. Nothing panics.
func TestYAML_suite(t *testing.T) {
	wrongly, refused := suiteExceptions()
	counts := map[string]int{}
	for _, c := range suiteCases(t) {
		tree, err := textTree([]byte(c.text))
		for _, f := range diag.All(err) {
			require.NotZero(t, f.Line, c.id)
			require.NotZero(t, f.Column, c.id)
		}
		switch {
		case c.fail:
			counts["must fail"]++
			require.Equal(t, slices.Contains(wrongly, c.id), err == nil, "%s: %v", c.id, err)
		case err == nil:
			counts["read"]++
			if c.json != "" {
				want, err := document.Read(strings.NewReader(c.json), document.Limits{})
				require.NoError(t, err, c.id)
				requireLike(t, want, tree, c.id)
			}
		default:
			first := diag.All(err)[0].Code
			if first == codeYAML {
				require.Contains(t, refused, c.id, err)
			}
			counts[string(first)]++
		}
	}
	require.Equal(t, map[string]int{
		"must fail": 94, "read": 197, "yaml": len(refused),
		// Outside the subset: anchors, tags, directives, several documents,
		// keys that are no texts, nothing at all.
		"yaml-alias": 24, "yaml-tag": 22, "yaml-directive": 23, "trailing": 17, "type": 21, "required": 5,
	}, counts)
}

// requireLike compares a tree with the value that the suite gives in JSON:
// the same collections, keys and texts, and something unquoted where JSON has a
// number, a bool or null.
func requireLike(t *testing.T, want, got *document.Node, id string) {
	t.Helper()
	switch want.Kind {
	case document.Array, document.Object:
		require.Equal(t, want.Kind, got.Kind, id)
		require.Len(t, got.Items, len(want.Items), id)
		for i := range want.Items {
			item := &got.Items[i]
			if want.Kind == document.Object {
				item = got.Get(want.Keys[i].Name)
				require.NotNil(t, item, "%s: %s", id, want.Keys[i].Name)
			}
			requireLike(t, &want.Items[i], item, id)
		}
	case document.String:
		require.Contains(t, []document.Kind{document.String, document.Plain}, got.Kind, id)
		require.Equal(t, want.Text, got.Text, id)
	case document.Null:
		require.Equal(t, document.Null, got.Kind, id)
	default:
		require.Equal(t, document.Plain, got.Kind, id)
	}
}

// textTree is what decodeYAML does before it makes a plan.
func textTree(text []byte) (*document.Node, error) {
	root, err := loadYAML(text)
	if err != nil {
		return nil, err
	}
	tree, b := plainTree(root)
	return tree, b.faults.Err()
}

func encoded(t *testing.T, p *salesplan.Plan) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, salesplan.Encode(&b, p))
	return b.String()
}
