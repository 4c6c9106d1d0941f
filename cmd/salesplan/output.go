package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

// outputFlags adds the flags of commands that write a result.
func (p *program) outputFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&p.json, "json", false, "write one JSON object, findings and faults inside")
	f.StringVarP(&p.outFile, "output", "o", "", "write to this `FILE`, whole or not at all, instead of standard output")
	f.StringVar(&p.charset, "encoding", "utf-8", "encoding of text and CSV: utf-8, utf-8-bom or gb18030 (both for Excel)")
}

// checkOutput refuses flags of the output that don't go together.
func (p *program) checkOutput() error {
	if err := oneOf("encoding", p.charset, "utf-8", "utf-8-bom", "gb18030"); err != nil {
		return err
	}
	if p.json && p.charset != "utf-8" {
		return badArgument(diag.Conflict, "encoding", p.charset, "JSON is UTF-8")
	}
	return nil
}

// deliver gives write the output: standard output, or the file of -o, which
// appears only if all went well.
func (p *program) deliver(write func(w io.Writer) error) error {
	if p.outFile == "" {
		return p.encoded(p.out, write)
	}
	err := p.replaceFile(p.outFile, func(w io.Writer) error { return p.encoded(w, write) })
	var failed *fs.PathError
	if errors.As(err, &failed) {
		failed.Path = p.outFile // rather than the one beside it
		return &badInput{faults: []placed{{p.outFile, &diag.Fault{Code: diag.IO, Path: "/output", Value: failed.Error()}}}}
	}
	return err
}

// encoded buffers what write writes and encodes it.
func (p *program) encoded(w io.Writer, write func(w io.Writer) error) error {
	buffered := bufio.NewWriterSize(untilInterrupted{p.ctx, w}, 64<<10)
	text, err := encodeText(buffered, p.charset)
	if err == nil {
		err = write(text)
	}
	if err == nil {
		err = text.Close()
	}
	if err == nil {
		err = buffered.Flush()
	}
	return err
}

// untilInterrupted fails once the run is interrupted, so that no half of a file
// is left.
type untilInterrupted struct {
	ctx context.Context
	w   io.Writer
}

func (u untilInterrupted) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}

// replaceFile writes a file beside the one named and puts it in its place at
// the end. What is no regular file, such as /dev/null, is written to directly.
func (p *program) replaceFile(name string, write func(w io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	var mode fs.FileMode // of a file that is there already
	if info, err := os.Stat(name); err == nil {
		if !info.Mode().IsRegular() {
			return writeDirectly(name, write)
		}
		mode = info.Mode().Perm()
	}
	beside := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8])
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil && mode != 0 {
		err = f.Chmod(mode)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(beside, name)
	}
	if err != nil {
		_ = os.Remove(beside)
	}
	return err
}

func writeDirectly(name string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// writeJSON writes one value on one line.
func writeJSON(w io.Writer, v any) error {
	_, err := w.Write(append(jsonText(v), '\n'))
	return err
}

// jsonText is a value as JSON, "<" and ">" as they are. The values of this
// program can't fail to be written.
func jsonText(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
