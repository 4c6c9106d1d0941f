package main

// Spellings, as regular expressions that hold in ECMAScript and in RE2.
const (
	dayPattern = `[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`

	calendarPeriod = `[0-9]{4}(-H[12]|-Q[1-4]|-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3]))?|` + dayPattern + `(/` + dayPattern + `)?`
	fiscalPeriod   = `FY[0-9]{4}(-H[12]|-Q[1-4]|-P(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3]))?`

	durationPattern = `-?[0-9]+e?[wdhm]([0-9]+e?[dhm]){0,3}`

	clock = `([01][0-9]|2[0-3]):[0-5][0-9]`

	// At most 38 digits and an exponent within ±30, as far as a pattern can say.
	amountPattern = `^-?(0|[1-9][0-9]{0,37})((\.[0-9]{1,30})?|(\.[0-9]+)?[eE][+-]?[0-9]+)$`
	amountText    = `^-?[0-9]+(\.[0-9]+)?$`
)

// knownType returns the definition of a type that writes itself; nil for any
// other.
func knownType(name string, input bool) object {
	switch name {
	case "decimal.Decimal":
		if input {
			return amount("string", "number")
		}
		return object{{"type", "string"}, {"description", "A decimal number, exact, as text."}, {"pattern", amountText}, {"examples", []any{"10000000.00", "-3"}}}
	case "decimal.NullDecimal":
		return amount("string", "number", "null")
	case "salesplan.packed":
		return object{{"type", "array"}, {"description", "A long list of numbers: texts of numbers with one blank between them."},
			{"items", object{{"type", "string"}, {"pattern", "^[0-9a-f.:=e+-]+( [0-9a-f.:=e+-]+)*$"}}}, {"examples", []any{[]any{"1 2 3", "4 5"}}}}
	case "json.RawMessage":
		return object{{"description", "A value of the plan's document: any JSON."}}
	case "outputs.PlanDocument":
		return object{{"type", "object"}, {"description", "A plan, as plan.schema.json has it."}, {"required", []any{"salesplan"}}}
	case "calendar.Date":
		return object{{"type", "string"}, {"description", "A day."}, {"format", "date"}, {"pattern", "^" + dayPattern + "$"}, {"examples", []any{"2027-03-31"}}}
	case "calendar.Shift":
		return object{{"type", "string"}, {"description", "A stretch of working time within a day. Its end is at most 24:00; a night shift is two shifts on two days."},
			{"pattern", "^" + clock + "-(" + clock + "|24:00)$"}, {"examples", []any{"08:00-12:00", "13:00-17:00"}}}
	case "calendar.Duration":
		return object{{"type", "string"}, {"description", "Working time in weeks of 5 days, days of 8 hours, hours and minutes, or elapsed time with an e before the letter."},
			{"pattern", "^" + durationPattern + "$"}, {"examples", []any{"3d", "2w", "4h30m", "3ed"}}}
	case "calendar.Moment":
		return object{{"type", "string"}, {"description", "A day, or a minute of one."}, {"pattern", "^" + dayPattern + "(T" + clock + ")?$"},
			{"examples", []any{"2027-03-01", "2027-03-01T17:00"}}}
	case "salesplan.Lag":
		return object{{"type", "string"}, {"description", "Working time, elapsed time, or a percentage of the predecessor's duration; negative for a lead."},
			{"pattern", "^(" + durationPattern + "|-?[0-9]+(\\.[0-9]+)?%)$"}, {"examples", []any{"2d", "-1d", "3ed", "50%"}}}
	case "calendar.Period":
		return object{{"type", "string"}, {"description", "A calendar period: a year, a half, a quarter, a month, an ISO week, a day, or the days from one to another."},
			{"pattern", "^(" + calendarPeriod + ")$"}, {"examples", []any{"2027", "2027-H1", "2027-Q3", "2027-02", "2027-W07", "2027-01-05", "2027-01-05/2027-01-16"}}}
	}
	return nil
}

func amount(types ...any) object {
	return object{
		{"type", types},
		{"description", "A decimal number of at most 38 digits. A text keeps them all: some programs cut numbers."},
		{"pattern", amountPattern}, {"maxLength", 64}, {"examples", []any{"10000000.00", "0.01"}},
	}
}

// defName is what a type is called in $defs.
func defName(name string) string {
	switch name {
	case "decimal.Decimal":
		return "Amount"
	case "decimal.NullDecimal":
		return "OptionalAmount"
	case "calendar.Duration" + orNull:
		return "OptionalDuration"
	}
	for i := range len(name) {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// narrowed returns what a field takes where its Go type says too little, by
// struct and field: "Goal.Period".
func narrowed(field string) object {
	period := func(pattern string, examples ...any) object {
		return object{{"type", "string"}, {"pattern", pattern}, {"examples", examples}}
	}
	switch field {
	case "Plan.Version":
		return object{{"type", "string"}, {"enum", []any{"1"}}}
	case "Goal.Period":
		return period("^("+calendarPeriod+"|"+fiscalPeriod+")$", "2027", "2027-H1", "2027-Q3", "2027-02", "2027-04-01/2028-03-31", "FY2027", "FY2027-Q3")
	case "BasisPart.Basis":
		return object{{"type", "string"}, {"enum", []any{"even", "weights", "history", "pipeline", "potential", "headcount"}}}
	case "TimeRule.Period", "BasisRule.Period", "BasisPart.Period":
		return period("^("+calendarPeriod+"|"+fiscalPeriod+")?$", "2026", "2025-07-01/2026-06-30", "FY2026")
	case "Mapping.Covers":
		return period("^("+calendarPeriod+")?$", "2026", "2026-01-01/2026-09-30")
	case "Mapping.Date":
		return object{{"type", "string"}, {"examples", []any{"yyyy-mm-dd", "m/d/yyyy", "d.m.yyyy", "yyyy/m/d", "yyyy年m月d日"}}}
	case "NumberFormat.Decimal":
		return object{{"type", "string"}, {"enum", []any{".", ",", ""}}}
	case "NumberFormat.Group":
		return object{{"type", "string"}, {"enum", []any{",", ".", "'", " ", "\u00a0", "\u202f", ""}}}
	case "NumberFormat.Unit":
		return object{{"type", "string"}, {"examples", []any{"元", "千元", "万元", "百万元", "亿元", "K", "M"}}}
	case "Mapping.Preset", "CustomerMapping.Preset":
		return object{{"type", "string"}, {"examples", []any{"fxiaoke", "hubspot", "salesforce", "zoho"}}}
	case "TimeRule.Missing":
		return object{{"type", "string"}, {"examples", []any{"refuse", "mean", "0.08"}}}
	case "TimeRule.Within":
		return object{{"type", "string"}, {"enum", []any{"workdays", "days"}}}
	case "LevelRule.Level":
		return object{{"type", "integer"}, {"minimum", 1}}
	case "Fiscal.FirstMonth", "Fiscal.Month", "Fiscal.LeapPeriod":
		return object{{"type", "integer"}, {"minimum", 0}, {"maximum", 12}}
	case "Plan.Currency", "Rate.Currency":
		return object{{"type", "string"}, {"examples", []any{"CNY", "USD", "EUR"}}}
	}
	return nil
}

// reworded returns the descriptions of types, fields and constants that have no
// comment, or one that speaks of what only Go programs have.
func reworded(name string) string {
	switch name {
	case "Plan.Name":
		return "What the plan is called."
	case "Plan.Metrics":
		return "What is counted."
	case "Plan.Axes":
		return "The trees of units along which targets are split: the sales organisation, product lines, customer segments."
	case "Plan.Goals":
		return "The targets: of which metric, whose, and for which period."
	case "Rate.Currency":
		return "The currency that is converted."
	case "Rate.From":
		return "The first day of the rate, which holds until the next one of its currency; not given for one that always held."
	case "Rate.Rate":
		return "What one unit of the currency is worth in the plan's currency."
	case "Goal.ID":
		return "The goal's name in results and exports."
	case "Goal.Name":
		return "\"name\" is for people; the \"id\" serves where it is empty."
	case "LevelRule.Level":
		return "1 for the units right below the goal's owner (on a later axis, for its roots), 2 for those below them, and so on."
	case "Issue.Plan":
		return "The plan's name."
	case "Issue.Fingerprint":
		return "What tells the plan from any other: the SHA-256 of its canonical text, with the units of its tables."
	case "Explanation.Goal":
		return "The goal's ID."
	case "Explanation.Metric":
		return "The metric's ID."
	case "Explanation.At":
		return "Of which units and which period the amount is."
	case "Explanation.Amount":
		return "What is owed there."
	case "UnitShare.Axis":
		return "The unit's axis."
	case "UnitShare.Unit":
		return "The unit's ID."
	case "UnitShare.Rank":
		return "How many siblings come before the unit where steps that are left are given out."
	case "CellShare.Seed":
		return "What the cell would have in proportion."
	case "CellShare.RowFactor", "CellShare.ColumnFactor", "Move.RowFactor", "Move.ColumnFactor":
		return "By what the seed is multiplied, so that rows and columns have their totals."
	case "Code":
		return "What kind of fault, finding or advice it is. Codes are stable: programs match on them."
	case "Subject.Kind":
		return "What it is about: a word of the plan, such as unit, goal or column."
	case "Subject.ID":
		return "The ID of what it is about."
	case "Arg.Name":
		return "What the message calls the value."
	case "Arg.Text":
		return "The value, as text."
	case "Mapping":
		return "How a CRM's table of deals is to be read. It is written once for an export and kept."
	case "CustomerMapping":
		return "How a CRM's table of customers is to be read."
	case "Mapping.Preset":
		return "A mapping that is ready, whose fields hold where this one's are not given. Stages are joined, this mapping's winning."
	case "CustomerMapping.Preset":
		return "A mapping that is ready, whose columns for customers hold where this one names none."
	case "DraftedTable.Name":
		return "The name by which the plan knows the table."
	case "DraftedTable.Role":
		return "What it was taken for."
	case "DraftedTable.Axis":
		return "The axis whose units it lists."
	case "DraftedTable.Rows":
		return "How many rows it has, without that of the column names."
	case "DraftRoleUnits":
		return "a list of units, of the axis that is named beside"
	case "AxisTable.File":
		return "The name of the table, as the program is given it: --file NAME=FILE."
	case "UnpublishedRefuse":
		return "a year that is not published is a fault"
	case "UnpublishedWeekdays":
		return "plan by the week alone, with a finding that names the year"
	case "HolidaysChina":
		return "the holidays and make-up days that the State Council of China publishes"
	}
	return ""
}

// alike reports whether a struct's fields are all the same to it, so that its
// comment describes those without one.
func alike(name string) bool {
	return name == "DealColumns" || name == "CustomerColumns" || name == "WorkWeek"
}
