package parallel_test

import (
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// The tables of tests pass options of all kinds to calls of all kinds. These functions
// convert them to the slice that a call takes. An option that does not fit the call
// would not compile, and is a mistake in the test.

func common(opts []any) []parallel.Option        { return as[parallel.Option](opts) }
func items(opts []any) []parallel.ItemOption     { return as[parallel.ItemOption](opts) }
func folds(opts []any) []parallel.FoldOption     { return as[parallel.FoldOption](opts) }
func streams(opts []any) []parallel.StreamOption { return as[parallel.StreamOption](opts) }

func as[O any](opts []any) []O {
	all := make([]O, len(opts))
	for i, opt := range opts {
		if opt == nil {
			continue
		}
		o, ok := opt.(O)
		if !ok {
			panic(fmt.Sprintf("%v is no %T", opt, &all[i]))
		}
		all[i] = o
	}
	return all
}

// fits reports whether the compiler would accept the option.
func fits[O any](opt any) bool {
	_, ok := opt.(O)
	return ok || opt == nil
}
