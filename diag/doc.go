// Package diag says what is wrong with an input and what a plan's owner should
// know: faults, findings and the catalogues that put them into words.
//
// A [Fault] is an error: it names the place as a JSON pointer, the value and
// the way out. Functions report all faults of their input at once, as
// [Faults]; [All] lists them from any error, and errors.Is matches by [Code].
//
// A [Finding] is no error: the result it comes with is valid. [Finding.Key]
// stays the same from day to day, so that a program can post new ones only.
//
// A [Catalogue] says both in English and Chinese; [Phrases] are its
// translations of the prose that a fault's bound or a finding's argument
// carries. Without one, Error is code,
// place and values in English. Nothing here is registered, read from the
// environment or kept between calls.
package diag
