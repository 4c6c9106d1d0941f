package salesplan

import (
	"reflect"
	"slices"
	"strings"
)

// structTypes holds what the tags of struct types say, for one call.
type structTypes map[reflect.Type]*structType

type structType struct {
	fields []structField
	byName map[string]int
	names  []string
}

// A structField is a field that stands in documents.
type structField struct {
	name      string
	index     []int // as for reflect.Value.FieldByIndex
	required  bool
	unless    string // the key beside which the field is not required
	omitEmpty bool
	omitZero  bool
}

// of returns the fields of t, those of embedded structs among them where the
// struct is embedded. A field hides those of its name in embedded structs.
func (s structTypes) of(t reflect.Type) *structType {
	if st := s[t]; st != nil {
		return st
	}
	st := &structType{byName: map[string]int{}}
	own := map[string]bool{}
	for i := range t.NumField() {
		if f, ok := taggedField(t.Field(i)); ok {
			own[f.name] = true
		}
	}
	for i := range t.NumField() {
		sf := t.Field(i)
		if f, ok := taggedField(sf); ok {
			f.index = []int{i}
			st.add(f)
		} else if sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Tag.Get("json") == "" {
			for _, f := range s.of(sf.Type).fields {
				if !own[f.name] {
					f.index = append([]int{i}, f.index...)
					st.add(f)
				}
			}
		}
	}
	s[t] = st
	return st
}

func (st *structType) add(f structField) {
	if _, taken := st.byName[f.name]; taken {
		return
	}
	st.byName[f.name] = len(st.fields)
	st.fields = append(st.fields, f)
	st.names = append(st.names, f.name)
}

// taggedField returns what the tags of a field say; false if it does not stand in
// documents itself.
func taggedField(sf reflect.StructField) (structField, bool) {
	tag := sf.Tag.Get("json")
	name, options, _ := strings.Cut(tag, ",")
	if !sf.IsExported() || tag == "-" || sf.Anonymous && name == "" && sf.Type.Kind() == reflect.Struct {
		return structField{}, false
	}
	if name == "" {
		name = sf.Name
	}
	split := strings.Split(options, ",")
	rule, unless, _ := strings.Cut(sf.Tag.Get("plan"), ",unless=")
	return structField{
		name:      name,
		required:  rule == "required",
		unless:    unless,
		omitEmpty: slices.Contains(split, "omitempty"),
		omitZero:  slices.Contains(split, "omitzero"),
	}, true
}
