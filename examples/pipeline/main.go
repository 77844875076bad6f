// Pipeline reads a Parquet file, runs a plain Go function on every row and
// writes the results to another file, all at once and in bounded memory: the
// file may be larger than the machine. Run it from the root of the repository:
//
//	go run ./examples/pipeline [-in FILE] [-out FILE]
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
	"github.com/parframe/parframe/parallel"
)

type Flight struct {
	Origin      string `frame:"origin"`
	Destination string `frame:"destination"`
	Distance    int64  `frame:"distance"` // miles
	Delay       int64  `frame:"delay"`    // minutes
}

type Leg struct {
	Route string  `frame:"route"`
	Km    float64 `frame:"km"`
	Late  bool    `frame:"late"`
}

func legOf(f Flight) (Leg, error) { // nothing in here is parallel
	return Leg{f.Origin + "-" + f.Destination, float64(f.Distance) * 1.609344, f.Delay > 15}, nil
}

// convert reads, computes and writes at the same time.
func convert(ctx context.Context, in, out string) error {
	flights := parquet.ReadFileSeq(ctx, in, parquet.ReadOptions{})
	legs := parallel.Stream(ctx, flights, func(ctx context.Context, f *frame.Frame) (*frame.Frame, error) {
		return frame.MapRows(ctx, f, parallel.Plain(legOf))
	})
	return parquet.WriteFileSeq(ctx, out, legs, parquet.WriteOptions{})
}

func main() {
	in := flag.String("in", "testdata/flights-200k.parquet", "flights, a Parquet `FILE`")
	out := flag.String("out", "", "keep the result as Parquet `FILE`")
	flag.Parse()
	if err := run(context.Background(), *in, *out); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, in, out string) error {
	if out == "" {
		dir, err := os.MkdirTemp("", "pipeline")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		out = filepath.Join(dir, "legs.parquet")
	}
	if err := convert(ctx, in, out); err != nil {
		return err
	}
	legs, err := parquet.ReadFile(ctx, out, parquet.ReadOptions{Limit: 5})
	if err != nil {
		return err
	}
	fmt.Println(legs)
	return nil
}
