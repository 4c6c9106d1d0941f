package salesplan

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A sheet is a re-plan done the slow way: everybody's months as fractions.
type sheet struct {
	people []string
	team   map[string]string
	cells  map[string][]*big.Rat
}

// give divides an amount over people and open months by what the plan gives them,
// which is the same in each month.
func (s *sheet) give(amount *big.Rat, open int, in func(person string) bool, ideal map[string]*big.Rat) {
	sum := new(big.Rat)
	for _, p := range s.people {
		if in(p) {
			sum.Add(sum, ideal[p])
		}
	}
	sum.Mul(sum, big.NewRat(int64(open), 1))
	for _, p := range s.people {
		if !in(p) {
			continue
		}
		part := new(big.Rat).Mul(amount, ideal[p])
		part.Quo(part, sum)
		for m := 12 - open; m < 12; m++ {
			s.cells[p][m].Add(s.cells[p][m], part)
		}
	}
}

// Whoever carries what was missed carries, over all open months, within a step
// for each amount of what proportions say, and so does each month of everybody
// who shares one.
func TestResplit_Reference(t *testing.T) {
	for i := range 60 {
		r := rand.New(rand.NewPCG(uint64(i), 9))
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			s := &sheet{team: map[string]string{}, cells: map[string][]*big.Rat{}}
			units := []string{"company"}
			ideal, raise := map[string]*big.Rat{}, int64(r.IntN(3))*int64(r.IntN(5000))
			target := int64(12 * (1000 + r.IntN(100000)))
			teams := 1 + r.IntN(4)
			for k := range teams {
				team := fmt.Sprint("team", k)
				units = append(units, team+" < company x 1")
				people := 1 + r.IntN(4)
				weights, sum := make([]int64, people), int64(0)
				for n := range people {
					weights[n] = int64(1 + r.IntN(9))
					sum += weights[n]
				}
				for n, w := range weights {
					name := fmt.Sprintf("rep%d-%d", k, n)
					units = append(units, fmt.Sprintf("%s < %s x %d", name, team, w))
					s.people, s.team[name] = append(s.people, name), team
					ideal[name] = big.NewRat(w, sum*int64(teams))
				}
			}
			p := yearPlan(strconv.FormatInt(target, 10), units...)
			issued := issue(t, p)
			closed := r.IntN(12)
			open := 12 - closed
			b, _ := issued.Goal("goal")
			months := b.Periods(calendar.GrainMonth)
			var lines []string
			missed := map[string]int64{}
			for _, name := range s.people {
				for m, month := range months {
					x, err := issued.Amount("goal", At{Units: []string{name}, Period: month})
					require.NoError(t, err)
					s.cells[name] = append(s.cells[name], exactRat(x))
					if m < closed {
						less := int64(r.IntN(3)) * r.Int64N(x.IntPart()+1) / 2
						missed[name] += less
						lines = append(lines, fmt.Sprintf("%s 2027-%02d %d", name, m+1, x.IntPart()-less))
					}
				}
			}
			policy := chosen(r, ShortfallKeep, ShortfallShare, ShortfallSpread)
			everybody := func(string) bool { return true }
			s.give(big.NewRat(raise, 1), open, everybody, ideal)
			for name, n := range missed {
				in := map[Shortfall]func(string) bool{
					ShortfallKeep:   func(p string) bool { return p == name },
					ShortfallShare:  func(p string) bool { return s.team[p] == s.team[name] },
					ShortfallSpread: everybody,
				}[policy]
				s.give(big.NewRat(n, 1), open, in, ideal)
			}
			now := p.Clone()
			now.Goals[0].Target = decimal.NewFromInt(target + raise)
			got, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: now, AsOf: months[0].First.AddMonths(closed).AddDays(-1),
				Actuals: happened(t, p, lines...), Shortfall: policy})
			require.NoError(t, err)
			near := func(at At, want *big.Rat, steps int64) {
				x, err := got.Amount("goal", at)
				require.NoError(t, err)
				off := new(big.Rat).Sub(exactRat(x), want)
				require.Less(t, off.Abs(off).Cmp(big.NewRat(steps, 1)), 0, "%v %v: %s, not %s", policy, at, x, want.FloatString(3))
			}
			for _, name := range s.people {
				year := new(big.Rat)
				for m, x := range s.cells[name] {
					year.Add(year, x)
					near(At{Units: []string{name}, Period: months[m]}, x, 4) // two amounts, each within two
				}
				near(At{Units: []string{name}}, year, 2) // each within one
			}
			require.Len(t, slices.Collect(got.All()), 1)
		})
	}
}
