package main

import "github.com/salesplan/salesplan/diag"

// A commentedPath is a place of a plan with the comment above it.
type commentedPath struct {
	path string
	code diag.Code
}

// commentedPaths are the places that a starter plan explains, each once.
func commentedPaths() []commentedPath {
	return []commentedPath{
		{"/calendar", "calendar"},
		{"/inputs", "inputs"},
		{"/metrics", "metrics"},
		{"/axes", "axes"},
		{"/goals", "goals"},
		{"/goals/0/baseline", "baseline"},
		{"/goals/0/target", "target"},
		{"/goals/0/split/grains", "grains"},
		{"/goals/0/split/time", "time"},
		{"/goals/0/split/axes", "by"},
	}
}

// commentTexts are the comments of a starter plan.
func commentTexts() diag.Catalogue {
	return diag.Catalogue{
		"made": {
			EN: "A starter plan, made by salesplan init from {from}, to be changed at will.",
			ZH: "由 salesplan init 根据 {from} 生成的初始计划，可随意修改。",
		},
		"made-template": {
			EN: "A starter plan, made by \"salesplan init --template {from}\", to be changed at will.",
			ZH: "由“salesplan init --template {from}”生成的初始计划，可随意修改。",
		},
		"print": {EN: "The command that prints its targets:", ZH: "输出目标的命令："},
		"check": {EN: "The one that says what is wrong with it:", ZH: "检查计划的命令："},
		"calendar": {
			EN: "Which days are working days. Company days off go into \"off\", extra working days into \"on\".",
			ZH: "哪些天是工作日。公司自定的休息日写入 off，调休上班日写入 on。",
		},
		"inputs": {
			EN: "How the CRM's export is read: what its columns hold and what its stages mean.",
			ZH: "如何读取 CRM 导出数据：各列含义以及各阶段代表的结果。",
		},
		"metrics": {
			EN: "What is counted. No target is finer than the step.",
			ZH: "统计什么指标。step 是目标的最小单位。",
		},
		"axes": {
			EN: "Over what the goals are split. A table's columns go from the top of the tree to the bottom; \"units\" adds to it: parents, weights, other spellings (aka).",
			ZH: "目标按哪些维度拆分。表的各列从上级到下级排列；units 用于补充：上级、权重、其他写法（aka）。",
		},
		"goals": {
			EN: "What is owed, and how it is split.",
			ZH: "目标是多少，以及如何拆分。",
		},
		"baseline": {
			EN: "What the past says, for comparison. It changes no target.",
			ZH: "按过去推算的水平，仅供对照，不影响目标。",
		},
		"target": {
			EN: "Set the goal here.",
			ZH: "在此设定目标值。",
		},
		"grains": {
			EN: "Periods of the targets, from the coarsest: half, quarter, month, week, day.",
			ZH: "目标的周期粒度，由粗到细：half、quarter、month、week、day。",
		},
		"time": {
			EN: "Over time by: even, days, workdays, seasonality (with twelve shares) or history.",
			ZH: "时间拆分依据：even（平均）、days（天数）、workdays（工作日）、seasonality（给出十二个月的份额）或 history（历史）。",
		},
		"by": {
			EN: "Over the units by: even, weights or history; who is new takes the team's median.",
			ZH: "按单元拆分的依据：even（平均）、weights（权重）或 history（历史）；新人取团队中位数。",
		},
	}
}
