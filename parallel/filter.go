package parallel

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Filter returns the items for which keep says true, in their order.
//
//	Filter([]T, func(T) bool) []T
//
// keep is called once for every item. The result is a fresh slice, and never
// nil without an error; the error is that of the lowest item that failed, as
// a [RowError]. With [CollectAll] and [Quarantine] items that fail are left out.
func Filter[T any](ctx context.Context, xs []T, keep func(ctx context.Context, x T) (bool, error), opts ...Option) ([]T, error) {
	p, err := prepareItems[T]("parallel.Filter", opts, keep == nil)
	if err != nil {
		return nil, err
	}
	keep = withPolicy(p, keep)
	var kept pieces[T]
	err = p.run(ctx, len(xs), func(w *worker, lo, hi int) error {
		var out []T
		defer func() { kept.add(lo, out) }() // after a Goexit too: the rest is another worker's
		for i, x := range xs[lo:hi] {
			w.row = lo + i
			ok, err := keep(w, x)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, x)
			}
		}
		return nil
	}, false)
	if err != nil {
		return nil, err
	}
	_, err = settle(p, xs, []none(nil))
	return kept.join(), err
}

// pieces collects results of chunks, whose number is not known beforehand, and
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

func (p *pieces[T]) join() []T {
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
