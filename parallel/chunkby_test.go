package parallel_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// TestChunkByIsTheLoop runs the operations that can be cut, in chunks of every
// rule.
func TestChunkByIsTheLoop(t *testing.T) {
	for _, op := range operations {
		if op.grid || op.stream {
			continue
		}
		for name, rule := range rules {
			for _, n := range []int{0, 1, 100, 4097} {
				for _, w := range widths {
					got, err := op.run(t.Context(), n, noFault, parallel.Workers(w), parallel.ChunkBy(rule))
					if err != nil || !same(got, op.loop(n)) {
						t.Errorf("%s of %d items, %s, Workers(%d): %v, or differs from the loop", op.name, n, name, w, err)
					}
				}
			}
		}
	}
}

// TestChunkByMistakes: a rule is the caller's own code.
func TestChunkByMistakes(t *testing.T) {
	every := func(size int) func(int) int { return func(k int) int { return k * size } }
	for name, c := range map[string]struct {
		rule parallel.Chunking
		kind error
		word string
	}{
		"nil":              {nil, parallel.ErrNilFunc, "ChunkBy"},
		"none":             {func(int, int) (int, func(int) int) { return 0, every(10) }, parallel.ErrOption, "0 chunks end at 0, want 10"},
		"negative":         {func(int, int) (int, func(int) int) { return -1, every(10) }, parallel.ErrOption, "-1 chunks"},
		"more than items":  {func(int, int) (int, func(int) int) { return math.MaxInt, every(1) }, parallel.ErrOption, "chunk 10 is 10 to 11, want one from 10 to 10 or less"},
		"too short":        {func(int, int) (int, func(int) int) { return 4, every(2) }, parallel.ErrOption, "end at 8, want 10"},
		"too long":         {func(int, int) (int, func(int) int) { return 3, every(5) }, parallel.ErrOption, "chunk 2 is 10 to 15"},
		"empty chunks":     {func(int, int) (int, func(int) int) { return 3, every(0) }, parallel.ErrOption, "chunk 0 is 0 to 0"},
		"not from 0":       {func(int, int) (int, func(int) int) { return 2, func(k int) int { return 5 * (k + 1) } }, parallel.ErrOption, "chunk 0 is 5 to 10, want one from 0"},
		"panics":           {func(int, int) (int, func(int) int) { panic(errBoom) }, errBoom, "panic: boom"},
		"borders panic":    {func(int, int) (int, func(int) int) { return 2, func(int) int { panic(errBoom) } }, errBoom, "panic: boom"},
		"borders are nil":  {func(int, int) (int, func(int) int) { return 2, nil }, nil, "nil pointer"},
		"borders jump":     {func(int, int) (int, func(int) int) { i := 0; return 2, func(int) int { i += 3; return i } }, parallel.ErrOption, "chunk 0"},
		"descending order": {func(int, int) (int, func(int) int) { return 2, func(k int) int { return 10 - 5*k } }, parallel.ErrOption, "chunk 0"},
	} {
		err := parallel.Range(t.Context(), 10, func(context.Context, int, int) error { return nil }, parallel.ChunkBy(c.rule))
		if err == nil || c.kind != nil && !errors.Is(err, c.kind) || mentions(err, "parallel.Range: ", c.word) != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	err := parallel.Range(t.Context(), 10, func(context.Context, int, int) error { return nil }, parallel.ChunkBy(parallel.ChunksStatic), parallel.ChunkSize(3))
	if !errors.Is(err, parallel.ErrOption) || mentions(err, "ChunkBy", "ChunkSize(3)") != "" {
		t.Errorf("ChunkBy with ChunkSize: %v", err)
	}
}
