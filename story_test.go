package salesplan_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var updateStory = flag.Bool("update-story", false, "write testdata/story.golden")

const storyGoal = "revenue-2027"

// A deviation is what somebody's actuals differ by from their targets: either
// they reached part of each of their cells' targets, rounded down to a cent, or
// they sold cents more in one cell on one day.
type deviation struct {
	unit, product, segment string // "" for all
	period                 string
	percent                int64
	more                   int64
}

// A chapter is a re-plan of the story.
type chapter struct {
	asOf    string
	told    string
	changes string // of the plan
	policy  salesplan.ResplitRequest
	actual  []deviation // since the chapter before

	// by is what the year's targets change by, worked out by hand from the
	// deviations; check looks at who carries it.
	check func(*storyCheck)
}

// The story of 2027. Everybody reaches exactly what they owe, but for what the
// chapters say.
var story = []chapter{
	{
		asOf: "2027-01-31", told: "Liu Yang and Sun Li reach 70 % in January. Their team carries it.",
		policy: salesplan.ResplitRequest{Shortfall: salesplan.ShortfallShare},
		actual: []deviation{{unit: "liu-yang", period: "2027-01", percent: 70}, {unit: "sun-li", period: "2027-01", percent: 70}},
		check:  checkShared,
	},
	{
		asOf: "2027-02-28", told: "Liu Yang reaches 80 % in February. The team carries it again.",
		policy: salesplan.ResplitRequest{Shortfall: salesplan.ShortfallShare},
		actual: []deviation{{unit: "liu-yang", period: "2027-02", percent: 80}},
		check:  checkShared,
	},
	{
		asOf: "2027-03-31", told: "Wang Wei sells 60,000.00 of cloud services to a key account beyond his targets. It lowers what he still owes.",
		policy: salesplan.ResplitRequest{Surplus: salesplan.SurplusOffset},
		actual: []deviation{{unit: "wang-wei", product: "cloud", segment: "key-accounts", period: "2027-03-18", more: 6_000_000}},
		check:  checkOffset,
	},
	{
		asOf: "2027-04-30", told: "Zhao Lei is hired into the Hangzhou team from May on.",
		changes: `add unit {"id": "zhao-lei", "name": "赵磊 Zhao Lei", "parent": "hangzhou", "from": "2027-05-01"} after zhao-min`,
		check:   checkHired,
	},
	{asOf: "2027-05-31", told: "May is as planned.", check: checkNothing},
	{
		asOf: "2027-06-30", told: "Huang Qiang leaves; his seat in Shenzhen stays empty. Wu Lei ends the second quarter short: 60 % in June. He carries it himself.",
		changes: "unit huang-qiang to 2027-06-30",
		policy:  salesplan.ResplitRequest{Shortfall: salesplan.ShortfallKeep, Leaver: salesplan.LeaverVacancy},
		actual:  []deviation{{unit: "wu-lei", period: "2027-06", percent: 60}},
		check:   checkVacant,
	},
	{
		asOf: "2027-07-31", told: "Anna Schmidt leaves; Li Na succeeds her. What the empty seat did not bring in July is shared by its team.",
		changes: "unit anna-schmidt to 2027-07-31; unit anna-schmidt successor li-na",
		policy:  salesplan.ResplitRequest{Shortfall: salesplan.ShortfallShare, Leaver: salesplan.LeaverSuccessor},
		check:   checkSucceeded,
	},
	{
		asOf: "2027-08-31", told: "He Jun takes the empty seat from September on; the board raises the goal to 10,800,000.00. August's empty seat is shared by its team.",
		changes: `add unit {"id": "he-jun", "name": "何俊 He Jun", "parent": "shenzhen", "from": "2027-09-01"} after zhou-ting; goal revenue-2027 target 10800000.00`,
		policy:  salesplan.ResplitRequest{Shortfall: salesplan.ShortfallShare},
		check:   checkRaised,
	},
	{
		asOf: "2027-09-30", told: "The third quarter ends short in the East: Wang Wei reaches half of September. He owes again what March had let him off; everybody carries the rest, and what the seat still owed.",
		policy: salesplan.ResplitRequest{Shortfall: salesplan.ShortfallSpread},
		actual: []deviation{{unit: "wang-wei", period: "2027-09", percent: 50}},
		check:  checkSpread,
	},
	{
		asOf: "2027-10-31", told: "A customer of Chen Jie fails: 60 % in October. The board forgives it, and what the seat still owed.",
		policy: salesplan.ResplitRequest{Shortfall: salesplan.ShortfallForgive},
		actual: []deviation{{unit: "chen-jie", period: "2027-10", percent: 60}},
		check:  checkForgiven,
	},
	{
		asOf: "2027-11-30", told: "November is as planned, but for what the seat still owed. Its team carries it.",
		policy: salesplan.ResplitRequest{Shortfall: salesplan.ShortfallShare},
		check:  checkSeat,
	},
	{asOf: "2027-12-31", told: "The year is over.", check: checkOver},
}

// A teller tells the story: it has the targets as they stand, and the actuals.
type teller struct {
	t       *testing.T
	out     strings.Builder
	plan    *salesplan.Plan
	targets *salesplan.Targets
	actual  sheet
	told    calendar.Date // the last day of the actuals
	sums    storySums
	first   sheet
}

func TestStory(t *testing.T) {
	s := &teller{t: t, actual: sheet{}, told: calendar.On(2026, 12, 31)}
	s.begin()
	for _, c := range story {
		if !t.Run(c.asOf, func(t *testing.T) {
			s.t = t
			s.tell(c)
		}) {
			return
		}
	}
	s.t = t
	if *updateStory {
		require.NoError(t, os.WriteFile("testdata/story.golden", []byte(s.out.String()), 0o644))
	}
	want, err := os.ReadFile("testdata/story.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), s.out.String())
}

// begin issues the targets of the year.
func (s *teller) begin() {
	document, err := os.ReadFile("examples/annual/plan.json")
	require.NoError(s.t, err)
	s.plan, err = salesplan.Decode(bytes.NewReader(document), salesplan.DecodeOptions{})
	require.NoError(s.t, err)
	s.plan.Goals, s.plan.Tasks = s.plan.Goals[:1], nil // the year's revenue alone
	targets, err := s.plan.Targets(context.Background(), s.past())
	require.NoError(s.t, err)
	s.targets = s.issue(targets, calendar.On(2026, 12, 18))
	s.out.WriteString("2026-12-18: the targets of 2027 are issued.\n")
	s.first = readSheet(s.t, s.goal())
	s.printYear(s.goal(), nil)
}

// past is the export by which the plan's rules go.
func (s *teller) past() *salesplan.Evidence {
	export, err := os.ReadFile("examples/annual/deals.csv")
	require.NoError(s.t, err)
	e, err := salesplan.Gather(s.plan, salesplan.ReadDeals(bytes.NewReader(export), *s.plan.Inputs.Deals), nil)
	require.NoError(s.t, err)
	return e
}

// issue writes targets and reads them back: re-plans only see what was issued.
func (s *teller) issue(targets *salesplan.Targets, on calendar.Date) *salesplan.Targets {
	issue, err := s.plan.Issue(on)
	require.NoError(s.t, err)
	var file bytes.Buffer
	require.NoError(s.t, salesplan.EncodeTargets(&file, targets, issue))
	read, err := salesplan.DecodeTargets(&file, salesplan.DecodeOptions{})
	require.NoError(s.t, err)
	require.True(s.t, targets.Equal(read))
	return read
}

func (s *teller) goal() *salesplan.Breakdown {
	b, err := s.targets.Goal(storyGoal)
	require.NoError(s.t, err)
	return b
}

// tell re-plans, checks and prints a chapter.
func (s *teller) tell(c chapter) {
	asOf, err := calendar.ParseDate(c.asOf)
	require.NoError(s.t, err)
	before := s.goal()
	check := &storyCheck{t: s.t, first: s.first, before: readSheet(s.t, before), asOf: asOf, sums: &s.sums}
	check.happen(s.actual, s.told.AddDays(1), c.actual)
	s.told = asOf

	changes, err := salesplan.ParseChanges(c.changes)
	require.NoError(s.t, err)
	s.plan, err = salesplan.Apply(s.plan, changes...)
	require.NoError(s.t, err)
	request := c.policy
	request.Issued, request.Plan, request.Evidence, request.AsOf = s.targets, s.plan, s.past(), asOf
	request.Actuals = s.gather(asOf)
	after, err := salesplan.Resplit(context.Background(), request)
	require.NoError(s.t, err)
	s.targets = s.issue(after, asOf.AddDays(5))

	b := s.goal()
	salesplantest.RequireExact(s.t, b)
	fresh, err := s.plan.Targets(context.Background(), request.Evidence)
	require.NoError(s.t, err)
	f, err := fresh.Goal(storyGoal)
	require.NoError(s.t, err)
	check.fresh = readSheet(s.t, f)
	check.b, check.after, check.actual = b, readSheet(s.t, b), s.actual
	check.closed()
	c.check(check)
	check.year()
	request.Issued = s.targets
	again, err := salesplan.Resplit(context.Background(), request)
	require.NoError(s.t, err)
	for range again.Changes() {
		require.Fail(s.t, "the same again changes something")
	}
	fmt.Fprintf(&s.out, "\n%s: %s\n", asOf, c.told)
	for _, who := range check.deviating() {
		target, reached := check.before.sum(who, check.from, asOf), s.actual.sum(who, check.from, asOf)
		fmt.Fprintf(&s.out, "  %s: target %s, reached %s: %s\n", who, grouped(target), grouped(reached), signedMoney(decimal.New(reached-target, -2)))
	}
	s.print(b)
	s.printYear(b, before)
}

// gather reads the actuals up to a day from a table, as a user has it.
func (s *teller) gather(asOf calendar.Date) *salesplan.Evidence {
	var table strings.Builder
	table.WriteString("unit,product,segment,date,amount\n")
	for _, row := range s.actual.rows() {
		for on := calendar.On(2027, 1, 1); !on.After(asOf); on = on.AddDays(1) {
			if n, ok := s.actual[row][on]; ok && (n != 0 || on == asOf) && !strings.Contains(row, "/vacancy") {
				fmt.Fprintf(&table, "%s,%s,%s\n", row, on, cents(n))
			}
		}
	}
	people := s.targets.Roster(s.plan)
	e, err := salesplan.Gather(people, nil, salesplan.ReadHistory(strings.NewReader(table.String()), people, "revenue"))
	require.NoError(s.t, err)
	require.Empty(s.t, e.Findings())
	return e
}

// print says who owes more or less in what is open, and why.
func (s *teller) print(b *salesplan.Breakdown) {
	type line struct {
		old, now decimal.Decimal
		why      []salesplan.Move
	}
	lines, order := map[string]*line{}, []string{}
	for x := range b.Changes() {
		l := lines[x.Units[0]]
		if l == nil {
			l = &line{}
			lines[x.Units[0]], order = l, append(order, x.Units[0])
		}
		l.old, l.now = l.old.Add(x.Old), l.now.Add(x.New)
		for _, m := range x.Moves {
			i := slices.IndexFunc(l.why, func(k salesplan.Move) bool { return k.Reason == m.Reason && k.Unit == m.Unit })
			if i < 0 {
				i, l.why = len(l.why), append(l.why, salesplan.Move{Reason: m.Reason, Unit: m.Unit})
			}
			l.why[i].Amount = l.why[i].Amount.Add(m.Amount)
		}
	}
	if len(order) == 0 {
		s.out.WriteString("  No target changes.\n")
	}
	for _, unit := range order {
		l := lines[unit]
		fmt.Fprintf(&s.out, "  %-17s %14s  →%14s  %12s ", unit, money(l.old), money(l.now), signedMoney(l.now.Sub(l.old)))
		for _, m := range l.why {
			if !m.Amount.IsZero() {
				fmt.Fprintf(&s.out, " %s", m.Reason)
				if m.Unit != "" && m.Unit != unit {
					fmt.Fprintf(&s.out, " %s", m.Unit)
				}
				if len(l.why) > 1 {
					fmt.Fprintf(&s.out, " %s", signedMoney(m.Amount))
				}
			}
		}
		s.out.WriteString("\n")
	}
}

// printYear says what the company, regions and teams owe in the year.
func (s *teller) printYear(b, before *salesplan.Breakdown) {
	for _, unit := range []string{"company", "east", "shanghai", "hangzhou", "north", "south", "shenzhen", "guangzhou"} {
		at := salesplan.At{Units: []string{unit}, Period: b.Period()}
		now, err := b.Amount(at)
		require.NoError(s.t, err)
		fmt.Fprintf(&s.out, "  year %-12s %14s", unit, money(now))
		if before != nil {
			was, err := before.Amount(at)
			require.NoError(s.t, err)
			settled, err := b.Settled().Amount(at)
			require.NoError(s.t, err)
			fmt.Fprintf(&s.out, "  %12s  settled %14s", signedMoney(now.Sub(was)), money(settled))
		}
		s.out.WriteString("\n")
	}
	if before == nil {
		return
	}
	s.printLines("issued", b.Total(), b.Lines())
	s.printLines("settled", b.Total(), b.Settled().Lines())
	for _, f := range b.Findings() {
		if f.Code != "holidays-guessed" {
			fmt.Fprintf(&s.out, "  %s: %s\n", f.Severity, salesplan.Catalogue().Text(f, diag.English))
		}
	}
}

func (s *teller) printLines(name string, total decimal.Decimal, lines []salesplan.Line) {
	fmt.Fprintf(&s.out, "  %s: %s", name, money(total))
	for _, l := range lines {
		fmt.Fprintf(&s.out, " %s (%s)", signedMoney(l.Amount), l.Kind)
		total = total.Add(l.Amount)
	}
	fmt.Fprintf(&s.out, " = %s\n", money(total))
}

func linesOf(list []salesplan.Line) map[salesplan.LineKind]string {
	out := map[salesplan.LineKind]string{}
	for _, l := range list {
		out[l.Kind] = l.Amount.StringFixed(2)
	}
	return out
}

var thousands = regexp.MustCompile(`(\d)(\d{3})([,.])`)

func money(d decimal.Decimal) string {
	text := d.StringFixed(2)
	for {
		next := thousands.ReplaceAllString(text, "$1,$2$3")
		if next == text {
			return text
		}
		text = next
	}
}

func signedMoney(d decimal.Decimal) string {
	if d.IsPositive() {
		return "+" + money(d)
	}
	return money(d)
}

func grouped(n int64) string { return money(decimal.New(n, -2)) }

func cents(n int64) string { return decimal.New(n, -2).StringFixed(2) }

var storyAmount = regexp.MustCompile(`\d[\d,]*\.\d\d`)

// The pages tell the story's numbers, and both the same ones.
func TestStory_Pages(t *testing.T) {
	golden, err := os.ReadFile("testdata/story.golden")
	require.NoError(t, err)
	told := storyAmount.FindAllString(string(golden), -1)
	var pages [][]string
	for _, name := range []string{"docs/story.md", "docs/story.zh-CN.md"} {
		page, err := os.ReadFile(name)
		require.NoError(t, err)
		amounts := storyAmount.FindAllString(string(page), -1)
		require.Greater(t, len(amounts), 50)
		for _, x := range amounts {
			require.Contains(t, told, x, name)
		}
		slices.Sort(amounts)
		pages = append(pages, amounts)
	}
	require.Equal(t, pages[0], pages[1])
}
