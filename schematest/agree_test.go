package schematest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/schema"
	"github.com/stretchr/testify/require"
)

// example makes a value with every property of a schema.
func example(root, s map[string]any) any {
	if ref, ok := s["$ref"].(string); ok {
		s = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	for _, from := range []string{"enum", "examples"} {
		if list, ok := s[from].([]any); ok {
			return list[0]
		}
	}
	first := s["type"]
	if list, ok := first.([]any); ok {
		first = list[0]
	}
	switch first {
	case "object":
		out := map[string]any{}
		properties, _ := s["properties"].(map[string]any)
		for key, p := range properties {
			out[key] = example(root, p.(map[string]any))
		}
		if more, ok := s["additionalProperties"].(map[string]any); ok {
			out["a/b"] = example(root, more)
		}
		return out
	case "array":
		return []any{example(root, s["items"].(map[string]any))}
	case "boolean":
		return true
	case "integer":
		return 1
	}
	return "x"
}

// wellFormed reports whether Decode found the form of a document right. The
// full plan has two faults that are none of form, and at most one of them goes
// with a mistake; Decode speaks of them where it has nothing to say of form.
func wellFormed(found map[string]diag.Code) bool {
	return found["/goals/0/metric"] == diag.Unknown || found["/tolerance"] == diag.OutOfRange
}

func fullPlan(t *testing.T) map[string]any {
	t.Helper()
	var root map[string]any
	require.NoError(t, json.Unmarshal(schema.Plan(), &root))
	plan := example(root, root).(map[string]any)
	fiscal := plan["calendar"].(map[string]any)["fiscal"].(map[string]any)
	fiscal["firstMonth"], fiscal["weekday"] = 0, "sunday" // else no fiscal period can be read
	plan["goals"] = append([]any{map[string]any{"id": "stray", "metric": "nowhere", "period": "2027", "target": "1"}}, plan["goals"].([]any)...)
	return plan
}

// mistakes calls do with the plan, changed in one place, for each change.
func mistakes(root any, at any, pointer string, do func(name string)) {
	if strings.HasPrefix(pointer, "/goals/0") {
		return
	}
	values := []any{nil, true, 7, 1.5, "", "?", []any{}, map[string]any{}, []any{nil}}
	change := func(key string, get any, set func(any)) {
		for _, v := range values {
			set(v)
			text, _ := json.Marshal(v)
			do(string(text) + " at " + pointer + "/" + key)
		}
		set(get)
	}
	switch at := at.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(at)) {
			was := at[key]
			change(key, was, func(v any) { at[key] = v })
			delete(at, key)
			do("without " + pointer + "/" + key)
			at[key+key] = was
			do("misspelt " + pointer + "/" + key)
			delete(at, key+key)
			at[key] = was
			mistakes(root, was, pointer+diag.Pointer(key), do)
		}
	case []any:
		for i, was := range at {
			change(strconv.Itoa(i), was, func(v any) { at[i] = v })
			mistakes(root, was, pointer+"/"+strconv.Itoa(i), do)
		}
	}
}

// unread reports whether a path is that of a period that Decode may not read:
// those of the past are read where a basis asks for them.
func unread(path string) bool {
	return strings.HasSuffix(path, "/split/time/period") || strings.Contains(path, "/split/axes/") && strings.HasSuffix(path, "/period")
}

// days are the keys of days and moments, of which Decode takes an empty text for
// none.
func days() []string {
	return []string{"from", "to", "on", "start", "finish", "deadline", "started", "finished"}
}

// TestPlan_AgreesWithDecode: where the schema refuses a document Decode refuses
// it, and where Decode refuses its form the schema does, at the same places.
func TestPlan_AgreesWithDecode(t *testing.T) {
	s := compiled(t, "plan")
	plan := fullPlan(t)
	require.NoError(t, accepts(s, asJSON(t, plan)))
	good, bad := 0, 0
	mistakes(plan, plan, "", func(name string) {
		text := asJSON(t, plan)
		want := places(accepts(s, text))
		_, err := salesplan.Decode(bytes.NewReader(text), salesplan.DecodeOptions{})
		got := map[string]diag.Code{}
		for _, f := range diag.All(err) {
			got[f.Path] = f.Code
		}
		if wellFormed(got) { // the form is right: what the schema refuses must be wrong for Decode, too
			good++
			for _, path := range want {
				emptyDay := strings.HasPrefix(name, `"" at`) && slices.ContainsFunc(days(), func(key string) bool { return strings.HasSuffix(path, "/"+key) })
				require.True(t, got[path] != "" || unread(path) || emptyDay, "%s: the schema refuses %s, Decode %v", name, path, err)
			}
			return
		}
		bad++
		require.Equal(t, want, slices.Sorted(maps.Keys(got)), "%s: %v", name, err)
	})
	require.Greater(t, bad, 500)
	require.Greater(t, good, 50)
	t.Logf("%d documents of a right form, %d of a wrong one", good, bad)
}
