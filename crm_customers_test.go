package salesplan

import (
	"iter"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func customerTable(rows string) iter.Seq2[Customer, error] {
	return ReadCustomers(strings.NewReader("id,name,short,owner,industry\n"+rows),
		CustomerMapping{Columns: CustomerColumns{ID: "id", Name: "name", Aka: "short", Owner: "owner", Segment: "industry"}})
}

func TestReadCustomers(t *testing.T) {
	var got []Customer
	var faults diag.Faults
	for c, err := range customerTable("1, Acme Corp ,Acme,Ann,Energy\n,,,,\n2,,x,,\n3,Globex\n4,'=Sum,,,\n") {
		if err != nil {
			faults = append(faults, diag.All(err)...)
			continue
		}
		got = append(got, c)
	}
	assert.Equal(t, []Customer{{"1", "Acme Corp", "Acme", "Ann", "Energy", 2}, {"4", "=Sum", "", "", "", 6}}, got)
	require.Len(t, faults, 2)
	assert.Equal(t, "required /rows/4/name ragged /rows/5", string(faults[0].Code)+" "+faults[0].Path+" "+string(faults[1].Code)+" "+faults[1].Path)
}

func TestReadCustomers_Mapping(t *testing.T) {
	first := func(in string, m CustomerMapping) error {
		for _, err := range ReadCustomers(strings.NewReader(in), m) {
			return err
		}
		return nil
	}
	require.NoError(t, first("Account Name\nAcme\n", CustomerMapping{Preset: "salesforce"}))
	require.ErrorIs(t, first("Name\nAcme\n", CustomerMapping{Preset: "salesforce"}), diag.Column)
	require.ErrorIs(t, first("Account Name\nAcme\n", CustomerMapping{Preset: "salesforce", Columns: CustomerColumns{Segment: "Tier"}}), diag.Column)
	require.ErrorIs(t, first("Account Name\nAcme\n", CustomerMapping{Preset: "sap"}), diag.Invalid)
	require.ErrorIs(t, first("Name\nAcme\n", CustomerMapping{}), diag.Required)
	require.ErrorIs(t, first("Name\nAcme\n", CustomerMapping{Columns: CustomerColumns{Name: "Name"}, Separator: "|"}), diag.Invalid)
}

// Deals are completed from the customers' records; who has none, or two that
// differ, is left alone.
func TestFillCustomers(t *testing.T) {
	customers := customerTable("1,Acme Corp,Acme,,Energy\n2,Globex,,,Software\n3,Twin,,,Energy\n4,TWIN,,,Pharma\n5,Hooli,1,,Retail\n")
	deals := func(yield func(Deal, error) bool) {
		for _, d := range []Deal{
			{Customer: "acme corp"}, {Customer: "Acme"}, {Customer: "1"}, {Customer: " GLOBEX ", Segment: "Own"}, {Customer: "Twin"}, {Customer: "Nobody"}, {},
		} {
			if !yield(d, nil) {
				return
			}
		}
		yield(Deal{}, &diag.Fault{Code: diag.Syntax, Path: "/rows/9"})
	}
	var got []string
	for d, err := range FillCustomers(deals, customers) {
		if err != nil {
			got = append(got, diag.All(err)[0].Path)
			continue
		}
		got = append(got, d.Customer+"|"+d.Segment)
	}
	assert.Equal(t, []string{"Acme Corp|Energy", "Acme Corp|Energy", "Acme Corp|Energy", "Globex|Own", "Twin|", "Nobody|", "|", "/rows/9"}, got)

	// The faults of the customers come first, and all of it stops when asked.
	n := 0
	for _, err := range FillCustomers(deals, customerTable("1,\n2,Ann,,,\n")) {
		if n++; n == 1 {
			require.ErrorIs(t, err, diag.Ragged)
			assert.Equal(t, "/customers/rows/2", diag.All(err)[0].Path)
			continue
		}
		break
	}
	assert.Equal(t, 2, n)
	for range FillCustomers(nil, nil) {
		t.Fatal("nothing of nothing")
	}
}
