package ipc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/ipccheck"
	"github.com/parframe/parframe/parallel"
)

// ReadOptions say what is read. The zero value reads everything.
type ReadOptions struct {
	// Columns are the names of the columns that the frame has, in this order.
	// nil reads all.
	Columns []string
	// MaxMemory is how many bytes the batches may take, decompressed, against
	// a few bytes that claim billions of values. 0 stands for 1,024 times the
	// size of the file and 256 MiB at least (4 GiB for a stream), a negative
	// number for no limit.
	MaxMemory int64
	// Trusted leaves out the look at every value (offsets in order, text in
	// UTF-8, dictionary codes in range) that tells a damaged file from a sound
	// one. A wrong value in data that was trusted can panic later on.
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

// ReadFile reads the Arrow IPC file at path, in the file form or the stream
// form, whichever it is.
//
//	ReadFile(ctx, path, ReadOptions) Frame
//
// Each record batch is an Arrow chunk of the frame. A file that is not whole
// and sound is an [ErrMalformed] that names it. The end of ctx stops the call
// before the next message, or column to look at. Batches are read one after the
// other, and then looked at column by column on every core. Of opts, Workers
// and Serial have a meaning.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, inFile(err, path)
	}
	defer f.Close()
	out, err := readOpen(ctx, f, o, opts)
	return out, inFile(err, path)
}

// ReadFS is [ReadFile] for a file of fsys.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, inFile(err, name)
	}
	defer f.Close()
	out, err := readOpen(ctx, f, o, opts)
	return out, inFile(err, name)
}

func readOpen(ctx context.Context, f fs.File, o ReadOptions, opts []parallel.Option) (*frame.Frame, error) {
	r, size, err := randomAccess(f)
	if err != nil {
		return nil, err
	}
	return Read(ctx, r, size, o, opts...)
}

// openRegular opens a file after a look at what it is: to open a pipe would
// wait for somebody who writes to it.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}

func regular(info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return fmt.Errorf("%w: not a regular file (%v)", fs.ErrInvalid, info.Mode().Type())
}

func randomAccess(f fs.File) (io.ReaderAt, int64, error) {
	info, err := f.Stat()
	if err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, 0, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, info.Size(), nil
	}
	b, err := io.ReadAll(f)
	return bytes.NewReader(b), int64(len(b)), err
}

// Read is [ReadFile] for the size bytes of r.
func Read(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	plan, err := parallel.Prepare("ipc.Read", opts, "Workers", "Serial")
	if err != nil {
		return nil, err
	}
	stream, err := messages(r, size)
	if err != nil {
		return nil, inFile(err, "")
	}
	out, err := collect(ctx, stream, o, plan, o.limit(size))
	return out, inFile(err, "")
}

// ReadStream reads the stream form from r to its end marker, and not a byte
// further.
func ReadStream(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	plan, err := parallel.Prepare("ipc.ReadStream", opts, "Workers", "Serial")
	if err != nil {
		return nil, err
	}
	out, err := collect(ctx, r, o, plan, o.limit(-1))
	return out, inFile(err, "")
}

// messages returns the messages of a file as a stream: those of the file form
// are taken from where its index says they are.
func messages(r io.ReaderAt, size int64) (io.Reader, error) {
	var head [6]byte
	if size >= 6 {
		if _, err := r.ReadAt(head[:], 0); err != nil {
			return nil, err
		}
	}
	if string(head[:]) != ipccheck.Magic && size > 0 {
		return io.NewSectionReader(r, 0, size), nil
	}
	f, err := ipccheck.File(r, size)
	if err != nil {
		return nil, err
	}
	parts := []io.Reader{section(r, f.Schema)}
	for _, b := range f.Dictionaries {
		parts = append(parts, section(r, b))
	}
	for _, b := range f.Records {
		parts = append(parts, section(r, b))
	}
	return io.MultiReader(append(parts, strings.NewReader("\xff\xff\xff\xff\x00\x00\x00\x00"))...), nil
}

func section(r io.ReaderAt, b ipccheck.Block) io.Reader {
	return io.NewSectionReader(r, b.Offset, b.Size())
}

// collect reads a stream to its end.
func collect(ctx context.Context, r io.Reader, o ReadOptions, plan *parallel.Plan, limit int64) (*frame.Frame, error) {
	d, err := newDecoder(ctx, r, o, plan, limit)
	if err != nil {
		return nil, err
	}
	defer d.close()
	var recs []arrow.Record
	for {
		rec, err := d.next()
		if err != nil {
			return nil, err
		}
		if rec == nil {
			return d.frame(ctx, recs...)
		}
		recs = append(recs, rec)
	}
}

// decoder reads record batches from a checked stream.
type decoder struct {
	s    *ipccheck.Stream
	r    *ipc.Reader
	o    ReadOptions
	plan *parallel.Plan
	rows int64
}

func newDecoder(ctx context.Context, r io.Reader, o ReadOptions, plan *parallel.Plan, limit int64) (d *decoder, err error) {
	defer recovered(&err)
	s := ipccheck.NewStream(r, limit)
	s.Before = func() error { return context.Cause(ctx) }
	ir, err := ipc.NewReader(s)
	if s.Err() != nil {
		return nil, limitHint(s.Err())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if s.Check, err = checker(ir.Schema(), s.DictIDs); err != nil {
		ir.Release()
		return nil, err
	}
	return &decoder{s: s, r: ir, o: o, plan: plan}, nil
}

// recovered turns a panic of Arrow's reader into an error. The checks leave
// none that we know of, but the schema and the batches may still disagree.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", ErrMalformed, p)
	}
}

func limitHint(err error) error {
	if errors.Is(err, ErrLimit) {
		return fmt.Errorf("%w (ReadOptions.MaxMemory raises the limit)", err)
	}
	return err
}

// next returns the next batch, nil at the end marker.
func (d *decoder) next() (rec arrow.Record, err error) {
	defer recovered(&err)
	if !d.r.Next() {
		if err := d.s.Err(); err != nil {
			return nil, limitHint(err)
		}
		if err := d.r.Err(); err != nil && !errors.Is(err, io.EOF) {
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

// frame makes a frame of batches, and looks at every value.
func (d *decoder) frame(ctx context.Context, recs ...arrow.Record) (f *frame.Frame, err error) {
	defer recovered(&err)
	if f, err = frame.FromRecords(d.r.Schema(), recs...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if d.o.Columns != nil {
		for i, name := range d.o.Columns {
			if !slices.Contains(f.Names(), name) {
				return nil, optionError("no column %q; the file has %s", name, strings.Join(f.Names(), ", "))
			}
			if slices.Contains(d.o.Columns[:i], name) {
				return nil, optionError("Columns: %q twice", name)
			}
		}
		if f, err = f.Select(d.o.Columns...); err != nil {
			return nil, err
		}
	}
	if !d.o.Trusted {
		if err := d.validate(ctx, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// validate looks at the columns one by one, several at once, and reports the
// first that is not valid.
func (d *decoder) validate(ctx context.Context, f *frame.Frame) error {
	cols := f.Columns()
	if len(cols) == 0 {
		return nil
	}
	err := d.plan.Parts(ctx, len(cols), len(cols), func(_ context.Context, k, _, _ int) (err error) {
		defer recovered(&err)
		one, err := frame.New(cols[k])
		if err == nil {
			err = one.Validate()
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		return nil
	})
	if row, ok := errors.AsType[*parallel.RowError](err); ok {
		return row.Err // a column's number is nothing the caller knows of
	}
	return err
}

func (d *decoder) close() { d.r.Release() }
