package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// maxAxes is how many axes a goal may be split over.
const maxAxes = 16

// checkSplit checks a split rule.
func checkSplit(r SplitRule, in goalContext, path string, c *diag.Collector) {
	for i, g := range r.Grains {
		if g == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: index(path+"/grains", i), Bound: "a grain"})
		}
		checkGrain(g, index(path+"/grains", i), c)
	}
	t := r.Time
	c.Add(checkEnum(t.Basis, []TimeBasis{"", TimeEven, TimeDays, TimeWorkdays, TimeSeasonality, TimeHistory}, path+"/time/basis"))
	c.Add(checkEnum(r.Fix, []Fix{"", FixPeriods, FixPeople}, path+"/fix"))
	c.Add(checkEnum(t.Within, []TimeBasis{"", TimeWorkdays, TimeDays}, path+"/time/within"))
	checkIdle(t.Basis != TimeDays && t.Basis != TimeWorkdays, "only with a basis that divides months", c, map[string]string{path + "/time/within": string(t.Within)})
	checkIdle(t.Basis == TimeHistory, "only with basis history", c, map[string]string{path + "/time/missing": t.Missing, path + "/time/period": t.Period})
	if t.Basis != TimeSeasonality && len(t.Shares) > 0 {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/time/shares", Bound: "only with basis seasonality"})
	}
	switch t.Basis {
	case TimeHistory:
		checkWindow(t.Period, in, path+"/time/period", c)
		if _, ok := missingShare(t.Missing); !ok && t.Missing != "" && t.Missing != MissingRefuse && t.Missing != MissingMean {
			c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/time/missing", Value: t.Missing, Bound: missingBound})
		}
	case TimeSeasonality:
		if len(t.Shares) == 0 {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/time/shares", Bound: "the shares of the twelve months"})
			break
		}
		_, err := givenShares(t, path+"/time/shares")
		c.AddErr(err, path+"/time/shares")
	}
	checkBounds(r.Bounds, in, path+"/bounds", c)
	if len(r.Axes) > maxAxes {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/axes", Bound: strconv.Itoa(maxAxes)})
		return
	}
	seen := map[string]int{}
	for i, a := range r.Axes {
		at := index(path+"/axes", i)
		if bare(in.axes, a.Axis) {
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/axis", Value: a.Axis, Bound: "an axis with units"})
		}
		if !hasAxis(in.axes, a.Axis) {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: at + "/axis", Value: a.Axis, Bound: "the axes", Near: nearestOf(c, a.Axis, axisIDs(in.axes))})
		}
		checkSeason(r, i, at+"/season", c)
		if j, twice := seen[a.Axis]; twice {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/axis", Value: a.Axis, Bound: index(path+"/axes", j)})
		}
		seen[a.Axis] = i
		checkBasis(a.BasisRule, a.Axis, in, at, c)
		checkLevels(a.Levels, a.Axis, in, at+"/levels", c)
	}
}

// checkLevels checks the rules of single levels, of which each may have one.
func checkLevels(levels []LevelRule, axis string, in goalContext, path string, c *diag.Collector) {
	seen := map[int]int{}
	for k, l := range levels {
		at := index(path, k)
		if l.Level < 1 {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at + "/level", Value: strconv.Itoa(l.Level), Bound: "1 or more"})
		} else if j, twice := seen[l.Level]; twice {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/level", Value: strconv.Itoa(l.Level), Bound: index(path, j)})
		} else {
			seen[l.Level] = k
		}
		checkBasis(l.BasisRule, axis, in, at, c)
	}
}

// checkWindow refuses a history without a window or with one that cannot be
// read.
func checkWindow(text string, in goalContext, path string, c *diag.Collector) {
	if text == "" {
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "the window of the past, for example \"2026\""})
	} else if _, err := in.fiscal.Parse(text); err != nil && in.fiscal.Validate() == nil {
		c.AddErr(atPath(err, path), path)
	}
}

// checkSeason refuses an own season on a later axis, and one without a past.
func checkSeason(r SplitRule, i int, path string, c *diag.Collector) {
	a := r.Axes[i]
	c.Add(checkEnum(a.Season, []Season{"", SeasonGoal, SeasonOwn}, path))
	switch {
	case a.Season != SeasonOwn:
	case i > 0:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: string(SeasonOwn), Bound: "only on the first axis"})
	case seasonWindow(r) == "":
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "a history with a window: of the axis, or of the time basis"})
	}
}

// checkIdle refuses values, by path, that would count for nothing.
func checkIdle(counts bool, bound string, c *diag.Collector, values map[string]string) {
	if counts {
		return
	}
	for _, path := range sortedKeys(values) {
		if v := values[path]; v != "" {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: v, Bound: bound})
		}
	}
}

func axisIDs(axes []Axis) []string {
	ids := make([]string, len(axes))
	for i := range axes {
		ids[i] = axes[i].ID
	}
	return ids
}

// bare reports whether an axis has no units, and no table that may have some.
func bare(axes []Axis, id string) bool {
	for i := range axes {
		if a := &axes[i]; a.ID == id {
			return len(a.tree()) == 0 && (a.Table == nil || a.filled != nil)
		}
	}
	return false
}

func hasAxis(axes []Axis, id string) bool {
	for i := range axes {
		if axes[i].ID == id {
			return true
		}
	}
	return false
}

// awaitsTable reports whether some axis has a table that has not been read, so
// that its units are not known yet.
func awaitsTable(axes []Axis) bool {
	for i := range axes {
		if axes[i].Table != nil && axes[i].filled == nil {
			return true
		}
	}
	return false
}
