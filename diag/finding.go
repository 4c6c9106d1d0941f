package diag

import (
	"slices"
	"strconv"
)

// A Severity says how much a finding matters. The zero Severity is Info.
type Severity string

// The severities, from the least.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Rank returns 0 for Info (and the zero Severity), 1 for Warning, 2 for Error.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// A Kind says what an argument's text is.
type Kind string

// The kinds of arguments.
const (
	KindText   Kind = "text"
	KindName   Kind = "name"   // an id or a name from the plan or its data
	KindAmount Kind = "amount" // a decimal number
	KindCount  Kind = "count"  // a whole number
	KindShare  Kind = "share"  // a fraction of 1
	KindDate   Kind = "date"   // 2027-03-01
	KindPeriod Kind = "period" // 2027-Q1
)

// An Arg is one value of a message, under the name by which the message calls
// it, written as text.
type Arg struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	Text string `json:"text"`
}

// Text returns a text argument.
func Text(name, text string) Arg { return Arg{name, KindText, text} }

// Name returns an argument that is an id or a name, cut and escaped by [Clip].
func Name(name, text string) Arg { return Arg{name, KindName, Clip(text)} }

// Amount returns an argument that is a decimal number.
func Amount(name, text string) Arg { return Arg{name, KindAmount, text} }

// Count returns an argument that is a whole number.
func Count(name string, n int) Arg { return Arg{name, KindCount, strconv.Itoa(n)} }

// Share returns an argument that is a fraction of 1, as text.
func Share(name, text string) Arg { return Arg{name, KindShare, text} }

// Date returns an argument that is a date, as text.
func Date(name, text string) Arg { return Arg{name, KindDate, text} }

// Period returns an argument that is a period, as text.
func Period(name, text string) Arg { return Arg{name, KindPeriod, text} }

// A Subject is what a finding is about: Kind is a word of the plan ("unit",
// "goal", "task", "column"), ID its id.
type Subject struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
}

// An Advice is something to do about a finding.
type Advice struct {
	// Action is the catalogue's code of what to do.
	Action Code `json:"action"`

	// Amount is how much, Until by when, Owner who; each empty where it does
	// not apply.
	Amount string `json:"amount,omitempty"`
	Until  string `json:"until,omitempty"`
	Owner  string `json:"owner,omitempty"`

	// Args are further values of the action's message.
	Args []Arg `json:"args,omitempty"`
}

// Said returns the action and its values as arguments for a catalogue.
func (a Advice) Said() (Code, []Arg) {
	args := slices.Clone(a.Args)
	if a.Amount != "" {
		args = append(args, Amount("amount", a.Amount))
	}
	if a.Until != "" {
		args = append(args, Date("until", a.Until))
	}
	if a.Owner != "" {
		args = append(args, Name("owner", a.Owner))
	}
	return a.Action, args
}

// A Finding is something the plan's owner should know. It is no error: the
// result it comes with is valid.
type Finding struct {
	Severity Severity `json:"severity"`
	Code     Code     `json:"code"`
	Subject  Subject  `json:"subject"`
	Args     []Arg    `json:"args,omitempty"`
	Advice   []Advice `json:"advice,omitempty"`
}

// Key returns the finding's code and subject. It does not change with the
// numbers, so that a program can tell a new finding from yesterday's.
func (f Finding) Key() string {
	return string(f.Code) + " " + f.Subject.Kind + " " + f.Subject.ID
}

// Said returns the finding's code and arguments, its subject among them under
// the name "subject".
func (f Finding) Said() (Code, []Arg) {
	return f.Code, append([]Arg{Name("subject", f.Subject.ID)}, f.Args...)
}

// Worst returns the highest severity among fs; Info if there are none.
func Worst(fs []Finding) Severity {
	worst := Info
	for _, f := range fs {
		if f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst
}
