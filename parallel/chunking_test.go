package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/parframe/parframe/parallel"
)

// sizesOf lists the sizes of the chunks that a rule makes.
func sizesOf(rule parallel.Chunking, n, workers int) (sizes []int) {
	chunks, at := rule(n, workers)
	for k := range chunks {
		sizes = append(sizes, at(k+1)-at(k))
	}
	return sizes
}

// repeat is count times size, then what follows.
func repeat(count, size int, then ...int) []int {
	return append(slices.Repeat([]int{size}, count), then...)
}

// TestChunksCPython: the worked numbers of multiprocessing/pool.py,
// q, r = divmod(n, 4·workers); size = q + (r > 0), for 4 workers, and that formula.
func TestChunksCPython(t *testing.T) {
	for _, c := range []struct {
		n    int
		want []int
	}{{1, []int{1}}, {10, repeat(10, 1)}, {16, repeat(16, 1)}, {17, repeat(8, 2, 1)}, {100, repeat(14, 7, 2)}} {
		if got := sizesOf(parallel.ChunksCPython, c.n, 4); !slices.Equal(got, c.want) {
			t.Errorf("%d items, 4 workers: %v; want %v", c.n, got, c.want)
		}
	}
	for n := 1; n < 300; n++ {
		for workers := 1; workers < 20; workers++ {
			size, r := n/(4*workers), n%(4*workers)
			if r > 0 {
				size++
			}
			got := sizesOf(parallel.ChunksCPython, n, workers)
			count := n / size
			if n%size > 0 {
				count++
			}
			if len(got) != count || got[0] != size {
				t.Fatalf("%d items, %d workers: %v; want %d chunks of %d", n, workers, got, count, size)
			}
		}
	}
}

// TestChunksMpire: mpire's float arithmetic, chunk sizes ⌈c⌉ with c = c + s − ⌈c⌉ for
// s = n ÷ splits, in exact numbers. Its own splits are 64 per worker.
func TestChunksMpire(t *testing.T) {
	mpire := func(n, splits int) (sizes []int) {
		// c is a fraction over splits.
		for c, rest := n, n; rest > 0; {
			take := (c + splits - 1) / splits
			take = min(take, rest)
			sizes = append(sizes, take)
			rest -= take
			c += n - take*splits
		}
		return sizes
	}
	for _, c := range []struct {
		n, splits int
		want      []int
	}{{10, 3, []int{4, 3, 3}}, {10, 4, []int{3, 2, 3, 2}}, {10, 6, []int{2, 2, 1, 2, 2, 1}}} {
		if got := mpire(c.n, c.splits); !slices.Equal(got, c.want) {
			t.Errorf("the test's own rule: %d in %d is %v; want %v", c.n, c.splits, got, c.want)
		}
	}
	for _, n := range []int{1, 63, 64, 65, 100, 128, 129, 640, 1000, 12_345} {
		for _, workers := range []int{1, 2, 3, 7} {
			splits := min(64*workers, n)
			if got, want := sizesOf(parallel.ChunksMpire, n, workers), mpire(n, splits); !slices.Equal(got, want) {
				t.Errorf("%d items, %d workers: %v; want %v", n, workers, got, want)
			}
		}
	}
}

// TestChunksStatic: one chunk per worker; numpy.array_split's rule.
func TestChunksStatic(t *testing.T) {
	for _, c := range []struct {
		n, workers int
		want       []int
	}{{10, 3, []int{4, 3, 3}}, {10, 4, []int{3, 3, 2, 2}}, {3, 8, []int{1, 1, 1}}, {8, 8, repeat(8, 1)}, {1000, 4, repeat(4, 250)}} {
		if got := sizesOf(parallel.ChunksStatic, c.n, c.workers); !slices.Equal(got, c.want) {
			t.Errorf("%d items, %d workers: %v; want %v", c.n, c.workers, got, c.want)
		}
	}
}

var rules = map[string]parallel.Chunking{"CPython": parallel.ChunksCPython, "mpire": parallel.ChunksMpire, "static": parallel.ChunksStatic}

// TestChunkRulesCover: whatever the numbers, chunks ascend, are not empty and cover all.
func TestChunkRulesCover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 3000), rapid.IntRange(1, math.MaxInt)).Draw(t, "n")
		workers := rapid.OneOf(rapid.IntRange(1, 100), rapid.IntRange(1, math.MaxInt)).Draw(t, "workers")
		for name, rule := range rules {
			chunks, at := rule(n, workers)
			if at(0) != 0 || at(chunks) != n || chunks < 1 || chunks > n {
				t.Fatalf("%s: %d chunks from %d to %d of %d items", name, chunks, at(0), at(chunks), n)
			}
			for _, k := range []int{0, 1, chunks / 2, chunks - 2, chunks - 1} {
				if k >= 0 && k < chunks && at(k) >= at(k+1) {
					t.Fatalf("%s: chunk %d is %d to %d", name, k, at(k), at(k+1))
				}
			}
		}
	})
}

// TestChunkBy: a call claims the chunks of the rule, for its own width; results are
// those of the loop.
func TestChunkBy(t *testing.T) {
	for name, rule := range rules {
		for _, width := range widths {
			for _, n := range []int{0, 1, 10, 100, 1025} {
				var mu sync.Mutex
				borders := map[int]int{}
				err := parallel.Range(t.Context(), n, func(_ context.Context, lo, hi int) error {
					mu.Lock()
					defer mu.Unlock()
					borders[lo] = hi
					return nil
				}, parallel.ChunkBy(rule), parallel.Workers(width))
				if err != nil {
					t.Fatal(err)
				}
				lo := 0
				if n > 0 {
					for _, size := range sizesOf(rule, n, width) {
						if borders[lo] != lo+size {
							t.Fatalf("%s, %d items, width %d: chunk %d to %d; want %d", name, n, width, lo, borders[lo], lo+size)
						}
						lo += size
					}
				}
				for _, op := range operations {
					if op.grid || op.stream || n > 1000 && op.name != "Map" {
						continue
					}
					got, err := op.run(t.Context(), n, noFault, parallel.ChunkBy(rule), parallel.Workers(width))
					if err != nil || !same(got, op.loop(n)) {
						t.Errorf("%s by %s, %d items: %v, or differs from the loop", op.name, name, n, err)
					}
				}
			}
		}
	}
}

// TestA2AnyChunkSize: Map keeps the order of its input for every chunk size.
func TestA2AnyChunkSize(t *testing.T) {
	for _, c := range []struct{ n, size int }{{10, 1}, {10, 3}, {100, 20}, {100, 1}, {10, 11}, {10, 1000}} {
		for _, width := range widths {
			got, err := parallel.Map(t.Context(), indices(c.n), twice, parallel.ChunkSize(c.size), parallel.Workers(width))
			want, _ := parallel.Map(t.Context(), indices(c.n), twice, parallel.Serial())
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d items in chunks of %d: %v, %v", c.n, c.size, got, err)
			}
		}
	}
}

// TestA5ChunkSize: zero or less is an error that names the value, also async.
func TestA5ChunkSize(t *testing.T) {
	p := newPool(t)
	for _, size := range []int{0, -1} {
		_, err1 := parallel.Map(t.Context(), indices(3), twice, parallel.ChunkSize(size))
		_, err2 := parallel.MapAsync(t.Context(), p, indices(3), twice, parallel.ChunkSize(size))
		for _, err := range []error{err1, err2} {
			if !errors.Is(err, parallel.ErrOption) || mentions(err, fmt.Sprintf("ChunkSize(%d)", size), "want 1 or more") != "" {
				t.Error(err)
			}
		}
	}
}

// TestChunkByBadRule: a rule whose chunks do not cover all in order, or that panics,
// is an error that says what is wrong, before any item is run.
func TestChunkByBadRule(t *testing.T) {
	rule := func(chunks int, borders ...int) parallel.Chunking {
		return func(int, int) (int, func(int) int) { return chunks, func(k int) int { return borders[k] } }
	}
	for what, c := range map[string]struct {
		rule parallel.Chunking
		word string
	}{
		"nil":       {nil, "nil function"},
		"none":      {rule(0, 0), "0 chunks end at 0, want 10"},
		"negative":  {rule(-1, 0), "-1 chunks end at 0, want 10"},
		"too short": {rule(2, 0, 5, 9), "2 chunks end at 9, want 10"},
		"too long":  {rule(2, 0, 5, 11), "chunk 1 is 5 to 11, want one from 5 to 10 or less"},
		"empty":     {rule(3, 0, 5, 5, 10), "chunk 1 is 5 to 5"},
		"back":      {rule(3, 0, 5, 2, 10), "chunk 1 is 5 to 2"},
		"late":      {rule(2, 1, 5, 10), "chunk 0 is 1 to 5"},
		"endless":   {func(int, int) (int, func(int) int) { return math.MaxInt, func(k int) int { return k } }, "chunk 10 is 10 to 11"},
		"panic":     {func(int, int) (int, func(int) int) { panic("no idea") }, "no idea"},
		"no at":     {func(int, int) (int, func(int) int) { return 1, nil }, "nil pointer"},
	} {
		_, err := parallel.Map(t.Context(), indices(10), func(context.Context, int) (int, error) { t.Error("called"); return 0, nil }, parallel.ChunkBy(c.rule))
		if !errors.Is(err, parallel.ErrOption) || mentions(err, "parallel.Map: ", "ChunkBy", c.word) != "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := parallel.Map(t.Context(), indices(10), twice, parallel.ChunkBy(parallel.ChunksStatic), parallel.ChunkSize(3))
	if mentions(err, "ChunkBy and ChunkSize(3) exclude each other") != "" {
		t.Error(err)
	}
}
