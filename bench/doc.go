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
// A peer that is fast and wrong is no yardstick, so the report ends with
// inputs on which peers give another answer, each computed in the same run.
package main
