package salesplan

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// FuzzCodec reads a struct with a field of every type: what is accepted is
// JSON, is written in one form, and reads back to it; what is refused says
// where, in the order of the document.
func FuzzCodec(f *testing.F) {
	f.Add([]byte(codecFull))
	for _, seed := range []string{
		`{}`, `[]`, `{"name":"n","amount":1e30}`, `{"name":"n","amount":"-0.00"}`, `{"name":"\u0000","table":{"":0}}`,
		`{"name":"n","list":[{"id":"a","weight":null},{}]}`, `{"name":"n","pointer":null,"colour":"blue"}`, `{"name":"a","name":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := document.Read(bytes.NewReader(text), document.Limits{})
		if err != nil {
			return
		}
		var c diag.Collector
		var first, second codecAll
		decodeNode(tree, &first, &c)
		if err := c.Err(); err != nil {
			requireOrdered(t, err)
			return
		}
		once, err := encoded(first)
		require.NoError(t, err)
		require.True(t, json.Valid(once))
		tree, err = document.Read(bytes.NewReader(once), document.Limits{})
		require.NoError(t, err, "%s", once)
		decodeNode(tree, &second, &c)
		require.NoError(t, c.Err(), "%s", once)
		twice, err := encoded(second)
		require.NoError(t, err)
		require.Equal(t, string(once), string(twice))
	})
}

// requireOrdered: each fault has a place, none before the one before it.
func requireOrdered(t *testing.T, err error) {
	t.Helper()
	line, column := 1, 1
	for _, f := range diag.All(err) {
		if f.Code == diag.More {
			continue
		}
		require.NotEmpty(t, f.Code)
		require.True(t, f.Path == "" || strings.HasPrefix(f.Path, "/"), f.Path)
		require.True(t, f.Line > line || f.Line == line && f.Column >= column, "%v", f)
		line, column = f.Line, f.Column
	}
}

// FuzzDecode reads plans: no document makes it panic, a plan that is accepted
// is written in one form that reads back to it.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(planText))
	for _, seed := range []string{
		`{"salesplan": "1"}`, `{"salesplan": "2", "x": 1}`, `{"salesplan": 1}`, `{"salesplan": "1", "calendar": {"off": ["2027-02-30"]}}`,
		`{"salesplan": "1", "metrics": [{"id": "a", "step": "1"}, {"id": "a", "step": 0}]}`, `{"salesplan": "1", "goals": [{}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Decode(bytes.NewReader(text), DecodeOptions{})
		if err != nil {
			require.Nil(t, p)
			return
		}
		var once, twice bytes.Buffer
		require.NoError(t, Encode(&once, p))
		again, err := Decode(bytes.NewReader(once.Bytes()), DecodeOptions{})
		require.NoError(t, err, "%s", once.String())
		require.NoError(t, Encode(&twice, again))
		require.Equal(t, once.String(), twice.String())
	})
}
