package salesplantest

import (
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// Annual returns the annual plan 2027 of a made-up company: 10,000,000.00 CNY
// of revenue from quarters to days, over regions, teams and people, product
// lines and customer groups, by given weights and months' shares; and 100 new
// customers in each month, from weeks to days, over the same people. Li Na
// arrives on 1 April, Sun Li leaves after 31 August.
//
// It needs no evidence; [History] is a past that fits it, which its mapping
// of deals reads from [HistoryCSV]. Its days off are its own, not those of
// calendar/china, so that its targets stay the same when holidays are
// published. Its targets are about 124,000 rows.
func Annual() *salesplan.Plan {
	return &salesplan.Plan{
		Version:  salesplan.Version,
		Name:     "Annual plan 2027 年度计划",
		Currency: "CNY",
		Calendar: salesplan.CalendarRule{WorkRule: salesplan.WorkRule{Off: daysOff2027()}},
		Inputs:   salesplan.Inputs{Deals: dealsMapping()},
		Metrics:  metrics(),
		Axes: []salesplan.Axis{
			{ID: "org", Name: "Organisation 销售组织", Of: salesplan.FieldOwner, Units: organisation()},
			{ID: "product", Name: "Product lines 产品线", Of: salesplan.FieldProduct, Units: products()},
			{ID: "segment", Name: "Customer groups 客户群", Of: salesplan.FieldSegment, Units: segments()},
		},
		Goals: []salesplan.Goal{revenue2027(), customers2027()},
	}
}

func revenue2027() salesplan.Goal {
	byWeights := salesplan.BasisRule{Basis: salesplan.BasisWeights}
	return salesplan.Goal{
		ID: "revenue-2027", Name: "Revenue 2027 年销售额", Metric: "revenue", Period: "2027",
		Baseline: decimal.NewNullDecimal(decimal.RequireFromString("8600000.00")),
		Target:   decimal.RequireFromString("10000000.00"), Owner: "company",
		Why: "keep our share of a market that grows by 15 % a year",
		Split: &salesplan.SplitRule{
			Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek, calendar.GrainDay},
			Time: salesplan.TimeRule{
				Basis: salesplan.TimeSeasonality, Within: salesplan.TimeWorkdays,
				Shares: shares(7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12),
			},
			Axes: []salesplan.AxisRule{
				{Axis: "org", BasisRule: byWeights},
				{Axis: "product", BasisRule: byWeights},
				{Axis: "segment", BasisRule: byWeights},
			},
		},
	}
}

func customers2027() salesplan.Goal {
	return salesplan.Goal{
		ID: "customers-2027", Name: "New customers 2027 新客户", Metric: "new-customers", Period: "2027",
		Every: calendar.GrainMonth, Target: decimal.NewFromInt(100), Owner: "company",
		Split: &salesplan.SplitRule{
			Grains: []calendar.Grain{calendar.GrainWeek, calendar.GrainDay},
			Time:   salesplan.TimeRule{Basis: salesplan.TimeDays},
			Axes:   []salesplan.AxisRule{{Axis: "org", BasisRule: salesplan.BasisRule{Basis: salesplan.BasisWeights}}},
		},
	}
}

// Customers returns a plan of one sentence: 100 new customers in each month of
// 2026, stated once, divided evenly over the calendar days (3 or 4 a day) and
// over four people, so that each day's customers have their owners.
func Customers() *salesplan.Plan {
	return &salesplan.Plan{
		Version:  salesplan.Version,
		Name:     "New customers 2026 新客户计划",
		Currency: "CNY",
		Calendar: salesplan.CalendarRule{WorkRule: salesplan.WorkRule{Holidays: salesplan.HolidaysChina}},
		Inputs:   salesplan.Inputs{Deals: dealsMapping()},
		Metrics:  metrics()[1:],
		Axes: []salesplan.Axis{{ID: "org", Name: "Organisation 销售组织", Of: salesplan.FieldOwner, Units: []salesplan.Unit{
			{ID: "sales", Name: "销售部 Sales"},
			person("wang-wei", "sales", "王伟", "Wang Wei", "1001"),
			person("chen-jie", "sales", "陈杰", "Chen Jie", "1004"),
			person("anna-schmidt", "sales", "安娜", "Anna Schmidt", "1003"),
			person("liu-yang", "sales", "刘洋", "Liu Yang", "1006"),
		}}},
		Goals: []salesplan.Goal{{
			ID: "customers-2026", Name: "100 new customers a month 每月新增 100 个客户", Metric: "new-customers", Period: "2026",
			Every: calendar.GrainMonth, Target: decimal.NewFromInt(100), Owner: "sales",
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainDay},
				Time:   salesplan.TimeRule{Basis: salesplan.TimeDays},
				Axes:   []salesplan.AxisRule{{Axis: "org", BasisRule: salesplan.BasisRule{Basis: salesplan.BasisEven}}},
			},
		}},
	}
}

func metrics() []salesplan.Metric {
	return []salesplan.Metric{
		{ID: "revenue", Name: "Revenue 销售额", Measure: "CNY", Step: decimal.RequireFromString("0.01"), Kind: salesplan.KindFlow, Counts: salesplan.CountsWonAmount},
		{ID: "new-customers", Name: "New customers 新客户", Measure: "customer", Step: decimal.NewFromInt(1), Kind: salesplan.KindFlow, Counts: salesplan.CountsWonCustomers},
	}
}

func organisation() []salesplan.Unit {
	liNa := weighted(person("li-na", "shanghai", "李娜", "Li Na", "1002"), 80)
	liNa.From = calendar.On(2027, time.April, 1)
	sunLi := weighted(person("sun-li", "beijing", "孙丽", "Sun Li", "1008"), 90)
	sunLi.To = calendar.On(2027, time.August, 31)
	return []salesplan.Unit{
		{ID: "company", Name: "示例科技 Example Technologies"},
		unit("east", "company", "华东 East", 45),
		unit("shanghai", "east", "上海一组 Shanghai", 60),
		weighted(person("wang-wei", "shanghai", "王伟", "Wang Wei", "1001"), 120),
		liNa,
		weighted(person("anna-schmidt", "shanghai", "安娜", "Anna Schmidt", "1003"), 100),
		unit("hangzhou", "east", "杭州组 Hangzhou", 40),
		weighted(person("chen-jie", "hangzhou", "陈杰", "Chen Jie", "1004"), 110),
		weighted(person("zhao-min", "hangzhou", "赵敏", "Zhao Min", "1005"), 90),
		unit("north", "company", "华北 North", 30),
		unit("beijing", "north", "北京组 Beijing", 100),
		weighted(person("liu-yang", "beijing", "刘洋", "Liu Yang", "1006"), 130),
		weighted(person("john-smith", "beijing", "约翰", "John Smith", "1007"), 100),
		sunLi,
		unit("south", "company", "华南 South", 25),
		unit("shenzhen", "south", "深圳组 Shenzhen", 55),
		weighted(person("huang-qiang", "shenzhen", "黄强", "Huang Qiang", "1009"), 115),
		weighted(person("zhou-ting", "shenzhen", "周婷", "Zhou Ting", "1010"), 95),
		unit("guangzhou", "south", "广州组 Guangzhou", 45),
		weighted(person("wu-lei", "guangzhou", "吴磊", "Wu Lei", "1011"), 105),
		weighted(person("maria-garcia", "guangzhou", "玛丽亚", "María García", "1012"), 85),
	}
}

func products() []salesplan.Unit {
	return []salesplan.Unit{
		unit("software", "", "软件 Software", 60),
		also(unit("cloud", "software", "云服务 Cloud", 70), "云服务", "Cloud"),
		also(unit("licences", "software", "软件许可 Licences", 30), "软件许可", "Licenses"),
		unit("services", "", "服务 Services", 40),
		also(unit("support", "services", "运维支持 Support", 75), "运维支持", "Support & maintenance"),
		also(unit("training", "services", "培训 Training", 25), "培训"),
	}
}

func segments() []salesplan.Unit {
	return []salesplan.Unit{
		also(unit("key-accounts", "", "大客户 Key accounts", 50), "大客户", "KA"),
		also(unit("mid-market", "", "中型客户 Mid-market", 30), "中型客户"),
		also(unit("small-business", "", "小微客户 Small business", 20), "小微客户", "SMB"),
	}
}

func unit(id, parent, name string, weight int64) salesplan.Unit {
	return weighted(salesplan.Unit{ID: id, Parent: parent, Name: name}, weight)
}

// person returns a unit as a CRM's export may spell it: in Chinese, in
// English, or by the CRM's own id.
func person(id, parent, chinese, english, crm string) salesplan.Unit {
	return salesplan.Unit{
		ID: id, Parent: parent, Name: chinese + " " + english, Aka: []string{chinese, english},
		IDs: map[string]string{"fxiaoke": crm},
	}
}

func weighted(u salesplan.Unit, weight int64) salesplan.Unit {
	u.Weight = decimal.NewNullDecimal(decimal.NewFromInt(weight))
	return u
}

func also(u salesplan.Unit, aka ...string) salesplan.Unit {
	u.Aka = aka
	return u
}

func shares(percent ...int64) []decimal.Decimal {
	out := make([]decimal.Decimal, len(percent))
	for i, p := range percent {
		out[i] = decimal.NewFromInt(p)
	}
	return out
}

// daysOff2027 are the company's days off, all of them Monday to Friday.
func daysOff2027() []calendar.Date {
	var out []calendar.Date
	for _, p := range []calendar.Period{
		calendar.Day(calendar.On(2027, time.January, 1)),
		calendar.Span(calendar.On(2027, time.February, 5), calendar.On(2027, time.February, 12)),
		calendar.Day(calendar.On(2027, time.April, 5)),
		calendar.Span(calendar.On(2027, time.May, 3), calendar.On(2027, time.May, 5)),
		calendar.Day(calendar.On(2027, time.June, 9)),
		calendar.Day(calendar.On(2027, time.September, 15)),
		calendar.Span(calendar.On(2027, time.October, 1), calendar.On(2027, time.October, 7)),
	} {
		for d := p.First; !d.After(p.Last); d = d.AddDays(1) {
			if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				out = append(out, d)
			}
		}
	}
	return out
}
