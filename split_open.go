package salesplan

// openCells are the cells of a table that may carry what locks off the step
// leave of whole steps.
type openCells struct {
	rows, cols int
	free       func(i, j int) bool // a cell is one of them
	needs      func(i int) bool    // a row's locks have a rest
}

// columns lists the columns in the order in which they are tried: those first
// that are open in every row with a rest.
func (o openCells) columns() []int {
	whole, rest := []int{}, []int{}
	for j := range o.cols {
		open := true
		for i := range o.rows {
			open = open && (!o.needs(i) || o.free(i, j))
		}
		if open {
			whole = append(whole, j)
		} else {
			rest = append(rest, j)
		}
	}
	return append(whole, rest...)
}

// trees walks the open cells breadth first, from column root and then from
// what that doesn't reach; rows with a rest come before others. Nodes are the
// rows, then the columns; up is the node from which one was reached, -1 for the
// first of a tree.
func (o openCells) trees(root int) (up, order []int) {
	rows, cols := o.rows, o.cols
	up = make([]int, rows+cols)
	seen := make([]bool, rows+cols)
	starts := []int{rows + root}
	for j := range cols {
		starts = append(starts, rows+j)
	}
	for i := range rows {
		starts = append(starts, i)
	}
	byNeed := make([]int, 0, rows)
	for _, needs := range []bool{true, false} {
		for i := range rows {
			if o.needs(i) == needs {
				byNeed = append(byNeed, i)
			}
		}
	}
	reach := func(v, from int) {
		if !seen[v] {
			seen[v], up[v] = true, from
			order = append(order, v)
		}
	}
	for _, s := range starts {
		head := len(order)
		reach(s, -1)
		for ; head < len(order); head++ {
			v := order[head]
			if v < rows {
				for j := range cols {
					if !seen[rows+j] && o.free(v, j) {
						reach(rows+j, v)
					}
				}
				continue
			}
			for _, i := range byNeed {
				if !seen[i] && o.free(i, v-rows) {
					reach(i, v)
				}
			}
		}
	}
	return up, order
}
