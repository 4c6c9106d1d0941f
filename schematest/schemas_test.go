package schematest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/schema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// compiled returns a schema by its name, checked against the metaschema of its
// dialect, with formats as rules.
func compiled(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	text := schema.Plan()
	if name != "plan" {
		var err error
		text, err = schema.Output(name)
		require.NoError(t, err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.UseLoader(jsonschema.SchemeURLLoader{}) // nothing is fetched
	c.AssertFormat()
	url := tree.(map[string]any)["$id"].(string)
	require.NoError(t, c.AddResource(url, tree))
	s, err := c.Compile(url)
	require.NoError(t, err)
	return s
}

// accepts returns nil if a document keeps to a schema, else where it doesn't.
func accepts(s *jsonschema.Schema, text []byte) error {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(tree)
}

// places returns the JSON pointers of what a validator's error is about, with
// the names of keys that are missing or not known behind them.
func places(err error) []string {
	var out []string
	add := func(at []string, more ...string) {
		p := ""
		for _, token := range slices.Concat(at, more) {
			p += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
		}
		out = append(out, p)
	}
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		if firstOnly(e.ErrorKind) {
			walk(e.Causes[0])
			return
		}
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		named := e.ErrorKind
		for _, key := range missingOrUnknown(named) {
			add(e.InstanceLocation, key)
		}
		if len(missingOrUnknown(named)) == 0 {
			add(e.InstanceLocation)
		}
	}
	if e, ok := err.(*jsonschema.ValidationError); ok {
		walk(e)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestSchemas_AreSchemas(t *testing.T) {
	for _, name := range append(schema.Names(), "plan") {
		s := compiled(t, name)
		require.Equal(t, 2020, s.DraftVersion, name)
		require.Error(t, accepts(s, []byte(`[]`)), name)
		require.Error(t, accepts(s, []byte(`{"invented": 1}`)), name)
	}
}

// The validator holds schemas against the metaschema of their dialect.
func TestSchemas_AreChecked(t *testing.T) {
	for _, bad := range []string{`{"type": "text"}`, `{"required": "id"}`, `{"properties": {"a": {"minLength": -1}}}`, `{"$ref": "#/$defs/none"}`} {
		tree, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		require.NoError(t, err)
		c := jsonschema.NewCompiler()
		require.NoError(t, c.AddResource("https://example.com/bad", tree))
		_, err = c.Compile("https://example.com/bad")
		require.Error(t, err, bad)
	}
}

func TestPlaces(t *testing.T) {
	s := compiled(t, "plan")
	err := accepts(s, []byte(`{"salesplan": "1", "nmae": "x", "metrics": [{"step": true, "kind": "level", "id": ""}, {}], "axes": 1}`))
	require.Equal(t, []string{"/axes", "/metrics/0/id", "/metrics/0/kind", "/metrics/0/step", "/metrics/1/id", "/metrics/1/step", "/nmae"}, places(err), fmt.Sprint(err))
}
