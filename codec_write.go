package salesplan

import (
	"encoding"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// lineWidth is how many columns a list of scalars may take on one line.
const lineWidth = 80

// flushAt is how much of a document is kept before it is written on.
const flushAt = 64 << 10

// encodeValue writes v as JSON in one fixed form, so that equal values give
// equal bytes and small changes small differences: two blanks of indentation,
// keys in the order of the struct's fields, those of maps sorted, lists of
// scalars on one line where that takes no more than 80 columns, amounts as
// strings with the digits they have, no escapes beyond what JSON needs, and a
// line end at the end. It knows the types that decodeNode reads, and types
// with MarshalText. The tags omitempty and omitzero mean what they mean to
// encoding/json.
//
// It returns a fault of code [diag.Encoding] for a text that is not UTF-8,
// [diag.Type] for a type it doesn't know, [diag.TooDeep] for values nested
// more than 64 deep, the faults of MarshalText, and [diag.IO] if w fails.
func encodeValue(w io.Writer, v any) error {
	e := encoder{w: w, types: structTypes{}}
	if err := e.value(reflect.ValueOf(v), 0); err != nil {
		return err
	}
	e.buf = append(e.buf, '\n')
	return e.flush(0)
}

type encoder struct {
	w     io.Writer
	buf   []byte
	types structTypes
	path  []pathStep
}

// A writeError is a fault that keeps the writer's own error.
type writeError struct {
	fault *diag.Fault
	cause error
}

func (e *writeError) Error() string   { return e.fault.Error() }
func (e *writeError) Unwrap() []error { return []error{e.fault, e.cause} }

// flush writes what has been gathered if that is more than limit bytes.
func (e *encoder) flush(limit int) error {
	if len(e.buf) <= limit {
		return nil
	}
	n, err := e.w.Write(e.buf)
	if err == nil && n < len(e.buf) {
		err = io.ErrShortWrite
	}
	if err != nil {
		fault := &diag.Fault{Code: diag.IO, Path: "/w", Value: diag.Clip(err.Error())}
		return &writeError{fault: fault, cause: err}
	}
	e.buf = e.buf[:0]
	return nil
}

func (e *encoder) fail(code diag.Code, value, bound string) error {
	return diag.Faults{{Code: code, Path: pointerOf(e.path), Value: diag.Clip(value), Bound: bound}}
}

var marshalerType = reflect.TypeFor[encoding.TextMarshaler]()

// value writes v; width is how many columns of its line are taken.
func (e *encoder) value(v reflect.Value, width int) error {
	if len(e.path) > maxTypeDepth {
		return e.fail(diag.TooDeep, "", strconv.Itoa(maxTypeDepth))
	}
	if !v.IsValid() {
		e.buf = append(e.buf, "null"...)
		return nil
	}
	if isScalar(v.Type()) {
		return e.scalar(v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			e.buf = append(e.buf, "null"...)
			return nil
		}
		// Counted as a level, so that pointers that lead in a circle end.
		return e.value(v.Elem(), width)
	case reflect.Struct:
		return e.structure(v)
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			return e.table(v)
		}
	case reflect.Slice:
		return e.list(v, width)
	}
	return e.fail(diag.Type, "", "a type that can be written")
}

// isScalar reports whether values of type t are written as a string, a number,
// a bool or null.
func isScalar(t reflect.Type) bool {
	for range maxTypeDepth {
		if t.Kind() != reflect.Pointer || t.Implements(marshalerType) {
			break
		}
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String:
		return true
	}
	return t == nullDecimalType || isInt(t) || isUint(t) || reflect.PointerTo(t).Implements(marshalerType)
}

func (e *encoder) scalar(v reflect.Value) error {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			e.buf = append(e.buf, "null"...)
			return nil
		}
		v = v.Elem()
	}
	switch t := v.Type(); {
	case t == decimalType:
		e.amount(v.Interface().(decimal.Decimal))
	case t == nullDecimalType:
		amount := v.Interface().(decimal.NullDecimal)
		if !amount.Valid {
			e.buf = append(e.buf, "null"...)
			return nil
		}
		e.amount(amount.Decimal)
	case reflect.PointerTo(t).Implements(marshalerType):
		return e.text(v)
	case t.Kind() == reflect.Bool:
		e.buf = strconv.AppendBool(e.buf, v.Bool())
	case t.Kind() == reflect.String:
		return e.string(v.String())
	case isInt(t):
		e.buf = strconv.AppendInt(e.buf, v.Int(), 10)
	default:
		e.buf = strconv.AppendUint(e.buf, v.Uint(), 10)
	}
	return nil
}

// text writes what v's MarshalText returns.
func (e *encoder) text(v reflect.Value) error {
	own := reflect.New(v.Type()) // the method may belong to the pointer
	own.Elem().Set(v)
	text, err := own.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		if len(diag.All(err)) == 0 {
			return e.fail(diag.Invalid, "", diag.Clip(err.Error()))
		}
		return diag.Under(err, pointerOf(e.path))
	}
	return e.string(string(text))
}

// amount writes d with the digits it has. Where zeros that it doesn't have
// would take it beyond the digits that are read back, its exponent stays.
func (e *encoder) amount(d decimal.Decimal) {
	digits, exponent := d.NumDigits(), int(d.Exponent())
	e.buf = append(e.buf, '"')
	switch {
	case d.Coefficient().Sign() == 0 && exponent > 0:
		e.buf = append(e.buf, '0')
	case exponent > 0 && digits+exponent > maxDigits || exponent < -maxDecimals:
		e.buf = append(e.buf, d.Coefficient().String()...)
		e.buf = append(e.buf, 'e')
		e.buf = strconv.AppendInt(e.buf, int64(exponent), 10)
	default:
		e.buf = append(e.buf, d.StringFixed(-d.Exponent())...)
	}
	e.buf = append(e.buf, '"')
}

// maxDecimals is beyond what amounts may have; zeros of a number that has more
// are not written out.
const maxDecimals = 60

func (e *encoder) string(s string) error {
	if !utf8.ValidString(s) {
		return e.fail(diag.Encoding, s, "UTF-8")
	}
	e.buf = appendQuoted(e.buf, s)
	return nil
}

// appendQuoted appends s as a JSON string.
func appendQuoted(buf []byte, s string) []byte {
	const hex = "0123456789abcdef"
	buf = append(buf, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		buf = append(buf, s[from:i]...)
		from = i + 1
		if j := strings.IndexByte("\"\\\b\f\n\r\t", c); j >= 0 {
			buf = append(buf, '\\', `"\bfnrt`[j])
		} else {
			buf = append(buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(buf, s[from:]...), '"')
}

// line begins a line, indented for the encoder's path.
func (e *encoder) line() {
	e.buf = append(e.buf, '\n')
	for range e.path {
		e.buf = append(e.buf, "  "...)
	}
}

// member writes a key and its value.
func (e *encoder) member(key string, v reflect.Value, first bool) error {
	if first {
		e.buf = append(e.buf, '{')
	} else {
		e.buf = append(e.buf, ',')
	}
	e.path = append(e.path, keyStep(key))
	e.line()
	start := len(e.buf)
	if err := e.string(key); err != nil {
		return err
	}
	e.buf = append(e.buf, ": "...)
	width := 2*len(e.path) + utf8.RuneCount(e.buf[start:])
	if err := e.value(v, width); err != nil {
		return err
	}
	e.path = e.path[:len(e.path)-1]
	return e.flush(flushAt)
}

// end closes an array or object of n children.
func (e *encoder) end(n int, open, close byte) {
	if n == 0 {
		e.buf = append(e.buf, open)
	} else {
		e.line()
	}
	e.buf = append(e.buf, close)
}

func (e *encoder) structure(v reflect.Value) error {
	n := 0
	st := e.types.of(v.Type())
	for _, f := range st.fields {
		field := v.FieldByIndex(f.index)
		other, ok := st.byName[f.unless]
		without := ok && !isZero(v.FieldByIndex(st.fields[other].index)) && isZero(field)
		if without || f.omitEmpty && isEmpty(field) || f.omitZero && isZero(field) {
			continue
		}
		if err := e.member(f.name, field, n == 0); err != nil {
			return err
		}
		n++
	}
	e.end(n, '{', '}')
	return nil
}

// isEmpty reports what omitempty asks.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// isZero reports what omitzero asks: the value's own IsZero, if it has one.
func isZero(v reflect.Value) bool {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return true
	}
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return z.IsZero()
	}
	return v.IsZero()
}

func (e *encoder) table(v reflect.Value) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for i, k := range keys {
		if err := e.member(k.String(), v.MapIndex(k), i == 0); err != nil {
			return err
		}
	}
	e.end(len(keys), '{', '}')
	return nil
}

func (e *encoder) list(v reflect.Value, width int) error {
	if isScalar(v.Type().Elem()) {
		if done, err := e.short(v, width); done || err != nil {
			return err
		}
	}
	for i := range v.Len() {
		if i == 0 {
			e.buf = append(e.buf, '[')
		} else {
			e.buf = append(e.buf, ',')
		}
		e.path = append(e.path, pathStep{index: i})
		e.line()
		if err := e.value(v.Index(i), 2*len(e.path)); err != nil {
			return err
		}
		e.path = e.path[:len(e.path)-1]
		if err := e.flush(flushAt); err != nil {
			return err
		}
	}
	e.end(v.Len(), '[', ']')
	return nil
}

// short writes a list of scalars on one line; false if it is too long for one.
func (e *encoder) short(v reflect.Value, width int) (bool, error) {
	start := len(e.buf)
	e.buf = append(e.buf, '[')
	for i := range v.Len() {
		if i > 0 {
			e.buf = append(e.buf, ", "...)
		}
		e.path = append(e.path, pathStep{index: i})
		if err := e.scalar(v.Index(i)); err != nil {
			return false, err
		}
		e.path = e.path[:len(e.path)-1]
		if width+utf8.RuneCount(e.buf[start:])+1 > lineWidth {
			e.buf = e.buf[:start]
			return false, nil
		}
	}
	e.buf = append(e.buf, ']')
	return true, nil
}
