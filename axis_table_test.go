package salesplan

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func tables(pairs ...string) map[string]io.Reader {
	m := map[string]io.Reader{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = strings.NewReader(pairs[i+1])
	}
	return m
}

func tablePlan(prefix bool, columns ...string) *Plan {
	return &Plan{Version: Version, Axes: []Axis{
		{ID: "org", Units: []Unit{{ID: "all"}}},
		{ID: "product", Table: &AxisTable{File: "products", Columns: columns, Prefix: prefix}},
	}}
}

func unitLines(units []Unit) (out []string) {
	for _, u := range units {
		out = append(out, u.ID+"<"+u.Parent)
	}
	return out
}

func TestWithTables(t *testing.T) {
	p := tablePlan(false, "series", "product")
	p.Axes[1].Units = []Unit{
		{ID: "GTX Pro", Name: "The Pro", Aka: []string{"GTXPro"}, Weight: decimal.NewNullDecimal(dec("2")), IDs: map[string]string{"sf": "1"}, From: calendar.On(2027, 1, 1)},
		{ID: "Spare", Parent: "GTX"},
	}
	q, err := p.WithTables(tables("products", "product , price,SERIES\n GTX Pro ,9,GTX\nMG,1,\n\nGTX Pro,9,GTX\nGTX Basic,5,GTX\n,,Empty\n"))
	require.NoError(t, err)
	units := q.Axes[1].AllUnits()
	assert.Equal(t, []string{"GTX<", "GTX Pro<GTX", "MG<", "GTX Basic<GTX", "Empty<", "Spare<GTX"}, unitLines(units))
	want := p.Axes[1].Units[0]
	want.Parent = "GTX"
	assert.Equal(t, want, units[1], "refined")
	assert.Equal(t, p.Axes[1].Units, q.Axes[1].Units, "what is written stays what it was")
	assert.Equal(t, []string{"GTX Pro<", "Spare<GTX"}, unitLines(p.Axes[1].AllUnits()), "and the plan too")

	units[1].Aka[0], units[1].IDs["sf"] = "spoilt", "spoilt"
	assert.Equal(t, "GTXPro", q.Axes[1].AllUnits()[1].Aka[0], "results share no memory")
	assert.Equal(t, "GTXPro", p.Axes[1].Units[0].Aka[0])

	again, err := q.WithTables(tables("products", "series\tproduct\nMG\tX\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"MG<", "X<MG", "GTX Pro<", "Spare<GTX"}, unitLines(again.Axes[1].AllUnits()), "read again, from another table")
}

func TestWithTables_Levels(t *testing.T) {
	p := tablePlan(false, "a", "b", "c")
	q, err := p.WithTables(tables("products", "a,b,c\n1,,3\n,2,4\n1,5,\n,,6\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"1<", "3<1", "2<", "4<2", "5<1", "6<"}, unitLines(q.Axes[1].AllUnits()), "hung on the nearest level above")

	q, err = tablePlan(true, "manager", "rep").WithTables(tables("products", "manager,rep\nAnn,Ann\nAnn,Ben\n"))
	require.NoError(t, err)
	units := q.Axes[1].AllUnits()
	assert.Equal(t, []string{"manager:Ann<", "rep:Ann<manager:Ann", "rep:Ben<manager:Ann"}, unitLines(units))
	index, faults := unitIndex(units)
	assert.Empty(t, faults)
	assert.Equal(t, int32(1), index["ANN"], "data means the one who sells")
}

func TestWithTables_Faults(t *testing.T) {
	for _, c := range []struct{ name, table, want string }{
		{"two levels", "a,b\nx,y\ny,z\n", `conflict /tables/products/rows/3/a 3:1 y column b in row 2; "prefix": true tells them apart`},
		{"two parents", "a,b\nx,y\nz,y\n", `conflict /tables/products/rows/3/b 3:2 y below "x" in row 2, below "z" here`},
		{"itself", "a,b\nx,x\n", `conflict /tables/products/rows/2/b 2:2 x column a in row 2; "prefix": true tells them apart`},
		{"no parent here", "a,b\nx,y\n,y\n", `conflict /tables/products/rows/3/b 3:2 y below "x" in row 2, below "" here`},
		{"no unit", "a,b,c\nx,y,1\n,,2\n", "required /tables/products/rows/3/a 3:1  a unit in one of a, b"},
		{"no column", "a,B2\n", "column /tables/products/rows/1 1:1 b a, B2"},
		{"column twice", "a,b,A\n", "column /tables/products/rows/1 1:3 a a, b, A"},
		{"ragged", "a,b\nx\n", "ragged /tables/products/rows/2 2:2 1 2"},
		{"empty", "", "required /tables/products/rows/1 1:1  a row of column names"},
	} {
		q, err := tablePlan(false, "a", "b").WithTables(tables("products", c.table))
		assert.Nil(t, q)
		all := diag.All(err)
		if assert.Len(t, all, 1, c.name) {
			assert.Equal(t, c.want, faultLines(all)[0]+" "+all[0].Bound, c.name)
		}
	}
}

func TestWithTables_Missing(t *testing.T) {
	p := tablePlan(false, "a")
	p.Axes[0].Table = &AxisTable{File: "teams", Columns: []string{"b"}}
	_, err := p.WithTables(tables("product", "a\nx\n", "teams", "b\nx\n"))
	var got []string
	for _, f := range diag.All(err) {
		got = append(got, string(f.Code)+" "+f.Path+" "+f.Near)
	}
	assert.Equal(t, []string{"required /axes/1/table/file ", "unknown /tables/product products"}, got)

	p = tablePlan(false, "a", "b")
	p.Axes[1].Units = []Unit{{ID: "y", Parent: "z"}}
	_, err = p.WithTables(tables("products", "a,b\nx,y\n"))
	assert.Equal(t, "conflict /axes/1/units/0/parent 0:0 z", faultLines(diag.All(err))[0])

	var none *Plan
	_, err = none.WithTables(nil)
	assert.ErrorIs(t, err, diag.Required)
	q, err := (&Plan{Name: "n"}).WithTables(nil)
	require.NoError(t, err)
	assert.Equal(t, "n", q.Name)
}

// One table may make several axes.
func TestWithTables_Shared(t *testing.T) {
	p := tablePlan(false, "series", "product")
	p.Axes[0] = Axis{ID: "kind", Table: &AxisTable{File: "products", Columns: []string{"kind"}}}
	q, err := p.WithTables(tables("products", "series,product,kind\nA,a,new\nA,b,old\nB,c,new\n"))
	require.NoError(t, err)
	assert.Equal(t, []string{"new<", "old<"}, unitLines(q.Axes[0].AllUnits()))
	assert.Equal(t, []string{"A<", "a<A", "b<A", "B<", "c<B"}, unitLines(q.Axes[1].AllUnits()))
}

// The document says which table, not what was in it.
func TestWithTables_Encode(t *testing.T) {
	p := tablePlan(false, "series", "product")
	p.Axes[1].Units = []Unit{{ID: "GTX Pro", Aka: []string{"GTXPro"}}}
	q, err := p.WithTables(tables("products", "series,product\nGTX,GTX Pro\n"))
	require.NoError(t, err)
	var a, b bytes.Buffer
	require.NoError(t, Encode(&a, p))
	require.NoError(t, Encode(&b, q))
	assert.Equal(t, a.String(), b.String())
	assert.Contains(t, b.String(), `"file": "products"`)
}

// A copied plan shares no memory with the first: every list, map and pointer of
// a plan in which all are set is another.
func TestPlan_Clone(t *testing.T) {
	var p Plan
	fillValue(reflect.ValueOf(&p).Elem(), 0)
	p.Axes[0].filled = []Unit{{ID: "x", Aka: []string{"y"}}}
	q := p.Clone()
	assert.Equal(t, &p, q)
	requireApart(t, "plan", reflect.ValueOf(&p).Elem(), reflect.ValueOf(q).Elem())
}

func fillValue(v reflect.Value, depth int) {
	if depth > 12 || v.Type() == reflect.TypeFor[decimal.Decimal]() || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillValue(v.Index(0), depth+1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k").Convert(v.Type().Key()), reflect.Zero(v.Type().Elem()))
	case reflect.Struct:
		for i := range v.NumField() {
			fillValue(v.Field(i), depth+1)
		}
	case reflect.String:
		v.SetString("s")
	}
}

func requireApart(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	if a.Type() == reflect.TypeFor[decimal.Decimal]() {
		return // a value that nothing changes
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if a.IsNil() {
			return
		}
		require.NotEqual(t, a.Pointer(), b.Pointer(), "%s is shared", path)
		switch a.Kind() {
		case reflect.Pointer:
			requireApart(t, path, a.Elem(), b.Elem())
		case reflect.Slice:
			requireApart(t, path+"[0]", a.Index(0), b.Index(0))
		}
	case reflect.Struct:
		for i := range a.NumField() {
			requireApart(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	}
}

func BenchmarkWithTables(b *testing.B) {
	var text strings.Builder
	text.WriteString("region,team,rep\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "region %d,team %d,rep %d\n", i/10000, i/100, i)
	}
	p := tablePlan(false, "region", "team", "rep")
	b.ReportAllocs()
	for b.Loop() {
		q, err := p.WithTables(tables("products", text.String()))
		if err != nil || len(q.Axes[1].tree()) != 101_010 {
			b.Fatal(err)
		}
	}
}
