package salesplan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

// senseText is a plan in which each kind of mistake can be made.
const senseText = `{
  "salesplan": "1",
  "rates": [{"currency": "USD", "rate": "7.1"}],
  "calendar": {"off": ["2027-05-03"], "on": ["2027-05-08"], "fiscal": {"firstMonth": 4}},
  "tolerance": "0.01",
  "metrics": [
    {"id": "revenue", "step": "0.01"},
    {"id": "customers", "step": 1}
  ],
  "axes": [
    {"id": "org", "of": "owner", "units": [
      {"id": "company"},
      {"id": "east", "parent": "company", "weight": "60"},
      {"id": "west", "parent": "company", "weight": "40", "from": "2027-03-01", "to": "2027-09-30"}
    ]},
    {"id": "product", "units": [{"id": "cloud"}, {"id": "support"}]}
  ],
  "goals": [
    {"id": "r", "metric": "revenue", "period": "FY2028", "target": "1000000.00", "owner": "company", "split": {
      "grains": ["quarter", "month"],
      "time": {"basis": "seasonality", "shares": [7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12]},
      "axes": [{"axis": "org", "basis": "weights", "levels": [{"level": 1, "basis": "even"}, {"level": 2}]}, {"axis": "product"}]}},
    {"id": "c", "metric": "customers", "period": "2027", "every": "month", "target": 100}
  ]
}
`

// senseCases are single changes to senseText and what becomes of them.
var senseCases = []struct {
	name, old, changed string
	place              string // what stands at the fault's place
	want               string
	values             string // the fault's value, bound and nearest name
}{
	{"shares that total 99", "9, 12]}", "9, 11]}", "[7, 5,", "total /goals/0/split/time/shares", "99 1 or 100 "},
	{"shares that total 100.5", "[7, 5,", "[7.5, 5,", "[7.5, 5,", "total /goals/0/split/time/shares", "100.5 1 or 100 "},
	{"shares that total 0.99", "[7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12]", "[0.07, 0.05, 0.09, 0.08, 0.08, 0.09, 0.08, 0.08, 0.09, 0.08, 0.09, 0.11]", "[0.07", "total /goals/0/split/time/shares", "0.99 1 or 100 "},
	{"eleven shares", "9, 12]}", "21]}", "[7, 5,", "mismatch /goals/0/split/time/shares", "11 12 "},
	{"a negative share", "[7, 5,", "[17, -5,", "-5,", "negative /goals/0/split/time/shares/1", "-5 0 "},
	{"half a cent", `"1000000.00"`, `"1000000.005"`, `"1000000.005"`, "off-step /goals/0/target", "1000000.005 0.01 "},
	{"half a customer", `"target": 100}`, `"target": 99.5}`, "99.5}", "off-step /goals/1/target", "99.5 1 "},
	{"a metric that is none", `"metric": "revenue"`, `"metric": "revnue"`, `"revnue"`, "unknown /goals/0/metric", "revnue the metrics revenue"},
	{"an owner that is none", `"owner": "company"`, `"owner": "compny"`, `"compny"`, "unknown /goals/0/owner", "compny the units company"},
	{"a parent that is none", `"parent": "company", "weight": "60"`, `"parent": "companyy", "weight": "60"`, `"companyy"`, "unknown /axes/0/units/1/parent", "companyy the units of org company"},
	{"a parent on another axis", `{"id": "support"}`, `{"id": "support", "parent": "east"}`, `"east"}`, "unknown /axes/1/units/1/parent", "east the units of product "},
	{"an axis that is none", `"axis": "product"`, `"axis": "products"`, `"products"`, "unknown /goals/0/split/axes/1/axis", "products the axes product"},
	{"an axis twice", `"axis": "product"`, `"axis": "org"`, `"org"}]}},`, "duplicate /goals/0/split/axes/1/axis", "org /goals/0/split/axes/0 "},
	{"a level twice", `{"level": 2}`, `{"level": 1}`, "1}]}, ", "duplicate /goals/0/split/axes/0/levels/1/level", "1 /goals/0/split/axes/0/levels/0 "},
	{"a circle of one", `{"id": "company"}`, `{"id": "company", "parent": "company"}`, `"company"},`, "cycle /axes/0/units/0/parent", "company company "},
	{"a circle of two", `{"id": "company"}`, `{"id": "company", "parent": "east"}`, `"east"},`, "cycle /axes/0/units/0/parent", "company company → east "},
	{"a metric's id twice", `"step": 1}`, `"step": 1}, {"id": "revenue", "step": 5}`, `"revenue", "step": 5`, "duplicate /metrics/2/id", "revenue /metrics/0 "},
	{"a unit's id twice", `"id": "west"`, `"id": "east"`, `"east", "parent": "company", "weight": "40"`, "duplicate /axes/0/units/2/id", "east /axes/0/units/1 "},
	{"a unit's id on two axes", `"id": "cloud"`, `"id": "east"`, `"east"}, {"id": "support"`, "duplicate /axes/1/units/0/id", "east /axes/0/units/1 "},
	{"an axis's id twice", `{"id": "support"}]}`, `{"id": "support"}]}, {"id": "org"}`, "\"org\"}\n  ]", "duplicate /axes/2/id", "org /axes/0 "},
	{"a goal's id twice", `"id": "c"`, `"id": "r"`, `"r", "metric": "customers"`, "duplicate /goals/1/id", "r /goals/0 "},
	{"gone before it came", `"to": "2027-09-30"`, `"to": "2027-02-28"`, `"2027-02-28"`, "order /axes/0/units/2/to", "2027-02-28 from 2027-03-01 "},
	{"a day that is none", `"to": "2027-09-30"`, `"to": "2027-09-31"`, `"2027-09-31"`, "out-of-range /axes/0/units/2/to", ""},
	{"a thirteenth month", `"period": "2027"`, `"period": "2027-13"`, `"2027-13"`, "out-of-range /goals/1/period", ""},
	{"a fifth quarter", `"FY2028"`, `"FY2028-Q5"`, `"FY2028-Q5"`, "out-of-range /goals/0/period", ""},
	{"no period", `"period": "2027"`, `"period": "next year"`, `"next year"`, "syntax /goals/1/period", ""},
	{"no step", `"step": 1`, `"step": 0`, "0}\n  ],", "required /metrics/1/step", ""},
	{"a negative weight", `"weight": "60"`, `"weight": "-60"`, `"-60"`, "negative /axes/0/units/1/weight", "-60 0 "},
	{"a worthless currency", `"rate": "7.1"`, `"rate": "0"`, `"0"}`, "out-of-range /rates/0/rate", ""},
	{"a tolerance of all", `"tolerance": "0.01"`, `"tolerance": "1.01"`, `"1.01"`, "out-of-range /tolerance", ""},
	{"on and off", `"2027-05-08"`, `"2027-05-03"`, `"2027-05-03"], "fiscal"`, "conflict /calendar/on/0", ""},
	{"month 13 of the year", `"firstMonth": 4`, `"firstMonth": 13`, `13}`, "out-of-range /calendar/fiscal/firstMonth", ""},
	{"shares without seasonality", `"basis": "seasonality", `, ``, `[7, 5,`, "conflict /goals/0/split/time/shares", ""},
}

// TestDecode_Sense: what makes no sense is one fault, at the place of the value
// that makes none.
func TestDecode_Sense(t *testing.T) {
	_, err := decodeString(senseText)
	require.NoError(t, err)
	for _, tt := range senseCases {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(senseText, tt.old))
			text := strings.Replace(senseText, tt.old, tt.changed, 1)
			require.Equal(t, 1, strings.Count(text, tt.place))
			line, column := endOf(text[:strings.Index(text, tt.place)])
			_, err := decodeString(text)
			salesplantest.RequireFaults(t, err, tt.want)
			f := diag.All(err)[0]
			require.Equal(t, fmt.Sprint(line, ":", column), fmt.Sprint(f.Line, ":", f.Column), err)
			if tt.values != "" {
				require.Equal(t, tt.values, fmt.Sprint(f.Value, " ", f.Bound, " ", f.Near))
			}
		})
	}
}

// TestDecode_SenseAtOnce: mistakes in several places are all said, in the order
// of the document.
func TestDecode_SenseAtOnce(t *testing.T) {
	text, want := senseText, []string(nil)
	for _, name := range []string{
		"a worthless currency", "on and off", "a tolerance of all", "a negative weight", "gone before it came",
		"a metric that is none", "an owner that is none", "shares that total 99", "an axis that is none", "half a customer",
	} {
		for _, tt := range senseCases {
			if tt.name == name {
				text, want = strings.Replace(text, tt.old, tt.changed, 1), append(want, tt.want)
			}
		}
	}
	require.Len(t, want, 10)
	_, err := decodeString(text)
	salesplantest.RequireFaults(t, err, want...)
	all := diag.All(err)
	for i := 1; i < len(all); i++ {
		require.True(t, all[i-1].Line < all[i].Line || all[i-1].Line == all[i].Line && all[i-1].Column < all[i].Column, err)
	}

	// A plan built in Go has the same faults, without places.
	p, err := decodeString(senseText)
	require.NoError(t, err)
	p.Rates[0].Rate, p.Tolerance = decimal.Decimal{}, decimal.NewNullDecimal(decimal.New(101, -2))
	p.Calendar.On[0] = p.Calendar.Off[0]
	units, r := p.Axes[0].Units, &p.Goals[0]
	units[1].Weight.Decimal = units[1].Weight.Decimal.Neg()
	units[2].To = units[2].From.AddDays(-1)
	r.Metric, r.Owner, r.Split.Time.Shares[11], r.Split.Axes[1].Axis = "revnue", "compny", decimal.NewFromInt(11), "products"
	p.Goals[1].Target = decimal.New(995, -1)
	salesplantest.RequireFaults(t, p.Validate(), want...)
}
