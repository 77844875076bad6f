package frame_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/parallel"
)

type lenientOut struct {
	I    int32
	B    bool
	S    string
	Raw  []byte
	T    time.Time
	List []string
	In   struct {
		A int64
		S string
	}
	P    *float64
	Some frame.Null[string]
}

func lenientOf(i int64) lenientOut {
	o := lenientOut{I: int32(i), B: i%2 == 0, S: fmt.Sprint("s", i), Raw: []byte{byte(i)}, T: time.Unix(i, 0), Some: frame.Some("x")}
	for k := range i % 4 {
		o.List = append(o.List, fmt.Sprint(i, k))
	}
	if o.In.A, o.In.S = -i, "in"; i%3 == 0 {
		f := float64(i)
		o.P, o.Some = &f, frame.Null[string]{}
	}
	return o
}

// leftOut returns the frame with nulls in the rows for which has is false.
func leftOut(t *testing.T, f *frame.Frame, has func(i int) bool) *frame.Frame {
	t.Helper()
	var rows []int32
	for i := range f.NumRows() {
		if rows = append(rows, int32(i)); !has(i) {
			rows[i] = -1
		}
	}
	var out []chunk.Column
	for _, c := range f.Memory() {
		sources := append(slices.Clone(c.Chunks), chunk.Nulls(c.Field.Type, 1))
		col := chunk.Column{Field: c.Field, Len: c.Len, Chunks: chunk.PickAll(t.Context(), c.Field.Type, sources, chunk.RowSpans(c.Starts(), rows))}
		col.Field.Nullable = true
		out = append(out, col)
	}
	return must(frame.FromMemory(f.Schema(), out, f.NumRows()))
}

// Rows that fail, or are not done, are nulls in columns of every kind.
func TestRowsLeftOutAreNullInColumnsOfEveryKind(t *testing.T) {
	why := errors.New("enough")
	for _, n := range []int{1, 65, 3000} {
		f := countTo(t, n)
		whole := must(frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (lenientOut, error) { return lenientOf(i), nil }))
		for _, workers := range []int{1, 2, 8} {
			got, err := frame.MapRows(t.Context(), f, func(_ context.Context, i int64) (lenientOut, error) {
				if i%7 == 0 {
					return lenientOut{}, errOdd
				}
				return lenientOf(i), nil
			}, parallel.CollectAll(3), parallel.Workers(workers))
			if all, ok := err.(*parallel.Failures); !ok || all.Count != (n+6)/7 {
				t.Fatal(err)
			}
			if d := leftOut(t, whole, func(i int) bool { return i%7 != 0 }).Diff(got); d != "" {
				t.Error("CollectAll: ", n, d)
			}
			var calls atomic.Int64
			var done []bool
			ctx, cancel := context.WithCancelCause(t.Context())
			got, err = frame.MapRows(ctx, f, func(_ context.Context, i int64) (lenientOut, error) {
				if int(calls.Add(1)) == n/2+1 {
					cancel(why)
					return lenientOut{}, context.Canceled
				}
				return lenientOf(i), nil
			}, parallel.Partial(&done), parallel.Workers(workers))
			if err != why || len(done) != n || slices.Index(done, false) < 0 {
				t.Fatal(err, len(done))
			}
			if d := leftOut(t, whole, func(i int) bool { return done[i] }).Diff(got); d != "" {
				t.Error("Partial: ", n, d)
			}
		}
	}
}

// Rows that a failed attempt has yielded are not in the result.
func TestFlatMapRowsDropsWhatFailedAttemptsYielded(t *testing.T) {
	f := countTo(t, 1000)
	got, err := frame.FlatMapRows(t.Context(), f, func(ctx context.Context, i int64, yield func(int64)) error {
		for k := range i % 5 {
			if yield(10*i + k); parallel.Attempt(ctx) == 1 && k == i%3 {
				return errOdd
			}
		}
		return nil
	}, parallel.Retry(1, nil), frame.As("x"))
	if err != nil {
		t.Fatal(err)
	}
	var want []any
	for i := range int64(1000) {
		for k := range i % 5 {
			want = append(want, 10*i+k)
		}
	}
	checkCells(t, got, "x", want)
}

// Leaving a partition out is not a failure, so it is not retried.
func TestSkippedPartitionsAreNotTriedAgain(t *testing.T) {
	var calls atomic.Int64
	skip := func(_ context.Context, p *frame.Frame) (*frame.Frame, error) {
		if calls.Add(1); p.Columns()[0].Value(0) == int64(0) {
			return nil, frame.SkipPartition
		}
		return p, nil
	}
	f := userFrame(t, 9)
	if g, err := frame.Apply(t.Context(), f, skip, parallel.Partitions(3), parallel.Retry(3, nil)); err != nil || g.NumRows() != 6 || calls.Swap(0) != 3 {
		t.Error(g, err)
	}
	if g, err := frame.ApplyGroups(t.Context(), must(f.GroupBy("k")), skip, parallel.Retry(3, nil)); err != nil || g.NumRows() != 6 || calls.Load() != 3 {
		t.Error(g, err)
	}
}
