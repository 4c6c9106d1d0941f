package salesplan_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// A hostile is a document of some million values or bytes, made while it is
// read: a head, items with a comma between them where they need one, a tail.
type hostile struct {
	head, item, tail string // "%d" is the item's number, "%n" the next
	n                int
	code             diag.Code // what refuses it; empty if nothing does
}

// hostiles are documents made to cost more than they are worth: their text,
// their values, their faults, or what is looked up for each of them.
func hostiles() map[string]hostile {
	unit := func(item string, code diag.Code, n int) hostile {
		return hostile{`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "u-0"},`, item, `]}]}`, n, code}
	}
	goal := func(item string, code diag.Code, n int) hostile {
		return hostile{`{"salesplan": "1", "metrics": [{"id": "m", "step": 1}], "axes": [{"id": "org", "units": [{"id": "u-0"}]}], "goals": [`, item, `]}`, n, code}
	}
	split := func(field, item string, code diag.Code, n int) hostile {
		head := `{"salesplan": "1", "metrics": [{"id": "m", "step": 1}], "goals": [{"id": "g", "metric": "m", "period": "2027", "target": 1, "split": {` + field + `: [`
		return hostile{head, item, `]}}]}`, n, code}
	}
	long := strings.Repeat("长", 20_000)
	return map[string]hostile{
		"a million values":    unit(`{"id": "unit-%d", "name": "Unit %d", "parent": "u-0", "weight": "%d.5", "from": "2027-01-01", "aka": ["Rep %d"], "ids": {"crm": "%d"}}`, "", 100_000),
		"units without ids":   unit(`{}`, diag.Required, 333_000),
		"units that are none": unit(`0`, diag.Type, 333_000),
		"one id":              unit(`{"id": "u-0"}`, diag.Duplicate, 166_000),
		"one spelling":        unit(`{"id": "u-1-%d", "aka": ["same"]}`, diag.Ambiguous, 83_000),
		"a chain":             unit(`{"id": "u-%n", "parent": "u-%d"}`, "", 100_000),
		"a circle":            {fmt.Sprintf(`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "u-0", "parent": "u-%d"},`, 100_000), `{"id": "u-%n", "parent": "u-%d"}`, `]}]}`, 100_000, diag.Cycle},
		"to themselves":       unit(`{"id": "u-1-%d", "parent": "u-1-%d"}`, diag.Cycle, 100_000),
		"names without end":   unit(`{"id": "u-1-%d", "parent": "`+long+`"}`, diag.Unknown, 1000),
		"large and small":     unit(`{"id": "u-1-%d", "weight": 99999999999999999999999999999999999999e30}`, "", 100_000),
		"unknown keys":        unit(`{"id": "u-1-%d", "naem": 1, "wieght": 2, "prent": 3}`, diag.UnknownKey, 66_000),
		"ids by system":       {`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "a", "ids": {"x": "v"`, `, "s%d": "v"`, `}}]}]}`, 33_000, ""},
		"stages":              {`{"salesplan": "1", "inputs": {"deals": {"columns": {"stage": "S", "close": "C"}, "stages": {"x": "won"`, `, "S%d": "lost"`, `}}}}`, 33_000, ""},
		"members":             {`{"salesplan": "1"`, `, "k%d": 0`, `}`, 200_000, diag.TooMany},
		"one key":             {`{"salesplan": "1"`, `, "name": 0`, `}`, 33_000, diag.DuplicateKey},
		"days off":            {`{"salesplan": "1", "calendar": {"off": [`, `"2027-03-01"`, `]}}`, 333_000, ""},
		"no days":             {`{"salesplan": "1", "calendar": {"off": [`, `"2027-02-30"`, `]}}`, 333_000, diag.OutOfRange},
		"shifts":              {`{"salesplan": "1", "calendar": {"week": {"monday": [`, `"08:00-12:00"`, `]}}}`, 333_000, diag.Conflict},
		"rates":               {`{"salesplan": "1", "rates": [`, `{"currency": "C%d", "rate": 7}`, `]}`, 100_000, ""},
		"rates of one day":    {`{"salesplan": "1", "rates": [`, `{"currency": "USD", "rate": 7}`, `]}`, 100_000, diag.Duplicate},
		"axes":                {`{"salesplan": "1", "axes": [`, `{"id": "a%d"}`, `]}`, 133_000, ""},
		"metrics":             {`{"salesplan": "1", "metrics": [`, `{"id": "m%d", "step": 1}`, `]}`, 100_000, ""},
		"goals of nothing":    goal(`{"id": "g%d", "metric": "n", "period": "2027", "target": 1}`, diag.Unknown, 66_000),
		"goals of no time":    goal(`{"id": "g%d", "metric": "m", "period": "2027-13", "target": 1}`, diag.OutOfRange, 66_000),
		"goals of nobody":     goal(`{"id": "g%d", "metric": "m", "period": "2027", "target": 1, "owner": "u-%d"}`, diag.Unknown, 53_000),
		"levels":              {`{"salesplan": "1", "metrics": [{"id": "m", "step": 1}], "goals": [{"id": "g", "metric": "m", "period": "2027", "target": 1, "split": {"axes": [{"axis": "x", "levels": [`, `{"level": %d}`, `]}]}}]}`, 100_000, diag.OutOfRange},
		"rules":               split(`"axes"`, `{"axis": "a%d"}`, diag.TooMany, 133_000),
		"grains":              split(`"grains"`, `"day"`, "", 333_000),
		"shares":              split(`"time": {"basis": "seasonality"}, "axes": [], "grains"`, `"year"`, diag.Required, 333_000),
		"depth":               {``, `[`, ``, 3_333_000, diag.TooDeep},
		"a long text":         {`{"salesplan": "1", "name": "x`, `xxxxxxxxxxxxxxxx`, `"}`, 666_000, diag.TooLarge},
		"a long number":       {`{"salesplan": "1", "tolerance": 1`, `0000000000000000`, `}`, 666_000, diag.OutOfRange},
		"half pairs":          {`{"salesplan": "1", "axes": [{"id": "a", "units": [`, `{"id": "\ud800"}`, `]}]}`, 133_000, diag.Encoding},
		"five million values": {`[0`, `,0`, `]`, 5_000_000, diag.TooMany},
		"blanks":              {``, `                `, ``, 8_000_000, diag.TooLarge},
	}
}

// text returns a reader of the document.
func (h hostile) text() io.Reader {
	g := &generated{h: h}
	if strings.ContainsAny(h.item[:1], `{"`) || h.item == "0" {
		g.comma = ","
	}
	return g
}

type generated struct {
	h     hostile
	comma string
	i     int // 0 before the head, n+1 before the tail
	rest  []byte
}

func (g *generated) Read(p []byte) (int, error) {
	for len(g.rest) < len(p) && g.i <= g.h.n+1 {
		switch {
		case g.i == 0:
			g.rest = append(g.rest, g.h.head...)
		case g.i == g.h.n+1:
			g.rest = append(g.rest, g.h.tail...)
		default:
			if g.i > 1 {
				g.rest = append(g.rest, g.comma...)
			}
			item := strings.ReplaceAll(g.h.item, "%d", strconv.Itoa(g.i-1))
			g.rest = append(g.rest, strings.ReplaceAll(item, "%n", strconv.Itoa(g.i))...)
		}
		g.i++
	}
	if len(g.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, g.rest)
	g.rest = append(g.rest[:0], g.rest[n:]...)
	return n, nil
}

// hostileEnv names the document that a child process is to read.
const hostileEnv = "SALESPLAN_TEST_HOSTILE"

// TestDecode_HostileChild is what the child process of TestDecode_Hostile runs.
func TestDecode_HostileChild(t *testing.T) {
	name := os.Getenv(hostileEnv)
	if name == "" {
		t.Skip("runs in a child process")
	}
	h, ok := hostiles()[name]
	require.True(t, ok, name)
	p, err := salesplan.Decode(h.text(), salesplan.DecodeOptions{})
	require.Equal(t, h.code == "", err == nil, "%.300v", err)
	if h.code != "" {
		require.Nil(t, p)
		require.ErrorIs(t, err, h.code)
		require.LessOrEqual(t, len(diag.All(err)), diag.MaxKept+1)
		require.Less(t, len(err.Error()), 1<<20)
	}
	runtime.KeepAlive(p)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("peak %d\n", m.HeapSys)
}

// raced reports whether the race detector is on, under which time and memory
// say little.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" {
			return s.Value == "true"
		}
	}
	return false
}

// TestDecode_Hostile reads each document in a process of its own, which the
// system stops beyond 512 MiB: it is read or refused, as it should be, within
// 5 seconds of computing.
func TestDecode_Hostile(t *testing.T) {
	if testing.Short() || raced() {
		t.Skip("takes some seconds, and the race detector more, and its memory")
	}
	limit := "ulimit -d 524288 && "
	if runtime.GOOS != "linux" {
		limit = "" // what is measured below is a bound too
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	for name := range hostiles() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			args := []string{"-test.run=^TestDecode_HostileChild$"}
			cmd := exec.CommandContext(ctx, exe, args...)
			if limit != "" {
				cmd = exec.CommandContext(ctx, "sh", append([]string{"-c", limit + `exec "$0" "$@"`, exe}, args...)...)
			}
			cmd.Env = append(os.Environ(), hostileEnv+"="+name)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%.2000s", out)
			var peak int64
			_, err = fmt.Sscanf(string(out), "peak %d", &peak)
			require.NoError(t, err, "%.300s", out)
			require.Less(t, peak, int64(512<<20))
			took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			require.Less(t, took, 5*time.Second)
			t.Logf("%d MiB, %v", peak>>20, took.Round(time.Millisecond))
		})
	}
}
