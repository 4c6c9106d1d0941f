package diag

// A Code names a kind of fault, finding or advice. It is stable: programs
// match on it, catalogues translate it. A Code is an error, so that
//
//	errors.Is(err, diag.Cycle)
//
// reports whether err holds a fault of that kind.
type Code string

// Error returns the code's text.
func (c Code) Error() string { return string(c) }

// Codes of faults that any package may report. The value of each is what
// stands in JSON.
const (
	Ambiguous    Code = "ambiguous"     // a value that can be read in two ways
	Column       Code = "column"        // a table lacks a column, or has it twice
	Conflict     Code = "conflict"      // two values that exclude each other
	Currency     Code = "currency"      // an amount in a currency without a rate
	Cycle        Code = "cycle"         // something that contains itself
	Damaged      Code = "damaged"       // content that is not what was written
	Duplicate    Code = "duplicate"     // an id that is already taken
	DuplicateKey Code = "duplicate-key" // a key that stands twice in one object
	Encoding     Code = "encoding"      // bytes that are not the text they should be
	Infeasible   Code = "infeasible"    // bounds that cannot all be met
	Invalid      Code = "invalid"       // a value outside what its field knows
	IO           Code = "io"            // a reader or writer failed
	Mismatch     Code = "mismatch"      // two lists that should be equally long, two totals that should agree
	More         Code = "more"          // faults beyond those kept, with their number
	Negative     Code = "negative"      // a number that may not be below zero
	NoWeight     Code = "no-weight"     // nothing to split by
	OffGrid      Code = "off-grid"      // a period that is no union of leaf periods
	OffStep      Code = "off-step"      // an amount that is no multiple of its step
	Order        Code = "order"         // an end before its beginning
	OutOfRange   Code = "out-of-range"  // a number or date beyond its limits
	Ragged       Code = "ragged"        // a row longer or shorter than its header
	Required     Code = "required"      // a value that is missing
	Syntax       Code = "syntax"        // text that is not of its grammar
	TooDeep      Code = "too-deep"      // nesting beyond the limit
	TooLarge     Code = "too-large"     // input beyond the limit
	TooMany      Code = "too-many"      // more items than the limit
	Total        Code = "total"         // shares that do not add up to their whole
	Trailing     Code = "trailing"      // text after the end of the document
	Type         Code = "type"          // a value of another type
	Unknown      Code = "unknown"       // a name that nothing bears
	UnknownKey   Code = "unknown-key"   // a key that its object does not have
	Unpublished  Code = "unpublished"   // a year whose holidays are not published yet
	Version      Code = "version"       // a document of another version
)
