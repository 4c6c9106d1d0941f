package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A yamlWriter writes a tree as YAML, each value in one of the forms that YAML
// has for it.
type yamlWriter struct {
	rnd *rand.Rand
	out strings.Builder
}

// plainForm is what may stand without quotes everywhere.
var plainForm = regexp.MustCompile(`^[\pL\pN_.+/-]([\pL\pN _.+/#%-]*[\pL\pN_.+/%-])?$`)

func canBePlain(s string) bool {
	return plainForm.MatchString(s) && s != "null" && !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "...") && !strings.HasPrefix(s, "- ") && s != "-" && !strings.Contains(s, " #")
}

func (w *yamlWriter) scalar(n *document.Node, flow bool, indent int) string {
	switch {
	case n.Kind == document.Null:
		return []string{"null", "~"}[w.rnd.IntN(2)]
	case n.Kind == document.Number && w.rnd.IntN(3) > 0 || n.Kind == document.Bool:
		return n.Text
	case n.Kind == document.Number:
		return n.Text + []string{"", " "}[w.rnd.IntN(2)]
	}
	forms := []string{string(jsonText(n.Text))}
	if canBePlain(n.Text) {
		forms = append(forms, n.Text, n.Text)
	}
	if !strings.ContainsAny(n.Text, "\n\r\u0085\u2028\u2029\ufeff\x7f") && !strings.ContainsFunc(n.Text, func(r rune) bool { return r < ' ' }) {
		forms = append(forms, "'"+strings.ReplaceAll(n.Text, "'", "''")+"'")
	}
	if !flow && canBePlain(n.Text) {
		forms = append(forms, "|-\n"+strings.Repeat(" ", indent+2)+n.Text, ">-\n"+strings.Repeat(" ", indent+2)+n.Text)
	}
	return forms[w.rnd.IntN(len(forms))]
}

func (w *yamlWriter) key(k string) string {
	if canBePlain(k) && len(k) < 20 && w.rnd.IntN(3) > 0 {
		return k
	}
	return string(jsonText(k))
}

func (w *yamlWriter) comment() string {
	return []string{"", "", "", " # note: {x}, [y] & *z", "\n# line"}[w.rnd.IntN(5)]
}

// flow writes n in brackets.
func (w *yamlWriter) flow(n *document.Node) {
	open, end := "[", "]"
	if n.Kind == document.Object {
		open, end = "{", "}"
	} else if n.Kind != document.Array {
		w.out.WriteString(w.scalar(n, true, 0))
		return
	}
	w.out.WriteString(open)
	for i := range n.Items {
		if i > 0 {
			w.out.WriteString("," + []string{" ", "\n   ", "", " # c\n  "}[w.rnd.IntN(4)])
		}
		if n.Kind == document.Object {
			w.out.WriteString(w.key(n.Keys[i].Name) + ": ")
		}
		w.flow(&n.Items[i])
	}
	w.out.WriteString(end)
}

// block writes the members of n one to a line.
func (w *yamlWriter) block(n *document.Node, indent int) {
	for i := range n.Items {
		item := &n.Items[i]
		w.out.WriteString(strings.Repeat(" ", indent))
		if n.Kind == document.Object {
			w.out.WriteString(w.key(n.Keys[i].Name) + ":")
		} else {
			w.out.WriteString("-")
		}
		collection := item.Kind == document.Array || item.Kind == document.Object
		switch {
		case collection && len(item.Items) > 0 && w.rnd.IntN(3) > 0:
			w.out.WriteString(strings.TrimSuffix(w.comment(), "\n") + "\n")
			deeper := 1 + w.rnd.IntN(4)
			if n.Kind == document.Object && item.Kind == document.Array && w.rnd.IntN(2) == 0 {
				deeper = 0
			}
			w.block(item, indent+deeper)
			continue
		case collection:
			w.out.WriteString(" ")
			flow := &yamlWriter{rnd: w.rnd}
			flow.flow(item)
			w.out.WriteString(strings.ReplaceAll(flow.out.String(), "\n", "\n"+strings.Repeat(" ", indent+1)))
		default:
			text := w.scalar(item, false, indent)
			w.out.WriteString(" " + text)
			if strings.Contains(text, "\n") {
				w.out.WriteString("\n")
				continue
			}
		}
		w.out.WriteString(w.comment() + "\n")
	}
}

func asYAML(rnd *rand.Rand, n *document.Node) string {
	w := &yamlWriter{rnd: rnd}
	if rnd.IntN(4) == 0 {
		w.out.WriteString("# head\n\n---\n")
	}
	if rnd.IntN(6) == 0 {
		w.flow(n)
	} else {
		w.block(n, 0)
	}
	return w.out.String()
}

// randomPlan is a valid plan in JSON, with names that YAML would read as
// something else.
func randomPlan(rnd *rand.Rand) string {
	odd := []string{"no", "007", "1e3", "null", "~", "2027-01-01", "1.10", "true", "0x10", "a: b", "- a", "#x", "'q'", "\"q\"", "a\nb", "王伟", "x\u2028y", "=1", "12:30", "*a", "&a", "!t", "%d", "@x", "`x", "?", "", " x ", "{a}", "[b]", "a,b", "é", "1_000", "<<"}
	word := func() string { return odd[rnd.IntN(len(odd))] }
	id := func(prefix string, i int) string {
		s := strings.Map(func(r rune) rune {
			if r == '\n' || r == '\u2028' {
				return '-'
			}
			return r
		}, strings.TrimSpace(word()))
		return prefix + strconv.Itoa(i) + s
	}
	if rnd.IntN(3) == 0 {
		id = func(prefix string, i int) string { return strconv.Itoa(rnd.IntN(90) + 100*i + 10000*len(prefix)) }
	}
	var units strings.Builder
	n := 2 + rnd.IntN(5)
	ids := []string{}
	for i := range n {
		ids = append(ids, id("u", i))
		parent := ""
		if i > 0 && rnd.IntN(3) > 0 {
			parent = `,"parent":` + string(jsonText(ids[rnd.IntN(i)]))
		}
		fmt.Fprintf(&units, `%s{"id":%s%s,"name":%s,"weight":%q,"ids":{%s:%s},"aka":[%s]}`, []string{"", ","}[min(i, 1)], jsonText(ids[i]), parent, jsonText(word()),
			[]string{"1", "2.50", "0", "1e1", "12345678901234567890.5"}[rnd.IntN(5)], jsonText("crm "+word()), jsonText(word()+"x"), jsonText("aka "+strconv.Itoa(i)+strings.TrimSpace(word())))
	}
	text := fmt.Sprintf(`{"salesplan":"1","name":%s,"currency":%s,"tolerance":0.%d,"calendar":{"off":["2027-01-0%d"]},
"metrics":[{"id":"m","name":%s,"step":%s}],
"axes":[{"id":"org","units":[%s]}],
"goals":[{"id":%s,"metric":"m","period":"2027","target":%s,"why":%s,
"split":{"grains":["quarter"],"time":{"basis":"seasonality","shares":[1,1.0,1,1,1,1,1,1,1,1,1,%q],"normalise":%v},"axes":[{"axis":"org","basis":"even","levels":[{"level":%d,"basis":"weights"}]}]}}]}`,
		jsonText(word()), jsonText([]string{"CNY", "USD"}[rnd.IntN(2)]), rnd.IntN(9), 1+rnd.IntN(9), jsonText(word()), []string{`"0.010"`, `1`, `1e-2`}[rnd.IntN(3)], units.String(),
		jsonText(id("g", 0)), []string{`"1000.00"`, `1000`, `1e3`, `"12345678901"`}[rnd.IntN(4)], jsonText(word()), []string{"1", "3"}[rnd.IntN(2)], true, 1+rnd.IntN(2))
	return text
}

// rounds is how often a random test is repeated: less often under the race
// detector, which there is nothing for to find.
func rounds(n int) int {
	if raceEnabled {
		return n / 8
	}
	return n
}

// The same plan as YAML, in whatever form, gives the same bytes.
func TestYAML_sameAsJSON(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 11))
	decoded := 0
	for range rounds(400) {
		text := randomPlan(rnd)
		plan, err := salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
		if err != nil {
			continue // names that two units have
		}
		decoded++
		want := encoded(t, plan)
		for _, form := range []string{text, want} {
			tree, err := document.Read(strings.NewReader(form), document.Limits{})
			require.NoError(t, err)
			for range 3 {
				written := asYAML(rnd, tree)
				got, _, err := decodeYAML([]byte(written))
				require.NoError(t, err, "%s\n%s", form, written)
				require.Equal(t, want, encoded(t, got), written)
			}
		}
	}
	require.Greater(t, decoded, rounds(300))
}

// bombs are texts that cost more than they are long, to parsers that let them,
// and how each is refused.
func bombs() map[string]struct {
	want string
	text func() string
} {
	type bomb = struct {
		want string
		text func() string
	}
	times := func(before, piece string, n int, after string) func() string {
		return func() string { return before + strings.Repeat(piece, n) + after }
	}
	chain := func(first string, next func(a, b byte) string) func() string {
		return func() string {
			text := first
			for i := range byte(25) {
				text += next('a'+i, 'b'+i)
			}
			return text
		}
	}
	numbered := func(format string, n int) func() string {
		return func() string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, format, i)
			}
			return b.String()
		}
	}
	return map[string]bomb{
		"billion laughs": {"required 1", chain("a: &a [x,x,x,x,x,x,x,x,x,x]\n", func(a, b byte) string {
			return fmt.Sprintf("%c: &%c [%s*%c]\n", b, b, strings.Repeat(fmt.Sprintf("*%c,", a), 9), a)
		})},
		"merges": {"required 1", chain("a: &a {x: 1}\n", func(a, b byte) string {
			return fmt.Sprintf("%c: &%c {<<: [*%c, *%c]}\n", b, b, a, a)
		})},
		"itself":               {"required 1", times("a: &a [*a, *a]\n", "", 1, "")},
		"one alias 2000 times": {"required 1", times("a: &a ["+strings.Repeat("x,", 2000)+"]\nb: [", "*a,", 2000, "]\n")},
		"brackets":             {"too-deep 1", times("", "[", 150_000, "")},
		"braces":               {"too-deep 1", times("", "{a: ", 50_000, "")},
		"dashes":               {"too-deep 1", times("", "- ", 150_000, "")},
		"questions":            {"too-deep 1", times("", "? ", 150_000, "")},
		"dashes and brackets":  {"too-deep 1", times("", "- [", 50_000, "")},
		"33 deep":              {"too-deep 1", times("", "[", 33, "")},
		"stairs":               {"too-deep 33", stairs},
		"keys":                 {"required 1", numbered("k%d: v\n", 100_000)},
		"too many keys":        {"too-many 1", numbered("k%d: v\n", 100_001)},
		"anchors":              {"type 1", numbered("- &a%d x\n", 300_000)},
		"tags":                 {"type 1", times("", "- !!str x\n", 300_000, "")},
		"documents":            {"trailing 2", times("", "---\n", 500_000, "")},
		"nulls":                {"too-many 1", times("[", ",", 3_000_000, "]")},
		"one line":             {"too-many 1", times("a: [", "x,", 3_000_000, "]")},
		"a line at the limit":  {"required 1", times("a: [", "x,", maxYAMLLineMarks-2, "]")},
		"a list":               {"too-many 1200001", times("", "- x\n", 5_000_000, "")},
		"a list at the limit":  {"type 1", times("", "- x\n", maxYAMLMarks, "")},
		"pairs at the limit":   {"type 1", times("", "- a: b\n", maxYAMLMarks/2, "")},
		"comments":             {"too-many 211765", times("", "- x # y\n# z\n\n", 1_500_000, "")},
		"comments at limit":    {"type 1", times("", "- x # y\n# z\n\n", maxYAMLMarks/17-1, "")},
		"only comments":        {"too-many 150001", times("", "#\n", 30_000_000, "")},
		"blanks":               {"required 1", times("", "\n", 60_000_000, "")},
		"a long text":          {"too-large 1", times("name: ", "x ", 30_000_000, "")},
		"a quoted text":        {"too-large 1", times(`name: "`, `\n`, 30_000_000, `"`)},
		"a text of lines":      {"required 1", times("name: x\n", "  x\n", 15_000_000, "")},
		"a literal":            {"required 1", times("name: |\n", "  x\n", 15_000_000, "")},
		"a long key":           {"too-large 1", times("", "x", 60_000_000, ": 1")},
		"pairs in a line":      {"too-many 1", times("[", "a: b, ", 1_000_000, "]")},
		"empty lists":          {"too-many 1", times("[", "[],", 1_000_000, "]")},
		"colons":               {"too-many 1", times("[", ":,", 2_000_000, "]")},
		"too large":            {"too-large 0", times("a", "a", maxPlanBytes, "")},
	}
}

func stairs() string {
	var b strings.Builder
	for i := range 3000 {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// Each bomb is refused, with its place, within 5 seconds of work, in a process
// of which no more than 576 MiB are in memory at any time: 512 MiB and
// the text.
func TestYAML_bombs(t *testing.T) {
	if name := os.Getenv("SALESPLAN_BOMB"); name != "" {
		text := []byte(bombs()[name].text())
		begun := time.Now()
		_, _, err := decodeYAML(text)
		for _, f := range diag.All(err)[:1] {
			fmt.Printf("refused %s %d in %d ms\n", f.Code, f.Line, time.Since(begun).Milliseconds())
		}
		return
	}
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for name, bomb := range bombs() {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", `ulimit -v 4000000; exec "$0" -test.run '^TestYAML_bombs$'`, self)
			cmd.Env = append(os.Environ(), "SALESPLAN_BOMB="+name)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out[:min(len(out), 2000)]))
			require.Contains(t, string(out), "refused "+bomb.want+" in ")
			work := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			assert.Less(t, work, 5*time.Second)
			if memory, ok := peak(cmd.ProcessState); ok {
				assert.Less(t, memory>>20, int64(576), "MiB")
				t.Logf("%v, %d MiB", work, memory>>20)
			}
		})
	}
}

// The keys of one mapping cost the same each, however many there are.
func TestYAML_linear(t *testing.T) {
	cost := func(n int) time.Duration {
		var b strings.Builder
		b.WriteString("salesplan: 1\ninputs:\n  deals:\n    columns: {owner: o, stage: s, amount: a, close: c}\n    stages:\n")
		for i := range n {
			fmt.Fprintf(&b, "      stage %d: won\n", i)
		}
		best := time.Hour
		for range 3 {
			begun := time.Now()
			plan, _, err := decodeYAML([]byte(b.String()))
			best = min(best, time.Since(begun))
			require.NoError(t, err)
			require.Len(t, plan.Inputs.Deals.Stages, n)
		}
		return best
	}
	if raceEnabled {
		t.Skip("times mean nothing under the race detector")
	}
	small, large := cost(12_500), cost(50_000)
	assert.Less(t, large, 12*small, "12,500 keys take %v, 50,000 take %v", small, large)
	t.Log(small, large)
}

// No text makes the reader panic, and a plan that it makes is that of the JSON
// which the library writes of it.
func FuzzYAML(f *testing.F) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		if tree, err := document.Read(strings.NewReader(randomPlan(rnd)), document.Limits{}); err == nil {
			f.Add([]byte(asYAML(rnd, tree)))
		}
	}
	for _, text := range []string{"", "salesplan: 1\n", "a: &a [*a]", "? - a\n: b", "- |+\n\n", "%YAML 1.2\n--- !!x y", "{a: [b, 'c', \"\\x41\"]} # d", planWith("target", "1e3")} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, _, err := decodeYAML(text)
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			return
		}
		want := encoded(t, plan)
		again, err := salesplan.Decode(bytes.NewReader([]byte(want)), salesplan.DecodeOptions{})
		require.NoError(t, err)
		require.Equal(t, want, encoded(t, again))
	})
}
