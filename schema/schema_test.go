package schema_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/schema"
	"github.com/stretchr/testify/require"
)

func TestOutput(t *testing.T) {
	files, err := filepath.Glob("*.schema.json")
	require.NoError(t, err)
	require.Len(t, files, len(schema.Names())+1, "a schema for each name, and that of plans")
	require.True(t, slices.IsSorted(schema.Names()))
	for _, name := range schema.Names() {
		text, err := schema.Output(name)
		require.NoError(t, err)
		requireSchema(t, text, name)
	}
	requireSchema(t, schema.Plan(), "plan")
}

func requireSchema(t *testing.T, text []byte, name string) {
	t.Helper()
	var head struct {
		Dialect string `json:"$schema"`
		ID      string `json:"$id"`
		Title   string `json:"title"`
	}
	require.NoError(t, json.Unmarshal(text, &head), name)
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", head.Dialect)
	require.Equal(t, "https://github.com/salesplan/salesplan/schema/"+name+".schema.json", head.ID)
	require.NotEmpty(t, head.Title)
}

func TestOutput_Unknown(t *testing.T) {
	for name, near := range map[string]string{"target": "targets", "plan": "", "": "", "../schema": ""} {
		text, err := schema.Output(name)
		require.Nil(t, text)
		require.ErrorIs(t, err, diag.Unknown)
		require.Equal(t, near, diag.All(err)[0].Near, name)
	}
}

// Whoever changes the bytes changes no one else's.
func TestPlan_IsACopy(t *testing.T) {
	text := schema.Plan()
	text[0] = 'x'
	require.Equal(t, byte('{'), schema.Plan()[0])
}

func ExamplePlan() {
	fmt.Println(strings.Split(string(schema.Plan()), "\n")[2])
	// Output: "$id": "https://github.com/salesplan/salesplan/schema/plan.schema.json",
}

func ExampleOutput() {
	_, err := schema.Output("tragets")
	fmt.Println(err)
	// Output: /command: unknown "tragets", bound diff, errors, explain, init, issued, merge, split, targets, validate, what-if, nearest "targets"
}
