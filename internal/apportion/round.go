package apportion

// roundTable rounds a table of multiples of 2^-shift, whose rows and columns
// add up to whole numbers, so that the sums stay: digit by digit from the
// lowest, the cells that have it are paired along each row (first and second,
// third and fourth, …) and along each column, and one of each pair goes up by
// the digit, the other down. The pairs form cycles, in which ups and downs
// alternate; a cycle has two ways to do so, and the one is taken in which its
// first cell in reading order goes up. A running total contains at most one cell
// without its partner, so each digit moves it by no more than itself, and all
// together by less than 1. (Doerr, Friedrich, Klein, Osbild 2006; Fact 1 there.)
//
// A digit takes one pass: a row is settled for the digit before and at once
// paired for the next. It takes about 2 + ½ words a cell.
func roundTable(fitted []int64, rows, cols int, shift uint, m *meter) ([]int64, error) {
	out := make([]int64, len(fitted))
	if shift == 0 {
		copy(out, fitted)
		return out, nil
	}
	frac := make([]uint32, len(fitted))
	mask := int64(1)<<shift - 1
	for i, q := range fitted {
		out[i] = q >> shift
		frac[i] = uint32(q & mask)
	}
	link := newLinker(cols)
	idx := make([]int32, cols+1)
	for digit := range shift + 1 {
		for i := range rows {
			row := frac[i*cols : (i+1)*cols]
			if digit > 0 {
				link.settle(row, idx, digit-1)
			}
			if digit < shift {
				link.pair(row, idx, digit)
			}
			if err := m.spend(cols); err != nil {
				return nil, err
			}
		}
		link.turn()
	}
	for i, x := range frac {
		out[i] += int64(x >> shift)
	}
	return out, nil
}

// linker joins the row pairs of a digit to paths and cycles. Reading row by
// row, each path so far has two open ends: cells whose partner in the column
// hasn't come yet.
type linker struct {
	ends []end // by column

	// A direction is a path's number, doubled, plus 1 for the opposite of the
	// path's own. parent gives each path's direction in terms of an earlier
	// path that it was joined to, or of itself.
	parent []int32

	pairs []int32 // the present digit's pairs: the direction of the first cell

	// The digit before, settled: its pairs in the same order, and by path
	// whether it starts downwards.
	before []int32
	next   int
	down   []uint8
}

// end is the open end of a path in a column.
type end struct {
	dir   int32 // the direction of its cell, or -1 if the column has none
	other int32 // the column of the path's other end
}

func newLinker(cols int) *linker {
	l := &linker{ends: make([]end, cols)}
	for j := range l.ends {
		l.ends[j].dir = -1
	}
	return l
}

// marked lists the cells of a row that have the digit. There is an even number
// of them, as the row adds up to a multiple of the next digit.
func marked(row []uint32, idx []int32, digit uint) int {
	n := 0
	for j, x := range row {
		idx[n] = int32(j)
		n += int(x >> (digit & 31) & 1)
	}
	return n
}

// pair pairs the cells of a row that have the digit, and links the pairs to
// those above.
func (l *linker) pair(row []uint32, idx []int32, digit uint) {
	n := marked(row, idx, digit)
	for p := 0; p+1 < n; p += 2 {
		a, b := idx[p], idx[p+1]
		ea, eb := l.ends[a], l.ends[b]
		dir := ea.dir ^ 1
		switch {
		case ea.dir >= 0 && eb.dir < 0:
			l.ends[a].dir = -1
			l.ends[b] = end{ea.dir, ea.other}
			l.ends[ea.other].other = b
		case ea.dir < 0 && eb.dir >= 0:
			dir = eb.dir
			l.ends[b].dir = -1
			l.ends[a] = end{eb.dir, eb.other}
			l.ends[eb.other].other = a
		case ea.dir < 0:
			dir = int32(len(l.parent)) << 1
			l.parent = append(l.parent, dir)
			l.ends[a] = end{dir, b}
			l.ends[b] = end{dir | 1, a}
		default:
			l.ends[a].dir, l.ends[b].dir = -1, -1
			if ea.other != b {
				l.join(ea, eb)
			}
		}
		l.pairs = append(l.pairs, dir)
	}
}

// join makes one path of two whose ends get partners that are a pair: each is
// opposite to its partner, and the partners to each other, so the ends are
// opposite too. The later path is told in terms of the earlier.
func (l *linker) join(ea, eb end) {
	early, late := ea, eb
	if early.dir > late.dir {
		early, late = late, early
	}
	turn := (early.dir ^ late.dir ^ 1) & 1
	root := early.dir &^ 1
	l.parent[late.dir>>1] = root | turn
	far := &l.ends[late.other]
	far.dir = root | (far.dir&1 ^ turn)
	far.other = early.other
	l.ends[early.other].other = late.other
}

// turn ends a digit: the paths' directions become known, in the order in which
// they came up.
func (l *linker) turn() {
	l.down = l.down[:0]
	for k, p := range l.parent {
		d := uint8(0)
		if int(p>>1) != k {
			d = l.down[p>>1] ^ uint8(p&1)
		}
		l.down = append(l.down, d)
	}
	l.parent = l.parent[:0]
	l.before, l.pairs = l.pairs, l.before[:0]
	l.next = 0
}

// settle moves the paired cells of a row by the digit.
func (l *linker) settle(row []uint32, idx []int32, digit uint) {
	n := marked(row, idx, digit)
	unit := uint32(1) << digit
	for p := 0; p+1 < n; p += 2 {
		dir := l.before[l.next]
		l.next++
		minus := -uint32(l.down[dir>>1] ^ uint8(dir&1))
		d := (unit ^ minus) - minus
		row[idx[p]] += d
		row[idx[p+1]] -= d
	}
}
