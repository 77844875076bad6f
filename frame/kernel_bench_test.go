package frame_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// tableFrame has the columns of a usual table: int64, float64 with nulls, text
// and a dictionary.
func tableFrame(n int) *frame.Frame {
	ints, floats, texts := make([]int64, n), make([]*float64, n), make([]string, n)
	for i := range n {
		ints[i] = int64(i)
		if i%10 > 0 {
			floats[i] = new(float64(i) / 3)
		}
		texts[i] = "row " + strconv.Itoa(i%1000)
	}
	codes := make([]int16, n)
	for i := range codes {
		codes[i] = int16(i % 4)
	}
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}
	values := must(frame.NewColumn("v", []string{"a", "b", "c", "d"})).Chunks()[0]
	d := must(frame.ColumnOf("dict", array.NewDictionaryArray(typ, must(frame.NewColumn("c", codes)).Chunks()[0], values)))
	return must(frame.New(must(frame.NewColumn("int", ints)), must(frame.NewColumn("float", floats)), must(frame.NewColumn("text", texts)), d))
}

// A Slice must be much cheaper than 2 µs per partition and column, the budget of Apply.
func BenchmarkSlice(b *testing.B) {
	for _, cols := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("cols=%d", cols), func(b *testing.B) {
			var cs []frame.Column
			for i := range cols {
				cs = append(cs, must(frame.NewColumn(strconv.Itoa(i), make([]int64, 1000))))
			}
			f := must(frame.New(cs...))
			for b.Loop() {
				must(f.Slice(100, 900))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(cols), "ns/col")
		})
	}
}

func BenchmarkConcat(b *testing.B) {
	f := tableFrame(1000)
	parts := []*frame.Frame{must(f.Slice(0, 500)), must(f.Slice(500, 1000))}
	for b.Loop() {
		must(frame.Concat(parts...))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8, "ns/part/col")
}

const tableRows = 1_000_000

// perRow runs fn on each column of the frame alone.
func perRow(b *testing.B, fn func(f *frame.Frame)) {
	f := tableFrame(tableRows)
	for _, c := range f.Columns() {
		one := must(frame.New(c))
		b.Run(c.Name(), func(b *testing.B) {
			for b.Loop() {
				fn(one)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/tableRows, "ns/row")
		})
	}
}

func BenchmarkTakeShuffled(b *testing.B) {
	rows := rand.New(rand.NewPCG(1, 1)).Perm(tableRows)
	perRow(b, func(f *frame.Frame) { must(f.Take(rows)) })
}

func BenchmarkFilterHalf(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	mask := make([]bool, tableRows)
	for i := range mask {
		mask[i] = rng.IntN(2) == 0
	}
	perRow(b, func(f *frame.Frame) { must(f.Filter(mask)) })
}

func BenchmarkRechunk(b *testing.B) {
	perRow(b, func(f *frame.Frame) {
		must(must(frame.Concat(must(f.Slice(0, tableRows/2)), must(f.Slice(tableRows/2, tableRows)))).Rechunk())
	})
}

func BenchmarkEqual(b *testing.B) {
	f := tableFrame(tableRows)
	for i, c := range f.Clone().Columns() {
		one, two := must(frame.New(c)), must(frame.New(f.Columns()[i]))
		b.Run(c.Name(), func(b *testing.B) {
			for b.Loop() {
				if !one.Equal(two) {
					b.Fatal("not equal")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/tableRows, "ns/row")
		})
	}
}

// The fastest possible loop for Take of an int64 column without nulls.
func BenchmarkTakeLoop(b *testing.B) {
	rows := rand.New(rand.NewPCG(1, 1)).Perm(tableRows)
	v := make([]int64, tableRows)
	for b.Loop() {
		out := make([]int64, tableRows)
		for k, row := range rows {
			out[k] = v[row]
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/tableRows, "ns/row")
}
