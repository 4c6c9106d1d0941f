package salesplan_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// A sheet has cents by row ("wang-wei,cloud,key-accounts") and day, as somebody
// who checks the story with a pencil writes them down.
type sheet map[string]map[calendar.Date]int64

func (s sheet) rows() []string { return slices.Sorted(maps.Keys(s)) }

func (s sheet) set(row string, on calendar.Date, n int64) {
	if s[row] == nil {
		s[row] = map[calendar.Date]int64{}
	}
	s[row][on] = n
}

// sum adds up the rows of a person, from a day on up to another.
func (s sheet) sum(who string, first, last calendar.Date) int64 {
	var n int64
	for row, days := range s {
		if who == "" || row == who || strings.HasPrefix(row, who+",") {
			for on, x := range days {
				if !on.Before(first) && !on.After(last) {
					n += x
				}
			}
		}
	}
	return n
}

func readSheet(t *testing.T, b *salesplan.Breakdown) sheet {
	t.Helper()
	rows, err := b.Rows(salesplan.Query{Grain: calendar.GrainDay, LeafOnly: true})
	require.NoError(t, err)
	out := sheet{}
	for r := range rows {
		if len(r.Units) == 3 {
			out.set(strings.Join(r.Units, ","), r.Period.First, r.Amount.Shift(2).IntPart())
		}
	}
	return out
}

var (
	firstDay = calendar.On(2027, 1, 1)
	lastDay  = calendar.On(2027, 12, 31)
)

// storySums are what the re-plans so far come to.
type storySums struct{ goal, carried, offset, forgiven, open int64 }

// A storyCheck checks a chapter by simple arithmetic on what was issued before
// and after it.
type storyCheck struct {
	t             *testing.T
	b             *salesplan.Breakdown
	first         sheet // as it was issued in December
	before, after sheet
	fresh         sheet // what the plan as it is now makes of the year, split afresh
	actual        sheet
	from, asOf    calendar.Date    // what has happened since the chapter before
	missed        map[string]int64 // by row, since the chapter before; less than 0 for more
	sums          *storySums
}

// happen adds what everybody reached from a day on to the actuals.
func (c *storyCheck) happen(actual sheet, from calendar.Date, list []deviation) {
	c.from, c.missed = from, map[string]int64{}
	for _, row := range c.before.rows() {
		f := strings.Split(row, ",")
		for on := from; !on.After(c.asOf); on = on.AddDays(1) {
			target := c.before[row][on]
			n := target
			if strings.HasSuffix(f[0], "/vacancy") {
				n = 0
			}
			for _, d := range list {
				if d.unit != f[0] || d.product != "" && d.product != f[1] || d.segment != "" && d.segment != f[2] || !strings.HasPrefix(on.String(), d.period) {
					continue
				}
				if d.more != 0 {
					n += d.more
				} else {
					n = n * d.percent / 100
				}
			}
			actual.set(row, on, n)
			c.missed[row] += target - n
		}
	}
}

// deviating yields who reached anything else than their targets.
func (c *storyCheck) deviating() []string {
	var out []string
	for _, row := range c.before.rows() {
		if who, _, _ := strings.Cut(row, ","); c.missed[row] != 0 && !slices.Contains(out, who) {
			out = append(out, who)
		}
	}
	return out
}

// closed: nobody's closed days change, and what is settled there is what was reached.
func (c *storyCheck) closed() {
	for row, days := range c.after {
		for on, n := range days {
			if !on.After(c.asOf) {
				c.same(c.before[row][on], n, row, on)
			}
		}
	}
	s := c.b.Settled()
	require.Equal(c.t, c.asOf, s.AsOf())
	require.Zero(c.t, s.Apart().Count)
	require.Empty(c.t, s.Unknown())
	for _, who := range []string{"wang-wei", "liu-yang", "wu-lei", "chen-jie"} {
		reached, err := s.Amount(salesplan.At{Units: []string{who}, Period: calendar.Span(firstDay, c.asOf)})
		require.NoError(c.t, err)
		require.Equal(c.t, cents(c.actual.sum(who, firstDay, c.asOf)), reached.StringFixed(2))
	}
}

// year: what the targets and the settled year come to, by the sums of all
// chapters so far.
func (c *storyCheck) year() {
	goal := 1_000_000_000 + c.sums.goal
	require.Equal(c.t, cents(goal), c.b.Total().StringFixed(2))
	require.Equal(c.t, goal+c.sums.carried-c.sums.offset, c.after.sum("", firstDay, lastDay))
	reached := c.actual.sum("", firstDay, c.asOf)
	require.Equal(c.t, cents(reached+c.after.sum("", c.asOf.AddDays(1), lastDay)), c.b.Settled().Total().StringFixed(2))
	require.Equal(c.t, cents(goal-c.sums.forgiven-c.sums.open), c.b.Settled().Total().StringFixed(2), "whatever was missed is owed, or forgiven")
	want := map[salesplan.LineKind]string{}
	for kind, n := range map[salesplan.LineKind]int64{salesplan.LineCarried: c.sums.carried, salesplan.LineOffset: -c.sums.offset} {
		if n != 0 {
			want[kind] = cents(n)
		}
	}
	require.Equal(c.t, want, linesOf(c.b.Lines()))
	want = map[salesplan.LineKind]string{}
	for kind, n := range map[salesplan.LineKind]int64{salesplan.LineForgiven: c.sums.forgiven, salesplan.LineOpen: c.sums.open} {
		if n != 0 {
			want[kind] = cents(-n)
		}
	}
	require.Equal(c.t, want, linesOf(c.b.Settled().Lines()))
}

// by is what a person, or one row of theirs, owes more than before in what is open.
func (c *storyCheck) by(who string) int64 {
	return c.after.sum(who, c.asOf.AddDays(1), lastDay) - c.open(who)
}

// open is what they owed there before.
func (c *storyCheck) open(who string) int64 { return c.before.sum(who, c.asOf.AddDays(1), lastDay) }

// missedBy is what a person fell short by since the chapter before.
func (c *storyCheck) missedBy(who string) int64 {
	var n int64
	for row, x := range c.missed {
		if who == "" || row == who || strings.HasPrefix(row, who+",") {
			n += x
		}
	}
	return n
}

// same requires two amounts of one day to be the same; there are many.
func (c *storyCheck) same(want, got int64, row string, on calendar.Date) {
	if want != got {
		require.Failf(c.t, "not the same", "%s on %s: %d, not %d", row, on, got, want)
	}
}

// others: nobody else's targets change, on any day.
func (c *storyCheck) others(but ...string) {
	for row, days := range c.after {
		if slices.Contains(but, strings.Split(row, ",")[0]) {
			continue
		}
		for on, n := range days {
			c.same(c.before[row][on], n, row, on)
		}
	}
}

// pairs yields what goes behind a person's name in each row.
func pairs() []string {
	var out []string
	for _, p := range []string{"cloud", "licences", "support", "training"} {
		for _, s := range []string{"key-accounts", "mid-market", "small-business"} {
			out = append(out, ","+p+","+s)
		}
	}
	return out
}

// near requires that n is part/whole of amount, to some cents.
func (c *storyCheck) near(amount, part, whole, n, within int64, name string) {
	off := amount*part - n*max(whole, 1)
	if max(off, -off) > within*max(whole, 1) {
		require.Failf(c.t, "not in proportion", "%s: %d is not %d × %d ÷ %d", name, n, amount, part, whole)
	}
}

var beijing = []string{"liu-yang", "john-smith", "sun-li"}

// checkShared: the three of Beijing carry what those of them who fell short missed,
// in proportion to what they owe.
func checkShared(c *storyCheck) {
	c.others(beijing...)
	c.carry(c.missedBy(""), 12, beijing...)
	require.Positive(c.t, c.missedBy(""))
	c.sums.carried += c.missedBy("")
}

// carry: some carry an amount, or owe as much less, each line of theirs in
// proportion to what it owes.
func (c *storyCheck) carry(amount, within int64, team ...string) {
	var open, by int64
	for _, who := range team {
		open, by = open+c.open(who), by+c.by(who)
	}
	require.Equal(c.t, amount, by)
	for _, who := range team {
		for _, pair := range pairs() {
			c.near(amount, c.open(who+pair), open, c.by(who+pair), within, who+pair)
			c.alike(who+pair, 2)
		}
	}
}

// alike requires that each open day of a row changes in proportion to what stood
// there, within some cents.
func (c *storyCheck) alike(row string, within int64) {
	open, by := c.open(row), c.by(row)
	for on, was := range c.before[row] {
		if on.After(c.asOf) {
			c.near(by, was, open, c.after[row][on]-was, within, row)
		}
	}
}

// checkOffset: Wang Wei owes that much less, of all his lines, and no one else
// anything else.
func checkOffset(c *storyCheck) {
	c.others("wang-wei")
	c.carry(-6_000_000, 2, "wang-wei")
	c.sums.offset += 6_000_000
}

// checkHired: Hangzhou owes what it owed, day by day, and line by line; the
// newcomer, who is given the median of her siblings, a third of it, to which
// both give in proportion to what they owe.
func checkHired(c *storyCheck) {
	team := []string{"chen-jie", "zhao-min", "zhao-lei"}
	c.others(team...)
	require.Equal(c.t, (c.open("chen-jie")+c.open("zhao-min")+1)/3, c.by("zhao-lei"))
	for _, pair := range pairs() {
		c.kept(pair, team...)
		open := c.open("chen-jie"+pair) + c.open("zhao-min"+pair)
		c.near(open, 1, 3, c.by("zhao-lei"+pair), 2, pair)
		for _, who := range team[:2] {
			c.near(-c.by("zhao-lei"+pair), c.open(who+pair), open, c.by(who+pair), 40, who+pair)
		}
	}
}

// kept: together some owe what they owed on each day.
func (c *storyCheck) kept(pair string, team ...string) {
	for on := c.asOf.AddDays(1); !on.After(lastDay); on = on.AddDays(1) {
		var was, is int64
		for _, who := range team {
			was, is = was+c.before[who+pair][on], is+c.after[who+pair][on]
		}
		c.same(was, is, pair, on)
	}
}

// handedOn: what one person owed the other owes too, on each day, and the one
// nothing.
func (c *storyCheck) handedOn(from, to string) {
	for _, pair := range pairs() {
		for on := c.asOf.AddDays(1); !on.After(lastDay); on = on.AddDays(1) {
			c.same(0, c.after[from+pair][on], from+pair, on)
			c.same(c.before[to+pair][on]+c.before[from+pair][on], c.after[to+pair][on], to+pair, on)
		}
	}
	require.Positive(c.t, c.open(from))
}

const seat = "shenzhen/vacancy"

func checkNothing(c *storyCheck) {
	c.others()
	require.Zero(c.t, c.missedBy(""))
}

// checkVacant: the empty seat owes what Huang Qiang did; Wu Lei what he missed in
// June.
func checkVacant(c *storyCheck) {
	c.others("huang-qiang", seat, "wu-lei")
	c.handedOn("huang-qiang", seat)
	c.carry(c.missedBy("wu-lei"), 2, "wu-lei")
	require.Equal(c.t, c.missedBy(""), c.missedBy("wu-lei"))
	c.sums.carried += c.missedBy("wu-lei")
}

// checkSucceeded: Li Na owes what Anna Schmidt did beside her own; Zhou Ting, who
// is alone in Shenzhen, what the empty seat missed in July.
func checkSucceeded(c *storyCheck) {
	c.others("anna-schmidt", "li-na", "zhou-ting")
	c.handedOn("anna-schmidt", "li-na")
	require.Equal(c.t, c.before.sum(seat, calendar.On(2027, 7, 1), c.asOf), c.missedBy(""))
	c.carry(c.missedBy(seat), 2, "zhou-ting")
	c.sums.carried += c.missedBy(seat)
}

// checkForgiven: nothing changes but the year.
func checkForgiven(c *storyCheck) {
	c.others()
	require.Equal(c.t, c.missedBy(""), c.missedBy("chen-jie")+c.missedBy(seat))
	c.sums.forgiven = c.missedBy("")
}

// shares: those who are there carry an amount, each line of theirs in proportion
// to what the plan as it is now would have them owe in what is open, were it split
// afresh. own is what somebody carries besides.
func (c *storyCheck) shares(amount int64, own map[string]int64, within int64, team ...string) {
	rest := c.asOf.AddDays(1)
	var all, by, alone int64
	for _, who := range team {
		all, by, alone = all+c.fresh.sum(who, rest, lastDay), by+c.by(who), alone+own[who]
	}
	require.Equal(c.t, amount+alone, by)
	for _, who := range team {
		for _, pair := range pairs() {
			his := c.fresh.sum(who+pair, rest, lastDay)
			beside := own[who] * his / c.fresh.sum(who, rest, lastDay)
			c.near(amount, his, all, c.by(who+pair)-beside, within, who+pair)
		}
	}
}

var east = []string{"wang-wei", "li-na", "chen-jie", "zhao-min", "zhao-lei"}

// everybody who is there in autumn.
var everybody = append([]string{"liu-yang", "john-smith", "zhou-ting", "he-jun", "wu-lei", "maria-garcia"}, east...)

// checkSpread: Wang Wei owes again what March had let him off; what he and the
// seat missed beyond that is everybody's.
func checkSpread(c *storyCheck) {
	c.others(everybody...)
	require.Equal(c.t, c.missedBy(""), c.missedBy("wang-wei")+c.missedBy(seat))
	again := c.sums.offset
	require.Greater(c.t, c.missedBy("wang-wei"), again)
	c.shares(c.missedBy("")-again, map[string]int64{"wang-wei": again}, 20, everybody...)
	c.sums.carried += c.missedBy("") - again
	c.sums.offset = 0
}

// checkSeat: Shenzhen carries what the seat still owed.
func checkSeat(c *storyCheck) {
	c.others("zhou-ting", "he-jun")
	require.Equal(c.t, c.missedBy(""), c.missedBy(seat))
	c.shares(c.missedBy(seat), nil, 8, "zhou-ting", "he-jun")
	c.sums.carried += c.missedBy(seat)
}

// checkOver: what the seat owed in December can't be handed out any more.
func checkOver(c *storyCheck) {
	c.others()
	require.Equal(c.t, c.missedBy(""), c.missedBy(seat))
	c.sums.open = c.missedBy(seat)
}

// checkRaised: the raise of 8 % gives every region and team 8 % of what it was
// issued for the year. He Jun is given what the plan would have him owe, by the
// empty seat and Zhou Ting; and the two of them carry what the seat missed in
// August.
func checkRaised(c *storyCheck) {
	const raised = 80_000_000
	c.others(append(slices.Clone(everybody), seat)...)
	for _, team := range [][]string{{"wang-wei", "li-na", "anna-schmidt"}, {"chen-jie", "zhao-min", "zhao-lei"}, beijing, {"wu-lei", "maria-garcia"}, {"huang-qiang", "zhou-ting", "he-jun", seat}} {
		var issued, by int64
		for _, who := range team {
			issued += c.first.sum(who, firstDay, lastDay)
			by += c.by(who)
		}
		if team[0] == "huang-qiang" {
			by -= c.missedBy(seat)
		}
		c.near(raised, issued, 1_000_000_000, by, 10, team[0])
	}
	require.Equal(c.t, c.missedBy(""), c.missedBy(seat))
	rest := c.asOf.AddDays(1)
	all := c.fresh.sum("zhou-ting", rest, lastDay) + c.fresh.sum("he-jun", rest, lastDay)
	for _, pair := range pairs() {
		his := c.fresh.sum("he-jun"+pair, rest, lastDay)
		c.near(c.missedBy(seat), his, all, c.by("he-jun"+pair)-his, 12, pair)
		require.LessOrEqual(c.t, c.after.sum(seat+pair, rest, lastDay), c.open(seat+pair))
	}
	c.sums.goal = raised
	c.sums.carried += c.missedBy(seat)
}

// A raise that comes with a hire gives each team its part of it, and the
// newcomer's to the newcomer: 12,000 a year are 1,000 a month, 500 in each team;
// raised by 1,200 in the last two months they are 1,600, 800 in each team. The
// three in the east, one of them new, then owe a third of 800 each.
func TestResplit_RaisedWithNewcomer(t *testing.T) {
	plan, err := decodeString(`{"salesplan": "1", "metrics": [{"id": "revenue", "step": "1"}],
	  "axes": [{"id": "org", "units": [{"id": "company"}, {"id": "east", "parent": "company"}, {"id": "west", "parent": "company"},
	    {"id": "li", "parent": "east"}, {"id": "wang", "parent": "east"}, {"id": "zhao", "parent": "west"}]}],
	  "goals": [{"id": "goal", "metric": "revenue", "period": "2027", "target": "12000", "owner": "company",
	    "split": {"grains": ["month"], "time": {"basis": "even"}, "axes": [{"axis": "org", "basis": "even"}]}}]}`)
	require.NoError(t, err)
	issued, err := plan.Targets(context.Background(), nil)
	require.NoError(t, err)
	changes, err := salesplan.ParseChanges("goal goal target 13200; add unit chen parent east from 2027-11-01")
	require.NoError(t, err)
	now, err := salesplan.Apply(plan, changes...)
	require.NoError(t, err)
	after, err := salesplan.Resplit(context.Background(), salesplan.ResplitRequest{Issued: issued, Plan: now, AsOf: calendar.On(2027, 10, 31)})
	require.NoError(t, err)
	b, err := after.Goal("goal")
	require.NoError(t, err)
	salesplantest.RequireExact(t, b)
	for unit, want := range map[string]string{"company": "3200", "east": "1600", "west": "1600", "zhao": "1600"} {
		got, err := b.Amount(salesplan.At{Units: []string{unit}, Period: calendar.Span(calendar.On(2027, 11, 1), lastDay)})
		require.NoError(t, err)
		require.Equal(t, want, got.String(), unit)
	}
}
