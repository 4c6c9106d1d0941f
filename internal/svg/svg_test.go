package svg

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestLength_String(t *testing.T) {
	for l, want := range map[Length]string{
		0: "0", 1: "0.01", 10: "0.1", 99: "0.99", Px(1): "1", 150: "1.5", 12345: "123.45", -5: "-0.05", -150: "-1.5", Px(-3): "-3",
	} {
		require.Equal(t, want, l.String())
		f, err := strconv.ParseFloat(l.String(), 64)
		require.NoError(t, err)
		require.InDelta(t, float64(l)/100, f, 1e-9)
	}
	require.Equal(t, "92233720368547758.07", Length(math.MaxInt64).String())
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Open("svg", T("a", `<"&'`), L("x", 150))
	w.Empty("rect", L("y", -25))
	w.Leaf("text", "1 < 2 & \x00\xff\t", T("class", "x"))
	w.Line()
	w.Open("g")
	require.Zero(t, b.Len(), "written before there is enough")
	require.NoError(t, w.Flush())
	require.Equal(t, `<svg a="&lt;&quot;&amp;'" x="1.5"><rect y="-0.25"/><text class="x">1 &lt; 2 &amp; `+"\uFFFD\uFFFD "+"</text>\n<g></g></svg>", b.String())
	w.Close()
	require.NoError(t, w.Flush())
}

func TestWriter_Streams(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	for range 10_000 {
		w.Leaf("text", "0123456789")
	}
	require.Greater(t, b.Len(), 200_000)
	require.LessOrEqual(t, len(w.buf), flushAt)
	require.NoError(t, w.Flush())
	require.Equal(t, 10_000, strings.Count(b.String(), "<text>0123456789</text>"))
}

// full takes so many bytes and no more.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriter_Error(t *testing.T) {
	w := NewWriter(&full{left: 40_000})
	for range 10_000 {
		w.Empty("rect")
	}
	require.ErrorIs(t, w.Flush(), errFull)
	require.ErrorIs(t, w.Flush(), errFull, "the first error stays")
}

func TestPath(t *testing.T) {
	var p Path
	require.True(t, p.Empty())
	p.Move(100, -50)
	p.Line(200, 300)
	p.Across(-100)
	p.Down(5)
	p.By(-100, 25)
	p.Shut()
	p.Rect(0, 0, 100, 200)
	require.False(t, p.Empty())
	require.Equal(t, "M1-0.5L2 3H-1V0.05l-1 0.25zM0 0h1v2h-1z", p.Attr().text)
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "a<b>&\"'", "\x00\x01\x1f\x7f", "\xff\xfe", "\uFFFE\uFFFF\uFFFD", "汉字😀", "]]>", "\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped := Escape(s)
		d := xml.NewDecoder(strings.NewReader(`<a b="` + escaped + `">` + escaped + `</a>`))
		var text string
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			switch token := token.(type) {
			case xml.StartElement:
				require.Equal(t, token.Attr[0].Value, plain(s))
			case xml.CharData:
				text += string(token)
			}
		}
		require.Equal(t, plain(s), text)
	})
}

// plain is what can be read back of a text, rune by rune.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r':
			r = ' '
		case r < ' ', r == 0xFFFE, r == 0xFFFF:
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	return b.String()
}
