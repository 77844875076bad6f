package matrix_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// The tutorials' check: row by row, against four equal parts.
func TestRowByRowAgainstFourParts(t *testing.T) {
	m := random[int](1000, 5)
	byRow, err := matrix.MapRows(t.Context(), m, func(_ context.Context, row []int) (int, error) { return sum(row), nil })
	if err != nil {
		t.Fatal(err)
	}
	var parts atomic.Int32
	byPart, err := matrix.Apply(t.Context(), m, func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		parts.Add(1)
		n, _ := part.Dims()
		if n != 250 {
			t.Errorf("a part of %d rows", n)
		}
		sums, err := matrix.New[int](n, 1, nil)
		for i := range n {
			sums.Set(i, 0, sum(part.Row(i)))
		}
		return sums, err
	}, parallel.Partitions(4))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range byRow {
		if byPart.At(i, 0) != want {
			t.Fatalf("row %d: %d, by row %d", i, byPart.At(i, 0), want)
		}
	}
	if parts.Load() != 4 {
		t.Errorf("%d parts", parts.Load())
	}
}

// Without rows the function sees the empty matrix, once, and its shape counts.
func TestApplyWithoutRows(t *testing.T) {
	calls := 0
	none, err := matrix.New[int](0, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := matrix.Apply(t.Context(), none, func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[float64], error) {
		calls++
		if r, c := part.Dims(); r != 0 || c != 3 {
			t.Errorf("%d×%d", r, c)
		}
		return matrix.New[float64](0, 7, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if r, c := out.Dims(); r != 0 || c != 7 || calls != 1 {
		t.Errorf("%d×%d, %d calls", r, c, calls)
	}
}

// Parts may grow and shrink; they come in order.
func TestApplyChangesTheNumberOfRows(t *testing.T) {
	m := numbered(t, 10)
	out, err := matrix.Apply(t.Context(), m, func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		first := part.At(0, 0)
		grown, err := matrix.New[int](first%3, 1, nil)
		for i := range first % 3 {
			grown.Set(i, 0, first)
		}
		return grown, err
	}, parallel.Partitions(10), parallel.Workers(3))
	if err != nil {
		t.Fatal(err)
	}
	if !out.Equal(dense(t, [][]int{{1}, {2}, {2}, {4}, {5}, {5}, {7}, {8}, {8}})) {
		t.Error(rows(out))
	}
}

func TestApplyErrorNamesThePartition(t *testing.T) {
	_, err := matrix.Apply(t.Context(), numbered(t, 100), func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		if part.At(0, 0) >= 50 {
			return nil, errBoom
		}
		return part, nil
	}, parallel.Partitions(4))
	at, ok := errors.AsType[*parallel.RowError](err)
	if !ok || at.Partition != 2 || at.Row != 50 || !errors.Is(err, errBoom) {
		t.Error(err)
	}
}

// A function may keep its part, which is nobody else's.
func TestApplyPartsAreCopies(t *testing.T) {
	m := numbered(t, 100)
	before := m.Clone()
	_, err := matrix.Apply(t.Context(), m, func(_ context.Context, part *matrix.Dense[int]) (*matrix.Dense[int], error) {
		part.Set(0, 0, -1)
		return part, nil
	})
	if err != nil || !m.Equal(before) {
		t.Error("the matrix was changed", err)
	}
}
