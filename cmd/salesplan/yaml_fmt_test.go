package main

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// Plain text is text to every reader of YAML: no other word resolves to a text
// in quotes only by chance.
func TestIsPlainText(t *testing.T) {
	for _, s := range []string{"east", "Closed Won", "王伟", "2027-Q1", "2027-W07", "FY2027", "won-amount", "a/b", "R&D (new)", "é", "1st half", "null-ish", "x"} {
		assert.True(t, isPlainText(s), s)
		var n yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte("- "+s), &n))
		assert.Equal(t, "!!str", n.Content[0].Content[0].ShortTag(), s)
	}
	for _, s := range []string{
		"", "y", "No", "ON", "off", "true", "NULL", "~", "1", "007", "1.5", "1e3", "0x1F", "0o17", "0b1", "2027-01-01", "2027-01-01T00:00:00Z", "12:30", "1_000", ".inf", ".nan", "+1", "-x",
		"a: b", "a #b", " a", "a ", "'q'", "\"q\"", "a\nb", "*a", "&a", "!t", "{", "[", "a,b", "%d", "@x", "<<", "=", "a\u2028b", "1e", "0xfe", "\u0301",
	} {
		assert.False(t, isPlainText(s), s)
	}
}

func TestCommentsOf(t *testing.T) {
	text := `# one
a: "x # no \" # no" # two
b: 'it''s # no
  # no' # three
c: | # four
  # no
    # no

  # no
# five
d: x#no # six
e: >-
    # no
  # seven
f: [a, # eight
  'b # no'] 	# nine
"# no": '#no'
`
	var got []string
	for _, c := range commentsOf([]byte(text)) {
		got = append(got, c.text)
	}
	assert.Equal(t, []string{"# one", "# two", "# three", "# four", "# five", "# six", "# seven", "# eight", "# nine"}, got)
}

func formatText(t *testing.T, text string) (string, error) {
	t.Helper()
	plan, _, err := decodeYAML([]byte(text))
	require.NoError(t, err, text)
	out, err := formatYAML([]byte(text), []byte(encoded(t, plan)))
	return string(out), err
}

// Whatever the form, the formatted text says the same, keeps every comment and
// stays as it is.
func TestFormatYAML_random(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 5))
	formatted, refused := 0, 0
	for range rounds(300) {
		text := randomPlan(rnd)
		if _, err := salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{}); err != nil {
			continue
		}
		tree, err := document.Read(strings.NewReader(text), document.Limits{})
		require.NoError(t, err)
		written := asYAML(rnd, tree)
		out, err := formatText(t, written)
		if err != nil {
			require.True(t, errors.Is(err, codeComment), "%v\n%s", err, written)
			refused++
			continue
		}
		formatted++
		require.Equal(t, len(commentsOf([]byte(written))), len(commentsOf([]byte(out))), "%s\n%s", written, out)
		again, err := formatText(t, out)
		require.NoError(t, err)
		require.Equal(t, out, again)
		plan, _, err := decodeYAML([]byte(written))
		require.NoError(t, err)
		same, _, err := decodeYAML([]byte(out))
		require.NoError(t, err)
		require.Equal(t, encoded(t, plan), encoded(t, same))
	}
	t.Log(formatted, "formatted,", refused, "refused")
	require.Greater(t, formatted, 10*refused)
}

func TestFormatYAML_forms(t *testing.T) {
	for in, want := range map[string]string{
		"salesplan: 1":                                         "salesplan: \"1\"\n",
		"---\nsalesplan: '1'\n...\n":                           "salesplan: \"1\"\n",
		"{salesplan: 1, name: a}":                              "{salesplan: \"1\", name: a}\n",
		"salesplan: 1\r\n\r\n\r\nname: a\r\n":                  "salesplan: \"1\"\n\nname: a\n",
		"? salesplan\n: 1\n":                                   "salesplan: \"1\"\n",
		"salesplan: 1\nname: >-\n  a\n  b\n":                   "salesplan: \"1\"\nname: a b\n",
		"salesplan: 1\nname: |+\n  a\n\n\n\ncurrency: CNY\n":   "salesplan: \"1\"\nname: |+\n  a\n\n\n\ncurrency: CNY\n",
		"salesplan: 1\nmetrics: [] # none\n":                   "salesplan: \"1\"\nmetrics: [] # none\n",
		"salesplan: 1\ntolerance: 1e-2\ncalendar: {off: []}\n": "salesplan: \"1\"\ntolerance: \"0.01\"\ncalendar: {off: []}\n",
		"salesplan: 1\ntolerance: ~\n":                         "salesplan: \"1\"\ntolerance: ~\n",
		"salesplan: 1\nname: \"\\u2028 \\x41\"\n":              "salesplan: \"1\"\nname: \"\\L A\"\n",
		// What is wider than a line stands below each other.
		`{"salesplan": "1", "metrics": [{"id": "m", "step": "1", "name": "` + strings.Repeat("long ", 12) + `name"}]}`: "salesplan: \"1\"\nmetrics:\n  - id: m\n    step: \"1\"\n    name: " + strings.Repeat("long ", 12) + "name\n",
		"salesplan: 1\nmetrics:\n- # first\n  id: m\n  step: 1\n":                                                      "salesplan: \"1\"\nmetrics:\n  - # first\n    id: m\n    step: \"1\"\n",
		"# a\n\n# b\n\nsalesplan: 1\n\n# c\n\n# d\n":                                                                   "# a\n\n# b\n\nsalesplan: \"1\"\n\n# c\n\n# d\n",
	} {
		got, err := formatText(t, in)
		require.NoError(t, err, in)
		assert.Equal(t, want, got, "%q", in)
	}
}

// Formatting never panics and never changes what a plan says.
func FuzzFormatYAML(f *testing.F) {
	for _, text := range []string{"salesplan: 1\n", "# a\nsalesplan: 1 # b\n\n# c\nname: 'x' # d\n", "{salesplan: 1, # x\n name: y}", "salesplan: 1\nname: |+\n  x\n\n# y\n", planWith("name", "no # x")} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, _, err := decodeYAML(text)
		if err != nil {
			return
		}
		canonical := []byte(encoded(t, plan))
		out, err := formatYAML(text, canonical)
		if err != nil {
			require.NotEmpty(t, diag.All(err), err)
			return
		}
		same, _, err := decodeYAML(out)
		require.NoError(t, err)
		require.Equal(t, string(canonical), encoded(t, same))
		again, err := formatYAML(out, canonical)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}
