package frame_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/parframe/parframe/frame"
)

// byHandSorted sorts without a library: a part for each core, and then merges. No two
// rows may be equal.
func byHandSorted[T any](rows []T, compare func(a, b T) int) []T {
	w := runtime.GOMAXPROCS(0)
	parts := make([][]T, w)
	var wg sync.WaitGroup
	for p := range w {
		parts[p] = rows[p*len(rows)/w : (p+1)*len(rows)/w]
		wg.Go(func() { slices.SortFunc(parts[p], compare) })
	}
	wg.Wait()
	for len(parts) > 1 {
		var next [][]T
		for p := 0; p+1 < len(parts); p += 2 {
			a, b := parts[p], parts[p+1]
			out := make([]T, 0, len(a)+len(b))
			for len(a) > 0 && len(b) > 0 {
				if compare(a[0], b[0]) <= 0 {
					out, a = append(out, a[0]), a[1:]
				} else {
					out, b = append(out, b[0]), b[1:]
				}
			}
			next = append(next, append(append(out, a...), b...))
		}
		if len(parts)%2 == 1 {
			next = append(next, parts[len(parts)-1])
		}
		parts = next
	}
	return parts[0]
}

// BenchmarkSort sorts 3,000,000 rows by a float, and by text and then a float, beside the
// standard library's sorts of a slice on one core, and hand-written sorts of row numbers
// on all cores. Each ends with a sorted copy of the table.
func BenchmarkSort(b *testing.B) {
	const n = 3_000_000
	type row struct {
		k string
		x float64
	}
	type item struct {
		x   float64
		row int32
	}
	r := rand.New(rand.NewPCG(7, 7))
	rows, keys, vals := make([]row, n), make([]string, n), make([]float64, n)
	for i := range n {
		keys[i], vals[i] = fmt.Sprintf("id%03d", r.IntN(1000)), r.NormFloat64()
		rows[i] = row{keys[i], vals[i]}
	}
	both, err := frame.New(column(b, "k", keys), column(b, "x", vals))
	if err != nil {
		b.Fatal(err)
	}
	floats, err := both.Select("x")
	if err != nil {
		b.Fatal(err)
	}
	sorted := func(f *frame.Frame, keys ...frame.Key) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Sort(b.Context(), keys); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("float/slices", func(b *testing.B) {
		for b.Loop() {
			slices.SortStableFunc(slices.Clone(vals), cmp.Compare[float64])
		}
	})
	b.Run("float/values", func(b *testing.B) { // the numbers only, without their rows
		for b.Loop() {
			slices.Sort(slices.Clone(vals))
		}
	})
	b.Run("float/hand", func(b *testing.B) {
		for b.Loop() {
			items := make([]item, n)
			for i, x := range vals {
				items[i] = item{x, int32(i)}
			}
			items = byHandSorted(items, func(a, b item) int {
				if a.x != b.x {
					return cmp.Compare(a.x, b.x)
				}
				return int(a.row - b.row)
			})
			out := make([]float64, n)
			for i, it := range items {
				out[i] = vals[it.row]
			}
		}
	})
	b.Run("float/parframe", sorted(floats, frame.Asc("x")))
	byBoth := func(a, b row) int {
		if d := cmp.Compare(a.k, b.k); d != 0 {
			return d
		}
		return cmp.Compare(b.x, a.x)
	}
	b.Run("two/slices", func(b *testing.B) {
		for b.Loop() {
			slices.SortStableFunc(slices.Clone(rows), byBoth)
		}
	})
	b.Run("two/hand", func(b *testing.B) {
		for b.Loop() {
			numbers := make([]int32, n)
			for i := range numbers {
				numbers[i] = int32(i)
			}
			numbers = byHandSorted(numbers, func(i, j int32) int {
				if d := byBoth(rows[i], rows[j]); d != 0 {
					return d
				}
				return int(i - j)
			})
			k, x := make([]string, n), make([]float64, n)
			for i, row := range numbers {
				k[i], x[i] = keys[row], vals[row]
			}
		}
	})
	b.Run("two/parframe", sorted(both, frame.Asc("k"), frame.Desc("x")))
}
