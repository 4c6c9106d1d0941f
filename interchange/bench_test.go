package interchange_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

// chain is a project of n tasks, each after one of those before it.
func chain(n int) *interchange.Project {
	p := &interchange.Project{Request: salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))}}}
	for i := range n {
		t := salesplan.Task{ID: strconv.Itoa(i + 1), Name: "Task", Duration: work(1)}
		if i > 0 {
			t.Predecessors = []salesplan.Predecessor{{Task: strconv.Itoa(i - i%10)}}
			if i < 10 {
				t.Predecessors[0].Task = "1"
			}
		}
		p.Request.Tasks = append(p.Request.Tasks, t)
	}
	return p
}

func BenchmarkWriteMSPDI(b *testing.B) {
	p := chain(10_000)
	table, err := p.Schedule(b.Context())
	require.NoError(b, err)
	for b.Loop() {
		require.NoError(b, interchange.WriteMSPDI(io.Discard, p, table))
	}
}

func BenchmarkReadMSPDI(b *testing.B) {
	var out bytes.Buffer
	require.NoError(b, interchange.WriteMSPDI(&out, chain(10_000), nil))
	b.SetBytes(int64(out.Len()))
	for b.Loop() {
		_, err := interchange.ReadMSPDI(bytes.NewReader(out.Bytes()), interchange.MSPDIOptions{})
		require.NoError(b, err)
	}
}

func BenchmarkWriteICalendar(b *testing.B) {
	table, err := chain(10_000).Schedule(b.Context())
	require.NoError(b, err)
	for b.Loop() {
		require.NoError(b, interchange.WriteICalendar(io.Discard, table, interchange.ICalendarOptions{Stamp: stamp()}))
	}
}
