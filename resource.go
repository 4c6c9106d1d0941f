package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A ResourceKind says what a resource is. The zero ResourceKind is
// [ResourcePeople].
type ResourceKind string

// The kinds of resources.
const (
	// ResourcePeople work on tasks as long as these take, and then on others.
	ResourcePeople ResourceKind = "people"

	// ResourceMoney is spent. There is so much for each period.
	ResourceMoney ResourceKind = "money"

	// ResourceMaterial is used up. There is what was supplied before.
	ResourceMaterial ResourceKind = "material"
)

func resourceKinds() []ResourceKind {
	return []ResourceKind{ResourcePeople, ResourceMoney, ResourceMaterial}
}

// UnmarshalText reads a kind; any other text is a fault of code [diag.Invalid].
func (k *ResourceKind) UnmarshalText(text []byte) error { return readEnum(k, text, resourceKinds()) }

// A Resource is people, money or material that tasks take. Every unit of the
// organisation axis without units below it is a resource of people with the
// capacity of its full-time equivalents (1 if it gives none), on the plan's
// calendar, on the days on which it is there; a unit above others is all of
// them together. A resource with the ID of one without units below refines it.
type Resource struct {
	// ID is unique among resources and the units of all axes, but for a unit
	// that the resource refines.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	Kind ResourceKind `json:"kind,omitempty"`

	// Measure is what money or material is counted in: a currency ("CNY") or a
	// thing ("box").
	Measure string `json:"measure,omitempty"`

	// Capacity is how many people there are at a time; not given, 1. Changes
	// replace it from a day on.
	Capacity decimal.NullDecimal `json:"capacity,omitzero"`
	Changes  []CapacityChange    `json:"changes,omitempty"`

	// Calendar is the ID of the calendar on which the people work; not given,
	// the plan's. Leave are periods in which nobody of them does.
	Calendar string            `json:"calendar,omitempty"`
	Leave    []calendar.Period `json:"leave,omitempty"`

	// Budgets are the money that there is for periods, which don't overlap.
	Budgets []Budget `json:"budgets,omitempty"`

	// Supplies are the material that comes in.
	Supplies []Supply `json:"supplies,omitempty"`
}

// A CapacityChange is the capacity from a day on.
type CapacityChange struct {
	From     calendar.Date   `json:"from" plan:"required"`
	Capacity decimal.Decimal `json:"capacity" plan:"required"`
}

// A Budget is the money that there is for a period.
type Budget struct {
	// Period is a calendar period ("2027-Q1") or a fiscal one ("FY2027-P05").
	Period string          `json:"period" plan:"required"`
	Amount decimal.Decimal `json:"amount" plan:"required"`
}

// A Supply is material that comes in, at the beginning of a day.
type Supply struct {
	On     calendar.Date   `json:"on" plan:"required"`
	Amount decimal.Decimal `json:"amount" plan:"required"`
}

// A Demand is what a task takes of a resource.
type Demand struct {
	// Resource is the ID of a resource, or of a unit of the organisation axis.
	Resource string `json:"resource" plan:"required"`

	// Amount is how many people the task takes all the while (0.5 is half of
	// one's time), or how much money or material in all. Not given, 1.
	Amount decimal.NullDecimal `json:"amount,omitzero"`

	// When says when money is spent or material used.
	When DemandTime `json:"when,omitempty"`
}

// A DemandTime says when money is spent or material used. The zero DemandTime
// is [DemandEven].
type DemandTime string

// The times of demands.
const (
	DemandEven   DemandTime = "even"   // bit by bit, with the work
	DemandStart  DemandTime = "start"  // all when the task starts
	DemandFinish DemandTime = "finish" // all when it finishes
)

func demandTimes() []DemandTime { return []DemandTime{DemandEven, DemandStart, DemandFinish} }

// UnmarshalText reads a time; any other text is a fault of code [diag.Invalid].
func (t *DemandTime) UnmarshalText(text []byte) error { return readEnum(t, text, demandTimes()) }

// A NamedCalendar is a calendar for tasks and resources that don't keep to the
// plan's: a six-day week, a shop that is open at night.
type NamedCalendar struct {
	// ID is unique among the calendars of a plan.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// WorkRule says what is worked; nothing is taken over from the plan's
	// calendar.
	WorkRule
}
