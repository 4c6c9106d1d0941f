package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A Report is what a plan's owner should know on a day.
type Report struct {
	AsOf     calendar.Date  `json:"asOf,omitzero"`
	Findings []diag.Finding `json:"findings"`

	// Skipped are the stages that were not judged, in their order, and why.
	Skipped []SkippedStage `json:"skipped"`
}

// A SkippedStage is a stage that was not judged.
type SkippedStage struct {
	Stage Stage `json:"stage"`

	// Need is what it would take.
	Need string `json:"need"`
}

// A Stage is a part of a plan that can be judged.
type Stage string

// The stages.
const (
	StageGoals   Stage = "goals"   // are goals specific, measurable, achievable, relevant and timed?
	StageTargets Stage = "targets" // what came up while targets were made
	StageTasks   Stage = "tasks"   // what slips of the timetable
)

// Check collects what the stages of a plan find in a situation: the goals
// ([Plan.CheckGoals]), the targets and the timetable ([CheckDates]). What isn't
// given isn't judged, and the report says what that was. Faults are those of the
// stages, with paths from the plan's root.
func (p *Plan) Check(ctx context.Context, s Situation) (*Report, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	r := &Report{AsOf: s.AsOf}
	skip := func(stage Stage, need string) { r.Skipped = append(r.Skipped, SkippedStage{stage, need}) }
	if len(p.Goals) == 0 {
		skip(StageGoals, "goals")
	} else {
		found, err := p.CheckGoals(s.Evidence)
		if err != nil {
			return nil, err
		}
		r.Findings = append(r.Findings, found...)
	}
	if s.Targets == nil {
		skip(StageTargets, "targets")
	} else {
		r.Findings = append(r.Findings, s.Targets.Findings()...)
	}
	if len(p.Tasks) == 0 && (s.Targets == nil || !p.hasWork()) {
		skip(StageTasks, "tasks")
	} else {
		t, err := p.Timetable(ctx, s)
		if err != nil {
			return nil, err
		}
		r.Findings = append(r.Findings, CheckDates(t, s.AsOf)...)
	}
	r.Findings = uniqueFindings(r.Findings)
	return r, nil
}

// hasWork reports whether a goal says how it becomes tasks.
func (p *Plan) hasWork() bool {
	return slices.ContainsFunc(p.Goals, func(g Goal) bool { return g.Work != nil })
}

// NewSince returns the findings whose key is not among earlier ones: what a job
// that runs every night has not said yet.
func NewSince(findings, earlier []diag.Finding) []diag.Finding {
	known := make(map[string]bool, len(earlier))
	for _, f := range earlier {
		known[f.Key()] = true
	}
	var out []diag.Finding
	for _, f := range findings {
		if !known[f.Key()] {
			out = append(out, f)
		}
	}
	return out
}
