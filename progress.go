package salesplan

import "context"

// progressKey is the context key of a progress function.
type progressKey struct{}

// WithProgress returns a context with which long work reports how far it has
// come: report is called now and then, from the goroutine of the call, with
// the work done and the whole work in steps of the call's own. done never
// falls; the last call of a successful piece of work has them equal. A nil
// report asks for none.
func WithProgress(ctx context.Context, report func(done, total int64)) context.Context {
	return context.WithValue(ctx, progressKey{}, report)
}

// progressOf returns the function of [WithProgress], nil if there is none.
func progressOf(ctx context.Context) func(done, total int64) {
	report, _ := ctx.Value(progressKey{}).(func(done, total int64))
	return report
}
