package rowcodec

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/parframe/parframe/internal/chunk"
)

func randomBits(n int, r *rand.Rand) []bool {
	bits := make([]bool, n)
	on := false
	for i := range bits {
		if r.IntN(5) == 0 {
			on = !on
		}
		bits[i] = on
	}
	return bits
}

// wordsOf packs bits, the obvious way, with garbage above the last.
func wordsOf(bits []bool) []uint64 {
	words := make([]uint64, len(bits)/64+1)
	for i := range words {
		words[i] = 0xaaaa_aaaa_aaaa_aaaa
	}
	for i, b := range bits {
		words[i>>6] &^= 1 << (i & 63)
		if b {
			words[i>>6] |= 1 << (i & 63)
		}
	}
	return words
}

func TestNextRun(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 200 {
		bits := randomBits(n, r)
		words := wordsOf(bits)
		seen := make([]bool, n)
		last := -1
		for from, to := chunk.NextRun(words, 0, n); from < n; from, to = chunk.NextRun(words, to, n) {
			if from <= last || to <= from || to > n || last >= 0 && from == last {
				t.Fatalf("n=%d: run %d..%d after %d", n, from, to, last)
			}
			for i := from; i < to; i++ {
				seen[i] = true
			}
			last = to
		}
		for i := range bits {
			if bits[i] != seen[i] {
				t.Fatalf("n=%d: bit %d is %v", n, i, bits[i])
			}
		}
	}
}

func TestBlockExclude(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		n := 1 + r.IntN(BlockRows)
		var b Block
		b.Reset(n)
		want := make([]bool, n) // null
		for range 3 {
			first := r.IntN(n)
			m := 1 + r.IntN(n-first)
			valid := randomBits(m, r)
			b.exclude(first, wordsOf(valid), m)
			for i, v := range valid {
				want[first+i] = want[first+i] || !v
			}
		}
		first := n
		for i := n - 1; i >= 0; i-- {
			if got := b.Valid[i>>6]>>(i&63)&1 == 0; got != want[i] {
				t.Fatalf("row %d of %d: null is %v", i, n, got)
			}
			if want[i] {
				first = i
			}
		}
		if b.FirstNull() != first || b.Nulls != (first < n) {
			t.Fatalf("first null %d, %v, want %d", b.FirstNull(), b.Nulls, first)
		}
	}
}

// Ranges that share words are written at once from many goroutines.
func TestPutBits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		n := r.IntN(1000)
		want := randomBits(n, r)
		got := make([]uint64, (n+63)/64)
		var wg sync.WaitGroup
		for lo := 0; lo < n; {
			hi := min(n, lo+1+r.IntN(BlockRows))
			first, src := lo, wordsOf(want[lo:hi])
			wg.Go(func() { putBits(got, first, src, hi-first) })
			lo = hi
		}
		wg.Wait()
		for i := range 64 * len(got) {
			bit := got[i>>6]>>(i&63)&1 != 0
			if i < n && bit != want[i] || i >= n && bit {
				t.Fatalf("bit %d of %d is %v", i, n, bit)
			}
		}
		lo := r.IntN(n + 1)
		hi := lo + r.IntN(n-lo+1)
		part := sliceBits(got, lo, hi)
		for i := range hi - lo {
			if part[i>>6]>>(i&63)&1 != 0 != want[lo+i] {
				t.Fatalf("sliceBits %d..%d: bit %d", lo, hi, i)
			}
		}
	}
}
