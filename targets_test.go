package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func goodTargets(t *testing.T) *Targets {
	t.Helper()
	all, err := goodPlan().Targets(context.Background(), nil)
	require.NoError(t, err)
	return all
}

func TestTargets_Goal(t *testing.T) {
	all := goodTargets(t)
	b, err := all.Goal("g2")
	require.NoError(t, err)
	require.Equal(t, "g2", b.Goal())
	_, err = all.Goal("G3")
	require.Equal(t, "/goal unknown", places(err))
	require.Equal(t, "g1", diag.All(err)[0].Near)
	x, err := all.Amount("g2", At{Period: calendar.Quarter(2027, 2)})
	require.NoError(t, err)
	require.Equal(t, "25", x.String())
	_, err = all.Amount("g2", At{Period: calendar.Month(2027, 2)})
	require.ErrorIs(t, err, diag.OffGrid)
	_, err = all.Amount("g3", At{})
	require.ErrorIs(t, err, diag.Unknown)
	n := 0
	for range all.All() {
		n++
		break
	}
	require.Equal(t, 1, n)
}

func TestTargets_Equal(t *testing.T) {
	all := goodTargets(t)
	require.True(t, all.Equal(goodTargets(t)))
	var none *Targets
	require.False(t, all.Equal(none))
	require.False(t, none.Equal(all))
	require.True(t, none.Equal(nil))
	p := goodPlan()
	p.Goals[0].Target = p.Goals[0].Target.Neg()
	other, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	require.False(t, all.Equal(other))
	p.Goals = p.Goals[1:]
	other, err = p.Targets(context.Background(), nil)
	require.NoError(t, err)
	require.False(t, all.Equal(other))
}

type rowJSON struct {
	Units  []string `json:"units"`
	Axis   string   `json:"axis"`
	Parent string   `json:"parent"`
	Level  int      `json:"level"`
	Grain  string   `json:"grain"`
	Period string   `json:"period"`
	First  string   `json:"first"`
	Last   string   `json:"last"`
	Leaf   bool     `json:"leaf"`
	Amount string   `json:"amount"`
}

type targetsJSON struct {
	Goals []struct {
		Goal, Name, Metric, Measure, Step, Period, Owner, Amount string
		Axes, Grains                                             []string
		Rows                                                     []rowJSON
	} `json:"goals"`
	Findings []diag.Finding `json:"findings"`
}

func readTargets(t *testing.T, text []byte) targetsJSON {
	t.Helper()
	var out targetsJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&out))
	return out
}

func TestTargets_JSON(t *testing.T) {
	all := goodTargets(t)
	text, err := json.Marshal(all)
	require.NoError(t, err)
	got := readTargets(t, text)
	require.Len(t, got.Goals, 2)
	require.Equal(t, "New customers", got.Goals[1].Name)
	require.Equal(t, "100000.00", got.Goals[0].Amount)
	require.Equal(t, "100", got.Goals[1].Amount, "that of all recurrences")
	require.Equal(t, []diag.Finding{}, got.Findings)
	for i, b := range slices.Collect(all.All()) {
		g := got.Goals[i]
		require.Equal(t, b.Axes(), g.Axes)
		rows := allRows(t, b, Query{})
		require.Len(t, g.Rows, len(rows))
		for k, r := range rows {
			require.Equal(t, rowJSON{r.Units, r.Axis, r.Parent, r.Level, string(r.Grain), b.Label(r.Period), r.Period.First.String(), r.Period.Last.String(), r.Leaf, b.Text(r.Amount)}, g.Rows[k])
			x, err := decimal.NewFromString(g.Rows[k].Amount)
			require.NoError(t, err)
			require.True(t, x.Equal(r.Amount))
		}
		one, err := json.Marshal(b)
		require.NoError(t, err)
		require.True(t, bytes.Contains(text, one), "a breakdown's JSON is its part of the whole")
	}

	var chosen bytes.Buffer
	require.NoError(t, all.WriteJSON(&chosen, Query{Axis: "product", Grain: "month"}))
	got = readTargets(t, chosen.Bytes())
	b, _ := all.Goal("g1")
	require.Len(t, got.Goals[0].Rows, len(allRows(t, b, Query{Axis: "product", Grain: "month"})))
	require.NotEmpty(t, got.Goals[0].Rows)
	require.Empty(t, got.Goals[1].Rows, "its split knows no products")
	require.Equal(t, "/query/grain off-grid", places(all.WriteJSON(&chosen, Query{Grain: "day"})))
	require.NoError(t, all.Check(Query{Axis: "product"}))
	require.Equal(t, "/query/axis unknown", places(all.Check(Query{Axis: "segment"})))
}

// Texts that JSON must escape stay what they are.
func TestTargets_JSONText(t *testing.T) {
	req := flow("3", "2027", nil, "王伟", "a\"b\\c", "</script>", "'|,;")
	req.Goal.Name = "a \"goal\"\nof <two> lines\u2028\x01"
	b := cascaded(t, req)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	var got struct {
		Name string
		Rows []rowJSON
	}
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, req.Goal.Name, got.Name)
	for k, r := range allRows(t, b, Query{}) {
		require.Equal(t, r.Units, got.Rows[k].Units)
	}
}

type brokenWriter struct{ left int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestTargets_JSONWriterFails(t *testing.T) {
	req := flow("100000", "2027", []calendar.Grain{"day"}, "a", "b", "c", "d")
	all := &Targets{parts: []targetPart{cascaded(t, req)}}
	for _, left := range []int{0, 100_000} {
		w := &brokenWriter{left: left}
		require.ErrorIs(t, all.WriteJSON(w, Query{}), errBroken)
		require.Greater(t, w.left, -200_000, "nothing is written after a failure")
	}
	whole := &bytes.Buffer{}
	require.NoError(t, all.WriteJSON(whole, Query{}))
	require.Greater(t, whole.Len(), 1<<17, "written in several parts")
	direct, err := all.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, whole.String(), string(direct))
	require.True(t, json.Valid(direct))
}

func TestTargets_Zero(t *testing.T) {
	var all Targets
	_, err := all.Goal("g")
	require.ErrorIs(t, err, diag.Unknown)
	text, err := json.Marshal(&all)
	require.NoError(t, err)
	require.JSONEq(t, `{"goals":[],"findings":[]}`, string(text))
	require.Empty(t, all.Findings())
	require.NoError(t, all.Check(Query{Axis: "x"}))
}
