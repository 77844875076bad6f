package matrix

import (
	"context"
	"fmt"
	"sync"
	"unsafe"

	"github.com/parframe/parframe/parallel"
)

// borders are the options by which a call's rows can be cut.
var borders = []string{"ChunkSize", "ChunkBy", "Partitions"}

// prepare checks what all operations on rows have in common.
func prepare[T Number](call string, m *Dense[T], noFunc bool, opts []parallel.Option, allowed ...string) (*parallel.Plan, error) {
	plan, err := parallel.Prepare(call, opts, allowed...)
	switch {
	case err != nil:
		return nil, err
	case noFunc:
		return nil, fmt.Errorf("%s: %w", call, parallel.ErrNilFunc)
	case m == nil:
		return nil, fmt.Errorf("%s: %w matrix", call, ErrNil)
	}
	return plan, nil
}

// blockBytes is how much of a matrix a worker copies at once, for functions to
// see and to write to: it stays in the first-level cache, and is so long that
// the copy of small rows costs a fraction of a nanosecond each.
const blockBytes = 8 << 10

// reader lets workers copy a block of rows at a time into memory of their own.
type reader[T Number] struct {
	m    *Dense[T]
	step int // rows in a block

	mu   sync.Mutex
	free [][]T // buffers that no worker has
}

func newReader[T Number](m *Dense[T]) *reader[T] {
	width := max(m.cols*int(unsafe.Sizeof(*new(T))), 1)
	return &reader[T]{m: m, step: max(min(blockBytes/width, m.rows), 1)}
}

// take returns a buffer for a block. It is asked once per chunk.
func (r *reader[T]) take() []T {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := len(r.free)
	if k == 0 {
		return make([]T, r.step*r.m.cols)
	}
	buf := r.free[k-1]
	r.free = r.free[:k-1]
	return buf
}

func (r *reader[T]) give(buf []T) {
	r.mu.Lock()
	r.free = append(r.free, buf)
	r.mu.Unlock()
}

// run calls body for blocks of rows lo to hi, in parallel and within a chunk
// in order. block has the rows one after the other, and is the worker's own.
// body keeps *at at the row that it is at, and gives ctx to the function.
func (r *reader[T]) run(ctx context.Context, plan *parallel.Plan, body func(ctx context.Context, block []T, lo, hi int, at *int) error) error {
	return plan.Range(ctx, r.m.rows, func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		buf := r.take()
		defer r.give(buf)
		for lo < hi {
			end := min(lo+r.step, hi)
			r.m.read(buf, lo, end)
			if err := body(ctx, buf, lo, end, at); err != nil {
				return err
			}
			lo = end
		}
		return nil
	})
}
