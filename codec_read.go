package salesplan

import (
	"encoding"
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/shopspring/decimal"
)

// maxTypeDepth is how deep Go values may be nested. Plans need a dozen levels;
// the bound only matters for types that contain themselves.
const maxTypeDepth = 64

// decodeNode reads n into what into points to, by the JSON struct tags of its
// types, and adds everything that is wrong to c in the order of the document.
//
// It knows structs, embedded ones included, slices, maps with string keys,
// pointers, bools, strings, integers, [encoding.TextUnmarshaler],
// [decimal.Decimal] and [decimal.NullDecimal]. Keys are compared exactly; one
// that no field has is a fault. The tag plan:"required" marks fields whose key
// must be there and hold more than an empty text or list; plan:"required,unless=k"
// those that may be left out beside the key k, and are not zero then. A null stands for
// "not given" where the field is a pointer or a NullDecimal and is a fault
// elsewhere. Amounts come from numbers and from strings that hold one, and
// never pass through a float.
//
// What into points to is worth nothing if c has faults afterwards.
func decodeNode(n *document.Node, into any, c *diag.Collector) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		c.Add(&diag.Fault{Code: diag.Type, Path: "/into", Bound: "a pointer"})
		return
	}
	if n == nil {
		c.Add(&diag.Fault{Code: diag.Required, Bound: expected(v.Type().Elem())})
		return
	}
	d := decoder{c: c, types: structTypes{}}
	d.value(n, v.Elem(), false)
}

// A decoder reads one tree. Its path is kept in pieces, since only faults need
// it as text.
type decoder struct {
	c     *diag.Collector
	types structTypes
	path  []pathStep

	values []*document.Node // see structure

	// said are the limits within which the tree was read from a text that has
	// faults, which need not be said again; nil for other trees.
	said *document.Limits
}

// A pathStep is a key, or an index where key is empty and index not negative.
type pathStep struct {
	key   string
	index int
}

func keyStep(key string) pathStep { return pathStep{key: key, index: -1} }

func pointerOf(steps []pathStep) string {
	tokens := make([]string, len(steps))
	for i, s := range steps {
		tokens[i] = s.key
		if s.index >= 0 {
			tokens[i] = strconv.Itoa(s.index)
		}
	}
	return diag.Pointer(tokens...)
}

// fault adds f at the decoder's path. Faults beyond those kept are only
// counted, so that a hostile document cannot make their paths costly.
func (d *decoder) fault(f diag.Fault, line, column int32) {
	if d.c.Len() < diag.MaxKept {
		f.Path = pointerOf(d.path)
	}
	f.Line, f.Column = int(line), int(column)
	d.c.Add(&f)
}

// wrong adds the fault of a node that is of another type.
func (d *decoder) wrong(n *document.Node, t reflect.Type) {
	value := n.Text
	if n.Kind == document.Array || n.Kind == document.Object {
		value = n.Kind.String()
	}
	d.fault(diag.Fault{Code: diag.Type, Value: value, Bound: expected(t)}, n.Line, n.Column)
}

var (
	decimalType     = reflect.TypeFor[decimal.Decimal]()
	nullDecimalType = reflect.TypeFor[decimal.NullDecimal]()
	unmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// expected says in words what a field of type t takes.
func expected(t reflect.Type) string {
	switch {
	case t == decimalType || t == nullDecimalType:
		return "a number"
	case t.Kind() == reflect.Pointer:
		return expected(t.Elem())
	case reflect.PointerTo(t).Implements(unmarshalerType):
		return "a text"
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice:
		return "a list"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	}
	if isInt(t) || isUint(t) {
		return "a whole number"
	}
	return "nothing that can be read"
}

func isInt(t reflect.Type) bool {
	return reflect.Int <= t.Kind() && t.Kind() <= reflect.Int64
}

func isUint(t reflect.Type) bool {
	return reflect.Uint <= t.Kind() && t.Kind() <= reflect.Uint64
}

// value reads n into v, which can be set. must says that a value is required
// here, as it is in a list.
func (d *decoder) value(n *document.Node, v reflect.Value, must bool) {
	t := v.Type()
	if len(d.path) > maxTypeDepth {
		d.fault(diag.Fault{Code: diag.TooDeep, Bound: strconv.Itoa(maxTypeDepth)}, n.Line, n.Column)
		return
	}
	if n.Kind == document.Null {
		d.null(n, v, must)
		return
	}
	switch {
	case t == decimalType:
		if amount, ok := d.amount(n, t); ok {
			v.Set(reflect.ValueOf(amount))
		}
	case t == nullDecimalType:
		if amount, ok := d.amount(n, t); ok {
			v.Set(reflect.ValueOf(decimal.NewNullDecimal(amount)))
		}
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		d.value(n, v.Elem(), must)
	case reflect.PointerTo(t).Implements(unmarshalerType):
		if n.Kind != document.String && n.Kind != document.Plain {
			d.wrong(n, t)
			return
		}
		d.text(v, n.Text, n.Line, n.Column)
	default:
		d.plainKind(n, v, must)
	}
}

// plainKind reads n into a v whose Go kind alone says how.
func (d *decoder) plainKind(n *document.Node, v reflect.Value, must bool) {
	t := v.Type()
	switch {
	case t.Kind() == reflect.Struct && n.Kind == document.Object:
		d.structure(n, v)
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && n.Kind == document.Object:
		d.table(n, v)
		d.empty(n, t, must && len(n.Items) == 0)
	case t.Kind() == reflect.Slice && n.Kind == document.Array:
		d.list(n, v)
		d.empty(n, t, must && len(n.Items) == 0)
	case t.Kind() == reflect.String && (n.Kind == document.String || n.Kind == document.Plain):
		// A copy: a piece of the document would keep all of it in memory.
		v.SetString(strings.Clone(n.Text))
		d.empty(n, t, must && n.Text == "")
	case t.Kind() == reflect.Bool && (n.Kind == document.Bool || n.Kind == document.Plain) && (n.Text == "true" || n.Text == "false"):
		v.SetBool(n.Text == "true")
	case (isInt(t) || isUint(t)) && (n.Kind == document.Number || n.Kind == document.Plain):
		d.integer(n, v)
	default:
		d.wrong(n, t)
	}
}

// null reads a null, which is only a value for what can be not given.
func (d *decoder) null(n *document.Node, v reflect.Value, must bool) {
	t := v.Type()
	switch {
	case must:
		d.fault(diag.Fault{Code: diag.Required, Value: "null", Bound: expected(t)}, n.Line, n.Column)
	case t.Kind() == reflect.Pointer || t == nullDecimalType:
		v.SetZero()
	default:
		d.fault(diag.Fault{Code: diag.Type, Value: "null", Bound: expected(t)}, n.Line, n.Column)
	}
}

// empty adds a fault if what is required is there but empty.
func (d *decoder) empty(n *document.Node, t reflect.Type, is bool) {
	if is {
		d.fault(diag.Fault{Code: diag.Required, Bound: expected(t)}, n.Line, n.Column)
	}
}

func (d *decoder) structure(n *document.Node, v reflect.Value) {
	st := d.types.of(v.Type())
	// The values lie on a stack, above those of the structs around.
	start := len(d.values)
	defer func() { d.values = d.values[:start] }()
	d.values = append(d.values, make([]*document.Node, len(st.fields))...)
	values := d.values[start:]
	for k, item := range n.Members() {
		if i, ok := st.byName[k.Name]; ok && values[i] == nil {
			values[i] = item
		}
	}
	given := func(key string) bool {
		i, ok := st.byName[key]
		return ok && values[i] != nil && values[i].Kind != document.Null
	}
	for i, f := range st.fields {
		if f.required && values[i] == nil && !given(f.unless) {
			d.path = append(d.path, keyStep(f.name))
			d.fault(diag.Fault{Code: diag.Required, Bound: expected(v.FieldByIndex(f.index).Type())}, n.Line, n.Column)
			d.path = d.path[:len(d.path)-1]
		}
	}
	for k, item := range n.Members() {
		d.path = append(d.path, keyStep(k.Name))
		i, ok := st.byName[k.Name]
		switch {
		case !ok:
			f := diag.Fault{Code: diag.UnknownKey, Value: k.Name}
			if d.c.Len() < diag.MaxKept {
				f.Near = diag.Nearest(k.Name, st.names)
			}
			d.fault(f, k.Line, k.Column)
		case values[i] != item:
			d.twice(k)
		default:
			f := st.fields[i]
			d.value(item, v.FieldByIndex(f.index), f.required && !given(f.unless))
			if given(f.unless) && isZeroNumber(item) {
				d.fault(diag.Fault{Code: diag.Conflict, Value: item.Text, Bound: "left out, since " + f.unless + " makes it"}, item.Line, item.Column)
			}
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// isZeroNumber reports whether a node is a number that is 0, however it is
// written.
func isZeroNumber(n *document.Node) bool {
	if n.Kind != document.Number && n.Kind != document.String && n.Kind != document.Plain {
		return false
	}
	digits, _, _ := strings.Cut(strings.ToLower(n.Text), "e")
	return strings.Trim(digits, "+-.0") == "" && strings.Contains(digits, "0")
}

// twice adds the fault of a key that stands a second time.
func (d *decoder) twice(k document.Key) {
	if d.said == nil {
		d.fault(diag.Fault{Code: diag.DuplicateKey, Value: k.Name}, k.Line, k.Column)
	}
}

// beyond adds the fault of a number that is out of range, unless the reader of
// the text found so too.
func (d *decoder) beyond(n *document.Node, f diag.Fault) {
	if d.said != nil && n.Kind == document.Number {
		if code, _ := document.CheckNumber(n.Text, *d.said); code != "" {
			return
		}
	}
	d.fault(f, n.Line, n.Column)
}

// listAhead is for how many elements memory is taken before they are read.
const listAhead = 256

// list reads an array. A list without elements is not the same as none.
func (d *decoder) list(n *document.Node, v reflect.Value) {
	v.Set(reflect.MakeSlice(v.Type(), 0, min(len(n.Items), listAhead))) // then four times as many, the length at most
	var spare reflect.Value
	for i := range n.Items {
		// After a fault nothing is kept, so that two bytes of text never cost
		// the memory of a large struct.
		item := spare
		switch {
		case d.c.Len() == 0 && d.said == nil:
			if i == v.Cap() {
				v.Grow(min(3*i, len(n.Items)-i))
			}
			v.SetLen(i + 1)
			item = v.Index(i)
		case !spare.IsValid():
			spare = reflect.New(v.Type().Elem()).Elem()
			item = spare
		default:
			spare.SetZero()
		}
		d.path = append(d.path, pathStep{index: i})
		d.value(&n.Items[i], item, true)
		d.path = d.path[:len(d.path)-1]
	}
}

// table reads an object into a map.
func (d *decoder) table(n *document.Node, v reflect.Value) {
	t := v.Type()
	v.Set(reflect.MakeMap(t))
	key := reflect.New(t.Key()).Elem()
	for k, item := range n.Members() {
		d.path = append(d.path, keyStep(k.Name))
		value := reflect.New(t.Elem()).Elem()
		if reflect.PointerTo(t.Key()).Implements(unmarshalerType) {
			d.text(key, k.Name, k.Line, k.Column)
		} else {
			key.SetString(strings.Clone(k.Name))
		}
		if v.MapIndex(key).IsValid() {
			d.twice(k)
		} else {
			d.value(item, value, true)
			v.SetMapIndex(key, value)
		}
		d.path = d.path[:len(d.path)-1]
	}
}

// text lets v read s itself and gives its faults their place.
func (d *decoder) text(v reflect.Value, s string, line, column int32) {
	err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
	if err == nil {
		return
	}
	all := diag.All(err)
	if len(all) == 0 {
		all = diag.Faults{{Code: diag.Invalid, Value: s, Bound: diag.Clip(err.Error())}}
	}
	for _, f := range all {
		g := *f
		if g.Value == "" && g.Code != diag.More {
			g.Value = s
		}
		d.fault(g, line, column)
	}
}

func (d *decoder) amount(n *document.Node, t reflect.Type) (decimal.Decimal, bool) {
	switch n.Kind {
	case document.Number, document.String, document.Plain:
	default:
		d.wrong(n, t)
		return decimal.Decimal{}, false
	}
	amount, f := parseAmount(n.Text)
	if f != nil {
		d.beyond(n, *f)
	}
	return amount, f == nil
}

func (d *decoder) integer(n *document.Node, v reflect.Value) {
	t := v.Type()
	code, _ := document.CheckNumber(n.Text, document.Limits{})
	if code == diag.Syntax || strings.ContainsAny(n.Text, ".eE") {
		d.wrong(n, t)
		return
	}
	var err error
	least, most := big.NewInt(0), big.NewInt(1)
	if isInt(t) {
		var i int64
		if i, err = strconv.ParseInt(n.Text, 10, t.Bits()); err == nil {
			v.SetInt(i)
			return
		}
		most.Lsh(most, uint(t.Bits()-1))
		least.Neg(most)
	} else {
		var u uint64
		if u, err = strconv.ParseUint(n.Text, 10, t.Bits()); err == nil {
			v.SetUint(u)
			return
		}
		most.Lsh(most, uint(t.Bits()))
	}
	most.Sub(most, big.NewInt(1))
	d.beyond(n, diag.Fault{Code: diag.OutOfRange, Value: n.Text, Bound: least.String() + " to " + most.String()})
}

// parseAmount reads a decimal number as JSON spells it, with at most 38 digits
// and an exponent within ±30: bounds that hold before any arithmetic. A fault
// has no path. It doesn't go through decimal.NewFromString, which obeys a
// setting of its package.
func parseAmount(s string) (decimal.Decimal, *diag.Fault) {
	if code, bound := document.CheckNumber(s, document.Limits{}); code != "" {
		return decimal.Decimal{}, &diag.Fault{Code: code, Value: diag.Clip(s), Bound: bound}
	}
	exponent := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		exponent, _ = strconv.Atoi(strings.TrimPrefix(s[i+1:], "+"))
		s = s[:i]
	}
	if i := strings.IndexByte(s, '.'); i >= 0 {
		exponent -= len(s) - i - 1
		s = s[:i] + s[i+1:]
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return decimal.New(i, int32(exponent)), nil
	}
	digits, _ := new(big.Int).SetString(s, 10)
	return decimal.NewFromBigInt(digits, int32(exponent)), nil
}
