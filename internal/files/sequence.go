package files

import (
	"fmt"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
)

// Sequence returns the sequence of the frames that read yields. The read function
// runs once per loop and stops when yield returns false. Its error ends the
// sequence.
func Sequence(read func(yield func(*frame.Frame) bool) error) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		left := false
		err := read(func(f *frame.Frame) bool {
			left = !yield(f, nil)
			return !left
		})
		if err != nil && !left {
			yield(nil, err)
		}
	}
}

// EachFrame calls write for each frame of the user's sequence. All must have the
// schema of the first, as same compares them. A nil frame, an error in the
// sequence, and a sequence without frames, which has no schema, are errors.
func EachFrame(frames iter.Seq2[*frame.Frame, error], same func(f, first *arrow.Schema) bool, write func(n int, f *frame.Frame) error) error {
	if frames == nil {
		return Nil("sequence")
	}
	var first *arrow.Schema
	n := 0
	for f, err := range frames {
		switch {
		case err != nil:
			return &fromSequence{err}
		case f == nil:
			return fmt.Errorf("%w: frame %d", frame.ErrNilFrame, n)
		case first == nil:
			first = f.Schema()
		case !same(f.Schema(), first):
			return mismatch(n, f.Schema(), first)
		}
		if err := write(n, f); err != nil {
			return err
		}
		n++
	}
	if n == 0 {
		return fmt.Errorf("%w: a sequence without frames has no columns", engine.ErrOption)
	}
	return nil
}

// SameSchema reports whether two schemas are equal, with their metadata.
func SameSchema(f, first *arrow.Schema) bool { return f.Equal(first) }

// mismatch is the error for the n-th frame of a sequence (from 0), whose columns
// are not those of the first.
func mismatch(n int, got, first *arrow.Schema) error {
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

// fromSequence is an error from the user's sequence of frames, which the call returns
// unchanged.
type fromSequence struct{ error }

func (e *fromSequence) Unwrap() error { return e.error }
