package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long work goes on before a bar shows it.
const patience = time.Second

// A meter shows the progress of long work on a terminal. A nil meter shows
// nothing.
type meter struct {
	p     *program
	what  string
	begun time.Time
	bar   *progressbar.ProgressBar
}

// meter returns nil where standard error is no terminal.
func (p *program) meter(what string) *meter {
	if !p.terminal {
		return nil
	}
	return &meter{p: p, what: p.word(what), begun: time.Now()}
}

// report shows how much of the work is done; a total below zero is unknown.
func (m *meter) report(done, total int64) {
	if m == nil || time.Since(m.begun) < patience {
		return
	}
	if m.bar == nil {
		m.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(m.p.errs), progressbar.OptionSetDescription(m.what),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(total > 0),
		)
	}
	if total > 0 && total != m.bar.GetMax64() {
		m.bar.ChangeMax64(total) // the next goal
		m.bar.Reset()
	}
	_ = m.bar.Set64(done)
}

// done clears the bar.
func (m *meter) done() {
	if m == nil || m.bar == nil {
		return
	}
	_ = m.bar.Clear()
	m.bar = nil
}
