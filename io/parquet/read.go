package parquet

import (
	"context"
	"io"
	"io/fs"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/parallel"
)

// ReadFile reads the Parquet file at path.
//
//	ReadFile(ctx, path, ReadOptions) Frame
//
// Each row group of a column is decoded on its own, as many at once as
// [parallel.Workers] allows, and becomes an Arrow chunk of the frame. (A row group
// with more than 2 GiB of text becomes several chunks of the same type.) Peak memory
// is the frame plus, per worker, one column of a row group, compressed and
// decompressed.
//
// The frame has the columns in the order of the file. If a name occurs twice, as
// "a", the second column is "a_1". A column of a Parquet type without an equivalent
// in Arrow (VARIANT, GEOMETRY) is an [ErrUnsupported] that names column and type;
// name the others in ReadOptions.Columns to read them.
//
// A file that is not whole and sound is an [ErrMalformed]. Of several errors, that
// of the lowest row group is returned. The end of ctx stops the call within a column
// of a row group.
//
// The options opts select where the work runs and who observes it. Observers see the
// rows of the row groups that are read. With Where, some of these rows are not in the
// frame, and with both Limit and Where the call may end before all of them are read.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "parquet.ReadFile", files.Path(path), o, opts)
}

// ReadFS is [ReadFile] for a file of fsys. A file that can only be read from
// front to back is read into memory first.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "parquet.ReadFS", files.In(fsys, name), o, opts)
}

// Read is [ReadFile] for the size bytes of r. Several goroutines call r.ReadAt at
// once.
func Read(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "parquet.Read", files.At(r, size), o, opts)
}

// withReader runs one call.
func withReader(ctx context.Context, name string, src files.Source, o ReadOptions, opts []parallel.Option, use func(*reader) error) error {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	return files.Run(ctx, c, func(begin func(int, func() error) error) error {
		return src.With(ctx, func(r io.ReaderAt, size int64) error {
			rd, err := open(ctx, r, size, o)
			if err != nil {
				return err
			}
			rd.call = c
			return begin(rd.end, func() error { return use(rd) })
		})
	}, func(err error) error { return finish(c, src.Name, err) })
}

func read(ctx context.Context, name string, src files.Source, o ReadOptions, opts []parallel.Option) (f *frame.Frame, err error) {
	err = withReader(ctx, name, src, o, opts, func(rd *reader) error {
		f, err = rd.read()
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// reader is an open file: its metadata, and the selection to read.
type reader struct {
	*footer
	*columns
	r      io.ReaderAt
	o      ReadOptions
	call   *engine.Call
	groups []int // row groups to read, without those that Where rules out
	starts []int // first row of each of groups, and the end of the last
	end    int   // rows that observers see
	where  *filter
	budget *budget
	pool   bufferPool // for pages
}

func open(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions) (*reader, error) {
	f, err := readFooter(ctx, r, size)
	if err != nil {
		return nil, err
	}
	rd := &reader{footer: f, r: r, o: o, budget: newBudget(o.MaxMemory, size)}
	if rd.columns, err = f.selectColumns(o.Columns); err != nil {
		return nil, err
	}
	if err := f.check(ctx, rd.leaves); err != nil {
		return nil, err
	}
	var leaves []*leaf
	if rd.where, leaves, err = f.newFilter(o.Where); err != nil {
		return nil, err
	}
	if rd.where != nil {
		if err := f.check(ctx, leaves); err != nil {
			return nil, err
		}
	}
	if o.Limit < 0 {
		return nil, files.BadOption("Limit: %d is not a number of rows", o.Limit)
	}
	groups := o.RowGroups
	if groups == nil {
		for g := range f.RowGroups {
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		if g < 0 || g >= len(f.RowGroups) {
			return nil, files.BadOption("RowGroups: no row group %d; the file has %d", g, len(f.RowGroups))
		}
		if rd.where == nil || rd.where.mayHold(f, g) {
			rd.groups = append(rd.groups, g)
		}
	}
	rd.starts = make([]int, len(rd.groups)+1)
	for i, g := range rd.groups {
		rd.starts[i+1] = rd.starts[i] + int(f.RowGroups[g].NumRows)
	}
	rd.end = rd.starts[len(rd.groups)]
	if rd.where == nil && o.Limit > 0 {
		rd.end = min(rd.end, o.Limit)
	}
	return rd, nil
}

// read decodes the selection.
func (rd *reader) read() (*frame.Frame, error) {
	if rd.where == nil && rd.o.Limit == 0 {
		all := span{0, len(rd.groups)}.positions()
		parts, err := rd.decode(all, rd.nodes, true)
		if err != nil {
			return nil, err
		}
		return rd.assemble(parts, all)
	}
	var frames []*frame.Frame
	err := rd.each(func(f *frame.Frame) bool {
		frames = append(frames, f)
		return true
	})
	if err != nil {
		return nil, err
	}
	if len(frames) == 0 {
		return rd.assemble(nil, nil)
	}
	return frame.Concat(frames...)
}

// span is a range of positions in reader.groups.
type span struct{ lo, hi int }

func (s span) positions() []int {
	var out []int
	for i := s.lo; i < s.hi; i++ {
		out = append(out, i)
	}
	return out
}

// rowsOf returns the rows of the call that belong to the row group at a position.
func (rd *reader) rowsOf(pos int) (lo, hi int) {
	return min(rd.starts[pos], rd.end), min(rd.starts[pos+1], rd.end)
}

// decode decodes n columns of row groups, given by position: part i is column i%n of
// group i/n. If tell is set, the groups are complete, and observers see their rows.
func (rd *reader) decode(pos []int, nodes []*node, tell bool) ([][]*chunk.Chunk, error) {
	parts := make([][]*chunk.Chunk, len(pos)*len(nodes))
	told := files.NewGroups(rd.call, len(pos), len(nodes))
	err := tasks(rd.call, len(parts), func(w *engine.Worker, i int) (err error) {
		start := time.Now()
		k := i / len(nodes)
		if parts[i], err = rd.column(w, rd.groups[pos[k]], nodes[i%len(nodes)]); err == nil && tell {
			lo, hi := rd.rowsOf(pos[k])
			told.Done(w, k, lo, hi, start)
		}
		return err
	})
	return parts, err
}

// assemble makes a frame of decoded columns.
func (rd *reader) assemble(parts [][]*chunk.Chunk, pos []int) (*frame.Frame, error) {
	rows := 0
	for _, p := range pos {
		rows += int(rd.RowGroups[rd.groups[p]].NumRows)
	}
	width := len(rd.nodes)
	cols := make([]chunk.Column, width)
	for c, n := range rd.nodes {
		cols[c].Field = n.field
		for g := range pos {
			for _, k := range parts[g*width+c] {
				cols[c].Append(k)
			}
		}
	}
	return frame.FromMemory(rd.schema, cols, rows)
}

// tasks runs n tasks, which workers claim one at a time. It returns the error of the
// lowest task that fails.
func tasks(c *engine.Call, n int, task func(w *engine.Worker, i int) error) error {
	return files.Cause(c.Own(n, 1, func(w *engine.Worker, i, _ int) error { return task(w, i) }))
}

// column decodes one column of a row group.
func (rd *reader) column(ctx context.Context, g int, n *node) (out []*chunk.Chunk, err error) {
	path := n.field.Name
	defer func() {
		// The checks should leave no panic. If one is missing, a damaged file must
		// still not end the process.
		if p := recover(); p != nil {
			out, err = nil, withPlace(malformed("%v", p), g, path)
		}
	}()
	rg := &rd.RowGroups[g]
	b := &builder{ctx: ctx, columns: make(map[*leaf]*column), budget: rd.budget}
	for _, l := range n.leavesOf(nil) {
		c, err := rd.leaf(ctx, rg, l)
		if err != nil {
			if ctx.Err() != nil && engine.Is(err, context.Cause(ctx)) {
				return nil, err
			}
			return nil, withPlace(err, g, l.path)
		}
		b.columns[l] = c
	}
	parts, err := b.build(n)
	if err != nil {
		if ctx.Err() != nil && engine.Is(err, context.Cause(ctx)) {
			return nil, err
		}
		return nil, withPlace(err, g, path)
	}
	rows := int64(0)
	for _, p := range parts {
		k, err := chunk.Import(p, n.field.Type, false)
		if err != nil {
			return nil, withPlace(malformed("%w", err), g, path)
		}
		out = append(out, k)
		rows += int64(k.Len)
	}
	if rows != rg.NumRows {
		return nil, withPlace(malformed("%d rows where the metadata says %d", rows, rg.NumRows), g, path)
	}
	return out, nil
}

// leavesOf appends the leaves below n.
func (n *node) leavesOf(out []*leaf) []*leaf {
	if n.kind == leafNode {
		return append(out, n.leaf)
	}
	for _, k := range n.kids {
		out = k.leavesOf(out)
	}
	return out
}

// leaf reads and decodes one column chunk.
func (rd *reader) leaf(ctx context.Context, rg *pqmeta.RowGroup, l *leaf) (*column, error) {
	ch, err := readChunk(ctx, rd.r, rd.footer, &rg.Columns[l.index], l, rd.budget, &rd.pool)
	if err != nil {
		return nil, err
	}
	defer ch.release()
	c, err := ch.decode(ctx)
	if err != nil {
		return nil, err
	}
	if int64(c.rows) != rg.NumRows {
		return nil, malformed("%d rows where the metadata says %d", c.rows, rg.NumRows)
	}
	return c, nil
}
