package csv

import (
	"context"
	"io"
	"io/fs"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/parallel"
)

// ReadFile reads a CSV file, on every core.
//
//	ReadFile(path) frame
//
// The frame has one Arrow chunk for each range of the file. The borders of ranges
// depend on its bytes alone; values, types and errors are the same for any number of
// cores. Files compressed with gzip or zstd are recognized by their first bytes.
//
// The options opts select where the work runs and who observes it. The number of rows
// is not known at the start: observers then see 0, and later all rows in chunks, in
// the order of the file.
//
// Memory: the frame, and a few MiB for each core. A compressed file, or one in a
// dialect that must be read from the start (Escape, Comment, LazyQuotes), is also kept
// as text until its inferred types are final.
func ReadFile(ctx context.Context, path string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.ReadFile", o, opts, ofPath(path))
}

// ReadFS is [ReadFile] for a file in fsys, such as an embed.FS.
func ReadFS(ctx context.Context, fsys fs.FS, name string, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.ReadFS", o, opts, func(_ context.Context, o *ReadOptions) (*input, error) {
		f, err := files.OpenFS(fsys, name)
		if err != nil {
			return nil, err
		}
		return openFile(f, name, o)
	})
}

// Read is [ReadFile] for text from r, up to its end. A reader that is also an
// io.ReaderAt and an io.Seeker, such as an *os.File, a *bytes.Reader or an
// [io.SectionReader] over any io.ReaderAt, is read at many positions at once. From
// another reader, one range is read after the other, and all cores parse them.
func Read(ctx context.Context, r io.Reader, o ReadOptions, opts ...parallel.Option) (*frame.Frame, error) {
	return read(ctx, "csv.Read", o, opts, ofReader(r))
}

func read(ctx context.Context, call string, o ReadOptions, opts []parallel.Option, open opener) (f *frame.Frame, err error) {
	err = withJob(ctx, call, o, opts, open, func(j *job) error {
		f, err = j.read()
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// withJob runs one call: it opens a file, and closes it after use.
func withJob(ctx context.Context, name string, o ReadOptions, opts []parallel.Option, open opener, use func(*job) error) error {
	return withCall(ctx, name, &o, opts, func(c *engine.Call) error {
		var in *input
		var j *job
		defer func() {
			if in != nil {
				in.Close()
			}
		}()
		err := files.Alone(c, func(w *engine.Worker) (err error) {
			if in, err = open(w, &o); err == nil {
				j, err = newJob(w, c, in, o)
			}
			return err
		})
		if err != nil {
			return err
		}
		return use(j)
	})
}

// withCall begins and ends one call, and adds its name to its error.
func withCall(ctx context.Context, name string, o *ReadOptions, opts []parallel.Option, use func(*engine.Call) error) (err error) {
	c, err := engine.NewCall(name, engine.Collect(opts, parallel.Option.ForAny))
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return c.Wrap(err)
	}
	if err := c.Begin(ctx, 0); err != nil {
		return err
	}
	defer c.End(&err)
	return finish(c, use(c))
}

// read reads everything into one frame.
func (j *job) read() (f *frame.Frame, err error) {
	if err := j.readAll(); err != nil {
		return nil, err
	}
	if err := j.settle(); err != nil {
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

// schema returns the schema of the result.
func (j *job) schema() *arrow.Schema {
	types := j.types()
	fields := make([]arrow.Field, len(j.cols))
	for i, c := range j.cols {
		fields[i] = arrow.Field{Name: c.name, Type: types[i], Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// frame returns the frame of the pieces, with one record for each.
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
