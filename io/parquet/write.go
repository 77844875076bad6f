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

// Compression is the compression of the pages of a file.
type Compression int8

// The compressions. All readers support Snappy, which takes little time. Zstd makes
// files about a third smaller and takes twice the time.
const (
	Snappy Compression = iota
	Zstd
	Gzip
	Brotli
	LZ4 // called LZ4_RAW in the format
	Uncompressed
)

var codecs = map[Compression]pqmeta.Codec{
	Snappy: pqmeta.Snappy, Zstd: pqmeta.Zstd, Gzip: pqmeta.Gzip, Brotli: pqmeta.Brotli, LZ4: pqmeta.LZ4Raw, Uncompressed: pqmeta.Uncompressed,
}

// WriteOptions describe the output. The zero value is right for almost all uses.
type WriteOptions struct {
	// Compression of the pages.
	Compression Compression
	// RowGroupRows is the number of rows of a row group, the unit in which a file is
	// read in parallel or in part. 0 is 262,144.
	RowGroupRows int
	// NoDictionary writes all values plain. Without it, a column with few different
	// values is written as a dictionary and indices into it.
	NoDictionary bool
	// Metadata are entries for the key-value metadata of the file, in addition to
	// those of the schema of the frame.
	Metadata map[string]string
}

// defaultRowGroup bounds the memory of a streaming writer, makes enough row groups of
// a few million rows for many cores, and costs nothing in compression.
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

// WriteFile writes the frame to the file at path. The file is replaced when all of
// the new one is on disk, and is as it was after an error.
//
//	WriteFile(ctx, path, Frame, WriteOptions)
//
// Columns are encoded in parallel. The bytes of the file do not depend on the number
// of workers. A column of a type that Parquet cannot hold (unions, run-end encoding,
// structs without fields) is an [ErrUnsupported] that names the column. A null in a
// column whose field is not nullable is a [frame.ErrNull]. A frame without columns
// keeps its number of rows. A process that is killed may leave its temporary file in
// the same folder: ".NAME.*.tmp" for the file NAME.
func WriteFile(ctx context.Context, path string, f *frame.Frame, o WriteOptions, opts ...parallel.Option) error {
	return writeFrame(ctx, "parquet.WriteFile", files.ToPath(path), f, o, opts)
}

// Write is [WriteFile] for a writer.
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

// withWriter runs one call. rows is the number of rows, 0 if it is not known.
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

// windowTasks is the number of column chunks that are encoded before they are written:
// enough to keep all cores busy, and few enough for the memory.
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
				return withPlace(err, -1, fw.schema.outs[i%width].name())
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

// encode encodes rows lo to hi of a leaf.
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
