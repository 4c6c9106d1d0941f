package salesplan

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"reflect"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// TargetsVersion is the version of issued targets that this package writes and
// reads.
const TargetsVersion = "1"

// An Issue says when targets were handed out, and of what plan. Status, pay and
// later re-plans go by what was issued, never by what the plan would give today.
type Issue struct {
	// On is the day on which they were issued.
	On calendar.Date `json:"on" plan:"required"`

	// By says who issued them, Note why: "after the kick-off", "second half".
	By   string `json:"by,omitempty"`
	Note string `json:"note,omitempty"`

	// Plan is the plan's name and Fingerprint its [Plan.Fingerprint].
	Plan        string `json:"plan,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Issue returns what is to be said of targets of this plan that are issued on a
// day. Its errors are those of [Encode].
func (p *Plan) Issue(on calendar.Date) (Issue, error) {
	if p == nil {
		return Issue{}, diag.Faults{{Code: diag.Required, Path: "/plan"}}
	}
	mark, err := p.Fingerprint()
	return Issue{On: on, Plan: p.Name, Fingerprint: mark}, err
}

// Fingerprint returns a text that two plans have in common only if they say the
// same: the SHA-256 of what [Encode] writes, with the units of axes that were
// read from tables. Its errors are those of Encode. It takes time linear in the
// plan.
func (p *Plan) Fingerprint() (string, error) {
	h := sha256.New()
	if err := Encode(h, p); err != nil {
		return "", err
	}
	for i := range p.Axes {
		if p.Axes[i].filled == nil {
			continue
		}
		if err := encodeValue(h, struct {
			Axis  string `json:"axis"`
			Units []Unit `json:"units"`
		}{p.Axes[i].ID, p.Axes[i].filled}); err != nil {
			return "", err
		}
	}
	return sumPrefix + hex.EncodeToString(h.Sum(nil)), nil
}

// sumPrefix names the function of fingerprints and checksums.
const sumPrefix = "sha256:"

// Issued returns when and of what plan the targets were issued; ok is false for
// targets that were split and not read.
func (t *Targets) Issued() (issue Issue, ok bool) { return t.issue, !t.issue.On.IsZero() }

// CheckPlan says whether the targets can be of a plan. That none of their goals
// is in it, with the same metric, is a fault of code [diag.Mismatch]: they were
// issued of another plan. That the plan has changed since they were issued is a
// finding.
func (t *Targets) CheckPlan(p *Plan) ([]diag.Finding, error) {
	if p == nil {
		return nil, diag.Faults{{Code: diag.Required, Path: "/plan"}}
	}
	metrics := make(map[string]string, len(p.Goals))
	for _, g := range p.Goals {
		metrics[g.ID] = g.Metric
	}
	shared := len(t.parts) == 0
	for _, part := range t.parts {
		m, ok := metrics[part.Goal()]
		shared = shared || ok && m == part.Metric().ID
	}
	if !shared {
		return nil, diag.Faults{{Code: diag.Mismatch, Path: "/targets", Value: diag.Clip(t.issue.Plan), Bound: "issued targets of this plan"}}
	}
	if t.issue.Fingerprint == "" {
		return nil, nil
	}
	mark, err := p.Fingerprint()
	if err != nil || mark == t.issue.Fingerprint {
		return nil, err
	}
	return []diag.Finding{{Severity: diag.Info, Code: codePlanChanged, Subject: diag.Subject{Kind: "plan", ID: p.Name},
		Args: []diag.Arg{diag.Date("on", t.issue.On.String())}}}, nil
}

// EncodeTargets writes targets as they are handed out: one JSON document, which
// [DecodeTargets] reads, with the issue, all amounts, and all that
// [Breakdown.Explain] says of them, so that neither the plan nor the evidence
// is needed to say what was promised and why. What was read is written as the
// same bytes again.
//
// It streams, at about 25 bytes a cell; of what it writes it keeps one number
// for each cell. A fault of code [diag.Required] is for targets or a day that
// are missing, [diag.Encoding] for text that is not UTF-8, [diag.OutOfRange] for a
// stock whose moves add up to more than the engine's numbers, and [diag.IO] if w
// fails; errors.Is finds w's own error too.
func EncodeTargets(w io.Writer, t *Targets, issue Issue) error {
	var c diag.Collector
	if t == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/t", Bound: "targets"})
	}
	if issue.On.IsZero() {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/issue/on", Bound: "a day"})
	}
	if c.Len() > 0 {
		return c.Err()
	}
	file, err := issuedOf(t, issue)
	if err != nil {
		return err
	}
	sealed := &sealWriter{w: w, seal: newSeal(1)}
	if err := encodeValue(sealed, file); err != nil {
		return err
	}
	return sealed.finish()
}

// DecodeTargets reads what [EncodeTargets] wrote. What it returns answers every
// question as the targets did that were issued; no amount is computed again.
//
// Like [Decode] it takes the document as hostile, keeps to opt.Limits, and
// reports faults with JSON pointer, line and column: those of the text and of
// single values first; only without any, those of lists that are shorter or
// longer than what they are about, of trees that are none and of sums that are
// wrong. A checksum that isn't that of the content is a fault of code
// [diag.Damaged], a document of a later version one of code [diag.Version], and
// a plan one of code [diag.Mismatch]. Blanks and line breaks may change; the
// order of keys may not.
//
// Nothing is believed before it is seen: memory is in proportion to the text,
// whatever sizes it claims. It takes about a microsecond a cell.
func DecodeTargets(r io.Reader, opt DecodeOptions) (*Targets, error) {
	seal := newSeal(len(checksumTail("")) + 2*sha256.Size)
	tree, err := document.Read(io.TeeReader(r, seal), opt.Limits)
	if tree == nil {
		return nil, err
	}
	var c diag.Collector
	if f := notTargets(tree); f != nil {
		if f.Code != diag.Invalid {
			return nil, diag.Faults{f}
		}
		c.Add(f)
	}
	var file issuedFile
	d := decoder{c: &c, types: structTypes{}}
	if err != nil {
		d.said = &opt.Limits
	}
	d.value(tree, reflect.ValueOf(&file).Elem(), false)
	if all := mergeFaults(diag.All(err), diag.All(c.Err())); len(all) > 0 {
		return nil, sortFaults(all)
	}
	if file.Issue.On.IsZero() {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/issue/on", Bound: "a day"})
	}
	if sum, ok := seal.sum(file.Checksum); !ok {
		c.Add(&diag.Fault{Code: diag.Damaged, Path: "/checksum", Value: diag.Clip(file.Checksum), Bound: sum})
	}
	in := issuedReader{packedReader: packedReader{&c}, tree: tree}
	t := in.targets(&file)
	if err := c.Err(); err != nil {
		return nil, locateFaults(tree, err)
	}
	return t, nil
}

// notTargets returns what is wrong with the document's version: Mismatch for a
// plan, Version for a later one.
func notTargets(tree *document.Node) *diag.Fault {
	if tree.Get("salesplanTargets") == nil && tree.Get("salesplan") != nil {
		n := tree.Get("salesplan")
		return &diag.Fault{Code: diag.Mismatch, Path: "/salesplan", Line: int(n.Line), Column: int(n.Column), Value: "a plan", Bound: "issued targets"}
	}
	return versionFault(tree, "salesplanTargets", TargetsVersion)
}

// checksumTail is how the document ends, its blanks left out.
func checksumTail(sum string) string {
	var b strings.Builder
	b.WriteString(`,"checksum":"` + sumPrefix)
	b.WriteString(sum)
	b.WriteString(`"}`)
	return b.String()
}
