package parquet

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/parallel"
)

// ReadFileSeq reads the Parquet file at path as a sequence of frames, in
// bounded memory.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// Each frame is a row group, less the rows that Where leaves out; one without
// rows is passed over. A few row groups are decoded at once, and nothing
// happens between them and the loop's next turn: no goroutine and no open file
// is left when the loop ends, early or not. An error ends the sequence, after
// the frames of the row groups before. MaxMemory holds for what is decoded at
// once. See [ReadFile] for everything else.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		f, err := openRegular(path)
		if err != nil {
			yield(nil, inFile(err, path))
			return
		}
		defer f.Close()
		r, size, err := randomAccess(f)
		if err != nil {
			yield(nil, inFile(err, path))
			return
		}
		for fr, err := range ReadSeq(ctx, r, size, o, opts...) {
			if !yield(fr, inFile(err, path)) {
				return
			}
		}
	}
}

// ReadSeq is [ReadFileSeq] for the size bytes of r.
func ReadSeq(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		plan, err := parallel.Prepare("parquet.ReadSeq", opts, "Workers", "Serial")
		if err != nil {
			yield(nil, err)
			return
		}
		rd, err := open(r, size, o)
		if err == nil {
			err = rd.each(ctx, plan, func(f *frame.Frame) (bool, error) {
				rd.budget.left.Store(rd.budget.max)
				return yield(f, nil), nil
			})
		}
		if err != nil {
			yield(nil, inFile(err, ""))
		}
	}
}

// WriteFileSeq writes frames one after the other into the file at path, in
// bounded memory. All must have the schema of the first; a sequence without
// frames is an error, as it has no schema. An error in the sequence, or one of
// writing, leaves what was at path. Each frame begins a row group of its own:
// frames of a thousand rows make a file that is slow to read.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	err := atomicfile.Write(path, func(w io.Writer) error { return WriteSeq(ctx, w, frames, o, opts...) })
	return inFile(err, path)
}

// WriteSeq is [WriteFileSeq] to a stream.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	plan, err := parallel.Prepare("parquet.WriteSeq", opts, "Workers", "Serial")
	if err != nil {
		return err
	}
	return inFile(writeSeq(ctx, w, frames, o, plan), "")
}

func writeSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, plan *parallel.Plan) error {
	var fw *fileWriter
	n := 0
	for f, err := range frames {
		if err != nil {
			return err
		}
		switch {
		case f == nil:
			return fmt.Errorf("%w: frame %d is nil", ErrOption, n)
		case fw == nil:
			if fw, err = newWriter(w, f.Schema(), o); err != nil {
				return err
			}
		case !sameSchema(fw.schema.arrow, f.Schema()):
			return fmt.Errorf("%w: frame %d has the columns %v, the first has %v", ErrOption, n, f.Schema(), fw.schema.arrow)
		}
		if err := fw.write(ctx, plan, f); err != nil {
			return err
		}
		n++
	}
	if fw == nil {
		return fmt.Errorf("%w: a sequence without frames has no schema", ErrOption)
	}
	return fw.close()
}
