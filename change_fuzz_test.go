package salesplan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// Whatever is read as changes says so in a form that is read as the same; what
// isn't has faults with their places; and changes to a plan make a valid plan or
// faults, without harm to the plan.
func FuzzParseChange(f *testing.F) {
	for _, text := range []string{
		"unit li-na to 2027-06-30", "goal g target 11000000", `add unit {"id": "x", "parent": "east"} after li-na`,
		"add unit x parent east weight 1 first", "remove unit zhao-lei; move unit li-na last", "set /goals/g/split/time/basis days",
		"# all\nremove /goals/g\nset \"/name\" \"a;b\"", "set /axes/0/units/1 null", "add /goals/g/split/grains/day day", "unit east parent east",
		"set /calendar {\"off\": [\"2027-10-01\"]}", "move /axes/org/units/east after wang-wei", "set /units/a~1b/ids/x 1",
	} {
		f.Add(text)
	}
	p := weighted()
	before := encoded(f, p)
	f.Fuzz(func(t *testing.T, text string) {
		changes, err := salesplan.ParseChanges(text)
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			for _, fault := range diag.All(err) {
				require.Equal(t, "/text", fault.Path)
				require.NotEmpty(t, salesplan.Catalogue().Text(fault, diag.Chinese))
			}
			return
		}
		for _, c := range changes {
			again, err := salesplan.ParseChange(c.String())
			require.NoError(t, err, c.String())
			require.Equal(t, c, again)
		}
		got, err := salesplan.Apply(p, changes...)
		require.Equal(t, before, encoded(t, p))
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			return
		}
		require.NoError(t, got.Validate())
		back, err := salesplan.DiffPlans(got, p)
		require.NoError(t, err)
		undone, err := salesplan.Apply(got, back...)
		require.NoError(t, err)
		require.Equal(t, before, encoded(t, undone))
	})
}
