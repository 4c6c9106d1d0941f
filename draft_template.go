package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Templates returns the names that [Template] knows.
func Templates() []string { return []string{"annual", "customers", "launch"} }

// Template returns a small plan to start from, which is valid and whose targets
// need no evidence:
//   - "annual": a year's revenue over regions and their people and over
//     products, by weights and months' shares;
//   - "customers": 100 new customers in each month, down to the day, over four
//     people;
//   - "launch": the first half year of a new product, over channels and
//     segments, with a growing share each month.
//
// The plan is for the given year. Faults: [diag.Invalid] at "/name" for another
// name, [diag.OutOfRange] at "/year" for a year outside 1900 to 2200.
func Template(name string, year int) (*Plan, error) {
	if year < firstDataYear || year > lastDataYear {
		return nil, &diag.Fault{Code: diag.OutOfRange, Path: "/year", Value: strconv.Itoa(year), Bound: dataYears}
	}
	p := &Plan{
		Version: Version, Currency: "CNY",
		Calendar: CalendarRule{WorkRule: WorkRule{Holidays: HolidaysChina, Unpublished: calendar.UnpublishedWeekdays}},
	}
	y := strconv.Itoa(year)
	switch name {
	case "annual":
		annualTemplate(p, y)
	case "customers":
		customersTemplate(p, y)
	case "launch":
		launchTemplate(p, y)
	default:
		return nil, &diag.Fault{Code: diag.Invalid, Path: "/name", Value: diag.Clip(name), Bound: joinNames(Templates()), Near: diag.Nearest(name, Templates())}
	}
	return p, nil
}

func annualTemplate(p *Plan, year string) {
	p.Name = "Annual plan " + year
	p.Metrics = []Metric{{ID: "revenue", Name: "Revenue", Measure: "CNY", Step: decimal.New(1, -2), Counts: CountsWonAmount}}
	p.Axes = []Axis{
		{ID: "org", Name: "Sales organisation", Of: FieldOwner, Units: weighted(
			"company", "", "", "north", "company", "40", "south", "company", "60",
			"li-na", "north", "1", "wang-wei", "north", "1", "zhang-min", "south", "1.5", "chen-jie", "south", "1")},
		{ID: "product", Name: "Products", Of: FieldProduct, Units: weighted("standard", "", "70", "premium", "", "30")},
	}
	by := BasisRule{Basis: BasisWeights}
	p.Goals = []Goal{{
		ID: "revenue-" + year, Name: "Revenue " + year, Metric: "revenue", Period: year, Target: decimal.New(10_000_000, 0), Owner: "company",
		Why: "write here what the goal serves", Source: "won deals of the CRM",
		Split: &SplitRule{
			Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth},
			Time:   TimeRule{Basis: TimeSeasonality, Shares: wholes(7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12)},
			Axes:   []AxisRule{{Axis: "org", BasisRule: by}, {Axis: "product", BasisRule: by}},
		},
	}}
}

func customersTemplate(p *Plan, year string) {
	p.Name = "New customers " + year
	p.Metrics = []Metric{{ID: "new-customers", Name: "New customers", Measure: "customer", Step: decimal.New(1, 0), Counts: CountsWonCustomers}}
	p.Axes = []Axis{{ID: "org", Name: "Sales team", Of: FieldOwner, Units: weighted(
		"team", "", "", "li-na", "team", "", "wang-wei", "team", "", "zhang-min", "team", "", "chen-jie", "team", "")}}
	p.Goals = []Goal{{
		ID: "customers-" + year, Name: "100 new customers a month", Metric: "new-customers", Period: year, Every: calendar.GrainMonth,
		Target: decimal.New(100, 0), Owner: "team", Why: "write here what the goal serves", Source: "first won deals of the CRM",
		Split: &SplitRule{
			Grains: []calendar.Grain{calendar.GrainWeek, calendar.GrainDay},
			Time:   TimeRule{Basis: TimeWorkdays},
			Axes:   []AxisRule{{Axis: "org", BasisRule: BasisRule{Basis: BasisEven}}},
		},
	}}
}

func launchTemplate(p *Plan, year string) {
	p.Name = "Product launch " + year
	p.Metrics = []Metric{
		{ID: "revenue", Name: "Revenue of the new product", Measure: "CNY", Step: decimal.New(1, -2), Counts: CountsWonAmount},
		{ID: "first-deals", Name: "First deals", Measure: "deal", Step: decimal.New(1, 0), Counts: CountsWonDeals},
	}
	p.Axes = []Axis{
		{ID: "channel", Name: "Channels", Of: FieldOwner, Units: weighted("all-channels", "", "", "direct", "all-channels", "50", "partners", "all-channels", "30", "online", "all-channels", "20")},
		{ID: "segment", Name: "Customer segments", Of: FieldSegment, Units: weighted("enterprise", "", "60", "mid-market", "", "40")},
	}
	by := BasisRule{Basis: BasisWeights}
	split := func() *SplitRule {
		return &SplitRule{
			Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth},
			Time:   TimeRule{Basis: TimeSeasonality, Shares: wholes(4, 8, 13, 20, 25, 30, 0, 0, 0, 0, 0, 0)},
			Axes:   []AxisRule{{Axis: "channel", BasisRule: by}, {Axis: "segment", BasisRule: by}},
		}
	}
	p.Goals = []Goal{
		{
			ID: "launch-revenue", Name: "Revenue of the first half year", Metric: "revenue", Period: year + "-H1", Target: decimal.New(1_200_000, 0),
			Owner: "all-channels", Why: "write here what the launch serves", Source: "won deals of the CRM", Split: split(),
		},
		{
			ID: "launch-deals", Name: "Deals of the first half year", Metric: "first-deals", Period: year + "-H1", Target: decimal.New(60, 0),
			Owner: "all-channels", Why: "enough customers to learn from", Source: "won deals of the CRM", Split: split(),
		},
	}
}

// weighted returns units from ids, parents and weights, one after the other.
func weighted(fields ...string) (units []Unit) {
	for i := 0; i+2 < len(fields); i += 3 {
		u := Unit{ID: fields[i], Parent: fields[i+1]}
		if w, err := decimal.NewFromString(fields[i+2]); err == nil {
			u.Weight = decimal.NewNullDecimal(w)
		}
		units = append(units, u)
	}
	return units
}

func wholes(numbers ...int64) []decimal.Decimal {
	out := make([]decimal.Decimal, len(numbers))
	for i, n := range numbers {
		out[i] = decimal.New(n, 0)
	}
	return out
}
