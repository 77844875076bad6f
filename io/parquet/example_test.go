package parquet_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

func weather() *frame.Frame {
	city, err := frame.NewColumn("city", []string{"Oslo", "Rome", "Cairo", "Lima"})
	if err != nil {
		log.Fatal(err)
	}
	high, err := frame.NewColumn("high", []float64{-3.5, 14, 22.5, 26})
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.New(city, high)
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func Example() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "weather.parquet")
	ctx := context.Background()

	if err := parquet.WriteFile(ctx, path, weather(), parquet.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	f, err := parquet.ReadFile(ctx, path, parquet.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.NumRows(), f.Names(), f.Equal(weather()))
	// Output: 4 [city high] true
}

// A condition is exact, and row groups that it rules out are not read.
func ExampleWhere() {
	var file bytes.Buffer
	ctx := context.Background()
	if err := parquet.Write(ctx, &file, weather(), parquet.WriteOptions{RowGroupRows: 2}); err != nil {
		log.Fatal(err)
	}
	f, err := parquet.Read(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), parquet.ReadOptions{
		Columns: []string{"city"},
		Where:   []parquet.Condition{parquet.Where("high", parquet.Between(20, nil))},
	})
	if err != nil {
		log.Fatal(err)
	}
	c, err := f.Column("city")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(frame.Values[string](c))
	// Output: [Cairo Lima] <nil>
}

// Schema and sizes come from the end of the file; its data is not read.
func ExampleStat() {
	var file bytes.Buffer
	if err := parquet.Write(context.Background(), &file, weather(), parquet.WriteOptions{RowGroupRows: 3}); err != nil {
		log.Fatal(err)
	}
	info, err := parquet.Stat(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.NumRows, "rows in", len(info.RowGroups), "row groups")
	for _, f := range info.Schema.Fields() {
		fmt.Println(f.Name, f.Type)
	}
	// Output:
	// 4 rows in 2 row groups
	// city utf8
	// high float64
}

// A file of any size passes through a small amount of memory.
func ExampleReadSeq() {
	var file bytes.Buffer
	ctx := context.Background()
	if err := parquet.Write(ctx, &file, weather(), parquet.WriteOptions{RowGroupRows: 3}); err != nil {
		log.Fatal(err)
	}
	for f, err := range parquet.ReadSeq(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), parquet.ReadOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.NumRows())
	}
	// Output:
	// 3
	// 1
}

func ExampleWriteSeq() {
	ctx := context.Background()
	twice := func(yield func(*frame.Frame, error) bool) {
		for range 2 {
			if !yield(weather(), nil) {
				return
			}
		}
	}
	fmt.Println(parquet.WriteSeq(ctx, io.Discard, twice, parquet.WriteOptions{Compression: parquet.Zstd}))
	// Output: <nil>
}

// Splits of a file can be read by different processes.
func ExampleSplits() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "weather.parquet")
	ctx := context.Background()
	if err := parquet.WriteFile(ctx, path, weather(), parquet.WriteOptions{RowGroupRows: 1}); err != nil {
		log.Fatal(err)
	}
	splits, err := parquet.Splits(path, 2, parquet.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range splits {
		f, err := s.Read(ctx, parquet.ReadOptions{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(s.RowGroups, f.NumRows())
	}
	// Output:
	// [0 1] 2
	// [2 3] 2
}
