package interchange_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

// bounds returns the literal bounds of faults in this package's sources.
func bounds(t *testing.T) (out []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	literal := func(e ast.Expr) {
		if b, ok := e.(*ast.BinaryExpr); ok {
			e = b.X // "at most " + a number
		}
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			text, err := strconv.Unquote(l.Value)
			require.NoError(t, err)
			if strings.HasSuffix(text, " ") {
				text += "7"
			}
			out = append(out, text)
		}
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Bound" {
					literal(n.Value)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "fault" && len(n.Args) == 4 {
					literal(n.Args[3])
				}
			}
			return true
		})
	}
	return out
}

// TestMessages_Bounds: what faults say in words has a phrase in both languages.
func TestMessages_Bounds(t *testing.T) {
	all := diag.Join(salesplan.Catalogue(), interchange.Messages())
	prose := regexp.MustCompile(`[a-z]{2,} `)
	checked := 0
	for _, text := range bounds(t) {
		if !prose.MatchString(text) {
			continue
		}
		checked++
		en, okEN := all.Phrase(text, diag.English)
		zh, okZH := all.Phrase(text, diag.Chinese)
		require.True(t, okEN && okZH, text)
		require.Equal(t, text, strings.ReplaceAll(en, ",000", "000"))
		require.NotRegexp(t, `[a-z]{2,} +[a-z]{2,}`, zh)
	}
	require.Greater(t, checked, 20)
}

// TestMessages_Findings: every finding of the reader is said in both languages,
// with its number and the first place.
func TestMessages_Findings(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "messages.go", nil, 0)
	require.NoError(t, err)
	codes := 0
	ast.Inspect(source, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(v.Names[0].Name, "code") {
			return true
		}
		text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		codes++
		for _, count := range []int{1, 1200} {
			f := diag.Finding{Code: diag.Code(text), Args: []diag.Arg{diag.Count("count", count), diag.Name("first", "Task 7")}}
			for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
				said := interchange.Messages().Text(f, lang)
				require.Contains(t, said, "Task 7")
				require.NotContains(t, said, "{")
				require.NotContains(t, said, text, "a text, not a code")
			}
		}
		return true
	})
	require.Equal(t, 13, codes)
}
