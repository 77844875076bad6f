package csv

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// ReadFile reads a CSV file, on every core.
//
//	ReadFile(path) frame
//
// The frame has one Arrow chunk for each range of the file, whose borders
// depend on its bytes only; values, types and errors are the same for any
// number of cores. gzip and zstd are known by their first bytes. opts may hold
// [parallel.Workers] and [parallel.Serial].
//
// Memory: the frame, and a few MiB for each core. A compressed file, or one in
// a dialect that only reading from the start understands (Escape, Comment,
// LazyQuotes), is also kept as text until its inferred types are certain.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.ReadFile", o, opts, func(o *ReadOptions) (*input, error) { return openPath(path, o) })
}

// ReadFS is [ReadFile] for a file in fsys, such as an embed.FS.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.ReadFS", o, opts, func(o *ReadOptions) (*input, error) {
		f, err := fsys.Open(name)
		if err != nil {
			return nil, fmt.Errorf("csv: %w", err)
		}
		return openFile(f, name, o)
	})
}

// Read is [ReadFile] for text from r, up to its end. A reader that is also an
// io.ReaderAt and an io.Seeker, such as an *os.File, a *bytes.Reader or an
// [io.SectionReader] over any io.ReaderAt, is read at many places at once;
// another one by one range after the other, which are parsed on every core.
func Read(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.Read", o, opts, func(o *ReadOptions) (*input, error) {
		if r == nil {
			return nil, fmt.Errorf("csv: %w: a nil io.Reader", ErrOption)
		}
		return openReader(r, o)
	})
}

func read(ctx context.Context, call string, o ReadOptions, run []parallel.Option, open func(*ReadOptions) (*input, error)) (f *frame.Frame, err error) {
	err = withJob(ctx, call, o, run, open, func(j *job) error {
		f, err = j.read(ctx)
		return err
	})
	return f, err
}

// withJob opens a file and closes it after use.
func withJob(ctx context.Context, call string, o ReadOptions, run []parallel.Option, open func(*ReadOptions) (*input, error), use func(*job) error) error {
	plan, err := planOf(call, run)
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	in, err := open(&o)
	if err != nil {
		return err
	}
	defer in.Close()
	j, err := newJob(in, o, plan)
	if err != nil {
		return err
	}
	return use(j)
}

// read reads everything into one frame.
func (j *job) read(ctx context.Context) (*frame.Frame, error) {
	if err := j.all(ctx); err != nil {
		return nil, err
	}
	if err := j.settle(ctx); err != nil {
		return nil, err
	}
	for _, p := range j.pieces {
		if p != nil {
			j.note(p)
		}
	}
	if err := j.endReport(); err != nil {
		return nil, err
	}
	return j.frame(j.pieces...)
}

// planOf checks the options about running. Ranges are claimed one at a time:
// they are coarse, and wait for each other in order.
func planOf(call string, run []parallel.Option) (*parallel.Plan, error) {
	if _, err := parallel.Prepare(call, run, "Workers", "Serial"); err != nil {
		return nil, err
	}
	all := append(append([]parallel.Option(nil), run...), parallel.ChunkSize(1))
	return parallel.Prepare(call, all, "Workers", "Serial", "ChunkSize")
}

// schema is that of the result.
func (j *job) schema() *arrow.Schema {
	types := j.types()
	fields := make([]arrow.Field, len(j.cols))
	for i, c := range j.cols {
		fields[i] = arrow.Field{Name: c.name, Type: types[i], Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// frame puts pieces together, one record for each.
func (j *job) frame(pieces ...*piece) (*frame.Frame, error) {
	schema := j.schema()
	var recs []arrow.Record
	for _, p := range pieces {
		if p != nil && p.rows > 0 {
			recs = append(recs, array.NewRecord(schema, p.cols, int64(p.rows)))
		}
	}
	return frame.FromRecords(schema, recs...)
}
