// Package calendar has the dates, periods, fiscal years and working time of a
// plan. Nothing in it reads the clock or knows a time zone: a [Date] is a day,
// an [Instant] a minute of it, and which day it is now is the caller's to say.
//
// A [Period] is written as people write it: 2026, 2026-Q3, 2026-02, 2026-W07.
// A [Fiscal] says how a company cuts its years, into calendar months from any
// first month or into weeks (4-4-5 and its kin), and splits periods into
// pieces that cover them exactly once. A [Calendar] says when work is done;
// a [Duration] is measured on it. [Prorate] says what part of an amount falls
// to a part of a period.
//
// Days run from 0001-01-01 to 9999-12-31. Arithmetic on a single value that
// leaves this range returns the unset value; everything else returns faults of
// package diag. Nothing wraps around, and nothing panics.
package calendar
