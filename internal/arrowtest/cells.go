package arrowtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Build returns arrays of the type with the cells, where nil is a null, made by Arrow's own
// builders. Arrays end at the given rows and at the last cell. They are slices of longer
// arrays. There is at least one array, and no other is empty.
func Build(t testing.TB, typ arrow.DataType, cells []any, ends ...int) []arrow.Array {
	t.Helper()
	var arrays []arrow.Array
	lo := 0
	for k, hi := range append(ends, len(cells)) {
		if lo == hi && !(k == len(ends) && len(arrays) == 0) {
			continue
		}
		slack := (k*5 + 3) % 11
		b := array.NewBuilder(memory.DefaultAllocator, typ)
		for range slack {
			b.AppendEmptyValue()
		}
		for _, c := range cells[lo:hi] {
			appendCell(t, b, c)
		}
		b.AppendEmptyValue()
		arrays = append(arrays, array.NewSlice(b.NewArray(), int64(slack), int64(slack+hi-lo)))
		lo = hi
	}
	return arrays
}

// Cells returns the cells of an array; see [Cell].
func Cells(a arrow.Array) []any {
	out := make([]any, a.Len())
	for i := range out {
		out[i] = Cell(a, i)
	}
	return out
}

// appendCell appends a cell, of the builder's Go type or as text.
func appendCell(t testing.TB, b array.Builder, c any) {
	if c == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(c.(bool))
	case *array.Int8Builder:
		b.Append(c.(int8))
	case *array.Int16Builder:
		b.Append(c.(int16))
	case *array.Int32Builder:
		b.Append(c.(int32))
	case *array.Int64Builder:
		b.Append(c.(int64))
	case *array.Uint8Builder:
		b.Append(c.(uint8))
	case *array.Uint16Builder:
		b.Append(c.(uint16))
	case *array.Uint32Builder:
		b.Append(c.(uint32))
	case *array.Uint64Builder:
		b.Append(c.(uint64))
	case *array.Float32Builder:
		b.Append(c.(float32))
	case *array.Float64Builder:
		b.Append(c.(float64))
	case *array.StringBuilder:
		b.Append(c.(string))
	case *array.LargeStringBuilder:
		b.Append(c.(string))
	case *array.StringViewBuilder:
		b.Append(c.(string))
	case *array.BinaryBuilder:
		b.Append(c.([]byte))
	case *array.BinaryViewBuilder:
		b.Append(c.([]byte))
	case *array.BinaryDictionaryBuilder:
		if err := b.AppendString(c.(string)); err != nil {
			t.Fatal(err)
		}
	case *array.NullBuilder:
		t.Fatalf("cell %v in a column of nulls", c)
	default:
		if err := b.AppendValueFromString(c.(string)); err != nil {
			t.Fatal(err)
		}
	}
}

// Cell returns the value of row i, or nil for a null. It panics for an array of a type that
// it does not support.
func Cell(a arrow.Array, i int) any {
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(i)
	case *array.Int8:
		return a.Value(i)
	case *array.Int16:
		return a.Value(i)
	case *array.Int32:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Uint8:
		return a.Value(i)
	case *array.Uint16:
		return a.Value(i)
	case *array.Uint32:
		return a.Value(i)
	case *array.Uint64:
		return a.Value(i)
	case *array.Float32:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.String:
		return a.Value(i)
	case *array.Binary:
		return string(a.Value(i))
	case *array.Timestamp:
		return time.Unix(0, int64(a.Value(i))).UTC()
	case *array.Duration:
		return time.Duration(a.Value(i))
	}
	panic(fmt.Sprintf("no cell of %v", a.DataType()))
}

// SameCell reports whether two cells are the same, floats by their bits.
func SameCell(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && math.Float64bits(x) == math.Float64bits(y)
	case float32:
		y, ok := b.(float32)
		return ok && math.Float32bits(x) == math.Float32bits(y)
	}
	return a == b
}

// Made returns the cells cell(0) to cell(n-1).
func Made(n int, cell func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = cell(i)
	}
	return out
}

// Every returns the function that returns nil, for a null, at each multiple of k, and else
// cell(i).
func Every(k int, cell func(i int) any) func(i int) any {
	return func(i int) any {
		if i%k == 0 {
			return nil
		}
		return cell(i)
	}
}

// Ends returns random rows of n at which Arrow chunks end, ascending. They depend on n and
// seed.
func Ends(n, seed int) (ends []int) {
	r := rand.New(rand.NewPCG(uint64(n), uint64(seed)))
	for range r.IntN(5) {
		ends = append(ends, r.IntN(n+1))
	}
	ends = append(ends, min(n, 64*seed))
	for i := range ends {
		for j := i; j > 0 && ends[j-1] > ends[j]; j-- {
			ends[j-1], ends[j] = ends[j], ends[j-1]
		}
	}
	return ends
}
