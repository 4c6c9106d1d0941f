package main

import (
	"errors"
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// A builder makes one schema. Types that have a name become definitions, in
// the order in which they are met.
type builder struct {
	src   *source
	input bool // of what is read, rather than of what is written
	queue []string
	names map[string]string // the types of the definitions, by their names
}

// base is where the schemas are published.
const base = "https://github.com/salesplan/salesplan/schema/"

const dialect = "https://json-schema.org/draft/2020-12/schema"

// A document says what a schema is of.
type document struct {
	file, title string
	about       string   // instead of the comment of a single type
	types       []string // of which the document is one
	input       bool
}

// build makes the schema of a document.
func (src *source) build(doc document) ([]byte, error) {
	b := &builder{src: src, input: doc.input, names: map[string]string{}}
	out := object{{"$schema", dialect}, {"$id", base + doc.file}, {"title", doc.title}}
	if len(doc.types) == 1 {
		body, err := b.structure(doc.types[0])
		if err != nil {
			return nil, err
		}
		if doc.about != "" {
			body[0].value = doc.about
		}
		out = append(out, body...)
	} else {
		var refs []any
		for _, t := range doc.types {
			ref, err := b.ref(t)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		out = append(out, member{"description", doc.about}, member{"oneOf", refs})
	}
	defs, err := b.definitions()
	if err != nil {
		return nil, err
	}
	if len(defs) > 0 {
		out = out.with("$defs", defs)
	}
	return indented(out)
}

// definitions makes the definitions of all types that were referred to.
func (b *builder) definitions() (object, error) {
	var defs object
	for i := 0; i < len(b.queue); i++ { // grows on the way
		name, null := strings.CutSuffix(b.queue[i], orNull)
		def, err := b.define(name)
		if err != nil {
			return nil, err
		}
		for j := range def {
			if null && def[j].key == "type" {
				def[j].value = []any{def[j].value, "null"}
			}
		}
		defs = defs.with(strings.TrimSuffix(defName(b.queue[i]), orNull), def)
	}
	return defs, nil
}

// orNull marks the names of types of which a null is a value too: not given.
// It belongs to the definition rather than to one of two alternatives, so that
// what is wrong within the value is all that is wrong. A type is used either in
// this way or in the other.
const orNull = "?"

// ref refers to the definition of a type.
func (b *builder) ref(name string) (object, error) {
	def := strings.TrimSuffix(defName(name), orNull)
	switch other, ok := b.names[def]; {
	case ok && other != name:
		return nil, fmt.Errorf("%s and %s have the same name", name, other)
	case !ok:
		b.names[def] = name
		b.queue = append(b.queue, name)
	}
	return object{{"$ref", "#/$defs/" + def}}, nil
}

func (b *builder) define(name string) (object, error) {
	if o := knownType(name, b.input); o != nil {
		return o, nil
	}
	t := b.src.types[name]
	if t == nil {
		return nil, fmt.Errorf("the type %s is not declared", name)
	}
	switch typ := t.spec.Type.(type) {
	case *ast.StructType:
		return b.structure(name)
	case *ast.Ident:
		if typ.Name == "string" || name == "salesplan.Method" {
			return b.text(name, t)
		}
	}
	return nil, fmt.Errorf("the type %s is of a kind that schemas don't know", name)
}

// text defines a type of texts: an enumeration, if its constants are all of
// them.
func (b *builder) text(name string, t *typeDecl) (object, error) {
	about := b.src.about(t, nil)
	var values []any
	switch name {
	case "diag.Code": // every package has its own
	case "salesplan.Method": // numbers in Go
		for _, text := range b.src.lists["salesplan.methodNames"] {
			values = append(values, text)
		}
		about, _, _ = cutParagraph(about)
	default:
		for _, c := range t.consts {
			values = append(values, c.value)
		}
		about += b.src.describeValues(t)
	}
	o := object{{"type", "string"}, {"description", about}}
	if len(values) > 0 {
		o = o.with("enum", values)
	}
	return o, nil
}

// structure defines a struct, its description first.
func (b *builder) structure(name string) (object, error) {
	t := b.src.types[name]
	if t == nil {
		return nil, fmt.Errorf("the type %s is not declared", name)
	}
	fields, err := b.src.fields(t)
	if err != nil {
		return nil, err
	}
	keys := map[string]string{}
	for _, f := range fields {
		keys[f.goName] = f.name
	}
	about := b.src.about(t, keys)
	properties := object{}
	var required, either []any
	seen := map[string]bool{}
	for _, f := range b.visible(fields, t.spec.Name.Name) {
		if seen[f.name] {
			return nil, fmt.Errorf("%s has the key %s twice", name, f.name)
		}
		seen[f.name] = true
		p, err := b.property(f, keys, about)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s.%s", name, f.goName), err)
		}
		properties = properties.with(f.name, p)
		if f.required && f.unless != "" {
			either = append(either, object{{"required", []any{f.name}}},
				object{{"required", []any{f.unless}}, {"properties", object{{f.unless, object{{"type", "object"}}}}}})
		} else if f.required || !b.input && !f.optional {
			required = append(required, f.name)
		}
	}
	o := object{{"description", about}, {"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		o = o.with("required", required)
	}
	if len(either) > 0 {
		o = o.with("anyOf", either)
	}
	return o.with("additionalProperties", false), nil
}

// visible drops fields of embedded structs that the struct hides with its own.
func (b *builder) visible(fields []field, owner string) []field {
	own := map[string]bool{}
	for _, f := range fields {
		if f.owner == owner {
			own[f.name] = true
		}
	}
	return slices.DeleteFunc(fields, func(f field) bool { return f.owner != owner && own[f.name] })
}

// property describes a field: in its own words or, if it has none, in those of
// its type or of its struct.
func (b *builder) property(f field, keys map[string]string, struc string) (object, error) {
	var o object
	err := error(nil)
	if o = narrowed(f.owner + "." + f.goName); o == nil || !b.input {
		o, err = b.value(f.typ, f.pkg, f.required)
	} else if f.required && freeText(o) {
		o = o.with("minLength", 1)
	}
	if err != nil {
		return nil, err
	}
	about := reworded(f.owner + "." + f.goName)
	if about == "" {
		about = b.src.describe(f.doc, f.pkg, f.owner, keys)
	}
	if about == "" {
		about = b.ofType(f, struc)
	}
	if about != "" {
		o = slices.Insert(o, 0, member{"description", about})
	}
	return o, nil
}

// freeText reports whether a schema takes any text.
func freeText(o object) bool {
	for _, m := range o {
		if m.key == "enum" || m.key == "pattern" || m.key == "type" && m.value != "string" {
			return false
		}
	}
	return true
}

// ofType describes a field without a comment: by its type's comment, where that
// isn't told by a reference anyway, or else by its struct's.
func (b *builder) ofType(f field, struc string) string {
	e := f.typ
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
			continue
		case *ast.ArrayType:
			e = x.Elt
			continue
		}
		break
	}
	name := typeName(e, f.pkg)
	if t := b.src.types[name]; t != nil && knownType(name, b.input) == nil {
		if e == f.typ {
			return ""
		}
		return b.src.about(t, nil)
	}
	if !alike(f.owner) {
		return ""
	}
	first, _, _ := cutParagraph(struc)
	return first
}

// about describes a type.
func (src *source) about(t *typeDecl, keys map[string]string) string {
	if s := reworded(t.spec.Name.Name); s != "" {
		return s
	}
	return src.describe(t.doc, t.pkg, t.spec.Name.Name, keys)
}

// value describes a value of a type. must says that it has to be there and, in
// what is read, to hold something.
func (b *builder) value(e ast.Expr, pkg string, must bool) (object, error) {
	must = must && b.input
	switch e := e.(type) {
	case *ast.StarExpr:
		if name := typeName(e.X, pkg); b.input && !must && b.src.types[name] != nil {
			return b.ref(name + orNull)
		}
		return b.value(e.X, pkg, must)
	case *ast.ArrayType:
		item, err := b.value(e.Elt, pkg, true)
		return atLeast(object{{"type", "array"}, {"items", item}}, "minItems", must), err
	case *ast.MapType:
		item, err := b.value(e.Value, pkg, true)
		return atLeast(object{{"type", "object"}, {"additionalProperties", item}}, "minProperties", must), err
	}
	switch name := typeName(e, pkg); name {
	case "":
		return nil, errors.New("the type is of a kind that schemas don't know")
	case "string":
		return atLeast(object{{"type", "string"}}, "minLength", must), nil
	case "bool":
		return object{{"type", "boolean"}}, nil
	case "int", "uint", "uint64":
		return object{{"type", "integer"}}, nil
	case "float64":
		return object{{"type", "number"}}, nil
	default:
		return b.ref(name)
	}
}

func atLeast(o object, key string, must bool) object {
	if must {
		o = o.with(key, 1)
	}
	return o
}
