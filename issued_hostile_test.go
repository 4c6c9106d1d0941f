package salesplan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// sampleTargets have a flow over two axes with people who come late, a stock
// with a leaver, and a rate.
func sampleTargets(t testing.TB) *Targets {
	t.Helper()
	req := flow("1000", "2027", []calendar.Grain{"quarter"}, "co", "a < co x 3", "b < co x 1 @2027-02-15..", "c < co x 0")
	req.Goal.Split.Axes[0].Basis = BasisWeights
	req.Axes[0].Units[0].Weight = decimal.NewNullDecimal(dec("1"))
	req.Axes[0].Units[1].FTE = decimal.NewNullDecimal(dec("0.5"))
	req.Axes[0].Units[1].Sells = []string{"x"}
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	req.Goal.Split.Bounds = []BoundRule{{Units: []string{"b", "y"}, Period: "2027-Q3", Min: decimal.NewNullDecimal(dec("7"))}}
	b := cascadedIn(t, req)
	stock := stockOf("90", "120", "co", "a < co", "b < co @..2027-05-31")
	stock.Goal.ID = "stock"
	s, err := CascadeStock(t.Context(), stock)
	require.NoError(t, err)
	share := marketShare()
	share.Goal.ID = "share"
	r, err := CascadeRate(t.Context(), share)
	require.NoError(t, err)
	out := targetsWith(b, s, r)
	out.contributions = map[string][]string{b.Goal(): {"stock", "share"}}
	return out
}

func cascadedIn(t testing.TB, req CascadeRequest) *Breakdown {
	t.Helper()
	b, err := Cascade(t.Context(), req)
	require.NoError(t, err)
	return b
}

func decodeTargets(text []byte) (*Targets, error) {
	return DecodeTargets(bytes.NewReader(text), DecodeOptions{})
}

func TestDecodeTargets_Sample(t *testing.T) {
	got := reissued(t, sampleTargets(t))
	require.Equal(t, []string{"stock", "share"}, got.Contributions(got.parts[0].Goal()))
}

// Blanks, line ends and a byte order mark say nothing; readers may give as
// little as they like.
func TestDecodeTargets_Blanks(t *testing.T) {
	want := sampleTargets(t)
	text := issuedText(t, want)
	var wide, tight bytes.Buffer
	require.NoError(t, json.Indent(&wide, text, " \t", "    "))
	require.NoError(t, json.Compact(&tight, text))
	for name, r := range map[string]io.Reader{
		"wide": &wide, "tight": &tight, "mark": strings.NewReader("\ufeff" + string(text)),
		"line ends": strings.NewReader(strings.ReplaceAll(string(text), "\n", "\r\n")),
		"by bytes":  iotest.OneByteReader(strings.NewReader("\ufeff" + string(text))),
	} {
		got, err := DecodeTargets(r, DecodeOptions{})
		require.NoError(t, err, name)
		require.True(t, want.Equal(got), name)
	}
}

// Whatever byte is changed or lost is found, but for blanks.
func TestDecodeTargets_Damaged(t *testing.T) {
	text := issuedText(t, sampleTargets(t))
	r := rand.New(rand.NewPCG(1, 111))
	damaged := 0
	for i := range text {
		if i%7 != 0 && len(text) > 4000 {
			continue
		}
		other := bytes.Clone(text)
		c := other[i]
		for other[i] == c {
			other[i] = "0123456789abcdef .\"{}[]:,-"[r.IntN(26)]
		}
		if strings.ContainsRune(" \n", rune(c)) && other[i] == ' ' {
			continue
		}
		_, err := decodeTargets(other)
		require.Error(t, err, "%q became %q in …%s…", c, other[i], text[max(0, i-30):min(len(text), i+30)])
		for _, f := range diag.All(err) {
			require.Positive(t, f.Line, f.Error())
		}
		if errors.Is(err, diag.Damaged) {
			damaged++
		}
	}
	require.Greater(t, damaged, 50, "what nothing but the checksum tells")
	for n := 0; n < len(text)-1; n += 13 {
		_, err := decodeTargets(text[:n])
		require.Error(t, err, "the first %d bytes", n)
	}
}

// A digit that was changed is placed by the sums beside the cells, too.
func TestDecodeTargets_DamagedCell(t *testing.T) {
	text := string(issuedText(t, targetsWith(cascaded(t, flow("1000", "2027", months, "a", "b", "c")))))
	at := strings.Index(text, `"amounts": [`)
	cell := at + strings.IndexAny(text[at:], "123456789")
	broken := text[:cell] + string(text[cell]^1) + text[cell+1:]
	_, err := decodeTargets([]byte(broken))
	require.ErrorIs(t, err, diag.Damaged)
	var found []string
	for _, f := range diag.All(err) {
		found = append(found, f.Path+" "+string(f.Code))
	}
	require.Contains(t, found, "/goals/0/state/table/amounts mismatch")
}

// forged is a document with an honest checksum of whatever edit made of it.
func forged(t testing.TB, text []byte, edit func(f *issuedFile)) []byte {
	t.Helper()
	file, err := laidOut(text)
	require.NoError(t, err)
	edit(file)
	return sealedText(t, file)
}

func laidOut(text []byte) (*issuedFile, error) {
	tree, err := document.Read(bytes.NewReader(text), document.Limits{})
	if err != nil {
		return nil, err
	}
	var c diag.Collector
	var file issuedFile
	d := decoder{c: &c, types: structTypes{}}
	d.value(tree, reflect.ValueOf(&file).Elem(), false)
	err = c.Err()
	if file.Checksum = ""; places(err) == "/checksum required" {
		err = nil
	}
	return &file, err
}

func sealedText(t testing.TB, file *issuedFile) []byte {
	t.Helper()
	var b bytes.Buffer
	w := &sealWriter{w: &b, seal: newSeal(1)}
	require.NoError(t, encodeValue(w, file))
	require.NoError(t, w.finish())
	return b.Bytes()
}

func packedOf(texts ...string) packed {
	var p packed
	for _, x := range texts {
		p = append(p, chunk{text: x})
	}
	return p
}

func TestDecodeTargets_Forged(t *testing.T) {
	text := issuedText(t, sampleTargets(t))
	tests := []struct {
		name string
		edit func(f *issuedFile)
		want string
	}{
		{"nothing", func(*issuedFile) {}, ""},
		{"no day", func(f *issuedFile) { f.Issue.On = calendar.Date{} }, "/issue/on required"},
		{"a goal twice", func(f *issuedFile) { f.Goals = append(f.Goals, f.Goals[0]) }, "/goals/3/state/goal/id duplicate"},
		{"contributions of nothing", func(f *issuedFile) { f.Contributions = map[string][]string{"x": {"stock", "y"}} }, "/contributions/x unknown, /contributions/x/1 unknown"},
		{"a kind without what it takes", func(f *issuedFile) { f.Goals[0].Kind = KindStock }, "/goals/0/stock required, /goals/0/state/axes/0/weights conflict, /goals/0/state/axes/1/weights conflict"},
		{"what another kind has", func(f *issuedFile) { f.Goals[0].Rate = f.Goals[2].Rate }, "/goals/0/rate conflict"},
		{"a step of 0", func(f *issuedFile) { f.Goals[0].State.Metric.Step = decimal.Decimal{} }, "/goals/0/state/metric/step required"},
		{"a target off the step", func(f *issuedFile) { f.Goals[0].State.Goal.Target = dec("1.005") }, "/goals/0/state/goal/target off-step"},
		{"another target", func(f *issuedFile) { f.Goals[0].State.Goal.Target = dec("1001") }, "/goals/0/state/table/amounts mismatch"},
		{"another metric", func(f *issuedFile) { f.Goals[0].State.Goal.Metric = "x" }, "/goals/0/state/goal/metric mismatch"},
		{"no period", func(f *issuedFile) { f.Goals[0].State.Goal.Period = "2027-13" }, "/goals/0/state/goal/period out-of-range"},
		{"bounds of the split", func(f *issuedFile) { f.Goals[0].State.Goal.Split.Bounds = []BoundRule{{Unit: "a"}} }, "/goals/0/state/goal/split/bounds conflict"},
		{"other grains", func(f *issuedFile) { f.Goals[0].State.Goal.Split.Grains = []calendar.Grain{"month"} }, "/goals/0/state/table/amounts mismatch"},
		{"a day that counts x", func(f *issuedFile) { f.Goals[0].State.Workdays[0].text = "x" }, "/goals/0/state/workdays/0 syntax"},
		{"days too few", func(f *issuedFile) { f.Goals[0].State.Workdays = packedOf("111") }, "/goals/0/state/workdays mismatch"},
		{"days too many", func(f *issuedFile) {
			f.Goals[0].State.Workdays = append(f.Goals[0].State.Workdays, chunk{text: "1"})
		}, "/goals/0/state/workdays/1 syntax"},
		{"an axis too many", func(f *issuedFile) {
			f.Goals[0].State.Axes = append(f.Goals[0].State.Axes, f.Goals[0].State.Axes[0])
		}, "/goals/0/state/axes mismatch"},
		{"another axis", func(f *issuedFile) { f.Goals[0].State.Axes[0].Axis = "x" }, "/goals/0/state/axes/0/axis mismatch"},
		{"a parent that is shut", func(f *issuedFile) { f.Goals[0].State.Axes[0].Parents = packedOf("0 1 0 1") }, "/goals/0/state/axes/0/parents order"},
		{"a parent behind", func(f *issuedFile) { f.Goals[0].State.Axes[0].Parents = packedOf("0 1 1 4") }, "/goals/0/state/axes/0/parents order"},
		{"parents that are none", func(f *issuedFile) { f.Goals[0].State.Axes[0].Parents = packedOf("0 1 2 -1") }, "/goals/0/state/axes/0/parents order"},
		{"parents too few", func(f *issuedFile) { f.Goals[0].State.Axes[0].Parents = packedOf("0 1") }, "/goals/0/state/axes/0/parents mismatch"},
		{"a unit without a name", func(f *issuedFile) { f.Goals[0].State.Axes[0].Units[2] = "" }, "/goals/0/state/axes/0/units/2 required"},
		{"a scale of 7", func(f *issuedFile) { f.Goals[0].State.Axes[0].Scale = 7 }, "/goals/0/state/axes/0/scale invalid"},
		{"presence of nobody", func(f *issuedFile) { f.Goals[0].State.Axes[0].Presence = packedOf("9 0") }, "/goals/0/state/axes/0/presence order"},
		{"presence beyond the year", func(f *issuedFile) { f.Goals[0].State.Axes[0].Presence = packedOf("2 1 0 366 1") }, "/goals/0/state/axes/0/presence order"},
		{"presence beyond the text", func(f *issuedFile) { f.Goals[0].State.Axes[0].Presence = packedOf("2 4611686018427387904 0 300 1") }, "/goals/0/state/axes/0/presence order"},
		{"presence more than full", func(f *issuedFile) { f.Goals[0].State.Axes[0].Presence = packedOf("2 1 0 300 2") }, "/goals/0/state/axes/0/presence order"},
		{"presence twice", func(f *issuedFile) { f.Goals[0].State.Axes[0].Presence = packedOf("2 1 0 300 1 2 0") }, "/goals/0/state/axes/0/presence order"},
		{"details of nobody", func(f *issuedFile) { f.Goals[0].State.Axes[0].Details[0].Node = 77 }, "/goals/0/state/axes/0/details/0/node order"},
		{"heads below 0", func(f *issuedFile) {
			f.Goals[0].State.Axes[0].Details[0].FTE = decimal.NewNullDecimal(dec("-1"))
		}, "/goals/0/state/axes/0/details/0/fte negative"},
		{"weights below 0", func(f *issuedFile) { f.Goals[0].State.Axes[0].Weights = packedOf("0 1 -3 1 0") }, "/goals/0/state/axes/0/weights/0 syntax"},
		{"weights of the first axis that differ", func(f *issuedFile) { f.Goals[0].State.Axes[0].Which = packedOf("0") }, "/goals/0/state/axes/0/which conflict"},
		{"weights that are none", func(f *issuedFile) { f.Goals[0].State.Axes[1].Which = packedOf("0 1 5") }, "/goals/0/state/axes/1/which out-of-range"},
		{"weights of half a tree", func(f *issuedFile) {
			f.Goals[0].State.Axes[1].Weights = append(f.Goals[0].State.Axes[1].Weights, chunk{text: "1"})
		}, "/goals/0/state/axes/1/weights mismatch"},
		{"cells below 0", func(f *issuedFile) {
			f.Goals[2].State.Table.Amounts[0].text = "-5" + f.Goals[2].State.Table.Amounts[0].text
		}, "/goals/2/state/table/amounts out-of-range"},
		{"a cell too many", func(f *issuedFile) { f.Goals[2].State.Table.Amounts[0].text += " 1" }, "/goals/2/state/table/amounts mismatch"},
		{"two blanks", func(f *issuedFile) {
			k := &f.Goals[2].State.Table.Amounts[0]
			k.text = strings.Replace(k.text, " ", "  ", 1)
		}, "/goals/2/state/table/amounts mismatch"},
		{"a zero in front", func(f *issuedFile) {
			f.Goals[2].State.Table.Amounts[0].text = "0" + f.Goals[2].State.Table.Amounts[0].text
		}, "/goals/2/state/table/amounts/0 syntax"},
		{"cells beyond all numbers", func(f *issuedFile) {
			f.Goals[2].State.Table.Amounts = packedOf(strings.TrimSuffix(strings.Repeat("9000000000000000000 ", f.Goals[2].State.Table.Amounts.count()), " "))
		}, "/goals/2/state/table/amounts out-of-range"},
		{"a shift of 99", func(f *issuedFile) { f.Goals[2].State.Table.Shift = 99 }, "/goals/2/state/table out-of-range"},
		{"no factor", func(f *issuedFile) { f.Goals[2].State.Table.Rows = packedOf("NaN NaN") }, "/goals/2/state/table/rowFactors/0 syntax"},
		{"fitted a step off", func(f *issuedFile) { f.Goals[2].State.Table.Shift = 0 }, "/goals/2/state/table/fitted out-of-range"},
		{"a row that is no sum", func(f *issuedFile) { f.Goals[2].State.Row = packedOf("1 2 3 4") }, "/goals/2/state/row mismatch"},
		{"units that are no sums", func(f *issuedFile) { f.Goals[2].State.Units = packedOf("1 2 3 4") }, "/goals/2/state/units mismatch"},
		{"no line", func(f *issuedFile) { f.Goals[2].State.Line = nil }, "/goals/2/state/line required"},
		{"a line too short", func(f *issuedFile) { f.Goals[2].State.Line.Weights = packedOf("1") }, "/goals/2/state/line/weights mismatch"},
		{"a weight too long", func(f *issuedFile) {
			f.Goals[2].State.Line.Weights = packedOf("1 1 1 1" + strings.Repeat("0", maxWeightDigits))
		}, "/goals/2/state/line/weights/0 syntax"},
		{"no ideals", func(f *issuedFile) { f.Goals[2].State.Ideals = nil }, "/goals/2/state/ideals mismatch"},
		{"ideals that are none", func(f *issuedFile) { f.Goals[2].State.Ideals = packedOf("1.0 2 3 g") }, "/goals/2/state/ideals/0 syntax"},
		{"no cross", func(f *issuedFile) { f.Goals[0].State.Cross = nil }, "/goals/0/state/cross required"},
		{"a cross of one axis", func(f *issuedFile) { f.Goals[2].State.Cross = f.Goals[0].State.Cross }, "/goals/2/state/cross conflict"},
		{"bounds of no row", func(f *issuedFile) { f.Goals[0].State.Bounds.Rows = packedOf("99") }, "/goals/0/state/bounds/rows order"},
		{"a range upside down", func(f *issuedFile) { f.Goals[0].State.Bounds.Cells = packedOf("3:2 0 0 0") }, "/goals/0/state/bounds/cells/0 syntax"},
		{"seasons of no unit", func(f *issuedFile) {
			f.Goals[2].State.Own = &issuedSeasons{Nodes: packedOf("9"), Weights: packedOf("1 1 1 1")}
		}, "/goals/2/state/ownSeasons/nodes order"},
		{"seasons of too few months", func(f *issuedFile) {
			f.Goals[2].State.Own = &issuedSeasons{Nodes: packedOf("1 2"), Weights: packedOf("1 1 1 1")}
		}, "/goals/2/state/ownSeasons/weights mismatch"},
		{"bounds of more rows than there are", func(f *issuedFile) {
			f.Goals[0].State.Bounds.Rows = packedOf("0 1 2 3 4 5 6 7 8 9")
		}, "/goals/0/state/bounds/rows too-many"},
		{"an opening too short", func(f *issuedFile) { f.Goals[1].Stock.Opening = packedOf("1") }, "/goals/1/stock/opening mismatch"},
		{"losses below 0", func(f *issuedFile) {
			f.Goals[1].Stock.Losses[0].text = "-1" + strings.TrimLeft(f.Goals[1].Stock.Losses[0].text, "0123456789")
		}, "/goals/1/stock/losses out-of-range"},
		{"a stock with ideals", func(f *issuedFile) { f.Goals[1].State.Ideals = packedOf("1") }, "/goals/1/state/line conflict"},
		{"another stock", func(f *issuedFile) { f.Goals[1].Stock.Goal.ID = "x" }, "/goals/1/stock/goal/id mismatch"},
		{"a stock that is a flow", func(f *issuedFile) { f.Goals[1].Stock.Metric.Kind = "" }, "/goals/1/stock/metric/kind mismatch"},
		{"a rate over nothing", func(f *issuedFile) { f.Goals[2].Rate.Given = decimal.Decimal{} }, "/goals/2/rate/given out-of-range"},
		{"a rate over no goal", func(f *issuedFile) { f.Goals[2].Rate.Denominator = "x" }, "/goals/2/rate/denominator unknown"},
		{"a rate over a rate", func(f *issuedFile) { f.Goals[2].Rate.Denominator = f.Goals[2].State.Goal.ID }, "/goals/2/rate/denominator mismatch"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeTargets(forged(t, text, tt.edit))
			var found []string
			for _, f := range diag.All(err) {
				found = append(found, f.Path+" "+string(f.Code))
				require.Positive(t, f.Line, f.Error())
			}
			require.Equal(t, tt.want, strings.Join(found, ", "))
			require.Equal(t, err == nil, got != nil)
		})
	}
}

func TestDecodeTargets_Version(t *testing.T) {
	text := string(issuedText(t, sampleTargets(t)))
	for edit, want := range map[string]string{
		`"salesplanTargets": "2"`:   "/salesplanTargets version 1:1 2",
		`"salesplanTargets": "1.1"`: "/salesplanTargets version",
		`"salesplanTargets": "x"`:   "/salesplanTargets invalid",
		`"salesplanTargets": 1`:     "/salesplanTargets type",
		`"salesPlanTargets": "1"`:   "/salesplanTargets required, /salesPlanTargets unknown-key",
		`"salesplan": "1"`:          "/salesplan mismatch",
	} {
		_, err := decodeTargets([]byte(strings.Replace(text, `"salesplanTargets": "1"`, edit, 1)))
		want, _, _ = strings.Cut(want, " 1:1")
		require.Equal(t, want, places(err), edit)
	}
	_, err := decodeTargets([]byte(strings.Replace(text, `,
  "checksum": "`, `,
  "unchecked": "`, 1)))
	require.Equal(t, "/checksum required, /unchecked unknown-key", places(err))
	at := strings.LastIndex(text, `,
  "checksum"`)
	_, err = decodeTargets([]byte(text[:at] + "\n}\n"))
	require.Equal(t, "/checksum required", places(err))
	_, err = decodeTargets([]byte(strings.Replace(text, `"by": "board"`, `"by": "board", "by": "board"`, 1)))
	require.ErrorIs(t, err, diag.DuplicateKey)
	_, err = decodeTargets(nil)
	require.Error(t, err)
}

// What a document claims costs no more memory than its text, times what a
// number takes.
func TestDecodeTargets_Claims(t *testing.T) {
	text := issuedText(t, targetsWith(cascaded(t, flow("1000", "2027", nil, "a", "b", "c"))))
	for name, edit := range map[string]func(f *issuedFile){
		"a cell for each day of 300 years": func(f *issuedFile) {
			s := &f.Goals[0].State
			s.Goal.Period, s.Goal.Split.Grains = "1900-01-01/2199-12-31", []calendar.Grain{"day"}
		},
		"a thousand such goals": func(f *issuedFile) {
			s := &f.Goals[0].State
			s.Goal.Period, s.Goal.Split.Grains = "1900-01-01/2199-12-31", []calendar.Grain{"day"}
			f.Goals = slices.Repeat(f.Goals, 1000)
		},
		"many trees of leaves": func(f *issuedFile) {
			s := &f.Goals[0].State
			a := &s.Axes[0]
			a.Units = append(slices.Repeat(a.Units[:1], 1), slices.Repeat([]issuedID{"u"}, 3000)...)
			a.Parents = packedOf(strings.TrimSuffix(strings.Repeat("0 ", 3000), " "))
			a.Weights = packedOf(strings.TrimSuffix(strings.Repeat("1 ", 3001), " "))
			s.Axes = slices.Repeat(s.Axes, 3)
			s.Goal.Split.Axes = slices.Repeat(s.Goal.Split.Axes, 3)
		},
	} {
		bad := forged(t, text, edit)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decodeTargets(bad)
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(40<<20)+20*uint64(len(bad)), name)
	}
}

func TestDecodeTargets_Limits(t *testing.T) {
	text := issuedText(t, sampleTargets(t))
	_, err := DecodeTargets(bytes.NewReader(text), DecodeOptions{Limits: document.Limits{Bytes: 1000}})
	require.ErrorIs(t, err, diag.TooLarge)
	_, err = DecodeTargets(iotest.ErrReader(errors.New("gone")), DecodeOptions{})
	require.ErrorIs(t, err, diag.IO)
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestEncodeTargets_Errors(t *testing.T) {
	targets := sampleTargets(t)
	size := len(issuedText(t, targets))
	for n := 0; n < size; n += 97 {
		err := EncodeTargets(&failing{n}, targets, issueDay())
		require.ErrorIs(t, err, diag.IO)
		require.ErrorIs(t, err, io.ErrClosedPipe)
	}
	require.NoError(t, EncodeTargets(&failing{size}, targets, issueDay()))
	require.Equal(t, "/t required, /issue/on required", places(EncodeTargets(io.Discard, nil, Issue{})))
	issue := issueDay()
	issue.Note = "\xff"
	require.ErrorIs(t, EncodeTargets(io.Discard, targets, issue), diag.Encoding)
	var short bytes.Buffer
	require.ErrorIs(t, EncodeTargets(iotestShort{&short}, targets, issueDay()), io.ErrShortWrite)
}

// iotestShort writes a byte less than it is given, and says so.
type iotestShort struct{ w io.Writer }

func (s iotestShort) Write(p []byte) (int, error) { return s.w.Write(p[:len(p)-1]) }

func TestPacked(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 113))
	var c diag.Collector
	in := packedReader{&c}
	for range 200 {
		n := r.IntN(60)
		ints, bigs, floats := make([]int64, n), make([]*big.Int, n), make([]float64, n)
		ranges := make([]cellRange, n)
		for i := range n {
			ints[i] = r.Int64N(1<<uint(1+r.IntN(62))) * int64(1-2*r.IntN(2))
			bigs[i] = new(big.Int).Lsh(big.NewInt(max(ints[i], -ints[i])), uint(r.IntN(200)))
			floats[i] = float64(ints[i]) / float64(1+r.IntN(1000))
			ranges[i] = cellRange{max(ints[i], 0), max(ints[i], 0) + r.Int64N(2)}
		}
		cols := 1 + r.IntN(20)
		require.Equal(t, ints, in.ints(sent(t, packInts(ints, cols)), "", n))
		require.Equal(t, floats, in.floats(sent(t, packFloats(floats)), "", n))
		back := in.bigs(sent(t, packBigs(bigs)), "", n)
		for i, x := range bigs {
			require.Zero(t, x.Cmp(back[i]))
		}
		list := sent(t, pack(n, func(buf []byte, i int) []byte { return appendRange(buf, ranges[i]) }))
		require.Equal(t, ranges, unpack(in, list, "", n, readRange, ""))
	}
	require.NoError(t, c.Err())
	for _, bad := range []string{"", "-", "+1", "01", "-0", "1.0", "9223372036854775808", "99999999999999999999", "１"} {
		_, ok := readInt(bad)
		require.False(t, ok, bad)
	}
	for _, bad := range []string{"", ".", "1.", ".8", "1.80", "01", "1.8.8", "A", "11111111111111111"} {
		_, ok := readFixed(bad)
		require.False(t, ok, bad)
	}
	for _, bad := range []string{"", "=", "=-1", "3:3", "3:2", ":3", "3:", "-1", "9223372036854775807"} {
		_, ok := readRange(bad)
		require.False(t, ok, bad)
	}
}

// sent is a list as it comes back from its texts.
func sent(t *testing.T, p packed) packed {
	t.Helper()
	out := packed{}
	for _, k := range p {
		text, err := k.MarshalText()
		require.NoError(t, err)
		require.Less(t, len(text), 64<<10)
		var got chunk
		require.NoError(t, got.UnmarshalText(text))
		out = append(out, got)
	}
	return out
}

// Whatever numbers a stranger writes, with an honest checksum: they are
// refused, or answer all questions.
func TestDecodeTargets_ForgedNumbers(t *testing.T) {
	text := issuedText(t, sampleTargets(t))
	r := rand.New(rand.NewPCG(1, 115))
	accepted, refused := 0, 0
	var digits []int
	end := bytes.LastIndex(text, []byte(`"checksum"`))
	for i := bytes.Index(text, []byte(`"axes"`)); i < end; i++ {
		if text[i] >= '0' && text[i] <= '9' {
			digits = append(digits, i)
		}
	}
	for range 400 {
		other := bytes.Clone(text)
		for range 1 + r.IntN(3) {
			other[digits[r.IntN(len(digits))]] = "0123456789 :=-.af"[r.IntN(17)]
		}
		file, err := laidOut(other)
		if err != nil {
			refused++
			continue
		}
		targets, err := decodeTargets(sealedText(t, file))
		if err != nil {
			refused++
			continue
		}
		accepted++
		requireAnswers(t, targets)
	}
	require.Greater(t, accepted, 15)
	require.Greater(t, refused, 150)
}
