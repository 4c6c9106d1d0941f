package report_test

import (
	"fmt"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/report"
	"github.com/stretchr/testify/require"
)

func TestGantt_Golden(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		tt := schedule(t, launch(lang))
		title := map[diag.Lang]string{diag.English: "Product launch, spring 2027", diag.Chinese: "2027 年春季新品上市计划"}[lang]
		for _, theme := range []report.Theme{report.ThemeLight, report.ThemeDark} {
			got := draw(t, tt, report.GanttOptions{Style: report.Style{Title: title, Lang: lang, Names: peopleNames(lang), Theme: theme}})
			keep(t, fmt.Sprintf("launch-%s-%s.svg", lang, theme), got)
			if theme == report.ThemeLight {
				golden(t, fmt.Sprintf("gantt-%s.svg", lang), got)
			}
		}
	}
}

func TestGantt_Large(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		for _, n := range []int{100, 1000} {
			got := draw(t, schedule(t, project(n, lang)), report.GanttOptions{Style: report.Style{Lang: lang, Names: peopleNames(lang)}})
			keep(t, fmt.Sprintf("project-%s-%d.svg", lang, n), got)
			t.Log(n, len(got))
			require.Less(t, len(got), 1_000_000)
		}
	}
}
