package keys_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/keys"
)

// hasOrder reports whether values of the type have an order.
func hasOrder(t arrow.DataType) bool {
	id := valueType(t).ID()
	return isKey(t) && id != arrow.INTERVAL_DAY_TIME && id != arrow.INTERVAL_MONTH_DAY_NANO
}

// sortKey is a key of a sort by texts.
type sortKey struct {
	col              chunk.Column
	texts            []string
	desc, nullsFirst bool
}

// compare is the obvious comparison of two rows.
func (k sortKey) compare(i, j int) int {
	a, b := k.texts[i] == "null", k.texts[j] == "null"
	switch {
	case a && b:
		return 0
	case a != b:
		if a == k.nullsFirst {
			return -1
		}
		return 1
	}
	d := compareTexts(k.col.Field.Type, k.texts[i], k.texts[j])
	if k.desc {
		return -d
	}
	return d
}

func sortedTexts(by []sortKey, n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, func(i, j int32) int {
		d := 0
		for _, k := range by {
			d = cmp.Or(d, k.compare(int(i), int(j)))
		}
		return d
	})
	return rows
}

func sorted(w keys.Workers, by []sortKey, n int) ([]int32, error) {
	var order []keys.By
	for _, k := range by {
		o, err := keys.OrderOf(w, k.col)
		if err != nil {
			return nil, err
		}
		order = append(order, keys.By{Order: o, Desc: k.desc, NullsFirst: k.nullsFirst})
	}
	return keys.Sort(w, n, order)
}

func TestSortAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if got := keys.HasOrder(typ); got != hasOrder(typ) {
			t.Fatalf("HasOrder is %t", got)
		}
		if !hasOrder(typ) {
			_, err := keys.OrderOf(serial{t.Context(), 9}, columnOf(t, typ, g.Array(typ, 3)))
			if !errors.Is(err, errkind.ErrType) {
				t.Fatalf("the order of %s: %v", typ, err)
			}
			return
		}
		second := repeated(t, g, arrow.PrimitiveTypes.Int8, 300)
		for _, n := range []int{0, 1, 65, 300} {
			c := repeated(t, g, typ, n)
			for k := range 4 {
				by := []sortKey{{c, textsOf(c), k&1 != 0, k&2 != 0}, {second.Slice(0, n), textsOf(second.Slice(0, n)), k&2 != 0, k&1 != 0}}
				for _, by := range [][]sortKey{by, by[:1], {by[1], by[0]}} {
					want := sortedTexts(by, n)
					eachWorkers(t, g, func(t *testing.T, w keys.Workers) {
						got, err := sorted(w, by, n)
						if err != nil {
							t.Fatal(err)
						}
						equalNumbers(t, fmt.Sprintf("%d rows by %d keys, %d", n, len(by), k), got, want)
					})
				}
			}
		}
	})
}

// More rows than are sorted in one piece, and ties of more than that.
func TestSortManyRows(t *testing.T) {
	g := arrowtest.Rand(7)
	const n = 40_000
	texts := make([]any, n)
	ints := make([]any, n)
	for i := range n {
		texts[i] = "the first eight are the same " + fmt.Sprint(g.IntN(500))
		ints[i] = int8(g.IntN(20) / 18) // 36,000 zeros
	}
	long := columnOf(t, arrow.BinaryTypes.String, arrowtest.Build(t, arrow.BinaryTypes.String, texts, n/3)...)
	few := columnOf(t, arrow.PrimitiveTypes.Int8, arrowtest.Build(t, arrow.PrimitiveTypes.Int8, ints)...)
	a, b := sortKey{long, textsOf(long), false, false}, sortKey{few, textsOf(few), true, false}
	for _, by := range [][]sortKey{{a}, {b}, {b, a}, {a, b}, {}} {
		want := sortedTexts(by, n)
		for _, w := range []keys.Workers{serial{t.Context(), 30_000}, crew{t.Context(), rand.New(rand.NewPCG(1, 2))}} {
			got, err := sorted(w, by, n)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d keys, %T: another order", len(by), w)
			}
		}
	}
}

// More nulls than are sorted in one piece are a tie like any other.
func TestSortManyNulls(t *testing.T) {
	const n = 70_000
	cells := arrowtest.Made(n, func(i int) any {
		if i%2 == 0 {
			return nil
		}
		return fmt.Sprint("the first eight are the same ", i%7)
	})
	text := columnOf(t, arrow.BinaryTypes.String, arrowtest.Build(t, arrow.BinaryTypes.String, cells)...)
	a, b := sortKey{text, textsOf(text), false, false}, sortKey{text, textsOf(text), true, true}
	for _, by := range [][]sortKey{{a}, {b}, {a, b}} {
		got, err := sorted(serial{t.Context(), 30_000}, by, n)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, sortedTexts(by, n)) {
			t.Errorf("%d keys: another order", len(by))
		}
	}
}

// An order knows nulls and NaN, and Missing finds both.
func TestOrderOfAllTypes(t *testing.T) {
	arrowtest.EachType(t, func(t *testing.T, typ arrow.DataType, g *arrowtest.Gen) {
		if !hasOrder(typ) {
			return
		}
		c := repeated(t, g, typ, 200)
		texts := textsOf(c)
		o, err := keys.OrderOf(serial{t.Context(), 50}, c)
		if err != nil {
			t.Fatal(err)
		}
		missing := keys.Missing(c)
		for i, s := range texts {
			if o.IsNull(i) != (s == "null") {
				t.Fatalf("row %d, %s: null is %t", i, s, o.IsNull(i))
			}
			if got := missing != nil && missing(i); got != (s == "null" || s == "NaN") {
				t.Fatalf("row %d, %s: missing is %t", i, s, got)
			}
			if got := o.Missing(i); got != (s == "null" || s == "NaN") {
				t.Fatalf("row %d, %s: missing is %t to the order", i, s, got)
			}
			if s == "null" {
				continue
			}
			j := g.IntN(len(texts))
			if texts[j] != "null" && o.Compare(i, j) != compareTexts(typ, s, texts[j]) {
				t.Fatalf("%s and %s: %d", s, texts[j], o.Compare(i, j))
			}
		}
	})
}

// Texts up to eight bytes long, which the words of an order can nearly hold, are ordered as
// Go orders them.
func TestOrderOfShortTexts(t *testing.T) {
	texts := []any{"", "\x00", "a", "a\x00", "abcdef", "abcdefg", "abcdefg\x00", "abcdefgh", "abcdefgi"}
	for n := 1; n <= len(texts); n++ {
		c := columnOf(t, arrow.BinaryTypes.String, arrowtest.Build(t, arrow.BinaryTypes.String, texts[:n])...)
		o := must(keys.OrderOf(serial{t.Context(), 50}, c))
		for i := range n {
			for j := range n {
				if got := o.Compare(i, j); got != cmp.Compare(i, j) {
					t.Errorf("%q and %q, of %d texts: %d", texts[i], texts[j], n, got)
				}
			}
		}
	}
}

// Floats of a dictionary have the order of floats, and its NaNs are NaN.
func TestOrderOfDictionaryOfFloats(t *testing.T) {
	p := arrow.PrimitiveTypes
	typ := &arrow.DictionaryType{IndexType: p.Int8, ValueType: p.Float64}
	values := []any{math.NaN(), 2.0, -1.0, nil, math.NaN(), math.Inf(1)}
	codes := arrowtest.Made(len(values), func(i int) any { return int8(i) })
	d := array.NewDictionaryArray(typ, arrowtest.Build(t, p.Int8, codes)[0], arrowtest.Build(t, p.Float64, values)[0])
	c := columnOf(t, typ, d)
	o, missing := must(keys.OrderOf(serial{t.Context(), 50}, c)), keys.Missing(c)
	for i, v := range values {
		x, ok := v.(float64)
		if gone := !ok || math.IsNaN(x); o.IsNull(i) == ok || o.Missing(i) != gone || missing(i) != gone {
			t.Errorf("row %d, %v: null is %t, missing is %t and %t", i, v, o.IsNull(i), o.Missing(i), missing(i))
		}
	}
	for k, pair := range [][2]int{{2, 1}, {1, 5}, {5, 0}, {5, 4}} {
		if i, j := pair[0], pair[1]; o.Compare(i, j) >= 0 || o.Compare(j, i) <= 0 {
			t.Errorf("pair %d: %v does not come before %v", k, values[i], values[j])
		}
	}
	if o.Compare(0, 4) != 0 {
		t.Error("NaN is not equal to NaN")
	}
}

// Words have the order of their floats, and give them back.
func TestFloatWord(t *testing.T) {
	floats := []float64{math.Inf(-1), -math.MaxFloat64, -1, -math.SmallestNonzeroFloat64, 0, math.SmallestNonzeroFloat64, 1, math.MaxFloat64, math.Inf(1)}
	for i, x := range floats {
		if got := keys.WordFloat(keys.FloatWord(x)); got != x {
			t.Errorf("%v became %v", x, got)
		}
		if i > 0 && keys.FloatWord(floats[i-1]) >= keys.FloatWord(x) {
			t.Errorf("%v does not come before %v", floats[i-1], x)
		}
	}
	if keys.FloatWord(math.Copysign(0, -1)) != keys.FloatWord(0) {
		t.Error("-0.0 is not 0.0")
	}
}

func TestSortFunc(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, n := range []int{0, 1, 2, 1023, 1024, 1025, 5000} {
		items := rng.Perm(n)
		if err := keys.SortFunc(t.Context(), items, make([]int, n), cmp.Compare[int]); err != nil || !slices.IsSorted(items) {
			t.Errorf("%d items: %v", n, err)
		}
	}
}

// endsAfter is a context that ends after a number of looks at it.
type endsAfter struct {
	context.Context
	looks atomic.Int64
}

func (c *endsAfter) Err() error {
	if c.looks.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Whichever look finds that the context has ended, the operation returns its error
// instead of a result; without such a look the result is right. Of the later looks, which
// are those of long loops, a sample is enough.
func TestOperationsEndWithTheirContext(t *testing.T) {
	g := arrowtest.Rand(8)
	const n = 40_000
	p := arrow.PrimitiveTypes
	cells := arrowtest.Made(n, func(int) any { return "many different texts " + fmt.Sprint(g.IntN(9000)) })
	text := columnOf(t, arrow.BinaryTypes.String, arrowtest.Build(t, arrow.BinaryTypes.String, cells)...)
	number := columnOf(t, p.Int64, g.Array(p.Int64, n))
	typ := &arrow.DictionaryType{IndexType: p.Int16, ValueType: p.Int64}
	dict := columnOf(t, typ, g.Array(typ, n), g.Array(typ, n))
	for name, run := range map[string]func(w keys.Workers) (any, error){
		"number text":  func(w keys.Workers) (any, error) { return keys.Number(w, must(keys.NewSource(text))) },
		"number words": func(w keys.Workers) (any, error) { return keys.Number(w, must(keys.NewSource(number))) },
		"number dict":  func(w keys.Workers) (any, error) { return keys.Number(w, must(keys.NewSource(dict))) },
		"number rows":  func(w keys.Workers) (any, error) { return keys.NumberRows(w, []chunk.Column{text, number}) },
		"match": func(w keys.Workers) (any, error) {
			left, right, groups, err := keys.Match(w, [][2]*keys.Source{{must(keys.NewSource(text)), must(keys.NewSource(text))}, {must(keys.NewSource(number)), must(keys.NewSource(number))}})
			return fmt.Sprint(left, right, groups), err
		},
		"match dict": func(w keys.Workers) (any, error) {
			left, right, groups, err := keys.Match(w, [][2]*keys.Source{{must(keys.NewSource(dict)), must(keys.NewSource(dict))}})
			return fmt.Sprint(left, right, groups), err
		},
		"group": func(w keys.Workers) (any, error) {
			codes := make([]int32, n)
			for i := range codes {
				codes[i] = int32(i % 7)
			}
			rows, starts, err := keys.Group(w, codes, 7)
			return fmt.Sprint(rows, starts), err
		},
		"sort": func(w keys.Workers) (any, error) {
			return sorted(w, []sortKey{{col: text}, {col: number, desc: true}}, n)
		},
		"order dict": func(w keys.Workers) (any, error) { return words(keys.OrderOf(w, dict)) },
		"order text": func(w keys.Workers) (any, error) { return words(keys.OrderOf(w, text)) },
		"sort dict":  func(w keys.Workers) (any, error) { return sorted(w, []sortKey{{col: dict}}, 2*n) },
	} {
		t.Run(name, func(t *testing.T) {
			want, err := run(serial{context.Background(), 9000})
			if err != nil {
				t.Fatal(err)
			}
			looks := int64(0)
			for ; ; looks += 1 + looks/16 {
				ctx := &endsAfter{Context: context.Background()}
				ctx.looks.Store(looks)
				got, err := run(serial{ctx, 9000})
				if err == nil {
					if fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatalf("%d looks: another result, and no error", looks)
					}
					break
				}
				if err != context.Canceled {
					t.Fatalf("%d looks: %v", looks, err)
				}
			}
			if looks < 5 {
				t.Errorf("only %d looks at the context", looks)
			}
		})
	}
}

func words(o *keys.Order, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return o.Words, nil
}
