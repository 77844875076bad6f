package promises

import (
	"bytes"
	"context"
	"io"
	"iter"

	"github.com/parframe/parframe/frame"
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
}
