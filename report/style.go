package report

import (
	"strings"

	"github.com/salesplan/salesplan/internal/svg"
)

// A palette is the colours of a theme. Those that tell something apart are of
// the set that readers with any colour vision tell apart (Okabe and Ito 2008),
// lighter or darker as the ground needs.
type palette struct {
	ground, head, stripe, free, line, frame string
	text, soft                              string

	task, taskEdge, done               string
	critical, criticalEdge, hatch      string
	criticalDone                       string
	summary, summaryDone               string
	float, baseline, deadline          string
	late, shortage, today, onToday     string
	link, otherLink, criticalLink, cue string
}

func lightPalette() palette {
	return palette{
		ground: "#ffffff", head: "#f1f4f8", stripe: "#f8fafc", free: "#e8ecf1", line: "#e9edf2", frame: "#cbd3dd",
		text: "#1c2733", soft: "#5a6877",
		task: "#a9cdea", taskEdge: "#4a8fc4", done: "#0072b2",
		critical: "#f9d3b8", criticalEdge: "#c24e00", hatch: "#eda678", criticalDone: "#d55e00",
		summary: "#8995a4", summaryDone: "#2d3a49",
		float: "#008a66", baseline: "#a3adba", deadline: "#2d3a49",
		late: "#c1121f", shortage: "#f7c5c5", today: "#8a3f9e", onToday: "#ffffff",
		link: "#5b6b7c", otherLink: "#a5b0bd", criticalLink: "#c24e00", cue: "#8a3f9e",
	}
}

func darkPalette() palette {
	return palette{
		ground: "#12181f", head: "#1d2630", stripe: "#161d25", free: "#222c37", line: "#232d38", frame: "#3b4857",
		text: "#e8edf2", soft: "#9fadbb",
		task: "#2b5f87", taskEdge: "#5aa9de", done: "#56b4e9",
		critical: "#6b3212", criticalEdge: "#ff9a52", hatch: "#94501f", criticalDone: "#f07f2e",
		summary: "#66758a", summaryDone: "#d5dde6",
		float: "#3fd0a4", baseline: "#76828f", deadline: "#dbe3eb",
		late: "#ff6b6b", shortage: "#5a2326", today: "#d69be6", onToday: "#12181f",
		link: "#93a3b3", otherLink: "#566473", criticalLink: "#ff9a52", cue: "#d69be6",
	}
}

// fonts are those that have Latin and Chinese letters, on any system.
const fonts = `system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif`

// styleSheet returns the style of a picture, for its root element only.
func styleSheet(id string, theme Theme, font svg.Length) string {
	size := font.String() + "px"
	label := (font * 9 / 10).String() + "px"
	thin := "1.4"
	if font < svg.Px(12) {
		thin = ".8"
	}
	sheet := scoped(id, `text{font-family:`+fonts+`;font-size:11px}
.t{font-size:18px;font-weight:600}
.x{font-size:`+size+`}
.s{font-weight:600}
.e{text-anchor:end}
.c,.tl{text-anchor:middle}
.h1,.h2,.tl{font-size:10px}
.h1{font-weight:600}
.lb{font-size:`+label+`}
.lg{opacity:.8}
.g1,.g2,.fl,.th,.td,.dw,.lo,.ld,.lk{fill:none}
.g1{stroke-width:.5}
.td{stroke-width:1.5;stroke-dasharray:5 3}
.b{stroke-width:.8}
.k{stroke-width:1.4}
.n{stroke-width:1.2;stroke-dasharray:3 2}
.fl{stroke-width:`+thin+`;opacity:.75}
.dl,.dm{stroke-width:1.4}
.dw{stroke-width:1.6;stroke-dasharray:2 2}
.q{stroke-width:.8}
.th{stroke-width:1.4}
.lo{stroke-dasharray:3 2}
.lk{stroke-width:1.6}
`)
	switch theme {
	case ThemeDark:
		return sheet + colours(id, darkPalette())
	case ThemeAuto:
		return sheet + colours(id, lightPalette()) + "@media (prefers-color-scheme:dark){\n" + colours(id, darkPalette()) + "}\n"
	}
	return sheet + colours(id, lightPalette())
}

func colours(id string, p palette) string {
	return scoped(id, `text{fill:`+p.text+`}
.m,.h,.h2{fill:`+p.soft+`}
.lt{fill:`+p.late+`;font-weight:600}
.lg{fill:`+p.ground+`}
.tl{fill:`+p.onToday+`}
.bg{fill:`+p.ground+`}
.hd{fill:`+p.head+`}
.st{fill:`+p.stripe+`}
.fd{fill:`+p.free+`}
.g1{stroke:`+p.line+`}
.g2{stroke:`+p.frame+`}
.b{fill:`+p.task+`;stroke:`+p.taskEdge+`}
.n{stroke:`+p.criticalEdge+`}
.k{fill:url(#`+id+`-hatch);stroke:`+p.criticalEdge+`}
.ct{fill:`+p.critical+`}
.ch{fill:`+p.hatch+`}
.d{fill:`+p.done+`}
.dk{fill:`+p.criticalDone+`}
.sm{fill:`+p.summary+`}
.sd{fill:`+p.summaryDone+`}
.ms{fill:`+p.summaryDone+`}
.mk{fill:`+p.criticalEdge+`}
.md{fill:`+p.done+`}
.fl{stroke:`+p.float+`}
.bl{fill:`+p.baseline+`}
.dl{fill:`+p.ground+`;stroke:`+p.deadline+`}
.dm{fill:`+p.late+`;stroke:`+p.late+`}
.dw{stroke:`+p.late+`}
.td{stroke:`+p.today+`}
.qt{fill:`+p.shortage+`}
.qh{fill:`+p.late+`}
.q{fill:url(#`+id+`-short);stroke:`+p.late+`}
.u{fill:`+p.task+`}
.th{stroke:`+p.deadline+`}
.tp{fill:`+p.today+`}
.hg{fill:`+p.cue+`}
.lo{stroke:`+p.otherLink+`}
.lo.ah{fill:`+p.otherLink+`;stroke:none}
.ld{stroke:`+p.link+`}
.ld.ah{fill:`+p.link+`;stroke:none}
.lk{stroke:`+p.criticalLink+`}
.lk.ah{fill:`+p.criticalLink+`;stroke:none}
`)
}

// scoped puts the root's id before each selector, so that the styles of several
// pictures of a page don't meet.
func scoped(id, rules string) string {
	var b strings.Builder
	for line := range strings.Lines(rules) {
		selectors, rest, _ := strings.Cut(line, "{")
		for i, s := range strings.Split(selectors, ",") {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString("#" + id + " " + s)
		}
		b.WriteString("{" + rest)
	}
	return b.String()
}
