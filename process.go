package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Process is the way from a lead to a customer: sales stages, who works on
// them, how many of those in a stage go on to the next, and how long that takes.
type Process struct {
	// ID is unique among the processes of a plan.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Stages are in order. Of the last one's deals those that go on are won.
	Stages []ProcessStage `json:"stages" plan:"required"`
}

// A ProcessStage is a stage of a process.
type ProcessStage struct {
	// ID is unique within the process.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Stages are the texts that data has for the stage, beside ID and Name.
	Stages []string `json:"stages,omitempty"`

	// Owner is who does the stage's work: a unit or a resource. Not given, it is
	// whoever owes what comes of it.
	Owner string `json:"owner,omitempty"`

	// Conversion is the part of those in the stage that go on, above 0 and at
	// most 1; Days how many calendar days they usually stay. What is not given
	// must be measured: see [MeasureProcess].
	Conversion decimal.NullDecimal `json:"conversion,omitzero"`
	Days       decimal.NullDecimal `json:"days,omitzero"`
}

func cloneProcesses(processes []Process) []Process {
	out := slices.Clone(processes)
	for i := range out {
		out[i] = out[i].clone()
	}
	return out
}

func (p Process) clone() Process {
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		p.Stages[i].Stages = slices.Clone(p.Stages[i].Stages)
	}
	return p
}

const (
	maxProcessStages = 100
	maxStageDays     = 3660
)

// checkProcess checks a process; whole asks for all conversions and days.
func checkProcess(p *Process, path string, whole bool, c *diag.Collector) {
	if len(p.Stages) == 0 {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/stages", Bound: "a stage"})
	}
	if len(p.Stages) > maxProcessStages {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/stages", Value: strconv.Itoa(len(p.Stages)), Bound: strconv.Itoa(maxProcessStages)})
		return
	}
	seen := map[string]int{}
	names := map[string]int{}
	for i := range p.Stages {
		s, at := &p.Stages[i], index(path+"/stages", i)
		if checkID(s.ID, at+"/id", c) {
			if j, taken := seen[s.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/id", Value: s.ID, Bound: index(path+"/stages", j)})
			}
			seen[s.ID] = i
		}
		for k, text := range s.Stages {
			if j, taken := names[foldName(text)]; taken && j != i {
				c.Add(&diag.Fault{Code: diag.Ambiguous, Path: index(at+"/stages", k), Value: text, Bound: index(path+"/stages", j)})
			}
			names[foldName(text)] = i
		}
		checkStage(s, at, whole, c)
	}
}

func checkStage(s *ProcessStage, path string, whole bool, c *diag.Collector) {
	one := decimal.NewFromInt(1)
	switch k := s.Conversion; {
	case !k.Valid && whole:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/conversion", Bound: "a conversion, stated or measured from deals"})
	case k.Valid && (!checkAmount(k.Decimal) || k.Decimal.Sign() <= 0 || k.Decimal.GreaterThan(one) || !k.Decimal.Equal(k.Decimal.Truncate(6))):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/conversion", Bound: "more than 0, at most 1, with at most 6 decimals"})
	}
	switch d := s.Days; {
	case !d.Valid && whole:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/days", Bound: "days, stated or measured from deals"})
	case d.Valid && (!checkAmount(d.Decimal) || d.Decimal.IsNegative() || d.Decimal.GreaterThan(decimal.NewFromInt(maxStageDays))):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/days", Bound: "0 to 3660"})
	}
}

// checkProcesses checks the processes of a plan and returns where each stands.
func (w *workNames) checkProcesses(processes []Process, c *diag.Collector) map[string]int {
	seen := map[string]int{}
	for i := range processes {
		p, path := &processes[i], index("/processes", i)
		if checkID(p.ID, path+"/id", c) {
			if j, taken := seen[p.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: p.ID, Bound: index("/processes", j)})
			}
			seen[p.ID] = i
		}
		checkProcess(p, path, false, c)
		for k, s := range p.Stages {
			w.checkOwner(s.Owner, index(path+"/stages", k)+"/owner", c)
		}
	}
	return seen
}

// checkOwner refuses an owner that is neither a unit nor a resource.
func (w *workNames) checkOwner(owner, path string, c *diag.Collector) {
	if _, known := w.kinds[owner]; owner == "" || known || w.units.known[owner] || awaitsTable(w.axes) {
		return
	}
	var ids []string
	if !w.hasty && c.Len() < nearFaults {
		ids = slices.Concat(w.resourceIDs, w.units.ids)
	}
	refer(owner, path, "the units and resources", false, ids, c)
}
