// Package files is what the formats of io do alike with what they are given:
// files, readers, writers and sequences of frames.
package files

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// Nil returns the error for an argument that is nil: what is "io.Reader".
func Nil(what string) error { return fmt.Errorf("%w: a nil %s", engine.ErrOption, what) }

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
	if e, ok := engine.As[*fromSequence](err); ok {
		return e.error, true
	}
	return nil, false
}
