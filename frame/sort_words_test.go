package frame

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/parframe/parframe/parallel"
)

// Both ways to sort words are those of the stable sort by null and word.
func TestSortWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for _, n := range []int{0, 1, 2, 3, 7, 255, 256, 257, 1000, 4097} {
		for _, bits := range []int{0, 1, 8, 17, 64} {
			items := make([]sortItem, n)
			for i := range items {
				items[i] = sortItem{row: int32(3 * i)}
				switch rng.IntN(8) {
				case 0:
					items[i].null = int8(rng.IntN(2)*2 - 1)
				default:
					items[i].word = rng.Uint64() &^ (1<<(64-bits) - 1) >> rng.IntN(2)
				}
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b sortItem) int {
				return cmp.Or(cmp.Compare(a.null, b.null), cmp.Compare(a.word, b.word))
			})
			for name, sort := range map[string]func(items, spare []sortItem){"sortWords": sortWords, "radixSort": radixSort, "compareSort": compareSort} {
				if n == 0 && name == "radixSort" {
					continue
				}
				got := slices.Clone(items)
				sort(got, make([]sortItem, n))
				if !slices.Equal(got, want) {
					t.Errorf("%s of %d items of %d bits", name, n, bits)
				}
			}
			a, b := slices.Clone(items[:n/2]), slices.Clone(items[n/2:])
			sortWords(a, make([]sortItem, len(a)))
			sortWords(b, make([]sortItem, len(b)))
			got := make([]sortItem, n)
			for from := 0; from < n; from += 100 {
				mergeWords(got[from:min(from+100, n)], a, b, from)
			}
			if !slices.Equal(got, want) {
				t.Errorf("mergeWords of %d items of %d bits", n, bits)
			}
		}
	}
}

// Ties of more rows than a run has, whose next keys are a text with long equal
// beginnings, nulls and few numbers, are the stable sort by all keys.
func TestSortLargeTies(t *testing.T) {
	n := 5*sortRun + 7
	rng := rand.New(rand.NewPCG(9, 9))
	first, texts, numbers := make([]bool, n), make([]*string, n), make([]int16, n)
	for i := range n {
		first[i], numbers[i] = rng.IntN(2) == 0, int16(rng.IntN(5))
		if rng.IntN(4) > 0 {
			texts[i] = new(fmt.Sprintf("a beginning of text, then %d", rng.IntN(30)))
		}
	}
	f := must(New(must(NewColumn("a", first)), must(NewColumn("b", texts)), must(NewColumn("c", numbers))))
	want := make([]int32, n)
	for i := range want {
		want[i] = int32(i)
	}
	slices.SortStableFunc(want, func(i, j int32) int {
		a, b := texts[i], texts[j]
		d := cmp.Compare(boolInt(first[j]), boolInt(first[i])) // descending
		switch {
		case d != 0:
		case a == nil || b == nil:
			d = cmp.Compare(boolInt(b == nil), boolInt(a == nil)) // nulls first
		default:
			d = cmp.Compare(*b, *a)
		}
		return cmp.Or(d, cmp.Compare(numbers[i], numbers[j]))
	})
	for _, workers := range []int{1, 3} {
		got := must(f.Sort(t.Context(), []Key{Desc("a"), Desc("b").NullsFirst(), Asc("c")}, parallel.Workers(workers)))
		rows := make([]int, n)
		for k, row := range want {
			rows[k] = int(row)
		}
		if by := must(f.Take(rows)); !got.Equal(by) {
			t.Fatalf("%d workers: %s", workers, got.Diff(by))
		}
	}
}
