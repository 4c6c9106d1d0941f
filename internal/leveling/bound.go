package leveling

import "slices"

// lowerBound returns a lower bound on the makespan of schedules without excess,
// at most upper, the makespan of one. Fixed activities do not count.
func (m *model) lowerBound(upper int64) int64 {
	d := m.criticalPath()
	bound := slices.Max(d.earlyFinish)
	return min(bound, upper)
}

// realBound turns a bound of the core into one of the project.
func (m *model) realBound(bound int64) int64 {
	c := m.core
	bound *= c.unit
	if c.axis != nil {
		bound = c.axis.first(bound)
	}
	return max(bound, m.realFloor)
}
