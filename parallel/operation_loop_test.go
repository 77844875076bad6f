package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// operand is an item of a reduction that knows its index, so that the operator
// distinguishes an item from the result of another call.
type operand[T any] struct {
	v  T
	at int // -1: not an item
}

// reduce is Reduce with f called at every item.
func reduce[T any](ctx context.Context, n int, f fault, identity T, item func(int) T, op func(a, b T) T, opts ...any) (T, error) {
	xs := make([]operand[T], n)
	for i := range xs {
		xs[i] = operand[T]{item(i), i}
	}
	total, err := parallel.Reduce(ctx, xs, operand[T]{identity, -1}, func(a, b operand[T]) operand[T] {
		for _, at := range []int{a.at, b.at} {
			if at < 0 {
				continue
			}
			if err := f(ctx, at); err != nil {
				panic(err)
			}
		}
		return operand[T]{op(a.v, b.v), -1}
	}, common(opts)...)
	return total.v, err
}

// scan is Scan with f called once at every item.
func scan[T any](ctx context.Context, n int, f fault, identity T, item func(int) T, op func(a, b T) T, opts ...any) ([]T, error) {
	xs := make([]operand[T], n)
	for i := range xs {
		xs[i] = operand[T]{item(i), i}
	}
	totals, err := parallel.Scan(ctx, xs, operand[T]{identity, -1}, func(a, b operand[T]) operand[T] {
		for _, at := range []int{a.at, b.at} {
			if at < 0 {
				continue
			}
			if err := f(ctx, at); err != nil {
				panic(err)
			}
		}
		return operand[T]{op(a.v, b.v), -1}
	}, common(opts)...)
	if totals == nil {
		return nil, err
	}
	out := make([]T, n)
	for i, x := range totals {
		out[i] = x.v
	}
	return out, err
}

// rightOf returns the right argument of the operator when it is first called with item
// i of a Reduce or Scan of n items. A failure of the operator is a failure of that
// item.
func rightOf(n, i int) int {
	cells := min(n, 1024)
	for k := range cells {
		lo, hi := splitAt(n, cells, k)
		switch {
		case i < lo || i >= hi:
		case i > lo: // not the first of its cell
			return i
		case lo+1 < hi || k%2 == 0 && k+1 < cells:
			return i + 1
		}
	}
	return i
}

// foldCells is the number of cells of a Fold of n items.
func foldCells(n int) int {
	if n < 32768 {
		return min(n, 8)
	}
	return max(4, min(64, n>>18))
}

// foldLoop is the specification of Fold for a merge that is not exactly associative:
// cells of equal size, each folded separately, and merged by treeLoop.
func foldLoop[T, A any](xs []T, cells int, zero func() A, add func(A, T) A, merge func(a, b A) A) A {
	if len(xs) == 0 {
		return zero()
	}
	values := make([]A, cells)
	for k := range cells {
		lo, hi := splitAt(len(xs), cells, k)
		values[k] = zero()
		for _, x := range xs[lo:hi] {
			values[k] = add(values[k], x)
		}
	}
	return treeLoop(values, merge)
}

// reduceLoop is the specification of Reduce for an operator that is not exactly
// associative: at most 1,024 cells.
func reduceLoop[T any](xs []T, identity T, op func(a, b T) T) T {
	if len(xs) == 0 {
		return identity
	}
	return treeLoop(reduceCells(xs, op), op)
}

func reduceCells[T any](xs []T, op func(a, b T) T) []T {
	values := make([]T, min(len(xs), 1024))
	for k := range values {
		lo, hi := splitAt(len(xs), len(values), k)
		values[k] = xs[lo]
		for _, x := range xs[lo+1 : hi] {
			values[k] = op(values[k], x)
		}
	}
	return values
}

// treeLoop merges neighbors, then neighboring results, and so on.
func treeLoop[A any](values []A, merge func(a, b A) A) A {
	for len(values) > 1 {
		var next []A
		for i := 0; i < len(values); i += 2 {
			if i+1 < len(values) {
				next = append(next, merge(values[i], values[i+1]))
			} else {
				next = append(next, values[i])
			}
		}
		values = next
	}
	return values[0]
}

// scanLoop is the specification of Scan for an operator that is not exactly
// associative: running totals in each cell, combined with the total of all cells on its
// left. That total combines the largest parts of the tree on the left, from left to
// right. The last result is the one of Reduce.
func scanLoop[T any](xs []T, op func(a, b T) T) []T {
	cells := reduceCells(xs, op)
	before := func(k int) (sum T) {
		for lo := 0; lo < k; {
			size := 1024
			for lo+size > k {
				size /= 2
			}
			if part := treeLoop(slices.Clone(cells[lo:lo+size]), op); lo == 0 {
				sum = part
			} else {
				sum = op(sum, part)
			}
			lo += size
		}
		return sum
	}
	out := make([]T, 0, len(xs))
	for k := range cells {
		lo, hi := splitAt(len(xs), len(cells), k)
		acc, in := xs[lo], before(k)
		for i := lo; i < hi; i++ {
			if i > lo {
				acc = op(acc, xs[i])
			}
			switch {
			case i == len(xs)-1:
				out = append(out, treeLoop(cells, op))
			case i == hi-1:
				out = append(out, before(k+1))
			case k == 0:
				out = append(out, acc)
			default:
				out = append(out, op(in, acc))
			}
		}
	}
	return out
}

// matrix is 2×2 with wrapping arithmetic: products are exactly associative
// and not commutative.
type matrix [4]uint64

var unit = matrix{1, 0, 0, 1}

func (a matrix) times(b matrix) matrix {
	return matrix{
		a[0]*b[0] + a[1]*b[2], a[0]*b[1] + a[1]*b[3],
		a[2]*b[0] + a[3]*b[2], a[2]*b[1] + a[3]*b[3],
	}
}

func matrixAt(i int) matrix { return matrix{mix(i), mix(i + 1), mix(i + 2), mix(i+3) | 1} }

// mix is splitmix64: it gives items values without a pattern.
func mix(i int) uint64 {
	z := uint64(i)*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// float spreads values over many exponents, so that no two orders of a sum agree.
func float(i int) float64 {
	m := mix(i)
	return math.Ldexp(float64(m>>11), int(m%60)-80) * float64(1-2*int(m>>10&1))
}

func floats(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float(i)
	}
	return xs
}

func word(i int) string { return string(rune('a'+mix(i)%26)) + string(rune('0'+i%10)) }

func bits(x float64) string { return fmt.Sprintf("%016x (%v)", math.Float64bits(x), x) }

// splitAt returns the k-th of parts equal consecutive ranges of 0..n: the first
// n%parts hold one item more.
func splitAt(n, parts, k int) (lo, hi int) {
	at := func(k int) int { return k*(n/parts) + min(k, n%parts) }
	return at(k), at(k + 1)
}

func bitsOf(xs []float64) []uint64 {
	out := make([]uint64, len(xs))
	for i, x := range xs {
		out[i] = math.Float64bits(x)
	}
	return out
}

func mixed(n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = mix(i)
	}
	return out
}

func indices(n int) []int {
	xs := make([]int, n)
	for i := range xs {
		xs[i] = i
	}
	return xs
}

// same compares results, and the most frequent types quickly, since the matrix is
// large.
func same(a, b any) bool {
	if x, ok := a.([]uint64); ok {
		y, ok := b.([]uint64)
		return ok && (x == nil) == (y == nil) && slices.Equal(x, y)
	}
	return reflect.DeepEqual(a, b)
}

// setting is one way to run an operation.
type setting struct {
	opts  []any
	parts int // 0: not partitioned
}

func (s setting) String() string {
	words := make([]string, len(s.opts))
	for i, o := range s.opts {
		words[i] = fmt.Sprint(o)
	}
	return "[" + strings.Join(words, " ") + "]"
}

var widths = []int{1, 3, 64, 2, 8}[:calltest.UnlessRaced(5, 3)]

// settings returns the ways to run op, which must not differ in their results.
func settings(op operation, chunks, parts []int) []setting {
	all := []setting{{}, {opts: []any{parallel.Serial()}}}
	for _, w := range widths {
		all = append(all, setting{opts: []any{parallel.Workers(w)}})
	}
	if op.grid || op.stream {
		return all
	}
	for _, base := range slices.Clone(all) {
		for _, c := range chunks {
			all = append(all, setting{opts: append(slices.Clone(base.opts), parallel.ChunkSize(c))})
		}
		for _, p := range parts {
			all = append(all, setting{opts: append(slices.Clone(base.opts), parallel.Partitions(p)), parts: p})
		}
	}
	return all
}

// partition returns the number of the partition that contains row, as a RowError has
// it. It goes through the borders instead of calculating.
func (s setting) partition(n, row int) int {
	if s.parts == 0 {
		return -1
	}
	parts := min(s.parts, n)
	for k := range parts {
		if lo, hi := splitAt(n, parts, k); lo <= row && row < hi {
			return k
		}
	}
	panic(fmt.Sprintf("row %d of %d is in none of %d partitions", row, n, parts))
}

var errBoom = errors.New("boom")

// gauge counts the functions that run at once, and the most that ever did.
type gauge struct{ now, peak, total atomic.Int64 }

func (g *gauge) enter() {
	g.total.Add(1)
	now := g.now.Add(1)
	for {
		peak := g.peak.Load()
		if now <= peak || g.peak.CompareAndSwap(peak, now) {
			return
		}
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// procs sets GOMAXPROCS for one test.
func procs(t interface{ Cleanup(func()) }, n int) {
	old := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
}

// goroutines counts the running goroutines that the package started.
func goroutines() int {
	buf := make([]byte, 64<<10)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "created by github.com/parframe/parframe/internal/engine.")
}
