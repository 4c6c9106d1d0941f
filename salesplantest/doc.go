// Package salesplantest has what programs that embed salesplan need in their
// own tests: sample plans and a history whose numbers don't change from
// release to release, and an assertion that a breakdown adds up everywhere.
//
//	targets, err := salesplantest.Annual().Targets(ctx, nil)
//	// … a commission computed on targets, compared with a fixed amount
//
//	salesplantest.RequireExact(t, breakdown)
//
// The sample people, companies and amounts are made up. Each call returns a
// value of its own, which the caller may change at will.
package salesplantest
