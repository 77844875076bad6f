package ipc_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/ipc"
)

func numbers() *frame.Frame {
	c, err := frame.NewColumn("n", []int64{1, 2, 3, 4})
	if err != nil {
		log.Fatal(err)
	}
	f, err := frame.New(c)
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
	path := filepath.Join(dir, "numbers.arrow")
	ctx := context.Background()

	if err := ipc.WriteFile(ctx, path, numbers(), ipc.WriteOptions{Compression: ipc.LZ4}); err != nil {
		log.Fatal(err)
	}
	f, err := ipc.ReadFile(ctx, path, ipc.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.NumRows(), f.Names(), f.Equal(numbers()))
	// Output: 4 [n] true
}

// The stream form is for pipes. Reading stops at its end marker.
func ExampleReadStream() {
	var pipe bytes.Buffer
	ctx := context.Background()
	if err := ipc.Write(ctx, &pipe, numbers(), ipc.WriteOptions{Form: ipc.Stream}); err != nil {
		log.Fatal(err)
	}
	pipe.WriteString("something else")
	f, err := ipc.ReadStream(ctx, &pipe, ipc.ReadOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.NumRows(), pipe.String())
	// Output: 4 something else
}

func ExampleReadSeq() {
	var pipe bytes.Buffer
	ctx := context.Background()
	if err := ipc.Write(ctx, &pipe, numbers(), ipc.WriteOptions{Form: ipc.Stream, BatchRows: 3}); err != nil {
		log.Fatal(err)
	}
	for f, err := range ipc.ReadSeq(ctx, &pipe, ipc.ReadOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.NumRows())
	}
	// Output:
	// 3
	// 1
}

func ExampleStat() {
	var file bytes.Buffer
	if err := ipc.Write(context.Background(), &file, numbers(), ipc.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	info, err := ipc.Stat(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.NumRows, info.Batches, info.Schema.Field(0).Type)
	// Output: 4 1 int64
}
