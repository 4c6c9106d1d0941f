// Command salesplan turns a sales goal and the export of a CRM into exact
// targets for every person and every period. It is thin: what it computes is
// the work of package github.com/salesplan/salesplan.
package main

import (
	"context"
	"os"
	"os/signal"
	"time"

	"golang.org/x/term"
)

// grace is how long an interrupted run may take to end by itself. A read that
// waits for a pipe or a terminal can't be called off.
const grace = 2 * time.Second

func main() {
	p := &program{
		in: os.Stdin, out: os.Stdout, errs: os.Stderr,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}
	if columns, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		p.columns = columns
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	done := make(chan int, 1)
	go func() { done <- p.run(ctx, os.Args[1:]) }()
	select {
	case code := <-done:
		os.Exit(code)
	case <-ctx.Done():
	}
	select {
	case code := <-done:
		os.Exit(code)
	case <-time.After(grace):
		os.Exit(exitInterrupted)
	}
}
