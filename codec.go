package salesplan

import (
	"cmp"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// DecodeOptions tunes [Decode]. The zero DecodeOptions keeps to the limits that
// [document.Limits] names as defaults.
type DecodeOptions struct {
	// Limits bounds the document. Amounts have at most 38 digits and an
	// exponent within ±30 even where its Digits and Exponent allow more.
	Limits document.Limits `json:"limits,omitzero"`
}

// Decode reads a plan from a JSON document and validates it.
//
// It takes every document as hostile: it is read within opt.Limits by
// [document.Read], a key that no field has is a fault like any other, and
// nothing is mended or dropped. All faults are reported at once, in the order
// of the document, each with JSON pointer, line and column: those of the text
// ([document.Read] lists them), then [diag.UnknownKey] with the nearest known
// key, [diag.Type], [diag.Required], [diag.OutOfRange], [diag.Invalid] and
// [diag.Syntax] for single values and, only if there are none of these, those
// of [Plan.Validate]. A document of a later version than [Version] is refused
// as [diag.Version] without a look at the rest.
//
// The plan is nil beside an error. It shares no memory with the document.
// Time and memory are linear in its length, but for the costs of
// [Plan.Validate].
func Decode(r io.Reader, opt DecodeOptions) (*Plan, error) {
	tree, err := document.Read(r, opt.Limits)
	if tree == nil {
		return nil, err
	}
	return decodePlan(tree, opt.Limits, err)
}

// DecodeTree is [Decode] for a tree that was read from another format, or
// built. Faults carry the lines and columns that the tree has.
func DecodeTree(n *document.Node) (*Plan, error) {
	return decodePlan(n, document.Limits{}, nil)
}

// decodePlan reads a plan from a tree whose text, read within lim, had the
// faults of err.
func decodePlan(tree *document.Node, lim document.Limits, err error) (*Plan, error) {
	if tree == nil {
		return nil, diag.Faults{{Code: diag.Required, Bound: "a plan"}}
	}
	var c diag.Collector
	if f := versionFault(tree, "salesplan", Version); f != nil {
		if f.Code == diag.Version {
			return nil, diag.Faults{f}
		}
		c.Add(f)
	}
	var p Plan
	d := decoder{c: &c, types: structTypes{}}
	if err != nil {
		d.said = &lim
	}
	d.value(tree, reflect.ValueOf(&p).Elem(), false)
	if all := mergeFaults(diag.All(err), diag.All(c.Err())); len(all) > 0 {
		return nil, sortFaults(all)
	}
	if err := p.Validate(); err != nil {
		return nil, locateFaults(tree, err)
	}
	return &p, nil
}

// versionFault returns what is wrong with the document's version, which stands
// under key, where it is given as a text: [diag.Version] if it is later than what this package reads,
// so that what the document holds is not for us to judge, and [diag.Invalid]
// if it is none that ever was.
func versionFault(tree *document.Node, key, known string) *diag.Fault {
	n := tree.Get(key)
	if n == nil || n.Kind != document.String && n.Kind != document.Plain || n.Text == known || n.Text == "" {
		return nil
	}
	f := &diag.Fault{Code: diag.Invalid, Path: "/" + key, Line: int(n.Line), Column: int(n.Column), Value: n.Text, Bound: known}
	code, _ := document.CheckNumber(n.Text, document.Limits{})
	if code != "" || strings.ContainsAny(n.Text, "-eE") {
		return f
	}
	// Whole numbers without leading zeros compare by length, then as text.
	whole, _, _ := strings.Cut(n.Text, ".")
	if cmp.Or(cmp.Compare(len(whole), len(known)), cmp.Compare(n.Text, known)) > 0 {
		f.Code = diag.Version
	}
	return f
}

// mergeFaults joins the faults of the text with those of what was read from
// it. A text that is no text is not also a bad date, so faults of fields whose
// text is at fault are left out.
func mergeFaults(text, fields diag.Faults) diag.Faults {
	broken := map[string]bool{}
	for _, f := range text {
		if f.Code == diag.Encoding || f.Code == diag.TooLarge {
			broken[f.Path] = true
		}
	}
	all := slices.Clone(text)
	for _, f := range fields {
		if f.Code == diag.More || !broken[f.Path] {
			all = append(all, f)
		}
	}
	return all
}

// locateFaults returns err's faults with the places that their paths have in
// tree, or their nearest ancestors', in the order of the document.
func locateFaults(tree *document.Node, err error) error {
	all := slices.Clone(diag.All(err))
	if len(all) == 0 {
		return err
	}
	for i, f := range all {
		if f.Code == diag.More || f.Line > 0 {
			continue
		}
		g := *f
		g.Line, g.Column = tree.Locate(f.Path)
		all[i] = &g
	}
	return sortFaults(all)
}

// sortFaults returns faults as one error, in the order of the document and
// otherwise as they are. The collector puts what was only counted last.
func sortFaults(all diag.Faults) error {
	slices.SortStableFunc(all, func(a, b *diag.Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	var c diag.Collector
	c.AddErr(all, "")
	return c.Err()
}

// Encode writes p as the JSON document that [Decode] reads, in one fixed form:
// keys in the order of the structs' fields, amounts as strings with the digits
// they have. What Decode made of a document encodes to the same bytes after
// any number of rounds. A plan without a version gets [Version].
//
// Encode does not validate. It returns a fault of code [diag.Encoding] for a
// text that is not UTF-8 and of code [diag.IO] if w fails; errors.Is finds w's
// own error too.
func Encode(w io.Writer, p *Plan) error {
	if p == nil {
		return diag.Faults{{Code: diag.Required, Path: "/p", Bound: "a plan"}}
	}
	out := *p
	if out.Version == "" {
		out.Version = Version
	}
	return encodeValue(w, &out)
}
