// Package leveling schedules activities under limited resources: the
// resource-constrained project scheduling problem (RCPSP) with minimum lags of
// four kinds, capacities that vary over time, supplies that are used up, and
// working clocks that interrupt an activity. It knows integers and indices, not
// what they stand for; the unit of time is the caller's (a day, a minute).
//
// [Quick] takes the best of a few priority rules. [Search] spends a budget of
// schedules on a genetic algorithm that starts from Quick's schedule, so it is
// never worse. Both return a lower bound beside the schedule, and, for every
// activity, what it waited for.
//
// # Objective
//
// Schedules are compared lexicographically: first by the number of demands that
// no supply is left for (Excess; 0 where everything fits), then by the weighted
// sum of lateness against due times (0 where none is given), then by makespan.
//
// # Laws
//
//   - Every tie goes to the lower index of an activity; indices matter for
//     nothing else.
//   - A result is a function of the project, the seed and the budget; the number
//     of workers changes its speed only.
//   - In a schedule without Excess, no resource is used above its capacity at
//     any instant outside what fixed activities and infeasible demands need.
package leveling
