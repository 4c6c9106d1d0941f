package document

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

// FuzzRead: whatever is accepted is JSON for encoding/json too, says the same
// after it is written and read again, and whatever is refused says where.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		sample, `[]`, `{"a":{"b":[1,-2.5e3,"x\ud83d\ude00"]}}`, "\ufeff[null]", `[1,]`, `{"a":1,"\u0061":2}`, "[\"\xff\"]",
		"[\r\n1\r2\n]", `"\ud800"`, "[\x00]", `{"a"}`, `[1e99]`, "\xff\xfe", strings.Repeat("[", 40),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := Read(bytes.NewReader(text), wide)
		if err != nil {
			requirePlaced(t, text, err)
			return
		}
		if !json.Valid(bytes.TrimPrefix(text, []byte(bom))) {
			t.Fatal("accepted, but not JSON")
		}
		again, err := readWide(write(root))
		require.NoError(t, err)
		requireSame(t, root, again)
	})
}

func readWide(s string) (*Node, error) { return Read(strings.NewReader(s), wide) }

// requirePlaced: each fault has a place in the text, in its order.
func requirePlaced(t *testing.T, text []byte, err error) {
	lines := strings.Count(string(text), "\n") + strings.Count(string(text), "\r") + 1
	last := [2]int{}
	for _, f := range diag.All(err) {
		if f.Code == diag.More {
			continue
		}
		at := [2]int{f.Line, f.Column}
		if at[0] < last[0] || at[0] == last[0] && at[1] < last[1] {
			t.Fatalf("%v stands before %v", at, last)
		}
		last = at
		if f.Line < 1 || f.Column < 1 {
			t.Fatalf("no place: %v", f)
		}
	}
	if last[0] > lines {
		t.Fatalf("line %d of at most %d", last[0], lines)
	}
}

// TestRead_Linear makes documents of the shapes that make readers slow eight
// times as long: the time may not grow by more than 24, where it would by 64 if
// it were quadratic, the least of several runs being compared.
func TestRead_Linear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a few seconds")
	}
	shapes := map[string]func(n int) string{
		"keys":    func(n int) string { return "{" + strings.Join(numbered(n, `"k%":0`), ",") + "}" },
		"numbers": func(n int) string { return "[" + strings.Join(numbered(n, "%"), ",") + "]" },
		"objects": func(n int) string { return "[" + strings.Join(numbered(n, `{"id":"t%","n":[%,%]}`), ",") + "]" },
		"escapes": func(n int) string { return "[" + strings.Join(numbered(n, `"\n%\ud83d\ude00"`), ",") + "]" },
		"flaws":   func(n int) string { return "[" + strings.Join(numbered(n, `"\ud800%"`), ",") + "]" },
		"twice":   func(n int) string { return "{" + strings.Join(numbered(n, `"same":%`), ",") + "}" },
		"lines":   func(n int) string { return "[" + strings.Repeat("\r\n", 10*n) + "]" },
	}
	for name, shape := range shapes {
		const n = 8_000
		ratio := 99.0
		for try := 0; try < 6 && ratio > 24; try++ {
			ratio = min(ratio, fastest(t, shape(8*n))/fastest(t, shape(n)))
		}
		require.LessOrEqual(t, ratio, 24.0, name)
	}
}

func numbered(n int, pattern string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.ReplaceAll(pattern, "%", strconv.Itoa(i))
	}
	return out
}

func fastest(t *testing.T, text string) float64 {
	best := time.Hour
	for range 3 {
		start := time.Now()
		_, err := read(text)
		best = min(best, time.Since(start))
		for _, f := range diag.All(err) {
			require.Contains(t, []diag.Code{diag.Encoding, diag.DuplicateKey, diag.More}, f.Code)
		}
	}
	return best.Seconds()
}

// tasks is a document of the shape of a plan's tasks, of n nodes and a few.
func tasks(n int) string {
	return "[\n" + strings.Join(numbered(n/8, `  {"id": "task-%", "name": "Visit 客户 %", "days": %, "after": ["task-%"], "done": false, "cost": "%.50"}`), ",\n") + "\n]\n"
}

func BenchmarkRead_MillionNodes(b *testing.B) {
	text := tasks(1_000_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := read(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead_EncodingJSON(b *testing.B) {
	text := tasks(1_000_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.NewDecoder(io.Reader(strings.NewReader(text))).Decode(&v); err != nil {
			b.Fatal(err)
		}
	}
}
