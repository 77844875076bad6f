package frame_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// compareCells compares two cells that are not null.
func compareCells(a, b any) int {
	switch x := a.(type) {
	case float64:
		y := b.(float64)
		if x != x || y != y {
			return bool01(x != x) - bool01(y != y)
		}
		return cmp.Compare(x+0, y+0)
	case float32:
		return compareCells(float64(x), float64(b.(float32)))
	case bool:
		return bool01(x) - bool01(b.(bool))
	case int8:
		return cmp.Compare(x, b.(int8))
	case int16:
		return cmp.Compare(x, b.(int16))
	case int32:
		return cmp.Compare(x, b.(int32))
	case int64:
		return cmp.Compare(x, b.(int64))
	case uint8:
		return cmp.Compare(x, b.(uint8))
	case uint16:
		return cmp.Compare(x, b.(uint16))
	case uint32:
		return cmp.Compare(x, b.(uint32))
	case uint64:
		return cmp.Compare(x, b.(uint64))
	case string:
		return strings.Compare(x, b.(string))
	case []byte:
		return bytes.Compare(x, b.([]byte))
	}
	panic(fmt.Sprintf("%T", a))
}

// sortKey describes a [Key].
type sortKey struct {
	col              string
	desc, nullsFirst bool
}

// keysOf returns the keys for Sort.
func keysOf(by []sortKey) []frame.Key {
	keys := make([]frame.Key, len(by))
	for i, k := range by {
		keys[i] = frame.Asc(k.col)
		if k.desc {
			keys[i] = frame.Desc(k.col)
		}
		if k.nullsFirst {
			keys[i] = keys[i].NullsFirst()
		}
	}
	return keys
}

// sortOracle sorts row numbers by comparing cells.
func sortOracle(n int, keys []sortKey, cols map[string][]any) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	slices.SortStableFunc(rows, func(i, j int) int {
		for _, k := range keys {
			a, b := cols[k.col][i], cols[k.col][j]
			if a == nil || b == nil {
				if d := bool01(a == nil) - bool01(b == nil); d != 0 {
					if k.nullsFirst {
						return -d
					}
					return d
				}
				continue
			}
			if d := compareCells(a, b); d != 0 {
				if k.desc {
					return -d
				}
				return d
			}
		}
		return 0
	})
	return rows
}

func TestSortIsTheLoop(t *testing.T) {
	for _, n := range append(slices.Clone(groupSizes), 2*longRun+5) {
		for seed := range calltest.UnlessRaced(2, 1) {
			f, cells := groupFrame(t, n, 12, seed)
			for _, by := range [][]sortKey{
				{{"f", false, false}}, {{"f", true, false}}, {{"s", false, true}, {"i", true, false}}, {{"b", false, false}, {"k", true, false}, {"d", false, true}}, {{"i", true, true}}, {},
			} {
				if n > 5000 && len(by) != 2 && seed == 0 {
					continue
				}
				rows := sortOracle(n, by, cells)
				var first *frame.Frame
				for _, o := range groupWidths {
					got, err := f.Sort(t.Context(), keysOf(by), o)
					if err != nil {
						t.Fatal(err)
					}
					if first != nil {
						checkLayout(t, got, first)
						continue
					}
					first = got
					for _, name := range []string{"k", "d", "i", "f", "b", "s"} {
						checkCells(t, got, name, arrowtest.Made(n, func(i int) any { return cells[name][rows[i]] }))
					}
				}
			}
		}
	}
}

// Every type with an order is sorted by it.
func TestSortTypes(t *testing.T) {
	const n = 2000
	r := rand.New(rand.NewPCG(3, 4))
	num := make([]int, n)
	for i := range num {
		num[i] = r.IntN(200) - 100
	}
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.BinaryTypes.String}
	for name, typ := range map[string]struct {
		typ  arrow.DataType
		cell func(x int) any // for the builder
		key  func(x int) any // for the oracle
	}{
		"int8":       {arrow.PrimitiveTypes.Int8, func(x int) any { return int8(x) }, nil},
		"int16":      {arrow.PrimitiveTypes.Int16, func(x int) any { return int16(x * 100) }, nil},
		"int32":      {arrow.PrimitiveTypes.Int32, func(x int) any { return int32(x << 20) }, nil},
		"int64":      {arrow.PrimitiveTypes.Int64, func(x int) any { return int64(x) << 55 }, nil},
		"uint8":      {arrow.PrimitiveTypes.Uint8, func(x int) any { return uint8(x) }, nil},
		"uint16":     {arrow.PrimitiveTypes.Uint16, func(x int) any { return uint16(x) }, nil},
		"uint32":     {arrow.PrimitiveTypes.Uint32, func(x int) any { return uint32(x) }, nil},
		"uint64":     {arrow.PrimitiveTypes.Uint64, func(x int) any { return uint64(x) }, nil},
		"float32":    {arrow.PrimitiveTypes.Float32, func(x int) any { return float32(x) / 3 }, nil},
		"text":       {arrow.BinaryTypes.String, func(x int) any { return strings.Repeat("prefix", x&3) + fmt.Sprint(x) + "\x00"[:x&1] }, nil},
		"view":       {arrow.BinaryTypes.StringView, func(x int) any { return strings.Repeat("prefix", x&3) + fmt.Sprint(x) }, nil},
		"binary":     {arrow.BinaryTypes.Binary, func(x int) any { return []byte{byte(x), 0}[:1+x&1] }, nil},
		"dictionary": {dict, func(x int) any { return fmt.Sprint(x) }, nil},
		"decimal128": {&arrow.Decimal128Type{Precision: 30, Scale: 1}, func(x int) any { return fmt.Sprintf("%d.5", x) }, func(x int) any {
			if x < 0 {
				return float64(x) - 0.5
			}
			return float64(x) + 0.5
		}},
		"decimal256": {&arrow.Decimal256Type{Precision: 60, Scale: 1}, func(x int) any { return fmt.Sprintf("%d.5", x) }, func(x int) any {
			if x < 0 {
				return float64(x) - 0.5
			}
			return float64(x) + 0.5
		}},
		"date32": {arrow.FixedWidthTypes.Date32, func(x int) any { return fmt.Sprintf("%d-01-01", 1970+x) }, func(x int) any { return int64(x) }},
		"null":   {arrow.Null, func(int) any { return nil }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if typ.key == nil {
				typ.key = typ.cell
			}
			c := build(t, "x", typ.typ, arrowtest.Made(n, arrowtest.Every(17, func(i int) any { return typ.cell(num[i]) })), arrowtest.Ends(n, 5)...)
			f := frameOf(t, c, col(t, "row", madeInts(n)))
			keys := arrowtest.Made(n, arrowtest.Every(17, func(i int) any { return typ.key(num[i]) }))
			for _, k := range []sortKey{{"x", false, false}, {"x", true, true}} {
				got, err := f.Sort(t.Context(), keysOf([]sortKey{k}))
				if err != nil {
					t.Fatal(err)
				}
				want := sortOracle(n, []sortKey{k}, map[string][]any{"x": keys})
				checkCells(t, got, "row", arrowtest.Made(n, func(i int) any { return int64(want[i]) }))
			}
		})
	}
}

func madeInts(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return v
}

func TestSortMistakes(t *testing.T) {
	f := frameOf(t, col(t, "a", []float64{math.NaN(), 1}), build(t, "l", arrow.ListOf(arrow.PrimitiveTypes.Int64), []any{nil, nil}))
	for _, c := range []struct {
		keys []frame.Key
		want error
	}{{[]frame.Key{frame.Asc("z")}, frame.ErrColumn}, {[]frame.Key{frame.Asc("a"), frame.Desc("a")}, frame.ErrName}, {[]frame.Key{frame.Asc("l")}, frame.ErrType}} {
		if _, err := f.Sort(t.Context(), c.keys); !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "frame.Sort: ") {
			t.Error(err)
		}
	}
	if _, err := (*frame.Frame)(nil).Sort(t.Context(), nil); !errors.Is(err, frame.ErrNilFrame) {
		t.Error(err)
	}
}

func TestUniqueAndValueCounts(t *testing.T) {
	for _, n := range groupSizes {
		for seed := range 2 {
			f, cells := groupFrame(t, n, 12, seed)
			groups := groupCells(cells["s"], cells["b"])
			for _, o := range groupWidths {
				got, err := f.Unique(t.Context(), []string{"s", "b"}, o)
				if err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"k", "d", "i", "f", "b", "s"} {
					checkCells(t, got, name, arrowtest.Made(len(groups), func(g int) any { return cells[name][groups[g].first] }))
				}
				sorted := slices.Clone(groups)
				slices.SortStableFunc(sorted, func(a, b *oracleGroup) int { return len(b.rows) - len(a.rows) })
				if got, err = f.ValueCounts(t.Context(), []string{"s", "b"}, o); err != nil {
					t.Fatal(err)
				}
				checkCells(t, got, "s", arrowtest.Made(len(groups), func(g int) any { return cells["s"][sorted[g].first] }))
				checkCells(t, got, "count", arrowtest.Made(len(groups), func(g int) any { return int64(len(sorted[g].rows)) }))
			}
		}
	}
	f := frameOf(t, col(t, "count", []int{1, 1, 2}))
	if got, err := f.Unique(t.Context(), nil); err != nil || got.NumRows() != 2 {
		t.Error(got, err)
	}
	if _, err := f.ValueCounts(t.Context(), []string{"count"}); !errors.Is(err, frame.ErrName) {
		t.Error(err)
	}
	if _, err := f.Unique(t.Context(), []string{"z"}); !errors.Is(err, frame.ErrColumn) {
		t.Error(err)
	}
}

// Ties are longer than a run, and are sorted stably by the next keys: text with long
// common prefixes, nulls and few numbers.
func TestSortLargeTies(t *testing.T) {
	n := 3*longRun + 7
	rng := rand.New(rand.NewPCG(9, 9))
	first, texts, numbers := make([]bool, n), make([]*string, n), make([]int16, n)
	for i := range n {
		first[i], numbers[i] = rng.IntN(2) == 0, int16(rng.IntN(5))
		if rng.IntN(4) > 0 {
			texts[i] = new(fmt.Sprintf("a beginning of text, then %d", rng.IntN(30)))
		}
	}
	f := must(frame.New(must(frame.NewColumn("a", first)), must(frame.NewColumn("b", texts)), must(frame.NewColumn("c", numbers))))
	want := make([]int32, n)
	for i := range want {
		want[i] = int32(i)
	}
	slices.SortStableFunc(want, func(i, j int32) int {
		a, b := texts[i], texts[j]
		d := cmp.Compare(bool01(first[j]), bool01(first[i])) // descending
		switch {
		case d != 0:
		case a == nil || b == nil:
			d = cmp.Compare(bool01(b == nil), bool01(a == nil)) // nulls first
		default:
			d = cmp.Compare(*b, *a)
		}
		return cmp.Or(d, cmp.Compare(numbers[i], numbers[j]))
	})
	for _, workers := range []int{1, 3} {
		got := must(f.Sort(t.Context(), []frame.Key{frame.Desc("a"), frame.Desc("b").NullsFirst(), frame.Asc("c")}, parallel.Workers(workers)))
		rows := make([]int, n)
		for k, row := range want {
			rows[k] = int(row)
		}
		if by := must(f.Take(rows)); !got.Equal(by) {
			t.Fatalf("%d workers: %s", workers, got.Diff(by))
		}
	}
}

func bool01(b bool) int {
	if b {
		return 1
	}
	return 0
}

// longRun is greater than the number of rows that are sorted in one piece.
const longRun = 33_000
