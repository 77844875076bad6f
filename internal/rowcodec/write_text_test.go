package rowcodec

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
)

// writeText writes words through random ranges as the workers of a call
// would, and joins them into Arrow chunks of at most limit bytes.
func writeText(t *testing.T, words []*string, workers, limit int, r *rand.Rand) chunk.Column {
	t.Helper()
	p, err := PlanOf(reflect.TypeFor[*string]())
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(&p.Fields[0], "s", len(words), false)
	mems := make([]WriteMem, workers)
	for lo := 0; lo < len(words); {
		hi := min(len(words), lo+1+r.IntN(BlockRows))
		if done := w.Scatter(ViewOf(words[lo:hi]), lo, hi-lo, nil, &mems[r.IntN(workers)]); done != hi-lo {
			t.Fatal(done)
		}
		lo = hi
	}
	var pieces []piece
	for _, m := range mems {
		pieces = append(pieces, m.pieces...)
	}
	r.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	chunks, err := w.join(pieces, limit, func(n int, fn func(i int)) error {
		for _, i := range r.Perm(n) {
			fn(i)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return chunk.Column{Field: w.Out, Chunks: chunks, Len: len(words)}
}

// The Arrow chunks of strings hold as many rows as fit below the limit, and
// do not depend on who wrote what.
func TestJoinText(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 200 {
		n := 1 + r.IntN(2000)
		words := make([]*string, n)
		want := make([]any, n)
		for i := range words {
			if r.IntN(4) > 0 {
				s := strings.Repeat(fmt.Sprint(i), r.IntN(4))
				if r.IntN(50) == 0 {
					s = strings.Repeat("long", 100)
				}
				words[i], want[i] = &s, s
			}
		}
		limit := []int{1, 10, 200, 1000, 1 << 30}[r.IntN(5)]
		var ends []int // the obvious way to cut
		size := 0
		for i, s := range words {
			length := 0
			if s != nil {
				length = len(*s)
			}
			if last := slices.Max(append(ends, 0)); size+length > limit && i > last {
				ends, size = append(ends, i), 0
			}
			size += length
		}
		ends = append(ends, n)

		col := writeText(t, words, 1+r.IntN(4), limit, r)
		var got []int
		var cells []any
		at := 0
		for _, c := range col.Chunks {
			at += c.Len
			got = append(got, at)
			cells = append(cells, arrowtest.Cells(c.Array())...)
			if err := chunk.Validate(c); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(got, ends) {
			t.Fatalf("limit %d: chunks end at %v, want %v", limit, got, ends)
		}
		if !slices.Equal(cells, want) {
			t.Fatalf("limit %d: %v, want %v", limit, cells, want)
		}
	}
}

// A worker's text grows buffer by buffer and is never copied to a larger one;
// ranges that follow each other share a piece.
func TestWriteMemRoom(t *testing.T) {
	var m WriteMem
	add := func(lo, n int, s string) {
		p := m.room(lo, len(s))
		if cap(p.text)-len(p.text) < len(s) {
			t.Fatalf("room for %d of %d bytes", cap(p.text)-len(p.text), len(s))
		}
		p.text = append(p.text, s...)
		p.hi = lo + n
	}
	add(0, 10, "abc")
	add(10, 5, "def")
	if len(m.pieces) != 1 || string(m.pieces[0].text) != "abcdef" || m.pieces[0].hi != 15 {
		t.Fatal(m.pieces)
	}
	add(100, 1, "ghi")
	if len(m.pieces) != 2 || &m.pieces[0].text[0] == &m.pieces[1].text[0] {
		t.Fatal(m.pieces)
	}
	first := &m.pieces[0].text[0]
	add(101, 1, strings.Repeat("x", 1<<21))
	if len(m.pieces) != 3 || first != &m.pieces[0].text[0] || string(m.pieces[1].text) != "ghi" {
		t.Fatal(len(m.pieces))
	}
}
