package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var update = flag.Bool("update", false, "write the golden parts of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"salesplan": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for name, folder := range map[string]string{"CRM": "../../testdata/crm", "CRM_SALES": crmFolder} {
				path, err := filepath.Abs(folder)
				if err != nil {
					return err
				}
				env.Setenv(name, path)
			}
			env.Setenv("GORACE", "atexit_sleep_ms=0") // many short runs
			return nil
		},
		Condition: func(name string) (bool, error) {
			folders := map[string]string{"crm": "../../testdata/crm", "crm-sales": crmFolder}
			_, err := os.Stat(folders[name])
			return err == nil && folders[name] != "", nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"json": jsonCommand, "bytes": bytesCommand, "contains": containsCommand, "glob": globCommand,
			"gb18030": gb18030Command, "unhex": unhexCommand, "code": codeCommand, "next": nextCommand, "repeat": repeatCommand,
		},
	})
}

// jsonCommand checks a value of a JSON file: json FILE a.0.b WANT.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	dec.UseNumber()
	ts.Check(dec.Decode(&v))
	if dec.More() {
		ts.Fatalf("more than one JSON value")
	}
	for _, key := range strings.Split(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			i, err := strconv.Atoi(key)
			ts.Check(err)
			if i >= len(at) {
				ts.Fatalf("no %s in %s", key, args[1])
			}
			v = at[i]
		default:
			ts.Fatalf("no %s in %s", key, args[1])
		}
	}
	got, ok := v.(string)
	if !ok {
		got = string(jsonText(v))
	}
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %s, not %s", args[1], got, args[2])
	}
}

// bytesCommand checks the first bytes of a file: bytes FILE HEX.
func bytesCommand(ts *testscript.TestScript, neg bool, args []string) {
	want, err := hex.DecodeString(args[1])
	ts.Check(err)
	if bytes.HasPrefix([]byte(ts.ReadFile(args[0])), want) == neg {
		ts.Fatalf("%s begins otherwise", args[0])
	}
}

func containsCommand(ts *testscript.TestScript, neg bool, args []string) {
	want, err := hex.DecodeString(args[1])
	ts.Check(err)
	if bytes.Contains([]byte(ts.ReadFile(args[0])), want) == neg {
		ts.Fatalf("%s: %s", args[0], args[1])
	}
}

// globCommand checks how many files a folder has, hidden ones included.
func globCommand(ts *testscript.TestScript, _ bool, args []string) {
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	files := 0
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			files++
			names = append(names, e.Name())
		}
	}
	if strconv.Itoa(files) != args[1] {
		ts.Fatalf("%d files: %v", files, names)
	}
}

// gb18030Command writes a file in GB18030: gb18030 FROM TO.
func gb18030Command(ts *testscript.TestScript, _ bool, args []string) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

// unhexCommand writes a file in which each {HEX} of another is that byte.
func unhexCommand(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	var out []byte
	for text != "" {
		before, after, _ := strings.Cut(text, "{")
		out = append(out, before...)
		code, rest, ok := strings.Cut(after, "}")
		if ok {
			b, err := hex.DecodeString(code)
			ts.Check(err)
			out = append(out, b...)
		}
		text = rest
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o666))
}

// repeatCommand writes a file of one text many times: repeat TEXT N FILE.
func repeatCommand(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), bytes.Repeat([]byte(args[0]), n), 0o666))
}

// codeCommand runs the program and checks its exit code: code 2 targets ….
func codeCommand(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec("salesplan", args[1:]...)
	code := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, not %s", code, args[0])
	}
}

// nextCommand runs the command on the last line of standard error, as a shell
// would, with more arguments: next --json.
func nextCommand(ts *testscript.TestScript, neg bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stderr")), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	if !strings.HasPrefix(last, "salesplan ") {
		ts.Fatalf("no command: %s", last)
	}
	err := ts.Exec("sh", append([]string{"-c", last + ` "$@"`, "sh"}, args...)...)
	if (err != nil) != neg {
		ts.Fatalf("%s: %v", last, err)
	}
}

// A result is what a run in this process left.
type result struct {
	code      int
	out, errs string
}

func runProgram(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &out, errs: &errs}
	code := p.run(context.Background(), args)
	return result{code, out.String(), errs.String()}
}

// write makes a file in a folder of the test's own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
	return file
}
