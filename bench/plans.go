package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// planText is a plan of n people, each with a weight, a first day and another
// spelling, below the given parent. The only other unit is "all".
func planText(n int, parent string) string {
	var b strings.Builder
	b.WriteString(`{"salesplan": "1", "axes": [{"id": "org", "units": [{"id": "all"}`)
	for i := range n {
		fmt.Fprintf(&b, `, {"id": "rep-%d", "parent": %q, "weight": "%d.5", "from": "2027-01-15", "aka": ["Rep %d"]}`, i, parent, i, i)
	}
	b.WriteString(`]}]}`)
	return b.String()
}

// decodeContender decodes and validates a plan.
func decodeContender(name, text string) contender {
	return contender{name, 1, func() error {
		_, err := salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
		return err
	}}
}

// refusedContender decodes a plan that has to be refused for references that
// lead nowhere.
func refusedContender(name, text string) contender {
	return contender{name, 1, func() error {
		_, err := salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
		if all := diag.All(err); len(all) == 0 || all[0].Code != diag.Unknown {
			return errors.New("the plan was not refused for its references")
		}
		return nil
	}}
}
