package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

// promised are a company's monthly targets as they are handed out.
func promised(c company) (*salesplan.Targets, salesplan.Issue, error) {
	req := monthly(c)
	plan := &salesplan.Plan{
		Version: salesplan.Version, Name: "Bench 2027",
		Metrics: []salesplan.Metric{req.Metric}, Axes: req.Axes, Goals: []salesplan.Goal{req.Goal},
	}
	targets, err := plan.Targets(context.Background(), nil)
	if err != nil {
		return nil, salesplan.Issue{}, err
	}
	issue, err := plan.Issue(calendar.On(2026, 12, 18))
	return targets, issue, err
}

func writeContender(targets *salesplan.Targets, issue salesplan.Issue) contender {
	return contender{"write", 1, func() error { return salesplan.EncodeTargets(io.Discard, targets, issue) }}
}

func readContender(targets *salesplan.Targets, text []byte) contender {
	return contender{"read", 1, func() error {
		got, err := salesplan.DecodeTargets(bytes.NewReader(text), salesplan.DecodeOptions{})
		if err == nil && !got.Equal(targets) {
			err = errors.New("what was read is not what was written")
		}
		return err
	}}
}

func issuedRow(rounds int) (row, error) {
	c := large()
	out := row{work: "Issued targets, 100,000 reps × 12, written and read", must: "< 2 s each; ≤ 40 bytes a cell on disk"}
	targets, issue, err := promised(c)
	if err != nil {
		return out, err
	}
	var text bytes.Buffer
	if err := salesplan.EncodeTargets(&text, targets, issue); err != nil {
		return out, err
	}
	best, err := measure(rounds, []contender{writeContender(targets, issue), readContender(targets, text.Bytes())})
	if err != nil {
		return out, err
	}
	cells := c.people * 12
	out.checks = []check{
		atMost(milliseconds(best["write"]), 2000, "write %.0f ms"),
		atMost(milliseconds(best["read"]), 2000, "read %.0f ms"),
		atMost(float64(text.Len())/float64(cells), 40, fmt.Sprintf("%d cells, %%.1f bytes each", cells)),
	}
	return out, nil
}
