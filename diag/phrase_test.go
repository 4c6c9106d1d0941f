package diag_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func testPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "a weight", ZH: "权重"},
		diag.Message{EN: "won", ZH: "赢单"},
		diag.Message{EN: "total {total#} by {by#}", ZH: "总额 {total#}，相差 {by#}"},
		diag.Message{EN: "{have} of {need}", ZH: "{need} 中的 {have}"},
		diag.Message{EN: "units of {axis}", ZH: "维度 {axis} 的单元"},
		diag.Message{EN: "{least-} to {most-}", ZH: "{least-} 至 {most-}"},
		diag.Message{EN: `such as {"a": "b"} or ]`, ZH: `例如 {"a": "b"} 或 ]`},
		diag.Message{EN: "{a} and {b}", ZH: "甲 {a} {b}"},
		diag.Message{EN: "{x} and {y}", ZH: "乙 {x} {y}"},
		diag.Message{EN: "{p}{q} glued", ZH: "无"},
	)
}

func TestCatalogue_Phrase(t *testing.T) {
	tests := []struct{ text, en, zh string }{
		{"a weight", "a weight", "权重"},
		{"total 1000000 by 612000.5", "total 1,000,000 by 612,000.5", "总额 1,000,000，相差 612,000.5"},
		{"total -1000 by 0001", "total -1,000 by 0001", "总额 -1,000，相差 0001"},
		{"total much by 5", "", ""},
		{"total 5 by 6 by 7", "", ""},
		{"total 5 by ", "", ""},
		{" of ", "", ""},
		{"units of org of two", "units of org of two", "维度 org of two 的单元"}, // more of its own text than "of" alone
		{"3 of 4", "3 of 4", "4 中的 3"},
		{"0001 to 9999", "0001 to 9999", "0001 至 9999"},
		{"what leads to ruin", "", ""},
		{`such as {"a": "b"} or ]`, `such as {"a": "b"} or ]`, `例如 {"a": "b"} 或 ]`},
		{"x and y", "x and y", "甲 x y"}, // equally long: the first
		{"{a} glued", "", ""},
		{"3 of 4; total 1000 by 5; won", "3 of 4; total 1,000 by 5; won", "4 中的 3；总额 1,000，相差 5；赢单"},
		{"units of a; b", "units of a; b", "维度 a; b 的单元"}, // whole before clauses
		{"won; unheard", "", ""},
		{"won; ", "", ""},
		{"x glued", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		for lang, want := range map[diag.Lang]string{diag.English: tt.en, diag.Chinese: tt.zh} {
			got, ok := testPhrases().Phrase(tt.text, lang)
			assert.Equal(t, want != "", ok, tt.text)
			if !ok {
				want = tt.text
			}
			assert.Equal(t, want, got, tt.text)
		}
	}
}

func TestCode_IsPhrase(t *testing.T) {
	for code := range testPhrases() {
		assert.True(t, code.IsPhrase())
	}
	assert.False(t, diag.Cycle.IsPhrase())
	assert.Len(t, diag.Join(testPhrases(), diag.Catalogue{"won": {}}), len(testPhrases())+1, "a phrase takes no code's place")
}

// What phrases do to the arguments of a message.
func TestCatalogue_TextPhrases(t *testing.T) {
	c := diag.Join(testPhrases(), diag.Catalogue{
		"said":   {"{subject} {kind}", "{~subject}：{kind}"},
		"bound":  {"at {kind}", "应为 {kind}"},
		"around": {"{kind} is {kind}", "{kind}即 {kind} 项"},
	})
	text := func(code diag.Code, lang diag.Lang, args ...diag.Arg) string {
		return c.Text(diag.Finding{Code: code, Subject: diag.Subject{ID: "won"}, Args: args}, lang)
	}
	assert.Equal(t, "won won", text("said", diag.English, diag.Text("kind", "won")))
	assert.Equal(t, "赢单：won", text("said", diag.Chinese, diag.Text("kind", "won")), "one word is a name, unless the template says otherwise")
	assert.Equal(t, "赢单：权重", text("said", diag.Chinese, diag.Text("kind", "a weight")))
	assert.Equal(t, "赢单：a weight", text("said", diag.Chinese, diag.Name("kind", "a weight")), "a name is no prose")
	assert.Equal(t, "at total 1,000 by 1", text("bound", diag.English, diag.Text("kind", "total 1000 by 1")))
	assert.Equal(t, "应为权重", text("bound", diag.Chinese, diag.Text("kind", "a weight")))
	assert.Equal(t, "应为 unheard of", text("bound", diag.Chinese, diag.Text("kind", "unheard of")))
	assert.Equal(t, "权重即权重项", text("around", diag.Chinese, diag.Text("kind", "a weight")))
	assert.Equal(t, "3 即 3 项", text("around", diag.Chinese, diag.Text("kind", "3")))

	// A fault's bound is prose, its value is what stands in the input.
	fault := &diag.Fault{Code: diag.Required, Path: "/x", Value: "a weight", Bound: "a weight"}
	assert.Equal(t, "/x：缺少值，应为权重", diag.Join(diag.Messages(), c).Text(fault, diag.Chinese))
	assert.Equal(t, `/: larger than the limit of 3`, diag.Messages().Text(&diag.Fault{Code: diag.TooLarge, Bound: "3"}, diag.English))
}

func TestCatalogue_TextNumbers(t *testing.T) {
	c := diag.Catalogue{
		"rows":  {"{n|row|rows}[ in {m?file|files} {names}]", "{n} 行"},
		"share": {"{s}", "{s}"},
		"odd":   {"{n|row} {} {N B} {unclosed", "{n|}"},
	}
	say := func(code diag.Code, args ...diag.Arg) string {
		return c.Text(diag.Finding{Code: code, Args: args}, diag.English)
	}
	assert.Equal(t, "1 row", say("rows", diag.Count("n", 1)))
	assert.Equal(t, "0 rows", say("rows", diag.Count("n", 0)))
	assert.Equal(t, "1,480 rows in file a", say("rows", diag.Count("n", 1480), diag.Count("m", 1), diag.Name("names", "a")))
	assert.Equal(t, "2 rows in files a, b", say("rows", diag.Count("n", 2), diag.Count("m", 2), diag.Name("names", "a, b")))
	assert.Equal(t, "{n|row} {} {N B} {unclosed", say("odd", diag.Count("n", 1)), "what is no placeholder is text")
	required, optional := c["rows"].Names(diag.English)
	assert.Equal(t, [][]string{{"n"}, {"m", "names"}}, [][]string{required, optional})

	for in, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1000": "-1,000", "123456": "123,456", "3510578": "3,510,578", "-1234567.89": "-1,234,567.89",
		"0.123456": "0.123456", "007000": "007000", "1e9": "1e9", "1000x": "1000x", "": "", "-": "-", "1000.": "1000.", ".5": ".5", "12,345": "12,345",
	} {
		assert.Equal(t, want, say("share", diag.Amount("s", in)), in)
	}
	for in, want := range map[string]string{
		"0": "0 %", "0.0000": "0 %", "1": "100 %", "0.3509": "35.1 %", "0.0052": "0.5 %", "0.00049": "< 0.1 %", "0.0005": "0.1 %", "0.35": "35 %", "0.9999": "> 99.9 %", "0.9994": "99.9 %",
		"1.00001": "100 %", "12.5": "1,250 %", "-0.25": "-25 %", "-0.0001": "> -0.1 %", "-0.9999": "< -99.9 %", "x": "x", "1e-3": "1e-3", "": "",
	} {
		assert.Equal(t, want, say("share", diag.Share("s", in)), in)
	}
}

// A value that is put into a phrase comes out of it again, whatever it is, and
// nothing else is taken for it.
func FuzzPhrase(f *testing.F) {
	f.Add("org", "1000", "x")
	f.Add("a of b", "-5.5", " of ")
	f.Add("{axis}", "0001", "")
	f.Fuzz(func(t *testing.T, name, number, noise string) {
		c := diag.Phrases(
			diag.Message{EN: "<{name}> holds {n#} of {rest-}.", ZH: "{rest-}|{n#}|{name}"},
			diag.Message{EN: "<{any}", ZH: "?"})
		text := "<" + name + "> holds " + number + " of " + noise + "."
		got, ok := c.Phrase(text, diag.Chinese)
		require.True(t, ok)
		_, err := strconv.ParseFloat(number, 64)
		plain := err == nil && strings.Trim(number, "-0123456789.") == "" && number[len(number)-1] != '.' && strings.TrimPrefix(number, "-")[0] != '.'
		if !plain || name == "" || noise == "" || strings.Contains(noise, " ") || strings.Contains(name, "> holds ") {
			return
		}
		require.True(t, strings.HasPrefix(got, noise+"|") && strings.HasSuffix(got, "|"+name), "%s: %s", text, got)
		middle := got[len(noise)+1 : len(got)-len(name)-1]
		require.Equal(t, number, strings.ReplaceAll(middle, ",", ""), text)
	})
}

func BenchmarkCatalogue_Text(b *testing.B) {
	list := []diag.Message{}
	for i := range 300 {
		list = append(list, diag.Message{EN: "phrase " + strconv.Itoa(i) + " of {x}", ZH: "{x}"})
	}
	c := diag.Join(diag.Messages(), diag.Phrases(list...))
	f := &diag.Fault{Code: diag.Required, Path: "/x", Bound: "phrase 7 of all"}
	b.ReportAllocs()
	for b.Loop() {
		c.Text(f, diag.Chinese)
	}
}
