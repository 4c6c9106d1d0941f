// Package document reads text that nobody vouches for into a neutral tree.
//
// [Read] takes JSON as RFC 8259 defines it, and nothing else: no comments, no
// trailing commas, no second document, no text that is mended on the way. It
// reads within [Limits], in time linear in the text, without recursion, and
// reports every fault that can be said safely with its place.
//
// The result is a tree of [Node]: kinds, texts as they were written, order and
// positions. What a text means (a date, an amount, a name) is decided by the
// field that it is read into, so that no number passes through a float. Other
// formats build the same tree; [Plain] is there for scalars whose kind their
// format leaves open, as YAML does.
package document
