package keys

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
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

// BenchmarkSortWords chose radixFrom.
func BenchmarkSortWords(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{64, 128, 256, 512, 1024, sortRun} {
		words := make([]sortItem, n)
		for i := range words {
			words[i] = sortItem{word: floatOrder(rng.NormFloat64()), row: int32(i)}
		}
		items, spare := make([]sortItem, n), make([]sortItem, n)
		for name, sort := range map[string]func(items, spare []sortItem){"radix": radixSort, "compare": compareSort} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					copy(items, words)
					sort(items, spare)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			})
		}
	}
}
