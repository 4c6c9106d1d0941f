package salesplan

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bigDeals is a table of n deals of 1,000 people in 50 teams, and the table of
// the people.
func bigDeals(n int) (deals, people string) {
	var b, q strings.Builder
	b.WriteString("id,owner,account,product,stage,amount,created,close date,notes,source\n")
	for i := range n {
		stage := [3]string{"Won", "Lost", "Offer"}[i%3]
		fmt.Fprintf(&b, "D%07d,Person %d,Account %d,Product %d,%s,%d.%02d,2026-%02d-%02d,2026-%02d-%02d,note %d,web\n", i, i%1000, i%20000, i%40, stage,
			i%90000, i%100, 1+i%6, 1+i%28, 7+i%6, 1+i%28, i)
	}
	q.WriteString("name,team,region\n")
	for i := range 1000 {
		fmt.Fprintf(&q, "Person %d,Team %d,Region %d\n", i, i%50, i%50%5)
	}
	return b.String(), q.String()
}

// BenchmarkDraft drafts a plan from 100,000 deals of ten columns.
func BenchmarkDraft(b *testing.B) {
	deals, people := bigDeals(100_000)
	b.ReportAllocs()
	for b.Loop() {
		_, err := Draft(context.Background(), textTables("deals", deals, "people", people), DraftOptions{})
		require.NoError(b, err)
	}
}
