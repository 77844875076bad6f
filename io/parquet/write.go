package parquet

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/internal/thrift"
	"github.com/parframe/parframe/parallel"
)

// Compression is how the pages of a file are compressed.
type Compression int8

// The compressions. Snappy is read by everything and costs next to nothing;
// Zstd makes files about a third smaller for twice the time.
const (
	Snappy Compression = iota
	Zstd
	Gzip
	Brotli
	LZ4 // LZ4_RAW in the format's words
	Uncompressed
)

var codecs = map[Compression]pqmeta.Codec{
	Snappy: pqmeta.Snappy, Zstd: pqmeta.Zstd, Gzip: pqmeta.Gzip, Brotli: pqmeta.Brotli, LZ4: pqmeta.LZ4Raw, Uncompressed: pqmeta.Uncompressed,
}

// WriteOptions say how a file is written. The zero value is right for almost
// everything.
type WriteOptions struct {
	// Compression of the pages.
	Compression Compression
	// RowGroupRows is the number of rows of a row group, the unit in which a
	// file is read in parallel or in part. 0 stands for 262,144.
	RowGroupRows int
	// NoDictionary writes all values plain. Without it, a column that repeats
	// few values is written as numbers into a dictionary.
	NoDictionary bool
	// Metadata are entries for the file's key-value metadata, besides those of
	// the frame's schema.
	Metadata map[string]string
}

// defaultRowGroup bounds what a streaming writer holds, gives a file of a few
// million rows work for many cores, and loses nothing in compression.
const defaultRowGroup = 1 << 18

func (o WriteOptions) check() (WriteOptions, error) {
	if _, ok := codecs[o.Compression]; !ok {
		return o, files.BadOption("Compression: there is no %d", o.Compression)
	}
	if o.RowGroupRows < 0 || o.RowGroupRows > 1<<31-1 {
		return o, files.BadOption("RowGroupRows: %d is not a number of rows", o.RowGroupRows)
	}
	if o.RowGroupRows == 0 {
		o.RowGroupRows = defaultRowGroup
	}
	return o, nil
}

// WriteFile writes the frame to the file at path, which is replaced when all
// of it is on disk and stays as it was after an error.
//
//	WriteFile(ctx, path, Frame, WriteOptions)
//
// Columns are encoded in parallel, the bytes of the file do not depend on how
// many at once. A column of a type that Parquet cannot hold (unions, run-end
// encoding, structs without fields) is an [ErrUnsupported] that names it, and
// one with a null though its field says there is none a [frame.ErrNull]. A frame
// without columns keeps its number of rows. A process that is killed may leave
// its temporary file in the same folder: ".NAME.*.tmp" for the file NAME.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return writeFrame(ctx, "parquet.WriteFile", files.ToPath(path), f, o, opts)
}

// Write is [WriteFile] to a stream.
func Write(ctx context.Context, w io.Writer, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return writeFrame(ctx, "parquet.Write", files.To(w), f, o, opts)
}

func writeFrame(ctx context.Context, name string, to files.Sink, f *frame.Frame, o WriteOptions, opts []parallel.Option) error {
	rows := 0
	if f != nil {
		rows = f.NumRows()
	}
	return withWriter(ctx, name, rows, to, o, opts, func(c *engine.Call, w io.Writer, o WriteOptions) error {
		if f == nil {
			return frame.ErrNilFrame
		}
		fw, err := newWriter(c, w, f.Schema(), o)
		if err != nil {
			return err
		}
		if err := fw.write(f); err != nil {
			return err
		}
		return fw.close()
	})
}

// withWriter runs one call, which writes rows rows as far as that is known.
func withWriter(ctx context.Context, name string, rows int, to files.Sink, o WriteOptions, opts []parallel.Option, use func(*engine.Call, io.Writer, WriteOptions) error) (err error) {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	if o, err = o.check(); err != nil {
		return c.Wrap(err)
	}
	if err := c.Begin(ctx, rows); err != nil {
		return err
	}
	defer c.End(&err)
	if err := context.Cause(c.Context()); err != nil {
		return err
	}
	return finish(c, to.Name, to.With(c, func(w io.Writer, _ *files.Writer) error { return use(c, w, o) }))
}

// fileWriter writes a file row group by row group.
type fileWriter struct {
	call   *engine.Call
	w      io.Writer
	o      WriteOptions
	schema *fileSchema
	meta   pqmeta.File
	at     int64
	mem    writeMem
}

func newWriter(c *engine.Call, w io.Writer, s *arrow.Schema, o WriteOptions) (*fileWriter, error) {
	ws, err := newFileSchema(s)
	if err != nil {
		return nil, err
	}
	fw := &fileWriter{call: c, w: w, o: o, schema: ws}
	fw.meta = pqmeta.File{Version: 2, Schema: ws.els, CreatedBy: "parframe", TypeOrders: len(ws.outs)}
	if fw.meta.KeyValue, err = ws.keyValue(o.Metadata); err != nil {
		return nil, err
	}
	return fw, fw.bytes([]byte(magic))
}

func (fw *fileWriter) bytes(b []byte) error {
	n, err := fw.w.Write(b)
	fw.at += int64(n)
	return err
}

// windowTasks is how many column chunks are encoded before they are written
// out: enough for all cores to be busy to the end, few enough to be held.
const windowTasks = 64

// write appends the frame as row groups.
func (fw *fileWriter) write(f *frame.Frame) error {
	rows, per, width := f.NumRows(), fw.o.RowGroupRows, len(fw.schema.outs)
	above := int(fw.meta.NumRows)
	groups := (rows + per - 1) / per
	window := max(windowTasks/max(width, 1), 1)
	for first := 0; first < groups; first += window {
		n := min(window, groups-first)
		done := make([]*encoded, n*width)
		told := files.NewGroups(fw.call, n, width)
		err := tasks(fw.call, len(done), func(w *engine.Worker, i int) (err error) {
			start := time.Now()
			lo := (first + i/width) * per
			hi := min(lo+per, rows)
			if done[i], err = fw.encode(w, f, i%width, lo, hi); err != nil {
				return at(err, -1, fw.schema.outs[i%width].name())
			}
			told.Done(w, i/width, above+lo, above+hi, start)
			return nil
		})
		if err != nil {
			return err
		}
		for g := range n {
			lo := (first + g) * per
			if err := fw.rowGroup(done[g*width:(g+1)*width], min(per, rows-lo)); err != nil {
				return err
			}
		}
	}
	if width == 0 {
		fw.call.Tell(engine.ChunkInfo{Lo: above, Hi: above + rows, Start: time.Now()})
	}
	return context.Cause(fw.call.Context())
}

// encode encodes rows lo to hi of a leaf column.
func (fw *fileWriter) encode(ctx context.Context, f *frame.Frame, leaf, lo, hi int) (*encoded, error) {
	field, _ := slices.BinarySearch(fw.schema.first, leaf+1)
	col, err := f.Columns()[field-1].Slice(lo, hi)
	if err != nil {
		return nil, err
	}
	return fw.schema.outs[leaf].encode(ctx, col.Chunks(), codecs[fw.o.Compression], !fw.o.NoDictionary, &fw.mem)
}

// rowGroup writes encoded columns.
func (fw *fileWriter) rowGroup(cols []*encoded, rows int) error {
	g := pqmeta.RowGroup{NumRows: int64(rows)}
	for _, c := range cols {
		m := c.meta
		if m.DataOffset += fw.at; c.dict {
			m.DictOffset = fw.at
		}
		g.TotalSize += m.Uncompressed
		g.Columns = append(g.Columns, m)
		if err := fw.bytes(c.bytes); err != nil {
			return err
		}
		fw.mem.chunks.give(c.bytes)
	}
	fw.meta.NumRows += int64(rows)
	fw.meta.RowGroups = append(fw.meta.RowGroups, g)
	return nil
}

// close writes the footer.
func (fw *fileWriter) close() error {
	var w thrift.Writer
	pqmeta.AppendFile(&w, &fw.meta)
	b := w.Bytes()
	n := len(b)
	b = append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	return fw.bytes(append(b, magic...))
}

func (o *leafWriter) name() string { return strings.Join(o.path, ".") }

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
