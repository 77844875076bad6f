package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/parallel"
)

const optionBroadcast = "frame.Broadcast"

// Broadcast tells [Apply2] to give the whole second frame to every call
// instead of cutting it, for a small one of any length.
func Broadcast() parallel.Option { return parallel.Extension(optionBroadcast, true) }

// Apply2 is [Apply] on two frames of the same length, cut at the same rows.
//
//	Apply2(Frame, Frame, func(Frame, Frame) Frame) Frame
//
// Row i of one belongs to row i of the other, whatever Arrow chunks they have.
// Frames of different length are an [ErrLength], unless [Broadcast] gives the
// second one whole. Everything else is as for Apply.
func Apply2(ctx context.Context, f, g *Frame, fn func(ctx context.Context, f, g *Frame) (*Frame, error), opts ...parallel.Option) (*Frame, error) {
	const name = "frame.Apply2"
	plan, err := parallel.Prepare(name, opts, "Workers", "Partitions", "Serial", optionOutSchema, optionKeepRows, optionBroadcast)
	c := &call{name, plan}
	switch {
	case err != nil:
		return nil, err
	case f == nil || g == nil:
		return nil, c.wrap(ErrNilFrame)
	}
	_, whole := plan.Value(optionBroadcast)
	if !whole && f.rows != g.rows {
		return nil, c.wrap(fmt.Errorf("%w: %d rows and %d: want the same, or frame.Broadcast for the second", ErrLength, f.rows, g.rows))
	}
	return applyPlan(ctx, c, f, fn == nil, func(ctx context.Context, p Partition, part *Frame) (*Frame, error) {
		other := g
		if !whole {
			other = g.slice(p.Row, p.Row+part.rows)
		}
		return fn(ctx, part, other)
	})
}
