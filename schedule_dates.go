package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// CheckDates says what of a timetable slips, as of the end of a day: deadlines
// and baselines missed, dates that will be, dates that have less float than the
// rule's, milestones that are late, links that the dates break, tasks that
// nobody owns, people who have more to do than they have time, in weeks up to
// three years ahead, or who aren't there when they are to work, and goals whose
// tasks end after they are owed.
//
// Each finding says by how much and why, with the chain of tasks that makes the
// date, and its advice what would cure it: which task to shorten, by how much,
// until when, who. What is finished is judged only by its links. Findings stand
// in the order of the tasks, those on people after them.
//
// An asOf that is unset judges by nothing that should have happened. Time is
// near-linear in tasks and the weeks that they last.
func CheckDates(t *Timetable, asOf calendar.Date) []diag.Finding {
	if t == nil || len(t.rows) == 0 {
		return nil
	}
	k := &dateCheck{t: t, asOf: asOf, reasons: reasons{t: t}}
	for _, f := range t.findings {
		if f.Code != codeDeadlineBroken { // judged below, with its reasons
			k.found = append(k.found, f)
		}
	}
	if !asOf.IsZero() {
		k.now = minutesOf(asOf) + dayMinutes
	}
	k.sayLate()
	for i := range t.rows {
		k.task(int32(i))
	}
	k.crew()
	return uniqueFindings(k.found)
}

// A dateCheck is a check of dates under way.
type dateCheck struct {
	t     *Timetable
	asOf  calendar.Date
	now   int64 // 0 for unset
	found []diag.Finding

	// said are tasks that stand in the chain of a deadline that is too late:
	// what is said of that says why.
	said map[int32]bool

	reasons reasons
}

// sayLate marks the chains of deadlines that are too late.
func (k *dateCheck) sayLate() {
	t := k.t
	k.said = map[int32]bool{}
	for i := range t.rows {
		i := int32(i)
		extra := t.more[i]
		if extra == nil || extra.Deadline.IsZero() || t.res.Flags[i]&network.Finished != 0 || t.finishes()[i] <= endOf(extra.Deadline) {
			continue
		}
		ofFinish, ok := true, true
		for ok && !k.said[i] {
			k.said[i] = true
			i, ofFinish, ok = t.drivenBy(i, ofFinish)
		}
	}
}

func (k *dateCheck) note(severity diag.Severity, code diag.Code, i int32, advice []diag.Advice, args ...diag.Arg) {
	k.found = append(k.found, diag.Finding{Severity: severity, Code: code, Subject: k.t.subject(i), Args: args, Advice: advice})
}

func (k *dateCheck) task(i int32) {
	t := k.t
	if t.res.Flags[i]&network.Finished != 0 {
		return
	}
	if t.res.Flags[i]&network.Summary == 0 {
		k.owner(i)
		k.unreported(i)
	}
	extra := t.more[i]
	if extra != nil && !extra.Deadline.IsZero() {
		k.deadline(i, extra.Deadline)
	} else if t.res.TotalFloat[i] < 0 && t.res.Flags[i]&network.Summary == 0 && !k.said[i] {
		k.squeezed(i)
	}
	if extra != nil && extra.Baseline != nil {
		k.baseline(i, extra)
	}
	k.goal(i, extra)
}

// owner finds tasks that nobody owns, and owners who aren't there.
func (k *dateCheck) owner(i int32) {
	t := k.t
	from, to := t.starts()[i], t.finishes()[i]
	if t.ownerOf(i) == "" {
		k.note(diag.Warning, codeNoOwner, i, []diag.Advice{{Action: codeAdviceTaskOwner, Until: dayOf(from)}},
			diag.Date("start", dayOf(from)))
	}
	for _, n := range t.needs(i) {
		m := &t.crew.members[n.member]
		if m.kind != ResourcePeople {
			continue
		}
		early := !m.from.IsZero() && from < minutesOf(m.from)
		late := !m.to.IsZero() && to > minutesOf(m.to)+dayMinutes
		if early || late {
			args := []diag.Arg{diag.Name("owner", m.id), diag.Date("start", dayOf(from)), diag.Date("finish", endDay(to))}
			if !m.from.IsZero() {
				args = append(args, diag.Date("from", m.from.String()))
			}
			if !m.to.IsZero() {
				args = append(args, diag.Date("to", m.to.String()))
			}
			k.note(diag.Error, codeOwnerAway, i, []diag.Advice{{Action: codeAdviceTaskOwner, Until: dayOf(from)}}, args...)
		}
	}
}

// unreported finds tasks that were to be done by now, of which nobody says so,
// where the dates were made without knowing the day.
func (k *dateCheck) unreported(i int32) {
	t := k.t
	if k.now == 0 || !t.asOf.IsZero() || t.finishes()[i] > k.now {
		return
	}
	k.note(diag.Warning, codeUnreported, i, []diag.Advice{{Action: codeAdviceReport, Until: k.asOf.String(), Owner: t.ownerOf(i)}},
		diag.Date("finish", endDay(t.finishes()[i])))
}

// deadline judges a task by its deadline.
func (k *dateCheck) deadline(i int32, deadline calendar.Moment) {
	t := k.t
	end := endOf(deadline)
	late := k.between(i, end, t.finishes()[i])
	switch {
	case k.now > 0 && end <= k.now || late > 0:
		k.late(i, late, deadline)
	case -late < t.rule.atRisk() && !k.fillsWindow(i):
		k.note(diag.Warning, codeAtRisk, i, k.hold(i), diag.Text("float", workText(-late)), diag.Text("deadline", deadline.String()),
			diag.Text("chain", t.chainText(i)))
	}
}

// fillsWindow reports whether a task hangs on nothing but its own first day: it
// has the time from there to its deadline, and nothing before it can slip.
func (k *dateCheck) fillsWindow(i int32) bool {
	d := k.t.res.EarlyStartDriver(int(i))
	return d.Kind == network.ByConstraint && k.t.constraints[d.Index].task == i && k.reasons.of(i).alone
}

// late finds a date that is missed or will be.
func (k *dateCheck) late(i int32, by int64, deadline calendar.Moment) {
	t := k.t
	code := codeWillMiss
	switch {
	case k.now > 0 && endOf(deadline) <= k.now:
		code = codeMissed
	case t.milestone(i):
		code = codeMilestoneLate
	}
	k.note(diag.Error, code, i, k.cure(i, by, deadline.Date.String()),
		diag.Text("deadline", deadline.String()), diag.Date("finish", endDay(t.finishes()[i])), diag.Text("by", workText(max(by, 0))),
		diag.Text("chain", t.chainText(i)))
}

// squeezed finds tasks without a deadline of their own that are too late for
// what follows them. Of a chain of such, the first that isn't done stands for
// all.
func (k *dateCheck) squeezed(i int32) {
	t := k.t
	if k.reasons.of(i).squeezed != i {
		return
	}
	k.note(diag.Error, codeTooLate, i, k.cure(i, -t.res.TotalFloat[i], endDay(t.res.LateFinish[i])),
		diag.Date("finish", endDay(t.finishes()[i])), diag.Date("latest", endDay(t.res.LateFinish[i])), diag.Text("by", workText(-t.res.TotalFloat[i])),
		diag.Text("chain", t.chainText(i)))
}

// baseline finds tasks that slip against what was planned once.
func (k *dateCheck) baseline(i int32, extra *Task) {
	t := k.t
	b := extra.Baseline
	if b.Finish.IsZero() {
		return
	}
	by := k.between(i, endOf(b.Finish), t.finishes()[i])
	if by <= 0 {
		return
	}
	code := codeSlips
	severity := diag.Warning
	switch {
	case k.now > 0 && endOf(b.Finish) <= k.now:
		code = codeSlipped
	case t.milestone(i):
		code = codeMilestoneSlips
	case by < t.rule.atRisk() && t.res.TotalFloat[i] >= t.rule.atRisk():
		severity = diag.Info
	}
	k.note(severity, code, i, k.cure(i, by, b.Finish.Date.String()),
		diag.Text("planned", b.Finish.String()), diag.Date("finish", endDay(t.finishes()[i])), diag.Text("by", workText(by)),
		diag.Text("chain", t.chainText(i)))
}

// goal finds tasks that end after the goal that they serve is owed.
func (k *dateCheck) goal(i int32, extra *Task) {
	if extra == nil || extra.Goal == "" {
		return
	}
	g, known := k.t.goals[extra.Goal]
	if !known {
		return
	}
	end := minutesOf(g.Last) + dayMinutes
	if by := k.between(i, end, k.t.finishes()[i]); by > 0 {
		k.note(diag.Warning, codeAfterGoal, i, k.cure(i, by, g.Last.String()),
			diag.Name("goal", extra.Goal), diag.Date("last", g.Last.String()), diag.Date("finish", endDay(k.t.finishes()[i])),
			diag.Text("by", workText(by)), diag.Text("chain", k.t.chainText(i)))
	}
}

// cure advises to shorten the longest task of the chain that makes a finish, or,
// where that can't make the date any more, to agree on another.
func (k *dateCheck) cure(i int32, by int64, until string) []diag.Advice {
	if by <= 0 {
		return nil
	}
	t := k.t
	j := k.reasons.of(i).longest
	if past := k.now > 0 && until <= k.asOf.String(); past || j < 0 || by >= k.left(j) {
		return []diag.Advice{{Action: codeAdviceNewDate, Until: endDay(t.finishes()[i]), Owner: t.ownerOf(i)}}
	}
	return []diag.Advice{{
		Action: codeAdviceShorten, Until: until, Owner: t.ownerOf(j),
		Args: []diag.Arg{diag.Name("task", t.rows[j].id), diag.Text("by", workText(by)), diag.Text("duration", workText(t.rows[j].duration))},
	}}
}

// left is the working time of a task that is to be done yet.
func (k *dateCheck) left(i int32) int64 {
	from := k.t.starts()[i]
	if resume, ok := k.t.res.Resume(int(i)); ok {
		from = max(from, resume)
	}
	return k.between(i, from, k.t.finishes()[i])
}

// hold advises to watch the task that a date hangs on next.
func (k *dateCheck) hold(i int32) []diag.Advice {
	j := k.reasons.of(i).first
	if j < 0 {
		return nil
	}
	return []diag.Advice{{
		Action: codeAdviceWatch, Until: endDay(k.t.finishes()[j]), Owner: k.t.ownerOf(j),
		Args: []diag.Arg{diag.Name("task", k.t.rows[j].id)},
	}}
}

// between is the working time of a task's clock from one minute to another.
func (k *dateCheck) between(i int32, from, to int64) int64 {
	if clock := k.t.rows[i].clock; clock >= 0 {
		return k.t.clocks.clocks[clock].Between(from, to)
	}
	return to - from
}

func (t *Timetable) milestone(i int32) bool {
	return t.rows[i].duration == 0 && t.res.Flags[i]&network.Summary == 0
}

func (t *Timetable) ownerOf(i int32) string { return t.owners[t.rows[i].owner] }

// needs are what a task takes.
func (t *Timetable) needs(i int32) []need {
	if extra := t.more[i]; extra != nil {
		return t.crew.needs(extra)
	}
	return t.crew.needs(&Task{Owner: t.ownerOf(i), Duration: calendar.Duration{Minutes: t.rows[i].duration}})
}

// dayOf is the day of a minute at which something starts, endDay that of one at
// which something ends: midnight belongs to the day before.
func dayOf(minute int64) string { return instantOf(minute).Date().String() }

func endDay(minute int64) string { return instantOf(max(minute-1, 0)).Date().String() }

func workText(minutes int64) string { return calendar.Duration{Minutes: minutes}.String() }
