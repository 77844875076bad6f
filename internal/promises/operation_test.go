package promises

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/gota"
	"github.com/parframe/parframe/parallel"
)

// fault is what happens in the user's function for item i.
type fault func(ctx context.Context, i int) error

func noFault(context.Context, int) error { return nil }

// operation is a row of the table.
type operation struct {
	name string
	// hasFunction reports whether it calls a function of the user's.
	hasFunction bool
	// blind reports whether its function gets no context and returns no error. Then the
	// fault gets the call's context, and its error is thrown as a panic.
	// Such a function is called about as often as there are items, but not for each item.
	blind bool
	// pool reports whether it runs on a pool, which it makes itself if it is given
	// none.
	pool bool
	// seq reports whether it is a loop over a sequence, which may stop anywhere.
	seq bool
	// parts reports whether its function is called for a range of items. It calls the fault
	// for each item, up to a failure.
	parts bool
	// first reports whether the call returns the first error in time, rather than the
	// error of the lowest item.
	first bool
	// rowless reports whether the call scans bytes only: observers see no rows.
	rowless bool
	// disk reports whether the call waits for a disk, and so is slow.
	disk bool
	// takes reports whether the compiler would let it have the option.
	takes func(option any) bool
	// run calls the operation on n items, with the fault at each of them.
	run func(ctx context.Context, n int, f fault, at place) error
}

// place is where an operation runs, and its other options.
type place struct {
	name    string
	pool    *parallel.Pool
	workers int // 0: without Workers
	more    []any
}

func (p place) options() []any {
	var opts []any
	if p.pool != nil {
		opts = append(opts, parallel.On(p.pool))
	}
	if p.workers > 0 {
		opts = append(opts, parallel.Workers(p.workers))
	}
	return append(opts, p.more...)
}

// as returns the options for a call that takes options of type O. An option that
// does not fit would not compile, and is a mistake in the test.
func as[O any](p place) []O {
	var all []O
	for _, opt := range p.options() {
		o, ok := opt.(O)
		if !ok {
			panic(fmt.Sprintf("%T does not fit", opt))
		}
		all = append(all, o)
	}
	return all
}

// parted is [as] for a call whose function gets partitions: one for each of n
// rows, unless the options set another number.
func parted[O any](n int, p place) []O {
	p.more = append([]any{parallel.Partitions(max(n, 1))}, p.more...)
	return as[O](p)
}

func fits[O any](opt any) bool {
	_, ok := opt.(O)
	return ok
}

var (
	anyOption    = fits[parallel.Option]
	itemOption   = fits[parallel.ItemOption]
	foldOption   = fits[parallel.FoldOption]
	streamOption = fits[parallel.StreamOption]
	rowOption    = fits[frame.RowOption]
	partOption   = fits[frame.PartOption]
	gotaOption   = fits[gota.Option]
)

func noOption(any) bool { return false }

// operations is the whole table.
func operations() []operation {
	var all []operation
	all = append(all, parallelOperations...)
	all = append(all, frameOperations...)
	all = append(all, matrixOperations...)
	all = append(all, gotaOperations...)
	all = append(all, fileOperations...)
	return append(all, pathOperations...)
}

// withFunctions returns the operations that call a function of the user's.
func withFunctions() []operation {
	var some []operation
	for _, op := range operations() {
		if op.hasFunction {
			some = append(some, op)
		}
	}
	return some
}

// blindly calls the fault in a function without a context, and panics with its error.
func blindly(ctx context.Context, f fault, i int) {
	if err := f(ctx, i); err != nil {
		panic(err)
	}
}

func indices(n int) []int {
	is := make([]int, n)
	for i := range is {
		is[i] = i
	}
	return is
}
