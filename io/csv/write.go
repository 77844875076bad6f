package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/parallel"
)

// rowsPerCell is how many rows are formatted at a time. The borders have no
// influence on the bytes written. (1,024 to 16,384 measure the same.)
const rowsPerCell = 4096

// WriteFile writes a frame to a file, on every core.
//
//	WriteFile(path, frame)
//
// What was at path is there until the new file is complete and on disk; an
// error, a crash or a cancelled context leaves it as it was. A directory, a
// link or a device is not replaced. A process that is killed may leave its
// temporary file in the same folder: ".NAME.*.tmp" for the file NAME.
//
// What is written reads back the same, given the types: floats have the fewest
// digits that give back their bits, an empty string is "" in quotes and a null
// is not. Written are booleans, numbers, decimals, dates, times, timestamps,
// strings, bytes, nulls and dictionaries of those; of other types, lists for
// one, the error names column and type.
//
// In a frame of one string column a null is an empty line, which some other
// readers skip: give them a NullString.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	w, err := newWriter("csv.WriteFile", f, o, opts)
	if err != nil {
		return err
	}
	err = atomicfile.Write(path, func(out io.Writer) error { return w.write(ctx, out) })
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("csv: %w", err) // it names the path
	}
	return fmt.Errorf("csv: %s: %w", path, err)
}

// Write is [WriteFile] to a writer, which gets large pieces, one after the
// other. An error leaves it with the pieces before.
func Write(ctx context.Context, out io.Writer, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	w, err := newWriter("csv.Write", f, o, opts)
	if err != nil {
		return err
	}
	if out == nil {
		return fmt.Errorf("csv: %w: a nil io.Writer", ErrOption)
	}
	if err = w.write(ctx, out); err != nil && ctx.Err() == nil {
		return fmt.Errorf("csv: %w", err)
	}
	return err
}

// writer is one call.
type writer struct {
	o      WriteOptions
	d      dialect
	schema *arrow.Schema
	recs   []writeRecord
	run    *parallel.Plan
}

// writeRecord is a record with what formats its columns.
type writeRecord struct {
	rows int
	cols []cells
}

func newWriter(call string, f *frame.Frame, o WriteOptions, run []parallel.Option) (*writer, error) {
	plan, err := planOf(call, run)
	if err != nil {
		return nil, err
	}
	w := &writer{o: o, run: plan}
	if w.d, err = o.dialect(); err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	if f == nil || f.NumCols() == 0 {
		return nil, fmt.Errorf("csv: %w: a frame without columns", ErrColumn)
	}
	w.schema = f.Schema()
	style := newStyle(&o, w.d, f.NumCols() == 1)
	for i, field := range w.schema.Fields() {
		if !writable(field.Type) {
			return nil, fmt.Errorf("csv: column %d (%s): %w: %s; accepted: bool, numbers, decimals, dates, times, timestamps, strings, binaries, null, and dictionaries of those", i+1, field.Name, ErrType, field.Type)
		}
	}
	recs, err := f.ToRecords()
	if err != nil {
		return nil, fmt.Errorf("csv: %w", err)
	}
	for _, rec := range recs {
		r := writeRecord{rows: int(rec.NumRows())}
		for i, col := range rec.Columns() {
			c, err := newCells(col, style)
			if err != nil {
				return nil, fmt.Errorf("csv: column %d (%s): %w", i+1, w.schema.Field(i).Name, err)
			}
			r.cols = append(r.cols, c)
		}
		w.recs = append(w.recs, r)
	}
	return w, nil
}

// write writes header and rows, compressed or not.
func (w *writer) write(ctx context.Context, out io.Writer) error {
	return compressed(out, w.o.Compression, func(out io.Writer) error {
		if err := w.header(out); err != nil {
			return err
		}
		return w.text(ctx, out)
	})
}

// compressed puts a compressor between write and out.
func compressed(out io.Writer, c Compression, write func(io.Writer) error) error {
	var z io.WriteCloser
	switch c {
	case Gzip:
		z = gzip.NewWriter(out)
	case Zstd:
		// One at a time: the encoder then starts no goroutines.
		enc, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		z = enc
	default:
		return write(out)
	}
	if err := write(z); err != nil {
		return err
	}
	return z.Close()
}

// text formats cells of rows on every core, and writes them in order: a worker
// that has formatted its cell waits for the turn of that cell.
func (w *writer) text(ctx context.Context, out io.Writer) error {
	type place struct{ rec, lo int }
	var places []place
	for i, r := range w.recs {
		for lo := 0; lo < r.rows; lo += rowsPerCell {
			places = append(places, place{i, lo})
		}
	}
	turns := newLedger()
	spare := make(chan []byte, 64)
	err := w.run.Range(ctx, len(places), func(ctx context.Context, lo, hi int) error {
		for k := lo; k < hi; k++ {
			var buf []byte
			select {
			case buf = <-spare:
			default:
			}
			p := places[k]
			r := &w.recs[p.rec]
			buf, err := w.rows(buf[:0], r, p.lo, min(p.lo+rowsPerCell, r.rows))
			if err != nil {
				return err
			}
			if _, err := turns.wait(ctx, k); err != nil {
				return err
			}
			if _, err := out.Write(buf); err != nil {
				return err
			}
			turns.enter(k+1, state{})
			select {
			case spare <- buf:
			default:
			}
		}
		return nil
	})
	if re, ok := errors.AsType[*parallel.RowError](err); ok {
		return re.Err // its row is the number of a cell
	}
	return err
}

func (w *writer) header(out io.Writer) error {
	if w.o.NoHeader {
		return nil
	}
	var line []byte
	style := newStyle(&w.o, w.d, len(w.schema.Fields()) == 1)
	for i, f := range w.schema.Fields() {
		if i > 0 {
			line = append(line, w.d.delim)
		}
		line = style.appendText(line, []byte(f.Name))
	}
	_, err := out.Write(w.endLine(line))
	return err
}

func (w *writer) endLine(line []byte) []byte {
	if w.o.CRLF {
		line = append(line, '\r')
	}
	return append(line, '\n')
}

// rows formats rows lo to hi of a record.
func (w *writer) rows(buf []byte, r *writeRecord, lo, hi int) (_ []byte, err error) {
	for row := lo; row < hi; row++ {
		for i, c := range r.cols {
			if i > 0 {
				buf = append(buf, w.d.delim)
			}
			if buf, err = c.append(buf, row); err != nil {
				return buf, fmt.Errorf("column %d (%s): %w", i+1, w.schema.Field(i).Name, err)
			}
		}
		buf = w.endLine(buf)
	}
	return buf, nil
}
