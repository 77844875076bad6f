package ipc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/parallel"
)

// Compression is how the buffers of batches are compressed.
type Compression int8

// The compressions. A file without compression can be mapped into memory.
const (
	Uncompressed Compression = iota
	LZ4
	Zstd
)

// Form is the form of what is written.
type Form int8

// The forms.
const (
	File   Form = iota // with an index, for random access
	Stream             // for pipes; batches may have dictionaries of their own
)

// WriteOptions say how a frame is written. The zero value writes a file
// without compression.
type WriteOptions struct {
	Form        Form
	Compression Compression
	// BatchRows is the most rows that a record batch has. 0 leaves the Arrow
	// chunks of the frame as they are.
	BatchRows int
}

func (o WriteOptions) check() error {
	switch {
	case o.Form < File || o.Form > Stream:
		return optionError("Form: there is no %d", o.Form)
	case o.Compression < Uncompressed || o.Compression > Zstd:
		return optionError("Compression: there is no %d", o.Compression)
	case o.BatchRows < 0:
		return optionError("BatchRows: %d is not a number of rows", o.BatchRows)
	}
	return nil
}

// WriteFile writes the frame to the file at path, which is replaced when all
// of it is on disk and stays as it was after an error.
//
//	WriteFile(ctx, path, Frame, WriteOptions)
//
// A file has one dictionary per column: where the Arrow chunks of a column
// have different ones, the batches get a common one. The stream form writes
// them as they are.
//
// Batches are made ready on every core and written one after the other. Of
// opts, Workers and Serial have a meaning. A process that is killed may leave
// its temporary file in the same folder: ".NAME.*.tmp" for the file NAME.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return inFile(atomicfile.Write(path, func(w io.Writer) error { return Write(ctx, w, f, o, opts...) }), path)
}

// Write is [WriteFile] to a stream.
func Write(ctx context.Context, w io.Writer, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	plan, err := parallel.Prepare("ipc.Write", opts, "Workers", "Serial")
	if err != nil {
		return err
	}
	return inFile(writeFrame(ctx, w, f, o, plan), "")
}

func writeFrame(ctx context.Context, w io.Writer, f *frame.Frame, o WriteOptions, plan *parallel.Plan) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	if f == nil {
		return fmt.Errorf("%w: no frame", ErrOption)
	}
	defer unwritable(&err)
	e, err := newEncoder(w, f, o, plan)
	if err != nil {
		return err
	}
	if o.Form == File {
		if f, err = unify(f); err != nil {
			return err
		}
	}
	if err := e.write(ctx, f); err != nil {
		return err
	}
	return e.close()
}

// unwritable turns a panic of Arrow's writer into an error.
func unwritable(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrUnsupported, p)
	}
}

// encoder writes record batches in either form.
type encoder struct {
	w interface {
		Write(arrow.Record) error
		Close() error
	}
	o    WriteOptions
	plan *parallel.Plan
}

func newEncoder(w io.Writer, f *frame.Frame, o WriteOptions, plan *parallel.Plan) (e *encoder, err error) {
	none, err := f.Head(0).WireForm() // for the schema
	if err != nil {
		return nil, err
	}
	opts := []ipc.Option{ipc.WithSchema(none.Schema())}
	switch o.Compression {
	case LZ4:
		opts = append(opts, ipc.WithLZ4())
	case Zstd:
		opts = append(opts, ipc.WithZstd())
	}
	e = &encoder{o: o, plan: plan}
	if o.Form == Stream {
		e.w = ipc.NewWriter(w, opts...)
		return e, nil
	}
	e.w, err = ipc.NewFileWriter(&position{w: w}, opts...)
	return e, err
}

// position gives the file writer the one kind of Seek that it asks for: where
// it is.
type position struct {
	w  io.Writer
	at int64
}

func (p *position) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	p.at += int64(n)
	return n, err
}

func (p *position) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("seek to %d (%d) in a stream", offset, whence)
	}
	return p.at, nil
}

// write writes the rows in batches. A batch is cut out of the frame before it
// is brought into the form that can be written: Arrow v15's writer is wrong
// about several types of sliced arrays.
func (e *encoder) write(ctx context.Context, f *frame.Frame) error {
	most := e.o.BatchRows
	if most == 0 || most > f.NumRows() {
		most = f.NumRows()
	}
	for lo := 0; lo < f.NumRows(); {
		window := make([][]arrow.Record, min(windowParts, (f.NumRows()-lo+most-1)/most))
		err := e.plan.Parts(ctx, len(window), len(window), func(_ context.Context, k, _, _ int) (err error) {
			defer unwritable(&err)
			from := lo + k*most
			window[k], err = records(f, from, min(from+most, f.NumRows()))
			return err
		})
		if row, ok := errors.AsType[*parallel.RowError](err); ok {
			return row.Err
		}
		if err != nil {
			return err
		}
		for _, rec := range slices.Concat(window...) {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			if err := e.w.Write(rec); err != nil {
				return err
			}
		}
		lo += len(window) * most
	}
	return context.Cause(ctx)
}

// windowParts is how many batches are made ready at once before they are
// written: work for a good number of cores, and little to hold.
const windowParts = 32

// records brings rows into the form that can be written.
func records(f *frame.Frame, lo, hi int) ([]arrow.Record, error) {
	part, err := f.Slice(lo, hi)
	if err != nil {
		return nil, err
	}
	if part, err = part.WireForm(); err != nil {
		return nil, err
	}
	return part.ToRecords()
}

func (e *encoder) close() error { return e.w.Close() }

// unify gives the chunks of each dictionary column a common dictionary: those
// columns become one chunk, of which batches are slices. (Arrow has a function
// for it, UnifyChunkedDicts, which loses track of nulls in slices.)
func unify(f *frame.Frame) (*frame.Frame, error) {
	var cols []frame.Column
	for _, c := range f.Columns() {
		if hasDictionary(c.Type()) && len(c.Chunks()) > 1 {
			cols = append(cols, c)
		}
	}
	if len(cols) == 0 {
		return f, nil
	}
	dicts, err := frame.New(cols...)
	if err != nil {
		return nil, err
	}
	if dicts, err = dicts.Rechunk(); err != nil {
		return nil, fmt.Errorf("%w: dictionaries of a column's chunks: %w", ErrUnsupported, err)
	}
	return f.With(dicts.Columns()...)
}

func hasDictionary(t arrow.DataType) bool {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return true
	case arrow.ExtensionType:
		return hasDictionary(t.StorageType())
	case arrow.NestedType:
		for _, f := range t.Fields() {
			if hasDictionary(f.Type) {
				return true
			}
		}
	}
	return false
}
