package promises

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/ipc"
	"github.com/parframe/parframe/io/parquet"
	"github.com/parframe/parframe/parallel"
)

func encoded(name string, n int, write func(ctx context.Context, w io.Writer, f *frame.Frame) error) *bytes.Reader {
	text := input(name, n, func(n int) ([]byte, error) {
		var b bytes.Buffer
		err := write(context.Background(), &b, long(n))
		return b.Bytes(), err
	})
	return bytes.NewReader(text)
}

// files is a folder for the rows that read and write files, removed after the tests.
var files string

func TestMain(m *testing.M) {
	var err error
	if files, err = os.MkdirTemp("", "promises"); err != nil {
		panic(err)
	}
	calltest.Main(m, func() { os.RemoveAll(files) })
}

// onDisk returns the path of a file with the bytes.
func onDisk(name string, n int, of func(n int) *bytes.Reader) string {
	return input("path of "+name, n, func(n int) (string, error) {
		f, err := os.CreateTemp(files, name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		_, err = io.Copy(f, of(n))
		return f.Name(), err
	})
}

// inFS returns the file system with the file of these bytes.
func inFS(n int, of func(n int) *bytes.Reader) fs.FS {
	text, err := io.ReadAll(of(n))
	if err != nil {
		panic(err)
	}
	return fstest.MapFS{"file": {Data: text}}
}

func csvText(n int) *bytes.Reader {
	return encoded("csv", n, func(ctx context.Context, w io.Writer, f *frame.Frame) error {
		return csv.Write(ctx, w, f, csv.WriteOptions{})
	})
}

func parquetFile(n int) *bytes.Reader {
	return encoded("parquet", n, func(ctx context.Context, w io.Writer, f *frame.Frame) error {
		return parquet.Write(ctx, w, f, parquet.WriteOptions{RowGroupRows: 2})
	})
}

func ipcFile(n int) *bytes.Reader {
	return encoded("ipc", n, func(ctx context.Context, w io.Writer, f *frame.Frame) error {
		return ipc.Write(ctx, w, f, ipc.WriteOptions{BatchRows: 2})
	})
}

func ipcStream(n int) *bytes.Reader {
	return encoded("ipc stream", n, func(ctx context.Context, w io.Writer, f *frame.Frame) error {
		return ipc.Write(ctx, w, f, ipc.WriteOptions{BatchRows: 2, Form: ipc.Stream})
	})
}

// drain reads a sequence to its end.
func drain(seq iter.Seq2[*frame.Frame, error]) error {
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	return nil
}

func halves(n int) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		if yield(long(n).Slice(0, n/2)) {
			yield(long(n).Slice(n/2, n))
		}
	}
}

// file is the row of an operation that reads or writes a file.
func file(name string, run func(ctx context.Context, n int, opts ...parallel.Option) error) operation {
	return operation{name: name, takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		return run(ctx, n, as[parallel.Option](at)...)
	}}
}

// loop is that of one that goes over a sequence.
func loop(name string, run func(ctx context.Context, n int, opts ...parallel.Option) error) operation {
	op := file(name, run)
	op.seq = true
	return op
}

// byPath returns the rows of a format's functions that take a path. A file that is
// written waits for the disk.
func byPath[R, W any](
	format string, of func(n int) *bytes.Reader,
	readFile func(context.Context, string, R, ...parallel.Option) (*frame.Frame, error),
	readFS func(context.Context, fs.FS, string, R, ...parallel.Option) (*frame.Frame, error),
	readSeq func(context.Context, string, R, ...parallel.Option) iter.Seq2[*frame.Frame, error],
	writeFile func(context.Context, string, *frame.Frame, W, ...parallel.Option) error,
	writeSeq func(context.Context, string, iter.Seq2[*frame.Frame, error], W, ...parallel.Option) error,
) []operation {
	var r R
	var w W
	write := file(format+".WriteFile", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return writeFile(ctx, filepath.Join(files, "written."+format), long(n), w, opts...)
	})
	writeAll := loop(format+".WriteFileSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return writeSeq(ctx, filepath.Join(files, "written."+format), halves(n), w, opts...)
	})
	write.disk, writeAll.disk = true, true
	return []operation{
		file(format+".ReadFile", func(ctx context.Context, n int, opts ...parallel.Option) error {
			_, err := readFile(ctx, onDisk(format, n, of), r, opts...)
			return err
		}),
		file(format+".ReadFS", func(ctx context.Context, n int, opts ...parallel.Option) error {
			_, err := readFS(ctx, inFS(n, of), "file", r, opts...)
			return err
		}),
		loop(format+".ReadFileSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
			return drain(readSeq(ctx, onDisk(format, n, of), r, opts...))
		}),
		write, writeAll,
	}
}

var pathOperations = slices.Concat(
	byPath("csv", csvText, csv.ReadFile, csv.ReadFS, csv.ReadFileSeq, csv.WriteFile, csv.WriteFileSeq),
	byPath("parquet", parquetFile, parquet.ReadFile, parquet.ReadFS, parquet.ReadFileSeq, parquet.WriteFile, parquet.WriteFileSeq),
	byPath("ipc", ipcFile, ipc.ReadFile, ipc.ReadFS, ipc.ReadFileSeq, ipc.WriteFile, ipc.WriteFileSeq),
)

var fileOperations = []operation{
	file("csv.Read", func(ctx context.Context, n int, opts ...parallel.Option) error {
		_, err := csv.Read(ctx, csvText(n), csv.ReadOptions{}, opts...)
		return err
	}),
	loop("csv.ReadSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return drain(csv.ReadSeq(ctx, csvText(n), csv.ReadOptions{}, opts...))
	}),
	file("csv.Write", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return csv.Write(ctx, io.Discard, long(n), csv.WriteOptions{}, opts...)
	}),
	loop("csv.WriteSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return csv.WriteSeq(ctx, io.Discard, halves(n), csv.WriteOptions{}, opts...)
	}),
	file("csv.Count", func(ctx context.Context, n int, opts ...parallel.Option) error {
		_, err := csv.Count(ctx, onDisk("csv", n, csvText), csv.ReadOptions{}, opts...)
		return err
	}),
	{name: "csv.Schema", takes: noOption, run: func(ctx context.Context, n int, _ fault, _ place) error {
		_, err := csv.Schema(ctx, onDisk("csv", n, csvText), csv.ReadOptions{})
		return err
	}},
	{name: "csv.Splits", rowless: true, takes: anyOption, run: func(ctx context.Context, n int, _ fault, at place) error {
		_, err := csv.Splits(ctx, onDisk("csv", n, csvText), 16, csv.ReadOptions{}, as[parallel.Option](at)...)
		return err
	}},
	file("csv.Split.Read", func(ctx context.Context, n int, opts ...parallel.Option) error {
		all, err := csv.Splits(context.WithoutCancel(ctx), onDisk("csv", n, csvText), 1<<20, csv.ReadOptions{})
		for _, s := range all {
			if _, err = s.Read(ctx, csv.ReadOptions{}, opts...); err != nil {
				break
			}
		}
		return err
	}),
	file("parquet.Read", func(ctx context.Context, n int, opts ...parallel.Option) error {
		r := parquetFile(n)
		_, err := parquet.Read(ctx, r, r.Size(), parquet.ReadOptions{}, opts...)
		return err
	}),
	loop("parquet.ReadSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		r := parquetFile(n)
		return drain(parquet.ReadSeq(ctx, r, r.Size(), parquet.ReadOptions{}, opts...))
	}),
	file("parquet.Write", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return parquet.Write(ctx, io.Discard, long(n), parquet.WriteOptions{RowGroupRows: 2}, opts...)
	}),
	loop("parquet.WriteSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return parquet.WriteSeq(ctx, io.Discard, halves(n), parquet.WriteOptions{}, opts...)
	}),
	file("parquet.Split.Read", func(ctx context.Context, n int, opts ...parallel.Option) error {
		all, err := parquet.Splits(onDisk("parquet", n, parquetFile), 1000, parquet.ReadOptions{})
		for _, s := range all {
			if _, err = s.Read(ctx, parquet.ReadOptions{}, opts...); err != nil {
				break
			}
		}
		return err
	}),
	file("ipc.Read", func(ctx context.Context, n int, opts ...parallel.Option) error {
		r := ipcFile(n)
		_, err := ipc.Read(ctx, r, r.Size(), ipc.ReadOptions{}, opts...)
		return err
	}),
	loop("ipc.ReadSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return drain(ipc.ReadSeq(ctx, ipcStream(n), ipc.ReadOptions{}, opts...))
	}),
	file("ipc.Write", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return ipc.Write(ctx, io.Discard, long(n), ipc.WriteOptions{}, opts...)
	}),
	loop("ipc.WriteSeq", func(ctx context.Context, n int, opts ...parallel.Option) error {
		return ipc.WriteSeq(ctx, io.Discard, halves(n), ipc.WriteOptions{}, opts...)
	}),
	file("ipc.ReadStream", func(ctx context.Context, n int, opts ...parallel.Option) error {
		_, err := ipc.ReadStream(ctx, ipcStream(n), ipc.ReadOptions{}, opts...)
		return err
	}),
}
