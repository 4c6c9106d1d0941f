package salesplan

// leveled are dates that resources moved.
type leveled struct {
	start, finish []int64
}

// drive says what resources made of a task's dates.
func (l *leveled) drive(t *Timetable, i int, d *TaskDates) {
	if l == nil {
		return
	}
}
