package document

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func TestRead_Faults(t *testing.T) {
	tests := []struct {
		name, text string
		want       string // the faults, as Error writes them
	}{
		{"nothing", "", `/ (line 1, column 1): syntax, bound a JSON value`},
		{"blanks only", " \n\t", `/ (line 2, column 2): syntax, bound a JSON value`},
		{"word", `{"a": [1, nil]}`, `/a/1 (line 1, column 11): syntax "nil", bound a JSON value`},
		{"word with a good beginning", `{"a": truer}`, `/ (line 1, column 11): syntax "r", bound "," or "}"`},
		{"single quotes", `{'a': 1}`, `/ (line 1, column 2): syntax "'a'", bound a key in double quotes`},
		{"no comma", "[1\r\n2]", `/ (line 2, column 1): syntax "2", bound "," or "]"`},
		{"trailing comma", "[1,]", `/1 (line 1, column 4): syntax "]", bound a JSON value`},
		{"trailing comma of an object", `{"a":1,}`, `/ (line 1, column 8): syntax "}", bound a key in double quotes`},
		{"no colon", `{"a" 1}`, `/a (line 1, column 6): syntax "1", bound ":"`},
		{"unclosed array", "[[1]", `/ (line 1, column 5): syntax, bound "," or "]"`},
		{"unclosed string", `["a`, `/0 (line 1, column 4): syntax, bound a closing quote`},
		{"line end in a string", "{\"a\": \"b\n\"}", `/a (line 1, column 9): syntax "\\n", bound an escape for this control character, or a closing quote before it`},
		{"zero byte in a string", "[\"a\x00\"]", `/0 (line 1, column 4): syntax "\\x00", bound an escape for this control character, or a closing quote before it`},
		{"zero byte outside", "[1,\x00]", `/1 (line 1, column 4): syntax "\\x00", bound a JSON value`},
		{"bad escape", `{"a": {"b": "\x41"}}`, `/a/b (line 1, column 14): syntax "\\x41\"}", bound one of \" \\ \/ \b \f \n \r \t \u and four hexadecimal digits`},
		{"leading zero", "[-01]", `/0 (line 1, column 4): syntax "1", bound no zero before the first digit`},
		{"bare point", "[1.]", `/0 (line 1, column 4): syntax "]", bound a digit`},
		{"plus", "[+1]", `/0 (line 1, column 2): syntax "+1", bound a JSON value`},
		{"comment", "[1] // one", `/ (line 1, column 5): trailing "// one"`},
		{"second document", "{}\n{}", `/ (line 2, column 1): trailing "{}"`},
		{"byte order mark inside", "[\ufeff1]", `/0 (line 1, column 2): encoding "\\ufeff", bound no byte order mark here`},
		{"second byte order mark", "\ufeff\ufeff[]", `/ (line 1, column 1): encoding "\\ufeff", bound no byte order mark here`},
		{"UTF-16", "\xff\xfe[\x00]\x00", `/ (line 1, column 1): encoding "\\xff\\xfe", bound UTF-8`},
		{"UTF-16 without a mark", "\x00[\x00]", `/ (line 1, column 1): encoding "\\x00[", bound UTF-8`},
		{"bad UTF-8", "{\"名\": \"é\xff\xfe\", \"b\": 1}", `/名 (line 1, column 9): encoding "\\xff", bound UTF-8`},
		{"bad UTF-8 in a key", "{\"a\": {\"\xc0\": 1}}", `/a (line 1, column 9): encoding "\\xc0", bound UTF-8`},
		{"half a pair", `["\ud800\u0041"]`, `/0 (line 1, column 3): encoding "\\ud800", bound both halves of a surrogate pair`},
		{"other half", `["a\udc00"]`, `/0 (line 1, column 4): encoding "\\udc00", bound both halves of a surrogate pair`},
		{"too many digits", `{"a": [1, 123456789012345678901234567890123456789]}`,
			`/a/1 (line 1, column 11): out-of-range "123456789012345678901234567890123456789", bound at most 38 digits`},
		{"exponent", `[1e31, 1e-31]`, "/0 (line 1, column 2): out-of-range \"1e31\", bound an exponent within ±30\n" +
			`/1 (line 1, column 8): out-of-range "1e-31", bound an exponent within ±30`},
		{"pointer escapes", `{"a/b": {"c~d": x}}`, `/a~1b/c~0d (line 1, column 17): syntax "x", bound a JSON value`},
		{"key that is bad and there twice", "{\"\xff\": 1, \"\ufffd\": \"\", \"a\xff\": 1, \"a\ufffd\": 1}",
			"/ (line 1, column 3): encoding \"\\\\xff\", bound UTF-8\n" +
				"/\ufffd (line 1, column 10): duplicate-key \"\ufffd\", bound 1:2\n" +
				"/ (line 1, column 21): encoding \"\\\\xff\", bound UTF-8\n" +
				"/a\ufffd (line 1, column 28): duplicate-key \"a\ufffd\", bound 1:19"},
		{"all that can be said", "{\"a\": 1,\n \"a\": 1e99,\n \"b\": \"\xff\",\n \"a\": }",
			"/a (line 2, column 2): duplicate-key \"a\", bound 1:2\n" +
				"/a (line 2, column 7): out-of-range \"1e99\", bound an exponent within ±30\n" +
				"/b (line 3, column 8): encoding \"\\\\xff\", bound UTF-8\n" +
				"/a (line 4, column 2): duplicate-key \"a\", bound 1:2\n" +
				"/a (line 4, column 7): syntax \"}\", bound a JSON value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := read(tt.text)
			require.EqualError(t, err, tt.want)
		})
	}
}

// TestRead_TreeBesideFaults: what was read is there unless the reading ended
// early.
func TestRead_TreeBesideFaults(t *testing.T) {
	root, err := read(`{"a": 1e99, "a": "\ud800b", "c": 1}`)
	require.Len(t, diag.All(err), 3)
	require.Equal(t, "1e99", root.Get("a").Text)
	require.Equal(t, "\ufffdb", root.Items[1].Text)
	require.Equal(t, "1", root.Get("c").Text)

	root, err = read(`{"a": 1, "c": }`)
	require.ErrorIs(t, err, diag.Syntax)
	require.Nil(t, root)
}

func TestRead_DuplicateKeys(t *testing.T) {
	for _, text := range []string{
		`{"a": 1, "a": 1}`, `{"a": 1, "\u0061": 2}`, `{"x": 0, "\u0061": 1, "y": {}, "a": [1]}`,
		`{"é": 1, "\u00e9": 2}`, `{"😀": 1, "\ud83d\ude00": 2}`, `{"": 1, "": 2}`,
	} {
		_, err := read(text)
		require.ErrorIs(t, err, diag.DuplicateKey, text)
		require.Len(t, diag.All(err), 1, text)
	}
	for _, text := range []string{`{"a": 1, "A": 2}`, `{"a": {"a": {"a": 1}}}`, `[{"a": 1}, {"a": 2}]`, `{"é": 1, "e\u0301": 2}`} {
		_, err := read(text)
		require.NoError(t, err, text)
	}
}

// TestRead_DuplicateKeysAnySize moves a pair of equal keys through objects on
// both sides of the switch from comparing to looking up.
func TestRead_DuplicateKeysAnySize(t *testing.T) {
	for _, size := range []int{2, manyKeys - 1, manyKeys, manyKeys + 1, manyKeys + 2, 40} {
		for second := 1; second < size; second++ {
			for _, first := range []int{0, second / 2, second - 1} {
				var b strings.Builder
				b.WriteString("{")
				for i := range size {
					name := i
					if i == second {
						name = first
					}
					b.WriteString("\n" + strconv.Quote("k"+strconv.Itoa(name)) + ": 0,")
				}
				_, err := read(strings.TrimSuffix(b.String(), ",") + "}")
				all := diag.All(err)
				require.Len(t, all, 1, "%d of %d", second, size)
				require.Equal(t, second+2, all[0].Line)
				require.Equal(t, strconv.Itoa(first+2)+":1", all[0].Bound)
			}
		}
	}
}

func TestRead_Positions(t *testing.T) {
	const text = "\ufeff{\"名字\": [\"é😀\", true],\r\n\t\"b\":\r-1.50,\n\"c\" : {\"d\": null}}"
	root, err := read(text)
	require.NoError(t, err)
	for _, tt := range []struct {
		pointer      string
		kind         Kind
		text         string
		line, column int
		keyLine      int
		keyColumn    int
	}{
		{"", Object, "", 1, 1, 1, 1},
		{"/名字", Array, "", 1, 8, 1, 2},
		{"/名字/0", String, "é😀", 1, 9, 1, 9},
		{"/名字/1", Bool, "true", 1, 15, 1, 15},
		{"/b", Number, "-1.50", 3, 1, 2, 2},
		{"/c", Object, "", 4, 7, 4, 1},
		{"/c/d", Null, "null", 4, 13, 4, 8},
	} {
		n := root.Find(tt.pointer)
		require.NotNil(t, n, tt.pointer)
		require.Equal(t, tt.kind, n.Kind, tt.pointer)
		require.Equal(t, tt.text, n.Text, tt.pointer)
		line, column := root.Locate(tt.pointer)
		require.Equal(t, [2]int{tt.line, tt.column}, [2]int{line, column}, tt.pointer)
		line, column = root.LocateKey(tt.pointer)
		require.Equal(t, [2]int{tt.keyLine, tt.keyColumn}, [2]int{line, column}, tt.pointer)
	}
}

func TestRead_Escapes(t *testing.T) {
	root, err := read(`["\"\\\/\b\f\n\r\t", "\u00E9\u4e2d\uD83D\uDE00x", "a\u0000b", "é\n中", "\ud83d\ude00\u0041"]`)
	require.NoError(t, err)
	var got []string
	for _, n := range root.Elements() {
		got = append(got, n.Text)
	}
	require.Equal(t, []string{"\"\\/\b\f\n\r\t", "é中😀x", "a\x00b", "é\n中", "😀A"}, got)
}

// TestLimits holds each limit at one below, at and one above what the text
// needs.
func TestLimits(t *testing.T) {
	long := strings.Repeat("x", 9)
	tests := []struct {
		name  string
		text  string
		needs int
		lim   func(n int) Limits
		code  diag.Code
		path  string
	}{
		{"bytes", `["abcd"]`, 8, func(n int) Limits { return Limits{Bytes: int64(n)} }, diag.TooLarge, ""},
		{"bytes of blanks", "[1]     ", 8, func(n int) Limits { return Limits{Bytes: int64(n)} }, diag.TooLarge, ""},
		{"depth", `[[{"a": []}]]`, 4, func(n int) Limits { return Limits{Depth: n} }, diag.TooDeep, "/0/0/a"},
		{"nodes", `[1, {"a": 2}, []]`, 5, func(n int) Limits { return Limits{Nodes: n} }, diag.TooMany, "/2"},
		{"members", `[{"a": 1, "b": 2, "c": 3}]`, 3, func(n int) Limits { return Limits{Members: n} }, diag.TooMany, "/0"},
		{"key", `[{"` + long + `": 1}]`, 9, func(n int) Limits { return Limits{Key: n} }, diag.TooLarge, "/0"},
		{"key with escapes", `[{"\u00e9\n": 1}]`, 3, func(n int) Limits { return Limits{Key: n} }, diag.TooLarge, "/0"},
		{"text", `[1, "` + long + `"]`, 9, func(n int) Limits { return Limits{Text: n} }, diag.TooLarge, "/1"},
		{"text with escapes", `["\ud83d\ude00é\n"]`, 7, func(n int) Limits { return Limits{Text: n} }, diag.TooLarge, "/0"},
		{"number", "[-1.25e+03]", 9, func(n int) Limits { return Limits{Number: n} }, diag.OutOfRange, "/0"},
		{"digits", "[-0.0120300e1]", 6, func(n int) Limits { return Limits{Digits: n} }, diag.OutOfRange, "/0"},
		{"exponent", "[12e5]", 5, func(n int) Limits { return Limits{Exponent: n} }, diag.OutOfRange, "/0"},
		{"negative exponent", "[1.25e-3]", 5, func(n int) Limits { return Limits{Exponent: n} }, diag.OutOfRange, "/0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, n := range []int{tt.needs, tt.needs + 1} {
				_, err := Read(strings.NewReader(tt.text), tt.lim(n))
				require.NoError(t, err, "limit %d", n)
			}
			_, err := Read(strings.NewReader(tt.text), tt.lim(tt.needs-1))
			all := diag.All(err)
			require.Len(t, all, 1)
			require.Equal(t, tt.code, all[0].Code)
			require.Equal(t, tt.path, all[0].Path)
			require.Contains(t, all[0].Bound, strconv.Itoa(tt.needs-1))
		})
	}
}

// TestLimits_Defaults holds the defaults that take no large document at one
// below, at and one above their value.
func TestLimits_Defaults(t *testing.T) {
	require.Equal(t, 4_000_000, Limits{}.filled().Nodes)
	require.EqualValues(t, 64<<20, Limits{}.filled().Bytes)
	for _, tt := range []struct {
		name string
		make func(n int) string
		at   int
		code diag.Code
	}{
		{"depth", func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }, 32, diag.TooDeep},
		{"key", func(n int) string { return `{"` + strings.Repeat("k", n) + `": 1}` }, 1024, diag.TooLarge},
		{"text", func(n int) string { return `"` + strings.Repeat("k", n) + `"` }, 65536, diag.TooLarge},
		{"digits", func(n int) string { return strings.Repeat("9", n) }, 38, diag.OutOfRange},
		{"exponent", func(n int) string { return "1e" + strconv.Itoa(n) }, 30, diag.OutOfRange},
		{"decimals", func(n int) string { return "0." + strings.Repeat("0", n-1) + "1" }, 30, diag.OutOfRange},
		{"number", func(n int) string { return "1e" + strings.Repeat("0", n-2) }, 64, diag.OutOfRange},
		{"members", func(n int) string {
			var b strings.Builder
			for i := range n {
				b.WriteString(`,"` + strconv.Itoa(i) + `":0`)
			}
			return "{" + b.String()[1:] + "}"
		}, 100_000, diag.TooMany},
	} {
		for d, want := range []diag.Code{"", "", tt.code} {
			_, err := read(tt.make(tt.at - 1 + d))
			if want == "" {
				require.NoError(t, err, tt.name)
			} else {
				require.ErrorIs(t, err, want, tt.name)
				require.Len(t, diag.All(err), 1)
			}
		}
	}
}

func TestLimits_Negative(t *testing.T) {
	_, err := Read(strings.NewReader("[]"), Limits{Bytes: -1, Depth: -2, Exponent: -3})
	require.EqualError(t, err, "/lim/bytes: negative \"-1\", bound 0\n/lim/depth: negative \"-2\", bound 0\n/lim/exponent: negative \"-3\", bound 0")
}

// A blanks is an endless reader of blanks that counts what it gave.
type blanks struct{ given int64 }

func (b *blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	b.given += int64(len(p))
	return len(p), nil
}

func TestRead_Endless(t *testing.T) {
	var b blanks
	_, err := Read(io.LimitReader(&b, 1<<30), Limits{})
	require.EqualError(t, err, "/: too-large, bound 67108864 bytes")
	require.EqualValues(t, 64<<20+1, b.given)
}

func TestRead_TooDeepEarly(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		for _, n := range []int{33, 10_001, 10_000_000} {
			if n*len(open) > 64<<20 {
				continue
			}
			_, err := read(strings.Repeat(open, n))
			require.ErrorIs(t, err, diag.TooDeep)
			all := diag.All(err)
			require.Len(t, all, 1)
			require.Equal(t, 32*len(open)+1, all[0].Column)
			require.Equal(t, "32", all[0].Bound)
		}
	}
}

var sample = `{"salesplan": "1", "名": ["é\n", 1.50, true, null],` + "\r\n" + `"goals": [{"id": "a", "target": "10"}, {}]}`

func TestRead_SlowReaders(t *testing.T) {
	want, err := read(sample)
	require.NoError(t, err)
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte": iotest.OneByteReader, "half": iotest.HalfReader, "error with data": iotest.DataErrReader,
	} {
		got, err := Read(wrap(strings.NewReader(sample)), Limits{})
		require.NoError(t, err, name)
		require.Equal(t, want, got, name)
	}
}

// TestRead_FailingAtByte lets the reader fail after each byte of a document of
// 2 KiB, with the byte and after it.
func TestRead_FailingAtByte(t *testing.T) {
	text := "[" + strings.Repeat(sample+",\n", 30)
	text = text[:2048]
	broken := errors.New("cable pulled")
	for k := range len(text) + 1 {
		part := text[:k]
		_, err := Read(io.MultiReader(strings.NewReader(part), iotest.ErrReader(broken)), Limits{})
		require.ErrorIs(t, err, diag.IO)
		require.ErrorIs(t, err, broken)
		all := diag.All(err)
		require.Len(t, all, 1)
		require.Equal(t, "cable pulled", all[0].Value)
		lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(part), "\n")
		require.Equal(t, len(lines), all[0].Line)
		require.Equal(t, len([]rune(lines[len(lines)-1]))+1, all[0].Column)
	}
}

// A reader that breaks the contract of io.Reader.
type badReader struct{ n int }

func (b badReader) Read(p []byte) (int, error) { return b.n * len(p), nil }

func TestRead_BrokenReaders(t *testing.T) {
	for _, n := range []int{-1, 2} {
		_, err := Read(badReader{n}, Limits{})
		require.ErrorIs(t, err, diag.IO)
		require.ErrorIs(t, err, errReadCount)
	}
	_, err := Read(badReader{0}, Limits{})
	require.ErrorIs(t, err, io.ErrNoProgress)
	_, err = Read(nil, Limits{})
	require.ErrorIs(t, err, diag.Required)
}

// TestRead_ManyFaults: all are counted, the first ones kept, and the rest cost
// nothing but their counting.
func TestRead_ManyFaults(t *testing.T) {
	const n = 50_000
	key := strings.Repeat("k", 1000)
	text := strings.Repeat(`{"`+key+`":`, 31) + `[` + strings.Repeat(`1e99,`, n) + `1]` + strings.Repeat("}", 31)
	_, err := read(text)
	all := diag.All(err)
	require.Len(t, all, diag.MaxKept+1)
	require.Equal(t, diag.More, all[diag.MaxKept].Code)
	require.Equal(t, strconv.Itoa(n-diag.MaxKept), all[diag.MaxKept].Value)
}

func TestRead_Unchanged(t *testing.T) {
	text := []byte(sample)
	before := bytes.Clone(text)
	root, err := Read(bytes.NewReader(text), Limits{})
	require.NoError(t, err)
	for i := range text {
		text[i] = 'x'
	}
	require.Equal(t, "é\n", root.Find("/名/0").Text, "the tree shares memory with its input")
	require.NotEqual(t, before, text)
}
