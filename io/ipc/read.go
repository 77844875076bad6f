package ipc

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/ipccheck"
	"github.com/parframe/parframe/parallel"
)

// ReadOptions select what is read. The zero value reads everything.
type ReadOptions struct {
	// Columns are the names of the columns to read, in the order that the frame
	// has. nil reads all.
	Columns []string
	// MaxMemory is the number of bytes that all batches together may take,
	// decompressed. It is a guard against a few bytes that claim billions of
	// values. 0 is 1,024 times the size of the file, at least 256 MiB, and 4 GiB
	// for a stream. A negative number is no limit.
	MaxMemory int64
	// Trusted skips the check of every value (offsets in order, text in UTF-8,
	// dictionary codes in range) that tells a damaged file from a sound one. A
	// wrong value in trusted data can cause a panic later on.
	Trusted bool
}

// The defaults of ReadOptions.MaxMemory.
const (
	minMemory    = 256 << 20
	memoryRatio  = 1024
	streamMemory = 4 << 30
)

func (o ReadOptions) limit(size int64) int64 {
	switch {
	case o.MaxMemory > 0:
		return o.MaxMemory
	case o.MaxMemory < 0:
		return 1 << 62
	case size < 0:
		return streamMemory
	}
	return max(minMemory, memoryRatio*min(size, 1<<50))
}

// ReadFile reads the Arrow IPC file at path, in the file form or the stream form.
//
//	ReadFile(ctx, path, ReadOptions) Frame
//
// Each record batch becomes an Arrow chunk of the frame. A file that is not whole
// and sound is an [ErrMalformed] that names it. The end of ctx stops the call before
// the next message, or the next piece of a column to check. Batches are read one
// after the other, and then checked on every core.
//
// The options opts select where the work runs and who observes it. Observers see the
// rows as batches are read. The number of rows of a stream from a reader is not known
// at the start: observers then see 0.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "ipc.ReadFile", stored(files.Path(path)), o, opts)
}

// ReadFS is [ReadFile] for a file of fsys.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "ipc.ReadFS", stored(files.In(fsys, name)), o, opts)
}

// Read is [ReadFile] for the size bytes of r.
func Read(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "ipc.Read", stored(files.At(r, size)), o, opts)
}

// ReadStream reads the stream form from r up to its end marker. It reads no byte
// after that.
func ReadStream(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "ipc.ReadStream", streamed(r), o, opts)
}

// withDecoder runs one call.
func withDecoder(ctx context.Context, name string, src source, o ReadOptions, opts []parallel.Option, use func(*decoder) error) error {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	return files.Run(ctx, c, func(begin func(int, func() error) error) error {
		return src.with(ctx, c.Watched(), func(in input) error {
			return begin(in.rows, func() error {
				d := &decoder{call: c, o: o, lent: in.lent}
				defer d.close()
				if err := d.alone(func(w *engine.Worker) error { return d.open(in.messages, in.indexed, o.limit(in.size)) }); err != nil {
					return err
				}
				return use(d)
			})
		})
	}, func(err error) error { return finish(c, src.name, err) })
}

func read(ctx context.Context, name string, src source, o ReadOptions, opts []parallel.Option) (f *frame.Frame, err error) {
	err = withDecoder(ctx, name, src, o, opts, func(d *decoder) error {
		var recs []arrow.Record
		for {
			rec, err := d.next()
			if err != nil {
				return err
			}
			if rec == nil {
				f, err = d.frame(recs...)
				return err
			}
			recs = append(recs, rec)
		}
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// decoder reads record batches from a checked stream.
type decoder struct {
	call *engine.Call
	s    *ipccheck.Stream
	r    *ipc.Reader
	o    ReadOptions
	lent *files.Reader
	ctx  context.Context // of the worker that reads
	rows int64
}

// alone runs fn, which reads messages, on one worker.
func (d *decoder) alone(fn func(w *engine.Worker) error) error {
	return files.Alone(d.call, func(w *engine.Worker) error {
		if d.ctx = w; d.lent != nil {
			d.lent.Ctx = w
		}
		return fn(w)
	})
}

// open reads the schema.
func (d *decoder) open(r io.Reader, indexed int, limit int64) (err error) {
	defer recovered(&err)
	s := ipccheck.NewStream(r, limit)
	s.Messages = indexed
	s.Before = func() error { return context.Cause(d.ctx) }
	ir, err := ipc.NewReader(s)
	if s.Err() != nil {
		return limitHint(s.Err())
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if s.Check, err = checker(ir.Schema(), s.DictIDs); err != nil {
		ir.Release()
		return err
	}
	d.s, d.r = s, ir
	return nil
}

// recovered turns a panic of Arrow's reader into an error. No panic is known to get
// past the checks, but the schema and the batches may still disagree.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrMalformed, p)
	}
}

func limitHint(err error) error {
	if engine.Is(err, ErrLimit) {
		return fmt.Errorf("%w (ReadOptions.MaxMemory raises the limit)", err)
	}
	return err
}

// next returns the next batch, nil at the end marker.
func (d *decoder) next() (rec arrow.Record, err error) {
	err = d.alone(func(w *engine.Worker) error {
		start := time.Now()
		if rec, err = d.read(); err == nil && rec != nil {
			hi := int(d.rows)
			d.call.Tell(engine.ChunkInfo{Worker: w.Number(), Lo: hi - int(rec.NumRows()), Hi: hi, Start: start, Took: time.Since(start)})
		}
		return err
	})
	return rec, err
}

func (d *decoder) read() (rec arrow.Record, err error) {
	defer recovered(&err)
	if !d.r.Next() {
		if err := d.s.Err(); err != nil {
			return nil, limitHint(err)
		}
		if err := d.r.Err(); err != nil && !engine.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if d.rows != d.s.Rows {
			return nil, fmt.Errorf("%w: %d rows where the batches say %d", ErrMalformed, d.rows, d.s.Rows)
		}
		return nil, nil
	}
	rec = d.r.Record()
	rec.Retain()
	for i, c := range rec.Columns() {
		if int64(c.Len()) != rec.NumRows() {
			return nil, fmt.Errorf("%w: column %q has %d rows in a batch of %d", ErrMalformed, rec.ColumnName(i), c.Len(), rec.NumRows())
		}
	}
	d.rows += rec.NumRows()
	return rec, nil
}

// frame makes a frame of batches, and checks every value.
func (d *decoder) frame(recs ...arrow.Record) (f *frame.Frame, err error) {
	defer recovered(&err)
	if f, err = frame.FromRecords(d.r.Schema(), recs...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if d.o.Columns != nil {
		if _, err := files.Pick(d.o.Columns, f.Names()); err != nil {
			return nil, err
		}
		if f, err = f.Select(d.o.Columns...); err != nil {
			return nil, err
		}
	}
	if !d.o.Trusted {
		if err := d.validate(f, recs); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// rowsAtOnce is the number of rows of a column that are checked between two checks
// of the context.
const rowsAtOnce = 1 << 15

// validate checks pieces of the columns, several at once, and returns the error of
// the first that is not valid.
func (d *decoder) validate(f *frame.Frame, recs []arrow.Record) error {
	type piece struct{ col, lo, hi int }
	var pieces []piece
	cols := f.Columns()
	for c := range cols {
		lo := 0
		for _, rec := range recs {
			hi := lo + int(rec.NumRows())
			for step := pieceRows(cols[c].Type(), hi-lo); lo < hi; lo += step {
				pieces = append(pieces, piece{c, lo, min(lo+step, hi)})
			}
			lo = hi
		}
	}
	return files.Cause(d.call.Own(len(pieces), 1, func(_ *engine.Worker, k, _ int) (err error) {
		defer recovered(&err)
		p := pieces[k]
		part, err := cols[p.col].Slice(p.lo, p.hi)
		if err == nil {
			err = valid(part)
		}
		if err != nil && len(pieces) > len(cols) {
			err = valid(cols[p.col]) // so that the error counts rows from the first
		}
		return err
	}))
}

func valid(c frame.Column) error {
	one, err := frame.New(c)
	if err == nil {
		err = one.Validate()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

// pieceRows returns how many of n rows of a batch to check as one piece: all of them
// if a piece costs as much as the whole.
func pieceRows(t arrow.DataType, n int) int {
	if ext, ok := t.(arrow.ExtensionType); ok {
		t = ext.StorageType()
	}
	switch t.(type) {
	case arrow.NestedType, *arrow.DictionaryType:
		return max(n, 1)
	}
	return rowsAtOnce
}

func (d *decoder) close() {
	if d.r != nil {
		d.r.Release()
	}
}
