package frame_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/parallel"
)

// Every getter is compared with Column.Value, over Arrow chunks and nulls.
func TestRowIsColumnValue(t *testing.T) {
	const n = 700
	f := newMatrixInput(t, n).frame
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	f, err := f.With(build(t, "d", dict, arrowtest.Made(n, arrowtest.Every(6, func(i int) any { return string(rune('a' + i%5)) })), 100, 300),
		build(t, "u", arrow.PrimitiveTypes.Uint64, arrowtest.Made(n, func(i int) any { return uint64(1<<63-3) + uint64(i) }), 9))
	if err != nil {
		t.Fatal(err)
	}
	var bad *frame.Frame
	g, err := frame.WithRows(t.Context(), f, func(_ context.Context, r frame.Row) (bool, error) {
		for k, c := range f.Columns() {
			want := c.Value(r.Index())
			if r.IsNull(k) != (want == nil) || r.Value(k) != want {
				t.Errorf("row %d, column %d: %v, want %v", r.Index(), k, r.Value(k), want)
			}
			i, isInt := r.Int64(k)
			x, isFloat := r.Float64(k)
			b, isBool := r.Bool(k)
			s, isText := r.Text(k)
			var ok bool
			switch v := want.(type) {
			case nil:
				ok = !isInt && !isFloat && !isBool && !isText
			case int16:
				ok = isInt && isFloat && i == int64(v) && x == float64(v) && !isBool && !isText
			case int64:
				ok = isInt && isFloat && i == v && x == float64(v) && !isBool && !isText
			case uint64:
				ok = isInt == (v < 1<<63) && !isFloat && (!isInt || uint64(i) == v)
			case float64:
				ok = !isInt && isFloat && x == v
			case bool:
				ok = isBool && b == v && !isInt && !isText
			case string:
				ok = isText && s == v && !isBool && !isFloat
			}
			if !ok {
				t.Errorf("row %d, column %s: %v %v %v %v %v %v %v %v, want %v", r.Index(), c.Name(), i, isInt, x, isFloat, b, isBool, s, isText, want)
			}
		}
		return r.Value(99) != nil, nil
	}, parallel.ChunkSize(50), frame.Quarantine(&bad))
	if err != nil || g.NumRows() != 0 || bad.NumRows() != n {
		t.Fatal(g, bad, err)
	}
}

func TestRowIsForRowFunctions(t *testing.T) {
	f := countTo(t, 1000)
	odd, err := frame.FilterRows(t.Context(), f, func(_ context.Context, r frame.Row) (bool, error) { i, ok := r.Int64(0); return ok && i%2 == 1, nil })
	if err != nil || odd.NumRows() != 500 {
		t.Fatal(odd, err)
	}
	_, err = frame.MapRows(t.Context(), f, func(_ context.Context, r frame.Row) (int, error) {
		if _, ok := r.Text(0); !ok && r.Index() == 700 {
			return 0, errOdd
		}
		return 0, nil
	})
	if checkRow(t, err, 700); !errors.Is(err, errOdd) {
		t.Error(err)
	}
	if _, err := frame.ToStructs[frame.Row](t.Context(), f); !errors.Is(err, frame.ErrType) {
		t.Error(err)
	}
	add := func(_ context.Context, a int, r frame.Row) (int, error) { return a + r.Index(), nil }
	plus := func(a, b int) int { return a + b }
	if sum, err := frame.Fold(t.Context(), f, func() int { return 0 }, add, plus); err != nil || sum != 1000*999/2 {
		t.Error(sum, err)
	}
	if _, err := frame.MapColumn(t.Context(), f, "i", func(context.Context, frame.Row) (int, error) { return 0, nil }); !errors.Is(err, frame.ErrType) {
		t.Error(err)
	}
	if _, err := frame.MapRows(t.Context(), f, func(_ context.Context, r frame.Row) (frame.Row, error) { return r, nil }); !errors.Is(err, frame.ErrType) || !strings.Contains(err.Error(), "result") {
		t.Error(err)
	}
}
