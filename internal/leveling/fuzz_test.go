package leveling

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// Any numbers whatever make a project that is refused or scheduled right, in
// little time.
func FuzzSearch(f *testing.F) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 15))
		data := make([]byte, 2*(20+r.IntN(150)))
		for i := range len(data) / 2 {
			binary.LittleEndian.PutUint16(data[2*i:], uint16(r.Uint64N(1<<r.IntN(7))))
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := decoder{data: data}
		p := d.project()
		s, err := Search(context.Background(), p, Options{Schedules: 60})
		if err != nil {
			return
		}
		if !d.large { // the judge looks at every unit of time
			if err := verify(p, s); err != nil {
				t.Fatal(err)
			}
		}
		if s.Excess == 0 && s.Bound > s.Makespan {
			t.Fatal("bound", s.Bound, "above", s.Makespan)
		}
	})
}

// A decoder reads numbers one by one; what is missing is 0. Most are small; one
// in many is any power of two and a bit, of either sign.
type decoder struct {
	data  []byte
	large bool
}

func (d *decoder) next() int64 {
	if len(d.data) < 2 {
		d.data = nil
		return 0
	}
	v := binary.LittleEndian.Uint16(d.data)
	d.data = d.data[2:]
	if v < 0xff00 {
		return int64(v % 50)
	}
	d.large = true
	x := int64(1)<<(v>>1&63) + int64(v>>7&1)
	if v&1 == 1 {
		return -x
	}
	return x
}

func (d *decoder) below(n int) int {
	if n == 0 {
		return 0
	}
	return int(uint64(d.next()) % uint64(n))
}

func (d *decoder) steps() (out []Step) {
	t := int64(0)
	for range d.below(5) {
		t += d.next()
		out = append(out, Step{t, d.next()})
		t++
	}
	return out
}

func (d *decoder) clock() Clock {
	var c Clock
	t := d.next()
	for range d.below(5) {
		s := Span{From: t, Until: t + 1 + d.next()}
		c.Spans = append(c.Spans, s)
		t = s.Until + 1 + d.next()
	}
	if d.below(2) == 1 && len(c.Spans) > 0 {
		c.From = c.Spans[d.below(len(c.Spans))].From
		c.Cycle = t - c.From
	}
	return c
}

func (d *decoder) project() *Project {
	p := &Project{}
	for range d.below(3) {
		p.Clocks = append(p.Clocks, d.clock())
	}
	for range d.below(4) {
		p.Resources = append(p.Resources, Resource{d.steps()})
	}
	for range d.below(3) {
		p.Stocks = append(p.Stocks, Stock{d.steps(), d.below(2) == 1})
	}
	n := 1 + d.below(12)
	for range n {
		a := Activity{Duration: d.next() % 9, Clock: d.below(len(p.Clocks) + 1), Release: d.next(), Due: d.next(), Weight: int64(d.below(3)), Fixed: d.below(6) == 5}
		if a.Fixed {
			a.Start = d.next() - 9
			a.End = a.Start + d.next()
		}
		p.Activities = append(p.Activities, a)
	}
	for range d.below(20) {
		p.Links = append(p.Links, Link{d.below(n), d.below(n + 1), LinkKind(d.below(4)), d.next() - 9, d.below(len(p.Clocks) + 1)})
	}
	for range d.below(20) {
		p.Demands = append(p.Demands, Demand{d.below(n), d.below(len(p.Resources)), d.next() % 9})
	}
	for range d.below(9) {
		p.Draws = append(p.Draws, Draw{d.below(n), d.below(len(p.Stocks)), d.next(), d.below(2) == 1})
	}
	return p
}
