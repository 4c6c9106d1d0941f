package report

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var (
	update   = flag.Bool("update", false, "write the golden files anew")
	pictures = flag.String("pictures", "", "write the pictures of the tests into this `folder`, to look at them")
)

func moment(text string) calendar.Moment {
	m, err := calendar.ParseMoment(text)
	if err != nil {
		panic(err)
	}
	return m
}

func day(text string) calendar.Date { return moment(text).Date }

func length(text string) calendar.Duration {
	d, err := calendar.ParseDuration(text)
	if err != nil {
		panic(err)
	}
	return d
}

func lag(text string) salesplan.Lag {
	var l salesplan.Lag
	if err := l.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return l
}

func after(task string) salesplan.Predecessor { return salesplan.Predecessor{Task: task} }

// people are the resources of the sample plans.
func people() []salesplan.Resource {
	return []salesplan.Resource{{ID: "li"}, {ID: "han"}, {ID: "wang"}, {ID: "zhao"}}
}

func peopleNames(lang diag.Lang) map[string]string {
	if lang == diag.Chinese {
		return map[string]string{"li": "李雷", "han": "韩梅梅", "wang": "王芳", "zhao": "赵敏"}
	}
	return map[string]string{"li": "Li Lei", "han": "Han Meimei", "wang": "Wang Fang", "zhao": "Zhao Min"}
}

// launch is a plan of ten tasks that has everything: progress, baselines, a
// deadline that is missed and one that is met, a milestone, summaries, and links
// of all kinds.
func launch(lang diag.Lang) salesplan.ScheduleRequest {
	zh := lang == diag.Chinese
	pick := func(en, cn string) string {
		if zh {
			return cn
		}
		return en
	}
	baseline := func(from, to string) *salesplan.Baseline {
		return &salesplan.Baseline{Start: moment(from), Finish: moment(to)}
	}
	percent := func(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }
	return salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Start: moment("2027-03-01")},
		AsOf: day("2027-03-17"), Resources: people(),
		Tasks: []salesplan.Task{
			{ID: "prepare", Name: pick("Prepare the launch", "上市准备")},
			{ID: "research", Name: pick("Talk to 40 customers", "走访 40 家客户"), Parent: "prepare", Owner: "li", Duration: length("8d"),
				Baseline: baseline("2027-03-01", "2027-03-09"), Progress: &salesplan.Progress{Started: moment("2027-03-01"), Finished: moment("2027-03-11")}},
			{ID: "pricing", Name: pick("Price list & discounts", "价格表与折扣政策"), Parent: "prepare", Owner: "han", Duration: length("6d"),
				Predecessors: []salesplan.Predecessor{{Task: "research", Link: salesplan.LinkFinishToStart, Lag: lag("-1d")}},
				Baseline:     baseline("2027-03-10", "2027-03-17"),
				Progress:     &salesplan.Progress{Started: moment("2027-03-11"), Percent: percent(50)}},
			{ID: "material", Name: pick("Sales material", "销售资料"), Parent: "prepare", Owner: "han", Duration: length("7d"),
				Predecessors: []salesplan.Predecessor{{Task: "pricing", Link: salesplan.LinkStartToStart, Lag: lag("2d")}},
				Progress:     &salesplan.Progress{Started: moment("2027-03-15"), Percent: percent(25)}},
			{ID: "sell", Name: pick("Sell", "销售推进")},
			{ID: "training", Name: pick("Train the sales team", "销售团队培训"), Parent: "sell", Owner: "wang", Duration: length("4d"),
				Predecessors: []salesplan.Predecessor{after("pricing"), {Task: "material", Link: salesplan.LinkFinishToFinish, Lag: lag("1d")}},
				Deadline:     moment("2027-04-09")},
			{ID: "pilot", Name: pick("Pilot with three key accounts in Shanghai and Hangzhou", "上海与杭州三家重点客户试点（含合同与回访）"), Parent: "sell", Owner: "li", Duration: length("10d"),
				Predecessors: []salesplan.Predecessor{after("training")}, Deadline: moment("2027-04-06"), Baseline: baseline("2027-03-22", "2027-04-02")},
			{ID: "hotline", Name: pick("Old hotline stays open", "旧热线保留"), Parent: "sell", Owner: "wang", Duration: length("5d"),
				Predecessors: []salesplan.Predecessor{{Task: "pilot", Link: salesplan.LinkStartToFinish, Lag: lag("5d")}}},
			{ID: "orders", Name: pick("First 100 orders", "首批 100 份订单"), Parent: "sell", Owner: "li", Duration: length("8d"),
				Predecessors: []salesplan.Predecessor{after("pilot"), after("material")}},
			{ID: "live", Name: pick("Launch", "正式上市"), Milestone: true, Owner: "zhao",
				Predecessors: []salesplan.Predecessor{after("orders"), after("hotline")}, Deadline: moment("2027-04-30"),
				Baseline: &salesplan.Baseline{Finish: moment("2027-04-16")}},
		},
	}
}

// project is a plan of about n tasks: summaries of ten, each task after one or
// two before it; deadlines, baselines, milestones and progress here and there.
func project(n int, lang diag.Lang) salesplan.ScheduleRequest {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	work := []string{"Call list", "Customer visits", "Quotation", "Contract review", "Delivery check", "Follow-up & references"}
	owners := []string{"li", "han", "wang", "zhao"}
	phase, gate := "Campaign %d", "Campaign %d closed"
	if lang == diag.Chinese {
		work = []string{"电话名单", "客户拜访", "方案报价", "合同评审", "交付检查", "回访与转介绍"}
		phase, gate = "第 %d 期活动", "第 %d 期活动结束"
	}
	req := salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: moment("2027-01-04")}, Resources: people()}
	start := day("2027-01-04")
	for i := 0; len(req.Tasks) < n; i++ {
		top := fmt.Sprint("phase-", i)
		req.Tasks = append(req.Tasks, salesplan.Task{ID: top, Name: fmt.Sprintf(phase, i+1)})
		for k := range 9 {
			if len(req.Tasks) == n && k > 0 {
				break
			}
			t := salesplan.Task{
				ID: fmt.Sprintf("t-%d-%d", i, k), Name: work[rng.IntN(len(work))], Parent: top,
				Owner: owners[rng.IntN(len(owners))], Duration: calendar.Duration{Minutes: (1 + rng.Int64N(12)) * 480},
			}
			if k == 8 {
				t.Name, t.Milestone, t.Duration = fmt.Sprintf(gate, i+1), true, calendar.Duration{}
			}
			if k > 0 {
				t.Predecessors = append(t.Predecessors, after(fmt.Sprintf("t-%d-%d", i, k-1-rng.IntN(min(k, 3)))))
			} else if i > 0 {
				t.Predecessors = append(t.Predecessors, after(fmt.Sprintf("t-%d-%d", i-1, rng.IntN(3))))
			}
			switch rng.IntN(12) {
			case 0:
				t.Deadline = calendar.OnDay(start.AddDays(i*20 + 20 + rng.IntN(60)))
			case 1, 2:
				from := start.AddDays(i*9 + rng.IntN(20))
				t.Baseline = &salesplan.Baseline{Start: calendar.OnDay(from), Finish: calendar.OnDay(from.AddDays(rng.IntN(12)))}
			}
			req.Tasks = append(req.Tasks, t)
		}
	}
	return underWay(req, day("2027-02-12"))
}

// underWay is a plan of which everything went as planned up to a day.
func underWay(req salesplan.ScheduleRequest, asOf calendar.Date) salesplan.ScheduleRequest {
	tt, err := salesplan.Schedule(req)
	if err != nil {
		panic(err)
	}
	end := calendar.At(asOf.AddDays(1), 0)
	for i := range req.Tasks {
		d, err := tt.Task(req.Tasks[i].ID)
		switch {
		case err != nil:
			panic(err)
		case d.Summary || !d.Start.Before(end):
		case d.Finish.After(end):
			req.Tasks[i].Progress = &salesplan.Progress{Started: calendar.AtInstant(d.Start), Percent: decimal.NewNullDecimal(decimal.NewFromInt(40))}
		default:
			req.Tasks[i].Progress = &salesplan.Progress{Started: calendar.AtInstant(d.Start), Finished: calendar.AtInstant(d.Finish)}
		}
	}
	req.AsOf = asOf
	return req
}

func schedule(t testing.TB, req salesplan.ScheduleRequest) *salesplan.Timetable {
	t.Helper()
	tt, err := salesplan.Schedule(req)
	require.NoError(t, err)
	return tt
}

func draw(t testing.TB, tt *salesplan.Timetable, opt GanttOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Gantt(&b, tt, opt))
	return b.String()
}

// keep writes a picture where -pictures says.
func keep(t testing.TB, name, text string) {
	t.Helper()
	if *pictures != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*pictures, name), []byte(text), 0o644))
	}
}

// golden compares a text with a golden file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	wants, gots := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(wants), len(gots)) {
		require.Equal(t, wants[i], gots[i], "%s, line %d; run with -update if the change is meant", name, i+1)
	}
	require.Len(t, gots, len(wants), name)
}
