package salesplan

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

func bareProcess() Process {
	return Process{ID: "p", Stages: []ProcessStage{{ID: "lead"}, {ID: "visit", Stages: []string{"Meeting"}}, {ID: "offer"}}}
}

// History tells conversions and days stage by stage.
func TestMeasureProcess_History(t *testing.T) {
	day := calendar.On(2026, 1, 5)
	var deals []Deal
	var changes []StageChange
	enter := func(id, stage string, after int) {
		changes = append(changes, StageChange{Deal: id, Stage: stage, On: day.AddDays(after)})
	}
	for i := range 20 {
		id := fmt.Sprint("d", i)
		d := Deal{ID: id, Opened: day, Closed: day.AddDays(40), Outcome: OutcomeLost, Stage: "Lost"}
		enter(id, "Lead", 0)
		if i < 10 { // ten of twenty get a visit after 7 days
			enter(id, " meeting ", 7)
		}
		if i < 4 { // four of ten an offer, 14 days later
			enter(id, "offer", 21)
		}
		if i < 2 {
			d.Outcome = OutcomeWon
		}
		deals = append(deals, d)
	}
	deals = append(deals, Deal{ID: "open", Outcome: OutcomeOpen, Stage: "VISIT", Opened: day}, Deal{ID: "odd", Outcome: OutcomeOpen, Stage: "Nurturing"})
	enter("open", "lead", 33)
	f, err := MeasureProcess(bareProcess(), slices.Values(deals), slices.Values(changes))
	require.NoError(t, err)
	require.Equal(t, []int{2, 18, 2}, []int{f.Won, f.Lost, f.Open})
	require.Equal(t, "0.1", f.Conversion.Decimal.String())
	for i, want := range []StageFacts{
		{Stage: "lead", Entered: 21, WentOn: 11, Lost: 10}, {Stage: "visit", Entered: 11, WentOn: 4, Lost: 6, Open: 1}, {Stage: "offer", Entered: 4, WentOn: 2, Lost: 2},
	} {
		got := f.Stages[i]
		got.Conversion, got.Days = decimal.NullDecimal{}, decimal.NullDecimal{}
		require.Equal(t, want, got)
	}
	require.Equal(t, "0.5238", f.Process.Stages[0].Conversion.Decimal.String())
	require.Equal(t, "0.4", f.Process.Stages[1].Conversion.Decimal.String())
	require.Equal(t, "0.5", f.Process.Stages[2].Conversion.Decimal.String())
	require.Equal(t, "7 14 19", fmt.Sprint(f.Process.Stages[0].Days.Decimal, f.Process.Stages[1].Days.Decimal, f.Process.Stages[2].Days.Decimal))
	require.Equal(t, []diag.Code{codeStageUnknown}, []diag.Code{f.Findings[0].Code})
	_, err = NewFunnel(hundredCustomers(t), f.Process, "")
	require.NoError(t, err)
}

// Without history the whole is shared among the stages.
func TestMeasureProcess_Whole(t *testing.T) {
	day := calendar.On(2026, 1, 5)
	var deals []Deal
	for i := range 1000 {
		d := Deal{ID: fmt.Sprint(i), Opened: day, Closed: day.AddDays(30), Outcome: OutcomeLost, Stage: "Lost"}
		if i < 125 {
			d.Outcome = OutcomeWon
		}
		deals = append(deals, d)
	}
	f, err := MeasureProcess(bareProcess(), slices.Values(deals), nil)
	require.NoError(t, err)
	for _, s := range f.Stages {
		require.Equal(t, "0.5", s.Conversion.Decimal.String(), "0.5³ = 0.125")
		require.True(t, s.Derived)
		require.Equal(t, "10", s.Days.Decimal.String())
	}
	require.Equal(t, codeLossesUnplaced, f.Findings[0].Code)

	p := bareProcess()
	p.Stages[0].Conversion = decimal.NewNullDecimal(decimal.New(25, -2))
	p.Stages[1].Days = decimal.NewNullDecimal(decimal.New(20, 0))
	f, err = MeasureProcess(p, slices.Values(deals), nil)
	require.NoError(t, err)
	require.Equal(t, "0.25 0.7071 0.7071", fmt.Sprint(f.Process.Stages[0].Conversion.Decimal, f.Process.Stages[1].Conversion.Decimal, f.Process.Stages[2].Conversion.Decimal))
	require.Equal(t, "5 20 5", fmt.Sprint(f.Process.Stages[0].Days.Decimal, f.Process.Stages[1].Days.Decimal, f.Process.Stages[2].Days.Decimal))

	for i := range p.Stages {
		p.Stages[i].Conversion = decimal.NewNullDecimal(decimal.New(9, -1))
	}
	f, err = MeasureProcess(p, slices.Values(deals), nil)
	require.NoError(t, err)
	require.Equal(t, codeConversionOff, f.Findings[1].Code)

	f, err = MeasureProcess(bareProcess(), nil, nil)
	require.NoError(t, err)
	require.False(t, f.Conversion.Valid)
	_, err = NewFunnel(hundredCustomers(t), f.Process, "")
	require.ErrorIs(t, err, diag.Required)
	_, err = MeasureProcess(Process{}, nil, nil)
	require.ErrorIs(t, err, diag.Required)
}

func TestRootOf(t *testing.T) {
	require.Equal(t, "0.5", rootOf(big.NewRat(1, 8), 3).String())
	require.Equal(t, "1", rootOf(big.NewRat(3, 1), 2).String())
	require.Equal(t, "0.0001", rootOf(new(big.Rat), 4).String())
	require.Equal(t, "0.7071", rootOf(big.NewRat(1, 2), 2).String())
}
