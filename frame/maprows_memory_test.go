package frame_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// MapRows on values of fixed width allocates its output once, and 5 % more for blocks,
// workers and the plan.
func TestMapRowsMemory(t *testing.T) {
	const n = 400_000
	type out struct {
		A float64
		B int32
		C bool
		D *int16
	}
	const width = 8 + 4 + 1.0/8 + 2 + 1.0/8
	type row struct {
		I int64 `frame:"i"`
	}
	f := countTo(t, n)
	var d int16
	for _, opts := range [][]frame.RowOption{{parallel.Workers(2)}, {parallel.Workers(8), parallel.ChunkSize(1000)}, {parallel.Serial()}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := frame.MapRows(t.Context(), f, func(_ context.Context, r row) (out, error) { return out{float64(r.I), 1, true, &d}, nil }, opts...)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		if got, most := float64(after.TotalAlloc-before.TotalAlloc), n*width*1.05; got > most {
			t.Errorf("%v: %.0f bytes allocated, want at most %.0f", opts, got, most)
		}
	}
}

// Bytes that rows point to belong to the block, and their memory is reused.
func TestMapRowsMemoryOfBytes(t *testing.T) {
	const n = 400_000
	f := frameOf(t, build(t, "s", arrow.BinaryTypes.String, arrowtest.Made(n, arrowtest.Every(5, func(int) any { return "some text" }))))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := frame.MapRows(t.Context(), f, func(_ context.Context, b *[]byte) (bool, error) { return b == nil, nil }, parallel.Workers(2))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err != nil || got > n/8+200_000 {
		t.Errorf("%d bytes allocated, %v", got, err)
	}
}
