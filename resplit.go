package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// Shortfall says who carries what somebody is short, to date: what they missed in
// closed periods less what they brought beyond the targets of others. The zero
// Shortfall is [ShortfallKeep].
type Shortfall string

// The policies for shortfalls.
const (
	// ShortfallKeep leaves it to whoever missed it: their own remaining periods
	// carry it. That of a unit that has left goes where its targets went.
	ShortfallKeep Shortfall = "keep"

	// ShortfallShare has the siblings carry it too: all units below the same
	// parent.
	ShortfallShare Shortfall = "share"

	// ShortfallSpread has everybody carry it.
	ShortfallSpread Shortfall = "spread"

	// ShortfallForgive has nobody carry it: the goal is lowered by a stated
	// line. It is the only policy that lowers the goal.
	ShortfallForgive Shortfall = "forgive"
)

func shortfalls() []Shortfall {
	return []Shortfall{ShortfallKeep, ShortfallShare, ShortfallSpread, ShortfallForgive}
}

// UnmarshalText reads a policy; any other text is a fault of code
// [diag.Invalid].
func (s *Shortfall) UnmarshalText(text []byte) error { return readEnum(s, text, shortfalls()) }

// Surplus says what becomes of what somebody sold, to date, beyond the targets of
// closed periods. The zero Surplus is [SurplusKeep].
type Surplus string

// The policies for surpluses.
const (
	// SurplusKeep leaves the remaining targets as they are: the goal is
	// exceeded, which a line states.
	SurplusKeep Surplus = "keep"

	// SurplusOffset lowers the remaining targets of whoever brought it.
	SurplusOffset Surplus = "offset"
)

func surpluses() []Surplus { return []Surplus{SurplusKeep, SurplusOffset} }

// UnmarshalText reads a policy; any other text is a fault of code
// [diag.Invalid].
func (s *Surplus) UnmarshalText(text []byte) error { return readEnum(s, text, surpluses()) }

// Leaver says who takes over the remaining targets of units that leave. The
// zero Leaver is [LeaverShare].
type Leaver string

// The policies for leavers.
const (
	// LeaverShare divides them among the siblings that are there.
	LeaverShare Leaver = "share"

	// LeaverSuccessor gives them to the unit's successor, or the successor's
	// where that one has left too.
	LeaverSuccessor Leaver = "successor"

	// LeaverVacancy keeps them on a line of the team that is called like it
	// with "/vacancy" behind, from which newcomers to the team take what they
	// owe before their siblings give any.
	LeaverVacancy Leaver = "vacancy"
)

func leavers() []Leaver { return []Leaver{LeaverShare, LeaverSuccessor, LeaverVacancy} }

// UnmarshalText reads a policy; any other text is a fault of code
// [diag.Invalid].
func (l *Leaver) UnmarshalText(text []byte) error { return readEnum(l, text, leavers()) }

// A ResplitRequest is what was issued, what has changed since, and by which
// policies what changed is divided.
type ResplitRequest struct {
	// Issued are the targets that were handed out, or a re-plan of them.
	Issued *Targets

	// Plan is the plan as it is now: its units and goals may have come, gone,
	// moved or changed since.
	Plan *Plan

	// Evidence is what the plan's rules go by, as for [Plan.Targets].
	Evidence *Evidence

	// AsOf is the last day of which the actuals tell. Periods that end on it or
	// before are closed.
	AsOf calendar.Date

	// Actuals are what happened, of which days up to AsOf count. They are
	// [Gather]ed with a plan that knows those who left too. A closed period that
	// they don't reach is unknown, and nothing of it is handed out; nil knows
	// nothing.
	Actuals *Evidence

	Shortfall Shortfall
	Surplus   Surplus
	Leaver    Leaver
}

// Resplit brings issued targets up to a changed plan and to what happened, and
// changes nothing else.
//
// Periods that end by AsOf are closed and keep the targets that were issued;
// [Breakdown.Settled] has what happened beside them. Of the others only changes
// move. What is taken (a leaver's targets, room for a newcomer, a lowered goal,
// a surplus that is offset) is taken from what stands, in proportion to it, and
// never below what has already been reached in a period under way. What is given
// goes in proportion to the ideal cells of the plan as it is now. Leavers,
// newcomers and those who change teams leave the periods' amounts as they are; a
// unit that changes teams leaves one and joins the other on the day after
// AsOf or whenever the plan says. Changed weights or bases move nothing, other
// than by their part in what is given. Bounds, locks and the goals below hold
// for what is settled: actuals of closed periods with targets of open ones.
//
// The target of a goal that grows on a baseline is the one that was issued, as long
// as the plan says the same of its growth.
//
// A goal hangs on that of the issued targets with its id; one that was not
// issued is split as [Plan.Targets] does. One that the plan no longer has stays
// as issued, which is a finding.
//
// Policies act on what each unit of the first axis is short, or over, to date: all
// closed periods that are known and all units of further axes together, in whole
// steps. What one month or product missed and another brought is no difference. A
// unit that changes teams is one: it carries what it is short where it stands in
// open periods. Recurrences of a goal count together, and what is carried goes to
// open ones.
//
// The targets returned remember how much of that has been handed out or let go of,
// so that the same request with them as Issued changes nothing, and later actuals
// hand out only what they change it by: what somebody carries, or was let off, and
// has since made up for is taken back before the other policy counts. They state
// in [Breakdown.Lines] by what the year differs from the goal.
//
// With AsOf before a goal's first day nothing of it is closed, and actuals don't
// count; with AsOf on its last day or after, nothing can change, and a finding
// says what stays open.
//
// Faults, all at once, are those of [Plan.Targets], and [diag.Required] and
// [diag.Invalid] for the request's fields; [diag.Mismatch] where the plan has
// none of the issued goals, and where a goal's metric, step, owner, period,
// grains or axes are not those issued; [diag.Conflict] at a unit that is owed
// something itself on one side and has units below on the other; [diag.OffStep] for
// locks off the step, of what is issued and of what is open: re-plans move whole
// steps;
// [diag.Required] for a leaver without a successor and [diag.Infeasible] for one
// that is not there yet, with the amount; [diag.Infeasible] for bounds that can
// no longer be met, and where nobody is left to carry an amount.
//
// It takes about as long as [Cascade], and memory in proportion to the cells.
func Resplit(ctx context.Context, req ResplitRequest) (*Targets, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	if err := req.check(); err != nil {
		return nil, err
	}
	if err := req.Plan.Validate(); err != nil {
		return nil, err
	}
	cal, err := req.Plan.Calendar.calendar()
	if err != nil {
		return nil, err
	}
	if err := req.Plan.checkTables(); err != nil {
		return nil, err
	}
	plan, err := req.grown()
	if err != nil {
		return nil, err
	}
	run := &resplitRun{goalRun: newGoalRun(plan, cal, req.Evidence), req: req}
	if err := run.match(); err != nil {
		return nil, err
	}
	if err := run.all(ctx); err != nil {
		return nil, err
	}
	return run.targets(), nil
}

func (r ResplitRequest) check() error {
	var c diag.Collector
	if r.Issued == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/issued"})
	}
	if r.Plan == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/plan"})
	}
	if r.AsOf.IsZero() {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/asOf"})
	}
	c.Add(checkEnum(r.Shortfall, append(shortfalls(), ""), "/shortfall"))
	c.Add(checkEnum(r.Surplus, append(surpluses(), ""), "/surplus"))
	c.Add(checkEnum(r.Leaver, append(leavers(), ""), "/leaver"))
	return c.Err()
}

// grown returns the plan with the targets that the growth of its goals makes. That
// of an issued goal stays as it was issued as long as the plan says the same of
// it, whatever is known of its baseline by now.
func (r ResplitRequest) grown() (*Plan, error) {
	out := *r.Plan
	out.Goals = slices.Clone(r.Plan.Goals)
	for i := range out.Goals {
		g := &out.Goals[i]
		if was := r.Issued.grownOf(g.ID); g.Growth != nil && was.fits(*g, r.Plan.Calendar.Fiscal) {
			g.Target, g.Growth = was.Target, nil
		}
	}
	return out.grown(r.Evidence)
}

// grownOf says how the target of a goal came from its baseline; nil for one that
// is given, and for a goal that isn't there.
func (t *Targets) grownOf(goal string) *GrownTarget {
	for _, part := range t.parts {
		if grown, ok := part.(interface{ Grown() *GrownTarget }); ok && part.Goal() == goal {
			return grown.Grown()
		}
	}
	return nil
}

// fits reports whether a goal says the same of its growth as when a target grew.
func (t *GrownTarget) fits(g Goal, fiscal calendar.Fiscal) bool {
	r := g.Growth
	if t == nil || r == nil || t.Mode != r.Mode || !t.Growth.Equal(r.Growth) || !t.Relief.Equal(r.Relief) ||
		!g.Target.IsZero() && !g.Target.Equal(t.Target) {
		return false
	}
	if g.Baseline.Valid {
		return t.Period.IsZero() && t.Baseline.Equal(g.Baseline.Decimal)
	}
	p, err := fiscal.Parse(r.Period)
	return r.Period != "" && err == nil && p == t.Period
}

// Roster returns a plan with the units that issued targets have and the plan no
// longer does, so that [Gather] knows whose actuals theirs are. They stand at
// the end of their axes, below the parents that they had where those are still
// there. The plan is not modified.
func (t *Targets) Roster(p *Plan) *Plan {
	out := *p
	out.Axes = slices.Clone(p.Axes)
	known := newUnitNames(p.Axes).known
	for a := range out.Axes {
		ax := &out.Axes[a]
		var gone []Unit
		for b := range t.All() {
			for _, split := range b.cs.axes {
				if split.axis.ID != ax.ID {
					continue
				}
				for i := range split.tree.nodes {
					n := &split.tree.nodes[i]
					if n.id == "" || known[n.id] || b.change.isVacancy(split.n, int32(i)) {
						continue
					}
					known[n.id] = true
					u := Unit{ID: n.id}
					if n.parent >= 0 {
						u.Parent = split.tree.nodes[n.parent].id
					}
					if n.unit != nil && len(n.unit.Transfers) > 0 {
						u.Parent, u.Transfers = n.unit.Parent, slices.Clone(n.unit.Transfers)
					}
					gone = append(gone, u)
				}
			}
		}
		for i := range gone {
			gone[i].keepTo(known)
		}
		if len(gone) > 0 {
			*ax = Axis{ID: ax.ID, Name: ax.Name, Of: ax.Of, Units: append(slices.Clone(ax.tree()), gone...)}
		}
	}
	return &out
}
