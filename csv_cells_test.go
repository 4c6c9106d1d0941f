package salesplan

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The cells are those that the OWASP page on CSV injection and its successors
// list.
func TestNeutralCell(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""}, {"Ann", "Ann"}, {"a;=1+1", "a;=1+1"}, {"5", "5"}, {"-5", "-5"}, {"-5.25", "-5.25"}, {"1,054", "1,054"},
		{"=1+1", "'=1+1"}, {"+5", "'+5"}, {"-", "'-"}, {"-2+3+x", "'-2+3+x"}, {"--5", "'--5"}, {"-5.", "'-5."}, {"@x", "'@x"},
		{" =1", "' =1"}, {"\u00a0=1", "'\u00a0=1"}, {"\u3000＝1", "'\u3000＝1"}, {"\ufeff=1", "'\ufeff=1"}, {"\u200b=1", "'\u200b=1"},
		{"\tx", "'\tx"}, {"\rx", "'\rx"}, {"\nx", "'\nx"}, {"\x00x", "'\x00x"}, {"＝1", "'＝1"}, {"＋1", "'＋1"}, {"－1", "'－1"}, {"＠x", "'＠x"}, {"−5", "'−5"},
		{"%=1", "'%=1"}, {"|=1", "'|=1"}, {"\"=1\"", "'\"=1\""}, {";=1", "';=1"}, {"'", "''"}, {"'=1", "''=1"}, {"'s-Hertogenbosch", "''s-Hertogenbosch"},
		{"A=B", "A=B"}, {"王伟", "王伟"}, {"50 %", "50 %"},
	} {
		assert.Equal(t, c.want, NeutralCell(c.text), "%q", c.text)
		assert.Equal(t, c.text, PlainCell(c.want), "%q", c.want)
	}
	// Cells of others: an apostrophe goes only where it guards something.
	for _, c := range []struct{ cell, want string }{
		{"'s-Hertogenbosch", "'s-Hertogenbosch"}, {"'=Deal 1", "=Deal 1"}, {"'-5", "-5"}, {"'", "'"}, {"''", "'"}, {"'5", "'5"},
	} {
		assert.Equal(t, c.want, PlainCell(c.cell), "%q", c.cell)
	}
}

// Every cell of the collection comes back, none of them begins like a formula
// in the table, and a number is left a number.
func TestNeutralCell_Collection(t *testing.T) {
	text, err := os.ReadFile("../shared/data/reliability/formula-cells.json")
	if os.IsNotExist(err) {
		t.Skip("no collection beside the repository")
	}
	require.NoError(t, err)
	var cells []struct{ Text string }
	require.NoError(t, json.Unmarshal(text, &cells))
	require.Len(t, cells, 40)
	for _, c := range cells {
		out := NeutralCell(c.Text)
		assert.Equal(t, c.Text, PlainCell(out))
		assert.True(t, out[0] == '\'' || strings.IndexByte("=+@\t\r\n\x00", out[0]) < 0, "%q", out)
	}
}

func FuzzNeutralCell(f *testing.F) {
	for _, s := range []string{"", "'", "''=", "=1", "-5", "'-5", "\xff=", " '="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := NeutralCell(s)
		if PlainCell(out) != s {
			t.Fatalf("%q became %q and then %q", s, out, PlainCell(out))
		}
		if out != s && out != "'"+s {
			t.Fatalf("%q became %q", s, out)
		}
	})
}

// Readers undo what a writer added.
func TestReadDeals_Neutralised(t *testing.T) {
	deals, faults := readAll(testHeader+"1,'=Ann,''s-Hertogenbosch,'s-Hertogenbosch,Won,-5,,2027-03-01\n", testMapping())
	require.Empty(t, faults)
	assert.Equal(t, "=Ann 's-Hertogenbosch 's-Hertogenbosch -5", deals[0].Owner+" "+deals[0].Customer+" "+deals[0].Product+" "+deals[0].Amount.Decimal.String())
}
