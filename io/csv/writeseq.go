package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/parallel"
)

// WriteFileSeq writes frames one after the other into one file, in bounded
// memory. All must have the same columns. An error in the sequence, or one of
// writing, leaves what was at path. See [WriteFile].
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	if _, err := o.dialect(); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	var inner error
	err := atomicfile.Write(path, func(out io.Writer) error {
		inner = WriteSeq(ctx, out, frames, o, opts...)
		return inner
	})
	if err == nil || inner != nil {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("csv: %w", err)
	}
	return err
}

// WriteSeq is [WriteFileSeq] to a writer.
func WriteSeq(ctx context.Context, out io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	if out == nil || frames == nil {
		return fmt.Errorf("csv: %w: a nil io.Writer or sequence", ErrOption)
	}
	var first *writer
	err := compressed(out, o.Compression, func(out io.Writer) error {
		n := 0
		for f, err := range frames {
			if err != nil {
				return err
			}
			w, err := newWriter("csv.WriteSeq", f, o, opts)
			if err != nil {
				return err
			}
			if first == nil {
				first = w
				if err := w.header(out); err != nil {
					return fmt.Errorf("csv: %w", err)
				}
			} else if !first.schema.Equal(w.schema) {
				return fmt.Errorf("csv: %w: frame %d has %v, the first has %v", ErrColumn, n, w.schema, first.schema)
			}
			if err := w.text(ctx, out); err != nil {
				if ctx.Err() == nil {
					err = fmt.Errorf("csv: frame %d: %w", n, err)
				}
				return err
			}
			n++
		}
		return nil
	})
	if err == nil && first == nil {
		return fmt.Errorf("csv: %w: a sequence without frames", ErrColumn)
	}
	return err
}
