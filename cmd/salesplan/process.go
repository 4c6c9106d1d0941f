package main

import (
	"iter"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
)

// unmeasured reports whether a process leaves conversions or days to be measured.
func unmeasured(p salesplan.Process) bool {
	return slices.ContainsFunc(p.Stages, func(s salesplan.ProcessStage) bool { return !s.Conversion.Valid || !s.Days.Valid })
}

// A dealSample is what processes are measured by.
type dealSample struct{ deals []salesplan.Deal }

// tap yields deals and keeps of each what it says of a process.
func (s *dealSample) tap(deals iter.Seq2[salesplan.Deal, error]) iter.Seq2[salesplan.Deal, error] {
	return func(yield func(salesplan.Deal, error) bool) {
		for d, err := range deals {
			if err == nil {
				s.deals = append(s.deals, salesplan.Deal{
					ID: strings.Clone(d.ID), Stage: strings.Clone(d.Stage), Opened: d.Opened, Closed: d.Closed, Outcome: d.Outcome,
				})
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// measure fills in what the plan's processes leave to be measured.
func (j *job) measure(s *dealSample) {
	if len(s.deals) == 0 {
		return
	}
	for _, plan := range []*salesplan.Plan{j.plan, j.whole} {
		if plan == nil {
			continue
		}
		plan.Processes = slices.Clone(plan.Processes)
		for i, process := range plan.Processes {
			facts, err := salesplan.MeasureProcess(process, slices.Values(s.deals), nil)
			if err != nil {
				continue // the plan's own fault, which is said of it
			}
			plan.Processes[i] = facts.Process
			if plan == j.plan {
				j.found = append(j.found, facts.Findings...)
			}
		}
	}
}
