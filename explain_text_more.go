package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// sayRamp says whose absence tells the period from the one before.
func (t *explainer) sayRamp(r *RampShare) {
	if r == nil || len(r.Others) == 0 {
		return
	}
	days, part := r.moves()
	args := []diag.Arg{textArg("unit", t.here()), t.periodArg("period", t.e.At.Period), t.periodArg("before", r.Before),
		diag.Amount("full", r.Now.FullDays.String()), diag.Count("of", r.Now.Of), diag.Amount("fullBefore", r.Then.FullDays.String()), diag.Count("ofBefore", r.Then.Of),
		diag.Name("share", percentOf(r.Now.Ideal, r.Now.Goal)), diag.Name("shareBefore", percentOf(r.Then.Ideal, r.Then.Goal))}
	switch {
	case r.Against && part < 0:
		t.say(diag.Message{
			EN: "{unit} counts for {full} full days of {of} in {period} and for {fullBefore} of {ofBefore} in {before}, and yet carries less of the goal, {share} after {shareBefore}, because others carry another part.",
			ZH: "{unit} 在 {period} 折合 {full} 个整日（共 {of} 天），在 {before} 折合 {fullBefore} 个整日（共 {ofBefore} 天），但承担的比例由 {shareBefore} 降为 {share}，原因在于他人的在岗情况。",
		}, args...)
	case r.Against && days <= 0:
		t.say(diag.Message{
			EN: "{unit} counts for {full} full days of {of} in {period} and for {fullBefore} of {ofBefore} in {before}, and yet carries more of the goal, {share} after {shareBefore}, because others carry another part.",
			ZH: "{unit} 在 {period} 折合 {full} 个整日（共 {of} 天），在 {before} 折合 {fullBefore} 个整日（共 {ofBefore} 天），但承担的比例由 {shareBefore} 升为 {share}，原因在于他人的在岗情况。",
		}, args...)
	default:
		t.say(diag.Message{
			EN: "{unit} carries {share} of the goal in {period} after {shareBefore} in {before}, in which others carry another part.",
			ZH: "{unit} 在 {period} 承担的比例为 {share}，在 {before} 为 {shareBefore}，他人的在岗情况也有不同。",
		}, args...)
	}
	for _, o := range told(r.Others, maxTurns) {
		t.sayAbsence(r, o)
	}
	if n := len(r.Others) - len(told(r.Others, maxTurns)); n > 0 {
		var by, before decimal.Decimal
		for _, o := range r.Others[len(r.Others)-n:] {
			by, before = by.Add(o.By), before.Add(o.ByBefore)
		}
		t.andSay(diag.Message{EN: "{n} others leave {by} in {period} and {byBefore} in {before}.", ZH: "另有 {n} 个单元在 {period} 留下 {by}，在 {before} 留下 {byBefore}。"},
			append(args, diag.Count("n", n), t.exactArg("by", by), t.exactArg("byBefore", before))...)
	}
}

// sayAbsence says what somebody leaves to the unit.
func (t *explainer) sayAbsence(r *RampShare, o AbsenceShare) {
	t.andSay(diag.Message{
		EN: "{other} counts for {full} of {of} days in {period} and for {fullBefore} of {ofBefore} in {before}: what {other} doesn't carry leaves {by} to {unit} in {period} and {byBefore} in {before}.",
		ZH: "{other} 在 {period} 折合 {full} 个整日（共 {of} 天），在 {before} 折合 {fullBefore} 个整日（共 {ofBefore} 天）：{other} 未承担的部分在 {period} 给 {unit} 留下 {by}，在 {before} 留下 {byBefore}。",
	}, t.unitArg("other", o.Unit), textArg("unit", t.here()), t.periodArg("period", t.e.At.Period), t.periodArg("before", r.Before),
		diag.Amount("full", o.FullDays.String()), diag.Count("of", r.Now.Of), diag.Amount("fullBefore", o.FullDaysBefore.String()), diag.Count("ofBefore", r.Then.Of),
		t.exactArg("by", o.By), t.exactArg("byBefore", o.ByBefore))
}

// sayRate says how the numerator of a rate comes of the rate.
func (t *explainer) sayRate(r *RateShare) {
	if r == nil {
		return
	}
	exact := r.Target.Mul(r.Denominator)
	m := diag.Message{
		EN: "That is of the numerator of {metric}: {target} × {denominator} ({over}) = {exact}, rounded up to {step}: {total}.",
		ZH: "该数额属于 {metric} 的分子：{target} × {denominator}（{over}）= {exact}，向上取整到 {step}，为 {total}。",
	}
	if r.Better == BetterLower {
		m = diag.Message{
			EN: "That is of the numerator of {metric}: {target} × {denominator} ({over}) = {exact}, rounded down to {step}: {total}.",
			ZH: "该数额属于 {metric} 的分子：{target} × {denominator}（{over}）= {exact}，向下取整到 {step}，为 {total}。",
		}
	}
	t.say(m, diag.Name("metric", r.Metric), diag.Amount("target", r.Target.String()), diag.Amount("denominator", r.Denominator.String()), diag.Name("over", r.Over),
		diag.Amount("exact", exact.String()), diag.Amount("step", t.e.Step.String()), t.amountArg("total", r.Total))
	if x, ok := r.Here.Rat(); ok {
		t.andSay(diag.Message{EN: "The rate here is {numerator} ÷ {denominator} = {rate}.", ZH: "此处的比率为 {numerator} ÷ {denominator} = {rate}。"},
			t.amountArg("numerator", r.Here.Numerator), diag.Amount("denominator", r.Here.Denominator.String()), diag.Share("rate", strings.TrimRight(x.FloatString(6), "0")))
	}
}

// sayStock says of what a stock at the end of a period is made.
func (t *explainer) sayStock(s *StockShare) {
	e := t.e
	args := []diag.Arg{textArg("who", t.here()), t.amountArg("amount", e.Amount), t.periodArg("period", e.At.Period), diag.Name("goal", e.Goal),
		t.amountArg("opening", s.Opening), t.amountArg("additions", s.Additions), t.amountArg("losses", s.Losses), t.amountArg("received", s.Received)}
	if e.Measure != "" {
		args = append(args, diag.Name("measure", e.Measure))
	}
	t.say(diag.Message{
		EN: "{who} is to have {amount}[ {measure}] at the end of {period} for goal {goal}.",
		ZH: "{who} 在 {period} 末应有 {amount}[ {measure}]（目标 {goal}）。",
	}, args...)
	if s.Received.IsZero() {
		t.say(diag.Message{
			EN: "That is {opening} at the beginning of {period}, {additions} more that come and {losses} that go: {opening} + {additions} − {losses} = {amount}.",
			ZH: "即 {period} 期初 {opening}，新增 {additions}，流失 {losses}：{opening} + {additions} − {losses} = {amount}。",
		}, args...)
		return
	}
	t.say(diag.Message{
		EN: "That is {opening} at the beginning of {period}, {additions} more that come, {losses} that go, and {received} taken over from others: {opening} + {additions} − {losses} + {received} = {amount}.",
		ZH: "即 {period} 期初 {opening}，新增 {additions}，流失 {losses}，从他人接手 {received}：{opening} + {additions} − {losses} + {received} = {amount}。",
	}, args...)
}

// sayReplans says what re-plans made of what was issued.
func (t *explainer) sayReplans() {
	for _, r := range t.e.Replans {
		args := []diag.Arg{diag.Name("day", r.AsOf.String()), t.amountArg("old", r.Old), t.amountArg("new", r.New)}
		if r.Old.Equal(r.New) && len(r.Moves) == 0 {
			t.say(diag.Message{EN: "The re-plan as of {day} left it at {new}.", ZH: "截至 {day} 的调整未改变该数额，仍为 {new}。"}, args...)
			continue
		}
		t.say(diag.Message{EN: "By the re-plan as of {day} it was changed from {old} to {new}.", ZH: "截至 {day} 的调整将其由 {old} 改为 {new}。"}, args...)
		for _, m := range told(r.Moves, maxTold) {
			t.sayMove(m)
		}
		if n := len(r.Moves) - len(told(r.Moves, maxTold)); n > 0 {
			var by decimal.Decimal
			for _, m := range r.Moves[len(r.Moves)-n:] {
				by = by.Add(m.Amount)
			}
			t.andSay(diag.Message{EN: "{n} further reasons make {by}.", ZH: "另有 {n} 项原因，共 {by}。"}, diag.Count("n", n), t.signedArg(by))
		}
	}
}

// signedArg is an argument with its sign.
func (t *explainer) signedArg(d decimal.Decimal) diag.Arg {
	sign := "+"
	if d.IsNegative() {
		sign = "−"
	}
	return diag.Name("by", sign+t.filled(diag.Message{EN: "{x}", ZH: "{x}"}, t.amountArg("x", d.Abs())))
}

// sayMove says one reason of a change.
func (t *explainer) sayMove(m Move) {
	args := []diag.Arg{t.signedArg(m.Amount), t.unitArg("unit", m.Unit), t.exactArg("fitted", m.Fitted), t.eqArg(m.Fitted)}
	if t.isPlain(m) && !m.Weight.Equal(m.Weights) {
		weight, weights := lowestPair(m.Weight, m.Weights)
		args = append(args, t.exactArg("of", m.Of), diag.Amount("weight", weight), diag.Amount("weights", weights))
	}
	if m.RowFactor != 0 {
		args = append(args, t.exactArg("shared", m.Of))
	}
	t.andSay(moveMessage(m), args...)
}

// isPlain reports whether a move is the plain part of an amount by weight.
func (t *explainer) isPlain(m Move) bool {
	if m.Weights.IsZero() || m.Weight.IsZero() || m.RowFactor != 0 {
		return false
	}
	x := exactRat(m.Of)
	x.Mul(x, exactRat(m.Weight))
	x.Quo(x, exactRat(m.Weights))
	x.Sub(x, exactRat(m.Fitted))
	return x.Abs(x).Cmp(exactRat(t.e.Step.Shift(-11))) < 0
}

// moveMessage is what is said of a reason.
func moveMessage(m Move) diag.Message {
	const (
		sumEN = "[: {of} × {weight} ÷ {weights} {eq} {fitted}, to whole steps][: of {shared} that several units share in several periods, {fitted} when fitted to both]"
		sumZH = "[：{of} × {weight} ÷ {weights} {eq} {fitted}，取整][：多个单元在多个期间分担 {shared}，按两者的合计拟合后为 {fitted}]"
	)
	why := diag.Message{EN: "for a bound of the plan", ZH: "计划的上下限"}
	less := m.Amount.IsNegative()
	switch m.Reason {
	case ReasonLeaver:
		why = diag.Message{EN: "because {unit} is no longer there", ZH: "{unit} 离岗"}
	case ReasonArrival:
		why = diag.Message{EN: "because {unit} has come", ZH: "{unit} 到岗"}
	case ReasonTransfer:
		why = diag.Message{EN: "because {unit} changed teams", ZH: "{unit} 调岗"}
	case ReasonGoal:
		if why = (diag.Message{EN: "because the goal was raised", ZH: "目标上调"}); less {
			why = diag.Message{EN: "because the goal was lowered", ZH: "目标下调"}
		}
	case ReasonShortfall:
		why = diag.Message{EN: "because {unit} fell short in closed periods", ZH: "{unit} 在已结束期间未达目标"}
	case ReasonSurplus:
		why = diag.Message{EN: "because {unit} brought more than was owed in closed periods", ZH: "{unit} 在已结束期间超额完成"}
	case ReasonChild:
		why = diag.Message{EN: "because a goal below fixes it", ZH: "下级目标固定了数额"}
	}
	return diag.Message{EN: "{by} " + why.EN + sumEN + ".", ZH: "{by}：" + why.ZH + sumZH + "。"}
}
