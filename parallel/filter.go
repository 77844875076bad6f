package parallel

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
)

// Filter returns the items for which keep returns true, in their order.
//
//	Filter([]T, func(T) bool) []T
//
// keep is called once for every item. The result is a new slice, and is not
// nil unless there is an error. The error is the one of the lowest item that failed, as
// a [RowError]. With [CollectAll] and [Quarantine] items that fail are left out.
// With [Partial] items for which keep has not returned are left out.
func Filter[T any](ctx context.Context, xs []T, keep func(ctx context.Context, x T) (bool, error), opts ...ItemOption) (out []T, err error) {
	c, err := itemCall[T]("parallel.Filter", opts, keep == nil, engine.ItemOptions)
	if err != nil {
		return nil, err
	}
	if err = c.Begin(ctx, len(xs)); err != nil {
		return nil, err
	}
	defer c.End(&err)
	done := newMarks(c, len(xs))
	keep = marking(done, engine.Policed(c, keep))
	var kept pieces[T]
	err = c.Items(len(xs), func(w *engine.Worker, lo, hi int) (int, error) {
		var out []T
		defer func() { kept.add(lo, out) }() // after a Goexit too: another worker runs the remaining items
		return w.Run(lo, hi, func(lo, hi int) (done int, err error) {
			for i, x := range xs[lo:hi] {
				w.Row = lo + i
				ok, err := keep(w, x)
				if err != nil {
					return lo + i, err
				}
				if ok {
					out = append(out, x)
				}
				if atomic.LoadUint32(&w.Asked) != 0 {
					return lo + i + 1, nil
				}
			}
			return hi, nil
		})
	})
	switch {
	case done.partial(c, err):
		return kept.concat(), err
	case err != nil:
		return nil, err
	}
	_, err = settle(c, xs, []none(nil))
	return kept.concat(), err
}

// pieces collects the results of chunks, whose lengths are not known beforehand, and
// joins them in the order of the chunks.
type pieces[T any] struct {
	mu   sync.Mutex
	list []piece[T]
}

type piece[T any] struct {
	lo    int
	items []T
}

func (p *pieces[T]) add(lo int, items []T) {
	if len(items) == 0 {
		return
	}
	p.mu.Lock()
	p.list = append(p.list, piece[T]{lo, items})
	p.mu.Unlock()
}

func (p *pieces[T]) concat() []T {
	slices.SortFunc(p.list, func(a, b piece[T]) int { return cmp.Compare(a.lo, b.lo) })
	n := 0
	for _, q := range p.list {
		n += len(q.items)
	}
	all := make([]T, 0, n)
	for _, q := range p.list {
		all = append(all, q.items...)
	}
	return all
}
