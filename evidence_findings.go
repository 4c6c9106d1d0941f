package salesplan

import (
	"slices"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A finder turns what a gatherer counted into findings.
type finder struct {
	*gatherer
	out       []diag.Finding
	tolerance decimal.Decimal
	totals    []decimal.Decimal             // by metric: all that is booked
	lost      []map[lostKey]decimal.Decimal // by metric: booked on no unit
}

// A lostKey is an axis and a code that is no unit's.
type lostKey struct {
	axis int
	code int32
}

// findings returns all findings, always in the same order.
func (g *gatherer) findings() []diag.Finding {
	f := &finder{gatherer: g, tolerance: decimal.New(1, -2)}
	if t := g.plan.Tolerance; t.Valid && checkAmount(t.Decimal) {
		f.tolerance = t.Decimal
	}
	f.addUp()
	f.faultGroups()
	f.refused()
	for a := range f.axes {
		f.strangers(a)
		f.unassigned(a)
	}
	f.stagesAndMetrics()
	f.missing()
	f.repeated()
	f.sources()
	return f.out
}

// addUp sums what is booked by what is lost.
func (f *finder) addUp() {
	f.totals = make([]decimal.Decimal, len(f.booked))
	for m, booked := range f.booked {
		lost := map[lostKey]decimal.Decimal{}
		for key, amount := range booked {
			f.totals[m] = f.totals[m].Add(amount)
			for a, c := range f.tuples.list[key.tuple] {
				if !isUnit(c) && f.axes[a].field != "" {
					lost[lostKey{a, c}] = lost[lostKey{a, c}].Add(amount)
				}
			}
		}
		f.lost = append(f.lost, lost)
	}
}

func (f *finder) add(severity diag.Severity, code diag.Code, kind, id string, advice []diag.Advice, args ...diag.Arg) {
	args = slices.DeleteFunc(args, func(a diag.Arg) bool { return a.Text == "" })
	f.out = append(f.out, diag.Finding{Severity: severity, Code: code, Subject: diag.Subject{Kind: kind, ID: diag.Clip(id)}, Args: args, Advice: advice})
}

// share returns |part| ÷ |whole| with four digits, 1 for anything of nothing.
func share(part, whole decimal.Decimal) decimal.Decimal {
	switch {
	case part.IsZero():
		return decimal.Decimal{}
	case whole.IsZero():
		return decimal.New(1, 0)
	}
	return part.Abs().DivRound(whole.Abs(), 4)
}

// isAbove reports whether part is more than the plan's tolerance of whole.
func (f *finder) isAbove(part, whole decimal.Decimal) bool {
	return part.Abs().GreaterThan(whole.Abs().Mul(f.tolerance))
}

func (f *finder) severity(above bool) diag.Severity {
	if above {
		return diag.Error
	}
	return diag.Warning
}

// worst returns the metric of which to tell how much is lost, that share, and
// whether it is above the tolerance for any metric; -1 where nothing is. Money
// tells more than numbers, then a larger share more than a smaller one.
func (f *finder) worst(key lostKey) (metric int, part decimal.Decimal, above bool) {
	metric = -1
	money := func(m int) bool { return m >= 0 && f.plan.Metrics[m].Counts == CountsWonAmount }
	for m := range f.lost {
		amount := f.lost[m][key]
		if amount.IsZero() {
			continue
		}
		s := share(amount, f.totals[m])
		if metric < 0 || money(m) && !money(metric) || money(m) == money(metric) && s.GreaterThan(part) {
			metric, part = m, s
		}
		above = above || f.isAbove(amount, f.totals[m])
	}
	return metric, part, above
}

// amounts are the arguments that say how much of a metric is concerned.
func (f *finder) amounts(key lostKey) (args []diag.Arg, above bool) {
	m, part, above := f.worst(key)
	if m < 0 {
		return nil, false
	}
	return []diag.Arg{
		diag.Amount("amount", f.lost[m][key].String()), diag.Name("metric", f.plan.Metrics[m].ID), diag.Share("share", part.String()),
	}, above
}

// strangers finds the spellings that are no unit of an axis.
func (f *finder) strangers(axis int) {
	r := &f.axes[axis]
	var names []string
	for _, u := range r.units {
		names = append(names, u.ID)
		names = append(names, u.Aka...)
		if u.Name != "" {
			names = append(names, u.Name)
		}
	}
	for k, s := range r.spellings {
		code := strangerCode(k)
		seen := f.sights[axis][code]
		if seen == nil {
			continue // only in rows that were corrected
		}
		amounts, above := f.amounts(lostKey{axis, code})
		args := append([]diag.Arg{diag.Name("axis", r.id), diag.Count("count", seen.count), diag.Text("rows", seen.text())}, amounts...)
		what, action, near := diag.Code("unknown-"+string(r.field)), diag.Code("add-unit"), ""
		if s.ambiguous {
			what, action = "ambiguous-name", "tell-apart"
		} else if near = f.unitNear(r, s.text, names); near != "" {
			action = "add-aka"
			args = append(args, diag.Name("near", near))
		}
		advice := []diag.Advice{{Action: action, Args: []diag.Arg{diag.Name("spelling", s.text), diag.Name("axis", r.id), diag.Name("near", near)}}}
		advice[0].Args = slices.DeleteFunc(advice[0].Args, func(a diag.Arg) bool { return a.Text == "" })
		if s.others {
			advice = nil
		}
		f.add(f.severity(above), what, string(r.field), s.text, advice, args...)
	}
}

// unitNear returns the ID of the unit that has a spelling close to text.
func (f *finder) unitNear(r *axisReader, text string, names []string) string {
	near := diag.Nearest(text, names)
	if i, ok := r.index[foldName(near)]; ok && i >= 0 && near != "" {
		return r.units[i].ID
	}
	return ""
}

// unassigned finds what several spellings take away together, where none of
// them does alone: of the metric that loses the largest share.
func (f *finder) unassigned(axis int) {
	worst, lost := -1, decimal.Decimal{}
	for m := range f.lost {
		var sum decimal.Decimal
		alone := false
		for k := range len(f.axes[axis].spellings) + 1 {
			key := lostKey{axis, noUnit - int32(k)}
			if key.code == noUnit && f.allBlank(missOf(f.axes[axis].field)) {
				continue
			}
			amount := f.lost[m][key]
			sum = sum.Add(amount)
			alone = alone || f.isAbove(amount, f.totals[m])
		}
		if alone || sum.IsZero() || !f.isAbove(sum, f.totals[m]) {
			continue
		}
		if worst < 0 || share(sum, f.totals[m]).GreaterThan(share(lost, f.totals[worst])) {
			worst, lost = m, sum
		}
	}
	if worst >= 0 {
		f.add(diag.Error, "unassigned", "axis", f.axes[axis].id, nil, diag.Name("metric", f.plan.Metrics[worst].ID),
			diag.Amount("amount", lost.String()), diag.Share("share", share(lost, f.totals[worst]).String()))
	}
}

// allBlank reports whether no row has the field at all.
func (f *finder) allBlank(kind int) bool {
	missing, rows := 0, 0
	for o := range outcomes {
		if o == isActual && f.axisOf(kind) < 0 {
			continue // actuals have no such field
		}
		missing += f.misses[kind][o].count
		rows += f.seen[o]
	}
	return missing == rows
}

// faultGroups finds rows that could not be read.
func (f *finder) faultGroups() {
	for _, g := range f.groups {
		code := diag.Code("row-fault")
		if g.code == diag.Column || g.code == diag.IO || g.code == diag.TooMany || strings.HasPrefix(g.first.Path, "/mapping") {
			code = "unreadable"
		}
		id := strings.Join(slices.DeleteFunc([]string{g.table, g.column, string(g.code)}, func(s string) bool { return s == "" }), " ")
		f.add(diag.Error, code, "table", id, nil, diag.Text("table", g.table), diag.Text("fault", string(g.code)), diag.Name("column", g.column),
			diag.Count("count", g.rows.count), diag.Text("rows", g.rows.text()), diag.Name("value", g.first.Value), diag.Text("bound", g.first.Bound),
			diag.Name("near", g.first.Near))
	}
}

// refused finds money that could not be converted.
func (f *finder) refused() {
	for _, name := range sortedKeys(f.absent) {
		a := f.absent[name]
		advice := []diag.Advice{{Action: "add-rate", Until: a.first.String(), Args: []diag.Arg{diag.Name("currency", name)}}}
		f.add(diag.Error, "missing-rate", "currency", name, advice,
			diag.Count("count", a.rows.count), diag.Amount("amount", a.amount.String()), diag.Text("rows", a.rows.text()), diag.Date("from", a.first.String()))
	}
}

// stagesAndMetrics finds stages that the mapping and metrics that the plan
// doesn't know.
func (f *finder) stagesAndMetrics() {
	sights := make([]sighting, len(f.unmapped.texts))
	sums := make([]decimal.Decimal, len(sights))
	for i := range f.deals {
		if r := &f.deals[i]; !r.replaced && r.stage >= 0 {
			sights[r.stage].add(r.row)
			if r.amount.Valid {
				sums[r.stage] = sums[r.stage].Add(r.amount.Decimal)
			}
		}
	}
	var known []string
	if m := f.plan.Inputs.Deals; m != nil {
		whole, _ := m.resolve()
		known = sortedKeys(whole.Stages)
	}
	for k, stage := range f.unmapped.texts {
		if sights[k].count == 0 {
			continue
		}
		above := f.isAbove(decimal.NewFromInt(int64(sights[k].count)), decimal.NewFromInt(int64(f.tally.Deals)))
		advice := []diag.Advice{{Action: "map-stage", Args: []diag.Arg{diag.Name("stage", stage)}}}
		args := []diag.Arg{diag.Count("count", sights[k].count), diag.Amount("amount", sums[k].String()), diag.Text("rows", sights[k].text()), diag.Name("near", diag.Nearest(stage, known))}
		f.add(f.severity(above), "unknown-stage", "stage", stage, advice, args...)
	}
	for k, name := range f.metrics.names.texts {
		f.add(diag.Error, "unknown-metric", "metric", name, nil, diag.Count("count", f.metrics.sights[k].count),
			diag.Text("rows", f.metrics.sights[k].text()), diag.Name("near", diag.Nearest(name, metricIDs(f.plan))))
	}
}

// missing finds fields without a value.
func (f *finder) missing() {
	names := [missKinds]diag.Code{"missing-owner", "missing-product", "missing-segment", "missing-customer", "missing-close-date", "missing-amount"}
	rows := [outcomes]string{"open", "won", "lost", "unknown-stage", "actual"}
	for kind, code := range names {
		axis := f.axisOf(kind)
		needed := axis >= 0 || kind == missClose || f.counts(map[int]Counts{missAmount: CountsWonAmount, missCustomer: CountsWonCustomers}[kind])
		if !needed && f.allBlank(kind) {
			continue
		}
		for o := range rows {
			seen := &f.misses[kind][o]
			if seen.count == 0 {
				continue
			}
			args := []diag.Arg{diag.Count("count", seen.count), diag.Text("rows", seen.text())}
			severity := diag.Info
			if needed && (o == isWon || o == isActual) {
				above := o == isWon && (axis < 0 || f.counts(CountsWonCustomers) && kind == missCustomer) &&
					f.isAbove(decimal.NewFromInt(int64(seen.count)), decimal.NewFromInt(int64(f.tally.Won)))
				if axis >= 0 {
					amounts, lost := f.amounts(lostKey{axis, noUnit})
					args, above = append(args, amounts...), above || lost && !f.allBlank(kind)
				}
				severity = f.severity(above)
			}
			f.add(severity, code, "rows", rows[o], nil, args...)
		}
	}
}

// axisOf returns the axis that reads the field of a kind of miss; -1 for none.
func (f *finder) axisOf(kind int) int {
	for a := range f.axes {
		if f.axes[a].field != "" && missOf(f.axes[a].field) == kind {
			return a
		}
	}
	return -1
}

// counts reports whether a metric counts what.
func (f *finder) counts(what Counts) bool {
	return what != "" && slices.ContainsFunc(f.plan.Metrics, func(m Metric) bool { return m.Counts == what })
}

// repeated finds rows that say what an earlier one said, or correct it.
func (f *finder) repeated() {
	kinds := [2]string{"deal", "actual"}
	for i, kind := range kinds {
		if seen := &f.repeats[i]; seen.count > 0 {
			f.add(diag.Warning, diag.Code("duplicate-"+kind), kind, "", nil, diag.Count("count", seen.count), diag.Text("rows", seen.text()))
		}
		seen := &f.changes[i]
		if seen.count == 0 {
			continue
		}
		args := []diag.Arg{diag.Count("count", seen.count), diag.Text("rows", seen.text())}
		above := false
		if i == 0 && !f.overridden.IsZero() {
			args = append(args, diag.Amount("amount", f.overridden.String()))
			for m := range f.plan.Metrics {
				above = above || f.plan.Metrics[m].Counts == CountsWonAmount && f.isAbove(f.overridden, f.totals[m])
			}
		}
		f.add(f.severity(above), diag.Code("corrected-"+kind), kind, "", nil, args...)
	}
}

// sources finds deals that no metric counts, metrics that are booked twice,
// axes that nothing is read for, and deals outside the days that the mapping
// says the table covers.
func (f *finder) sources() {
	dealt := f.tally.Won+f.tally.Lost+f.tally.Open+f.tally.UnknownStage > 0
	if dealt && !f.counts(CountsWonAmount) && !f.counts(CountsWonDeals) && !f.counts(CountsWonCustomers) {
		f.add(diag.Warning, "uncounted-deals", "deal", "", nil, diag.Count("count", f.tally.Deals))
	}
	for m, metric := range f.plan.Metrics {
		if metric.Counts != "" && f.closed.Overlaps(f.spans[m]) {
			both, _ := f.closed.Intersect(f.spans[m])
			f.add(diag.Warning, "two-sources", "metric", metric.ID, nil, diag.Period("period", both.String()))
		}
	}
	for a := range f.axes {
		if f.axes[a].field == "" && (dealt || f.tally.BookedActuals > 0) {
			f.add(diag.Warning, "unread-axis", "axis", f.axes[a].id, nil)
		}
	}
	if w, ok := f.window(); ok && dealt {
		var outside sighting
		for i := range f.deals {
			if r := &f.deals[i]; !r.replaced && r.outcome == isWon && !r.closed.IsZero() && !w.Contains(r.closed) {
				outside.add(r.row)
			}
		}
		if outside.count > 0 {
			f.add(diag.Warning, "outside-covers", "deal", "", nil, diag.Count("count", outside.count), diag.Text("rows", outside.text()), diag.Period("period", w.String()))
		}
	}
}
