package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever is in a cell, a reader that knows this CSV has it back, and so has
// one that takes a semicolon or a tab for the separator: cells that have one in
// them are in quotes.
func TestCSVWriter(t *testing.T) {
	cells := []string{"", "王伟", "a=b", "2027-01", "a;b", "a\tb", "a|b", "a,b", `say "so"`, "two\nlines", "\r", " x", "x ", `\.`, "a;=1+1", "'"}
	var b strings.Builder
	w := newCSV(&b)
	require.NoError(t, w.write(cells...))
	require.NoError(t, w.write(""))
	require.NoError(t, w.flush())
	got, err := csv.NewReader(strings.NewReader(b.String()[:strings.LastIndex(b.String(), "\n\"\"")+1])).Read()
	require.NoError(t, err)
	assert.Equal(t, cells, got)
	assert.Contains(t, b.String(), `a=b,2027-01,"a;b","a	b",a|b,"a,b","say ""so""","two`)
	assert.True(t, strings.HasSuffix(b.String(), "'\n\"\"\n"))

	broken := newCSV(failing{io.ErrClosedPipe})
	_ = broken.write("x")
	require.ErrorIs(t, broken.flush(), io.ErrClosedPipe)
}

func TestGrouped(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1000.50": "-1,000.50", "-100": "-100", "123456789.123456": "123,456,789.123456",
	} {
		assert.Equal(t, want, grouped(in))
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"王伟 é": "王伟 é", "\x1b[2J": `\x1b[2J`, "a\nb\tc": `a\nb\tc`, "\u202egnp": `\u202egnp`, "\xff": `\xff`, "a\u2028": `a\u2028`, "\ufffd": "\ufffd",
	} {
		assert.Equal(t, want, printable(in))
	}
	long := strings.Repeat("王", 500) + "\x07"
	assert.Equal(t, strings.Repeat("王", 500)+`\a`, printable(long), "nothing is cut")
}

func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out.csv")
	put := func(text string, fail error) error {
		return (&program{}).replaceFile(name, func(w io.Writer) error {
			_, _ = io.WriteString(w, text)
			return fail
		})
	}
	require.NoError(t, put("one", nil))
	require.NoError(t, os.Chmod(name, 0o640))
	require.NoError(t, put("two", nil))
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "the mode stays")

	boom := errors.New("boom")
	require.ErrorIs(t, put("half", boom), boom)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "two", string(text))

	link := filepath.Join(dir, "link.csv")
	require.NoError(t, os.Symlink(name, link))
	name = link
	require.NoError(t, put("three", nil))
	info, err = os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "a link stays one")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "nothing is left behind")
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestRun_outputFails(t *testing.T) {
	run := func(err error) result {
		var errs bytes.Buffer
		p := &program{in: strings.NewReader(""), out: failing{err}, errs: &errs}
		return result{code: p.run(context.Background(), []string{"split", "10", "--step", "1", "--parts", "2"}), errs: errs.String()}
	}
	quiet := run(syscall.EPIPE)
	assert.Equal(t, result{code: exitOK}, quiet, "a reader that has seen enough")
	full := run(syscall.ENOSPC)
	assert.Equal(t, exitBadInput, full.code)
	assert.Contains(t, full.errs, "no space left")
}

func TestRun_interrupted(t *testing.T) {
	rows := "负责人,阶段,金额,结单日期\n" + strings.Repeat("王伟,赢单,60,2027-01-31\n", 5000)
	plan := `{"salesplan":"1","inputs":{"deals":{"columns":{"owner":"负责人","stage":"阶段","amount":"金额","close":"结单日期"},"stages":{"赢单":"won"}}},
		"metrics":[{"id":"m","step":"1","counts":"won-amount"}],"goals":[{"id":"g","metric":"m","period":"2028","target":"1"}]}`
	out := write(t, "old.csv", "old")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var errs bytes.Buffer
	p := &program{in: strings.NewReader(""), out: io.Discard, errs: &errs}
	code := p.run(ctx, []string{"targets", write(t, "plan.json", plan), "--deals", write(t, "deals.csv", rows), "-o", out, "--csv"})
	assert.Equal(t, exitInterrupted, code)
	assert.Equal(t, "salesplan: interrupted\n", errs.String())
	text, err := os.ReadFile(out)
	require.NoError(t, err)
	assert.Equal(t, "old", string(text))
}

func TestMeter(t *testing.T) {
	var errs bytes.Buffer
	none := (&program{errs: &errs}).meter("reading")
	none.report(1, 2)
	none.done()
	assert.Nil(t, none)

	m := (&program{errs: &errs, terminal: true}).meter("reading")
	m.report(1, 10)
	assert.Empty(t, errs.String(), "short work shows nothing")
	m.begun = time.Now().Add(-2 * patience)
	m.report(5, 10)
	assert.Contains(t, errs.String(), "reading")
	m.report(1, 20) // the next goal
	m.report(2, -1)
	m.done()
	m.done()
}

// A run that is interrupted while it writes leaves no part of a file.
func TestDeliver_interrupted(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{ctx: ctx, outFile: filepath.Join(dir, "out.csv")}
	err := p.deliver(func(w io.Writer) error {
		cancel()
		_, err := w.Write(make([]byte, 1<<20))
		return err
	})
	require.ErrorIs(t, err, context.Canceled)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

// Every word and message of the program is there in both languages.
func TestMessages(t *testing.T) {
	for code, m := range programMessages() {
		assert.NotEmpty(t, m.EN, code)
		assert.NotEmpty(t, m.ZH, code)
		en, _ := m.Names(diag.English)
		zh, _ := m.Names(diag.Chinese)
		assert.ElementsMatch(t, en, zh, code)
	}
	library := messages()
	for code := range programMessages() {
		assert.Equal(t, programMessages()[code], library[code])
	}
	p := &program{lang: "zh"}
	for word, zh := range chineseWords() {
		assert.Equal(t, zh, p.word(word))
	}
}
