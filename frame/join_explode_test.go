package frame_test

import (
	"slices"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// A join whose keys repeat on both sides makes far more rows than its frames have, and
// the same at any width.
func TestJoinThatExplodes(t *testing.T) {
	const n, m = 1100, 1000 // n*m rows and more
	key := make([]*int64, 2*n)
	for i := range n { // between rows without a match
		key[2*i], key[2*i+1] = new(int64(7)), new(int64(0))
	}
	key[2*n-1] = nil
	left := must(countTo(t, 2*n).With(must(frame.NewColumn("k", key))))
	sevens := make([]int64, m)
	for i := range sevens {
		sevens[i] = 7
	}
	right := must(countTo(t, m).With(must(frame.NewColumn("k", sevens))))
	for _, kind := range []frame.JoinKind{frame.InnerJoin, frame.LeftJoin} {
		var first *frame.Frame
		for _, width := range []int{1, 3} {
			got, err := left.Join(t.Context(), right, frame.JoinOptions{Kind: kind, Keys: []string{"k"}}, parallel.Workers(width))
			if err != nil {
				t.Fatal(err)
			}
			is, js := must(frame.Values[int64](must(got.Column("i")))), must(frame.Nulls[int64](must(got.Column("i_right"))))
			at := 0
			for i := range 2 * n {
				switch {
				case i%2 == 0:
					for j := range m {
						if is[at] != int64(i) || js[at] != frame.Some(int64(j)) {
							t.Fatalf("kind %d: row %d: got %d, %v, want %d, %d", kind, at, is[at], js[at], i, j)
						}
						at++
					}
				case kind == frame.LeftJoin:
					if is[at] != int64(i) || js[at].Valid {
						t.Fatalf("row %d: got %d, %v, want %d, null", at, is[at], js[at], i)
					}
					at++
				}
			}
			if at != got.NumRows() {
				t.Errorf("kind %d: got %d rows, want %d", kind, got.NumRows(), at)
			}
			if first == nil {
				first = got
			}
			checkLayout(t, got, first)
		}
	}
}

// A key matches any number of rows, even more than 8 or 16 bits can count.
func TestJoinFindsAllMatchesOfAKey(t *testing.T) {
	left := frameOf(t, col(t, "k", []string{"few", "none", "many"}))
	for _, n := range []int{255, 256, 257, 65_535, 65_536, 70_001} {
		keys := slices.Repeat([]string{"many"}, n)
		keys[n/2] = "few"
		right := frameOf(t, col(t, "k", keys), col(t, "row", upTo(n)))
		want := append([]int{n / 2}, upTo(n)[:n/2]...)
		want = append(want, upTo(n)[n/2+1:]...)
		got := must(left.Join(t.Context(), right, frame.JoinOptions{Kind: frame.InnerJoin, Keys: []string{"k"}}))
		if rows := must(frame.Values[int](must(got.Column("row")))); !slices.Equal(rows, want) {
			t.Errorf("%d rows of a key: %d matches, expected %d", n, len(rows), len(want))
		}
	}
}
