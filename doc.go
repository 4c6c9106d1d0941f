// Package salesplan turns a sales goal into a plan that can be carried out,
// watched and scored: it divides the goal over people, product lines, customer
// groups and time, from what a CRM knows, so that everything adds up.
//
//	plan, err := salesplan.Decode(file, salesplan.DecodeOptions{})
//	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(csv, *plan.Inputs.Deals), nil)
//	targets, err := plan.Targets(ctx, evidence)
//	amount, err := targets.Amount("revenue-2027", salesplan.At{Units: []string{"li-na"}})
//
// # From the document down
//
// A [Plan] holds what a user writes: metrics, axes of units, goals and how each
// is split. [Decode] reads it from JSON, [Draft] and [Template] make one to
// start from. [Gather] makes [Evidence] of deals and actuals. [Plan.Targets]
// splits all goals; [Cascade] one, without a document. A [Breakdown] answers
// who owes what, when, and why.
//
// [Split], [SplitParts], [SplitInts], [SplitTable] and [Smooth] divide numbers
// and know nothing of plans. [Hedge], [Overlay], [BottomUp], [Capacity] and
// [CheckSMART] stand beside the targets and never change them.
//
// # Laws
//
//   - Parts sum to their whole in the smallest amount that can be owed, or the
//     call is an error. Amounts are decimals.
//   - Every function is a function of its arguments: no clock, environment,
//     file, network, global or cache. Arguments are never modified, results
//     share no memory with them, and all may be used by many goroutines.
//   - Same input, same bytes, on any machine.
//   - Missing, zero and not applicable are three things.
//
// # Errors
//
// Bad input is a [diag.Fault] with code, JSON pointer, value and the way out,
// all of them at once as [diag.Faults]; errors.Is matches them by code. What
// the plan's owner should know is a [diag.Finding] of the result, and no error.
// [Catalogue] says both in English and Chinese. Nothing panics on input.
package salesplan
