// Package salesplantest has what programs that embed salesplan need in their
// own tests: sample plans and a history whose numbers don't change from
// release to release, builders for small plans of one's own, random plans for
// what holds for every plan, and assertions: that a breakdown adds up
// everywhere, and that input has exactly the faults that it should have.
//
//	targets, err := salesplantest.Annual().Targets(ctx, nil)
//	// … a commission computed on targets, compared with a fixed amount
//
//	salesplantest.RequireExact(t, breakdown)
//	salesplantest.RequireFaults(t, err, "unknown /goals/0/owner")
//
// The sample people, companies and amounts are made up. Each call returns a
// value of its own, which the caller may change at will.
package salesplantest
