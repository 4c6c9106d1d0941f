package report

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A Theme says on what ground a picture is drawn. The zero Theme is
// [ThemeLight].
type Theme string

// The themes.
const (
	ThemeLight Theme = "light"
	ThemeDark  Theme = "dark"

	// ThemeAuto is light or dark as the reader's browser prefers.
	ThemeAuto Theme = "auto"
)

func themes() []Theme { return []Theme{ThemeLight, ThemeDark, ThemeAuto} }

// UnmarshalText reads a theme; any other text is a fault of code [diag.Invalid].
func (t *Theme) UnmarshalText(text []byte) error { return readName(t, text, themes()) }

// A Style is what all pictures have in common.
type Style struct {
	// Title stands above the picture; not given, the kind of picture does.
	Title string `json:"title,omitempty"`

	// Lang is the language of all words and dates; any but Chinese is English.
	Lang diag.Lang `json:"lang,omitempty"`

	// Width is the picture's width in pixels, 480 to 10,000; not given, 1,280. Its
	// height follows from what it shows.
	Width int `json:"width,omitempty"`

	Theme Theme `json:"theme,omitempty"`

	// ID is the id of the picture's root element, which a page that holds several
	// pictures needs: a letter, then letters, digits, "-" and "_". Not given,
	// "gantt" or "load".
	ID string `json:"id,omitempty"`

	// Names are those of owners and resources by ID; where one is missing, the ID
	// serves.
	Names map[string]string `json:"names,omitempty"`
}

// A GanttPart is a part of a Gantt chart that can be left out.
type GanttPart string

// The parts of a Gantt chart.
const (
	PartColumns   GanttPart = "columns"    // the columns but the name
	PartLegend    GanttPart = "legend"     // what the signs mean
	PartFreeDays  GanttPart = "free-days"  // the shade of days without work
	PartProgress  GanttPart = "progress"   // what is done
	PartBaseline  GanttPart = "baseline"   // what was planned once
	PartFloat     GanttPart = "float"      // how late tasks may be
	PartDeadlines GanttPart = "deadlines"  // deadlines, and by how much they are missed
	PartCritical  GanttPart = "critical"   // the stress on critical tasks
	PartLinks     GanttPart = "links"      // the arrows of links
	PartResources GanttPart = "resources"  // what tasks wait for
	PartSummaries GanttPart = "summaries"  // the rows of summary tasks
	PartDone      GanttPart = "done-tasks" // the rows of tasks that are finished
)

func ganttParts() []GanttPart {
	return []GanttPart{
		PartColumns, PartLegend, PartFreeDays, PartProgress, PartBaseline, PartFloat,
		PartDeadlines, PartCritical, PartLinks, PartResources, PartSummaries, PartDone,
	}
}

// UnmarshalText reads a part; any other text is a fault of code [diag.Invalid].
func (p *GanttPart) UnmarshalText(text []byte) error { return readName(p, text, ganttParts()) }

// GanttOptions say how [Gantt] and [GanttMermaid] draw.
type GanttOptions struct {
	Style

	// Today is the day that a line marks; not given, that up to which progress is
	// known, if there is one.
	Today calendar.Date `json:"today,omitzero"`

	// From and To are the first and last day shown; not given, all are. Tasks
	// without a part in these days are left out and counted.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`

	// Rows is how many tasks are shown at most, the first of them; 0 shows all.
	// How many more there are is said.
	Rows int `json:"rows,omitempty"`

	// Hide are the parts to leave out.
	Hide []GanttPart `json:"hide,omitempty"`
}

func (o *GanttOptions) shows(p GanttPart) bool { return !slices.Contains(o.Hide, p) }

const (
	minWidth, maxWidth, usualWidth = 480, 10_000, 1280
)

// check collects what is wrong with a style.
func (s *Style) check(c *diag.Collector) {
	if s.Width != 0 && (s.Width < minWidth || s.Width > maxWidth) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/options/width", Value: strconv.Itoa(s.Width), Bound: strconv.Itoa(minWidth) + " to " + strconv.Itoa(maxWidth)})
	}
	if s.Theme != "" {
		checkName(s.Theme, themes(), "/options/theme", c)
	}
	if s.ID != "" && !isID(s.ID) {
		c.Add(&diag.Fault{Code: diag.Syntax, Path: "/options/id", Value: diag.Clip(s.ID), Bound: "[A-Za-z][A-Za-z0-9_-]*"})
	}
}

// check collects what is wrong with the options.
func (o *GanttOptions) check() error {
	var c diag.Collector
	o.Style.check(&c)
	if o.Rows < 0 {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/options/rows", Value: strconv.Itoa(o.Rows), Bound: "0"})
	}
	if !o.From.IsZero() && !o.To.IsZero() && o.To.Before(o.From) {
		c.Add(&diag.Fault{Code: diag.Order, Path: "/options/to", Value: o.To.String(), Bound: "from " + o.From.String()})
	}
	for i, p := range o.Hide {
		checkName(p, ganttParts(), "/options/hide/"+strconv.Itoa(i), &c)
	}
	return c.Err()
}

// withDefaults fills in what isn't given.
func (s Style) withDefaults(id, title string) Style {
	if s.Width == 0 {
		s.Width = usualWidth
	}
	if s.Theme == "" {
		s.Theme = ThemeLight
	}
	if s.ID == "" {
		s.ID = id
	}
	if s.Title == "" {
		s.Title = title
	}
	return s
}

// nameOf returns the name of an owner or a resource.
func (s *Style) nameOf(id string) string {
	if name := s.Names[id]; name != "" {
		return name
	}
	return id
}

func isID(s string) bool {
	for i, r := range []byte(s) {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '-' || r == '_')) {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// readName reads a value of an enumeration.
func readName[T ~string](into *T, text []byte, known []T) error {
	var c diag.Collector
	if checkName(T(text), known, "", &c); c.Len() > 0 {
		return diag.All(c.Err())[0]
	}
	*into = T(text)
	return nil
}

func checkName[T ~string](v T, known []T, path string, c *diag.Collector) {
	if slices.Contains(known, v) {
		return
	}
	names := make([]string, len(known))
	bound := ""
	for i, k := range known {
		names[i] = string(k)
		if i > 0 {
			bound += ", "
		}
		bound += names[i]
	}
	c.Add(&diag.Fault{Code: diag.Invalid, Path: path, Value: diag.Clip(string(v)), Bound: bound, Near: diag.Nearest(string(v), names)})
}
