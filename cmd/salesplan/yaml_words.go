package main

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// inChinese returns a fault that the YAML parser found with what it says in
// Chinese, as far as it is one of its more frequent messages.
func inChinese(f *diag.Fault) *diag.Fault {
	if f.Code != codeYAML {
		return f
	}
	for _, m := range parserMessages() {
		if strings.Contains(f.Value, m[0]) {
			g := *f
			g.Value = m[1]
			return &g
		}
	}
	return f
}

// parserMessages are the parser's messages with their Chinese, longer ones
// before those that are in them.
func parserMessages() [][2]string {
	return [][2]string{
		{"did not find expected key", "此处应为键，请检查缩进"},
		{"could not find expected ':'", "缺少冒号“:”"},
		{"mapping values are not allowed in this context", "此处不能出现冒号“:”，含冒号的值请加引号"},
		{"mapping keys are not allowed in this context", "此处不能出现键"},
		{"block sequence entries are not allowed in this context", "此处不能出现列表项“-”"},
		{"did not find expected '-' indicator", "此处应为列表项“-”，请检查缩进"},
		{"did not find expected ',' or ']'", "缺少“,”或“]”"},
		{"did not find expected ',' or '}'", "缺少“,”或“}”"},
		{"did not find expected node content", "此处应有内容"},
		{"did not find expected <document start>", "此处文档应已结束，请检查缩进"},
		{"found character that cannot start any token", "值不能以该字符开头，请加引号"},
		{"found a tab character", "缩进不能使用制表符，请使用空格"},
		{"found unexpected end of stream", "文本意外结束，可能缺少右引号"},
		{"found unknown escape character", "未知的转义字符"},
		{"found unexpected document indicator", "引号内不能出现文档分隔符"},
		{"the comments do not stay where they are", "注释无法固定在原处"},
	}
}
