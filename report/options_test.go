package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

func TestOptions_Faults(t *testing.T) {
	opt := GanttOptions{
		Style: Style{Width: 479, Theme: "drak", ID: "1a"},
		Rows:  -1, From: day("2027-03-02"), To: day("2027-03-01"), Hide: []GanttPart{PartFloat, "flaot"},
	}
	want := []string{"out-of-range /options/width", "invalid /options/theme", "syntax /options/id", "negative /options/rows", "order /options/to", "invalid /options/hide/1"}
	var b bytes.Buffer
	salesplantest.RequireFaults(t, Gantt(&b, nil, opt), want...)
	salesplantest.RequireFaults(t, GanttMermaid(&b, nil, opt), want...)
	load := LoadOptions{Style: opt.Style, Rows: -1, From: opt.From, To: opt.To}
	salesplantest.RequireFaults(t, LoadChart(&b, nil, load), want[:5]...)
	require.Zero(t, b.Len(), "nothing is drawn of what is refused")
	for _, f := range diag.All(Gantt(&b, nil, opt)) {
		_, said := salesplan.Catalogue().Phrase(f.Bound, diag.Chinese)
		prose := f.Code == diag.OutOfRange || f.Code == diag.Order
		require.True(t, said || !prose, f.Bound)
		if f.Code == diag.Invalid {
			require.Contains(t, []string{"dark", "float"}, f.Near)
		}
	}
	for _, id := range []string{"a b", `a"`, "", "-a", "é", string(bytes.Repeat([]byte("a"), 65))} {
		require.False(t, isID(id), id)
	}
	require.True(t, isID("plan-2027_A"))
	require.NoError(t, Gantt(&b, nil, GanttOptions{Style: Style{Width: maxWidth, ID: "a1"}}))
	require.NoError(t, Gantt(&b, nil, GanttOptions{Style: Style{Width: minWidth}}))
}

// Options travel as data.
func TestOptions_JSON(t *testing.T) {
	opt := GanttOptions{
		Style: Style{Title: "计划", Lang: diag.Chinese, Width: 900, Theme: ThemeAuto, ID: "g", Names: map[string]string{"li": "李雷"}},
		Today: day("2027-03-05"), From: day("2027-03-01"), To: day("2027-03-31"), Rows: 20, Hide: []GanttPart{PartFloat, PartDone},
	}
	text, err := json.Marshal(opt)
	require.NoError(t, err)
	require.JSONEq(t, `{"title":"计划","lang":"zh","width":900,"theme":"auto","id":"g","names":{"li":"李雷"},
		"today":"2027-03-05","from":"2027-03-01","to":"2027-03-31","rows":20,"hide":["float","done-tasks"]}`, string(text))
	var back GanttOptions
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, opt, back)
	text, err = json.Marshal(GanttOptions{})
	require.NoError(t, err)
	require.Equal(t, "{}", string(text))
	err = json.Unmarshal([]byte(`{"theme":"drak"}`), &back)
	require.ErrorIs(t, err, diag.Invalid)
	err = json.Unmarshal([]byte(`{"hide":["legnd"]}`), &back)
	require.ErrorIs(t, err, diag.Invalid)
}

// full takes so many bytes and no more.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriterErrors(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	for _, left := range []int{0, 100} {
		require.ErrorIs(t, Gantt(&full{left}, tt, GanttOptions{}), errFull)
		require.ErrorIs(t, GanttMermaid(&full{left}, tt, GanttOptions{}), errFull)
		require.ErrorIs(t, LoadChart(&full{left}, loads(t, diag.English), LoadOptions{}), errFull)
	}
}
