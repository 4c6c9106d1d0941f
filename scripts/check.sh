#!/usr/bin/env bash
# Runs every check of the repository: formatting, vet, staticcheck, tests in all
# modules, most of them with the race detector too, short fuzz runs, one turn of
# each benchmark, and what only other architectures show. It needs Go and nothing else; tools
# are fetched by go install.
#
#   bash scripts/check.sh          everything (about 9 minutes on 2 cores)
#   FUZZTIME=30s bash scripts/check.sh   longer fuzz runs
set -euo pipefail
cd "$(dirname "$0")/.."

FUZZTIME=${FUZZTIME:-1s}
MODULES=". cmd/salesplan interchange schematest bench"
# Tests that go on for long and in one goroutine, or weigh what is allocated.
SLOW='AllocatesLittle|Corpus|Hostile|OddRandom|OddLocksRandom|MovedIsNamed|WhatIf_Reference|DanglingIsCheap|Resplit_Promises|DiffPlans_Apply|DiffTargets_Apply|TestStory|MillionChain|Explain_RandomPlans|LongChains|Merge_Laws|AxesTransferProperty|TextProperty|Diff_Reference|PSPLIB|Multi|Schedules_Random|Oracle|Slow|Property|_Promises|BoundsRandom|BoundsOfLinesRandom|ManyFaults|IssuedRandom|RandomStints'
STATICCHECK=honnef.co/go/tools/cmd/staticcheck@v0.8.2

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT

step() { printf '\n== %s\n' "$*"; }

step formatting
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	printf 'not formatted by gofmt:\n%s\n' "$unformatted"
	exit 1
fi

GOBIN="$tools" go install "$STATICCHECK"
for m in $MODULES; do
	step "vet and staticcheck: $m"
	(cd "$m" && go vet ./... && "$tools/staticcheck" ./...)
done

step "the root module alone, without the workspace"
GOWORK=off go build ./...
GOWORK=off go mod tidy -diff

step "other architectures: 32 bits, and no fused multiply-add on arm64"
GOARCH=386 go build ./...
fused=$(GOARCH=arm64 go build -gcflags='-S' . ./internal/... ./calendar/... 2>&1 | grep -E '\bFN?M(ADD|SUB)[SD]\b' | grep -E 'salesplan|\.go:' || true)
if [ -n "$fused" ]; then
	printf 'fused multiply-add, so results differ by machine:\n%s\n' "$fused" | head -20
	exit 1
fi

all=(./...)
for m in $MODULES; do [ "$m" = . ] || all+=("./$m/..."); done

step "tests of all modules"
go test -shuffle=on "${all[@]}"

step "the race detector, without the tests that take longest"
go test -race -short -shuffle=on -skip "$SLOW" "${all[@]}"

step "fuzzing, $FUZZTIME a target, two at a time"
for m in $MODULES; do
	for pkg in $(cd "$m" && go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.Dir}}{{end}}' ./...); do
		(cd "$pkg" && grep -ho '^func Fuzz[A-Za-z0-9_]*' ./*_test.go 2>/dev/null | sed "s|^func |$pkg |") || true
	done
done | xargs -P 2 -L 1 sh -c 'cd "$0" && go test -run "^\$" -fuzz "^$1\$" -fuzztime "'"$FUZZTIME"'" -fuzzminimizetime 10x -parallel 1 . || { echo "failed: $0 $1"; exit 1; }'

step "benchmarks, one turn each"
for m in $MODULES; do
	(cd "$m" && go test -run '^$' -bench . -benchtime 1x ./... >"$tools/bench" || { cat "$tools/bench"; exit 1; })
done

step "all checks passed"
