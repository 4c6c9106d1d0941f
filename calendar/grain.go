package calendar

// A Grain is a size of periods.
type Grain string

// The grains, from the coarsest. Year, half, quarter and month are those of a
// [Fiscal] where one is set.
const (
	GrainYear    Grain = "year"
	GrainHalf    Grain = "half"
	GrainQuarter Grain = "quarter"
	GrainMonth   Grain = "month"
	GrainWeek    Grain = "week"
	GrainDay     Grain = "day"
)

// Rank returns 0 for [GrainYear] to 5 for [GrainDay], -1 for anything else: a
// finer grain has a higher rank.
func (g Grain) Rank() int {
	switch g {
	case GrainYear:
		return 0
	case GrainHalf:
		return 1
	case GrainQuarter:
		return 2
	case GrainMonth:
		return 3
	case GrainWeek:
		return 4
	case GrainDay:
		return 5
	}
	return -1
}

// Valid reports whether g is one of the grains.
func (g Grain) Valid() bool { return g.Rank() >= 0 }
