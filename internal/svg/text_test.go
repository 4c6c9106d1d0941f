package svg

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestWidth(t *testing.T) {
	em := func(text string) Length { return Width(text, 1000) }
	for text, want := range map[string]Length{
		"": 0, "汉字": 2000, "，。": 2000, "ＡＢ": 2000, "한글": 2000, "かな": 2000, "😀": 1000, "e\u0301": 615, "a b": 613 + 318 + 635, "……": 2000, "“一”": 3000,
		"0000": 4 * 636, "\x01": 318,
	} {
		require.Equal(t, want, em(text), "%q", text)
	}
	require.Equal(t, Px(24), Width("汉字", Px(12)))
	require.Less(t, em("iiii"), em("MMMM"))
	require.Greater(t, em("Äß"), em("As"), "letters that are not in the table are wide rather than narrow")
}

// Wide ranges by Unicode Standard Annex #11 (EastAsianWidth.txt): first and last
// of blocks, and their neighbours.
func TestWide(t *testing.T) {
	for _, r := range []rune{0x1100, 0x115F, 0x231A, 0x2E80, 0x3001, 0x3041, 0x3400, 0x4E00, 0x9FFF, 0xA000, 0xA4C6, 0xAC00, 0xD7A3, 0xF900, 0xFE30, 0xFF01, 0xFF60, 0xFFE6, 0x17000, 0x1F300, 0x1F64F, 0x20000, 0x2A6DF, 0x3FFFD} {
		require.True(t, wide(r), "%U", r)
	}
	for _, r := range []rune{'a', 0xE9, 0x3B1, 0x416, 0x5D0, 0x627, 0xE01, 0x1160, 0x303F, 0xFF61, 0xFFDC, 0xA4D0, 0x10000} {
		require.False(t, wide(r), "%U", r)
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		text string
		em   Length // thousandths
		want string
	}{
		{"", 0, ""},
		{"汉字", 2000, "汉字"},
		{"汉字汉字", 3999, "汉字…"},
		{"汉字汉字", 1999, ""},
		{"汉字", 1000, ""},
		{"abc def", 2900, "abc…"}, // not "abc …"
		{"e\u0301e\u0301e\u0301", 1700, "e\u0301…"},
		{"🇨🇳🇨🇳🇨🇳", 4000, "🇨🇳…"},
		{"👍🏽👍🏽👍🏽", 4000, "👍🏽…"},
	} {
		require.Equal(t, c.want, Fit(c.text, 1000, c.em), "%q in %d", c.text, c.em)
	}
}

func TestCluster(t *testing.T) {
	for text, want := range map[string][]string{
		"abc":            {"a", "b", "c"},
		"e\u0301x":       {"e\u0301", "x"},
		"汉\uFE0E字":       {"汉\uFE0E", "字"},
		"👩‍👩‍👧‍👦!":       {"👩‍👩‍👧‍👦", "!"},
		"🇨🇳🇩🇪🇫":          {"🇨🇳", "🇩🇪", "🇫"},
		"👍🏽a":            {"👍🏽", "a"},
		"\xff\xfe":       {"\xff", "\xfe"},
		"नि":             {"नि"},
		"1\uFE0F\u20E32": {"1\uFE0F\u20E3", "2"},
	} {
		var got []string
		for rest := text; rest != ""; {
			n := Cluster(rest)
			got, rest = append(got, rest[:n]), rest[n:]
		}
		require.Equal(t, want, got, "%q", text)
	}
	require.Zero(t, Cluster(""))
}

func FuzzFit(f *testing.F) {
	for _, s := range []string{"", "plain text", "汉字与 Latin 混排", "👩‍👩‍👧‍👦🇨🇳👍🏽", "e\u0301\u0301\u0301", "\xff\xfe\x00", "  a  "} {
		f.Add(s, int64(5000))
		f.Add(s, int64(100))
	}
	f.Fuzz(func(t *testing.T, text string, room int64) {
		width := Length(room % 1_000_000)
		got := Fit(text, Px(12), width)
		if got == text {
			require.True(t, text == "" || Width(text, Px(12)) <= width)
			return
		}
		require.Greater(t, Width(text, Px(12)), width)
		if got == "" {
			return
		}
		require.LessOrEqual(t, Width(got, Px(12)), width)
		kept, ok := strings.CutSuffix(got, "…")
		require.True(t, ok)
		require.True(t, strings.HasPrefix(text, kept))
		// The cut is between characters.
		at := 0
		for at < len(kept) {
			at += Cluster(text[at:])
		}
		require.Equal(t, len(kept), at)
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(got))
		}
	})
}

func BenchmarkFit(b *testing.B) {
	text := strings.Repeat("与重点客户 key account ", 5)
	b.ReportAllocs()
	for b.Loop() {
		Fit(text, Px(12), Px(200))
	}
}
