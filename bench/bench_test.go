package main

import (
	"context"
	"fmt"
	"testing"

	"github.com/salesplan/salesplan"
)

func bench(b *testing.B, c contender) {
	b.ReportAllocs()
	if err := repeat(b, c.run); err != nil {
		b.Fatal(err)
	}
}

// each reports the time by part or cell.
func each(b *testing.B, n int, unit string) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), unit)
}

// BenchmarkOneWay splits one total over n parts, everybody in turn.
func BenchmarkOneWay(b *testing.B) {
	for _, n := range oneWaySizes() {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			contenders, err := oneWay(n)
			if err != nil {
				b.Fatal(err)
			}
			for _, c := range contenders {
				b.Run(c.name, func(b *testing.B) {
					bench(b, c)
					each(b, n, "ns/part")
				})
			}
		})
	}
}

func BenchmarkTable(b *testing.B) {
	for _, s := range tableSizes() {
		b.Run(s.String(), func(b *testing.B) {
			bench(b, tableContender(s, tableOf(s)))
			each(b, s.cells(), "ns/cell")
		})
	}
}

// BenchmarkCascade_Large divides a year over 100,000 people. The heap is
// watched in a run of its own, which is not timed.
func BenchmarkCascade_Large(b *testing.B) {
	c := large()
	req := wholeYear(c, 100*int64(c.people))
	bench(b, cascadeContender(1, req))
	took := b.Elapsed()
	breakdown, heap, err := heapOf(func() (*salesplan.Breakdown, error) {
		return salesplan.Cascade(context.Background(), req)
	})
	if err != nil {
		b.Fatal(err)
	}
	cells := cellsOf(c.people, breakdown)
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)/float64(cells), "ns/cell")
	b.ReportMetric(took.Seconds()/float64(b.N), "s")
	b.ReportMetric(float64(heap.peak)/float64(8*cells), "peak/bare")
	b.ReportMetric(float64(heap.retained)/float64(8*cells), "retained/bare")
}

func BenchmarkCascade_Daily(b *testing.B) {
	req := daily(agents())
	bench(b, cascadeContender(1, req))
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1_000, "ms")
}

// BenchmarkParts splits one total over parts, without bounds and with.
func BenchmarkParts(b *testing.B) {
	const n = 100_000
	contenders, err := partsContenders(n)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range contenders {
		b.Run(c.name, func(b *testing.B) {
			bench(b, c)
			each(b, n, "ns/part")
		})
	}
}

// BenchmarkTable_Bounded stands beside the table of its size without bounds.
func BenchmarkTable_Bounded(b *testing.B) {
	for _, s := range boundedSizes() {
		for _, t := range []struct {
			name string
			req  salesplan.TableRequest
		}{{free, tableOf(s)}, {bounded, boundedTableOf(s)}} {
			b.Run(s.String()+"/"+t.name, func(b *testing.B) {
				bench(b, tableContender(s, t.req))
				each(b, s.cells(), "ns/cell")
			})
		}
	}
}

func BenchmarkTable_Founders(b *testing.B) {
	for _, f := range foundedCases() {
		for _, does := range foundings() {
			c := foundedContender(string(does), f.table(does))
			b.Run(f.name+"/"+string(does), func(b *testing.B) { bench(b, c) })
		}
	}
}

func BenchmarkTable_Webster(b *testing.B) {
	s := size{1_000, 12}
	bench(b, tableContender(s, websterTable(s, 60_000)))
}

func BenchmarkCascade_Bounded(b *testing.B) {
	req, err := boundedMonthly(team())
	if err != nil {
		b.Fatal(err)
	}
	b.Run(free, func(b *testing.B) { bench(b, cascadeContender(1, monthly(team()))) })
	b.Run(bounded, func(b *testing.B) { bench(b, cascadeContender(1, req)) })
}

func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		text := planText(n, "all")
		b.Run(fmt.Sprintf("units=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			bench(b, decodeContender("units", text))
		})
	}
	b.Run("dangling=100000", func(b *testing.B) { bench(b, refusedContender("dangling", planText(100_000, "nowhere"))) })
}

// BenchmarkSchedule schedules 100,000 tasks beside what knows no calendars.
func BenchmarkSchedule(b *testing.B) {
	const n = 100_000
	contenders, err := scheduleContenders(workOf(n))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range contenders {
		b.Run(c.name, func(b *testing.B) {
			bench(b, c)
			each(b, n, "ns/task")
		})
	}
}

func BenchmarkLevelResources(b *testing.B) {
	bench(b, levelContender("at once", crewed(5_000, 20), salesplan.LevelOptions{}))
}
