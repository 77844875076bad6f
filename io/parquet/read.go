package parquet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/pqmeta"
	"github.com/parframe/parframe/parallel"
)

// ReadFile reads the Parquet file at path.
//
//	ReadFile(ctx, path, ReadOptions) Frame
//
// Each row group of a column is decoded on its own, as many at once as
// [parallel.Workers] says, and becomes an Arrow chunk of the frame. (A row
// group with more than 2 GiB of text becomes several; the type stays.) Peak
// memory is the frame plus, per worker, one compressed and decompressed column
// of a row group.
//
// The frame has the columns in the order of the file. A name that the file has
// twice becomes "a" and "a_1". Columns of Parquet types that Arrow has no
// equal for (VARIANT, GEOMETRY) are an [ErrUnsupported] that names column and
// type; name the others in ReadOptions.Columns to read them.
//
// A file that is not whole and sound is an [ErrMalformed]; that of the lowest
// row group is reported. The end of ctx stops the call within a column of a
// row group. Of opts, Workers and Serial have a meaning.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, inFile(err, path)
	}
	defer f.Close()
	return readOpen(ctx, f, path, o, opts)
}

// ReadFS is [ReadFile] for a file of fsys. A file that can only be read from
// front to back is read into memory first.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	defer f.Close()
	return readOpen(ctx, f, name, o, opts)
}

func readOpen(ctx context.Context, f fs.File, name string, o ReadOptions, opts []parallel.Option) (*frame.Frame, error) {
	r, size, err := randomAccess(f)
	if err != nil {
		return nil, inFile(err, name)
	}
	out, err := Read(ctx, r, size, o, opts...)
	return out, inFile(err, name)
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

// randomAccess makes a ReaderAt of an open file.
func randomAccess(f fs.File) (io.ReaderAt, int64, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if err := regular(info); err != nil {
		return nil, 0, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return r, info.Size(), nil
	}
	b, err := io.ReadAll(f)
	return bytes.NewReader(b), int64(len(b)), err
}

// Read is [ReadFile] for the size bytes of r, which several goroutines read at
// once.
func Read(ctx context.Context, r io.ReaderAt, size int64, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	plan, err := parallel.Prepare("parquet.Read", opts, "Workers", "Serial")
	if err != nil {
		return nil, err
	}
	rd, err := open(r, size, o)
	if err != nil {
		return nil, inFile(err, "")
	}
	out, err := rd.read(ctx, plan)
	return out, inFile(err, "")
}

// reader is an open file: its metadata, and what of it is read.
type reader struct {
	*footer
	*columns
	r      io.ReaderAt
	o      ReadOptions
	groups []int // pruned
	where  *filter
	budget *budget
	rooms  rooms // for pages
}

func open(r io.ReaderAt, size int64, o ReadOptions) (*reader, error) {
	f, err := readFooter(r, size)
	if err != nil {
		return nil, err
	}
	rd := &reader{footer: f, r: r, o: o, budget: newBudget(o.MaxMemory, size)}
	if rd.columns, err = f.selectColumns(o.Columns); err != nil {
		return nil, err
	}
	if err := f.check(rd.leaves); err != nil {
		return nil, err
	}
	var leaves []*leaf
	if rd.where, leaves, err = f.newFilter(o.Where); err != nil {
		return nil, err
	}
	if rd.where != nil {
		if err := f.check(leaves); err != nil {
			return nil, err
		}
	}
	if o.Limit < 0 {
		return nil, optionError("Limit: %d is not a number of rows", o.Limit)
	}
	groups := o.RowGroups
	if groups == nil {
		for g := range f.RowGroups {
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		if g < 0 || g >= len(f.RowGroups) {
			return nil, optionError("RowGroups: no row group %d; the file has %d", g, len(f.RowGroups))
		}
		if rd.where == nil || rd.where.mayHold(f, g) {
			rd.groups = append(rd.groups, g)
		}
	}
	return rd, nil
}

// read decodes all that is asked for.
func (rd *reader) read(ctx context.Context, plan *parallel.Plan) (*frame.Frame, error) {
	if rd.where == nil && rd.o.Limit == 0 {
		parts, err := rd.decode(ctx, plan, rd.groups, rd.nodes)
		if err != nil {
			return nil, err
		}
		return rd.assemble(parts, rd.groups)
	}
	var frames []*frame.Frame
	err := rd.each(ctx, plan, func(f *frame.Frame) (bool, error) {
		frames = append(frames, f)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	if len(frames) == 0 {
		return rd.assemble(nil, nil)
	}
	return frame.Concat(frames...)
}

// decode decodes the columns of row groups: part i is column i%n of group i/n.
func (rd *reader) decode(ctx context.Context, plan *parallel.Plan, groups []int, nodes []*node) ([][]arrow.Array, error) {
	parts := make([][]arrow.Array, len(groups)*len(nodes))
	err := tasks(ctx, plan, len(parts), func(ctx context.Context, i int) error {
		var err error
		parts[i], err = rd.column(ctx, groups[i/len(nodes)], nodes[i%len(nodes)])
		return err
	})
	return parts, err
}

// assemble makes a frame of decoded columns.
func (rd *reader) assemble(parts [][]arrow.Array, groups []int) (*frame.Frame, error) {
	rows := int64(0)
	for _, g := range groups {
		rows += rd.RowGroups[g].NumRows
	}
	width := len(rd.nodes)
	cols := make([]arrow.Column, width)
	for c, n := range rd.nodes {
		var chunks []arrow.Array
		for g := range groups {
			chunks = append(chunks, parts[g*width+c]...)
		}
		cols[c] = *arrow.NewColumn(n.field, arrow.NewChunked(n.field.Type, chunks))
	}
	return frame.FromTable(array.NewTable(rd.schema, cols, rows))
}

// tasks runs n tasks, each claimed alone, and returns the cause of the lowest
// failure.
func tasks(ctx context.Context, plan *parallel.Plan, n int, task func(ctx context.Context, i int) error) error {
	if n == 0 {
		return context.Cause(ctx)
	}
	err := plan.Parts(ctx, n, n, func(ctx context.Context, k, _, _ int) error { return task(ctx, k) })
	if row, ok := errors.AsType[*parallel.RowError](err); ok {
		return row.Err // a task is nothing the caller knows of
	}
	return err
}

// column decodes one column of a row group.
func (rd *reader) column(ctx context.Context, g int, n *node) (out []arrow.Array, err error) {
	path := n.field.Name
	defer func() {
		// What follows was checked; should a check be missing, a damaged file
		// is still no reason to end the process.
		if p := recover(); p != nil {
			out, err = nil, at(malformed("%v", p), g, path)
		}
	}()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	rg := &rd.RowGroups[g]
	b := &builder{columns: make(map[*leaf]*column), budget: rd.budget}
	for _, l := range n.leavesOf(nil) {
		c, err := rd.leaf(ctx, rg, l)
		if err != nil {
			if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
				return nil, err
			}
			return nil, at(err, g, l.path)
		}
		b.columns[l] = c
	}
	parts, err := b.build(n)
	if err != nil {
		return nil, at(err, g, path)
	}
	rows := int64(0)
	for _, p := range parts {
		out = append(out, array.MakeFromData(p))
		rows += int64(p.Len())
	}
	if rows != rg.NumRows {
		return nil, at(malformed("%d rows where the metadata says %d", rows, rg.NumRows), g, path)
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
	ch, err := readChunk(ctx, rd.r, rd.footer, &rg.Columns[l.index], l, rd.budget, &rd.rooms)
	if err != nil {
		return nil, err
	}
	defer ch.release()
	c, err := ch.decode()
	if err != nil {
		return nil, err
	}
	if int64(c.rows) != rg.NumRows {
		return nil, malformed("%d rows where the metadata says %d", c.rows, rg.NumRows)
	}
	return c, nil
}
