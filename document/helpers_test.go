package document

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// write returns n as JSON, going its own way through the tree.
func write(root *Node) string {
	type visit struct {
		node *Node
		next int
	}
	var b strings.Builder
	stack := []visit{{node: root}}
	for len(stack) > 0 {
		v := &stack[len(stack)-1]
		n := v.node
		switch n.Kind {
		case String:
			b.WriteString(quote(n.Text))
		case Array, Object:
			if v.next == 0 {
				b.WriteByte("[{"[n.Kind-Array])
			}
			if v.next < len(n.Items) {
				if v.next > 0 {
					b.WriteByte(',')
				}
				if n.Kind == Object {
					b.WriteString(quote(n.Keys[v.next].Name) + ":")
				}
				child := &n.Items[v.next]
				v.next++
				stack = append(stack, visit{node: child})
				continue
			}
			b.WriteByte("]}"[n.Kind-Array])
		default:
			b.WriteString(n.Text)
		}
		stack = stack[:len(stack)-1]
	}
	return b.String()
}

func quote(s string) string {
	out, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// requireSame compares two trees but for their positions.
func requireSame(t *testing.T, a, b *Node) {
	t.Helper()
	type pair struct{ a, b *Node }
	stack := []pair{{a, b}}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		require.Equal(t, p.a.Kind, p.b.Kind)
		require.Equal(t, p.a.Text, p.b.Text)
		require.Len(t, p.b.Items, len(p.a.Items))
		require.Len(t, p.b.Keys, len(p.a.Keys))
		for i := range p.a.Keys {
			require.Equal(t, p.a.Keys[i].Name, p.b.Keys[i].Name)
		}
		for i := range p.a.Items {
			stack = append(stack, pair{&p.a.Items[i], &p.b.Items[i]})
		}
	}
}

// read is Read on a string within the default limits.
func read(s string) (*Node, error) { return Read(strings.NewReader(s), Limits{}) }
