package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever a plan holds and whatever is noted of it, the YAML with comments says
// the same, every note is there, and fmt leaves it as it is.
func TestCommented_random(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	odd := []string{"plain", "# not a comment", "two\nlines", "a: b", "'quoted\"", "\x1b[2J", "\u2028", "名称，", "- item", strings.Repeat("long ", 60), strings.Repeat("长", 90)}
	valid := 0
	for range rounds(300) {
		plan, err := salesplan.Decode(strings.NewReader(randomPlan(rnd)), salesplan.DecodeOptions{})
		if err != nil {
			continue // names that happen to be the same
		}
		valid++
		s := &starter{p: &program{}, file: odd[rnd.IntN(len(odd))] + ".yaml", lang: diag.Chinese, from: odd[:3], next: []string{"salesplan", odd[rnd.IntN(len(odd))]}}
		s.draft = &salesplan.PlanDraft{Plan: plan}
		for _, code := range []diag.Code{"draft-deals", "draft-axis", "draft-aka", "draft-window", "draft-no-currency", "draft-unused", "odd"} {
			s.draft.Notes = append(s.draft.Notes, diag.Finding{Code: code, Subject: diag.Subject{ID: "org"}, Args: []diag.Arg{diag.Text("columns", odd[rnd.IntN(len(odd))]), diag.Name("axis", "org")}})
		}
		canonical := []byte(encoded(t, plan))
		got, err := s.commented(canonical)
		require.NoError(t, err)
		again, err := formatYAML(got, canonical)
		require.NoError(t, err, "%s", got)
		require.Equal(t, string(again), string(got))
		require.GreaterOrEqual(t, strings.Count(string(got), "# "), len(s.draft.Notes))
	}
	require.Greater(t, valid, rounds(300)/2)
}

func TestWrapped(t *testing.T) {
	for _, s := range []string{"", "word", "a b  c", strings.Repeat("word ", 40), strings.Repeat("长", 90), "表 fxiaoke 视为商机表：110 行；id = 商机编号, owner = 负责人, customer = 客户名称。", strings.Repeat("unbroken", 30)} {
		lines := wrapped(s, 40)
		for _, line := range lines {
			if strings.Contains(line, " ") || text.StringWidth(line) > len(line)/2 && !strings.Contains(line, "unbroken") {
				assert.LessOrEqual(t, text.StringWidth(line), 42, line)
			}
		}
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		assert.Equal(t, bare(s), bare(strings.Join(lines, "")))
	}
	assert.Equal(t, []string{"一二（三", "四）五"}, wrapped("一二（三四）五", 8))
	assert.Equal(t, []string{"brought 7 %", "more"}, wrapped("brought 7 % more", 9))
}

func TestNumberLike(t *testing.T) {
	for in, want := range map[string]salesplan.NumberFormat{
		"1234": {}, "1234.50": {}, "1,234.50": {Group: ","}, "1.234,50": {Decimal: ",", Group: "."}, "1234,5": {Decimal: ","},
		"1,234,567": {Group: ","}, "1.234.567": {Decimal: ",", Group: "."}, "1 234 567,8": {Decimal: ",", Group: " "}, "1'234.50": {Group: "'"},
		"￥1,234.50": {Group: ",", Sign: "￥"}, "$ 5.25": {Sign: "$"}, "2.65万": {Unit: "万"}, "1,5 K": {Decimal: ",", Unit: "K"}, "1234.567": {},
	} {
		got, ok := numberLike(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{"", "万", "1,234", "1.234", "1,234.567,8", "1,234'567.8"} {
		_, ok := numberLike(in)
		assert.False(t, ok, in)
	}
}

// A shell reads the words that were written.
func TestShellWord(t *testing.T) {
	words := []string{"plan.yaml", "a b", "it's", "$HOME", "`x`", `\`, "", "王伟.csv", "a;b", "*", "x=y z", "~", "!", "#x", "--file"}
	var line []string
	for _, w := range words {
		line = append(line, shellWord(w))
	}
	out, err := exec.Command("sh", "-c", `for w in `+strings.Join(line, " ")+`; do printf '%s\n' "$w"; done`).Output()
	require.NoError(t, err)
	assert.Equal(t, strings.Join(words, "\n")+"\n", string(out))
	assert.Equal(t, "plan.yaml", shellWord("plan.yaml"))
	assert.NotContains(t, shellWord("\x1b[2J"), "\x1b")
}

// A table is called so that the plan's commands find it, or else by its file.
func TestTableName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"plans/a.csv", "plans/b", "plans/b.csv", "plans/c.TXT", "plans/sub/d.csv", "e.csv", "f=g.csv", "plans/.csv"} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
		require.NoError(t, os.WriteFile(file, []byte("x"), 0o666))
	}
	require.NoError(t, os.Symlink(filepath.Join(dir, "e.csv"), filepath.Join(dir, "plans", "link.csv")))
	for _, tt := range []struct {
		file, name string
		beside     bool
	}{
		{"plans/a.csv", "a", true}, {"plans/b", "b", true}, {"plans/b.csv", "b.csv", true}, {"plans/c.TXT", "c.TXT", true},
		{"plans/sub/d.csv", "sub/d", true}, {"e.csv", "e", false}, {"f=g.csv", "f-g", false}, {"plans/link.csv", "link", false}, {"plans/.csv", ".csv", true},
	} {
		name, beside := tableName(filepath.Join(dir, "plans", "plan.yaml"), filepath.Join(dir, tt.file))
		assert.Equal(t, tt.name, name, tt.file)
		assert.Equal(t, tt.beside, beside, tt.file)
	}
}

func TestInit_year(t *testing.T) {
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &out, errs: &errs, now: func() time.Time { return time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC) }}
	require.Equal(t, exitOK, p.run(context.Background(), []string{"init", "--template", "annual"}), errs.String())
	assert.Contains(t, out.String(), "name: Annual plan 2027\n")
}

func TestInit_interrupted(t *testing.T) {
	deals := write(t, "deals.csv", "Owner,Stage,Amount,Close Date\nann,Closed Won,10,2026-03-05\n")
	plan := filepath.Join(t.TempDir(), "plan.yaml")
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, errs bytes.Buffer
	p := &program{in: strings.NewReader(""), out: &out, errs: &errs}
	assert.Equal(t, exitInterrupted, p.run(ctx, []string{"init", deals, "-o", plan}))
	assert.NoFileExists(t, plan)
}

// Two files with one name are two tables; a hostile export is text like any
// other.
func TestInit_names(t *testing.T) {
	deals := write(t, "x.csv", "\"No\ntes\",Owner,Stage,Amount,Close Date\n\x1b[2J,\"# ann\",Closed Won,10,2026-03-05\n,'=1+1,Closed Won,10,2026-03-15\n,- y,Closed Won,5,2026-03-25\n")
	people := write(t, "x.csv", "Team,Owner\neast,\"# ann\"\neast,=1+1\nwest,- y\n")
	plan := filepath.Join(t.TempDir(), "plan.yaml")
	got := runProgram(t, "init", deals, people, "-o", plan)
	require.Equal(t, exitOK, got.code, got.errs)
	assert.NotContains(t, got.errs, "\x1b")
	assert.Contains(t, got.errs, "--file x-2="+people)
	text, err := os.ReadFile(plan)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "\x1b")
	got = runProgram(t, "targets", plan, "--deals", deals, "--file", "x-2="+people, "--severity", "error")
	require.Equal(t, exitOK, got.code, got.errs)
	got = runProgram(t, "fmt", "--check", plan)
	assert.Equal(t, exitOK, got.code, got.errs)
}
