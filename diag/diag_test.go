package diag_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFault_Error(t *testing.T) {
	tests := []struct {
		fault diag.Fault
		want  string
	}{
		{diag.Fault{Code: diag.Negative, Path: "/parts/1/weight", Value: "-5", Bound: "0"}, `/parts/1/weight: negative "-5", bound 0`},
		{diag.Fault{Code: diag.Unknown, Path: "/goals/0/owner", Line: 3, Column: 14, Value: "eest", Near: "east"}, `/goals/0/owner (line 3, column 14): unknown "eest", nearest "east"`},
		{diag.Fault{Code: diag.Syntax}, `/: syntax`},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.fault.Error())
	}
}

func TestFault_Is(t *testing.T) {
	err := fmt.Errorf("reading the plan: %w", diag.Faults{{Code: diag.Cycle, Path: "/axes/0"}, {Code: diag.Unknown}})
	assert.ErrorIs(t, err, diag.Cycle)
	assert.ErrorIs(t, err, diag.Unknown)
	assert.NotErrorIs(t, err, diag.Syntax)
	var f *diag.Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, "/axes/0", f.Path)
}

func TestAll(t *testing.T) {
	a, b, c := &diag.Fault{Code: diag.Type}, &diag.Fault{Code: diag.OutOfRange, Path: "/b"}, &diag.Fault{Code: diag.Cycle}
	err := errors.Join(fmt.Errorf("x: %w", a), io.EOF, diag.Faults{b, c})
	assert.Equal(t, diag.Faults{a, b, c}, diag.All(err))
	assert.Empty(t, diag.All(nil))
	assert.Empty(t, diag.All(io.EOF))
}

func TestCollector_KeepsThousandAndCountsAll(t *testing.T) {
	var c diag.Collector
	require.NoError(t, c.Err())
	c.Add(nil)
	require.NoError(t, c.Err())
	for i := range diag.MaxKept + 5 {
		c.Add(&diag.Fault{Code: diag.Type, Path: "/" + strconv.Itoa(i)})
	}
	all := diag.All(c.Err())
	require.Len(t, all, diag.MaxKept+1)
	assert.Equal(t, "/0", all[0].Path)
	assert.Equal(t, diag.More, all[diag.MaxKept].Code)
	assert.Equal(t, "5", all[diag.MaxKept].Value)

	// Collecting such a list again loses no count.
	var d diag.Collector
	d.AddErr(c.Err(), "/x")
	d.AddErr(io.ErrUnexpectedEOF, "/file")
	assert.Equal(t, diag.MaxKept+6, d.Len())
	assert.Equal(t, "6", diag.All(d.Err())[diag.MaxKept].Value)
}

func TestCollector_AddErrKeepsStrangersPlace(t *testing.T) {
	var c diag.Collector
	c.AddErr(nil, "/x")
	c.AddErr(io.ErrUnexpectedEOF, "/deals")
	require.Len(t, c.Kept(), 1)
	assert.Equal(t, diag.Fault{Code: diag.IO, Path: "/deals", Value: "unexpected EOF"}, *c.Kept()[0])
}

func TestUnder(t *testing.T) {
	err := diag.Under(diag.Faults{{Code: diag.Type, Path: "/id"}, {Code: diag.More, Value: "3"}}, "/goals/3")
	all := diag.All(err)
	assert.Equal(t, "/goals/3/id", all[0].Path)
	assert.Empty(t, all[1].Path)
	assert.Equal(t, io.EOF, diag.Under(io.EOF, "/x"))
	assert.NoError(t, diag.Under(nil, "/x"))
}

func TestPointer(t *testing.T) {
	assert.Equal(t, "/a~1b/c~0d/3", diag.Pointer("a/b", "c~d", "3"))
	assert.Empty(t, diag.Pointer())
}

func TestClip(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain", "plain"},
		{"上海 – 浦东", "上海 – 浦东"},
		{"a\nb\x00", `a\nb\x00`},
		{"\u202eabc", `\u202eabc`},
		{"bad\xffutf", `bad\xffutf`},
		{strings.Repeat("é", 81), strings.Repeat("é", 80) + "…"},
		{strings.Repeat("é", 80), strings.Repeat("é", 80)},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, diag.Clip(tt.in))
	}
}

func TestNearest(t *testing.T) {
	names := []string{"target", "targets", "period", "owner", "王伟"}
	tests := []struct{ in, want string }{
		{"tragets", "targets"}, {"Target", "target"}, {"ower", "owner"}, {"peirod", "period"},
		{"王為", "王伟"}, {"xyz", ""}, {"", ""}, {strings.Repeat("x", 100), ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, diag.Nearest(tt.in, names), tt.in)
	}
	assert.Equal(t, "aa", diag.Nearest("ab", []string{"aa", "bb"}), "the first of equally close names")
}

// slowDistance is the recursive definition of the restricted edit distance.
func slowDistance(a, b string) int {
	if a == "" || b == "" {
		return len(a) + len(b)
	}
	cost := 1
	if a[0] == b[0] {
		cost = 0
	}
	d := min(slowDistance(a[1:], b)+1, slowDistance(a, b[1:])+1, slowDistance(a[1:], b[1:])+cost)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, slowDistance(a[2:], b[2:])+1)
	}
	return d
}

func FuzzNearest(f *testing.F) {
	f.Add("abcd", "abdc")
	f.Add("ca", "abc")
	f.Fuzz(func(t *testing.T, s, name string) {
		near := diag.Nearest(s, []string{name})
		clean := func(x string) bool {
			return len(x) < 7 && strings.IndexFunc(x, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
		}
		if s == "" || name == "" || !clean(s) || !clean(name) {
			return
		}
		longest := max(len(s), len(name))
		d := slowDistance(s, name)
		if want := d <= max(longest/3, 1) && d < longest; want != (near == name) {
			t.Errorf("Nearest(%q, %q) = %q at distance %d", s, name, near, d)
		}
	})
}

func TestFinding_Key(t *testing.T) {
	f := diag.Finding{Code: "late", Subject: diag.Subject{Kind: "task", ID: "launch"}, Args: []diag.Arg{diag.Count("days", 3)}}
	g := f
	g.Args = []diag.Arg{diag.Count("days", 4)}
	g.Severity = diag.Error
	assert.Equal(t, f.Key(), g.Key())
	g.Subject.ID = "survey"
	assert.NotEqual(t, f.Key(), g.Key())
}

func TestWorst(t *testing.T) {
	assert.Equal(t, diag.Info, diag.Worst(nil))
	assert.Equal(t, diag.Error, diag.Worst([]diag.Finding{{Severity: diag.Warning}, {Severity: diag.Error}, {}}))
}

func TestCatalogue_Text(t *testing.T) {
	c := diag.Join(diag.Messages(), diag.Catalogue{
		"late":  {"{subject} is {days} days late[, owned by {who}].", "{subject} 晚 {days} 天[，负责人 {who}]。"},
		"hurry": {"{owner}: finish {amount} by {until}.", "{owner}：在 {until} 前完成 {amount}。"},
	})
	f := diag.Finding{Code: "late", Subject: diag.Subject{Kind: "task", ID: "launch"}, Args: []diag.Arg{diag.Count("days", 3)},
		Advice: []diag.Advice{{Action: "hurry", Amount: "5", Until: "2027-03-01", Owner: "li-na"}}}
	assert.Equal(t, "launch is 3 days late. li-na: finish 5 by 2027-03-01.", c.Text(f, diag.English))
	assert.Equal(t, "launch 晚 3 天。li-na：在 2027-03-01 前完成 5。", c.Text(f, diag.Chinese))
	f.Args = append(f.Args, diag.Name("who", "wang-wei"))
	assert.Contains(t, c.Text(f, diag.English), ", owned by wang-wei.")

	fault := &diag.Fault{Code: diag.Unknown, Path: "/goals/0/owner", Line: 7, Column: 3, Value: "eest", Near: "east"}
	assert.Equal(t, `/goals/0/owner (line 7): nothing is called "eest"; did you mean "east"?`, c.Text(fault, diag.English))
	assert.Equal(t, `/goals/0/owner（第 7 行）：没有名为“eest”的对象，是否指“east”？`, c.Text(fault, diag.Chinese))
	assert.Equal(t, "strange subject=x a=1", diag.Catalogue{}.Text(diag.Finding{Code: "strange", Subject: diag.Subject{ID: "x"}, Args: []diag.Arg{diag.Count("a", 1)}}, diag.English))
}

// A fault has seven values; its messages may call for nothing else, and only
// for the path outside brackets, since any other may be missing.
func TestMessages_FaultArguments(t *testing.T) {
	known := []string{"path", "line", "column", "value", "bound", "near"}
	for code, m := range diag.Messages() {
		if code.IsPhrase() {
			continue
		}
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			required, optional := m.Names(lang)
			for _, name := range append(required, optional...) {
				assert.Contains(t, known, name, "%s %s", code, lang)
			}
			full, _ := (&diag.Fault{Code: code, Path: "/p", Line: 1, Column: 2, Value: "v", Bound: "b", Near: "n"}).Said()
			assert.Equal(t, code, full)
			text := diag.Messages().Text(&diag.Fault{Code: code, Path: "/p", Line: 1, Column: 2, Value: "v", Bound: "b", Near: "n"}, lang)
			assert.NotContains(t, text, "{", "%s %s", code, lang)
			assert.NotContains(t, text, "[", "%s %s", code, lang)
		}
		assert.NotEmpty(t, m.EN, code)
		assert.NotEmpty(t, m.ZH, code)
	}
}

func TestFault_JSON(t *testing.T) {
	text, err := json.Marshal(diag.Faults{{Code: diag.Negative, Path: "/a", Line: 1, Column: 2, Value: "-1", Bound: "0"}})
	require.NoError(t, err)
	assert.JSONEq(t, `[{"code":"negative","path":"/a","line":1,"column":2,"value":"-1","bound":"0"}]`, string(text))
	text, err = json.Marshal(diag.Finding{Severity: diag.Warning, Code: "late", Subject: diag.Subject{Kind: "task", ID: "x"}, Args: []diag.Arg{diag.Date("on", "2027-01-01")}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"severity":"warning","code":"late","subject":{"kind":"task","id":"x"},"args":[{"name":"on","kind":"date","text":"2027-01-01"}]}`, string(text))
}

// Every code that this package declares has a text in both languages.
func TestMessages_Complete(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	require.NoError(t, err)
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		m, ok := diag.Messages()[diag.Code(code)]
		assert.True(t, ok && m.EN != "" && m.ZH != "", "no text for %s", code)
		name, ok := diag.Messages().Phrase(code, diag.Chinese)
		assert.True(t, ok && name != code, "no name for %s", code)
		n++
		return true
	})
	assert.Len(t, diag.Messages(), 2*n, "a message and a name for each")
}
