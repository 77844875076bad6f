package frame

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// benchFrame has the columns of a usual table: int64, float64 with nulls, text
// and a dictionary.
func benchFrame(n int) *Frame {
	ints, floats, texts := make([]int64, n), make([]*float64, n), make([]string, n)
	for i := range n {
		ints[i] = int64(i)
		if i%10 > 0 {
			floats[i] = new(float64(i) / 3)
		}
		texts[i] = "row " + strconv.Itoa(i%1000)
	}
	dict := dictColumn(arrow.PrimitiveTypes.Int16, false, []string{"a", "b", "c", "d"}).col.Chunks[0]
	codes := make([]int16, n)
	for i := range codes {
		codes[i] = int16(i % 4)
	}
	d := Column{chunk.Column{Field: arrow.Field{Name: "dict", Type: dict.Type}, Len: n, Chunks: []*chunk.Chunk{{Type: dict.Type, Len: n, Bufs: [][]byte{nil, chunk.Bytes(codes)}, Dict: dict.Dict}}}}
	return must(New(must(NewColumn("int", ints)), must(NewColumn("float", floats)), must(NewColumn("text", texts)), d))
}

// Slice has 2 µs per partition and column for all that Apply does.
func BenchmarkSlice(b *testing.B) {
	for _, cols := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("cols=%d", cols), func(b *testing.B) {
			var cs []Column
			for i := range cols {
				cs = append(cs, must(NewColumn(strconv.Itoa(i), make([]int64, 1000))))
			}
			f := must(New(cs...))
			for b.Loop() {
				f.slice(100, 900)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(cols), "ns/col")
		})
	}
}

func BenchmarkConcat(b *testing.B) {
	f := benchFrame(1000)
	parts := []*Frame{f.slice(0, 500), f.slice(500, 1000)}
	for b.Loop() {
		must(Concat(parts...))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8, "ns/part/col")
}

const benchRows = 1_000_000

// perRow runs fn on each column of the frame by itself.
func perRow(b *testing.B, fn func(f *Frame)) {
	f := benchFrame(benchRows)
	for _, c := range f.Columns() {
		one := must(New(c))
		b.Run(c.col.Field.Name, func(b *testing.B) {
			for b.Loop() {
				fn(one)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}

func BenchmarkTakeShuffled(b *testing.B) {
	rows := rand.New(rand.NewPCG(1, 1)).Perm(benchRows)
	perRow(b, func(f *Frame) { must(f.Take(rows)) })
}

func BenchmarkFilterHalf(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	mask := make([]bool, benchRows)
	for i := range mask {
		mask[i] = rng.IntN(2) == 0
	}
	perRow(b, func(f *Frame) { must(f.Filter(mask)) })
}

// BenchmarkFilterRuns chose flatRun: half of the rows, which lie in runs of
// that length, one by one and as spans.
func BenchmarkFilterRuns(b *testing.B) {
	f := must(benchFrame(benchRows).Select("int", "text"))
	for _, run := range []int{1, 4, 8, 16, 64} {
		rng := rand.New(rand.NewPCG(1, 1))
		mask := make([]bool, 0, benchRows)
		for keep := false; len(mask) < benchRows; keep = !keep {
			for range min(1+rng.IntN(2*run), benchRows-len(mask)) {
				mask = append(mask, keep)
			}
		}
		n, _ := chunk.CountMask(mask)
		for name, runs := range map[string]int{"flat": n, "spans": 0} {
			b.Run(fmt.Sprintf("run=%d/%s", run, name), func(b *testing.B) {
				for b.Loop() {
					f.pick(b.Context(), chunk.SelectMask(b.Context(), mask, n, runs))
				}
			})
		}
	}
}

func BenchmarkRechunk(b *testing.B) {
	perRow(b, func(f *Frame) {
		must(must(Concat(f.slice(0, benchRows/2), f.slice(benchRows/2, benchRows))).Rechunk())
	})
}

func BenchmarkEqual(b *testing.B) {
	f := benchFrame(benchRows)
	for i, c := range f.Clone().Columns() {
		one, two := must(New(c)), must(New(f.Columns()[i]))
		b.Run(c.col.Field.Name, func(b *testing.B) {
			for b.Loop() {
				if !one.Equal(two) {
					b.Fatal("not equal")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
		})
	}
}

// The loop that Take of an int64 column without nulls could be at best.
func BenchmarkTakeLoop(b *testing.B) {
	rows := rand.New(rand.NewPCG(1, 1)).Perm(benchRows)
	v := make([]int64, benchRows)
	for b.Loop() {
		out := make([]int64, benchRows)
		for k, row := range rows {
			out[k] = v[row]
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}
