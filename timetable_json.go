package salesplan

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
)

// MarshalJSON writes the timetable as [Timetable.WriteJSON] does.
func (t *Timetable) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := t.WriteJSON(&b)
	return b.Bytes(), err
}

// WriteJSON writes the timetable: an object with its "start" and "finish", the
// day "asOf" if one was asked for, "tasks", each as [TaskDates], "findings" and,
// where resources made the dates, "leveling" and "loads". Instants are local,
// "2027-03-01T08:00"; floats and slips are minutes. Tasks stream: memory does not
// grow with them.
func (t *Timetable) WriteJSON(w io.Writer) error {
	jw := &jsonRows{w: w}
	jw.text("{")
	jw.key("start", t.Start().String())
	jw.key("finish", t.Finish().String())
	if !t.asOf.IsZero() {
		jw.key("asOf", t.asOf.String())
	}
	jw.text(`,"tasks":[`)
	writeRows(jw, t.Tasks(), func(d TaskDates) {
		text, err := json.Marshal(d)
		if err != nil && jw.err == nil {
			jw.err = err
		}
		jw.buf = append(jw.buf, text...)
	})
	jw.text("]")
	jw.value("findings", findingList(t.findings))
	if about, ok := t.Leveling(); ok {
		loads, err := t.Loads()
		if err != nil {
			return err
		}
		jw.value("leveling", about)
		jw.value("loads", append([]ResourceLoad{}, loads...))
	}
	jw.text("}")
	jw.flush()
	return jw.err
}

// Equal reports whether both timetables have the same dates for the same tasks,
// in the same order.
func (t *Timetable) Equal(other *Timetable) bool {
	if t == nil || other == nil {
		return t == other
	}
	if len(t.rows) == 0 || len(other.rows) == 0 {
		return len(t.rows) == len(other.rows)
	}
	same := func(a, b []int64) bool { return slices.Equal(a, b) }
	return slices.EqualFunc(t.rows, other.rows, func(a, b timeRow) bool { return a.id == b.id && a.parent == b.parent }) &&
		same(t.starts(), other.starts()) && same(t.finishes(), other.finishes()) &&
		same(t.res.LateStart, other.res.LateStart) && same(t.res.LateFinish, other.res.LateFinish) &&
		same(t.res.TotalFloat, other.res.TotalFloat) && same(t.res.FreeFloat, other.res.FreeFloat)
}
