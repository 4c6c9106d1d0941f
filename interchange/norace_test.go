//go:build !race

package interchange_test

// oneOf is how many of the source files are read by tests: all.
const oneOf = 1
