package chunk

import (
	"bytes"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// slowCopyBits copies bit by bit.
func slowCopyBits(dst []byte, i int, src []byte, j, n int) {
	for k := range n {
		dst[(i+k)/8] &^= 1 << ((i + k) % 8)
		if src == nil || src[(j+k)/8]>>((j+k)%8)&1 == 1 {
			dst[(i+k)/8] |= 1 << ((i + k) % 8)
		}
	}
}

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func TestCopyBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		n, i, j := rng.IntN(200), rng.IntN(70), rng.IntN(70)
		src := randomBytes(rng, (j+n+7)/8) // not a byte more than needed
		if rng.IntN(10) == 0 {
			src = nil
		}
		got := randomBytes(rng, (i+n+7)/8)
		want := bytes.Clone(got)
		copyBits(got, i, src, j, n)
		slowCopyBits(want, i, src, j, n)
		if !bytes.Equal(got, want) {
			t.Fatalf("%d bits from %d to %d: %x, expected %x", n, j, i, got, want)
		}
	}
}

func TestWord(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		off, n := rng.IntN(130), 1+rng.IntN(64)
		b := randomBytes(rng, (off+n+7)/8+rng.IntN(3))
		var want uint64
		for k := range n {
			if Bit(b, off+k) {
				want |= 1 << k
			}
		}
		if got := Word(b, off, n); got != want {
			t.Fatalf("%d bits from %d: %x, expected %x", n, off, got, want)
		}
	}
	if got := Word(nil, 5, 3); got != 7 {
		t.Errorf("no bitmap: %x, expected all ones", got)
	}
}

func TestEqualBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		n, i, j := rng.IntN(200), rng.IntN(70), rng.IntN(70)
		a, b := randomBytes(rng, (i+n+7)/8), randomBytes(rng, (j+n+7)/8)
		copyBits(b, j, a, i, n)
		if !equalBits(a, i, b, j, n) {
			t.Fatalf("%d bits at %d and %d are the same", n, i, j)
		}
		if n > 0 {
			k := j + rng.IntN(n)
			b[k/8] ^= 1 << (k % 8)
			if equalBits(a, i, b, j, n) {
				t.Fatalf("%d bits at %d and %d differ in bit %d", n, i, j, k)
			}
		}
	}
}

func TestValidRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		c := &Chunk{Off: rng.IntN(70), Len: rng.IntN(300), Bufs: make([][]byte, 1)}
		c.Bufs[0] = make([]byte, (c.Off+c.Len+7)/8)
		long := rng.IntN(2) == 0
		on := false
		for i := range c.Len {
			if !long || rng.IntN(50) == 0 {
				on = rng.IntN(2) == 0
			}
			if on {
				SetBit(c.Bufs[0], c.Off+i)
			}
		}
		i := rng.IntN(c.Len + 1)
		n := rng.IntN(c.Len - i + 1)
		got, end := make([]bool, c.Len), -1
		c.validRuns(i, n, func(lo, m int) bool {
			if m == 0 || lo == end {
				t.Fatalf("a run of %d rows at %d after one that ended at %d", m, lo, end)
			}
			for k := lo; k < lo+m; k++ {
				got[k] = true
			}
			end = lo + m
			return true
		})
		for k := range got {
			if want := k >= i && k < i+n && Bit(c.Bufs[0], c.Off+k); got[k] != want {
				t.Fatalf("row %d: %t, expected %t", k, got[k], want)
			}
		}
	}
}

func TestNextRun(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 1000 {
		off, n := rng.IntN(20), rng.IntN(300)
		bitmap := randomBytes(rng, (off+n+7)/8)
		for i := range bitmap {
			if rng.IntN(3) > 0 { // long runs
				bitmap[i] = byte(-rng.IntN(2))
			}
		}
		words := make([]uint64, (n+63)/64)
		LoadBits(words, bitmap, off, n)
		got := make([]bool, n)
		for i := 0; i < n; {
			from, to := NextRun(words, i, n)
			if from < i || to < from || from == to && from != n {
				t.Fatalf("%d to %d is the run after %d of %d", from, to, i, n)
			}
			if to < n && Bit(bitmap, off+to) {
				t.Fatalf("the run of %d to %d goes on", from, to)
			}
			for k := from; k < to; k++ {
				got[k] = true
			}
			i = to
		}
		for k := range got {
			if got[k] != Bit(bitmap, off+k) {
				t.Fatalf("bit %d of %d: %t", k, n, got[k])
			}
		}
	}
}

func TestLowBits(t *testing.T) {
	for n := range 70 {
		if got := bits.OnesCount64(LowBits(n)); got != min(n, 64) || bits.Len64(LowBits(n)) != min(n, 64) {
			t.Errorf("%d bits: %x", n, LowBits(n))
		}
	}
}
