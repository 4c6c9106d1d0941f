package salesplantest

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const seeds = 400

func TestRandomPlan_Valid(t *testing.T) {
	for seed := range uint64(seeds) {
		require.NoError(t, RandomPlan(seed).Validate(), "seed %d", seed)
	}
}

func TestRandomPlan_Deterministic(t *testing.T) {
	text := func(p *salesplan.Plan) string {
		var b bytes.Buffer
		require.NoError(t, salesplan.Encode(&b, p))
		return b.String()
	}
	different := map[string]bool{}
	for seed := range uint64(100) {
		p := RandomPlan(seed)
		require.Equal(t, p, RandomPlan(seed))
		different[text(p)] = true
	}
	assert.Len(t, different, 100)
}

// Each field that documents have, of whatever type, is used by some plans and
// left out by others, if it can be.
func TestRandomPlan_EveryField(t *testing.T) {
	used, unused := map[string]int{}, map[string]int{}
	for seed := range uint64(seeds) {
		countFields(reflect.ValueOf(*RandomPlan(seed)), "", used, unused)
	}
	all := map[string]bool{}
	fieldPaths(reflect.TypeFor[salesplan.Plan](), "", all)
	require.Greater(t, len(all), 80)
	for path := range all {
		assert.Positive(t, used[path], "%s is never used", path)
	}
	for _, path := range []string{"/Name", "/Rates", "/Calendar/Week", "/Inputs/Deals", "/Axes/Units/Weight", "/Goals/Split", "/Goals/Every", "/Axes/Table"} {
		assert.Positive(t, unused[path], "%s is always used", path)
	}
}

// isPart reports whether a type is a struct whose fields stand in documents.
func isPart(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Tag.Get("json") != "" })
}

func inner(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func fieldPaths(t reflect.Type, path string, all map[string]bool) {
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous || f.Tag.Get("json") == "" {
			continue
		}
		all[path+"/"+f.Name] = true
		if in := inner(f.Type); isPart(in) {
			fieldPaths(in, path+"/"+f.Name, all)
		}
	}
}

func countFields(v reflect.Value, path string, used, unused map[string]int) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.IsExported() || f.Anonymous || f.Tag.Get("json") == "" {
			continue
		}
		at, field := path+"/"+f.Name, v.FieldByIndex(f.Index)
		if field.IsZero() {
			unused[at]++
			continue
		}
		used[at]++
		if !isPart(inner(f.Type)) {
			continue
		}
		switch field.Kind() {
		case reflect.Slice:
			for i := range field.Len() {
				countFields(field.Index(i), at, used, unused)
			}
		case reflect.Pointer:
			countFields(field.Elem(), at, used, unused)
		default:
			countFields(field, at, used, unused)
		}
	}
}

// What a plan needs for its targets beside being valid is said by a fault, and
// targets that come of it add up.
func TestRandomPlan_Targets(t *testing.T) {
	goals, refused := 0, map[diag.Code]int{}
	for seed := range uint64(seeds) {
		targets, err := RandomPlan(seed).Targets(context.Background(), nil)
		if err != nil {
			require.NotEmpty(t, diag.All(err), "seed %d: %v", seed, err)
			for _, f := range diag.All(err) {
				refused[f.Code]++
			}
			continue
		}
		for b := range targets.All() {
			goals++
			RequireExact(t, b)
		}
	}
	t.Logf("%d goals, refused: %v", goals, refused)
	assert.Greater(t, goals, 80)
}
