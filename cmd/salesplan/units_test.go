package main

import (
	"errors"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
)

func TestFindUnits(t *testing.T) {
	j := &job{plan: &salesplan.Plan{Axes: []salesplan.Axis{
		{ID: "org", Units: []salesplan.Unit{{ID: "east"}, {ID: "east/north", Aka: []string{"EN"}}, {ID: "a", Name: "Twin"}, {ID: "b", Name: "Twin"}, {ID: "EN2", Name: "b"}}},
		{ID: "product", Units: []salesplan.Unit{{ID: "north"}, {ID: "hard/ware"}}},
		{ID: "segment", Units: []salesplan.Unit{{ID: "banks"}}},
	}}}
	cases := []struct {
		text string
		want []string
		code diag.Code
	}{
		{text: "east", want: []string{"east", ""}},
		{text: "east/north", want: []string{"east/north", ""}}, // the longest that is a unit
		{text: "north/east", want: []string{"east", "north"}},
		{text: "hard/ware/east/north", want: []string{"east/north", "hard/ware"}},
		{text: " en /north", want: []string{"east/north", "north"}},
		{text: "b", want: []string{"b", ""}}, // an id goes before a name
		{text: "twin", code: diag.Ambiguous},
		{text: "west", code: diag.Unknown},
		{text: "east/west", code: diag.Unknown},
		{text: "", code: diag.Unknown},
		{text: "east/", code: diag.Unknown},
		{text: "north/hard/ware", code: diag.Conflict},
		{text: "banks", code: diag.Mismatch}, // an axis that the goal isn't split over
	}
	for _, c := range cases {
		got, err := j.findUnits(c.text, []string{"org", "product"})
		if c.code != "" {
			assert.True(t, errors.Is(err, c.code), "%q: %v", c.text, err)
			continue
		}
		if assert.NoError(t, err, c.text) {
			assert.Equal(t, c.want, got, c.text)
		}
	}
}
