package leveling

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A clock's functions are inverse to each other and agree with counting.
func TestClock_Counts(t *testing.T) {
	const far = 150
	for seed := range uint64(300) {
		c := randomClock(rand.New(rand.NewPCG(seed, 1)))
		p := &Project{Clocks: []Clock{c}}
		require.NoError(t, p.check(), "seed %d", seed)
		k := newClock(c)
		back := k.reversed(100)
		var sum int64
		for x := int64(0); x < far; x++ {
			require.Equal(t, sum, k.at(x), "seed %d at %d", seed, x)
			require.Equal(t, -sum, back.at(100-x))
			if isWorking(p, 1, x) {
				// The unit from x on is number sum+1.
				require.Equal(t, x, k.last(sum), "seed %d last %d", seed, sum)
				require.Equal(t, x+1, k.first(sum+1), "seed %d first %d", seed, sum+1)
				require.Equal(t, 100-x-1, back.last(-sum-1))
				require.Equal(t, 100-x, back.first(-sum))
				// A span may be cut where a cycle ends, but not end in a break.
				for u := x; u < min(k.breakAfter(x), far); u++ {
					require.True(t, isWorking(p, 1, u), "seed %d at %d", seed, u)
				}
				require.Greater(t, k.breakAfter(x), x)
				for u := max(0, 100-back.breakAfter(100-x-1)); u <= x; u++ {
					require.True(t, isWorking(p, 1, u), "seed %d at %d", seed, u)
				}
				require.Greater(t, back.breakAfter(100-x-1), 100-x-1)
				sum++
			}
		}
		require.EqualValues(t, -5, k.at(-5))
		require.EqualValues(t, -5, k.first(-5))
		require.EqualValues(t, -5, k.last(-5))
	}
}

func TestClock_Overruns(t *testing.T) {
	k := newClock(Clock{Spans: []Span{{8, 12}, {13, 17}}})
	assert.False(t, k.overruns(17))
	assert.True(t, k.overruns(18))
	assert.EqualValues(t, 20, k.first(11), "all time after the table is working time")
	assert.Equal(t, int64(never), k.breakAfter(17))
	assert.False(t, newClock(*officeHours()).overruns(1<<40))
}

// A week of office hours, ten years on.
func TestClock_Cycle(t *testing.T) {
	k := newClock(*officeHours())
	assert.EqualValues(t, 520*2400, k.at(520*7*1440))
	assert.EqualValues(t, 520*7*1440+480, k.last(520*2400), "Monday at eight")
	assert.EqualValues(t, 519*7*1440+4*1440+1020, k.first(520*2400), "Friday at five")
}
