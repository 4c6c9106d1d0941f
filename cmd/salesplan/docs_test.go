package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// TestDocs_Commands: the commands on the page on timetables run as they stand
// there, in a folder with the examples, and what the page shows of their answers
// is said.
func TestDocs_Commands(t *testing.T) {
	page, err := os.ReadFile("../../docs/timetable.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1)
	require.NotEmpty(t, blocks)
	var script strings.Builder
	commands := 0
	for _, block := range blocks {
		for line := range strings.Lines(string(block[1])) {
			command, ok := strings.CutPrefix(strings.TrimSpace(line), "salesplan ")
			require.True(t, ok, line)
			command, note, _ := strings.Cut(command, "#")
			code := "0"
			if strings.HasPrefix(strings.TrimSpace(note), "exit code 1") {
				code = "1"
			}
			script.WriteString("code " + code + " " + strings.ReplaceAll(command, `"`, "'") + "\n")
			if strings.HasPrefix(command, "check ") {
				script.WriteString("stdout '" + regexp.QuoteMeta(shown(t, string(page))) + "'\n")
			}
			commands++
		}
	}
	require.Equal(t, 5, commands)
	script.WriteString("grep '<svg ' annual.svg\n")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "timetable.txtar"), []byte(script.String()), 0o644))
	testscript.Run(t, testscript.Params{
		Dir: dir, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			return os.CopyFS(filepath.Join(env.WorkDir, "examples"), os.DirFS("../../examples"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"code": codeCommand},
	})
}

// shown is the answer that the page shows.
func shown(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "```\nerror: ")
	require.True(t, ok)
	answer, _, _ := strings.Cut(rest, "\n")
	return answer
}
