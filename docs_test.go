package salesplan_test

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/salesplantest"
)

// TestDocs_Plan: the page on plans names every field that one has, and its
// example gives targets.
func TestDocs_Plan(t *testing.T) {
	source, err := os.ReadFile("docs/plan.md")
	require.NoError(t, err)
	page := string(source)
	var walk func(reflect.Type, int)
	fields := 0
	walk = func(typ reflect.Type, depth int) {
		require.Less(t, depth, 20)
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || strings.HasSuffix(typ.Name(), "Columns") || typ.Name() == "WorkWeek" || typ.Name() == "Guardrails" {
			return // headers and weekdays are the schema's
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" {
				fields++
				require.Contains(t, page, "`"+name+"`", "%s.%s", typ.Name(), f.Name)
			}
			if name != "" || f.Anonymous {
				walk(f.Type, depth+1)
			}
		}
	}
	walk(reflect.TypeFor[salesplan.Plan](), 0)
	require.Greater(t, fields, 80)

	_, rest, found := strings.Cut(page, "```json\n")
	require.True(t, found)
	example, _, _ := strings.Cut(rest, "```")
	p, err := decodeString(example)
	require.NoError(t, err)
	targets, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	for b := range targets.All() {
		salesplantest.RequireExact(t, b)
	}
}
