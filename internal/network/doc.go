// Package network computes critical paths: the earliest and latest dates of
// tasks that are joined by links and work by clocks, on plain integers.
//
// An instant is a number of minutes from an epoch that the caller chooses; a
// [Clock] tells which of the minutes are worked. [Schedule] runs the forward
// and the backward pass of the critical-path method over a [Project] and tells
// for every date what made it so. The rules follow Microsoft Project where its
// files show them (see [Schedule]); where planning tools differ, the caller
// chooses.
//
// Nothing here recurses over the caller's data, loops without a bound or stops
// the program: bad input comes back as [Fault] values with the place of each.
package network
