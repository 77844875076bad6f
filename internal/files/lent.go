package files

import (
	"context"
	"io"

	"github.com/parframe/parframe/internal/engine"
)

// Reader is the user's reader as one worker at a time reads it. While a read waits
// for data, the worker's slot is free for others, since the data may come from a
// call on the same pool.
type Reader struct {
	R   io.Reader
	Ctx context.Context // of the worker that reads
}

// Read fails when the context of the worker has ended.
func (r *Reader) Read(p []byte) (n int, err error) {
	if r.Ctx.Err() != nil {
		return 0, context.Cause(r.Ctx)
	}
	engine.Block(r.Ctx, func() { n, err = r.R.Read(p) })
	return n, err
}

// Writer is the user's writer, as [Reader] is the user's reader.
type Writer struct {
	W   io.Writer
	Ctx context.Context // of the worker that writes
}

// Write fails when the context of the worker has ended.
func (w *Writer) Write(p []byte) (n int, err error) {
	if w.Ctx.Err() != nil {
		return 0, context.Cause(w.Ctx)
	}
	engine.Block(w.Ctx, func() { n, err = w.W.Write(p) })
	return n, err
}
