package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const dealsPlan = `{"salesplan":"1","inputs":{"deals":{"columns":{"owner":"o","stage":"s","amount":"a","close":"c"},"stages":{"w":"won"}}},
"metrics":[{"id":"m","step":"1","counts":"won-amount"}],"axes":[{"id":"org","of":"owner","units":[{"id":"x"}]}],
"goals":[{"id":"g","metric":"m","period":"2028","target":"10","split":{"axes":[{"axis":"org","basis":"history","period":"2027"}]}}]}`

// feed writes rows until its reader has ended.
func feed(w io.WriteCloser, every time.Duration) {
	_, err := io.WriteString(w, "o,s,a,c\n")
	rows := strings.Repeat("x,w,1,2027-01-31\n", 4096)
	for err == nil {
		_, err = io.WriteString(w, rows)
		time.Sleep(every)
	}
}

// A live process that is interrupted ends soon with 130 and leaves nothing
// behind, whether rows keep coming or none comes any more.
func TestProcess_interrupt(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "salesplan")
	built, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(built))
	plan := write(t, "plan.json", dealsPlan)
	for _, c := range []struct {
		name  string
		every time.Duration
		said  string
		grace time.Duration
	}{
		{"rows keep coming", time.Millisecond, "salesplan: interrupted\n", grace},
		{"no row comes", time.Hour, "", grace + 3*time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			out := filepath.Join(folder, "out.csv")
			require.NoError(t, os.WriteFile(out, []byte("old"), 0o666))
			cmd := exec.Command(binary, "targets", plan, "--deals", "-", "--csv", "-o", out)
			var errs bytes.Buffer
			cmd.Stderr = &errs
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			go feed(in, c.every)
			time.Sleep(300 * time.Millisecond)
			begun := time.Now()
			require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
			err = cmd.Wait()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit)
			assert.Equal(t, exitInterrupted, exit.ExitCode(), errs.String())
			assert.Equal(t, c.said, errs.String())
			assert.Less(t, time.Since(begun), c.grace)
			entries, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, entries, 1, "no half of a file")
			text, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, "old", string(text))
		})
	}
}

// On a terminal long work shows a bar on standard error, and clears it.
func TestProcess_bar(t *testing.T) {
	script, err := exec.LookPath("script")
	if err != nil || testing.Short() {
		t.Skip("no script(1), which makes a terminal")
	}
	dir := t.TempDir()
	plan := write(t, "plan.json", dealsPlan)
	binary := filepath.Join(dir, "salesplan")
	built, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(built))
	// The rows come slowly enough for a bar, and end.
	line := `(echo o,s,a,c; for i in 1 2 3 4 5 6 7 8; do yes x,w,1,2027-01-31 | head -2048; sleep 0.3; done) | ` + binary + ` targets ` + plan + ` --deals - --width 0`
	shown, err := exec.Command(script, "-qec", line, "/dev/null").CombinedOutput()
	require.NoError(t, err, string(shown))
	assert.Regexp(t, `\r. reading \(\d+/-\).*\r +\rg · m · 2028\r\n`, string(shown), "shown and cleared before the table")
}

func TestFolds(t *testing.T) {
	t.Parallel()
	table := func(columns int) *textTable {
		out := newTable()
		head, row := []string{""}, []string{"name"}
		for range columns {
			head, row = append(head, "1234567"), append(row, "1")
		}
		out.header(append(head, "Total")...)
		out.row(append(row, "12")...)
		return out
	}
	for columns := range 40 {
		for width := range 140 {
			tab := table(columns)
			var seen []int
			folds := tab.folds(width)
			for _, f := range folds {
				require.Equal(t, 0, f[0], "names come first")
				seen = append(seen, f[1:]...)
				if width >= 15 {
					require.LessOrEqual(t, 6+9*(len(f)-1)-2, max(width, 13), "%d columns in %d", columns, width)
				}
			}
			want := []int{}
			for i := 1; i <= columns+1; i++ {
				want = append(want, i)
			}
			require.Equal(t, want, seen, "every column once, in order")
			if width == 0 {
				require.Len(t, folds, 1)
			}
		}
	}
}
