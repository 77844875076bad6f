// Flightsample makes testdata/flights-200k.parquet from a larger file of the
// same schema (see testdata/README.md): every n-th row, in order, so that all
// months and routes are there in their proportions.
//
//	go run ./internal/cmd/flightsample -in flights-3m.parquet -every 15 -out testdata/flights-200k.parquet
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/file"
)

// groupRows are the rows of a row group: several, so that a reader has some to
// share out among its workers.
const groupRows = 50_000

func main() {
	in := flag.String("in", "", "Parquet `FILE` to take rows from")
	out := flag.String("out", "", "Parquet `FILE` to write")
	every := flag.Int("every", 15, "take rows 0, `N`, 2N, …")
	flag.Parse()
	if err := run(*in, *out, *every); err != nil {
		fmt.Fprintln(os.Stderr, "flightsample:", err)
		os.Exit(1)
	}
}

func run(in, out string, every int) error {
	if in == "" || out == "" || every < 1 {
		return errors.New("want -in FILE, -out FILE and -every N with N of 1 or more")
	}
	src, err := file.OpenParquetFile(in, false)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	defer src.Close()
	dst, err := os.Create(out)
	if err != nil {
		return err
	}
	return errors.Join(sample(src, dst, every), dst.Close())
}

// sample copies every every-th row of src to w, with the schema and the
// metadata of src. It works on Parquet's own values, below Arrow, since
// Arrow's writer would say that the dates, which have no zone, are UTC.
func sample(src *file.Reader, w io.Writer, every int) error {
	schema := src.MetaData().Schema
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithDataPageSize(64<<10), parquet.WithCreatedBy("parframe flightsample"))
	// The struct hides w.Close, which the writer would call.
	dst := file.NewParquetWriter(struct{ io.Writer }{w}, schema.Root(), file.WithWriterProps(props), file.WithWriteMetadata(src.MetaData().KeyValueMetadata()))
	columns := make([]any, schema.NumColumns())
	for i := range columns {
		var err error
		switch typ := schema.Column(i).PhysicalType(); typ {
		case parquet.Types.Int64:
			columns[i], err = takeEvery[int64](src, i, every)
		case parquet.Types.ByteArray:
			columns[i], err = takeEvery[parquet.ByteArray](src, i, every)
		default:
			err = fmt.Errorf("type %v: want Int64 or ByteArray", typ)
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", schema.Column(i).Name(), err)
		}
	}
	rows := (int(src.NumRows()) + every - 1) / every
	for lo := 0; lo < rows; lo += groupRows {
		group, hi := dst.AppendRowGroup(), min(lo+groupRows, rows)
		for _, column := range columns {
			cw, err := group.NextColumn()
			if err != nil {
				return err
			}
			switch cw := cw.(type) {
			case *file.Int64ColumnChunkWriter:
				_, err = cw.WriteBatch(column.([]int64)[lo:hi], present(hi-lo), nil)
			case *file.ByteArrayColumnChunkWriter:
				_, err = cw.WriteBatch(column.([]parquet.ByteArray)[lo:hi], present(hi-lo), nil)
			}
			if err := errors.Join(err, cw.Close()); err != nil {
				return err
			}
		}
	}
	return dst.Close()
}

// present are the definition levels of n values of an optional column without nulls.
func present(n int) []int16 {
	levels := make([]int16, n)
	for i := range levels {
		levels[i] = 1
	}
	return levels
}

// batchReader is what the column readers of all types have.
type batchReader[T any] interface {
	ReadBatch(n int64, values []T, defs, reps []int16) (total int64, read int, err error)
}

// takeEvery returns rows 0, every, 2*every, … of an optional column without nulls.
func takeEvery[T any](src *file.Reader, column, every int) ([]T, error) {
	var taken []T
	row := 0
	for g := range src.NumRowGroups() {
		group := src.RowGroup(g)
		reader, err := group.Column(column)
		if err != nil {
			return nil, err
		}
		r, ok := reader.(batchReader[T])
		if !ok {
			return nil, fmt.Errorf("a %T does not read %T", reader, taken)
		}
		values, defs := make([]T, group.NumRows()), make([]int16, group.NumRows())
		for got := int64(0); got < group.NumRows(); {
			n, read, err := r.ReadBatch(group.NumRows()-got, values, defs, nil)
			switch {
			case err != nil:
				return nil, err
			case n == 0:
				return nil, io.ErrUnexpectedEOF
			case int64(read) != n:
				return nil, fmt.Errorf("row group %d has nulls: cannot sample them", g)
			}
			for _, v := range values[:read] {
				if row%every == 0 {
					taken = append(taken, clone(v))
				}
				row++
			}
			got += n
		}
	}
	return taken, nil
}

// clone copies text, which lives in the reader's page until the next batch.
func clone[T any](v T) T {
	if b, ok := any(v).(parquet.ByteArray); ok {
		return any(parquet.ByteArray(append([]byte(nil), b...))).(T)
	}
	return v
}
