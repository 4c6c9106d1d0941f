package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

// GanttMermaid writes a timetable as a Gantt chart in the words of Mermaid
// (gantt diagrams), which many sites and editors draw: a section for each summary
// with tasks of its own, in it each task with its start and finish, to the
// minute, and the tags crit, active, done and milestone. Characters that mean
// something to Mermaid are written as its entity codes.
//
// It heeds the title, the language, the window, the rows and what is hidden of
// critical and finished tasks; what is left out is said in a comment. Mermaid
// itself refuses texts of more than 50,000 characters unless it is told
// otherwise (maxTextSize), which are about 700 tasks; Rows keeps below that. The
// mark of the reader's own day is turned off: charts don't change by themselves.
//
// Faults are those of [Gantt].
func GanttMermaid(w io.Writer, t *salesplan.Timetable, opt GanttOptions) error {
	if err := opt.check(); err != nil {
		return err
	}
	if t == nil {
		t = &salesplan.Timetable{}
	}
	m := &mermaid{gantt: gantt{t: t, opt: opt, canvas: canvas{say: tongueOf(opt.Lang), today: -1}}, out: bufio.NewWriter(w)}
	m.opt.Style = opt.withDefaults("gantt", m.say.pick("Timetable", "进度计划"))
	m.chosen = choose(t, &m.opt)
	m.write()
	return m.out.Flush()
}

// A mermaid is a chart on its way. Errors of writing stay in out.
type mermaid struct {
	gantt
	out *bufio.Writer
}

func (m *mermaid) line(parts ...string) {
	for _, p := range parts {
		m.out.WriteString(p)
	}
	m.out.WriteByte('\n')
}

func (m *mermaid) write() {
	m.line("gantt")
	title := m.opt.Title
	if asOf := m.t.AsOf(); !asOf.IsZero() {
		title += m.say.fill(" (as of {day})", "（截至 {day}）", "day", m.say.date(asOf))
	}
	m.line("    title ", entities(title))
	m.line("    dateFormat YYYY-MM-DD HH:mm")
	m.line("    axisFormat ", m.axisFormat())
	m.line("    todayMarker off")
	for _, n := range m.notes() {
		m.line("    %% ", strings.TrimSpace(strings.ReplaceAll(n, "{", "(")))
	}
	section := ""
	for i := range m.rows {
		r := &m.rows[i]
		if r.d.Summary {
			continue
		}
		// Tasks of no summary need a section of their own after those of others.
		if r.d.Parent != section && m.opt.shows(PartSummaries) {
			if section = r.d.Parent; section == "" {
				m.line("    section ", m.say.pick("Other tasks", "其他任务"))
			} else {
				m.line("    section ", entities(m.named[section]))
			}
		}
		m.task(i, r)
	}
}

// axisFormat says the days of the axis by how long the chart is.
func (m *mermaid) axisFormat() string {
	if len(m.rows) == 0 {
		return "%Y-%m-%d"
	}
	lo, hi := m.span()
	switch days := (hi - lo) / dayMinutes; {
	case days <= 120:
		return m.say.pick("%d %b", "%m-%d")
	case days <= 5*365:
		return "%Y-%m"
	}
	return "%Y"
}

// task writes a task: name, tags, id, start and finish.
func (m *mermaid) task(i int, r *row) {
	var tags []string
	if m.isCritical(r) {
		tags = append(tags, "crit")
	}
	switch {
	case !r.d.Finished.IsZero():
		tags = append(tags, "done")
	case !r.d.Started.IsZero():
		tags = append(tags, "active")
	}
	if r.d.Milestone {
		tags = append(tags, "milestone")
	}
	tags = append(tags, "t"+strconv.Itoa(i+1))
	if r.d.Milestone {
		tags = append(tags, stamp(r.d.Finish), "0d")
	} else {
		tags = append(tags, stamp(r.d.Start), stamp(r.d.Finish))
	}
	m.line("    ", entities(r.name()), " :", strings.Join(tags, ", "))
}

// stamp writes an instant as dateFormat says.
func stamp(i calendar.Instant) string { return strings.Replace(i.String(), "T", " ", 1) }

// mermaidWords begin lines that are no tasks.
func mermaidWords() []string {
	return []string{
		"gantt", "title", "section", "dateformat", "axisformat", "tickinterval", "includes", "excludes", "todaymarker",
		"inclusiveenddates", "topaxis", "weekday", "weekend", "click", "call", "href", "accdescr", "acctitle", "end",
	}
}

// entities writes a text so that Mermaid takes it for nothing else: on one line,
// with its entity codes (#58; for a colon) for characters that end names, begin
// comments or are markup, and for the first letter of a name that begins like a
// statement or a date.
func entities(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	var b strings.Builder
	first := strings.ToLower(text)
	guard := first != "" && first[0] >= '0' && first[0] <= '9'
	for _, word := range mermaidWords() {
		guard = guard || strings.HasPrefix(first, word)
	}
	for i, r := range text {
		switch {
		case i == 0 && guard, strings.ContainsRune(`:#;,%<>{}"&`+"`", r):
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		case r < ' ' || r == 0x7F:
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "-"
	}
	return b.String()
}
