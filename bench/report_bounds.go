package main

import (
	"context"
	"fmt"

	"github.com/salesplan/salesplan"
)

// factor returns how many times longer one contender takes than another.
func factor(best map[string]timing, name, than string) float64 {
	return best[name].ns / best[than].ns
}

func milliseconds(t timing) float64 { return t.ns / 1e6 }

func partsRow(rounds int) (row, error) {
	const n = 100_000
	out := row{work: "`SplitParts`, bounds and locks on seven in ten of 100,000 parts", must: "≤ 4 × the same split without them"}
	contenders, err := partsContenders(n)
	if err != nil {
		return out, err
	}
	best, err := measure(rounds, contenders)
	out.checks = []check{
		{fmt.Sprintf("%.1f ms beside %.1f ms", milliseconds(best[bounded]), milliseconds(best[free])), true},
		atMost(factor(best, bounded, free), 4, "%.2f ×"),
	}
	return out, err
}

func boundedTableRow(rounds int) (row, error) {
	out := row{work: "`SplitTable`, bounds and locks on three cells in ten, 1,000 × 12 and 10,000 × 63",
		must: "≤ 3 × the unbounded one; both margins exact"}
	for _, s := range boundedSizes() {
		req := boundedTableOf(s)
		t, err := salesplan.SplitTable(context.Background(), req)
		if err != nil {
			return out, err
		}
		if err := checkMargins(req, t); err != nil {
			return out, err
		}
		with, without := tableContender(s, req), tableContender(s, tableOf(s))
		with.name, without.name = bounded, free
		best, err := measure(rounds, []contender{without, with})
		if err != nil {
			return out, err
		}
		out.checks = append(out.checks, atMost(factor(best, bounded, free), 3,
			fmt.Sprintf("%s: %.1f ms beside %.1f ms, %%.2f ×", s, milliseconds(best[bounded]), milliseconds(best[free]))))
	}
	return out, nil
}

// noise is by how much two equal pieces of work may differ when measured.
const noise = 1.1

// founderRow also tells of totals that leave founders next to nothing, on which
// plain fitting is as slow; they have no limit.
func founderRow(rounds int) (row, error) {
	out := row{work: "`SplitTable`, founders alone in the first quarter, totals that force their later cells to 0",
		must: "as fast (≤ 1.1 ×) as with totals that force nothing; both margins exact"}
	for _, f := range foundedCases() {
		var contenders []contender
		for _, does := range foundings() {
			req := f.table(does)
			t, err := salesplan.SplitTable(context.Background(), req)
			if err != nil {
				return out, err
			}
			if err := checkMargins(req, t); err != nil {
				return out, err
			}
			contenders = append(contenders, foundedContender(string(does), req))
		}
		best, err := measure(rounds, contenders)
		if err != nil {
			return out, err
		}
		out.checks = append(out.checks,
			atMost(factor(best, string(forced), string(unforced)), noise,
				fmt.Sprintf("%s: %.0f µs beside %.0f µs, %%.2f ×", f.name, best[string(forced)].ns/1e3, best[string(unforced)].ns/1e3)),
			check{fmt.Sprintf("nearly forced %.2f ×", factor(best, string(nearly), string(unforced))), true})
	}
	return out, nil
}

func websterRow(rounds int) (row, error) {
	s := size{1_000, 12}
	out := row{work: "`SplitTable`, biproportional by Webster, 1,000 × 12, 60,000 units", must: "< 100 ms; both margins exact"}
	req := websterTable(s, 60_000)
	t, err := salesplan.SplitTable(context.Background(), req)
	if err != nil {
		return out, err
	}
	if err := checkMargins(req, t); err != nil {
		return out, err
	}
	best, err := measure(rounds, []contender{tableContender(s, req)})
	out.checks = []check{atMost(milliseconds(best[s.String()]), 100, "%.1f ms")}
	return out, err
}

func boundedCascadeRow(rounds int) (row, error) {
	out := row{work: "`Cascade`, a bound on each of 1,000 reps × 12 months", must: noLimit}
	req, err := boundedMonthly(team())
	if err != nil {
		return out, err
	}
	with, without := cascadeContender(1, req), cascadeContender(1, monthly(team()))
	with.name, without.name = bounded, free
	best, err := measure(rounds, []contender{without, with})
	out.checks = []check{{fmt.Sprintf("%.1f ms beside %.1f ms, %.1f ×", milliseconds(best[bounded]), milliseconds(best[free]), factor(best, bounded, free)), true}}
	return out, err
}

func decodeRow(rounds int) (row, error) {
	const some, many = 10_000, 100_000
	out := row{work: "`Decode` with validation, 10,000 and 100,000 units", must: "< 100 ms; < 1.5 s; ≤ 4 KiB allocated a unit"}
	best, err := measure(rounds, []contender{
		decodeContender("some", planText(some, "all")),
		decodeContender("many", planText(many, "all")),
	})
	out.checks = []check{
		atMost(milliseconds(best["some"]), 100, "%.1f ms"),
		atMost(milliseconds(best["many"]), 1_500, "%.1f ms"),
		atMost(float64(best["some"].bytes)/some, 4<<10, "%.0f"),
		atMost(float64(best["many"].bytes)/many, 4<<10, "%.0f bytes a unit"),
	}
	return out, err
}

func danglingRow(rounds int) (row, error) {
	const n = 100_000
	out := row{work: "`Decode`, 100,000 references that lead nowhere", must: "≤ 3 × as many good ones"}
	best, err := measure(rounds, []contender{
		decodeContender("good", planText(n, "all")),
		refusedContender("dangling", planText(n, "nowhere")),
	})
	out.checks = []check{atMost(factor(best, "dangling", "good"), 3, "%.2f ×")}
	return out, err
}
