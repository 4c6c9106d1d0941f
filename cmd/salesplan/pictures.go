package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/salesplan/salesplan/report"
)

// readProject reads a file of Microsoft Project. ok is false for a file that is
// no XML, which is a plan's then.
func (p *program) readProject(file string) (project *interchange.Project, ok bool, err error) {
	if file == "-" {
		return nil, false, nil // what has been read of it can't be read again
	}
	r, err := p.openRaw(file, "plan")
	if err != nil {
		return nil, false, err
	}
	defer r.Close()
	b := bufio.NewReader(r)
	head, _ := b.Peek(512)
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	utf16 := bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
	if !utf16 && !bytes.HasPrefix(head, []byte("<")) {
		return nil, false, nil
	}
	project, err = interchange.ReadMSPDI(b, interchange.MSPDIOptions{})
	if err != nil {
		return nil, true, &badInput{faults: inFile(file, err)}
	}
	return project, true, nil
}

// pictures writes the files that were asked for beside the table.
func (p *program) pictures(v *timing, call *scheduleCall) error {
	style := report.Style{Title: v.title, Lang: diag.Lang(p.lang), Names: v.names}
	gantt := report.GanttOptions{Style: style}
	return joined(
		p.picture("svg", call.svg, func(w io.Writer) error { return report.Gantt(w, v.t, gantt) }),
		p.picture("mermaid", call.mermaid, func(w io.Writer) error { return report.GanttMermaid(w, v.t, gantt) }),
		p.picture("ics", call.ics, func(w io.Writer) error {
			return interchange.WriteICalendar(w, v.t, interchange.ICalendarOptions{Stamp: p.today(), Name: v.title})
		}),
		p.picture("loads", call.loads, func(w io.Writer) error {
			loads, err := v.t.Loads()
			if err != nil {
				return err
			}
			return report.LoadChart(w, loads, report.LoadOptions{Style: style})
		}),
		p.picture("baseline", call.baseline, func(w io.Writer) error {
			if v.plan == nil {
				return &diag.Fault{Code: diag.Invalid, Path: "/baseline", Value: v.file, Bound: "a plan"}
			}
			return salesplan.Encode(w, v.plan.WithBaseline(v.t))
		}),
		p.picture("mspdi", call.mspdi, func(w io.Writer) error { return interchange.WriteMSPDI(w, v.project, v.t) }),
	)
}

// picture writes one file, whole or not at all.
func (p *program) picture(flag, file string, write func(w io.Writer) error) error {
	if file == "" {
		return nil
	}
	err := p.replaceFile(file, func(w io.Writer) error {
		b := bufio.NewWriter(untilInterrupted{p.ctx, w})
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	})
	var failed *fs.PathError
	switch {
	case errors.As(err, &failed):
		return &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/" + flag, Value: failed.Error()}}}}
	case len(diag.All(err)) > 0:
		return &badInput{faults: inFile(file, err)}
	}
	return err
}
