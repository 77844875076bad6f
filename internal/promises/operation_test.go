package promises

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/gota"
	"github.com/parframe/parframe/parallel"
)

// fault is what a test lets happen in the user's function for item i.
type fault func(ctx context.Context, i int) error

func noFault(context.Context, int) error { return nil }

// operation is a row of the table.
type operation struct {
	name string
	// hasFunction says that it calls a function of the user's.
	hasFunction bool
	// blind says that its function gets no context and returns no error: the
	// fault gets the call's context then, and its error is thrown as a panic.
	// Such a function is called about once per item, and not for each of them.
	blind bool
	// pool says that it runs on a pool, which it makes itself where it is given
	// none.
	pool bool
	// seq says that it is a loop over a sequence, which stops where it likes.
	seq bool
	// parts says that its function is called for a range of items, and the fault
	// for each of them: after a failure not all of them are.
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

// as returns the options for a call that takes options of type O. One that
// does not fit would not have compiled, and is a fault of the test.
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

// parted is as for a call whose function sees partitions: one for each of n
// rows, where the options do not say otherwise.
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

// withFunctions are those of the table that call a function of the user's.
func withFunctions() []operation {
	var some []operation
	for _, op := range operations() {
		if op.hasFunction {
			some = append(some, op)
		}
	}
	return some
}

// blindly calls the fault of a function without a context.
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
