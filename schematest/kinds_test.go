package schematest

import (
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// missingOrUnknown returns the keys that an error of the validator is about.
func missingOrUnknown(k jsonschema.ErrorKind) []string {
	switch k := k.(type) {
	case *kind.Required:
		return k.Missing
	case *kind.AdditionalProperties:
		return k.Properties
	}
	return nil
}

// firstOnly reports whether an error is about one of several forms of which the
// first is what Decode asks for.
func firstOnly(k jsonschema.ErrorKind) bool {
	_, is := k.(*kind.AnyOf)
	return is
}
