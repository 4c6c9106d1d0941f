//go:build race

package interchange_test

// oneOf is how many of the source files are read by tests: the race detector makes
// them slow, and they start no goroutines.
const oneOf = 8
