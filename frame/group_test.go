package frame_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// checkGroups compares the groups of a frame, at every width, with groups that a map over
// cells makes.
func checkGroups(t *testing.T, f *frame.Frame, keys []string, cols ...[]any) {
	t.Helper()
	f = must(f.With(col(t, "row", upTo(f.NumRows()))))
	want := groupCells(cols...)
	for _, width := range groupWidths {
		parts := must(groupBy(t, f, keys...).With(width).Partitions(t.Context()))
		if len(parts) != len(want) {
			t.Fatalf("%d groups, want %d", len(parts), len(want))
		}
		for k, w := range want {
			if rows := rowNumbers(must(parts[k].Column("row"))); !slices.Equal(rows, w.rows) {
				t.Fatalf("group %d: rows %v, want %v", k, rows, w.rows)
			}
		}
	}
}

// rowNumbers returns the numbers in a column. Values would start a call for each group.
func rowNumbers(c frame.Column) []int {
	rows := make([]int, c.Len())
	for i := range rows {
		rows[i] = int(c.Value(i).(int64))
	}
	return rows
}

// Every type of key, in every layout, is grouped by value.
func TestGroupByTypes(t *testing.T) {
	const n = 3000
	number := func(i int) int { return i * i * 7919 % 97 }
	types := map[string]struct {
		typ  arrow.DataType
		cell func(i int) any
	}{
		"int8":       {arrow.PrimitiveTypes.Int8, func(i int) any { return int8(number(i) - 50) }},
		"int16":      {arrow.PrimitiveTypes.Int16, func(i int) any { return int16(number(i) - 50) }},
		"int32":      {arrow.PrimitiveTypes.Int32, func(i int) any { return int32(number(i) << 20) }},
		"int64":      {arrow.PrimitiveTypes.Int64, func(i int) any { return int64(number(i)) << 56 }},
		"uint8":      {arrow.PrimitiveTypes.Uint8, func(i int) any { return uint8(number(i)) }},
		"uint16":     {arrow.PrimitiveTypes.Uint16, func(i int) any { return uint16(number(i) << 9) }},
		"uint32":     {arrow.PrimitiveTypes.Uint32, func(i int) any { return uint32(number(i) << 25) }},
		"uint64":     {arrow.PrimitiveTypes.Uint64, func(i int) any { return uint64(number(i)) << 57 }},
		"float32":    {arrow.PrimitiveTypes.Float32, func(i int) any { return float32(number(i)) / 3 }},
		"float64":    {arrow.PrimitiveTypes.Float64, func(i int) any { return float64(number(i)) / 3 }},
		"bool":       {arrow.FixedWidthTypes.Boolean, func(i int) any { return number(i)%2 == 0 }},
		"string":     {arrow.BinaryTypes.String, func(i int) any { return strings.Repeat("x", number(i)%9) + fmt.Sprint(number(i)) }},
		"large":      {arrow.BinaryTypes.LargeString, func(i int) any { return fmt.Sprint("large ", number(i)) }},
		"view":       {arrow.BinaryTypes.StringView, func(i int) any { return strings.Repeat("long", number(i)%7) + fmt.Sprint(number(i)) }},
		"binary":     {arrow.BinaryTypes.Binary, func(i int) any { return []byte{byte(number(i)), 0, byte(number(i) % 3)} }},
		"fixed":      {&arrow.FixedSizeBinaryType{ByteWidth: 3}, func(i int) any { return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%03d", number(i))) }},
		"date32":     {arrow.FixedWidthTypes.Date32, func(i int) any { return fmt.Sprintf("2001-01-%02d", number(i)%28+1) }},
		"date64":     {arrow.FixedWidthTypes.Date64, func(i int) any { return fmt.Sprintf("2001-01-%02d", number(i)%28+1) }},
		"timestamp":  {arrow.FixedWidthTypes.Timestamp_ns, func(i int) any { return fmt.Sprintf("2001-01-02 03:04:%02d", number(i)%60) }},
		"decimal128": {&arrow.Decimal128Type{Precision: 20, Scale: 2}, func(i int) any { return fmt.Sprintf("%d.25", number(i)-50) }},
		"decimal256": {&arrow.Decimal256Type{Precision: 60, Scale: 2}, func(i int) any { return fmt.Sprintf("%d.25", number(i)-50) }},
		"dictionary": {&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, func(i int) any { return fmt.Sprint(number(i)) }},
		"null":       {arrow.Null, func(i int) any { return nil }},
	}
	for name, typ := range types {
		t.Run(name, func(t *testing.T) {
			cells := arrowtest.Made(n, arrowtest.Every(13, typ.cell))
			for seed := range 2 {
				ends := []int{}
				if seed > 0 {
					ends = arrowtest.Ends(n, seed)
				}
				f := frameOf(t, build(t, "k", typ.typ, cells, ends...), col(t, "x", make([]int8, n)))
				checkGroups(t, f, []string{"k"}, cells)
			}
		})
	}
}

func TestGroupByRuns(t *testing.T) {
	ends := must(frame.NewColumn("e", []int32{2, 3, 5, 7})).Chunks()[0]
	vals := build(t, "v", arrow.BinaryTypes.String, []any{"a", "b", nil, "a"}).Chunks()[0]
	c := must(frame.ColumnOf("k", array.NewRunEndEncodedArray(ends, vals, 7, 0)))
	f := frameOf(t, c)
	checkGroups(t, f, []string{"k"}, []any{"a", "a", "b", nil, nil, "a", "a"})
	keys, err := groupBy(t, f, "k").Keys(t.Context())
	if err != nil || keys.NumRows() != 3 {
		t.Fatal(keys, err)
	}
}

// Null is a key, NaN equals NaN, -0.0 equals 0.0.
func TestGroupByFloats(t *testing.T) {
	other := math.Float64frombits(0x7ff8000000000abc)
	cells := []any{math.NaN(), 0.0, nil, math.Copysign(0, -1), other, math.Inf(1), nil, -math.NaN()}
	f := frameOf(t, build(t, "k", arrow.PrimitiveTypes.Float64, cells))
	got, err := groupBy(t, f, "k").Agg(t.Context(), frame.Size())
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "size", []any{int64(3), int64(2), int64(2), int64(1)})
	if !got.Columns()[0].IsNull(2) || got.Columns()[0].Value(1) != 0.0 {
		t.Error(got)
	}
	// The same in a dictionary.
	cells[7] = nil
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.PrimitiveTypes.Float64}
	codes := build(t, "c", typ.IndexType, []any{int32(0), int32(1), int32(2), int32(3), int32(4), int32(5), int32(6), nil}).Chunks()[0]
	dict := build(t, "v", typ.ValueType, cells).Chunks()[0]
	c := must(frame.ColumnOf("k", array.NewDictionaryArray(typ, codes, dict)))
	checkGroups(t, frameOf(t, c), []string{"k"}, cells)
}

// gota merges these keys, since it joins their text.
func TestGroupByDoesNotJoinText(t *testing.T) {
	f := frameOf(t, col(t, "a", []string{"a_b", "a", "a_b", ""}), col(t, "b", []string{"c", "b_c", "c", "a_b_c"}))
	got, err := groupBy(t, f, "a", "b").Agg(t.Context(), frame.Size())
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, got, "size", []any{int64(2), int64(1), int64(1)})
}

// Many different keys, in several columns, at all widths: tables grow and are merged.
func TestGroupByManyKeys(t *testing.T) {
	const n = 50_000
	r := rand.New(rand.NewPCG(1, 2))
	a, b := make([]int64, n), make([]string, n)
	var ca, cb []any
	for i := range n {
		a[i], b[i] = r.Int64N(25_000), fmt.Sprint(r.IntN(3))
		ca, cb = append(ca, a[i]), append(cb, b[i])
	}
	f := frameOf(t, col(t, "a", a), col(t, "b", b))
	checkGroups(t, f, []string{"a", "b"}, ca, cb)
}

func TestGroupByMistakes(t *testing.T) {
	list := build(t, "l", arrow.ListOf(arrow.PrimitiveTypes.Int64), []any{nil})
	f := frameOf(t, col(t, "a", []string{"x"}), list)
	for _, c := range []struct {
		keys []string
		want error
		text string
	}{
		{nil, frame.ErrColumn, "name one or more"},
		{[]string{"z"}, frame.ErrColumn, `"z"`},
		{[]string{"a", "a"}, frame.ErrName, `"a"`},
		{[]string{"l"}, frame.ErrType, "list<item: int64, nullable> cannot be a key"},
	} {
		if _, err := f.GroupBy(c.keys...); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%v: %v", c.keys, err)
		}
	}
	if _, err := (*frame.Frame)(nil).GroupBy("a"); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
}

// Goroutines may share groups.
func TestGroupsAreShared(t *testing.T) {
	f, _ := groupFrame(t, 5000, 20, 1)
	g := groupBy(t, f, "k")
	want, err := groupBy(t, f, "k").Agg(t.Context(), frame.Sum("f"))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			got, err := g.Agg(t.Context(), frame.Sum("f"))
			if err != nil || !got.Equal(want) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The same inside a call, at any width.
	err = parallel.ForEach(t.Context(), []int{1, 2, 3, 4}, func(ctx context.Context, _ int) error {
		got, err := groupBy(t, f, "k").Agg(ctx, frame.Sum("f"))
		if err == nil && !got.Equal(want) {
			err = errors.New("differs")
		}
		return err
	}, parallel.Workers(2))
	if err != nil {
		t.Error(err)
	}
}
