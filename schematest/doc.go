// Package schematest checks the JSON Schemas of package schema with a validator
// that others wrote: that they are schemas, that they accept what the library
// writes, and that they and salesplan.Decode agree on the form of a plan.
// Nothing imports it.
package schematest
