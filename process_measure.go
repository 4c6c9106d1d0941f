package salesplan

import (
	"iter"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A StageChange says that a deal entered a stage: a row of a CRM's history of
// deals.
type StageChange struct {
	// Deal is the deal's ID, Stage the stage as the data spells it.
	Deal  string        `json:"deal"`
	Stage string        `json:"stage"`
	On    calendar.Date `json:"on"`
}

// ProcessFacts are what deals say of a process.
type ProcessFacts struct {
	// Process is the process with what it states, and what was measured where it
	// states nothing.
	Process Process `json:"process"`

	// Won, Lost and Open are how many deals there are; Conversion the part of
	// the decided ones that was won, not given without any; Days the median of
	// the days from opening to winning.
	Won        int                 `json:"won"`
	Lost       int                 `json:"lost"`
	Open       int                 `json:"open"`
	Conversion decimal.NullDecimal `json:"conversion"`
	Days       decimal.NullDecimal `json:"days"`

	Stages []StageFacts `json:"stages"`

	Findings []diag.Finding `json:"findings"`
}

// StageFacts are what deals say of a stage of a process.
type StageFacts struct {
	Stage string `json:"stage"`

	// Entered is how many deals are known to have been in the stage, of which
	// WentOn left it for a later one or were won, Lost were lost in it, and Open
	// are still there. A deal that skipped a stage went on from it.
	Entered int `json:"entered"`
	WentOn  int `json:"wentOn"`
	Lost    int `json:"lost"`
	Open    int `json:"open"`

	// Conversion is the part of those that left the stage which went on, and
	// Days the median of how long those had stayed. Without deals that tell, they are
	// what the others leave of the whole process; not given if nothing does.
	Conversion decimal.NullDecimal `json:"conversion"`
	Days       decimal.NullDecimal `json:"days"`

	// Derived says that Conversion is no measurement of this stage.
	Derived bool `json:"derived,omitempty"`
}

const (
	codeStageUnknown   diag.Code = "process-stage-unknown"
	codeLossesUnplaced diag.Code = "process-losses-unplaced"
	codeConversionOff  diag.Code = "process-conversion-off"
)

func processMessages() diag.Catalogue {
	return diag.Catalogue{
		codeStageUnknown: {
			EN: "Process {subject}: {count|deal stands|deals stand} in stage \"{stage}\", which it doesn't have.",
			ZH: "流程 {subject}：{count} 个商机处于流程中没有的阶段“{stage}”。",
		},
		codeLossesUnplaced: {
			EN: "Process {subject}: of {count|lost deal|lost deals} nobody knows in which stage it was lost; conversions of single stages are what the whole leaves.",
			ZH: "流程 {subject}：有 {count} 个丢单不知丢在哪个阶段；各阶段的转化率按整体推算。",
		},
		codeConversionOff: {
			EN: "Process {subject}: its stages together convert {stated}, but of the decided deals {measured} were won.",
			ZH: "流程 {subject}：各阶段合计转化率为 {stated}，而已决商机的赢单率为 {measured}。",
		},
	}
}

// MeasureProcess works out from deals how many go from each stage to the next
// and how long they stay. The history of their stages tells it stage by stage;
// without it, open deals tell how far they have come, and what is left of the
// whole is shared evenly among the stages of which nothing is known. What a
// process states stands, with what was measured beside it.
//
// Stages are matched by ID, name or other texts, after trimming and without
// regard to case. Deals without an outcome are not counted. A deal's stages
// after it was decided count for nothing. Faults are those of the process, at
// /process. It takes memory in proportion to the deals that have a history.
func MeasureProcess(process Process, deals iter.Seq[Deal], changes iter.Seq[StageChange]) (*ProcessFacts, error) {
	var c diag.Collector
	checkProcess(&process, "/process", false, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	m := newProcessMeasure(process.clone())
	if changes != nil {
		for ch := range changes {
			m.change(ch)
		}
	}
	if deals != nil {
		for d := range deals {
			m.deal(d)
		}
	}
	return m.facts(), nil
}

// A processMeasure is a measurement under way.
type processMeasure struct {
	process Process
	stage   map[string]int // by folded text
	entries map[string][]stageEntry
	out     ProcessFacts

	stays    [][]int // by stage: days
	cycles   []int
	unplaced int
	unknown  map[string]int
}

type stageEntry struct {
	stage int
	on    calendar.Date
}

func newProcessMeasure(p Process) *processMeasure {
	m := &processMeasure{
		process: p, stage: map[string]int{}, entries: map[string][]stageEntry{}, unknown: map[string]int{},
		stays: make([][]int, len(p.Stages)),
	}
	for i, s := range p.Stages {
		m.out.Stages = append(m.out.Stages, StageFacts{Stage: s.ID})
		for _, text := range append([]string{s.ID, s.Name}, s.Stages...) {
			if _, taken := m.stage[foldName(text)]; !taken && text != "" {
				m.stage[foldName(text)] = i
			}
		}
	}
	return m
}

func (m *processMeasure) change(c StageChange) {
	if i, ok := m.stage[foldName(c.Stage)]; ok && !c.On.IsZero() {
		m.entries[c.Deal] = append(m.entries[c.Deal], stageEntry{i, c.On})
	}
}

func (m *processMeasure) deal(d Deal) {
	switch d.Outcome {
	case OutcomeWon:
		m.out.Won++
	case OutcomeLost:
		m.out.Lost++
	case OutcomeOpen:
		m.out.Open++
	default:
		return
	}
	if d.Outcome == OutcomeWon && !d.Opened.IsZero() && !d.Closed.Before(d.Opened) {
		m.cycles = append(m.cycles, d.Closed.Sub(d.Opened))
	}
	entries := m.entries[d.ID]
	if d.Outcome != OutcomeOpen && !d.Closed.IsZero() {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e stageEntry) bool { return e.on.After(d.Closed) })
	}
	slices.SortStableFunc(entries, func(a, b stageEntry) int { return a.on.Compare(b.on) })
	far := -1
	for _, e := range entries {
		far = max(far, e.stage)
	}
	if i, ok := m.stage[foldName(d.Stage)]; ok {
		far = max(far, i)
	} else if d.Outcome == OutcomeOpen && far < 0 {
		m.unknown[d.Stage]++
		return
	}
	m.count(d.Outcome, far)
	m.stay(d, entries)
}

// count adds a deal that came as far as a stage, -1 for nobody knows.
func (m *processMeasure) count(outcome Outcome, far int) {
	if outcome == OutcomeWon {
		far = len(m.out.Stages)
	} else if far < 0 {
		m.unplaced++
		return
	}
	for i := range m.out.Stages[:min(far+1, len(m.out.Stages))] {
		s := &m.out.Stages[i]
		s.Entered++
		switch {
		case i < far:
			s.WentOn++
		case outcome == OutcomeLost:
			s.Lost++
		default:
			s.Open++
		}
	}
}

// stay adds how long a deal was in the stages from which it went on: one that
// is lost may have lain there long.
func (m *processMeasure) stay(d Deal, entries []stageEntry) {
	for i, e := range entries {
		var until calendar.Date
		if d.Outcome == OutcomeWon {
			until = d.Closed
		}
		for _, next := range entries[i+1:] {
			if next.stage > e.stage {
				until = next.on
				break
			}
		}
		first := !slices.ContainsFunc(entries[:i], func(x stageEntry) bool { return x.stage >= e.stage })
		if first && !until.IsZero() {
			m.stays[e.stage] = append(m.stays[e.stage], until.Sub(e.on))
		}
	}
}

func (m *processMeasure) facts() *ProcessFacts {
	out := &m.out
	out.Process = m.process
	if n := out.Won + out.Lost; n > 0 {
		out.Conversion = partOfAll(out.Won, n)
	}
	out.Days = median(m.cycles)
	for i := range out.Stages {
		s := &out.Stages[i]
		// Losses that nobody can place would make every conversion too high.
		if left := s.WentOn + s.Lost; left > 0 && m.unplaced == 0 {
			s.Conversion = partOfAll(s.WentOn, left)
		}
		s.Days = median(m.stays[i])
	}
	m.deriveConversions()
	m.deriveDays()
	for i := range out.Stages {
		s := &out.Process.Stages[i]
		if !s.Conversion.Valid && out.Stages[i].Conversion.Valid && out.Stages[i].Conversion.Decimal.Sign() > 0 {
			s.Conversion = out.Stages[i].Conversion
		}
		if !s.Days.Valid {
			s.Days = out.Stages[i].Days
		}
	}
	m.findings()
	return out
}

// deriveConversions gives stages that nothing is known of an equal part in what
// the whole leaves.
func (m *processMeasure) deriveConversions() {
	whole := m.out.Conversion
	if !whole.Valid || whole.Decimal.Sign() <= 0 {
		return
	}
	rest := new(big.Rat).SetFrac64(int64(m.out.Won), int64(m.out.Won+m.out.Lost))
	var open []int
	for i := range m.out.Stages {
		known := m.process.Stages[i].Conversion
		if !known.Valid {
			known = m.out.Stages[i].Conversion
		}
		if known.Valid && known.Decimal.Sign() > 0 {
			rest.Quo(rest, known.Decimal.Rat())
		} else if !m.out.Stages[i].Conversion.Valid {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return
	}
	root := rootOf(rest, len(open))
	for _, i := range open {
		m.out.Stages[i].Conversion, m.out.Stages[i].Derived = decimal.NewNullDecimal(root), true
	}
}

// conversionPlaces are the decimals of a conversion.
const conversionPlaces = 4

// rootOf is the largest number of four decimals, at most 1, whose n-th power is
// no more than x; at least 0.0001.
func rootOf(x *big.Rat, n int) decimal.Decimal {
	least, most := int64(1), int64(10_000)
	for least < most {
		mid := (least + most + 1) / 2
		power := new(big.Rat).SetInt64(1)
		for range n {
			power.Mul(power, big.NewRat(mid, 10_000))
		}
		if power.Cmp(x) <= 0 {
			least = mid
		} else {
			most = mid - 1
		}
	}
	return decimal.New(least, -conversionPlaces)
}

func (m *processMeasure) deriveDays() {
	if !m.out.Days.Valid {
		return
	}
	rest := m.out.Days.Decimal
	var open []int
	for i := range m.out.Stages {
		known := m.process.Stages[i].Days
		if !known.Valid {
			known = m.out.Stages[i].Days
		}
		if known.Valid {
			rest = rest.Sub(known.Decimal)
		} else {
			open = append(open, i)
		}
	}
	for _, i := range open {
		days := decimal.Decimal{}
		if rest.Sign() > 0 {
			days = rest.DivRound(decimal.NewFromInt(int64(len(open))), 1)
		}
		m.out.Stages[i].Days = decimal.NewNullDecimal(days)
	}
}

func (m *processMeasure) findings() {
	out := &m.out
	subject := diag.Subject{Kind: "process", ID: m.process.ID}
	for _, stage := range sortedKeys(m.unknown) {
		out.Findings = append(out.Findings, diag.Finding{Severity: diag.Warning, Code: codeStageUnknown, Subject: subject,
			Args: []diag.Arg{diag.Count("count", m.unknown[stage]), diag.Name("stage", stage)}})
	}
	if m.unplaced > 0 {
		out.Findings = append(out.Findings, diag.Finding{Severity: diag.Info, Code: codeLossesUnplaced, Subject: subject,
			Args: []diag.Arg{diag.Count("count", m.unplaced)}})
	}
	stated := decimal.NewFromInt(1)
	for _, s := range out.Process.Stages {
		if !s.Conversion.Valid {
			return
		}
		stated = stated.Mul(s.Conversion.Decimal)
	}
	if !out.Conversion.Valid {
		return
	}
	// A tenth off is more than rounding, and more than most samples allow.
	if off := stated.Sub(out.Conversion.Decimal).Abs(); off.GreaterThan(out.Conversion.Decimal.Mul(decimal.New(1, -1))) {
		out.Findings = append(out.Findings, diag.Finding{Severity: diag.Warning, Code: codeConversionOff, Subject: subject,
			Args: []diag.Arg{diag.Share("stated", stated.Round(conversionPlaces).String()), diag.Share("measured", out.Conversion.Decimal.String())}})
	}
}

func partOfAll(part, whole int) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.NewFromInt(int64(part)).DivRound(decimal.NewFromInt(int64(whole)), conversionPlaces))
}

// median of whole numbers, to a half; not given without any.
func median(xs []int) decimal.NullDecimal {
	if len(xs) == 0 {
		return decimal.NullDecimal{}
	}
	slices.Sort(xs)
	n := len(xs)
	twice := xs[(n-1)/2] + xs[n/2]
	return decimal.NewNullDecimal(decimal.New(int64(twice)*5, -1))
}
