package csv

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// rowsPerPart is the number of rows that are formatted at a time. It does not affect
// the bytes written. (1,024 to 16,384 measure the same.)
const rowsPerPart = 4096

// WriteFile writes a frame to a file, on every core.
//
//	WriteFile(path, frame)
//
// The file at path is replaced when the new one is complete and on disk. After an
// error, a crash or the end of the context, it is as it was. A directory, a link or a
// device is not replaced. A process that is killed may leave its temporary file in the
// same folder: ".NAME.*.tmp" for the file NAME.
//
// The file is read back as the same frame, given the types: floats have the fewest
// digits that are read back as the same bits, an empty string is "" in quotes and a
// null is not. The types are booleans, numbers, decimals, dates, times, timestamps,
// strings, bytes, null and dictionaries of those. For other types, such as lists, the
// error names column and type.
//
// In a frame of one string column, a null is an empty line, which some readers skip.
// For them, set NullString.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return write(ctx, "csv.WriteFile", files.ToPath(path), f, o, opts)
}

// Write is [WriteFile] for a writer, which receives large pieces, one after the other.
// After an error, the pieces before it have been written.
func Write(ctx context.Context, out io.Writer, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return write(ctx, "csv.Write", files.To(out), f, o, opts)
}

func write(ctx context.Context, name string, to files.Sink, f *frame.Frame, o WriteOptions, opts []parallel.Option) error {
	rows := 0
	if f != nil {
		rows = f.NumRows()
	}
	return withWriter(ctx, name, rows, to, o, opts, func(w *writer) error { return w.frame(f) })
}

// writer is one call.
type writer struct {
	call   *engine.Call
	o      WriteOptions
	d      dialect
	style  *style
	out    io.Writer
	lent   *files.Writer
	schema *arrow.Schema // nil before the first frame
	rows   int           // of the frames before
}

// record is the rows of an Arrow record, with the cells of its columns.
type record struct {
	rows int
	cols []cells
}

// withWriter runs one call. rows is the number of rows, 0 if it is not known.
func withWriter(ctx context.Context, name string, rows int, to files.Sink, o WriteOptions, opts []parallel.Option, use func(*writer) error) (err error) {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	d, err := o.dialect()
	if err != nil {
		return c.Wrap(err)
	}
	if err := c.Begin(ctx, rows); err != nil {
		return err
	}
	defer c.End(&err)
	if err := context.Cause(c.Context()); err != nil {
		return err
	}
	err = to.With(c, func(out io.Writer, lent *files.Writer) error {
		w := &writer{call: c, o: o, d: d, out: out, lent: lent}
		return w.compressed(func() error { return use(w) })
	})
	return finish(c, inFile(to.Name, err))
}

// alone runs fn on one worker.
func (w *writer) alone(fn func() error) error {
	return files.Alone(w.call, func(k *engine.Worker) error { return w.lent.On(w.call, k, fn) })
}

// compressed runs write with a compressor before the sink, and closes it.
func (w *writer) compressed(write func() error) error {
	var z io.WriteCloser
	switch w.o.Compression {
	case Gzip:
		z = gzip.NewWriter(w.out)
	case Zstd:
		// One at a time: the encoder then starts no goroutines.
		enc, err := zstd.NewWriter(w.out, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		z = enc
	default:
		return write()
	}
	w.out = z
	if err := write(); err != nil {
		return err
	}
	return w.alone(z.Close)
}

// frame writes the next frame, and before the first one the header.
func (w *writer) frame(f *frame.Frame) error {
	switch {
	case f == nil:
		return frame.ErrNilFrame
	case f.NumCols() == 0:
		return fmt.Errorf("%w: a frame without columns", ErrUnsupported)
	}
	first := w.schema == nil
	if first {
		w.schema, w.style = f.Schema(), newStyle(&w.o, w.d, f.NumCols() == 1)
		for i, field := range w.schema.Fields() {
			if !writable(field.Type) {
				return fmt.Errorf("column %d (%s): %w: %s; accepted: bool, numbers, decimals, dates, times, timestamps, strings, binaries, null, and dictionaries of those", i+1, field.Name, ErrUnsupported, field.Type)
			}
		}
	}
	recs, err := w.records(f)
	if err != nil {
		return err
	}
	if first && !w.o.NoHeader {
		if err := w.alone(w.header); err != nil {
			return err
		}
	}
	err = w.text(recs)
	w.rows += f.NumRows()
	return err
}

func (w *writer) records(f *frame.Frame) ([]record, error) {
	recs, err := f.ToRecords()
	if err != nil {
		return nil, err
	}
	out := make([]record, len(recs))
	for k, rec := range recs {
		out[k].rows = int(rec.NumRows())
		for i, col := range rec.Columns() {
			c, err := newCells(col, w.style)
			if err != nil {
				return nil, fmt.Errorf("column %d (%s): %w", i+1, w.schema.Field(i).Name, err)
			}
			out[k].cols = append(out[k].cols, c)
		}
	}
	return out, nil
}

// text formats rows on every core, and writes them in order: a worker that has
// formatted a part waits until the parts before it are written.
func (w *writer) text(recs []record) error {
	type part struct {
		rec   *record
		lo    int // in the record
		above int // rows of the call before the record
	}
	var parts []part
	above := w.rows
	for i := range recs {
		r := &recs[i]
		for lo := 0; lo < r.rows; lo += rowsPerPart {
			parts = append(parts, part{r, lo, above})
		}
		above += r.rows
	}
	turns := newRangeStates()
	spare := make(chan []byte, 64)
	err := w.call.Own(len(parts), 1, func(k *engine.Worker, i, _ int) error {
		start := time.Now()
		p := parts[i]
		hi := min(p.lo+rowsPerPart, p.rec.rows)
		var buf []byte
		select {
		case buf = <-spare:
		default:
		}
		buf, err := w.format(k, buf[:0], p.rec, p.lo, hi)
		if err != nil {
			return err
		}
		if _, err := turns.wait(k, i); err != nil {
			return err
		}
		err = w.lent.On(w.call, k, func() error {
			_, err := w.out.Write(buf)
			return err
		})
		if err != nil {
			return err
		}
		turns.enter(i+1, state{})
		select {
		case spare <- buf:
		default:
		}
		w.call.Tell(engine.ChunkInfo{Worker: k.Number(), Lo: p.above + p.lo, Hi: p.above + hi, Start: start, Took: time.Since(start)})
		return nil
	})
	return files.Cause(err)
}

func (w *writer) header() error {
	var line []byte
	for i, f := range w.schema.Fields() {
		if i > 0 {
			line = append(line, w.d.delim)
		}
		line = w.style.appendText(line, []byte(f.Name))
	}
	_, err := w.out.Write(w.endLine(line))
	return err
}

func (w *writer) endLine(line []byte) []byte {
	if w.o.CRLF {
		line = append(line, '\r')
	}
	return append(line, '\n')
}

// checkEvery is the number of cells that are formatted between two checks of the
// context.
const checkEvery = 4096

// format formats rows lo to hi of a record.
func (w *writer) format(ctx context.Context, buf []byte, r *record, lo, hi int) (_ []byte, err error) {
	every := max(1, checkEvery/len(r.cols))
	for row := lo; row < hi; row++ {
		if (row-lo)%every == 0 && ctx.Err() != nil {
			return buf, context.Cause(ctx)
		}
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
