package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// Bounds that hold nothing would cost nothing: about half of them must hold.
func TestBoundedParts(t *testing.T) {
	const n = 1_000
	parts, err := boundedParts(n)
	require.NoError(t, err)
	shares, err := salesplan.SplitParts(totalAmount(), parts, salesplan.SplitOptions{Step: cent()})
	require.NoError(t, err)
	held, sum := map[salesplan.HeldBy]int{}, decimal.Zero
	for _, s := range shares {
		held[s.Bound]++
		sum = sum.Add(s.Amount)
	}
	require.True(t, sum.Equal(totalAmount()))
	require.Equal(t, n/10, held[salesplan.HeldByLock])
	require.Greater(t, held[salesplan.HeldByMin], n/10)
	require.Greater(t, held[salesplan.HeldByMax], n/10)
}

func TestBoundedTableOf(t *testing.T) {
	s := size{200, 12}
	req := boundedTableOf(s)
	table, err := salesplan.SplitTable(context.Background(), req)
	require.NoError(t, err)
	require.NoError(t, checkMargins(req, table))
	held := map[salesplan.HeldBy]int{}
	for i := range s.rows {
		for j := range s.columns {
			held[table.Explain(i, j).Bound]++
		}
	}
	require.Greater(t, held[salesplan.HeldByLock], s.cells()/20)
	require.Greater(t, held[salesplan.HeldByMin], s.cells()/50)
	require.Greater(t, held[salesplan.HeldByMax], s.cells()/50)
}

func TestFounded(t *testing.T) {
	for _, f := range append(foundedCases(), foundedCase{"5 of 20", func(does founding) salesplan.TableRequest { return foundedTable(5, 20, does) }}) {
		seed := f.table(unforced).Seed
		for _, does := range foundings() {
			req := f.table(does)
			require.Equal(t, seed, req.Seed, f.name)
			table, err := salesplan.SplitTable(context.Background(), req)
			require.NoError(t, err)
			require.NoError(t, checkMargins(req, table))
			require.True(t, table.Converged())
			last := len(req.Columns) - 1
			require.Equal(t, does == forced, table.Explain(0, last).Forced, "%s, %s", f.name, does)
			if does == forced {
				require.True(t, table.Amount(0, last).IsZero())
			}
		}
	}
}

func TestWebsterTable(t *testing.T) {
	req := websterTable(size{50, 12}, 3_000)
	table, err := salesplan.SplitTable(context.Background(), req)
	require.NoError(t, err)
	require.NoError(t, checkMargins(req, table))
	require.True(t, decimal.Sum(req.Rows[0], req.Rows[1:]...).Equal(decimal.NewFromInt(3_000)))
}

func TestBoundedMonthly(t *testing.T) {
	c := company{people: 40, perTeam: 10, perRegion: 2}
	req, err := boundedMonthly(c)
	require.NoError(t, err)
	require.Len(t, req.Goal.Split.Bounds, c.people)
	require.Empty(t, monthly(c).Goal.Split.Bounds)
	b, err := salesplan.Cascade(context.Background(), req)
	require.NoError(t, err)
	salesplantest.RequireExact(t, b)
	before, err := salesplan.Cascade(context.Background(), monthly(c))
	require.NoError(t, err)
	for p := range c.people {
		at := salesplan.At{Units: []string{fmt.Sprintf("rep-%d", p)}}
		rule := req.Goal.Split.Bounds[p]
		if rule.Period != "" {
			months := b.Periods("month")
			at.Period = months[len(months)-1]
		}
		now, err := b.Amount(at)
		require.NoError(t, err)
		was, err := before.Amount(at)
		require.NoError(t, err)
		require.False(t, now.Equal(was), "the bound of %s holds nothing", rule.Unit)
		require.True(t, !rule.Min.Valid || now.GreaterThanOrEqual(rule.Min.Decimal))
		require.True(t, !rule.Max.Valid || now.LessThanOrEqual(rule.Max.Decimal))
		require.True(t, !rule.Lock.Valid || now.Equal(rule.Lock.Decimal))
	}
}

func TestPlanText(t *testing.T) {
	plan, err := salesplan.Decode(strings.NewReader(planText(100, "all")), salesplan.DecodeOptions{})
	require.NoError(t, err)
	require.Len(t, plan.Axes[0].Units, 101)
	require.NoError(t, refusedContender("", planText(100, "nowhere")).run())
	require.ErrorContains(t, refusedContender("", planText(100, "all")).run(), "not refused")
	require.Error(t, decodeContender("", planText(100, "nowhere")).run())
}
