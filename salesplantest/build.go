package salesplantest

import (
	"iter"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// Revenue returns a metric "revenue": what won deals bring, in CNY, to the
// cent.
func Revenue() salesplan.Metric { return metrics()[0] }

// NewCustomers returns a metric "new-customers": customers by their first won
// deal, in whole ones.
func NewCustomers() salesplan.Metric { return metrics()[1] }

// Org returns an axis "org" that reads the owners of deals: the unit root and
// below it those of paths, as [Tree] reads them.
//
//	Org("company", "east/wang-wei", "east/li-na", "north")
func Org(root string, paths ...string) salesplan.Axis {
	below := []string{root}
	for _, p := range paths {
		below = append(below, pathOf(root)+"/"+p)
	}
	return Tree("org", salesplan.FieldOwner, below...)
}

// Tree returns an axis with the units of paths in the order in which they are
// first named: "software/cloud" is cloud below software, and later paths through
// software go through the same one. "=" and a whole number give a unit its weight, "software=60/cloud=70"; given twice, the
// last counts. What is no whole number belongs to the id.
func Tree(id string, of salesplan.Field, paths ...string) salesplan.Axis {
	a := salesplan.Axis{ID: id, Of: of}
	at := map[string]int{}
	for _, path := range paths {
		parent := ""
		for name := range strings.SplitSeq(path, "/") {
			unitID, weight := cutWeight(name)
			i, known := at[parent+"/"+unitID]
			if !known {
				i = len(a.Units)
				at[parent+"/"+unitID] = i
				a.Units = append(a.Units, salesplan.Unit{ID: unitID, Parent: parent})
			}
			if weight.Valid {
				a.Units[i].Weight = weight
			}
			parent = unitID
		}
	}
	return a
}

// pathOf returns the id of a root that may have a weight.
func pathOf(root string) string {
	id, _ := cutWeight(root)
	return id
}

func cutWeight(name string) (string, decimal.NullDecimal) {
	i := strings.LastIndexByte(name, '=')
	if i < 0 {
		return name, decimal.NullDecimal{}
	}
	n, err := strconv.ParseInt(name[i+1:], 10, 64)
	if err != nil {
		return name, decimal.NullDecimal{}
	}
	return name[:i], decimal.NewNullDecimal(decimal.NewFromInt(n))
}

// Goal returns a goal of a metric over a period, with the id "metric-period",
// owed evenly over the months and, in this order, over the axes of rules.
//
//	Goal("revenue", "2027", 10_000_000, Even("org"), ByWeights("product"))
func Goal(metric, period string, target int64, rules ...salesplan.AxisRule) salesplan.Goal {
	return salesplan.Goal{
		ID: metric + "-" + period, Metric: metric, Period: period, Target: decimal.NewFromInt(target),
		Split: &salesplan.SplitRule{
			Grains: []calendar.Grain{calendar.GrainMonth},
			Time:   salesplan.TimeRule{Basis: salesplan.TimeEven},
			Axes:   rules,
		},
	}
}

// Even returns the rule by which all siblings on an axis owe the same.
func Even(axis string) salesplan.AxisRule {
	return salesplan.AxisRule{Axis: axis, BasisRule: salesplan.BasisRule{Basis: salesplan.BasisEven}}
}

// ByWeights returns the rule by which units owe by their weights.
func ByWeights(axis string) salesplan.AxisRule {
	return salesplan.AxisRule{Axis: axis, BasisRule: salesplan.BasisRule{Basis: salesplan.BasisWeights}}
}

// ByHistory returns the rule by which units owe by what they brought in a
// period of the past; units that are new are refused.
func ByHistory(axis, period string) salesplan.AxisRule {
	return salesplan.AxisRule{Axis: axis, BasisRule: salesplan.BasisRule{Basis: salesplan.BasisHistory, Period: period}}
}

// Won returns a deal that its owner won, of a new customer, with the id
// "owner-day-amount".
func Won(owner string, closed calendar.Date, amount int64) salesplan.Deal {
	id := owner + "-" + closed.String() + "-" + strconv.FormatInt(amount, 10)
	return salesplan.Deal{
		ID: id, Owner: owner, Customer: "customer of " + id, Stage: "won", Outcome: salesplan.OutcomeWon,
		Amount: decimal.NewNullDecimal(decimal.NewFromInt(amount)), Closed: closed,
	}
}

// Deals yields deals as [salesplan.Gather] takes them.
func Deals(deals ...salesplan.Deal) iter.Seq2[salesplan.Deal, error] {
	return func(yield func(salesplan.Deal, error) bool) {
		for _, d := range deals {
			if !yield(d, nil) {
				return
			}
		}
	}
}
