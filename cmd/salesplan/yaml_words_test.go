package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is likely to go wrong in a text is said in Chinese, without a word of the
// parser's English.
func TestYAML_faultsInChinese(t *testing.T) {
	for _, text := range []string{
		"a: 1\n  b: 2\n", "a:\n  - x\n b: 1\n", "a: b: c\n", "a: [1, 2\n", "a: {b: 1\n", "a: @x\n", "a:\n\t- x\n", "a: \"x\n", "a: \"\\q\"\n", "a: - x\n", "abc\nd: 1\n", "[a]: }\n",
		"a: |\n x\ny\nz\n", "- a\nb: c\n", "a: `x`\n", "a: 'x\n---\n'\n",
	} {
		got := runProgram(t, "validate", write(t, "plan.yaml", text), "--lang", "zh")
		require.Equal(t, exitBadInput, got.code, text)
		_, said, _ := strings.Cut(got.errs, ": 错误: ")
		assert.NotRegexp(t, "[a-z]{5}", said, text)
		assert.Contains(t, said, "YAML 无法读取", text)
	}
}
