package salesplan

import (
	"math/big"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Codes of the findings of bases.
const (
	codeIdleGrowth   diag.Code = "growth-unused"
	codeDealUnvalued diag.Code = "pipeline-without-amount"
	codeDealUndated  diag.Code = "pipeline-without-day"
	codeDealNameless diag.Code = "pipeline-without-customer"
	codeStageMissing diag.Code = "stage-not-seen"
)

// basisMessages returns the texts of the findings of bases.
func basisMessages() diag.Catalogue {
	return diag.Catalogue{
		codeIdleGrowth: {
			EN: "{subject}: its growth does not count in goal {goal}, which divides nothing over it by that rule",
			ZH: "{subject}：其增长率在目标 {goal} 中不起作用，该规则没有向它分配任何金额",
		},
		codeDealUnvalued: {
			EN: "{subject}: {count} open deals (rows {rows}) have no amount, or one without a rate; goal {goal} is split without them",
			ZH: "{subject}：{count} 笔进行中的商机（第 {rows} 行）没有金额或缺少汇率，目标 {goal} 拆分时未计入",
		},
		codeDealUndated: {
			EN: "{subject}: {count} open deals (rows {rows}) have no day of expected closing; goal {goal}, which goes by those of a window, is split without them",
			ZH: "{subject}：{count} 笔进行中的商机（第 {rows} 行）没有预计成交日期，目标 {goal} 按时间窗口拆分，未计入这些商机",
		},
		codeDealNameless: {
			EN: "{subject}: {count} open deals (rows {rows}) have no customer; goal {goal}, which counts customers, is split without them",
			ZH: "{subject}：{count} 笔进行中的商机（第 {rows} 行）没有客户名称，目标 {goal} 按客户数拆分，未计入这些商机",
		},
		codeStageMissing: {
			EN: "{subject}: no open deal is in this stage, to which goal {goal} gives a probability",
			ZH: "{subject}：目标 {goal} 为该阶段设定了概率，但没有进行中的商机处于该阶段",
		},
	}
}

const (
	maxBlend  = 16   // parts of a blend
	maxStages = 1000 // stages with a probability
	maxGroups = 64   // groups of one rule
)

// checkMeasures checks a unit's potential, full-time equivalents and group.
func checkMeasures(u *Unit, path string, c *diag.Collector) {
	notNegative(u.Potential, path+"/potential", c)
	notNegative(u.FTE, path+"/fte", c)
	if u.Group != "" {
		checkID(u.Group, path+"/group", c)
	}
}

func notNegative(d decimal.NullDecimal, path string, c *diag.Collector) {
	switch {
	case !d.Valid:
	case !checkAmount(d.Decimal):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound})
	case d.Decimal.IsNegative():
		c.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: d.Decimal.String(), Bound: "0"})
	}
}

// checkBasis checks the rule of an axis or of one of its levels.
func checkBasis(b BasisRule, axis string, in goalContext, path string, c *diag.Collector) {
	if b.Basis == BasisBlend {
		checkIdle(false, "only in the parts of the blend", c, map[string]string{path + "/period": b.Period, path + "/newcomers": string(b.Newcomers)})
		if len(b.Probability) > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/probability", Bound: "only in the parts of the blend"})
		}
		if len(b.Blend) == 0 {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/blend", Bound: "the bases of the blend"})
		}
	} else {
		checkPart(b.part(), bases(), in, path, c)
		if len(b.Blend) > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/blend", Bound: "only with basis blend"})
		}
		if b.Normalise {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/normalise", Bound: "only with basis blend"})
		}
	}
	checkBlend(b, in, path, c)
	checkGrowthRule(b.Growth, axis, in, path+"/growth", c)
	checkBuckets(b.Buckets, in, path+"/buckets", c)
}

// partBases are the bases of parts.
func partBases() []Basis { return bases()[:len(bases())-1] }

// checkPart checks a basis that is no blend.
func checkPart(p BasisPart, known []Basis, in goalContext, path string, c *diag.Collector) {
	if p.Basis != "" {
		c.Add(checkEnum(p.Basis, known, path+"/basis"))
	}
	c.Add(checkEnum(p.Newcomers, []Newcomers{"", NewcomersRefuse, NewcomersMedian, NewcomersWeight}, path+"/newcomers"))
	checkIdle(p.bySales(), "only with basis history or pipeline", c, map[string]string{path + "/period": p.Period})
	if p.Basis == BasisHistory || p.Basis == BasisPipeline && p.Period != "" {
		checkWindow(p.Period, in, path+"/period", c)
	}
	if p.Basis == BasisPipeline && in.metric != nil && in.metric.Counts == "" {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/basis", Value: string(p.Basis), Bound: "metric " + in.metric.ID + ` counts no deals; "counts" says which`})
	}
	if p.Basis != BasisPipeline && len(p.Probability) > 0 {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/probability", Bound: "only with basis pipeline"})
	}
	if len(p.Probability) > maxStages {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/probability", Bound: strconv.Itoa(maxStages)})
		return
	}
	spelled := map[string]string{}
	for _, stage := range sortedKeys(p.Probability) {
		at := path + "/probability" + diag.Pointer(stage)
		if d := p.Probability[stage]; !checkAmount(d) || d.IsNegative() || d.GreaterThan(decimal.New(1, 0)) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at, Bound: "0 to 1"})
		}
		if other, twice := spelled[foldName(stage)]; twice {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: at, Value: stage, Bound: other})
		}
		spelled[foldName(stage)] = stage
	}
}

func checkBlend(b BasisRule, in goalContext, path string, c *diag.Collector) {
	at := path + "/blend"
	if len(b.Blend) > maxBlend {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: at, Bound: strconv.Itoa(maxBlend)})
		return
	}
	shares := make([]decimal.Decimal, len(b.Blend))
	paths := make([]string, len(b.Blend))
	for i, p := range b.Blend {
		shares[i], paths[i] = p.Share, index(at, i)+"/share"
		checkPart(p.BasisPart, partBases(), in, index(at, i), c)
	}
	if len(shares) > 0 {
		checkShares(shares, paths, b.Normalise, at, c)
	}
}

// checkShares refuses shares that don't total 1 or 100, unless they are to be
// normalised, and those that come to nothing.
func checkShares(shares []decimal.Decimal, paths []string, normalise bool, path string, c *diag.Collector) {
	before := c.Len()
	total := new(big.Rat)
	for i, d := range shares {
		notNegative(decimal.NewNullDecimal(d), paths[i], c)
		if c.Len() == before {
			total.Add(total, d.Rat())
		}
	}
	switch {
	case c.Len() > before:
	case total.Sign() == 0:
		c.Add(&diag.Fault{Code: diag.NoWeight, Path: path})
	case !normalise && total.Cmp(big.NewRat(1, 1)) != 0 && total.Cmp(big.NewRat(100, 1)) != 0:
		c.Add(&diag.Fault{Code: diag.Total, Path: path, Value: ratText(total), Bound: "1 or 100"})
	}
}

func checkGrowthRule(g *GrowthRule, axis string, in goalContext, path string, c *diag.Collector) {
	if g == nil {
		return
	}
	c.Add(checkEnum(g.Mode, growthModes(), path+"/mode"))
	if len(g.Units) == 0 {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/units", Bound: "the growth of single units"})
	}
	sound := g.Limits.check(path+"/limits", c)
	var ids []string
	known := map[string]bool{}
	for i := range in.axes {
		if in.axes[i].ID == axis {
			ids = unitIDs(in.axes[i].tree())
		}
	}
	for _, id := range ids {
		known[id] = true
	}
	for _, id := range sortedKeys(g.Units) {
		at := path + "/units" + diag.Pointer(id)
		if !known[id] && hasAxis(in.axes, axis) && !awaitsTable(in.axes) {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: at, Value: id, Bound: "the units of " + axis, Near: nearestOf(c, id, ids)})
		}
		if sound {
			checkGrowth(g.Mode, g.Units[id], g.Limits, at, c)
		}
	}
}

func checkBuckets(b *BucketRule, in goalContext, path string, c *diag.Collector) {
	if b == nil {
		return
	}
	if b.By != nil {
		checkPart(*b.By, partBases(), in, path+"/by", c)
		if len(b.Shares) > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/by", Bound: "shares or by"})
		}
	}
	switch {
	case b.By != nil && len(b.Shares) == 0:
	case len(b.Shares) == 0:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/shares", Bound: "the groups' shares, or by"})
	case len(b.Shares) > maxGroups:
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/shares", Bound: strconv.Itoa(maxGroups)})
	default:
		groups := sortedKeys(b.Shares)
		shares := make([]decimal.Decimal, len(groups))
		paths := make([]string, len(groups))
		for i, g := range groups {
			shares[i], paths[i] = b.Shares[g], path+"/shares"+diag.Pointer(g)
		}
		checkShares(shares, paths, b.Normalise, path+"/shares", c)
	}
}
