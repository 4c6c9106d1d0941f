package salesplan_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

func TestParseChange(t *testing.T) {
	for text, want := range map[string]salesplan.Change{
		"unit li-na to 2027-06-30":             {Kind: salesplan.ChangeChanged, Path: "/units/li-na/to", New: json.RawMessage(`"2027-06-30"`)},
		"  set unit li-na weight 2.50 ; ":      {Kind: salesplan.ChangeChanged, Path: "/units/li-na/weight", New: json.RawMessage(`2.50`)},
		"unit \"Wang W.\" aka [\"王伟\", \"W\"]": {Kind: salesplan.ChangeChanged, Path: "/units/Wang W./aka", New: json.RawMessage(`["王伟","W"]`)},
		"unit a/b~c weight 007":                {Kind: salesplan.ChangeChanged, Path: "/units/a~1b~0c/weight", New: json.RawMessage(`"007"`)},
		"goal g target 11000000":               {Kind: salesplan.ChangeChanged, Path: "/goals/g/target", New: json.RawMessage(`11000000`)},
		"goal g split/time/basis days":         {Kind: salesplan.ChangeChanged, Path: "/goals/g/split/time/basis", New: json.RawMessage(`"days"`)},
		"metric m share true":                  {Kind: salesplan.ChangeChanged, Path: "/metrics/m/share", New: json.RawMessage(`true`)},
		"axis org name null":                   {Kind: salesplan.ChangeChanged, Path: "/axes/org/name", New: json.RawMessage(`null`)},
		"set /name \"Plan; 2027\"":             {Kind: salesplan.ChangeChanged, Path: "/name", New: json.RawMessage(`"Plan; 2027"`)},
		"add unit x parent east weight 1":      {Kind: salesplan.ChangeAdded, Path: "/units/x", New: json.RawMessage(`{"id":"x","parent":"east","weight":1}`)},
		"add unit x parent east after \"last one\"": {Kind: salesplan.ChangeAdded, Path: "/units/x", After: "last one",
			New: json.RawMessage(`{"id":"x","parent":"east"}`)},
		"add unit {\"id\": \"x\",\n \"ids\": {}} first": {Kind: salesplan.ChangeAdded, Path: "/units/x", First: true, New: json.RawMessage(`{"id":"x","ids":{}}`)},
		"add /calendar/off/2027-10-08 2027-10-08":       {Kind: salesplan.ChangeAdded, Path: "/calendar/off/2027-10-08", New: json.RawMessage(`"2027-10-08"`)},
		"remove unit zhao-lei":                          {Kind: salesplan.ChangeRemoved, Path: "/units/zhao-lei"},
		"remove unit zhao-lei to":                       {Kind: salesplan.ChangeRemoved, Path: "/units/zhao-lei/to"},
		"remove /goals/g":                               {Kind: salesplan.ChangeRemoved, Path: "/goals/g"},
		"move unit a after b":                           {Kind: salesplan.ChangeMoved, Path: "/units/a", After: "b"},
		"move /goals/g last":                            {Kind: salesplan.ChangeMoved, Path: "/goals/g"},
		"move \"/goals/g g\" first":                     {Kind: salesplan.ChangeMoved, Path: "/goals/g g", First: true},
	} {
		got, err := salesplan.ParseChange(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		again, err := salesplan.ParseChange(got.String())
		require.NoError(t, err, got.String())
		require.Equal(t, want, again, got.String())
	}
}

func TestParseChange_Faults(t *testing.T) {
	for text, want := range map[string]diag.Fault{
		"":                                       {Code: diag.Required},
		" ; # no comment":                        {Code: diag.Unknown, Line: 1, Column: 4, Value: "#"},
		"unti li-na to 2027-06-30":               {Code: diag.Unknown, Line: 1, Column: 1, Value: "unti", Near: "unit"},
		"unit li-na too 2027-06-30":              {Code: diag.UnknownKey, Line: 1, Column: 12, Value: "too", Near: "to"},
		"goal g spilt/time days":                 {Code: diag.UnknownKey, Line: 1, Column: 8, Value: "spilt/time", Near: "split"},
		"unit li-na to":                          {Code: diag.Required, Line: 1, Column: 14},
		"unit":                                   {Code: diag.Required, Line: 1, Column: 5},
		"unit li-na to 2027-06-30 now":           {Code: diag.Trailing, Line: 1, Column: 26, Value: "now"},
		"unit \"\" to 2027-06-30":                {Code: diag.Invalid, Line: 1, Column: 6},
		"set name x":                             {Code: diag.Invalid, Line: 1, Column: 5, Value: "name"},
		"remove units zhao":                      {Code: diag.Invalid, Line: 1, Column: 8, Value: "units", Near: "unit"},
		"set /name":                              {Code: diag.Required, Line: 1, Column: 10},
		"set /name \"x":                          {Code: diag.Syntax, Line: 1, Column: 13},
		"set /name [1,\n  2,, 3]":                {Code: diag.Syntax, Line: 2, Column: 5},
		"set /name \"x\"y":                       {Code: diag.Syntax, Line: 1, Column: 14, Value: "y"},
		"set /name {\"a\":1,\"a\":2}":            {Code: diag.DuplicateKey, Line: 1, Column: 18, Value: "a"},
		"add unit x parent a parent b":           {Code: diag.DuplicateKey, Line: 1, Column: 21, Value: "parent"},
		"add goal x split/time {}":               {Code: diag.Invalid, Line: 1, Column: 12, Value: "split/time"},
		"add unit {\"name\": \"x\"}":             {Code: diag.Required, Line: 1, Column: 10},
		"add unit x paren a":                     {Code: diag.UnknownKey, Line: 1, Column: 12, Value: "paren", Near: "parent"},
		"move unit x":                            {Code: diag.Required, Line: 1, Column: 12},
		"move unit x afterr y":                   {Code: diag.UnknownKey, Line: 1, Column: 13, Value: "afterr"},
		"move /x afterr y":                       {Code: diag.Unknown, Line: 1, Column: 9, Value: "afterr", Near: "after"},
		"unit a to x\nunit b to y":               {Code: diag.Trailing},
		"set " + strings.Repeat("/a", 70) + " 1": {Code: diag.TooDeep, Line: 1},
		"unit a name \xff":                       {Code: diag.Encoding},
		strings.Repeat(" ", 1<<20) + "x":         {Code: diag.TooLarge},
	} {
		_, err := salesplan.ParseChange(text)
		all := diag.All(err)
		require.Len(t, all, 1, text)
		got := *all[0]
		require.Equal(t, "/text", got.Path, text)
		if want.Code == diag.TooDeep {
			got.Column = 0
		}
		got.Path, got.Bound = "", ""
		if want.Value == "" {
			got.Value = ""
		}
		require.Equal(t, want, got, text)
		requireSaid(t, err)
	}
}

// requireSaid wants faults said in Chinese.
func requireSaid(t *testing.T, err error) {
	t.Helper()
	for _, f := range diag.All(err) {
		require.Regexp(t, `\p{Han}`, salesplan.Catalogue().Text(f, diag.Chinese))
		if strings.Contains(f.Bound, " ") && f.Code != diag.Conflict {
			_, known := salesplan.Catalogue().Phrase(f.Bound, diag.Chinese)
			require.True(t, known || !strings.Contains(strings.ReplaceAll(f.Bound, ", ", ""), " "), f.Bound)
		}
	}
}

// Several changes are read on, so that all faults are known at once.
func TestParseChanges(t *testing.T) {
	changes, err := salesplan.ParseChanges("# who leaves\nunit a to 2027-06-30; unit b to 2027-07-31\n\n  remove unit c\n#end")
	require.NoError(t, err)
	require.Len(t, changes, 3)
	require.Equal(t, "/units/b/to", changes[1].Path)
	changes, err = salesplan.ParseChanges(" \n;")
	require.NoError(t, err)
	require.Empty(t, changes)
	_, err = salesplan.ParseChanges("unti a to x; unit b tto y extra\nunit c to 1 2\nset /x {\"a\nunit d to z")
	var places [][2]int
	for _, f := range diag.All(err) {
		places = append(places, [2]int{f.Line, f.Column})
	}
	require.Equal(t, [][2]int{{1, 1}, {1, 21}, {2, 13}, {3, 11}}, places)
}

func TestDecodeChanges(t *testing.T) {
	changes, err := salesplan.DecodeChanges(strings.NewReader(`["unit li-na to 2027-06-30",
		{"kind": "moved", "path": "/goals/g", "first": true},
		{"kind": "changed", "path": "/name", "old": "a", "new": {"b": [1, true, null, "\u0041"]}}]`))
	require.NoError(t, err)
	require.Equal(t, "/units/li-na/to", changes[0].Path)
	require.Equal(t, salesplan.Change{Kind: salesplan.ChangeMoved, Path: "/goals/g", First: true}, changes[1])
	require.Equal(t, `{"b":[1,true,null,"A"]}`, string(changes[2].New))
	require.Equal(t, `"a"`, string(changes[2].Old))

	text, err := json.Marshal(changes)
	require.NoError(t, err)
	again, err := salesplan.DecodeChanges(strings.NewReader(string(text)))
	require.NoError(t, err)
	require.Equal(t, changes, again)
	var std []salesplan.Change
	require.NoError(t, json.Unmarshal(text, &std))
	require.Equal(t, changes, std)

	one, err := salesplan.DecodeChanges(strings.NewReader(`"remove unit a"`))
	require.NoError(t, err)
	require.Len(t, one, 1)

	_, err = salesplan.DecodeChanges(strings.NewReader(`[{"kind": "change", "path": "/x", "new": 1}, {"kind": "added", "path": "/x"}, {"kind": "moved", "path": "x"},
		{"kind": "moved", "path": "/x", "first": true, "after": "y"}, {"kind": "removed", "path": "/x", "nwe": 1}, 5, "unti a", {}]`))
	salesplantest.RequireFaults(t, err, "invalid /0/kind", "required /1/new", "invalid /2/path", "conflict /3/after", "unknown-key /4/nwe",
		"type /5", "unknown /6", "required /7/kind", "required /7/path")
	_, err = salesplan.DecodeChanges(strings.NewReader(`[`))
	require.ErrorIs(t, err, diag.Syntax)
}

func changed(t *testing.T, p *salesplan.Plan, text string) *salesplan.Plan {
	t.Helper()
	changes, err := salesplan.ParseChanges(text)
	require.NoError(t, err)
	before := encoded(t, p)
	got, err := salesplan.Apply(p, changes...)
	require.NoError(t, err)
	require.Equal(t, before, encoded(t, p))
	return got
}

func TestApply(t *testing.T) {
	p := small()
	id := p.Goals[0].ID
	got := changed(t, p, `unit li-na to 2027-06-30; goal `+id+` target 1300.00; add unit new parent east weight 3 from 2027-08-01
		set /currency CNY; add /calendar/off/2027-10-08 2027-10-08; goal `+id+` split/time/basis days; set /metrics/0/name "Sales; all"
		move unit west first; remove unit zhao-lei; unit wang-wei aka ["王伟"]; set /axes/org/units/wang-wei/ids/fxiaoke 1001; unit li-na weight null`)
	u, _ := got.Unit("li-na")
	require.Equal(t, calendar.On(2027, 6, 30), u.To)
	require.False(t, u.Weight.Valid)
	require.Equal(t, "1300.00", got.Goals[0].Target.StringFixed(2))
	require.Equal(t, salesplan.TimeDays, got.Goals[0].Split.Time.Basis)
	require.Equal(t, []calendar.Date{calendar.On(2027, 10, 8)}, got.Calendar.Off)
	require.Equal(t, "west company east li-na wang-wei new", unitIDs(got))
	require.Equal(t, "Sales; all", got.Metrics[0].Name)
	u, _ = got.Unit("wang-wei")
	require.Equal(t, "1001", u.IDs["fxiaoke"])
	require.Equal(t, []string{"王伟"}, u.Aka)

	got = changed(t, got, "remove /calendar/off/2027-10-08; add unit first-one parent east after li-na; set /axes/org/units/2/name East")
	require.Empty(t, got.Calendar.Off)
	require.Equal(t, "west company east li-na first-one wang-wei new", unitIDs(got))
	u, _ = got.Unit("east")
	require.Equal(t, "East", u.Name)
	require.Equal(t, encoded(t, p), encoded(t, changed(t, p, "")))
}

func TestApply_Faults(t *testing.T) {
	p := small()
	p.Axes = append(p.Axes, salesplan.Axis{ID: "product", Units: []salesplan.Unit{{ID: "gtx"}}})
	p.Goals[0].Split.Time = salesplan.TimeRule{Basis: salesplan.TimeSeasonality, Normalise: true}
	for range 12 {
		p.Goals[0].Split.Time.Shares = append(p.Goals[0].Split.Time.Shares, decimal.NewFromInt(1))
	}
	p.Calendar.Off = []calendar.Date{calendar.On(2027, 10, 1)}
	for text, want := range map[string]string{
		"unit lina to 2027-06-30":                                "unknown /changes/0/path near li-na",
		"remove unit lina":                                       "unknown /changes/0/path near li-na",
		"remove unit li-na name":                                 "unknown /changes/0/path",
		"set /axis/org/name x":                                   "unknown /changes/0/path near axes",
		"set /axes/orc/name x":                                   "unknown /changes/0/path near org",
		"goal g target 1":                                        "unknown /changes/0/path",
		"add unit x parent eat":                                  "unknown /changes/0/new/parent near east",
		"add unit x":                                             "required /changes/0/path",
		"add unit li-na parent east":                             "duplicate /changes/0/path",
		"add /axes/org/units/x {\"id\": \"y\"}":                  "mismatch /changes/0/new",
		"add unit x parent east after lina":                      "unknown /changes/0/after near li-na",
		"move /metrics/0/step first":                             "mismatch /changes/0/path",
		"move /calendar/off first":                               "mismatch /changes/0/path",
		"move unit li-na after lina":                             "unknown /changes/0/after near li-na",
		"unit li-na to 2027-13-01":                               "out-of-range /changes/0/new",
		"unit li-na weight -1":                                   "negative /changes/0/new",
		"unit li-na/x to 1":                                      "unknown /changes/0/path near li-na",
		"set /axes/org/units/li-na/parent esat":                  "unknown /changes/0/new near east",
		"set /name/first x":                                      "unknown /changes/0/path",
		"set /calendar/off/2027-10-02 2027-10-02":                "unknown /changes/0/path near 2027-10-01",
		"set /calendar/off/2027-10-01 2027-10-02":                "mismatch /changes/0/new",
		"add /goals/" + p.Goals[0].ID + "/split/time/shares/x 1": "mismatch /changes/0/path",
		"goal " + p.Goals[0].ID + " split/time/bsis days":        "unknown-key /changes/0/new near basis",
		"unit li-na name x; unit li-na from yesterday":           "syntax /changes/1/new",
		"unit li-na name x; remove unit east":                    "unknown /axes/0/units/1/parent",
		"set / x":                                                "unknown-key /changes/0/new",
	} {
		changes, err := salesplan.ParseChanges(text)
		require.NoError(t, err, text)
		_, err = salesplan.Apply(p, changes...)
		all := diag.All(err)
		require.NotEmpty(t, all, text)
		got := string(all[0].Code) + " " + all[0].Path
		if all[0].Near != "" {
			got += " near " + all[0].Near
		}
		assert.Equal(t, want, got, text)
		require.Zero(t, all[0].Line, text)
		requireSaid(t, err)
	}
	_, err := salesplan.Apply(nil)
	require.ErrorIs(t, err, diag.Required)
	_, err = salesplan.Apply(p, salesplan.Change{}, salesplan.Change{Kind: salesplan.ChangeChanged, Path: "/name", New: json.RawMessage("{")},
		salesplan.Change{Kind: salesplan.ChangeChanged, Path: "/name", Old: json.RawMessage(`"x"`), New: json.RawMessage(`"y"`)},
		salesplan.Change{Kind: salesplan.ChangeRemoved, Path: "/axes/org", Old: json.RawMessage(`"x"`)})
	salesplantest.RequireFaults(t, err, "invalid /changes/0/kind", "syntax /changes/1/new", "unknown /changes/2/path", "conflict /changes/3/old")
}

// Axes that are read from tables keep their units; the plan refines them.
func TestApply_Tables(t *testing.T) {
	p := &salesplan.Plan{
		Metrics: []salesplan.Metric{salesplantest.Revenue()},
		Axes: []salesplan.Axis{{ID: "org", Table: &salesplan.AxisTable{File: "teams", Columns: []string{"team", "rep"}},
			Units: []salesplan.Unit{{ID: "B", Name: "Bo"}}}},
		Goals: []salesplan.Goal{salesplantest.Goal("revenue", "2027", 1200, salesplantest.Even("org"))},
	}
	table := "team,rep\neast,A\neast,B\nwest,C\n"
	filled, err := p.WithTables(tablesOf(table))
	require.NoError(t, err)
	got := changed(t, filled, "unit A weight 5; unit C to 2027-06-30; add unit D parent west; remove unit B name")
	want := changed(t, p, `add /axes/org/units/A {"id": "A", "weight": 5}; add /axes/org/units/C {"id": "C", "to": "2027-06-30"}
		add /axes/org/units/D {"id": "D", "parent": "west"}; remove /axes/org/units/B/name`)
	want, err = want.WithTables(tablesOf(table))
	require.NoError(t, err)
	require.Equal(t, want.Axes[0].AllUnits(), got.Axes[0].AllUnits())
	require.Equal(t, encoded(t, want), encoded(t, got))

	got = changed(t, got, "remove /axes/org/units/A")
	u, _ := got.Unit("A")
	require.False(t, u.Weight.Valid, "what the table says of it stands")
	require.Equal(t, "east", u.Parent)

	got = changed(t, filled, "remove /axes/org/units")
	require.Len(t, got.Axes[0].AllUnits(), 5)
	got = changed(t, got, "unit C name Cy")
	u, _ = got.Unit("C")
	require.Equal(t, "Cy", u.Name)

	for text, want := range map[string]string{
		"remove unit A":          "conflict /changes/0/path",
		"remove unit B":          "conflict /changes/0/path",
		"unit X name x":          "unknown /changes/0/path",
		"unit A parent west":     "conflict /changes/0/new",
		"add unit D parent wset": "unknown /changes/0/new/parent",
	} {
		change, err := salesplan.ParseChange(text)
		require.NoError(t, err)
		_, err = salesplan.Apply(filled, change)
		salesplantest.RequireFaults(t, err, want)
		requireSaid(t, err)
	}
}

func tablesOf(teams string) map[string]io.Reader {
	return map[string]io.Reader{"teams": strings.NewReader(teams)}
}
