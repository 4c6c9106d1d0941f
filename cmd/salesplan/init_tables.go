package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// An exportTable is a table of a CRM's export that is read as often as needed.
type exportTable struct {
	path   string // as it was given
	name   string // by which the plan knows it
	beside bool   // by that name the plan's other commands find it by themselves
	file   *os.File
	text   io.Reader
}

func (t *exportTable) Read(b []byte) (int, error) { return t.text.Read(b) }

// Seek goes to the beginning, the only place asked for.
func (t *exportTable) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekStart {
		return 0, errors.ErrUnsupported
	}
	_, err := t.file.Seek(0, io.SeekStart)
	t.text = decodeText(t.file)
	return 0, err
}

// exportTables are the tables of an export.
type exportTables struct{ list []*exportTable }

// openTables opens the tables of an export for a plan. All that can't be opened
// are reported together.
func openTables(plan string, files []string) (*exportTables, error) {
	all := &exportTables{}
	var errs []error
	taken := map[string]bool{}
	for _, file := range files {
		f, err := os.Open(file)
		if err == nil {
			var info os.FileInfo
			if info, err = f.Stat(); err == nil && !info.Mode().IsRegular() {
				err = errors.New("open " + file + ": not a regular file, which can be read more than once")
			}
			if err != nil {
				f.Close()
			}
		}
		if file == "-" && err != nil {
			err = errors.New("standard input cannot be read more than once")
		}
		if err != nil {
			errs = append(errs, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/deals", Value: diag.Clip(err.Error())}}}})
			continue
		}
		t := &exportTable{path: file, file: f, text: decodeText(f)}
		if other := all.same(f); other != nil {
			errs = append(errs, badArgument(diag.Duplicate, "deals", file, "--deals "+other.path))
		}
		t.name, t.beside = tableName(plan, file)
		for n := 2; taken[t.name]; n++ {
			t.name, t.beside = strings.TrimSuffix(t.name, "-"+strconv.Itoa(n-1))+"-"+strconv.Itoa(n), false
		}
		taken[t.name] = true
		all.list = append(all.list, t)
	}
	return all, joined(errs...)
}

// same finds the table that is the same file.
func (e *exportTables) same(f *os.File) *exportTable {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	for _, t := range e.list {
		if other, err := t.file.Stat(); err == nil && os.SameFile(info, other) {
			return t
		}
	}
	return nil
}

// tableName is the name by which a plan knows a table: such that the table is
// found beside the plan, if it is there or below, otherwise the file's without
// its ending.
func tableName(plan, file string) (name string, beside bool) {
	folder, err := filepath.Abs(filepath.Dir(plan))
	path, err2 := filepath.Abs(file)
	if err == nil && err2 == nil {
		if below, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(below) {
			below = filepath.ToSlash(below)
			for _, name := range []string{strings.TrimSuffix(below, ".csv"), below} {
				if isBeside(plan, name, file) {
					return name, true
				}
			}
		}
	}
	name = filepath.Base(file)
	if bare := strings.TrimSuffix(name, filepath.Ext(name)); bare != "" {
		name = bare
	}
	return strings.TrimSpace(strings.ReplaceAll(name, "=", "-")), false
}

// isBeside reports whether a table of that name is found beside the plan, and is
// the file.
func isBeside(plan, name, file string) bool {
	r, found, err := openBeside(plan, name)
	if err != nil {
		return false
	}
	r.Close()
	a, err := os.Stat(found)
	b, err2 := os.Stat(file)
	return err == nil && err2 == nil && os.SameFile(a, b)
}

func (e *exportTables) close() {
	for _, t := range e.list {
		t.file.Close()
	}
}

func (e *exportTables) drafts() []salesplan.DraftTable {
	var out []salesplan.DraftTable
	for _, t := range e.list {
		out = append(out, salesplan.DraftTable{Name: t.name, Data: t})
	}
	return out
}

// place returns the faults of a draft with the files in which they stand and
// the flags that they are about.
func (e *exportTables) place(err error) error {
	all := diag.All(err)
	if len(all) == 0 {
		return err
	}
	bad := &badInput{}
	for _, f := range all {
		g := *f
		file := ""
		token, rest, _ := strings.Cut(strings.TrimPrefix(g.Path, "/"), "/")
		switch token {
		case "tables":
			name, below, _ := strings.Cut(rest, "/")
			if t := e.called(unescape(name)); t != nil {
				file = t.path
				g.Path = strings.TrimSuffix("/"+below, "/")
			}
			if g.Code == diag.Column && below == "" {
				g.Code = codeNoDeals
			}
			if g.Path == "" || g.Path == "/tables" {
				g.Path = "/deals"
			}
		case "options":
			g.Path = "/" + rest
		}
		bad.faults = append(bad.faults, placed{file, &g})
	}
	return bad
}

// called finds a table by its name, or by its place.
func (e *exportTables) called(name string) *exportTable {
	for _, t := range e.list {
		if t.name == name {
			return t
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(e.list) {
		return e.list[i]
	}
	return nil
}
