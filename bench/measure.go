package main

import (
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"
)

// A timing is the best of several runs of a benchmark: what the work takes
// when nothing else disturbs it.
type timing struct {
	ns     float64 // a call
	allocs int64   // a call
	bytes  int64   // allocated a call
}

// enough is how long a contender may take in all before it is left out of
// further rounds; the slow ones are steady.
const enough = 4 * time.Second

// measure runs each contender as a benchmark, all of them in turn and that
// several times over, so that a busy moment of the machine hits everybody.
func measure(rounds int, contenders []contender) (map[string]timing, error) {
	best := map[string]timing{}
	spent := map[string]time.Duration{}
	for range rounds {
		for _, c := range contenders {
			if spent[c.name] > enough {
				continue
			}
			setCalls(c.calls)
			var failed error
			r := testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				failed = repeat(b, c.run)
			})
			if failed != nil {
				return nil, fmt.Errorf("%s: %w", c.name, failed)
			}
			spent[c.name] += r.T
			t := timing{float64(r.T.Nanoseconds()) / float64(r.N), r.AllocsPerOp(), r.AllocedBytesPerOp()}
			if old, ok := best[c.name]; ok {
				t = timing{min(t.ns, old.ns), min(t.allocs, old.allocs), min(t.bytes, old.bytes)}
			}
			best[c.name] = t
		}
	}
	return best, nil
}

func repeat(b *testing.B, run func() error) error {
	for b.Loop() {
		if err := run(); err != nil {
			return err
		}
	}
	return nil
}

// setCalls says how many calls make a benchmark, in a program that is no test.
func setCalls(n int) {
	if flag.Lookup("test.benchtime") == nil {
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
	_ = flag.Set("test.benchtime", strconv.Itoa(n)+"x")
}
