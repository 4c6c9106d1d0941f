package salesplan

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// planText is a small plan as Encode writes it.
const planText = `{
  "salesplan": "1",
  "name": "Annual plan 2027",
  "currency": "CNY",
  "calendar": {
    "holidays": "china",
    "unpublished": "weekdays"
  },
  "metrics": [
    {
      "id": "revenue",
      "name": "Revenue",
      "measure": "CNY",
      "step": "0.01",
      "kind": "flow",
      "counts": "won-amount"
    }
  ],
  "axes": [
    {
      "id": "org",
      "of": "owner",
      "units": [
        {
          "id": "company"
        },
        {
          "id": "wang-wei",
          "parent": "company",
          "weight": "0",
          "aka": ["王伟", "Wang W."]
        },
        {
          "id": "li-na",
          "parent": "company",
          "weight": "1.0",
          "from": "2027-04-01",
          "ids": {
            "fxiaoke": "1001"
          }
        }
      ]
    }
  ],
  "goals": [
    {
      "id": "revenue-2027",
      "metric": "revenue",
      "period": "2027",
      "target": "10000000.00",
      "owner": "company",
      "split": {
        "grains": ["quarter", "month", "week"],
        "time": {
          "basis": "workdays"
        },
        "axes": [
          {
            "axis": "org",
            "basis": "weights"
          }
        ]
      }
    }
  ]
}
`

func decodePlanText(text string) (*Plan, error) {
	return Decode(strings.NewReader(text), DecodeOptions{})
}

func TestDecode_Plan(t *testing.T) {
	p, err := decodePlanText(planText)
	require.NoError(t, err)
	require.Equal(t, "Annual plan 2027", p.Name)
	require.Equal(t, "10000000.00", p.Goals[0].Target.StringFixed(2))
	require.True(t, p.Axes[0].Units[1].Weight.Valid, "a weight of 0 is an answer")
	require.False(t, p.Axes[0].Units[0].Weight.Valid, "no weight is none")
	require.Equal(t, BasisWeights, p.Goals[0].Split.Axes[0].Basis)

	var b bytes.Buffer
	require.NoError(t, Encode(&b, p))
	require.Equal(t, planText, b.String())

	tree, err := document.Read(strings.NewReader("\ufeff"+planText), document.Limits{})
	require.NoError(t, err)
	q, err := DecodeTree(tree)
	require.NoError(t, err)
	require.Equal(t, p, q)
}

func TestDecode_PlanSpelledOtherwise(t *testing.T) {
	text := strings.NewReplacer(`"0.01"`, `0.01`, `"10000000.00"`, `10000000.00`, "\n", "\r\n", `"id"`, `"\u0069d"`).Replace(planText)
	p, err := decodePlanText(text)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Encode(&b, p))
	require.Equal(t, planText, b.String())
}

func TestDecode_Versions(t *testing.T) {
	for _, tt := range []struct{ version, want string }{
		{`"2"`, `/salesplan (line 1, column 27): version "2", bound 1`},
		{`"10"`, `/salesplan (line 1, column 27): version "10", bound 1`},
		{`"1.1"`, `/salesplan (line 1, column 27): version "1.1", bound 1`},
		{`"0"`, `/salesplan (line 1, column 27): invalid "0", bound 1`},
		{`"01"`, `/salesplan (line 1, column 27): invalid "01", bound 1`},
		{`"v1"`, `/salesplan (line 1, column 27): invalid "v1", bound 1`},
		{`"-3"`, `/salesplan (line 1, column 27): invalid "-3", bound 1`},
		{`"1e3"`, `/salesplan (line 1, column 27): invalid "1e3", bound 1`},
		{`""`, `/salesplan (line 1, column 27): required, bound a text`},
		{`1`, `/salesplan (line 1, column 27): type "1", bound a text`},
		{`null`, `/salesplan (line 1, column 27): required "null", bound a text`},
	} {
		p, err := decodePlanText(`{"name": "x", "salesplan":` + tt.version + `}`)
		require.Nil(t, p)
		require.Error(t, err, tt.version)
		require.Equal(t, tt.want, err.Error(), tt.version)
	}
	_, err := decodePlanText(`{"name": "x"}`)
	require.EqualError(t, err, `/salesplan (line 1, column 1): required, bound a text`)
	_, err = decodePlanText(`{"salesplan": "3", "invented": [1, 2], "name": 5}`)
	require.EqualError(t, err, `/salesplan (line 1, column 15): version "3", bound 1`, "a later document is not ours to judge")
}

// TestDecode_AllAtOnce joins what the text and its fields have wrong, each
// once and in order.
func TestDecode_AllAtOnce(t *testing.T) {
	_, err := decodePlanText(`{
 "salesplan": "0",
 "name": "\ud800", "nmae": "x",
 "calendar": {"off": ["2027-02-30", "\ud800"]},
 "metrics": [
  {"id": "a", "step": 1e99, "step": "x"},
  {"id": "b", "step": "y", "step": 1},
  {"id": "c", "step": "1", "kind": "flwo"}]}`)
	var got []string
	for _, f := range diag.All(err) {
		got = append(got, fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Path, f.Code))
	}
	require.Equal(t, []string{
		"2:15 /salesplan invalid",
		"3:11 /name encoding",
		"3:20 /nmae unknown-key",
		"4:23 /calendar/off/0 out-of-range",
		"4:38 /calendar/off/1 encoding",
		"6:23 /metrics/0/step out-of-range",
		"6:29 /metrics/0/step duplicate-key",
		"7:23 /metrics/1/step syntax",
		"7:28 /metrics/1/step duplicate-key",
		"8:36 /metrics/2/kind invalid",
	}, got)
}

// TestDecode_NumbersOnce: a number out of range is one fault, whichever reader
// is the stricter.
func TestDecode_NumbersOnce(t *testing.T) {
	text := strings.Replace(planText, `"10000000.00"`, "1e50", 1)
	for _, lim := range []document.Limits{{}, {Exponent: 100}, {Exponent: 20}, {Digits: 100, Exponent: 50}} {
		_, err := Decode(strings.NewReader(text), DecodeOptions{Limits: lim})
		all := diag.All(err)
		require.Len(t, all, 1, "%+v", lim)
		require.Equal(t, diag.OutOfRange, all[0].Code)
		require.Equal(t, "/goals/0/target", all[0].Path)
		// With another fault in the text, both are said.
		_, err = Decode(strings.NewReader(strings.Replace(text, `"name": "Annual`, `"name": "a", "name": "Annual`, 1)), DecodeOptions{Limits: lim})
		require.Len(t, diag.All(err), 2, "%+v", lim)
	}
}

// TestDecode_LocatesValidation: faults of the plan's sense have the places of
// its text, and are not looked for while its form is wrong.
func TestDecode_LocatesValidation(t *testing.T) {
	bad := strings.Replace(planText, `"metric": "revenue"`, `"metric": "revenu"`, 1)
	_, err := decodePlanText(bad)
	all := diag.All(err)
	require.Len(t, all, 1)
	require.Equal(t, "/goals/0/metric", all[0].Path)
	require.Equal(t, "revenue", all[0].Near)
	lines := strings.Split(bad, "\n")
	require.Contains(t, lines[all[0].Line-1], "revenu\"")
	require.Equal(t, strings.Index(lines[all[0].Line-1], `"revenu"`)+1, all[0].Column)

	_, err = decodePlanText(strings.Replace(bad, `"name"`, `"nam"`, 1))
	require.Len(t, diag.All(err), 1)
	require.ErrorIs(t, err, diag.UnknownKey)
}

func TestDecode_KeysOfNoUse(t *testing.T) {
	for at, keys := range map[string][]string{
		`"id": "li-na",`:        {"presence", "quota"},
		`"id": "revenue-2027",`: {"parents", "hedge", "fix", "bounds"},
		`"grains":`:             {"overlay"},
		`"salesplan": "1",`:     {"risks", "scorecards", "initiatives"},
	} {
		for _, key := range keys {
			_, err := decodePlanText(strings.Replace(planText, at, `"`+key+`": [], `+at, 1))
			require.ErrorIs(t, err, diag.UnknownKey, key)
			require.Len(t, diag.All(err), 1, key)
		}
	}
	for old, later := range map[string]string{`"kind": "flow"`: `"kind": "stok"`, `"basis": "weights"`: `"basis": "pipelines"`} {
		_, err := decodePlanText(strings.Replace(planText, old, later, 1))
		require.ErrorIs(t, err, diag.Invalid, later)
	}
}

func TestDecode_Text(t *testing.T) {
	for text, code := range map[string]diag.Code{
		"": diag.Syntax, "null": diag.Type, "[]": diag.Type, `"1"`: diag.Type, planText + "{}": diag.Trailing, planText[:200]: diag.Syntax,
		"\xff\xfe": diag.Encoding, strings.Repeat("[", 10_000): diag.TooDeep, "{\"salesplan\": \"1\x00\"}": diag.Syntax,
	} {
		p, err := decodePlanText(text)
		require.ErrorIs(t, err, code, "%.40q", text)
		require.Nil(t, p)
	}
	broken := errors.New("gone")
	_, err := Decode(iotest.ErrReader(broken), DecodeOptions{})
	require.ErrorIs(t, err, broken)
	_, err = Decode(strings.NewReader(planText), DecodeOptions{Limits: document.Limits{Bytes: 100}})
	require.ErrorIs(t, err, diag.TooLarge)
	_, err = DecodeTree(nil)
	require.ErrorIs(t, err, diag.Required)
}

func TestEncode_Plan(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Encode(&b, &Plan{Name: "x"}))
	require.Equal(t, "{\n  \"salesplan\": \"1\",\n  \"name\": \"x\"\n}\n", b.String())
	require.ErrorIs(t, Encode(&b, nil), diag.Required)
	require.ErrorIs(t, Encode(&fullDisk{10}, &Plan{}), errFull)
}

// TestPlan_TypesAreKnown walks the types of a plan: each is one that the codec
// reads and writes, and none contains itself.
func TestPlan_TypesAreKnown(t *testing.T) {
	var walk func(reflect.Type, string, int)
	walk = func(typ reflect.Type, path string, depth int) {
		require.Less(t, depth, 20, path)
		require.NotEqual(t, "nothing that can be read", expected(typ), path)
		if typ == decimalType || typ == nullDecimalType || reflect.PointerTo(typ).Implements(unmarshalerType) {
			readable := typ.Kind() == reflect.String || typ == decimalType || typ == nullDecimalType || reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextMarshaler]())
			require.True(t, readable, "%s reads a text but writes none", path)
			return
		}
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem(), path+"/*", depth+1)
		case reflect.Struct:
			for _, f := range (structTypes{}).of(typ).fields {
				sf := typ.FieldByIndex(f.index)
				require.Equal(t, strings.ToLower(f.name[:1]), f.name[:1], "%s/%s", path, f.name)
				enum := sf.Type.Kind() == reflect.String && reflect.PointerTo(sf.Type).Implements(unmarshalerType)
				require.True(t, !enum || f.required || f.omitEmpty || f.omitZero, "%s/%s would be written empty and refused", path, f.name)
				walk(sf.Type, path+"/"+f.name, depth+1)
			}
		}
	}
	walk(reflect.TypeFor[Plan](), "", 0)
}

// TestDecode_TooManyToList: the first thousand faults are listed and the rest
// counted, whoever found them.
func TestDecode_TooManyToList(t *testing.T) {
	units := strings.Repeat(`{"id": "", "weight": 1e99}, `, 900)
	_, err := decodePlanText(`{"salesplan": "1", "axes": [{"id": "org", "units": [` + units + `{"id": "a"}]}]}`)
	all := diag.All(err)
	require.Len(t, all, diag.MaxKept+1)
	require.Equal(t, diag.More, all[diag.MaxKept].Code)
	require.Equal(t, "800", all[diag.MaxKept].Value)
	require.Equal(t, diag.Required, all[0].Code)
	require.Equal(t, diag.OutOfRange, all[1].Code)
	requireOrdered(t, err)
}

// A plan with two mistakes: both are reported, each with its place.
func ExampleDecode() {
	_, err := Decode(strings.NewReader(`{
  "salesplan": "1",
  "metrics": [{"id": "revenue", "setp": "0.01", "step": "one"}]
}`), DecodeOptions{})
	for _, f := range diag.All(err) {
		fmt.Println(diag.Messages().Text(f, diag.English))
	}
	// Output:
	// /metrics/0/setp (line 3, column 33): the key is not known here; did you mean "step"?
	// /metrics/0/step (line 3, column 57): "one" cannot be read; expected a number such as 1234.5
}

// Whatever the spelling of a document, it is written in one form.
func ExampleEncode() {
	p, err := Decode(strings.NewReader(`{"salesplan":"1","metrics":[{"step":0.010,"id":"revenue"}]}`), DecodeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var b strings.Builder
	if err := Encode(&b, p); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(b.String())
	// Output:
	// {
	//   "salesplan": "1",
	//   "metrics": [
	//     {
	//       "id": "revenue",
	//       "step": "0.010"
	//     }
	//   ]
	// }
}
