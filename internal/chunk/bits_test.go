package chunk_test

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

func randomBytes(rng *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// Bits are picked as by a plain loop, from any place to any place. A source without a
// bitmap has no nulls.
func TestPickBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var srcs []*chunk.Chunk
		var spans []chunk.Span
		var want []any
		for k := range 1 + rng.IntN(5) {
			off, n := rng.IntN(70), 1+rng.IntN(200)
			size := (off + n + 7) / 8 // not a byte more than needed
			src := &chunk.Chunk{Type: arrow.FixedWidthTypes.Boolean, Off: off, Len: n, Bufs: [][]byte{randomBytes(rng, size), randomBytes(rng, size)}}
			if rng.IntN(5) == 0 {
				src.Bufs[0] = nil
			}
			lo := rng.IntN(n)
			span := chunk.Span{Src: int32(k), N: int32(1 + rng.IntN(n-lo)), Lo: lo}
			srcs, spans = append(srcs, src), append(spans, span)
			for i := range int(span.N) {
				want = append(want, src.Value(lo+i))
			}
		}
		got, err := chunk.Pick(t.Context(), arrow.FixedWidthTypes.Boolean, srcs, spans)
		if err != nil || got.Len != len(want) {
			t.Fatal(got, err)
		}
		for i := range want {
			if got.Value(i) != want[i] {
				t.Fatalf("spans %v: row %d is %v, expected %v", spans, i, got.Value(i), want[i])
			}
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
			if chunk.Bit(b, off+k) {
				want |= 1 << k
			}
		}
		if got := chunk.Word(b, off, n); got != want {
			t.Fatalf("%d bits from %d: %x, expected %x", n, off, got, want)
		}
	}
	if got := chunk.Word(nil, 5, 3); got != 7 {
		t.Errorf("no bitmap: %x, expected all ones", got)
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
		chunk.LoadBits(words, bitmap, off, n)
		got := make([]bool, n)
		for i := 0; i < n; {
			from, to := chunk.NextRun(words, i, n)
			if from < i || to < from || from == to && from != n {
				t.Fatalf("%d to %d is the run after %d of %d", from, to, i, n)
			}
			if to < n && chunk.Bit(bitmap, off+to) {
				t.Fatalf("the run of %d to %d goes on", from, to)
			}
			for k := from; k < to; k++ {
				got[k] = true
			}
			i = to
		}
		for k := range got {
			if got[k] != chunk.Bit(bitmap, off+k) {
				t.Fatalf("bit %d of %d: %t", k, n, got[k])
			}
		}
	}
}

func TestLowBits(t *testing.T) {
	for n := range 70 {
		if got := bits.OnesCount64(chunk.LowBits(n)); got != min(n, 64) || bits.Len64(chunk.LowBits(n)) != min(n, 64) {
			t.Errorf("%d bits: %x", n, chunk.LowBits(n))
		}
	}
}
