package salesplan_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

// smallPlan is a plan of more than 2,100 bytes, with lines that end in two
// ways and characters of one to four bytes.
func smallPlan(t *testing.T) string {
	t.Helper()
	p := salesplantest.Customers()
	p.Name = "é 年 😀"
	text := encodedPlan(t, p)
	require.Greater(t, len(text), 2100)
	half := len(text) / 2
	return strings.ReplaceAll(text[:half], "\n", "\r\n") + text[half:]
}

func encodedPlan(t *testing.T, p *salesplan.Plan) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, salesplan.Encode(&b, p))
	return b.String()
}

// endOf returns the line and column behind a text.
func endOf(text string) (line, column int) {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
	return len(lines), len([]rune(lines[len(lines)-1])) + 1
}

// TestDecode_FailingAtByte: a reader that fails behind any byte of a plan, with
// that byte or after it, gives its own error, with the place.
func TestDecode_FailingAtByte(t *testing.T) {
	text, broken := smallPlan(t), errors.New("cable pulled")
	for k := range len(text) + 1 {
		line, column := endOf(text[:k])
		for _, wrap := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.DataErrReader} {
			p, err := salesplan.Decode(wrap(io.MultiReader(strings.NewReader(text[:k]), iotest.ErrReader(broken))), salesplan.DecodeOptions{})
			require.Nil(t, p)
			require.ErrorIs(t, err, broken)
			salesplantest.RequireFaults(t, err, "io /")
			f := diag.All(err)[0]
			require.Equal(t, []int{line, column}, []int{f.Line, f.Column}, "after %d bytes", k)
			require.Equal(t, "cable pulled", f.Value)
		}
	}
}

// TestDecode_CutAtByte: a plan that ends too early is refused with a place
// within it.
func TestDecode_CutAtByte(t *testing.T) {
	text := smallPlan(t)
	whole := len(strings.TrimRight(text, "\n"))
	for k := range whole {
		p, err := decodeString(text[:k])
		require.Nil(t, p)
		all := diag.All(err)
		require.NotEmpty(t, all, "after %d bytes", k)
		line, column := endOf(text[:k])
		for _, f := range all {
			require.Positive(t, f.Line)
			require.Positive(t, f.Column)
			require.True(t, f.Line < line || f.Line == line && f.Column <= column, "%v after %d bytes", f, k)
		}
	}
	_, err := decodeString(text[:whole])
	require.NoError(t, err)
}

// A hesitant reader gives nothing some times before each of its bytes.
type hesitant struct {
	r     io.Reader
	times int
	turn  int
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.turn++; h.turn%(h.times+1) != 0 || len(p) == 0 {
		return 0, nil
	}
	return h.r.Read(p[:1])
}

// TestDecode_SlowReaders: however a text comes, it is the same plan.
func TestDecode_SlowReaders(t *testing.T) {
	texts := map[string]string{"small": smallPlan(t), "large": unitsText(7500)}
	require.Greater(t, len(texts["large"]), 1<<20)
	for size, text := range texts {
		want, err := decodeString(text)
		require.NoError(t, err)
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "end with data": iotest.DataErrReader,
			"hesitant": func(r io.Reader) io.Reader { return &hesitant{r: r, times: 3} },
		} {
			got, err := salesplan.Decode(wrap(strings.NewReader(text)), salesplan.DecodeOptions{})
			require.NoError(t, err, "%s, %s", size, name)
			require.True(t, reflect.DeepEqual(want, got), "%s, %s", size, name)
		}
	}
	_, err := salesplan.Decode(&hesitant{r: strings.NewReader(texts["small"]), times: 1000}, salesplan.DecodeOptions{})
	require.ErrorIs(t, err, io.ErrNoProgress)
	salesplantest.RequireFaults(t, err, "io /")
}

// TestDecode_Random: what is written of a plan reads back to an equal one, and
// is written as the same bytes.
func TestDecode_Random(t *testing.T) {
	for seed := range uint64(500) {
		p := salesplantest.RandomPlan(seed)
		text := encodedPlan(t, p)
		got, err := decodeString(text)
		require.NoError(t, err, "seed %d", seed)
		if at := difference("", reflect.ValueOf(p), reflect.ValueOf(got)); at != "" {
			t.Fatalf("seed %d: %s differs\n%s", seed, at, text)
		}
		require.Equal(t, text, encodedPlan(t, got), "seed %d", seed)
	}
}

// difference returns where two values of a type differ, "" if they don't.
// Amounts are equal by value, not by their zeros.
func difference(at string, a, b reflect.Value) string {
	if x, ok := a.Interface().(decimal.Decimal); ok {
		if y := b.Interface().(decimal.Decimal); !x.Equal(y) {
			return at
		}
		return ""
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			return differs(at, a.IsNil() != b.IsNil())
		}
		return difference(at, a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return at
		}
		for i := range a.Len() {
			if d := difference(fmt.Sprint(at, "/", i), a.Index(i), b.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Map:
		if a.Len() != b.Len() {
			return at
		}
		for it := a.MapRange(); it.Next(); {
			of := b.MapIndex(it.Key())
			if !of.IsValid() {
				return at + "/" + it.Key().String()
			}
			if d := difference(at+"/"+it.Key().String(), it.Value(), of); d != "" {
				return d
			}
		}
		return ""
	case reflect.Struct:
		exported := 0
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.IsExported() {
				exported++
				if d := difference(at+"/"+f.Name, a.Field(i), b.Field(i)); d != "" {
					return d
				}
			}
		}
		if exported > 0 {
			return ""
		}
	}
	return differs(at, !reflect.DeepEqual(a.Interface(), b.Interface()))
}

func differs(at string, is bool) string {
	if is {
		return at + "/"
	}
	return ""
}

// The comparison sees what it is for.
func TestDifference(t *testing.T) {
	for want, change := range map[string]func(*salesplan.Plan){
		"":                                       func(p *salesplan.Plan) { p.Goals[0].Target = p.Goals[0].Target.Add(decimal.New(0, -9)) },
		"/Name/":                                 func(p *salesplan.Plan) { p.Name += " " },
		"/Goals/0/Target":                        func(p *salesplan.Plan) { p.Goals[0].Target = decimal.Decimal{} },
		"/Goals/1/Split/":                        func(p *salesplan.Plan) { p.Goals[1].Split = nil },
		"/Goals":                                 func(p *salesplan.Plan) { p.Goals = p.Goals[:1] },
		"/Axes/0/Units/3/IDs/fxiaoke/":           func(p *salesplan.Plan) { p.Axes[0].Units[3].IDs["fxiaoke"] = "x" },
		"/Axes/0/Units/0/Weight/Valid/":          func(p *salesplan.Plan) { p.Axes[0].Units[0].Weight.Valid = true },
		"/Axes/0/Units/4/From/":                  func(p *salesplan.Plan) { p.Axes[0].Units[4].From = p.Axes[0].Units[4].From.AddDays(1) },
		"/Goals/0/Split/Axes/1/BasisRule/Basis/": func(p *salesplan.Plan) { p.Goals[0].Split.Axes[1].Basis = "" },
	} {
		p := salesplantest.Annual()
		change(p)
		require.Equal(t, want, difference("", reflect.ValueOf(salesplantest.Annual()), reflect.ValueOf(p)))
	}
}
