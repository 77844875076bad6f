package parallel

import (
	"context"
	"fmt"
	"iter"

	"github.com/parframe/parframe/internal/engine"
)

// Stream runs fn over the items of a source that may be endless, and yields
// the results as it reads the source. It is Pool.imap of multiprocessing, with a bound on
// how far the source is read ahead.
//
//	Stream(Seq[T], func(T) R) Seq[R]
//
// Results come in the order of the items, or with [Unordered] as they are ready. If an item
// fails or panics, a [RowError] with the item's number is yielded instead of its result, and
// the stream goes on. An error that the source yields ends the stream, and so does a panic
// or Goexit of the source. It comes last, after the results of all items before it. When
// ctx ends, the last element is its cause, and results that were not yielded are dropped.
//
// Nothing starts before the first range. One goroutine reads the source,
// at most [Lookahead] items beyond the item that the loop is at. Leaving the loop early
// stops everything, and returns when the running functions and the source have returned.
// So a source that blocks must watch a context. The stream may be ranged over
// again if the source may.
//
// In a function of another call the loop lends its slot to the stream's workers while it
// waits for a result.
func Stream[T, R any](ctx context.Context, source iter.Seq2[T, error], fn func(ctx context.Context, x T) (R, error), opts ...StreamOption) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var last error
		c, err := engine.NewCall("parallel.Stream", engine.Collect(opts, StreamOption.ForStreams), engine.StreamOptions)
		switch {
		case err != nil:
		case source == nil:
			err = c.Wrap(fmt.Errorf("%w: nil source", ErrOption))
		case fn == nil:
			err = c.NilFunc()
		}
		if err == nil {
			err = c.Begin(ctx, 0)
		}
		if err != nil {
			yield(*new(R), err)
			return
		}
		left := false
		defer func() {
			if c.End(&last); last != nil && !left {
				yield(*new(R), last)
			}
		}()
		engine.Stream(c, source, fn, func(r R, err error) bool {
			left = !yield(r, err)
			return !left
		})
	}
}

// Unordered makes a [Stream] yield results as they are ready.
func Unordered() engine.StreamOnly {
	return engine.StreamOnly{Setting: engine.NewSetting("Unordered", "Unordered", nil, func(c *engine.Config) { c.Unordered = true })}
}

// Lookahead bounds how many items a [Stream] reads from its source beyond the
// item that the loop is at. Without it the bound is twice the width, or as many items as
// pass in a millisecond if that is more, up to 1,024.
func Lookahead(n int) engine.StreamOnly {
	s := engine.IntSetting("Lookahead", n, 1, func(c *engine.Config) { c.Lookahead = n })
	if n > engine.Farthest {
		s = engine.NewSetting("Lookahead", fmt.Sprintf("Lookahead(%d)", n), fmt.Errorf("want %d or less", engine.Farthest), nil)
	}
	return engine.StreamOnly{Setting: s}
}

// Source turns a sequence of values into a source for [Stream].
func Source[T any](seq iter.Seq[T]) iter.Seq2[T, error] {
	if seq == nil {
		return nil
	}
	return func(yield func(T, error) bool) {
		for x := range seq {
			if !yield(x, nil) {
				return
			}
		}
	}
}
