package report

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/internal/svg"
	"github.com/stretchr/testify/require"
)

// An element is one of a picture that was read back.
type element struct {
	name, class, task string // task is that of the row around it
	attr              map[string]string
	text              string
	title             string // the row's tooltip
}

func (e *element) length(name string) svg.Length {
	f, err := strconv.ParseFloat(e.attr[name], 64)
	if err != nil {
		return 0
	}
	if f < 0 {
		return svg.Length(f*100 - 0.5)
	}
	return svg.Length(f*100 + 0.5)
}

// inspect reads a picture: it must be XML, stand alone, have styles for all its
// classes and nothing outside its view box.
func inspect(t testing.TB, picture string) []*element {
	t.Helper()
	var all, open []*element
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					t.Fatalf("%s has %s twice", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			e.class = e.attr["class"]
			if len(open) > 0 {
				e.task = open[len(open)-1].task
			}
			for _, name := range []string{"data-task", "data-resource"} {
				if id, ok := e.attr[name]; ok {
					e.task = id
				}
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			if last := open[len(open)-1]; last.name == "title" && len(open) > 1 {
				open[len(open)-2].title = last.text
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		}
	}
	require.Empty(t, open)
	checkAlone(t, all)
	checkStyles(t, all)
	checkInside(t, all)
	return all
}

// checkAlone: the picture has a name and a description, and needs nothing else.
func checkAlone(t testing.TB, all []*element) {
	t.Helper()
	root := all[0]
	require.Equal(t, "svg", root.name)
	require.Equal(t, "img", root.attr["role"])
	ids := map[string]*element{}
	for _, e := range all {
		if id := e.attr["id"]; id != "" {
			require.NotContains(t, ids, id)
			ids[id] = e
		}
		if slices.Contains([]string{"script", "image", "use", "foreignObject", "a"}, e.name) {
			t.Fatalf("an element %s", e.name)
		}
		for name, v := range e.attr {
			free := name == "xmlns" || name == "data-task" || name == "data-resource"
			if strings.Contains(name, "href") || strings.HasPrefix(name, "on") || !free && strings.Contains(v, "://") {
				t.Fatalf("%s has %s=%q", e.name, name, v)
			}
		}
	}
	for _, id := range strings.Fields(root.attr["aria-labelledby"]) {
		require.Contains(t, ids, id)
		require.NotEmpty(t, ids[id].text)
	}
}

// checkStyles: every class has a rule, and rules hold for this picture only.
func checkStyles(t testing.TB, all []*element) {
	t.Helper()
	known, scope := map[string]bool{}, "#"+all[0].attr["id"]+" "
	for _, e := range all {
		if e.name != "style" {
			continue
		}
		require.NotContains(t, e.text, "@import")
		for _, m := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(e.text, -1) {
			require.True(t, strings.HasPrefix(m[1], "#"), m[1])
		}
		for _, m := range regexp.MustCompile(`([^{}]+)\{[^{}]*\}`).FindAllStringSubmatch(e.text, -1) {
			for _, s := range strings.Split(m[1], ",") {
				s = strings.TrimSpace(s)
				require.True(t, strings.HasPrefix(s, scope), s)
				for _, c := range strings.Split(strings.TrimPrefix(s, scope), ".") {
					known[c] = true
				}
			}
		}
	}
	for _, e := range all {
		for _, c := range strings.Fields(e.class) {
			if !known[c] {
				t.Fatalf("no style for class %q", c)
			}
		}
	}
}

// checkInside: nothing is outside the view box. Texts are as wide as they are
// estimated.
func checkInside(t testing.TB, all []*element) {
	t.Helper()
	root := all[0]
	width, height := root.length("width"), root.length("height")
	require.Equal(t, "0 0 "+root.attr["width"]+" "+root.attr["height"], root.attr["viewBox"])
	inside := func(e *element, x, y svg.Length) {
		if x < 0 || x > width || y < 0 || y > height {
			t.Fatalf("%s %s of %q at %s, %s is outside", e.name, e.class, e.task, x, y)
		}
	}
	for _, e := range all {
		switch {
		case e.name == "rect" && e.attr["x"] != "":
			if e.length("width") < 0 || e.length("height") < 0 {
				t.Fatalf("%s of %q has a negative size", e.class, e.task)
			}
			inside(e, e.length("x"), e.length("y"))
			inside(e, e.length("x")+e.length("width"), e.length("y")+e.length("height"))
		case e.name == "text":
			from, to := e.span()
			inside(e, from, e.length("y"))
			inside(e, to, e.length("y")-svg.Px(8))
		case e.name == "path":
			for _, p := range places(t, e.attr["d"]) {
				inside(e, p[0], p[1])
			}
		}
	}
}

// fontSizes are those of text classes, the last that fits counts.
func (e *element) span() (from, to svg.Length) {
	size := 11 * svg.Pixel
	for _, c := range strings.Fields(e.class) {
		switch c {
		case "t":
			size = 20 * svg.Pixel // bold
		case "h1", "h2", "tl":
			size = 10 * svg.Pixel
		case "x":
			size = 9 * svg.Pixel // at least
		case "lb":
			size = 9 * svg.Pixel
		}
	}
	x, width := e.length("x"), svg.Width(e.text, size)
	switch {
	case strings.Contains(" "+e.class+" ", " e "):
		return x - width, x
	case strings.Contains(" "+e.class+" ", " c "), e.class == "tl":
		return x - width/2, x + width/2
	}
	return x, x + width
}

var pathStep = regexp.MustCompile(`([MLHVlhvz])|(-?\d+(?:\.\d+)?)`)

// places are the corners of a path.
func places(t testing.TB, d string) [][2]svg.Length {
	t.Helper()
	var out [][2]svg.Length
	var x, y svg.Length
	var op string
	var args []svg.Length
	used := 0
	for _, m := range pathStep.FindAllStringSubmatch(d, -1) {
		used += len(m[0])
		if m[1] != "" {
			if len(args) > 0 {
				t.Fatalf("a number without its other in %s", d)
			}
			op = m[1]
			continue
		}
		e := element{attr: map[string]string{"v": m[2]}}
		args = append(args, e.length("v"))
		if len(args) < 2 && strings.Contains("MLl", op) {
			continue
		}
		switch op {
		case "M", "L":
			x, y = args[0], args[1]
		case "l":
			x, y = x+args[0], y+args[1]
		case "H":
			x = args[0]
		case "h":
			x += args[0]
		case "V":
			y = args[0]
		case "v":
			y += args[0]
		default:
			t.Fatalf("a number after %q in %s", op, d)
		}
		args = nil
		out = append(out, [2]svg.Length{x, y})
	}
	require.Equal(t, len(strings.ReplaceAll(d, " ", "")), used, d)
	require.Empty(t, args)
	return out
}
