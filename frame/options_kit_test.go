package frame_test

import (
	"fmt"
	"reflect"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Tables that pass any option to any operation hold options as any. These functions
// convert them for an operation, and panic if one does not fit.

func rowOpts(opts []any) []frame.RowOption   { return optsOf[frame.RowOption](opts) }
func partOpts(opts []any) []frame.PartOption { return optsOf[frame.PartOption](opts) }
func folds(opts []any) []parallel.FoldOption { return optsOf[parallel.FoldOption](opts) }
func common(opts []any) []parallel.Option    { return optsOf[parallel.Option](opts) }

func optsOf[O any](opts []any) []O {
	out := make([]O, len(opts))
	for i, opt := range opts {
		o, ok := opt.(O)
		if !ok {
			panic(fmt.Sprintf("%v (%T) is no %v", opt, opt, reflect.TypeFor[O]()))
		}
		out[i] = o
	}
	return out
}

func takes[O any](opt any) bool {
	_, ok := opt.(O)
	return ok
}
