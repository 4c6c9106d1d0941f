package salesplan

import (
	"bytes"
	"context"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

var updateCatalogue = flag.Bool("update", false, "write testdata/catalogue.golden")

// bareWords are the words that a Chinese sentence may hold beside ids, values
// and what stands in quotes: those that are written the same.
var bareWords = regexp.MustCompile(`\b(CR LF|Closed Won)\b`)

// requireChinese wants every fault of err said in Chinese: a sentence that
// holds no two English words in a row, but for what the fault quotes.
func requireChinese(t testing.TB, err error) {
	t.Helper()
	for _, f := range diag.All(err) {
		text := Catalogue().Text(f, diag.Chinese)
		require.Regexp(t, `\p{Han}`, text)
		rest := strings.ReplaceAll(text, f.Path, "")
		names := []string{f.Value, f.Near}
		if f.Code == diag.Column || f.Code == diag.Ambiguous {
			header, _, _ := strings.Cut(f.Bound, ", but deals have ")
			names = append(names, header)
		}
		for _, name := range names {
			if name != "" {
				rest = strings.ReplaceAll(rest, name, "")
			}
		}
		rest = bareWords.ReplaceAllString(inQuotes.ReplaceAllString(rest, ""), "")
		require.NotRegexp(t, twoWords, rest, "%s: %s", f, text)
	}
}

// The check sees English that is left, and only that.
func TestRequireChinese(t *testing.T) {
	for _, f := range []diag.Fault{
		{Code: diag.Required, Path: "/x", Bound: "a thing that nobody knows"},
		{Code: diag.Infeasible, Path: "/x", Value: "5", Bound: "nobody is there"},
	} {
		assert.Regexp(t, twoWords, Catalogue().Text(&f, diag.Chinese))
	}
	requireChinese(t, &diag.Fault{Code: diag.Unknown, Path: "/the owner", Value: "Ann Lee", Near: "Anne Lee", Bound: "the units"})
}

// What findings carry is said in Chinese, too.
func requireChineseFindings(t testing.TB, list []diag.Finding) {
	t.Helper()
	c := Catalogue()
	for _, f := range list {
		text := c.Text(f, diag.Chinese)
		require.Regexp(t, `\p{Han}`, text)
		require.NotContains(t, text, "{", text)
		_, args := f.Said()
		for _, a := range f.Advice {
			_, more := a.Said()
			args = append(args, more...)
		}
		for _, a := range args {
			if a.Kind == diag.KindName && a.Text != "" {
				text = strings.ReplaceAll(text, a.Text, "")
			}
		}
		require.NotRegexp(t, twoWords, bareWords.ReplaceAllString(inQuotes.ReplaceAllString(text, ""), ""))
	}
}

// Faults that no table of other tests has.
func TestCatalogue_OtherFaults(t *testing.T) {
	for _, text := range []string{"", "nil", `{"a" 1}`, `{a: 1}`, "[1,", "[1 2]", "[01]", "[1.]", "[\"\x01\"]", `["\x"]`, `["\ud800"]`, "[1e99]", "[" + strings.Repeat("1", 50) + "]", "\xff\xfe", "[] []",
		"[" + strings.Repeat("9", 5000) + "]", strings.Repeat("[", 1000)} {
		_, err := document.Read(strings.NewReader(text), document.Limits{})
		require.Error(t, err, text)
		requireChinese(t, err)
	}
	for _, lim := range []document.Limits{{Bytes: 3}, {Key: 1}, {Text: 1}, {Nodes: 1}, {Members: 1}, {Bytes: -1}} {
		_, err := document.Read(strings.NewReader(`{"key": ["text", 1], "more": 2}`), lim)
		require.Error(t, err, lim)
		requireChinese(t, err)
	}
	_, err := document.Read(nil, document.Limits{})
	requireChinese(t, err)
	for _, text := range []string{"", "soon", "2027-13", "FY", "FY2027-Q9", "2027-02-02/2027-01-01"} {
		_, err := calendar.Fiscal{}.Parse(text)
		require.Error(t, err, text)
		requireChinese(t, err)
		_, err = calendar.ParseDate(text)
		requireChinese(t, err)
		_, err = calendar.ParseDuration(text)
		requireChinese(t, err)
		_, err = calendar.ParseInstant(text)
		requireChinese(t, err)
	}
	_, err = calendar.ParseDuration("999999999w")
	requireChinese(t, err)
	_, err = calendar.ParseDate("0000-00-00")
	requireChinese(t, err)
	for _, f := range []calendar.Fiscal{{FirstMonth: 13}, {Pattern: "445"}, {Pattern: "4-4-5", FirstMonth: 4, Weekday: "monday", WeekStart: "monday"}, {YearEnd: "last", Month: 2}} {
		requireChinese(t, f.Validate())
	}
}

// goldenFaults are faults of each kind that people meet, made by the library.
func goldenFaults(t *testing.T) (out []diag.Sayable) {
	t.Helper()
	take := func(err error) {
		t.Helper()
		require.NotEmpty(t, diag.All(err))
		for _, f := range diag.All(err) {
			out = append(out, f)
		}
	}
	ctx, one := context.Background(), SplitOptions{Step: decimal.New(1, 0)}
	_, err := SplitParts(dec("1000000"), partList("A w=1, B"), one)
	take(err)
	_, err = SplitParts(dec("1000000"), partList("A w=1 max=194000, B w=1 max=194000"), one)
	take(err)
	_, err = SplitParts(dec("9"), partList("A w=1, B w=1 min=5000 max=3000"), one)
	take(err)
	_, err = SplitParts(dec("3"), partList("A w=1, B w=1 min=2, C w=9, D w=1 max=0"), SplitOptions{Step: decimal.New(1, 0), Method: Adams})
	take(err)
	_, err = Split(dec("10.5"), nil, SplitOptions{})
	take(err)
	_, err = SplitTable(ctx, TableRequest{Rows: decs("1 1"), Columns: decs("2000"), Step: decimal.New(1, 0), Seed: decRows("1"), ColumnIDs: []string{"a", "b"}})
	take(err)
	_, err = SplitTable(ctx, TableRequest{Rows: decs("3000 2200 4800"), Columns: decs("6000 2500 1500"), Step: decimal.New(1, 0), Seed: decRows("0 1 1; 0 1 1; 1 1 1"),
		RowIDs: []string{"east", "west", "north"}, ColumnIDs: []string{"Q1", "Q2", "Q3"}})
	take(err)
	out = append(out, boundFaults(t)...)
	p := goodPlan()
	p.Goals[0].Metric, p.Goals[1].Owner, p.Goals[1].Period = "revenu", "nobody", "soon"
	p.Axes[0].Units[1].Weight = decimal.NewNullDecimal(dec("-1"))
	p.Metrics[0].Step = decimal.Decimal{}
	take(p.Validate())
	_, err = decodePlanText(`{"salesplan": "1", "name": 5, "currncy": "CNY", "goals": [{"target": "x"}]}`)
	take(err)
	_, faults := readAll("owner,stge,amount,close\n", testMapping())
	take(faults)
	_, faults = readAll(testHeader+"1,Ann,Acme,Pump,Won,\"1,054\",EUR,2027-02-30\n3,Ann\n", testMapping())
	take(faults)
	_, err = Draft(ctx, textTables("people", "name,team\nAnn,A\n"), DraftOptions{})
	take(err)
	return out
}

// boundFaults are faults of bounds, of tables that have no solution, and of
// rules that don't go together.
func boundFaults(t *testing.T) (out []diag.Sayable) {
	t.Helper()
	ctx, bounds := context.Background(), [][]BoundRule{
		{{Unit: "a", Min: null("400")}, {Unit: "b", Min: null("300")}, {Unit: "east", Max: null("600")}},
		{{Unit: "east", Max: null("500")}, {Unit: "west", Max: null("600")}},
		{{Period: "2027-Q1", Max: null("100")}, {Period: "2027-02", Min: null("150")}},
		{{Unit: "a", Min: null("9"), Max: null("8")}},
		{{Unit: "x", Min: null("1")}},
		{{Units: []string{"a", "b"}, Lock: null("1")}},
		{{Period: "2027-01-01/2027-04-30", Min: null("1")}, {Period: "2027-Q2", Min: null("1")}},
	}
	errs := []error{}
	for _, b := range bounds {
		_, err := Cascade(ctx, boundedQuarters(b...))
		errs = append(errs, err)
	}
	two := TableRequest{Rows: decs("50 50"), Columns: decs("50 50"), Step: decimal.New(1, 0), Seed: decRows("1 1;1 1"), RowIDs: []string{"east", "west"}, ColumnIDs: []string{"Q1", "Q2"}}
	lock, most, block, rest := two, two, two, two
	lock.Lock = opt("30 25;- -")
	most.Max, most.Lock = opt("20 -;- -"), opt("- 25;- -")
	block.Rows, block.Columns, block.Seed, block.RowIDs, block.ColumnIDs = decs("6000 4000 2000"), decs("4000 5000 3000"), decRows("1 1 1;1 1 1;1 1 1"), nil, nil
	block.Max, block.Min = opt("- - 500;- - 500;- - -"), opt("- - -;- - -;- 3 -")
	rest.Lock = opt("10.5 39.5;- -")
	rest.Lock[0][1] = decimal.NewNullDecimal(dec("39"))
	for _, req := range []TableRequest{lock, most, block, rest} {
		_, err := SplitTable(ctx, req)
		errs = append(errs, err)
	}
	_, err := Smooth(decs("1000 2000"), decs("1 1 1"), 12, decimal.New(1, 0))
	for _, err := range append(errs, err) {
		require.NotEmpty(t, diag.All(err), "%d", len(out))
		for _, f := range diag.All(err) {
			out = append(out, f)
		}
	}
	return out
}

// goldenFindings are findings of data and of plans.
func goldenFindings(t *testing.T) (out []diag.Sayable) {
	t.Helper()
	e := gatherRows(t, testPlan(), "1,annn,X,pump,Won,1234567.5,,2027-03-02", "2,ann,X,pump,Won,y,,2027-03-32", "3,ann,X,pump,Won,9000000,,2027-03-02",
		"4,ann,X,pump,Lost,12,,", "5,ann,X,pump,Maybe,1200,,2027-03-03", "3,ann,X,pump,Won,9000001,,2027-03-02")
	for _, f := range e.Findings() {
		out = append(out, f)
	}
	d, err := Draft(context.Background(), textTables("deals", twelveDeals), DraftOptions{})
	require.NoError(t, err)
	for _, f := range d.Notes {
		out = append(out, f)
	}
	return append(out, diag.Finding{Code: codeMonthsMissing, Subject: diag.Subject{ID: "revenue"},
		Args: []diag.Arg{diag.Period("period", "2026"), diag.Count("count", 1), nameList("months", []string{"2"}), diag.Text("rule", MissingMean)}})
}

// The texts of faults and findings, English above Chinese.
func TestCatalogue_Golden(t *testing.T) {
	const name = "testdata/catalogue.golden"
	var b bytes.Buffer
	list := append(goldenFaults(t), goldenFindings(t)...)
	require.Greater(t, len(list), 25)
	c := Catalogue()
	for _, s := range list {
		switch s := s.(type) {
		case *diag.Fault:
			requireChinese(t, s)
		case diag.Finding:
			requireChineseFindings(t, []diag.Finding{s})
		}
		b.WriteString(c.Text(s, diag.English) + "\n" + c.Text(s, diag.Chinese) + "\n\n")
	}
	if *updateCatalogue {
		require.NoError(t, os.WriteFile(name, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}
