package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func gb18030(t testing.TB, text string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	require.NoError(t, err)
	return b
}

func TestDecodeText(t *testing.T) {
	ascii := strings.Repeat("id,amount\r\n", 20_000) // far beyond the lookahead
	chinese := strings.Repeat("王伟,销售额,𠀀,€\n", 20_000)
	cases := map[string]struct {
		in      []byte
		want    string
		guessed bool
	}{
		"empty":                   {nil, "", false},
		"ASCII":                   {[]byte(ascii), ascii, false},
		"UTF-8":                   {[]byte(chinese), chinese, false},
		"UTF-8 with mark":         {[]byte("\ufeff王"), "王", false},
		"mark alone":              {[]byte("\ufeff"), "", false},
		"GB18030":                 {gb18030(t, chinese), chinese, true},
		"ASCII, then UTF-8":       {[]byte(ascii + chinese), ascii + chinese, false},
		"ASCII, then GB18030":     {append([]byte(ascii), gb18030(t, chinese)...), ascii + chinese, true},
		"one GB18030 character":   {gb18030(t, "王"), "王", true},
		"联通, the famous one":      {gb18030(t, "联通"), "联通", true},
		"GB18030 with mark":       {gb18030(t, "\ufeff王"), "王", false},
		"Latin-1 after UTF-8":     {[]byte("王伟,1\nM\xfcller,2\n"), "王伟,1\nM\xfcller,2\n", false},
		"GB18030 after UTF-8":     {append([]byte("王伟,1\n"), gb18030(t, "李娜,2\n")...), "王伟,1\n" + string(gb18030(t, "李娜,2\n")), false},
		"员 is UTF-8 too":          {gb18030(t, "员工,王伟"), string(gb18030(t, "员工,王伟")), false},
		"Latin-1 like GB18030":    {[]byte("M\xfcller,2\n"), "M黮ler,2\n", true},
		"Latin-1 before a comma":  {[]byte("Andr\xe9,2\n"), "Andr\xe9,2\n", false},
		"surrogate":               {[]byte("a\xed\xa0\x80,2\n"), "a\xed\xa0\x80,2\n", false},
		"surrogates":              {[]byte("\xed\xa0\x80\xed\xb0\x80"), "\xed\xa0\x80\xed\xb0\x80", false},
		"valid both ways: UTF-8":  {[]byte{0xC2, 0xA1}, "¡", false},
		"wrong in UTF-8":          {[]byte("王伟\xff李娜\n"), "王伟\xff李娜\n", false},
		"wrong in GB18030":        {append(gb18030(t, "王伟李娜,\n"), "\xff\n"...), "王伟李娜,\n\xff\n", true},
		"wrong in its first line": {append(gb18030(t, "王,"), "\xff\n"...), string(gb18030(t, "王,")) + "\xff\n", false},
		"cut off in GB18030":      {gb18030(t, "王伟李娜")[:7], "王伟李\xff", true},
		"cut off in UTF-8":        {[]byte("王伟")[:5], "王\xe4\xbc", false},
		"NUL":                     {[]byte("a\x00b"), "a\x00b", false},
	}
	for name, c := range cases {
		for way, wrap := range map[string]func(io.Reader) io.Reader{
			"": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader, "error with data": iotest.DataErrReader,
		} {
			if way == "byte by byte" && len(c.in) > 1000 {
				continue
			}
			guessed := false
			got, err := io.ReadAll(decodeText(wrap(bytes.NewReader(c.in)), inputAuto, func() { guessed = true }))
			require.NoError(t, err, name+way)
			require.Equal(t, c.guessed, guessed, name+way)
			if c.want != string(got) {
				t.Errorf("%s %s: %d bytes, want %d: %.80q", name, way, len(got), len(c.want), got)
			}
		}
	}
}

// What is said of the encoding is not guessed, but a mark is obeyed.
func TestDecodeText_asked(t *testing.T) {
	for _, c := range []struct{ encoding, in, want string }{
		{inputUTF8, string(gb18030(t, "王伟\n")), string(gb18030(t, "王伟\n"))},
		{inputUTF8, "\ufeff王", "王"},
		{inputUTF8, markGB18030, markGB18030},
		{inputGB18030, string(gb18030(t, "员工,王伟")), "员工,王伟"},
		{inputGB18030, "\ufeff王", "王"},
		{inputGB18030, "ascii", "ascii"},
		{inputGB18030, "a\xff\xffb", "a\xff\xffb"},
	} {
		got, err := io.ReadAll(decodeText(strings.NewReader(c.in), c.encoding, func() { t.Error("guessed") }))
		require.NoError(t, err)
		require.Equal(t, c.want, string(got), "%s %q", c.encoding, c.in)
	}
}

// Wherever the window of the decision ends, and whatever the reader's buffer,
// the text comes back.
func TestDecodeText_anyLength(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("a,\n王伟李娜销售额华东¥€𠀀é")
	for range 60 {
		var b strings.Builder
		for range rng.IntN(40) {
			b.WriteByte('x')
		}
		b.WriteString("王伟王伟") // enough to tell
		for range lookahead/3 - 12 + rng.IntN(24) {
			b.WriteRune(alphabet[rng.IntN(len(alphabet))])
		}
		want := b.String()
		for _, in := range [][]byte{[]byte(want), gb18030(t, want)} {
			r, out := decodeText(bytes.NewReader(in), inputAuto, nil), []byte(nil)
			for buf := make([]byte, 1+rng.IntN(5000)); ; {
				n, err := r.Read(buf)
				out = append(out, buf[:n]...)
				if err != nil {
					require.Equal(t, io.EOF, err)
					break
				}
			}
			if string(out) != want {
				t.Fatalf("%d bytes became %d", len(want), len(out))
			}
		}
	}
}

func TestDecodeText_readerFails(t *testing.T) {
	broken := errors.New("broken")
	for _, head := range []string{"", "abc", "王伟", string(gb18030(t, "王伟"))} {
		r := decodeText(io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken)), inputAuto, nil)
		_, err := io.ReadAll(r)
		assert.ErrorIs(t, err, broken, "%q", head)
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("王伟"))
	f.Add([]byte{0xCD, 0xF5, 0xCE, 0xB0, 0x81, 0x30, 0x81})
	f.Fuzz(func(t *testing.T, in []byte) {
		a, err := io.ReadAll(decodeText(bytes.NewReader(in), inputAuto, nil))
		require.NoError(t, err)
		b, err := io.ReadAll(iotest.OneByteReader(decodeText(iotest.OneByteReader(bytes.NewReader(in)), inputAuto, nil)))
		require.NoError(t, err)
		if !bytes.Equal(a, b) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestEncodeText(t *testing.T) {
	for charset, want := range map[string][]byte{
		"utf-8": []byte("王,1"), "utf-8-bom": []byte("\ufeff王,1"), "gb18030": gb18030(t, "王,1"),
	} {
		var b bytes.Buffer
		w, err := encodeText(&b, charset)
		require.NoError(t, err)
		for _, c := range []byte("王,1") { // however it is cut
			_, err = w.Write([]byte{c})
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		assert.Equal(t, want, b.Bytes(), charset)
	}
}
