package calendar

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func TestParseDuration(t *testing.T) {
	for _, c := range []struct {
		text, canonical string
		minutes         int64
		elapsed         bool
	}{
		{"3d", "3d", 1440, false},
		{"2w", "2w", 4800, false},
		{"4h30m", "4h30m", 270, false},
		{"90m", "1h30m", 90, false},
		{"10d", "2w", 4800, false},
		{"11d", "11d", 5280, false},
		{"1w1d", "6d", 2880, false},
		{"1w2d3h4m", "7d3h4m", 3544, false},
		{"8h", "1d", 480, false},
		{"0d", "0d", 0, false},
		{"-0m", "0d", 0, false},
		{"-1d", "-1d", -480, false},
		{"-1d4h", "-1d4h", -720, false},
		{"3ed", "3ed", 4320, true},
		{"1ew", "1ew", 10080, true},
		{"36eh", "1ed12eh", 2160, true},
		{"1ed30em", "1ed30em", 1470, true},
		{"0em", "0ed", 0, true},
		{"-2eh", "-2eh", -120, true},
		{"007d", "7d", 3360, false},
	} {
		d, err := ParseDuration(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, Duration{c.minutes, c.elapsed}, d, c.text)
		assert.Equal(t, c.canonical, d.String(), c.text)
	}
	for text, code := range map[string]diag.Code{
		"": diag.Syntax, "-": diag.Syntax, "3": diag.Syntax, "d": diag.Syntax, "3x": diag.Syntax, "3 d": diag.Syntax,
		"+3d": diag.Syntax, "--3d": diag.Syntax, "1.5d": diag.Syntax, "3D": diag.Syntax, "3d4": diag.Syntax, "3e": diag.Syntax,
		"30m4h": diag.Syntax, "1d1d": diag.Syntax, "1d2eh": diag.Syntax, "1ed2h": diag.Syntax, "1h-30m": diag.Syntax, "３d": diag.Syntax,
		"99999999999999999999999d":      diag.OutOfRange,
		"9223372036854775807m":          diag.OutOfRange,
		"3652060ed":                     diag.OutOfRange,
		"3652059ed1em":                  diag.OutOfRange,
		"-99999999999999999999999d":     diag.OutOfRange,
		"99999999999999999999999dx":     diag.Syntax,
		"1w99999999999999999999999d1h1": diag.Syntax,
	} {
		d, err := ParseDuration(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, "/duration", faultOf(t, err).Path)
		assert.Zero(t, d)
	}
}

func TestDurationRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	check := func(d Duration) {
		text, err := d.MarshalText()
		require.NoError(t, err)
		var got Duration
		require.NoError(t, got.UnmarshalText(text))
		require.Equal(t, d, got, "%s", text)
	}
	for range 50000 {
		n := rng.Int64N(2*maxMinutes+1) - maxMinutes
		check(Duration{n, rng.IntN(2) == 0})
		check(Duration{n % 20000, rng.IntN(2) == 0})
	}
	check(Duration{maxMinutes, true})
	check(Duration{-maxMinutes, false})
	for _, n := range []int64{maxMinutes + 1, -maxMinutes - 1, -1 << 63, 1<<63 - 1} {
		_, err := Duration{n, false}.MarshalText()
		assert.ErrorIs(t, err, diag.OutOfRange)
	}
	assert.Equal(t, "-19215358410114116d2h8m", Duration{Minutes: -1 << 63}.String())
}
