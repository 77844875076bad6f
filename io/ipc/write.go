package ipc

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/ipcform"
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

// Form is one of the two forms of Arrow IPC.
type Form int8

// The forms.
const (
	File   Form = iota // with an index, for random access
	Stream             // for pipes; each batch may have its own dictionaries
)

// WriteOptions describe the output. The zero value writes a file without
// compression.
type WriteOptions struct {
	Form        Form
	Compression Compression
	// BatchRows is the largest number of rows of a record batch. 0 writes a batch
	// for each Arrow chunk of the frame.
	BatchRows int
}

func (o WriteOptions) check() error {
	switch {
	case o.Form < File || o.Form > Stream:
		return files.BadOption("Form: there is no %d", o.Form)
	case o.Compression < Uncompressed || o.Compression > Zstd:
		return files.BadOption("Compression: there is no %d", o.Compression)
	case o.BatchRows < 0:
		return files.BadOption("BatchRows: %d is not a number of rows", o.BatchRows)
	}
	return nil
}

// WriteFile writes the frame to the file at path. The file is replaced when all of
// the new one is on disk, and is as it was after an error.
//
//	WriteFile(ctx, path, Frame, WriteOptions)
//
// A file has one dictionary per column: if the Arrow chunks of a column have
// different ones, the batches get a common one. The stream form writes them as they
// are.
//
// Batches are prepared on every core and written one after the other. A process that
// is killed may leave its temporary file in the same folder: ".NAME.*.tmp" for the
// file NAME.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return writeFrame(ctx, "ipc.WriteFile", files.ToPath(path), f, o, opts)
}

// Write is [WriteFile] for a writer.
func Write(ctx context.Context, w io.Writer, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return writeFrame(ctx, "ipc.Write", files.To(w), f, o, opts)
}

func writeFrame(ctx context.Context, name string, to files.Sink, f *frame.Frame, o WriteOptions, opts []parallel.Option) error {
	rows := 0
	if f != nil {
		rows = f.NumRows()
	}
	return withEncoder(ctx, name, rows, to, o, opts, func(e *encoder) error {
		if f == nil {
			return frame.ErrNilFrame
		}
		if err := e.frame(f); err != nil {
			return err
		}
		return e.close()
	})
}

// withEncoder runs one call. rows is the number of rows, 0 if it is not known.
func withEncoder(ctx context.Context, name string, rows int, to files.Sink, o WriteOptions, opts []parallel.Option, use func(*encoder) error) (err error) {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return c.Wrap(err)
	}
	if err := c.Begin(ctx, rows); err != nil {
		return err
	}
	defer c.End(&err)
	if err := context.Cause(c.Context()); err != nil {
		return err
	}
	return finish(c, to.Name, to.With(c, func(out io.Writer, lent *files.Writer) error {
		return use(&encoder{call: c, o: o, out: out, lent: lent})
	}))
}

// unwritable turns a panic of Arrow's writer into an error.
func unwritable(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrUnsupported, p)
	}
}

// encoder is one call: it writes record batches in either form.
type encoder struct {
	call   *engine.Call
	o      WriteOptions
	out    io.Writer
	lent   *files.Writer
	schema *arrow.Schema // nil before the first frame
	rows   int           // of the batches before
	w      interface {
		Write(arrow.Record) error
		Close() error
	}
}

// alone runs fn, which writes, on one worker.
func (e *encoder) alone(fn func(w *engine.Worker) error) error {
	return files.Alone(e.call, func(w *engine.Worker) (err error) {
		defer unwritable(&err)
		return e.lent.On(e.call, w, func() error { return fn(w) })
	})
}

// open begins the file for frames like f.
func (e *encoder) open(f *frame.Frame) error {
	schema, _, err := ipcform.Records(f.Schema(), f.Head(0).Memory(), 0)
	if err != nil {
		return err
	}
	opts := []ipc.Option{ipc.WithSchema(schema)}
	switch e.o.Compression {
	case LZ4:
		opts = append(opts, ipc.WithLZ4())
	case Zstd:
		opts = append(opts, ipc.WithZstd())
	}
	if e.o.Form == Stream {
		e.w = ipc.NewWriter(e.out, opts...)
		return nil
	}
	e.w, err = ipc.NewFileWriter(&position{w: e.out}, opts...)
	return err
}

// frame writes the next frame.
func (e *encoder) frame(f *frame.Frame) (err error) {
	if e.schema == nil {
		if err := e.alone(func(*engine.Worker) error { return e.open(f) }); err != nil {
			return err
		}
		e.schema = f.Schema()
	}
	if e.o.Form == File {
		err := files.Alone(e.call, func(*engine.Worker) (err error) {
			f, err = unify(f)
			return err
		})
		if err != nil {
			return err
		}
	}
	return e.write(f)
}

// position is a writer with the one kind of Seek that the file writer calls, which
// returns the current position.
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

// write writes the rows in batches. A batch is cut out of the frame before it is
// converted to the form that can be written, as Arrow v15's writer handles sliced
// arrays of several types wrongly.
func (e *encoder) write(f *frame.Frame) error {
	parts, err := e.parts(f)
	if err != nil {
		return err
	}
	for len(parts) > 0 {
		window := make([][]arrow.Record, min(windowParts, len(parts)))
		err := files.Cause(e.call.Own(len(window), 1, func(_ *engine.Worker, k, _ int) (err error) {
			defer unwritable(&err)
			window[k], err = records(parts[k])
			return err
		}))
		if err != nil {
			return err
		}
		parts = parts[len(window):]
		for _, rec := range slices.Concat(window...) {
			if err := e.record(rec); err != nil {
				return err
			}
		}
	}
	return context.Cause(e.call.Context())
}

// record writes a batch.
func (e *encoder) record(rec arrow.Record) error {
	return e.alone(func(w *engine.Worker) error {
		start := time.Now()
		if err := e.w.Write(rec); err != nil {
			return err
		}
		lo := e.rows
		e.rows += int(rec.NumRows())
		e.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: lo, Hi: e.rows, Start: start, Took: time.Since(start)})
		return nil
	})
}

// parts cuts the frame into batches. Chunks with dictionaries stay together, as
// errors between them show only when all are seen.
func (e *encoder) parts(f *frame.Frame) ([]*frame.Frame, error) {
	var parts []*frame.Frame
	if most := e.o.BatchRows; most > 0 {
		for lo := 0; lo < f.NumRows(); lo += most {
			part, err := f.Slice(lo, min(lo+most, f.NumRows()))
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		return parts, nil
	}
	if f.NumRows() == 0 {
		return nil, nil
	}
	for _, field := range f.Schema().Fields() {
		if hasDictionary(field.Type) {
			return []*frame.Frame{f}, nil
		}
	}
	recs, err := f.ToRecords()
	if err != nil {
		return nil, err
	}
	for _, rec := range recs {
		part, err := frame.FromRecords(f.Schema(), rec)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// windowParts is the number of batches that are prepared before they are written:
// enough work for many cores, and little memory.
const windowParts = 32

// records converts rows to the form that can be written.
func records(part *frame.Frame) ([]arrow.Record, error) {
	_, recs, err := ipcform.Records(part.Schema(), part.Memory(), part.NumRows())
	return recs, err
}

func (e *encoder) close() error {
	return e.alone(func(*engine.Worker) error { return e.w.Close() })
}

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
