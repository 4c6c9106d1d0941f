package salesplan

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func rolled(t *testing.T, b *Breakdown, cs ...Commitment) *Rollup {
	t.Helper()
	r, err := BottomUp(b, cs)
	require.NoError(t, err)
	return r
}

// Microsoft Dynamics, setting revenue quotas: 300,000 with children of 90,000,
// 120,000 and 90,000 + 110,000 is off by 110,000, and 136.67 % of the parent.
func TestBottomUp_Case18(t *testing.T) {
	b := cascaded(t, flow("300000", "2027", nil, "a", "b", "c", "d"))
	before := baseText(b)
	r := rolled(t, b, Commitment{Unit: "a", Amount: dec("90000")}, Commitment{Unit: "b", Amount: dec("120000")},
		Commitment{Unit: "c", Amount: dec("90000")}, Commitment{Unit: "d", Amount: dec("110000")})
	require.Equal(t, before, baseText(b))
	require.Equal(t, "300000: 300000", lineOf(t, r.Amount, b, GrainGoal))
	require.Equal(t, "410000: 410000", lineOf(t, r.Sum, b, GrainGoal))
	require.Equal(t, "110000: 110000", lineOf(t, r.Mismatch, b, GrainGoal))
	fs := r.Findings()
	require.Len(t, fs, 1)
	require.Equal(t, "commitments-off-goal goal g", fs[0].Key())
	require.Equal(t, "110000", argOf(t, fs[0], "by"))
	require.Equal(t, "1.3667", argOf(t, fs[0], "share"))
	require.Equal(t, "110000", fs[0].Advice[0].Amount)
	require.Equal(t, "2027-01-01", fs[0].Advice[0].Until)
	require.Equal(t, "Goal g: 410,000 comes from below against a target of 300,000, 110,000 off; that is 136.7 % of the target. Agree by 2027-01-01 whether 110,000 above the target stands.",
		Catalogue().Text(fs[0], diag.English))
	require.NotContains(t, Catalogue().Text(fs[0], diag.Chinese), "{")
}

// Salesforce account planning: what is given is kept, the rest goes to those
// who gave nothing; 0 is an answer, nothing is not.
func TestBottomUp_KeepsAndSplitsTheRest(t *testing.T) {
	req := flow("1000", "2027", quarters, "a x 1", "b x 1", "c x 2", "d x 1")
	req.Goal.Split.Axes[0].Basis = BasisWeights
	b := cascaded(t, req)
	r := rolled(t, b, Commitment{Unit: "a", Amount: dec("340")}, Commitment{Unit: "b", Amount: dec("0")})
	require.Equal(t, "340: 85 85 85 85", lineOf(t, r.Amount, b, "quarter", "a"))
	require.Equal(t, "0: 0 0 0 0", lineOf(t, r.Amount, b, "quarter", "b"))
	require.Equal(t, "440: 110 110 110 110", lineOf(t, r.Amount, b, "quarter", "c"))
	require.Equal(t, "220: 55 55 55 55", lineOf(t, r.Amount, b, "quarter", "d"))
	require.Empty(t, r.Findings())

	r = rolled(t, b, Commitment{Unit: "a", Period: calendar.Quarter(2027, 2), Amount: dec("200")})
	require.Equal(t, "350: 50 200 50 50", lineOf(t, r.Amount, b, "quarter", "a"), "the other quarters are as before")
	require.Equal(t, "0: 0 0 0 0", lineOf(t, r.Mismatch, b, "quarter"))
}

// A team's own commitment stands against its people's, and both against the
// goal.
func TestBottomUp_Levels(t *testing.T) {
	b := cascaded(t, flow("2000", "2027", quarters, "east", "e1 < east", "e2 < east", "west"))
	r := rolled(t, b, Commitment{Unit: "east", Amount: dec("600")}, Commitment{Unit: "e1", Amount: dec("500")}, Commitment{Unit: "e2", Amount: dec("160")})
	require.Equal(t, "600: 150 150 150 150", lineOf(t, r.Amount, b, "quarter", "east"))
	require.Equal(t, "660: 165 165 165 165", lineOf(t, r.Sum, b, "quarter", "east"))
	require.Equal(t, "1400: 350 350 350 350", lineOf(t, r.Amount, b, "quarter", "west"))
	require.Equal(t, "60: 15 15 15 15", lineOf(t, r.Mismatch, b, "quarter", "east"))
	var keys []string
	for _, f := range r.Findings() {
		keys = append(keys, f.Key()+" "+argOf(t, f, "by"))
	}
	require.Equal(t, []string{"commitments-off-goal goal g 60", "commitments-off-target unit east 60"}, keys)
}

// Too little, with nobody left to carry the rest; and the right sum in other
// periods.
func TestBottomUp_ShortAndEarly(t *testing.T) {
	b := cascaded(t, flow("400", "2027", quarters, "a", "b"))
	r := rolled(t, b, Commitment{Unit: "a", Amount: dec("100")}, Commitment{Unit: "b", Amount: dec("200")})
	require.Equal(t, "-100: -25 -25 -25 -25", lineOf(t, r.Mismatch, b, "quarter"))
	require.Equal(t, "0.75", argOf(t, r.Findings()[0], "share"))
	require.Equal(t, codeAdviceRaise, r.Findings()[0].Advice[0].Action)

	r = rolled(t, b, Commitment{Unit: "a", Amount: dec("200")}, Commitment{Unit: "b", Period: calendar.Quarter(2027, 1), Amount: dec("90")},
		Commitment{Unit: "b", Period: calendar.Span(calendar.On(2027, 4, 1), calendar.On(2027, 12, 31)), Amount: dec("110")})
	require.Equal(t, "200: 90 37 36 37", lineOf(t, r.Amount, b, "quarter", "b"))
	require.Len(t, r.Findings(), 1)
	require.Equal(t, codeTiming, r.Findings()[0].Code)
	require.Equal(t, "40", argOf(t, r.Findings()[0], "moved"))

	negative := flow("-400", "2027", quarters, "a", "b")
	r = rolled(t, cascaded(t, negative), Commitment{Unit: "a", Amount: dec("-300")})
	require.Equal(t, "-100: -25 -25 -25 -25", lineOf(t, r.Amount, r.Base(), "quarter", "b"))
	require.Empty(t, r.Findings())
}

func TestBottomUp_Faults(t *testing.T) {
	b := cascaded(t, flow("400", "2027", quarters, "team", "a < team", "b < team"))
	_, err := BottomUp(nil, nil)
	require.Equal(t, "/breakdown required", places(err))
	_, err = BottomUp(b, []Commitment{
		{Amount: dec("1")}, {Unit: "aa", Amount: dec("1")}, {Unit: "a", Period: calendar.Month(2027, 1), Amount: dec("1")},
		{Unit: "a", Amount: dec("0.5")}, {Unit: "b", Amount: decimal.New(1, 999999999)},
		{Unit: "b", Period: calendar.Quarter(2027, 2), Amount: dec("1")}, {Unit: "b", Amount: dec("1")}})
	require.Equal(t, "/commitments/0/unit required, /commitments/1/unit unknown, /commitments/2/period off-grid, /commitments/3/amount off-step, "+
		"/commitments/4/amount out-of-range, /commitments/6/period conflict", places(err))
	owned := flow("400", "2027", quarters, "team", "a < team")
	owned.Goal.Owner = "team"
	_, err = BottomUp(cascaded(t, owned), []Commitment{{Unit: "team", Amount: dec("1")}})
	require.Equal(t, "/commitments/0/unit invalid", places(err))
	most := dec("9000000000000000000")
	_, err = BottomUp(b, []Commitment{{Unit: "a", Amount: most}, {Unit: "b", Amount: most}})
	require.Equal(t, "/commitments out-of-range", places(err))
}

// The base never changes, sums close with the mismatch at every unit and
// period, what is committed is kept, and where there is room and somebody with
// a target to take the rest nothing is off.
func TestBottomUp_Laws(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 150 {
		b := randomBreakdown(t, r)
		before := baseText(b)
		tree := b.cs.axes[0].tree
		none := rolled(t, b)
		require.Equal(t, none.asked[0], b.unitRow(0))
		for v := range tree.nodes {
			require.Equal(t, b.unitRow(int32(v)), none.asked[v], "without commitments all is as before")
		}
		require.Empty(t, none.Findings())
		var cs []Commitment
		for v := 1; v < len(tree.nodes); v++ {
			if r.IntN(3) > 0 {
				continue
			}
			periods := append([]calendar.Period{{}}, b.Periods("quarter")...)
			p := periods[r.IntN(len(periods))]
			amount, err := b.Amount(At{Units: []string{tree.nodes[v].id}, Period: p})
			require.NoError(t, err)
			if r.IntN(2) == 0 {
				amount = amount.Add(decimal.New(r.Int64N(200)-100, 0))
			}
			cs = append(cs, Commitment{tree.nodes[v].id, p, amount})
		}
		got := rolled(t, b, cs...)
		require.Equal(t, before, baseText(b))
		for _, x := range cs {
			kept, err := got.Amount(At{Units: []string{x.Unit}, Period: x.Period})
			require.NoError(t, err)
			require.True(t, kept.Equal(x.Amount), "%v", x)
		}
		for v := range tree.nodes {
			for p := range b.cs.grid.pieces {
				s := stretch{b.cs.grid.pieces[p], p, p + 1}
				if tree.isLeaf(int32(v)) {
					require.Equal(t, got.asked[v][p], got.sums[v][p])
					continue
				}
				var sum, kept, room int64
				tree.children(int32(v), func(c int32) {
					sum += got.asked[c][p]
					if got.kept[c] != nil && got.kept[c][p] {
						kept += got.asked[c][p]
					} else {
						room += b.unitRow(c)[p]
					}
				})
				require.Equal(t, got.asked[v][p]+got.mismatch(int32(v), s), sum)
				if room > 0 && kept <= got.asked[v][p] {
					require.Zero(t, got.mismatch(int32(v), s))
				}
			}
		}
		require.True(t, got.Equal(rolled(t, b, cs...)))
		for _, f := range got.Findings() {
			for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
				require.NotContains(t, Catalogue().Text(f, lang), "{")
			}
		}
	}
}

func TestRollup_JSON(t *testing.T) {
	b := cascaded(t, flow("10", "2027-01", nil, "a", "b"))
	text, err := json.Marshal(rolled(t, b, Commitment{Unit: "a", Amount: dec("7")}))
	require.NoError(t, err)
	require.JSONEq(t, `{"goal":"g","metric":"m","step":"1","period":"2027-01","findings":[],"rows":[
		{"unit":"","level":0,"grain":"goal","period":"2027-01","target":"10","amount":"10","sum":"10","mismatch":"0","committed":false},
		{"unit":"a","level":1,"grain":"goal","period":"2027-01","target":"5","amount":"7","sum":"7","mismatch":"0","committed":true},
		{"unit":"b","level":1,"grain":"goal","period":"2027-01","target":"5","amount":"3","sum":"3","mismatch":"0","committed":false}]}`, string(text))
	s, err := Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 1, Share: dec("0.2")}}})
	require.NoError(t, err)
	text, err = json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"goal":"g","metric":"m","step":"1","period":"2027-01","rows":[
		{"unit":"","level":0,"grain":"goal","period":"2027-01","base":"10","street":"10","surplus":"2"},
		{"unit":"a","level":1,"grain":"goal","period":"2027-01","base":"5","street":"6","surplus":"0"},
		{"unit":"b","level":1,"grain":"goal","period":"2027-01","base":"5","street":"6","surplus":"0"}]}`, string(text))
}
