package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// packages are the directories that are read, by the names under which their
// types are known here.
func packages() []string { return []string{".", "calendar", "diag", "schema/generate"} }

// A source is what the packages declare. Names are qualified: "calendar.Date".
type source struct {
	types  map[string]*typeDecl
	values map[string]string   // texts of constants
	lists  map[string][]string // what functions without arguments return
}

// A typeDecl is a declared type.
type typeDecl struct {
	pkg    string
	spec   *ast.TypeSpec
	doc    string
	consts []constant // of a string type, in order
	fset   *token.FileSet
}

// A constant is a text that a type knows.
type constant struct{ name, value, doc string }

// readSource parses the packages of the repository whose root is root.
func readSource(root fs.FS) (*source, error) {
	src := &source{types: map[string]*typeDecl{}, values: map[string]string{}, lists: map[string][]string{}}
	for _, dir := range packages() {
		names, err := fs.Glob(root, path.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		var files []*ast.File
		fset := token.NewFileSet()
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := fs.ReadFile(root, name)
			if err != nil {
				return nil, err
			}
			f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		for _, f := range files {
			src.addTypes(fset, f)
		}
		for _, f := range files {
			src.addValues(f)
		}
	}
	return src, nil
}

func (src *source) addTypes(fset *token.FileSet, f *ast.File) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.TYPE {
			continue
		}
		for _, s := range g.Specs {
			spec := s.(*ast.TypeSpec)
			doc := spec.Doc.Text()
			if doc == "" {
				doc = g.Doc.Text()
			}
			src.types[f.Name.Name+"."+spec.Name.Name] = &typeDecl{pkg: f.Name.Name, spec: spec, doc: doc, fset: fset}
		}
	}
}

// addValues takes the constants that are texts and the functions that return a
// list of texts and nothing else.
func (src *source) addValues(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.CONST {
				src.addConsts(f.Name.Name, d)
			}
		case *ast.FuncDecl:
			if list := returnedTexts(d); list != nil {
				src.lists[f.Name.Name+"."+d.Name.Name] = list
			}
		}
	}
}

func (src *source) addConsts(pkg string, d *ast.GenDecl) {
	for _, s := range d.Specs {
		spec := s.(*ast.ValueSpec)
		if len(spec.Values) != 1 {
			continue
		}
		text, ok := textOf(spec.Values[0])
		if !ok {
			continue
		}
		name := spec.Names[0].Name
		src.values[pkg+"."+name] = text
		t := src.types[typeName(spec.Type, pkg)]
		if t == nil || t.pkg != pkg {
			continue // "goal" is no grain of calendars
		}
		doc := spec.Doc.Text()
		if doc == "" {
			doc = spec.Comment.Text()
		}
		if doc == "" && !d.Lparen.IsValid() {
			doc = d.Doc.Text()
		}
		if n := len(t.consts); doc == "" && n > 0 && mentions(t.consts[n-1].doc, name) {
			doc = t.consts[n-1].doc
		}
		t.consts = append(t.consts, constant{name, text, doc})
	}
}

// returnedTexts returns the texts of a function that consists of returning a
// literal list of them.
func returnedTexts(f *ast.FuncDecl) []string {
	if f.Recv != nil || f.Body == nil || len(f.Body.List) != 1 {
		return nil
	}
	ret, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	list, ok := ret.Results[0].(*ast.CompositeLit)
	if !ok {
		return nil
	}
	var out []string
	for _, e := range list.Elts {
		text, ok := textOf(e)
		if !ok {
			return nil
		}
		out = append(out, text)
	}
	return out
}

func textOf(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// A field is one that stands in documents.
type field struct {
	goName, name string
	typ          ast.Expr
	pkg          string // in which typ is to be read
	owner        string // the struct's bare name
	doc          string
	required     bool   // its key must be there and hold something
	unless       string // the key beside which it is not required
	optional     bool   // its key may be left out when it is written
}

// fields returns the fields of a struct, those of embedded ones in their
// place.
func (src *source) fields(t *typeDecl) ([]field, error) {
	st, ok := t.spec.Type.(*ast.StructType)
	if !ok {
		return nil, fmt.Errorf("%s.%s is no struct", t.pkg, t.spec.Name.Name)
	}
	var out []field
	last := "" // the comment that stands over the lines without one
	line := -2
	for _, f := range st.Fields.List {
		at := t.fset.Position(f.Pos()).Line
		if at != line+1 {
			last = ""
		}
		line = t.fset.Position(f.End()).Line
		own := f.Doc.Text()
		if own == "" {
			own = f.Comment.Text()
		}
		if own != "" {
			last = own
		}
		if len(f.Names) == 0 {
			embedded, err := src.embedded(f.Type, t.pkg)
			if err != nil {
				return nil, err
			}
			out = append(out, embedded...)
			continue
		}
		for _, name := range f.Names {
			doc := own
			if doc == "" && mentions(last, name.Name) {
				doc = last
			}
			if g, ok := taggedField(f, name.Name); ok {
				g.typ, g.pkg, g.owner, g.doc = f.Type, t.pkg, t.spec.Name.Name, doc
				out = append(out, g)
			}
		}
	}
	return out, nil
}

func (src *source) embedded(e ast.Expr, pkg string) ([]field, error) {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	name := typeName(e, pkg)
	if src.types[name] == nil {
		return nil, fmt.Errorf("the embedded type %s is not declared", name)
	}
	return src.fields(src.types[name])
}

// taggedField reads a field's tags; false if it does not stand in documents.
func taggedField(f *ast.Field, goName string) (field, bool) {
	if f.Tag == nil || !ast.IsExported(goName) {
		return field{}, false
	}
	tag, _ := strconv.Unquote(f.Tag.Value)
	name, options, _ := strings.Cut(tagValue(tag, "json"), ",")
	if name == "" || name == "-" {
		return field{}, false
	}
	rule, unless, _ := strings.Cut(tagValue(tag, "plan"), ",unless=")
	return field{
		goName: goName, name: name, unless: unless,
		required: rule == "required",
		optional: strings.Contains(options, "omit"),
	}, true
}

func tagValue(tag, key string) string {
	_, rest, _ := strings.Cut(" "+tag, " "+key+`:"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

// typeName returns the qualified name of a named type, bare for those of the
// language, "" for any other.
func typeName(e ast.Expr, pkg string) string {
	switch e := e.(type) {
	case *ast.Ident:
		switch e.Name {
		case "string", "bool", "int", "float64":
			return e.Name
		}
		return pkg + "." + e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}
