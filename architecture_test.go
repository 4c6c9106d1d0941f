package salesplan_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/salesplan/salesplan"

// floors are the rooms of the house. A room imports rooms of lower floors only;
// the exceptions are in neighbours.
var floors = map[string]int{
	"diag":                 0,
	"document":             1,
	"internal/apportion":   1,
	"internal/network":     1,
	"internal/leveling":    1,
	"internal/montecarlo":  1,
	"internal/svg":         1,
	"calendar":             2,
	"calendar/china":       2,
	"forecast":             3,
	"incentive":            3,
	"survey":               3,
	"":                     4,
	"report":               5,
	"salesplantest":        5,
	"schema":               5,
	"schema/generate":      5,
	"cmd/salesplan":        6,
	"interchange":          6,
	"connect":              6,
	"beam":                 6,
	"bench":                6,
	"schematest":           6,
	"examples/annual":      6,
	"examples/bottomup":    6,
	"examples/customers":   6,
	"examples/marketshare": 6,
	"examples/replan":      6,
	"examples/territory":   6,
}

var neighbours = map[string]string{
	"calendar/china":    "calendar",
	"cmd/salesplan":     "interchange",
	"internal/leveling": "internal/network",
}

// nested are the modules of their own.
var nested = []string{"cmd/", "interchange", "connect", "beam", "bench", "schematest"}

func isNested(room string) bool {
	return slices.ContainsFunc(nested, func(n string) bool { return strings.HasPrefix(room, n) })
}

// isProgram reports whether a room of the root module is a program, which may
// read and write files.
func isProgram(room string) bool {
	return strings.HasPrefix(room, "examples") || room == "schema/generate"
}

// A source is one Go file of the repository.
type source struct {
	room string // the package's directory
	name string
	test bool
	file *ast.File
	fset *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && p != ".") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		f, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(p))
		if room == "." {
			room = ""
		}
		out = append(out, source{room, filepath.ToSlash(p), strings.HasSuffix(p, "_test.go"), f, fset})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(out), 20)
	return out
}

func imports(f *ast.File) []string {
	var out []string
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// roomOf returns the room of an import path of ours.
func roomOf(importPath string) (string, bool) {
	if importPath == module {
		return "", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// floorOf returns the floor of a room; those below a nested module share its
// floor.
func floorOf(room string) (int, bool) {
	for r := room; ; r = path.Dir(r) {
		if f, ok := floors[r]; ok {
			return f, true
		}
		if r == "." || !isNested(r) {
			return 0, false
		}
	}
}

func TestArchitecture_Floors(t *testing.T) {
	for _, s := range sources(t) {
		own, ok := floorOf(s.room)
		if !ok {
			t.Errorf("%s: the package %q has no floor in the house", s.name, s.room)
			continue
		}
		if s.test {
			continue
		}
		for _, p := range imports(s.file) {
			room, ours := roomOf(p)
			if !ours || room == s.room {
				continue
			}
			floor, _ := floorOf(room)
			same := floor == own && isNested(s.room) && strings.HasPrefix(room, strings.SplitN(s.room, "/internal", 2)[0])
			if floor >= own && neighbours[s.room] != room && !same {
				t.Errorf("%s (floor %d) imports %s (floor %d)", s.name, own, p, floor)
			}
		}
	}
}

func TestArchitecture_Requirements(t *testing.T) {
	allowed := []string{"github.com/shopspring/decimal", "golang.org/x/exp/constraints"}
	for _, s := range sources(t) {
		nested := isNested(s.room)
		for _, p := range imports(s.file) {
			room, ours := roomOf(p)
			switch {
			case nested && ours && strings.HasPrefix(room, "internal"):
				t.Errorf("%s: a nested module imports %s", s.name, p)
			case nested || ours || !strings.Contains(strings.SplitN(p, "/", 2)[0], "."):
			case s.test && strings.HasPrefix(p, "github.com/stretchr/testify/"):
			case !slices.Contains(allowed, p):
				t.Errorf("%s imports %s", s.name, p)
			}
		}
	}
}

// Pure code reads no clock, environment, file, network, log or randomness of
// its own; engines know numbers only.
func TestArchitecture_Pure(t *testing.T) {
	closed := []string{"os", "log", "net", "syscall", "unsafe", "plugin", "embed", "math/rand", "math/rand/v2", "crypto/rand", "io/ioutil", "runtime", "flag"}
	clock := []string{"Now", "Since", "Until", "Local", "LoadLocation", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}
	for _, s := range sources(t) {
		if s.test || isNested(s.room) || isProgram(s.room) {
			continue
		}
		engine := strings.HasPrefix(s.room, "internal/")
		for _, p := range imports(s.file) {
			root := strings.SplitN(p, "/", 2)[0]
			if p == "embed" && s.room == "schema" || p == "math/rand/v2" && s.room == "salesplantest" {
				continue
			}
			if slices.Contains(closed, p) || slices.Contains([]string{"os", "log", "net", "testing"}, root) && s.room != "salesplantest" {
				t.Errorf("%s imports %s", s.name, p)
			}
			room, ours := roomOf(p)
			if engine && (p == "time" || ours && !strings.HasPrefix(room, "internal/") || strings.HasPrefix(p, "github.com/")) {
				t.Errorf("%s: an engine imports %s", s.name, p)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, sel.Sel.Name) {
				t.Errorf("%s: time.%s", s.fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// Nothing is set up behind the caller's back, and nothing that the package
// holds ever changes.
func TestArchitecture_NoState(t *testing.T) {
	vars := map[string]map[string]bool{} // by room
	all := sources(t)
	for _, s := range all {
		if s.test || isNested(s.room) {
			continue
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init", s.name)
			}
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if name.IsExported() {
						t.Errorf("%s: exported variable %s", s.name, name.Name)
					}
					if vars[s.room] == nil {
						vars[s.room] = map[string]bool{}
					}
					if name.Name != "_" {
						vars[s.room][name.Name] = true
					}
				}
			}
		}
	}
	for _, s := range all {
		if s.test || isNested(s.room) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			var targets []ast.Expr
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					targets = n.Lhs
				}
			case *ast.IncDecStmt:
				targets = []ast.Expr{n.X}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					targets = []ast.Expr{n.X}
				}
			}
			for _, e := range targets {
				if id := rootIdent(e); id != nil && vars[s.room][id.Name] && isPackageLevel(s.file, id) {
					t.Errorf("%s: the package variable %s is changed or its address taken", s.fset.Position(n.Pos()), id.Name)
				}
			}
			return true
		})
	}
}

func rootIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.IndexExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// isPackageLevel reports whether an identifier of a file is declared outside
// all functions, in this file or in another of its package.
func isPackageLevel(f *ast.File, id *ast.Ident) bool {
	return id.Obj == nil || id.Obj == f.Scope.Lookup(id.Name)
}

// Every exported name of the root module is documented.
func TestArchitecture_Documented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || isProgram(s.room) || isNested(s.room) {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
					t.Errorf("%s: %s has no comment", s.name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
						t.Errorf("%s: %s has no comment", s.name, ts.Name.Name)
					}
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	id := rootIdent(d.Recv.List[0].Type)
	return id != nil && id.IsExported()
}
