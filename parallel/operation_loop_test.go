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

	"github.com/parframe/parframe/parallel"
)

// operand is an item of a reduction that knows its index, so that the
// operator can tell an item from the result of another operator call.
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
		if b.at >= 0 {
			if err := f(ctx, b.at); err != nil {
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
		if b.at >= 0 {
			if err := f(ctx, b.at); err != nil {
				panic(err)
			}
		}
		return operand[T]{op(a.v, b.v), -1}
	}, common(opts)...)
	if err != nil {
		return nil, err
	}
	out := make([]T, n)
	for i, x := range totals {
		out[i] = x.v
	}
	return out, nil
}

// gridLoop is the specification of reductions whose operator is not exactly
// associative: at most 1,024 cells, the first ones longer by one item where n
// does not divide, each folded for itself and then merged from left to right.
func gridLoop[T, A any](xs []T, zero func() A, add func(A, T) A, merge func(a, b A) A) A {
	cells := min(len(xs), 1024)
	if cells == 0 {
		return zero()
	}
	var total A
	short, long := len(xs)/cells, len(xs)%cells
	for k := range cells {
		size := short
		if k < long {
			size++
		}
		acc := zero()
		for _, x := range xs[:size] {
			acc = add(acc, x)
		}
		xs = xs[size:]
		if k == 0 {
			total = acc
		} else {
			total = merge(total, acc)
		}
	}
	return total
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

// mix is splitmix64: a value for item i that looks like no other's.
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

func word(i int) string { return string(rune('a'+mix(i)%26)) + string(rune('0'+i%10)) }

func bits(x float64) string { return fmt.Sprintf("%016x (%v)", math.Float64bits(x), x) }

// scanLoop is the specification of Scan for an operator that is not exactly
// associative: running totals in each cell, onto each of which goes what comes
// into the cell from the left.
func scanLoop[T, A any](xs []T, zero A, add func(A, T) A, merge func(a, b A) A) []A {
	cells := min(len(xs), 1024)
	out := make([]A, 0, len(xs))
	var carry A
	for k := range cells {
		lo, hi := splitAt(len(xs), cells, k)
		acc := zero
		for _, x := range xs[lo:hi] {
			if acc = add(acc, x); k == 0 {
				out = append(out, acc)
			} else {
				out = append(out, merge(carry, acc))
			}
		}
		if carry = acc; k > 0 {
			carry = out[hi-1]
		}
	}
	return out
}

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

// same compares results; the usual types quickly, since the matrix is large.
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

var widths = []int{1, 2, 3, 8, 64}

// settings returns the ways to run op that must not differ in their results.
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

// partition returns the number of the partition that row lies in, as the
// RowError gives it: by walking the borders, not by arithmetic.
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

// gauge counts what runs at once, and the most that ever did.
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

// goroutines counts the goroutines that the package started and that live.
func goroutines() int {
	buf := make([]byte, 64<<10)
	return strings.Count(string(buf[:runtime.Stack(buf, true)]), "created by github.com/parframe/parframe/internal/engine.")
}
