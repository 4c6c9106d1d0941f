package salesplan

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

var (
	englishWord = regexp.MustCompile(`(^|[ "(])[a-z]{2,}`)
	valueList   = regexp.MustCompile(`^[\w.-]+(, [\w.-]+)*$`)
	twoWords    = regexp.MustCompile(`[A-Za-z]{2,} +[A-Za-z]{2,}`)
	codeName    = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	inQuotes    = regexp.MustCompile(`"[^"]*"`)
)

// isProse reports whether a text is more than names, ids and numbers.
func isProse(s string) bool {
	return strings.Contains(s, " ") && englishWord.MatchString(s) && !valueList.MatchString(s)
}

// builtTexts returns what becomes of the texts that are built from words which
// only a run can tell.
func builtTexts() map[string][]saying {
	return map[string][]saying{
		"7 7 by 7":   {{text: "min 7 by 7"}, {text: "max 7 by 7"}, {text: "total 7 by 7"}}, // infeasible
		`"," or "7"`: {{text: `"," or "]"`}, {text: `"," or "}"`}},                         // the frame's closing sign
		"7, but deals have 7": {{text: "a, b, but deals have amounts, closing days"}, {text: "a, but deals have " + dealParts[0].EN},
			{text: "a, but deals have " + dealParts[0].EN + ", amounts, closing days"}},
	}
}

// unsaid returns the prose that a catalogue has no phrase for.
func unsaid(c diag.Catalogue, list []saying) (out []string, prose int) {
	seen := map[saying]bool{}
	for _, v := range list {
		if !isProse(v.text) || seen[v] {
			continue
		}
		seen[v] = true
		prose++
		if built, ok := builtTexts()[strings.Replace(v.text, "77… (7)", "7", 1)]; ok {
			for i := range built {
				built[i].at = v.at
			}
			missing, _ := unsaid(c, built)
			out = append(out, missing...)
			continue
		}
		zh, ok := c.Phrase(v.text, diag.Chinese)
		en, _ := c.Phrase(v.text, diag.English)
		if !ok || en != v.text || twoWords.MatchString(bareWords.ReplaceAllString(inQuotes.ReplaceAllString(zh, ""), "")) {
			out = append(out, v.at.String()+": "+v.text+" → "+zh)
		}
	}
	return out, prose
}

// Every bound and value that is prose has a phrase.
func TestCatalogue_Phrases(t *testing.T) {
	all := 0
	for _, dir := range sourcePackages() {
		missing, prose := unsaid(Catalogue(), readSource(t, dir).values())
		assert.Empty(t, missing, dir)
		all += prose
	}
	assert.Greater(t, all, 120)
}

// A phrase that two packages have is the same in both.
func TestCatalogue_PhrasesAgree(t *testing.T) {
	whole := Catalogue()
	for _, part := range []diag.Catalogue{diag.Messages(), document.Messages(), calendar.Messages(), splitMessages(), crmMessages(), draftMessages(), basisMessages(), splitPhrases(), decomposePhrases(), planPhrases(), crmPhrases()} {
		for code, m := range part {
			assert.Equal(t, m, whole[code])
		}
	}
}

// The search finds prose in all the ways in which it gets into a fault.
func TestCatalogue_PhrasesSearch(t *testing.T) {
	s := newSource()
	s.add(t, "planted.go", `package planted
const limit = "a planted constant"
func made(n int) *Fault {
	if n > 1 { return &Fault{Bound: limit} }
	said := "a planted variable"
	said += " of " + strconv.Itoa(n)
	if n > 2 { said += ", in a branch" }
	f := &Fault{Bound: said, Value: "exactly " + word(n)}
	f.Bound = "planted " + "by assignment"
	helper(1, "a planted argument")
	add := func(code Code, bound string) {}
	add("x", "a planted closure")
	return &Fault{Bound: "a, b-c"}
}
func word(n int) string { return "what is returned" }
func helper(n int, bound string) {}
func parse(s string) (code Code, bound string) { return "x", "planted as a result" }`)
	var got []string
	for _, v := range s.values() {
		if isProse(v.text) {
			got = append(got, v.text)
		}
	}
	assert.ElementsMatch(t, []string{
		"a planted constant", "a planted variable of 7", "a planted variable of 7, in a branch", "exactly what is returned",
		"planted by assignment", "a planted argument", "a planted closure", "planted as a result",
	}, got)
	missing, prose := unsaid(Catalogue(), s.values())
	assert.Len(t, missing, prose)
}

// usedCodes returns the codes that a package's faults, findings and advice
// have, with the function in which each is said; of a code that is put
// together, its beginning followed by a star.
func (s *source) usedCodes() map[string][]*ast.FuncDecl {
	out := map[string][]*ast.FuncDecl{}
	var fn *ast.FuncDecl
	var take func(e ast.Expr)
	take = func(e ast.Expr) {
		if text, ok := literal(e); ok && codeName.MatchString(text) {
			out[text] = append(out[text], fn)
			return
		}
		switch e := e.(type) {
		case *ast.Ident:
			if s.codes[e.Name] {
				take(s.consts[e.Name])
			}
		case *ast.BinaryExpr:
			if text, ok := literal(e.X); ok {
				out[text+"*"] = append(out[text+"*"], fn)
			}
		case *ast.CallExpr:
			if called(e) == "Code" {
				take(e.Args[0])
			}
		}
	}
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "Code" || key.Name == "Action") {
				take(n.Value)
			}
		case *ast.CompositeLit:
			if a, ok := n.Type.(*ast.ArrayType); ok && isCodeType(a) {
				for _, e := range n.Elts {
					take(e)
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				id, ok := left.(*ast.Ident)
				if ok && len(n.Lhs) == len(n.Rhs) && (id.Name == "code" || id.Name == "action" || id.Name == "what") {
					take(n.Rhs[i])
				}
			}
		case *ast.CallExpr:
			if name := called(n); name == "Code" {
				take(n)
			} else if i := map[string]int{"note": 1, "add": 1, "said": 0}[name]; i < len(n.Args) && (name == "note" || name == "add" || name == "said") {
				take(n.Args[i])
			}
		}
		return true
	}
	for _, f := range s.files {
		for _, d := range f.Decls {
			if fn, _ = d.(*ast.FuncDecl); fn == nil || fn.Type.Results == nil || !strings.HasSuffix(fn.Name.Name, "essages") {
				ast.Inspect(d, visit)
			}
		}
	}
	return out
}

// argNames returns the names of the arguments made in fn and in the functions
// of its package that it calls.
func (s *source) argNames(fn *ast.FuncDecl, depth int) map[string]bool {
	names := map[string]bool{"subject": true}
	if fn == nil {
		return names
	}
	makers := []string{"Text", "Name", "Amount", "Count", "Share", "Date", "Period", "nameList"}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if text, ok := "", false; len(n.Args) > 0 && slices.Contains(makers, called(n)) {
				if text, ok = literal(n.Args[0]); ok {
					names[text] = true
				}
			} else if depth > 0 {
				for _, other := range s.funcs[called(n)] {
					for name := range s.argNames(other, depth-1) {
						names[name] = true
					}
				}
			}
		case *ast.KeyValueExpr:
			key, _ := n.Key.(*ast.Ident)
			if text, ok := literal(n.Value); ok && key != nil && key.Name == "Name" {
				names[text] = true
			}
			if key != nil && slices.Contains([]string{"Amount", "Until", "Owner"}, key.Name) {
				names[strings.ToLower(key.Name)] = true
			}
		}
		return true
	})
	return names
}

// Every code has a message in both languages, which asks for no value that its
// place doesn't give, and no message is there for nothing.
func TestCatalogue_Codes(t *testing.T) {
	c := Catalogue()
	faults := diag.Messages()
	used := map[diag.Code]bool{}
	check := func(s *source, code string, fns []*ast.FuncDecl) {
		m, ok := c[diag.Code(code)]
		if !assert.True(t, ok && m.EN != "" && m.ZH != "", "no message for %s", code) {
			return
		}
		used[diag.Code(code)] = true
		if _, isFault := faults[diag.Code(code)]; isFault {
			return
		}
		for _, fn := range fns {
			given := s.argNames(fn, 1)
			for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
				required, _ := m.Names(lang)
				for _, name := range required {
					assert.True(t, given[name], "%s: nothing gives %s", code, name)
				}
			}
		}
	}
	for _, dir := range sourcePackages() {
		s := readSource(t, dir)
		for code, fns := range s.usedCodes() {
			prefix, open := strings.CutSuffix(code, "*")
			if !open {
				check(s, code, fns)
				continue
			}
			found := false
			for known := range c {
				if strings.HasPrefix(string(known), prefix) {
					found, used[known] = true, true
				}
			}
			assert.True(t, found, "no message for %s", code)
		}
	}
	for code := range c {
		if _, isFault := faults[code]; !isFault && !code.IsPhrase() {
			assert.True(t, used[code], "nothing says %s", code)
		}
	}
	assert.Greater(t, len(used), 50)
}
