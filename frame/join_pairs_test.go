package frame

import (
	"context"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// A join whose keys repeat on both sides makes far more rows than its frames
// have: in parts, which are the same at any width.
func TestJoinThatExplodes(t *testing.T) {
	const n, m = 1100, 1000 // n*m is more than a part
	key := make([]*int64, 2*n)
	for i := range n { // between rows without a match
		key[2*i], key[2*i+1] = new(int64(7)), new(int64(0))
	}
	key[2*n-1] = nil
	left := must(countTo(t, 2*n).With(must(NewColumn("k", key))))
	sevens := make([]int64, m)
	for i := range sevens {
		sevens[i] = 7
	}
	right := must(countTo(t, m).With(must(NewColumn("k", sevens))))
	for _, kind := range []JoinKind{InnerJoin, LeftJoin} {
		var first *Frame
		for _, width := range []int{1, 3} {
			got, err := left.Join(t.Context(), right, JoinOptions{Kind: kind, Keys: []string{"k"}}, parallel.Workers(width))
			if err != nil {
				t.Fatal(err)
			}
			is, js := must(Values[int64](must(got.Column("i")))), must(Nulls[int64](must(got.Column("i_right"))))
			at := 0
			for i := range 2 * n {
				switch {
				case i%2 == 0:
					for j := range m {
						if is[at] != int64(i) || js[at] != Some(int64(j)) {
							t.Fatalf("kind %d: row %d: got %d, %v, want %d, %d", kind, at, is[at], js[at], i, j)
						}
						at++
					}
				case kind == LeftJoin:
					if is[at] != int64(i) || js[at].Valid {
						t.Fatalf("row %d: got %d, %v, want %d, null", at, is[at], js[at], i)
					}
					at++
				}
			}
			if at != got.NumRows() {
				t.Errorf("kind %d: got %d rows, want %d", kind, got.NumRows(), at)
			}
			for _, col := range got.Columns() {
				chunks := col.Chunks()
				if len(chunks) != 2 || chunks[0].Len() != joinPart {
					t.Errorf("kind %d: column %s: %d Arrow chunks, the first of %d rows", kind, col.Name(), len(chunks), chunks[0].Len())
				}
			}
			if first == nil {
				first = got
			}
			if !got.Equal(first) {
				t.Errorf("kind %d: %s", kind, got.Diff(first))
			}
		}
	}
}

// lookedAt is a context that ends when it is looked at for the n-th time.
type lookedAt struct {
	context.Context
	n int
}

func (c *lookedAt) Err() error {
	if c.n--; c.n <= 0 {
		return context.Canceled
	}
	return nil
}

// However many rows a left row makes, and however many make none, few are
// written between two looks at the context.
func TestJoinLooksAtItsContext(t *testing.T) {
	const n = 1 << 20
	for name, starts := range map[string][]int{"all match": {0, n}, "first and last match": {0, 0, 1}} {
		t.Run(name, func(t *testing.T) {
			codes := make([]int32, 8)
			if len(starts) > 2 {
				codes = make([]int32, 8*joinPiece)
				codes[0], codes[len(codes)-1] = 1, 1
			}
			c, err := serialCall("frame.Join", 0)
			if err != nil {
				t.Fatal(err)
			}
			j := &join{call: c, codes: codes, rows: make([]int32, n), starts: starts}
			ends, once, err := j.count()
			if err != nil || once {
				t.Fatal(once, err)
			}
			total := min(ends[len(ends)-1], n)
			for looks := 1; looks < 5; looks++ {
				w := pairWriter{join: j, ends: ends, left: make([]int32, total), right: make([]int32, total)}
				for i := range w.left {
					w.left[i] = -1
				}
				ctx := &lookedAt{t.Context(), looks}
				if err := w.write(ctx, 0, 0, total); err == nil {
					t.Fatal("got no error")
				}
				written := 0
				for written < total && w.left[written] >= 0 {
					written++
				}
				if written > (looks-1)*joinBlock {
					t.Errorf("%d rows were written with %d looks", written, looks)
				}
			}
		})
	}
}
