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
		in   []byte
		want string
	}{
		"empty":                  {nil, ""},
		"ASCII":                  {[]byte(ascii), ascii},
		"UTF-8":                  {[]byte(chinese), chinese},
		"UTF-8 with mark":        {[]byte("\ufeff王"), "王"},
		"mark alone":             {[]byte("\ufeff"), ""},
		"GB18030":                {gb18030(t, chinese), chinese},
		"ASCII, then UTF-8":      {[]byte(ascii + chinese), ascii + chinese},
		"ASCII, then GB18030":    {append([]byte(ascii), gb18030(t, chinese)...), ascii + chinese},
		"one GB18030 character":  {gb18030(t, "王"), "王"},
		"联通, the famous one":     {gb18030(t, "联通"), "联通"},
		"valid both ways: UTF-8": {[]byte{0xC2, 0xA1}, "¡"},
		"wrong in UTF-8":         {[]byte("王伟\xff李娜\n"), "王伟\xff李娜\n"},
		"wrong in GB18030":       {append(gb18030(t, "王伟李娜,"), "\xff\n"...), "王伟李娜,\xff\n"},
		"cut off in GB18030":     {gb18030(t, "王伟李娜")[:7], "王伟李\xff"},
		"cut off in UTF-8":       {[]byte("王伟")[:5], "王\xe4\xbc"},
		"NUL":                    {[]byte("a\x00b"), "a\x00b"},
	}
	for name, c := range cases {
		for way, wrap := range map[string]func(io.Reader) io.Reader{
			"": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader, "error with data": iotest.DataErrReader,
		} {
			if way == "byte by byte" && len(c.in) > 1000 {
				continue
			}
			got, err := io.ReadAll(decodeText(wrap(bytes.NewReader(c.in))))
			require.NoError(t, err, name+way)
			if c.want != string(got) {
				t.Errorf("%s %s: %d bytes, want %d: %.80q", name, way, len(got), len(c.want), got)
			}
		}
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
			r, out := decodeText(bytes.NewReader(in)), []byte(nil)
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
		r := decodeText(io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken)))
		_, err := io.ReadAll(r)
		assert.ErrorIs(t, err, broken, "%q", head)
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("王伟"))
	f.Add([]byte{0xCD, 0xF5, 0xCE, 0xB0, 0x81, 0x30, 0x81})
	f.Fuzz(func(t *testing.T, in []byte) {
		a, err := io.ReadAll(decodeText(bytes.NewReader(in)))
		require.NoError(t, err)
		b, err := io.ReadAll(iotest.OneByteReader(decodeText(iotest.OneByteReader(bytes.NewReader(in)))))
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
