package frame

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/rowcodec"
	"github.com/parframe/parframe/internal/stats"
)

// userMeasure is a measure of a user's functions, of types that only it knows.
type userMeasure interface {
	measure
	// bind reads the column in the order of the groups. Value k comes from row rows[k]
	// of the frame.
	bind(col chunk.Column, rows []int32) error
}

type userFuncs[T, A, R any] struct {
	zero   func() A
	add    func(context.Context, A, T) (A, error)
	merge  func(A, A) A
	finish func(context.Context, A) (R, error)
}

type userAgg[T, A, R any] struct {
	userFuncs[T, A, R]
	c       *call
	name    string
	in, out *rowcodec.Plan
	reader  *rowcodec.Reader
	rows    []int32 // of the frame, whose values the reader reads
	results []R
	cells   []A
	free    freelist.List[*userScratch[T]]
}

type userScratch[T any] struct {
	rowcodec.Block
	rows []T
	mem  rowcodec.ReadMem
}

func newUserMeasure[T, A, R any](c *call, name string, col chunk.Column, fns userFuncs[T, A, R]) (userMeasure, error) {
	in, out, err := typesOf[T, R]()
	if err != nil {
		return nil, fmt.Errorf("NewAgg %q: %w", name, err)
	}
	u := &userAgg[T, A, R]{userFuncs: fns, c: c, name: name, in: in, out: out}
	for _, p := range []*rowcodec.Plan{in, out} {
		if !p.Scalar {
			return nil, fmt.Errorf("NewAgg %q: %w", name, notScalar(p.Type, nil))
		}
	}
	if err := u.bind(col, nil); err != nil {
		return nil, fmt.Errorf("NewAgg %q of %v: %w", name, rowcodec.TypeName(reflect.TypeFor[T]()), err)
	}
	return u, nil
}

func (u *userAgg[T, A, R]) bind(col chunk.Column, rows []int32) (err error) {
	u.rows = rows
	u.reader, err = rowcodec.NewReader(&u.in.Fields[0], col)
	if err == nil {
		u.reader.SkipNulls = u.in.Fields[0].Form == rowcodec.FormPlain
	}
	return err
}

func (u *userAgg[T, A, R]) Begin(groups, cells int) {
	u.results, u.cells = make([]R, groups), make([]A, cells)
}

// fold adds rows lo..hi to an accumulator.
func (u *userAgg[T, A, R]) fold(ctx context.Context, lo, hi int) (A, error) {
	w := ctx.(*engine.Worker)
	s, ok := u.free.Take()
	if !ok {
		s = &userScratch[T]{rows: make([]T, rowcodec.BlockRows), mem: rowcodec.ReadMem{Elems: u.reader.Elements(rowcodec.BlockRows)}}
	}
	acc := u.zero()
	for lo < hi {
		n := min(hi-lo, rowcodec.BlockRows)
		s.Reset(n)
		u.reader.Gather(&s.Block, rowcodec.ViewOf(s.rows), lo, n, &s.mem)
		var err error
		if acc, err = u.addBlock(w, acc, s.rows[:s.Bad], u.rows[lo:lo+n], s.Ran()); err != nil {
			return acc, err
		}
		if s.Bad < n {
			return acc, s.Cause([]*rowcodec.Reader{u.reader}, lo, s.Bad, true)
		}
		if lo += n; lo < hi {
			if err = w.Stopped(); err != nil {
				return acc, err
			}
		}
	}
	u.free.Give(s)
	return acc, nil
}

// addBlock adds the values of a block that ran has a bit for, or all for nil; rows are
// their rows in the frame.
func (u *userAgg[T, A, R]) addBlock(w *engine.Worker, acc A, values []T, rows []int32, ran []uint64) (A, error) {
	var err error
	for i, x := range values {
		if ran != nil && ran[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		w.Row = int(rows[i])
		if acc, err = u.add(w, acc, x); err != nil {
			return acc, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			if err = w.Stopped(); err != nil {
				return acc, err
			}
		}
	}
	return acc, nil
}

func (u *userAgg[T, A, R]) Whole(ctx context.Context, _ *stats.Scratch, g, lo, hi int) error {
	acc, err := u.fold(ctx, lo, hi)
	if err != nil {
		return err
	}
	return u.end(ctx, g, acc)
}

func (u *userAgg[T, A, R]) Cell(ctx context.Context, _ *stats.Scratch, k, lo, hi int) (err error) {
	u.cells[k], err = u.fold(ctx, lo, hi)
	return err
}

func (u *userAgg[T, A, R]) Join(ctx context.Context, g, from, to int) error {
	acc := u.cells[from]
	for _, b := range u.cells[from+1 : to] {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		acc = u.merge(acc, b)
	}
	return u.end(ctx, g, acc)
}

// end makes the result of a group.
func (u *userAgg[T, A, R]) end(ctx context.Context, g int, acc A) (err error) {
	*rowCell(ctx) = g
	u.results[g], err = u.finish(ctx, acc)
	return err
}

func (u *userAgg[T, A, R]) column(ctx context.Context, _ *call) (chunk.Column, error) {
	cols, err := writeRows(ctx, u.c, u.out, []string{u.name}, u.results)
	if err != nil {
		return chunk.Column{}, err
	}
	return cols[0], nil
}
