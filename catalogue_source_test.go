package salesplan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sourcePackages are the packages whose faults and findings Catalogue says.
func sourcePackages() []string {
	return []string{".", "calendar", "calendar/china", "document", "diag", "schema", "salesplantest", "report"}
}

// A source is the syntax of a package: its constants and functions by name,
// methods among them.
type source struct {
	set    *token.FileSet
	files  []*ast.File
	consts map[string]ast.Expr
	codes  map[string]bool // names of constants of type Code
	funcs  map[string][]*ast.FuncDecl
}

func readSource(t testing.TB, dir string) *source {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	s := newSource()
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			s.add(t, name, nil)
		}
	}
	require.NotEmpty(t, s.files, dir)
	return s
}

func newSource() *source {
	return &source{set: token.NewFileSet(), consts: map[string]ast.Expr{}, codes: map[string]bool{}, funcs: map[string][]*ast.FuncDecl{}}
}

func (s *source) add(t testing.TB, name string, text any) {
	t.Helper()
	f, err := parser.ParseFile(s.set, name, text, 0)
	require.NoError(t, err)
	s.files = append(s.files, f)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, v := range n.Values {
				s.consts[n.Names[i].Name] = v
				s.codes[n.Names[i].Name] = isCodeType(n.Type)
			}
		case *ast.FuncDecl:
			s.funcs[n.Name.Name] = append(s.funcs[n.Name.Name], n)
		}
		return true
	})
}

func isCodeType(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "Code"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Code"
	case *ast.ArrayType:
		return isCodeType(e.Elt)
	}
	return false
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		text, err := strconv.Unquote(l.Value)
		return text, err == nil
	}
	return "", false
}

// filler stands for what only a run can tell: it reads as a number and as a
// name.
const filler = "7"

// texts returns the texts that an expression in fn may have.
func (s *source) texts(e ast.Expr, fn *ast.FuncDecl, depth int) []string {
	if text, ok := literal(e); ok {
		return []string{text}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return s.texts(e.X, fn, depth)
	case *ast.BinaryExpr:
		return joined(s.texts(e.X, fn, depth), s.texts(e.Y, fn, depth))
	case *ast.Ident:
		if local := s.assigned(e.Name, fn, depth); local != nil {
			return local
		}
		if v, ok := s.consts[e.Name]; ok && depth > 0 {
			return s.texts(v, nil, depth-1)
		}
	case *ast.CallExpr:
		name := called(e)
		switch {
		case name == "string" || name == "Clip":
			return s.texts(e.Args[0], fn, depth)
		case name == "counted":
			one, _ := literal(e.Args[1])
			many, _ := literal(e.Args[2])
			return []string{"1 " + one, filler + " " + many}
		case depth > 0 && name != "String" && name != "Join":
			if out := s.returned(name, depth-1); out != nil {
				return out
			}
		}
	}
	return []string{filler}
}

func joined(before, after []string) (out []string) {
	for _, a := range before {
		for _, b := range after {
			out = append(out, a+b)
		}
	}
	return out
}

// assigned returns the texts that a variable of fn is given. What is appended
// in a branch may be there or not.
func (s *source) assigned(name string, fn *ast.FuncDecl, depth int) (out []string) {
	if fn == nil || depth == 0 {
		return nil
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Lhs) != len(a.Rhs) {
			return true
		}
		for i, left := range a.Lhs {
			if id, ok := left.(*ast.Ident); !ok || id.Name != name {
				continue
			}
			texts := s.texts(a.Rhs[i], fn, depth-1)
			switch whole := slices.Contains(fn.Body.List, ast.Stmt(a)); {
			case a.Tok != token.ADD_ASSIGN:
				out = append(out, texts...)
			case whole:
				out = joined(out, texts)
			default:
				out = append(out, joined(out, texts)...)
			}
		}
		return true
	})
	return out
}

// returned returns the texts that the functions of a name return last.
func (s *source) returned(name string, depth int) (out []string) {
	for _, fn := range s.funcs[name] {
		if r := fn.Type.Results; r == nil || !isText(r.List[len(r.List)-1].Type) {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if _, inner := n.(*ast.FuncLit); inner {
				return false
			}
			if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
				out = append(out, s.texts(r.Results[len(r.Results)-1], fn, depth)...)
			}
			return true
		})
	}
	return out
}

func isText(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "string"
}

// A saying is a text that a fault may carry, and where it is made.
type saying struct {
	text string
	at   token.Position
}

// values returns the bounds and values of the package's faults: those of
// literals, those assigned, those given to a parameter called bound or want,
// and those returned beside a code.
func (s *source) values() (out []saying) {
	for _, f := range s.files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			take := func(e ast.Expr) {
				for _, text := range s.texts(e, fn, 4) {
					out = append(out, saying{text, s.set.Position(e.Pos())})
				}
			}
			places := s.places(fn)
			if r := fn.Type.Results; r != nil && len(r.List) > 1 && isText(r.List[len(r.List)-1].Type) && isCodeType(r.List[len(r.List)-2].Type) {
				for _, text := range s.returned(fn.Name.Name, 4) {
					out = append(out, saying{text, s.set.Position(fn.Pos())})
				}
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Bound" || key.Name == "Value") {
						take(n.Value)
					}
				case *ast.AssignStmt:
					for i, left := range n.Lhs {
						if sel, ok := left.(*ast.SelectorExpr); ok && sel.Sel.Name == "Bound" && len(n.Lhs) == len(n.Rhs) {
							take(n.Rhs[i])
						}
					}
				case *ast.CallExpr:
					for _, i := range places[called(n)] {
						if i < len(n.Args) {
							take(n.Args[i])
						}
					}
				}
				return true
			})
		}
	}
	return out
}

// places returns, by the names of the functions that fn may call, which of
// their parameters become a fault's bound.
func (s *source) places(fn *ast.FuncDecl) map[string][]int {
	out := map[string][]int{}
	note := func(name string, f *ast.FuncType) {
		i := 0
		for _, p := range f.Params.List {
			for _, id := range p.Names {
				if (id.Name == "bound" || id.Name == "want") && isText(p.Type) {
					out[name] = append(out[name], i)
				}
				i++
			}
		}
	}
	for name, list := range s.funcs {
		for _, f := range list {
			note(name, f.Type)
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 {
			if f, ok := a.Rhs[0].(*ast.FuncLit); ok {
				note(a.Lhs[0].(*ast.Ident).Name, f.Type)
			}
		}
		return true
	})
	return out
}
