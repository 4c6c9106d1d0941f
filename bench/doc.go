// Command bench measures salesplan beside its peers, in one run on one
// machine, and prints what it found in Markdown:
//
//	go run .
//
// The peers are Rhymond/go-money and govalues/money, the largest remainder
// that a user would write on shopspring decimals, and a loop that does nothing
// but the multiplication and division of 128 bits, which is the least that any
// exact split must do. Bounds, locks and totals that force cells are measured
// beside the same work without them. The same work stands as Go benchmarks:
//
//	go test -run '^$' -bench . -benchmem
//
// Timetables stand beside the topological sort and both passes on gonum's graph
// and on bare arrays of numbers, neither of which knows calendars, dates imposed
// or what made a date. How good leveled timetables are is measured on published
// projects, by the tests of the engine:
//
//	go test ./internal/leveling -run PSPLIB -psplib.full -v
//
// TaskJuggler 3.7.1 needed 29.0 s and 130 MiB for 5,000 tasks by effort of 20
// people and 6.0 s by length without people, MPXJ's MicrosoftScheduler (at
// 764fe84) 2.6 to 5.5 s for 100,000 tasks in process, on another day and
// machine: they are not run here.
//
// A peer that is fast and wrong is no yardstick, so the report ends with
// inputs on which peers give another answer, each computed in the same run.
package main
