package document

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func TestNode_Size(t *testing.T) {
	require.LessOrEqual(t, unsafe.Sizeof(Node{}), uintptr(80))
	require.LessOrEqual(t, unsafe.Sizeof(Key{}), uintptr(24))
}

// The pointers of RFC 6901, section 5, with what they lead to there.
func TestNode_FindRFC6901(t *testing.T) {
	root, err := read(`{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8}`)
	require.NoError(t, err)
	require.Same(t, root, root.Find(""))
	require.Equal(t, Array, root.Find("/foo").Kind)
	for pointer, want := range map[string]string{
		"/foo/0": "bar", "/": "0", "/a~1b": "1", "/c%d": "2", "/e^f": "3", "/g|h": "4", `/i\j`: "5", `/k"l`: "6", "/ ": "7", "/m~0n": "8",
	} {
		require.Equal(t, want, root.Find(pointer).Text, pointer)
	}
	for _, pointer := range []string{"foo", "/foo/2", "/foo/-", "/foo/00", "/foo/-1", "/foo/+1", "/foo/x", "/foo/0/x", "/none", "/foo/", "//", "/foo/99999999999999999999"} {
		require.Nil(t, root.Find(pointer), pointer)
	}
}

func TestNode_Nearest(t *testing.T) {
	root, err := read("{\"a\":\n {\"b\":\n [1, 2]}}")
	require.NoError(t, err)
	for pointer, line := range map[string]int{"": 1, "/x/y": 1, "/a/x": 2, "/a/b": 3, "/a/b/7/c": 3, "/a/b/1": 3} {
		got, _ := root.Locate(pointer)
		require.Equal(t, line, got, pointer)
		require.EqualValues(t, line, root.Nearest(pointer).Line, pointer)
	}
	line, column := root.LocateKey("/a/b")
	require.Equal(t, [2]int{2, 3}, [2]int{line, column})
	line, column = root.LocateKey("/a/none")
	require.Equal(t, [2]int{2, 2}, [2]int{line, column}, "without such a key, the object itself")
}

func TestNode_NilAndOtherKinds(t *testing.T) {
	var none *Node
	require.Nil(t, none.Get("a"))
	require.Nil(t, none.Find("/a"))
	require.Nil(t, none.Nearest("/a"))
	line, column := none.LocateKey("")
	require.Zero(t, line+column)
	scalar := &Node{Kind: Number, Text: "1"}
	require.Nil(t, scalar.Get("a"))
	for range scalar.Members() {
		t.Fatal("a scalar has no members")
	}
	for range scalar.Elements() {
		t.Fatal("a scalar has no elements")
	}
	uneven := &Node{Kind: Object, Keys: []Key{{Name: "a"}, {Name: "b"}}, Items: []Node{{Kind: Plain, Text: "1"}}}
	require.Equal(t, "1", uneven.Get("a").Text)
	require.Nil(t, uneven.Get("b"))
	require.Nil(t, uneven.Find("/b"))
}

func TestNode_LoopsStop(t *testing.T) {
	root, err := read(`{"a": [1, 2, 3], "b": 2, "c": 3}`)
	require.NoError(t, err)
	count := 0
	for range root.Members() {
		if count++; count == 2 {
			break
		}
	}
	for i := range root.Get("a").Elements() {
		if count += 10; i == 1 {
			break
		}
	}
	require.Equal(t, 22, count)
}

func TestKind_String(t *testing.T) {
	var names []string
	for k := Null; k <= Plain+1; k++ {
		names = append(names, k.String())
	}
	require.Equal(t, "null bool number string array object plain kind 7", strings.Join(names, " "))
}

func TestCheckNumber(t *testing.T) {
	for _, tt := range []struct {
		text string
		lim  Limits
		code diag.Code
	}{
		{"0.000", Limits{Digits: 1}, ""},
		{"0e0", Limits{}, ""},
		{"-0", Limits{}, ""},
		{"0e31", Limits{}, diag.OutOfRange},
		{"1.5e31", Limits{}, ""}, // 15 · 10³⁰
		{"1.5e-30", Limits{}, diag.OutOfRange},
		{"1e-0", Limits{}, ""},
		{"1e+030", Limits{}, ""},
		{"-", Limits{}, diag.Syntax},
		{"", Limits{}, diag.Syntax},
		{"1e5x", Limits{}, diag.Syntax},
		{"1.0e+", Limits{}, diag.Syntax},
		{"99999999999999999999e-99999999999999999999999", Limits{Exponent: 1 << 40}, ""},
	} {
		code, _ := CheckNumber(tt.text, tt.lim)
		require.Equal(t, tt.code, code, tt.text)
	}
}

// A document that a program can point into.
func ExampleRead() {
	root, err := Read(strings.NewReader(`{
  "name": "Annual plan",
  "goals": [{"id": "revenue", "target": 10000000.00}]
}`), Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	target := root.Find("/goals/0/target")
	fmt.Println(target.Kind, target.Text, "on line", target.Line)

	_, err = Read(strings.NewReader(`{"name": "Annual plan", "name": "Plan", "goals": [1e999, ]}`), Limits{})
	fmt.Println(err)
	// Output:
	// number 10000000.00 on line 3
	// /name (line 1, column 25): duplicate-key "name", bound 1:2
	// /goals/0 (line 1, column 51): out-of-range "1e999", bound an exponent within ±30
	// /goals/1 (line 1, column 58): syntax "]", bound a JSON value
}
