// Package files is what the formats of io do alike with what they are given:
// files, readers, writers and sequences of frames.
package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// Nil returns the error for an argument that is nil: what is "io.Reader".
func Nil(what string) error { return fmt.Errorf("%w: a nil %s", engine.ErrOption, what) }

// Open opens a regular file, after a look at what it is: to open a pipe would
// wait for somebody who writes to it.
func Open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = regular(path, info)
	}
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

// OpenFS opens a file of fsys.
func OpenFS(fsys fs.FS, name string) (fs.File, error) {
	if fsys == nil {
		return nil, Nil("fs.FS")
	}
	return fsys.Open(name)
}

func regular(name string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("%w: not a regular file (%v)", fs.ErrInvalid, info.Mode().Type())}
}

// RandomAccess makes a ReaderAt of an open file. One that can only be read from
// front to back is read into memory, unless ctx ends first.
func RandomAccess(ctx context.Context, f fs.File, name string) (io.ReaderAt, int64, error) {
	info, err := f.Stat()
	if err == nil {
		err = regular(name, info)
	}
	if err != nil {
		return nil, 0, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, info.Size(), nil
	}
	b, err := io.ReadAll(&untilEnd{ctx, f})
	return bytes.NewReader(b), int64(len(b)), err
}

// untilEnd is a reader until ctx ends.
type untilEnd struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilEnd) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.r.Read(p)
}

// Mismatch is the error for the n-th frame of a sequence (from 0), whose columns
// are not those of the first.
func Mismatch(n int, got, first *arrow.Schema) error {
	kind := frame.ErrType
	if got.NumFields() != first.NumFields() {
		kind = frame.ErrColumn
	}
	for i := range min(got.NumFields(), first.NumFields()) {
		if got.Field(i).Name != first.Field(i).Name {
			kind = frame.ErrColumn
		}
	}
	return fmt.Errorf("%w: frame %d has %v, the first has %v", kind, n, got, first)
}

// NoFrames is the error for a sequence without frames, which has no schema.
func NoFrames() error {
	return fmt.Errorf("%w: a sequence without frames has no columns", engine.ErrOption)
}

// NilFrame is the error for a nil frame: the n-th of a sequence.
func NilFrame(n int) error { return fmt.Errorf("%w: frame %d", frame.ErrNilFrame, n) }

// Cause takes the number of its unit off an error of one of the library's own
// phases: that of a column chunk or a range of bytes says nothing to the user.
func Cause(err error) error {
	if row, ok := err.(*engine.RowError); ok {
		return row.Err
	}
	return err
}

// Reader is the user's reader, as the worker reads it whose turn it is: while it
// waits for data the worker's slot is lent, since the data may come from a call on
// the same pool.
type Reader struct {
	R   io.Reader
	Ctx context.Context // of the worker
}

// Read ends with the context of the worker.
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
	Ctx context.Context // of the worker
}

// Write ends with the context of the worker.
func (w *Writer) Write(p []byte) (n int, err error) {
	if w.Ctx.Err() != nil {
		return 0, context.Cause(w.Ctx)
	}
	engine.Block(w.Ctx, func() { n, err = w.W.Write(p) })
	return n, err
}

// Alone runs work of the library's own that a second core has no part in, on a
// slot of the call.
func Alone(c *engine.Call, fn func(w *engine.Worker) error) error {
	return Cause(c.Own(1, 1, func(w *engine.Worker, _, _ int) error { return fn(w) }))
}

// fromSequence is an error that a sequence of frames gave.
type fromSequence struct{ error }

func (e *fromSequence) Unwrap() error { return e.error }

// FromSequence marks an error of the user's sequence of frames, which the call
// returns as it is.
func FromSequence(err error) error { return &fromSequence{err} }

// Original returns the error of the user's sequence if err is one.
func Original(err error) (error, bool) {
	if e, ok := errors.AsType[*fromSequence](err); ok {
		return e.error, true
	}
	return nil, false
}

// Groups tells who watches of groups of rows whose columns are done one by one.
type Groups struct {
	call *engine.Call
	left []atomic.Int32 // columns of each group that are not done
}

// NewGroups returns n groups of so many columns.
func NewGroups(c *engine.Call, n, columns int) *Groups {
	g := &Groups{c, make([]atomic.Int32, n)}
	for i := range g.left {
		g.left[i].Store(int32(columns))
	}
	return g
}

// Done takes note of a column of group k, which the worker began at start. With the
// last one the rows lo..hi of the group are told.
func (g *Groups) Done(w *engine.Worker, k, lo, hi int, start time.Time) {
	if g.left[k].Add(-1) == 0 {
		g.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: lo, Hi: hi, Start: start, Took: time.Since(start)})
	}
}
