package frame

import (
	"context"
	"fmt"

	"github.com/parframe/parframe/internal/engine"
)

// Broadcast tells [Apply2] to pass the whole second frame to every call instead of
// cutting it. It is for small frames, which may have any length.
func Broadcast() engine.PartOnly {
	return engine.PartOnly{Setting: local(optionBroadcast, func(o *options) { o.broadcast = true })}
}

// Apply2 is [Apply] on two frames of the same length, cut at the same rows.
//
//	Apply2(Frame, Frame, func(Frame, Frame) Frame) Frame
//
// Row i of one frame belongs to row i of the other, whatever their Arrow chunks. Frames
// of different lengths are an [ErrLength], unless [Broadcast] is given. Everything else
// is as for Apply.
func Apply2(ctx context.Context, f, g *Frame, fn func(ctx context.Context, f, g *Frame) (*Frame, error), opts ...PartOption) (out *Frame, err error) {
	given := engine.Collect(opts, PartOption.ForParts)
	c, err := begin(ctx, "frame.Apply2", f, fn == nil, given, engine.PartOptions, []string{optionOutSchema, optionKeepRows, optionBroadcast})
	if err != nil {
		return nil, err
	}
	defer c.End(&err)
	if g == nil {
		return nil, c.wrap(ErrNilFrame)
	}
	whole := c.broadcast
	if !whole && f.rows != g.rows {
		return nil, c.wrap(fmt.Errorf("%w: %d rows and %d: want the same, or frame.Broadcast for the second", ErrLength, f.rows, g.rows))
	}
	return applyParts(c, f, func(ctx context.Context, p Partition, part *Frame) (*Frame, error) {
		other := g
		if !whole {
			other = g.slice(p.Row, p.Row+part.rows)
		}
		return fn(ctx, part, other)
	})
}
