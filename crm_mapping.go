package salesplan

import (
	"strconv"
	"strings"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Mapping says how a CRM's table of deals is to be read by [ReadDeals]. It is
// plain data, written once for an export and kept.
type Mapping struct {
	// Preset names one of the [Mappings] that are ready, whose fields hold
	// where this one's are not given: "salesforce". Stages are joined, this
	// mapping's winning. Of the preset's columns, only those of the owner, the
	// stage, the amount and the closing must be in the table.
	Preset string `json:"mapping,omitempty"`

	// Columns are the headers of the fields.
	Columns DealColumns `json:"columns,omitzero"`

	// Stages are the outcomes of the CRM's stages: {"Closed Won": "won"}.
	// Names are compared after trimming and without regard to case. A deal in
	// another stage is read without an outcome, and [Gather] finds it.
	Stages map[string]Outcome `json:"stages,omitempty"`

	// Date is how days are written: "yyyy", "mm" or "m" (one or two digits)
	// and "dd" or "d", each once, with other characters between: "m/d/yyyy",
	// "d.m.yyyy", "yyyy年m月d日". Not given, it is "yyyy-mm-dd"; a day that could
	// then be read in two ways, "3/5/2017", is a fault. A time of day behind
	// the day is allowed and not used: the day as it is written counts,
	// whatever the zone.
	Date string `json:"date,omitempty"`

	// Number is how amounts are written.
	Number NumberFormat `json:"number,omitzero"`

	// Separator stands between the columns.
	Separator Separator `json:"separator,omitempty"`

	// Covers is the calendar period that the table covers, where that isn't the first
	// to the last day on which it has a deal closed: a month at its ends
	// without any deal is then a month without sales, rather than one that the
	// table doesn't tell of.
	Covers string `json:"covers,omitempty"`
}

// DealColumns are the headers of a deal's fields, each "" where the table has
// no such column. Headers are compared after trimming and without regard to
// case.
type DealColumns struct {
	ID       string `json:"id,omitempty"`
	Owner    string `json:"owner,omitempty"`
	Customer string `json:"customer,omitempty"`
	Product  string `json:"product,omitempty"`
	Segment  string `json:"segment,omitempty"`
	Stage    string `json:"stage,omitempty"`
	Amount   string `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	Opened   string `json:"opened,omitempty"`

	// Close is a column that holds both days: that of the closing for deals
	// that are won or lost, the expected one for others. Tables with two
	// columns name them in Closed and ExpectedClose.
	Close         string `json:"close,omitempty"`
	Closed        string `json:"closed,omitempty"`
	ExpectedClose string `json:"expectedClose,omitempty"`
}

// A NumberFormat says how amounts are written. The zero NumberFormat is that of
// plain numbers, "-1234567.89".
type NumberFormat struct {
	// Decimal is the decimal sign, "." or ","; "." if not given.
	Decimal string `json:"decimal,omitempty"`

	// Group stands between groups of three digits: ",", ".", "'", a space or a
	// no-break space. Not given, groups are not allowed.
	Group string `json:"group,omitempty"`

	// Unit is what amounts are in, "元", "千元", "万元", "百万元" or "亿元", also
	// without 元, or "K" or "M": with "万元", 12.5 is 125,000. A unit that stands
	// behind an amount wins: "12.5万" is 125,000 where Unit is "元", too. Not
	// given, amounts with a unit are refused.
	Unit string `json:"unit,omitempty"`

	// Sign is the currency's sign, which may stand before or behind an amount:
	// "¥", "$", "EUR".
	Sign string `json:"sign,omitempty"`
}

// A Separator stands between the columns of a table. The zero Separator is
// [SeparatorComma].
type Separator string

// The separators.
const (
	SeparatorComma     Separator = ","
	SeparatorSemicolon Separator = ";"
	SeparatorTab       Separator = "tab"
)

// UnmarshalText reads a separator; any other text is a fault of code
// [diag.Invalid].
func (s *Separator) UnmarshalText(text []byte) error {
	return readEnum(s, text, separators())
}

func separators() []Separator {
	return []Separator{SeparatorComma, SeparatorSemicolon, SeparatorTab}
}

func (s Separator) comma() byte {
	switch s {
	case SeparatorSemicolon:
		return ';'
	case SeparatorTab:
		return '\t'
	}
	return ','
}

// validate adds the faults of the mapping, with paths below path.
func (m Mapping) validate(path string, c *diag.Collector) {
	m, fault := m.resolve()
	if fault != nil {
		fault.Path = path + fault.Path
		c.Add(fault)
		return
	}
	add := func(code diag.Code, at, value, bound string) {
		c.Add(&diag.Fault{Code: code, Path: path + at, Value: value, Bound: bound})
	}
	if m.Columns.Stage == "" {
		add(diag.Required, "/columns/stage", "", "the header of the deals' stages")
	}
	if m.Columns.Close == "" && m.Columns.Closed == "" {
		add(diag.Required, "/columns/close", "", "the header of the days on which deals are closed")
	}
	if m.Columns.Close != "" {
		if m.Columns.Closed != "" {
			add(diag.Conflict, "/columns/closed", m.Columns.Closed, "/columns/close holds both days")
		}
		if m.Columns.ExpectedClose != "" {
			add(diag.Conflict, "/columns/expectedClose", m.Columns.ExpectedClose, "/columns/close holds both days")
		}
	}
	m.validateStages(path, c)
	if _, ok := parseDatePattern(m.Date); !ok {
		add(diag.Syntax, "/date", m.Date, "yyyy, mm or m, dd or d, each once: yyyy-mm-dd")
	}
	m.Number.check(path+"/number", c)
	if m.Separator != "" {
		c.Add(checkEnum(m.Separator, separators(), path+"/separator"))
	}
	if m.Covers != "" {
		if _, err := calendar.ParsePeriod(m.Covers); err != nil {
			for _, f := range diag.All(err) {
				add(f.Code, "/covers", m.Covers, f.Bound)
			}
		}
	}
}

// stageOutcomes says in a fault what stages are for.
const stageOutcomes = `outcomes by stage, such as {"Closed Won": "won"}`

func (m Mapping) validateStages(path string, c *diag.Collector) {
	if len(m.Stages) == 0 {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/stages", Bound: stageOutcomes})
	}
	seen := make(map[string]string, len(m.Stages))
	for _, stage := range sortedKeys(m.Stages) {
		at := path + "/stages/" + diag.Token(stage)
		c.Add(checkEnum(m.Stages[stage], []Outcome{OutcomeOpen, OutcomeWon, OutcomeLost}, at))
		other, twice := seen[foldName(stage)]
		if twice && m.Stages[other] != m.Stages[stage] {
			c.Add(&diag.Fault{Code: diag.Ambiguous, Path: at, Value: stage, Bound: string(m.Stages[other]) + ", " + string(m.Stages[stage])})
		}
		seen[foldName(stage)] = stage
	}
}

// outcomes returns the outcomes by folded stage.
func (m Mapping) outcomes() map[string]Outcome {
	out := make(map[string]Outcome, len(m.Stages))
	for _, stage := range sortedKeys(m.Stages) {
		out[foldName(stage)] = m.Stages[stage]
	}
	return out
}

func (f NumberFormat) decimal() string {
	if f.Decimal == "" {
		return "."
	}
	return f.Decimal
}

// Limits of amounts and days in data.
const (
	maxAmountText = 64
	firstDataYear = 1900
	lastDataYear  = 2200
)

const plainNumber = "a number such as -1234567.89"

// parse reads an amount as a spreadsheet or CRM writes it. It accepts JSON's
// numbers and, where told, another decimal sign and groups of three digits. It
// returns the code of what is wrong and what was expected.
func (f NumberFormat) parse(text string) (amount decimal.Decimal, code diag.Code, bound string) {
	if len(text) > maxAmountText {
		return decimal.Decimal{}, diag.OutOfRange, amountBound
	}
	text, power, ok := f.unmarked(text)
	if !ok {
		return decimal.Decimal{}, diag.Syntax, f.example()
	}
	plain, ok := f.plain(text)
	if !ok {
		return decimal.Decimal{}, diag.Syntax, f.example()
	}
	mantissa, exp, ok := cutExponent(plain)
	whole, fraction, hasFraction := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if !ok || !allDigits(whole) || len(whole) > 1 && whole[0] == '0' || hasFraction && !allDigits(fraction) {
		return decimal.Decimal{}, diag.Syntax, f.example()
	}
	scale := exp - len(fraction) + power
	digits := strings.TrimLeft(whole+fraction, "0")
	if len(digits) > maxDigits || scale < -maxExponent || scale > maxExponent {
		return decimal.Decimal{}, diag.OutOfRange, amountBound
	}
	return newDecimal(mantissa[0] == '-', digits, int32(scale)), "", ""
}

// plain returns text with "." for the decimal sign and without groups.
func (f NumberFormat) plain(text string) (string, bool) {
	sign := f.decimal()
	if f.Group == "" && sign == "." {
		return text, true
	}
	if f.Group != "." && sign != "." && strings.Contains(text, ".") {
		return "", false
	}
	whole, fraction, cut := strings.Cut(text, sign)
	if f.Group != "" && strings.Contains(whole, f.Group) {
		groups := strings.Split(strings.TrimPrefix(whole, "-"), f.Group)
		for i, g := range groups {
			if !allDigits(g) || len(g) > 3 || i > 0 && len(g) != 3 {
				return "", false
			}
		}
		joined := strings.Join(groups, "")
		if strings.HasPrefix(whole, "-") {
			joined = "-" + joined
		}
		whole = joined
	}
	if cut {
		whole += "." + fraction
	}
	return whole, true
}

func (f NumberFormat) example() string {
	if f == (NumberFormat{}) {
		return plainNumber
	}
	return "a number such as " + f.Sign + "-1" + f.Group + "234" + f.Group + "567" + f.decimal() + "89" + f.Unit
}

// cutExponent splits "12.5e2" into its mantissa and exponent.
func cutExponent(s string) (mantissa string, exp int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, s != ""
	}
	digits := strings.TrimLeft(s[i+1:], "+-")
	if len(s)-i-1-len(digits) > 1 || !allDigits(digits) || i == 0 {
		return "", 0, false
	}
	if exp = 9999; len(digits) <= 3 {
		exp, _ = strconv.Atoi(digits)
	}
	if s[i+1] == '-' {
		exp = -exp
	}
	return s[:i], exp, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// A datePattern is how days are written.
type datePattern []datePart

// A datePart is a year ('y'), month ('m') or day ('d') of least to most
// digits, or (0) text that must stand there.
type datePart struct {
	kind        byte
	least, most int
	text        string
}

// parseDatePattern reads the pattern of [Mapping.Date].
func parseDatePattern(s string) (datePattern, bool) {
	if s == "" {
		s = "yyyy-mm-dd"
	}
	var out datePattern
	seen := map[byte]bool{}
	for s != "" {
		n := 1
		switch c := s[0]; {
		case c == 'y' || c == 'm' || c == 'd':
			for n < len(s) && s[n] == c {
				n++
			}
			if seen[c] || c == 'y' && n != 4 || c != 'y' && n > 2 {
				return nil, false
			}
			seen[c] = true
			part := datePart{kind: c, least: n, most: n}
			if c != 'y' {
				part.most = 2
			}
			out = append(out, part)
		case c >= '0' && c <= '9':
			return nil, false
		default:
			for n < len(s) && !strings.ContainsRune("ymd0123456789", rune(s[n])) {
				n++
			}
			out = append(out, datePart{text: s[:n]})
		}
		s = s[n:]
	}
	for i, p := range out[:max(len(out)-1, 0)] {
		if p.kind != 0 && p.least != p.most && out[i+1].kind != 0 {
			return nil, false // "md" can't be told apart
		}
	}
	return out, len(seen) == 3
}

// parse reads a day, and behind it a time of day that isn't used. It returns
// the code of what is wrong.
func (p datePattern) parse(s string) (calendar.Date, diag.Code) {
	var year, month, day int
	for _, part := range p {
		if part.kind == 0 {
			rest, ok := strings.CutPrefix(s, part.text)
			if !ok {
				return calendar.Date{}, diag.Syntax
			}
			s = rest
			continue
		}
		n, value := 0, 0
		for n < len(s) && n < part.most && s[n] >= '0' && s[n] <= '9' {
			value = 10*value + int(s[n]-'0')
			n++
		}
		if n < part.least {
			return calendar.Date{}, diag.Syntax
		}
		s = s[n:]
		switch part.kind {
		case 'y':
			year = value
		case 'm':
			month = value
		case 'd':
			day = value
		}
	}
	if s != "" && !isTimeOfDay(s) {
		return calendar.Date{}, diag.Syntax
	}
	d := calendar.On(year, time.Month(month), day)
	if d.IsZero() || year < firstDataYear || year > lastDataYear {
		return calendar.Date{}, diag.OutOfRange
	}
	return d, ""
}

// isTimeOfDay reports whether s is a time as it follows a day: "T08:30",
// " 8:30:15.250 PM", "T00:00:00Z", " 08:30:00+08:00".
func isTimeOfDay(s string) bool {
	if s[0] != ' ' && s[0] != 'T' {
		return false
	}
	s, ok := cutNumber(s[1:], 23)
	if !ok || !strings.HasPrefix(s, ":") {
		return false
	}
	if s, ok = cutNumber(s[1:], 59); ok && strings.HasPrefix(s, ":") {
		s, ok = cutNumber(s[1:], 59)
	}
	if fraction, cut := strings.CutPrefix(s, "."); ok && cut {
		s = strings.TrimLeft(fraction, "0123456789")
		ok = len(s) < len(fraction)
	}
	return ok && isZone(s)
}

// isZone reports whether s is nothing, AM or PM, or a zone behind a time.
func isZone(s string) bool {
	switch strings.TrimPrefix(s, " ") {
	case "", "Z", "AM", "PM", "am", "pm":
		return true
	}
	if s[0] != '+' && s[0] != '-' {
		return false
	}
	hours, minutes := s[1:], "00"
	switch len(hours) {
	case 4:
		hours, minutes = hours[:2], hours[2:]
	case 5:
		hours, minutes, _ = strings.Cut(hours, ":")
	}
	return len(hours) == 2 && len(minutes) == 2 && allDigits(hours+minutes)
}

// cutNumber cuts one or two digits of at most limit off s.
func cutNumber(s string, limit int) (rest string, ok bool) {
	n, value := 0, 0
	for n < len(s) && n < 2 && s[n] >= '0' && s[n] <= '9' {
		value = 10*value + int(s[n]-'0')
		n++
	}
	return s[n:], n > 0 && value <= limit
}
