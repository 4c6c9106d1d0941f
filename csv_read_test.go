package salesplan

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readTable reads all records of a table; a fault takes the place of its row.
func readTable(t *tableReader) (rows [][]string, faults diag.Faults) {
	if _, err := t.readHeader(false); err != nil {
		return nil, diag.All(err)
	}
	rows = append(rows, t.header)
	for {
		row, err := t.next()
		if err == io.EOF {
			return rows, faults
		}
		if err != nil {
			faults = append(faults, diag.All(err)...)
			continue
		}
		rows = append(rows, row.cells)
	}
}

// csv-spectrum (github.com/max-mapper/csv-spectrum, BSD-2-Clause): files and
// the JSON that they must give.
func TestTableReader_Spectrum(t *testing.T) {
	const folder = "../shared/data/reliability/csv-spectrum"
	files, _ := filepath.Glob(folder + "/csvs/*.csv")
	if len(files) == 0 {
		t.Skipf("no %s beside the repository: csv-spectrum is skipped", folder)
	}
	require.Len(t, files, 12)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		wantText, err := os.ReadFile(folder + "/json/" + name + ".json")
		require.NoError(t, err)
		rows, faults := readTable(newTableReader(bytes.NewReader(text), ','))
		if name == "location_coordinates" { // a bare quote in a cell, which RFC 4180 doesn't allow
			require.Len(t, faults, 1)
			assert.Equal(t, "/rows/2/Location Coordinates", faults[0].Path)
			continue
		}
		require.Empty(t, faults, name)
		var want []map[string]string
		require.NoError(t, json.Unmarshal(wantText, &want))
		var got []map[string]string
		for _, row := range rows[1:] {
			m := map[string]string{}
			for i, cell := range row {
				m[rows[0][i]] = cell
			}
			got = append(got, m)
		}
		assert.Equal(t, want, got, name)
	}
}

func TestTableReader_Faults(t *testing.T) {
	big := strings.Repeat("x", MaxCellBytes)
	for _, c := range []struct {
		name, in string
		fault    string // code path line:column
		rows     int    // good ones behind the header
	}{
		{"good", "a,b\n1,2\n", "", 1},
		{"no final line end", "a,b\n1,2", "", 1},
		{"byte order mark", "\ufeffa,b\n1,2\n", "", 1},
		{"CR LF", "a,b\r\n1,2\r\n", "", 1},
		{"blank lines", "\na,b\n\n1,2\n\n\n", "", 1},
		{"empty cell at the end", "a,b\n1,", "", 1},
		{"largest cell", "a,b\n1," + big + "\n", "", 1},
		{"largest quoted cell", "a,b\n1,\"" + big + "\"\n", "", 1},
		{"empty", "", "required /rows/1 1:1", 0},
		{"only a mark", "\ufeff", "required /rows/1 1:1", 0},
		{"short row", "a,b\n1\n3,4\n", "ragged /rows/2 2:2", 1},
		{"long row", "a,b\n1,2,3\n3,4\n", "ragged /rows/2 2:3", 1},
		{"quote in a cell", "a,b\n1,x\"y\n3,4\n", "syntax /rows/2/b 2:2", 1},
		{"text behind a quote", "a,b\n1,\"x\"y\n3,4\n", "syntax /rows/2/b 2:2", 1},
		{"unclosed quote", "a,b\n1,2\n3,\"x\n4,5\n", "syntax /rows/3/b 3:2", 1},
		{"lone CR", "a,b\n1\r,2\n3,4\n", "syntax /rows/2/a 2:1", 1},
		{"lone CR behind a quote", "a,b\n\"1\"\r,2\n3,4\n", "syntax /rows/2/a 2:1", 1},
		{"CR at the end", "a,b\n1,2\r", "syntax /rows/2/b 2:2", 0},
		{"NUL", "a,b\n1,\x00\n3,4\n", "encoding /rows/2/b 2:2", 1},
		{"no UTF-8", "a,b\n\xff,2\n3,4\n", "encoding /rows/2/a 2:1", 1},
		{"a character in two cells", "a,b\n\xc3,\xa9\n3,4\n", "encoding /rows/2/a 2:1", 1},
		{"UTF-16", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00", "encoding /rows/1 1:1", 0},
		{"large cell", "a,b\n1," + big + "x\n3,4\n", "too-large /rows/2/b 2:2", 1},
		{"large quoted cell", "a,b\n1,\"" + big + "x\"\"y\nz\",2\n3,4\n", "too-large /rows/2/b 2:2", 1},
		{"line counted in quotes", "a,b\n\"1\n2\n3\",2\n3\n", "ragged /rows/3 5:2", 1},
		{"cell on a later line", "a,b\n\"1\n2\",x\"\n", "syntax /rows/2/b 3:2", 0},
		{"columns", strings.Repeat("a,", MaxTableColumns) + "b\n1,2\n", "too-many /rows/1 1:257", 0},
	} {
		rows, faults := readTable(newTableReader(strings.NewReader(c.in), ','))
		got := ""
		if len(faults) > 0 {
			f := faults[0]
			requireChinese(t, f)
			got = string(f.Code) + " " + f.Path + " " + itoa(f.Line) + ":" + itoa(f.Column)
		}
		assert.Equal(t, c.fault, got, c.name)
		assert.Len(t, faults, min(len(c.fault), 1), c.name)
		assert.Equal(t, c.rows, max(len(rows)-1, 0), c.name)
	}
}

func itoa(n int) string { return strings.TrimSpace(diag.Count("", n).Text) }

// A quote that is never closed is told as soon as its cell is too large, and
// again at the end.
func TestTableReader_UnclosedQuote(t *testing.T) {
	table := newTableReader(strings.NewReader("a,b\n1,\""+strings.Repeat("x\n", MaxCellBytes)), ',')
	_, err := table.readHeader(false)
	require.NoError(t, err)
	_, err = table.next()
	assert.ErrorIs(t, err, diag.TooLarge)
	_, err = table.next()
	assert.ErrorIs(t, err, diag.Syntax)
	assert.Equal(t, 2, diag.All(err)[0].Line)
	_, err = table.next()
	assert.Equal(t, io.EOF, err)
}

// Package encoding/csv loses a record of one empty cell (golang/go#39119).
func TestTableReader_OneColumn(t *testing.T) {
	rows, faults := readTable(newTableReader(strings.NewReader("a\n1\n\n\"\"\n2\n"), ','))
	assert.Empty(t, faults)
	assert.Equal(t, [][]string{{"a"}, {"1"}, {""}, {""}, {"2"}}, rows)
}

func TestTableReader_Rows(t *testing.T) {
	for rows, want := range map[int]error{MaxTableRows: io.EOF, MaxTableRows + 1: diag.TooMany} {
		in := io.MultiReader(strings.NewReader("a,b\n"), strings.NewReader(strings.Repeat("\n", rows-1)))
		table := newTableReader(in, ',')
		_, err := table.readHeader(false)
		require.NoError(t, err)
		_, err = table.next()
		assert.ErrorIs(t, err, want)
		_, err = table.next()
		assert.Equal(t, io.EOF, err)
	}
}

func TestTableReader_ReaderFails(t *testing.T) {
	broken := errors.New("cable cut")
	table := newTableReader(io.MultiReader(strings.NewReader("a,b\n1,2\n3,"), iotest.ErrReader(broken)), ',')
	_, err := table.readHeader(false)
	require.NoError(t, err)
	_, err = table.next()
	require.NoError(t, err)
	_, err = table.next()
	assert.ErrorIs(t, err, broken)
	assert.ErrorIs(t, err, diag.IO)
	_, err = table.next()
	assert.Equal(t, io.EOF, err)
}

func TestTableReader_Guess(t *testing.T) {
	for in, want := range map[string]string{"a;b\n": "a", "a\tb\n": "a", "a,b;c\n": "a", "a b\n": "a b"} {
		table := newTableReader(strings.NewReader(in), ',')
		header, err := table.readHeader(true)
		require.NoError(t, err)
		assert.Equal(t, want, header[0], in)
	}
}

// Whatever encoding/csv writes and reads back is read alike, apart from what
// it loses.
func FuzzTableReader(f *testing.F) {
	f.Add("a,b\n1,2\n")
	f.Add("a,\"b\nc\"\r\n\"\"\"\",2\n")
	f.Add("\"\xff\x00,\n\"")
	f.Fuzz(func(t *testing.T, in string) {
		rows, faults := readTable(newTableReader(strings.NewReader(in), ','))
		again, _ := readTable(newTableReader(iotest.OneByteReader(strings.NewReader(in)), ','))
		assert.Equal(t, rows, again, "the reads' sizes are of no account")
		if len(faults) > 0 || strings.Contains(in, "\r") || len(rows) == 0 || len(rows[0]) == 1 {
			return
		}
		plain := csv.NewReader(strings.NewReader(strings.TrimPrefix(in, "\ufeff")))
		want, err := plain.ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, len(want))
		for i := 1; i < len(want); i++ {
			assert.Equal(t, want[i], rows[i])
		}
	})
}
