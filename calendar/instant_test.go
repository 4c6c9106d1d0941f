package calendar

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func instant(t testing.TB, s string) Instant {
	t.Helper()
	i, err := ParseInstant(s)
	require.NoError(t, err)
	return i
}

func TestParseInstant(t *testing.T) {
	i := instant(t, "2027-03-01T08:05")
	assert.Equal(t, On(2027, 3, 1), i.Date())
	assert.Equal(t, 485, i.Minute())
	assert.Equal(t, "2027-03-01T08:05", i.String())
	for text, code := range map[string]diag.Code{
		"":                     diag.Syntax,
		"2027-03-01":           diag.Syntax,
		"2027-03-01 08:00":     diag.Syntax,
		"2027-03-01t08:00":     diag.Syntax,
		"2027-03-01T8:00":      diag.Syntax,
		"2027-03-01T08.00":     diag.Syntax,
		"2027-03-01T08:00:00":  diag.Syntax,
		"2027-03-01T08:00Z":    diag.Syntax,
		"2027-3-001T08:00":     diag.Syntax,
		"2027-03-01T-8:00":     diag.Syntax,
		"2027-03-01T24:00":     diag.OutOfRange,
		"2027-03-01T08:60":     diag.OutOfRange,
		"2027-02-29T08:00":     diag.OutOfRange,
		"2024-02-29T10:00+25:": diag.Syntax,
	} {
		got, err := ParseInstant(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, "/instant", faultOf(t, err).Path)
		assert.True(t, got.IsZero())
	}
}

func TestInstantAgainstTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		d := Date{1 + rng.Int32N(lastDay)}
		i := At(d, rng.IntN(minutesPerDay))
		n := rng.Int64N(2*maxMinutes) - maxMinutes
		if rng.IntN(2) == 0 {
			n %= 1 << 20
		}
		want := d.Time().Add(time.Duration(i.Minute()) * time.Minute)
		want = want.AddDate(0, 0, int(n/minutesPerDay)).Add(time.Duration(n%minutesPerDay) * time.Minute)
		got := i.AddMinutes(n)
		if y := want.Year(); y < MinYear || y > MaxYear {
			require.True(t, got.IsZero(), "%v + %d", i, n)
			continue
		}
		require.Equal(t, want.Format("2006-01-02T15:04"), got.String(), "%v + %d", i, n)
		require.Equal(t, n, got.Sub(i))
		require.Equal(t, -n, i.Sub(got))
		require.Equal(t, got.Sub(i) > 0, got.After(i))
		require.Equal(t, got.Sub(i) < 0, got.Before(i))
		require.Equal(t, got.Compare(i), -i.Compare(got))
	}
}

func TestInstantLimits(t *testing.T) {
	d := On(2026, 1, 1)
	assert.True(t, At(d, -1).IsZero())
	assert.True(t, At(d, 1440).IsZero())
	assert.True(t, At(Date{}, 0).IsZero())
	assert.False(t, At(d, 0).IsZero(), "midnight is set")
	first, last := At(On(1, 1, 1), 0), At(On(9999, 12, 31), 1439)
	for _, n := range []int64{1, maxMinutes, 1 << 40, 1<<63 - 1} {
		assert.True(t, last.AddMinutes(n).IsZero())
		assert.True(t, first.AddMinutes(-n).IsZero())
	}
	assert.Equal(t, last, first.AddMinutes(maxMinutes-1))
	assert.True(t, Instant{}.AddMinutes(5).IsZero())
	assert.Zero(t, Instant{}.Sub(last))
	assert.Empty(t, Instant{}.String())
	assert.Zero(t, last.Compare(last))
}
