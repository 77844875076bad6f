package ipc

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/parallel"
)

// ReadFileSeq reads the file at path, in either form, as a sequence of frames,
// one for each record batch, and holds one of them at a time.
//
//	ReadFileSeq(ctx, path, ReadOptions) seq of Frame
//
// An error ends the sequence, after the batches before it. No open file is left
// when the loop ends, early or not. MaxMemory holds for all batches together.
func ReadFileSeq(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		plan, err := parallel.Prepare("ipc.ReadFileSeq", opts, "Workers", "Serial")
		if err != nil {
			yield(nil, err)
			return
		}
		f, err := openRegular(path)
		if err != nil {
			yield(nil, inFile(err, path))
			return
		}
		defer f.Close()
		r, size, err := randomAccess(f)
		var stream io.Reader
		if err == nil {
			stream, err = messages(r, size)
		}
		if err != nil {
			yield(nil, inFile(err, path))
			return
		}
		sequence(ctx, stream, o, plan, o.limit(size), path, yield)
	}
}

// ReadSeq is [ReadFileSeq] for the stream form from r, to its end marker. The
// sequence can be ranged over once.
func ReadSeq(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		plan, err := parallel.Prepare("ipc.ReadSeq", opts, "Workers", "Serial")
		if err != nil {
			yield(nil, err)
			return
		}
		sequence(ctx, r, o, plan, o.limit(-1), "", yield)
	}
}

func sequence(ctx context.Context, r io.Reader, o ReadOptions, plan *parallel.Plan, limit int64, name string, yield func(*frame.Frame, error) bool) {
	d, err := newDecoder(ctx, r, o, plan, limit)
	if err != nil {
		yield(nil, inFile(err, name))
		return
	}
	defer d.close()
	for {
		rec, err := d.next()
		var f *frame.Frame
		if err == nil && rec != nil {
			f, err = d.frame(ctx, rec)
		}
		switch {
		case err != nil:
			yield(nil, inFile(err, name))
			return
		case rec == nil:
			return
		}
		if !yield(f, nil) {
			return
		}
	}
}

// WriteFileSeq writes frames one after the other into the file at path. All
// must have the schema of the first; a sequence without frames is an error, as
// it has no schema. An error in the sequence, or one of writing, leaves what
// was at path. The file form has one dictionary per column for all frames, so
// frames with other dictionaries than the first need the stream form.
func WriteFileSeq(ctx context.Context, path string, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	return inFile(atomicfile.Write(path, func(w io.Writer) error { return WriteSeq(ctx, w, frames, o, opts...) }), path)
}

// WriteSeq is [WriteFileSeq] to a stream.
func WriteSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, opts ...parallel.Option) error {
	plan, err := parallel.Prepare("ipc.WriteSeq", opts, "Workers", "Serial")
	if err != nil {
		return err
	}
	return inFile(writeSeq(ctx, w, frames, o, plan), "")
}

func writeSeq(ctx context.Context, w io.Writer, frames iter.Seq2[*frame.Frame, error], o WriteOptions, plan *parallel.Plan) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	defer unwritable(&err)
	var e *encoder
	var schema *arrow.Schema
	n := 0
	for f, err := range frames {
		if err != nil {
			return err
		}
		switch {
		case f == nil:
			return fmt.Errorf("%w: frame %d is nil", ErrOption, n)
		case e == nil:
			schema = f.Schema()
			if e, err = newEncoder(w, f, o, plan); err != nil {
				return err
			}
		case !f.Schema().Equal(schema):
			return fmt.Errorf("%w: frame %d has the columns %v, the first has %v", ErrOption, n, f.Schema(), schema)
		}
		if o.Form == File {
			if f, err = unify(f); err != nil {
				return err
			}
		}
		if err := e.write(ctx, f); err != nil {
			return err
		}
		n++
	}
	if e == nil {
		return fmt.Errorf("%w: a sequence without frames has no schema", ErrOption)
	}
	return e.close()
}
