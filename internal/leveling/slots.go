package leveling

// Slots lays out time as one word per unit and packs the free capacities of four
// resources into its 15-bit lanes, so that one subtraction compares all four
// (SWAR). It is for plain models whose durations are short in units of their
// greatest common divisor, like the published instances.
type slots struct {
	n     int
	words int
	size  int // slots of a word's lane

	dur     []int32
	release []int32
	arcs    []arc
	arcAt   []int32
	packs   []pack
	packAt  []int32

	capacity []uint64 // by word, then by slot
	free     []uint64
	dirty    int // slots from here on are as in capacity
	start    []int32
	now      present
}

// An arc keeps the start of its owner at least gap after the start of from.
type arc struct{ from, gap int32 }

// A pack is a need in one word.
type pack struct {
	word int32
	need uint64
}

const (
	lanes    = 4
	laneBits = 16
	laneMax  = 1<<(laneBits-1) - 1
	guards   = 0x8000800080008000

	maxSlots    = 1 << 19 // of all words together
	maxMeanSpan = 64      // units of duration, on average
)

// newSlots returns nil for a model that slots are not made for.
func newSlots(m *model) *slots {
	if !m.plain || m.n == 0 {
		return nil
	}
	size := m.slotSpan()
	lane, scale, used := m.lanes()
	words := (used + lanes - 1) / lanes
	if size < 0 || lane == nil || int64(max(words, 1))*size > maxSlots {
		return nil
	}
	s := &slots{n: m.n, words: max(words, 1), size: int(size)}
	s.dur = make([]int32, m.n)
	s.release = make([]int32, m.n)
	s.arcAt = make([]int32, m.n+1)
	s.packAt = make([]int32, m.n+1)
	s.start = make([]int32, m.n)
	for j := range m.n {
		s.dur[j], s.release[j] = int32(m.dur[j]), int32(m.release[j])
		for _, e := range m.pred.of(int32(j)) {
			// A lead beyond the beginning binds nothing.
			s.arcs = append(s.arcs, arc{e.other, int32(max(m.gap(int32(j), &e), -maxSlots))})
		}
		s.arcAt[j+1] = int32(len(s.arcs))
		s.addPacks(m.demand[j], lane, scale)
		s.packAt[j+1] = int32(len(s.packs))
	}
	s.fill(m, lane, scale)
	return s
}

// gap returns the distance of starts that a link of a plain model asks for.
func (m *model) gap(j int32, e *end) int64 {
	return m.bound(j, e, 0, m.dur[e.other])
}

// slotSpan returns how many units any schedule can take, or -1 if that is too
// much for slots: every activity begins when another one ends, a lag after that,
// at its release or with a step of capacity.
func (m *model) slotSpan() int64 {
	var sum, last int64
	for j := range int32(m.n) {
		step := m.dur[j]
		for _, e := range m.pred.of(j) {
			step = max(step, m.dur[j]+m.gap(j, &e)-m.dur[e.other])
		}
		sum = min(sum+step, never)
		last = max(last, m.release[j])
	}
	if sum > maxMeanSpan*int64(m.n) {
		return -1
	}
	for r := range m.capacity {
		c := &m.capacity[r]
		last = max(last, c.at[len(c.at)-1])
	}
	if sum+last > maxSlots {
		return -1
	}
	return sum + last + 1
}

// lanes numbers the resources that somebody needs and returns the divisor of
// their amounts; nil if amounts are too large or something may never fit.
func (m *model) lanes() (lane []int, scale []int64, used int) {
	lane = make([]int, len(m.capacity))
	scale = make([]int64, len(m.capacity))
	total := make([]int64, len(m.capacity))
	most := make([]int64, len(m.capacity))
	for _, needs := range m.demand {
		for _, d := range needs {
			r := d.resource
			scale[r] = gcd(scale[r], d.amount)
			total[r] = min(total[r]+d.amount, never)
			most[r] = max(most[r], d.amount)
		}
	}
	for r := range lane {
		lane[r] = -1
		if total[r] == 0 {
			continue
		}
		c := &m.capacity[r]
		if c.free[len(c.free)-1] < most[r] || min(total[r], c.highest())/scale[r] > laneMax {
			return nil, nil, 0
		}
		lane[r] = used
		used++
	}
	return lane, scale, used
}

func (s *slots) addPacks(needs []need, lane []int, scale []int64) {
	first := len(s.packs)
	for _, d := range needs {
		k := lane[d.resource]
		word, bits := int32(k/lanes), uint64(d.amount/scale[d.resource])<<(k%lanes*laneBits)
		if last := len(s.packs) - 1; last >= first && s.packs[last].word == word {
			s.packs[last].need |= bits
			continue
		}
		s.packs = append(s.packs, pack{word, bits})
	}
}

func (s *slots) fill(m *model, lane []int, scale []int64) {
	s.capacity = make([]uint64, s.words*s.size)
	for i := range s.capacity {
		s.capacity[i] = guards
	}
	for r, k := range lane {
		if k < 0 {
			continue
		}
		c := &m.capacity[r]
		row := s.capacity[k/lanes*s.size:][:s.size]
		for i := range c.at {
			value := min(c.free[i]/scale[r], laneMax)
			from, until := max(c.at[i], 0), min(c.until(i), int64(s.size))
			for t := from; t < until; t++ {
				row[t] |= uint64(value) << (k % lanes * laneBits)
			}
		}
	}
	s.free = make([]uint64, len(s.capacity))
	copy(s.free, s.capacity)
}

func (s *slots) reset() {
	for w := range s.words {
		at := w * s.size
		copy(s.free[at:at+s.dirty], s.capacity[at:at+s.dirty])
	}
	s.dirty = 0
}

func (s *slots) run(order []int32, start, finish []int64) int {
	s.reset()
	begun := s.start
	dirty := 0
	for _, j := range order {
		t := s.release[j]
		for _, a := range s.arcs[s.arcAt[j]:s.arcAt[j+1]] {
			t = max(t, begun[a.from]+a.gap)
		}
		dur := int(s.dur[j])
		at := int(t)
		if dur > 0 {
			if s.words == 1 && s.packAt[j] < s.packAt[j+1] {
				at = s.put(s.packs[s.packAt[j]].need, at, dur)
			} else {
				at = s.fitAll(j, at)
				s.take(j, at)
			}
			dirty = max(dirty, at+dur)
		}
		begun[j] = int32(at)
		start[j], finish[j] = int64(at), int64(at+dur)
	}
	s.dirty = dirty
	return 0
}

// put finds the earliest window of dur slots from t on that have need free, and
// takes it. It looks at a window from its end, so that a conflict skips all of
// the window up to it.
func (s *slots) put(need uint64, t, dur int) int {
	free := s.free
	low := t // slots from t up to low are known to be free
	for {
		k := t + dur - 1
		for k >= low && (free[k]-need)&guards == guards {
			k--
		}
		if k < low {
			break
		}
		low, t = t+dur, k+1
	}
	window := free[t : t+dur]
	for i := range window {
		window[i] -= need
	}
	return t
}

// fitAll is put's search over several words.
func (s *slots) fitAll(j int32, t int) int {
	dur := int(s.dur[j])
	packs := s.packs[s.packAt[j]:s.packAt[j+1]]
	for moved := true; moved; {
		moved = false
		for _, p := range packs {
			free := s.free[int(p.word)*s.size:][:s.size]
			low := t
			for {
				k := t + dur - 1
				for k >= low && (free[k]-p.need)&guards == guards {
					k--
				}
				if k < low {
					break
				}
				low, t, moved = t+dur, k+1, len(packs) > 1
			}
		}
	}
	return t
}

func (s *slots) take(j int32, t int) {
	for _, p := range s.packs[s.packAt[j]:s.packAt[j+1]] {
		window := s.free[int(p.word)*s.size+t:][:s.dur[j]]
		for i := range window {
			window[i] -= p.need
		}
	}
}

func (s *slots) fit(j int32, t int64) (int64, int) {
	if s.dur[j] == 0 {
		return t, 0
	}
	return int64(s.fitAll(j, int(t))), 0
}

func (s *slots) place(j int32, t int64) int64 {
	end := t + int64(s.dur[j])
	if s.dur[j] > 0 {
		s.take(j, int(t))
		s.dirty = max(s.dirty, int(end))
	}
	return end
}
