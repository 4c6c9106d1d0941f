package leveling

// lowerBound returns a lower bound on the makespan of schedules without excess.
func (m *model) lowerBound(upper int64) int64 {
	if m.n == 0 {
		return m.floor
	}
	d := m.criticalPath()
	return min(d.length, upper)
}
