package frame_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// checkCollectAll lets every third call fail, all calls, and random ones.
func checkCollectAll(t *testing.T, f *frame.Frame, name string, u userCall) {
	rows := u.hooked(trialRows)
	r := rand.New(rand.NewPCG(1, uint64(len(name))))
	for k := range 20 {
		fail := map[int64]bool{}
		for i, row := range rows {
			if k == 0 && i%3 == 1 || k == 1 || k > 1 && r.IntN(k) == 0 {
				fail[row] = true
			}
		}
		// If all groups fail, the columns of ApplyGroups are unknown.
		if len(fail) > 0 && (name != "ApplyGroups" || len(fail) < len(rows)) {
			checkFailures(t, f, name, u, fail)
		}
	}
}

func checkFailures(t *testing.T, f *frame.Frame, name string, u userCall, fail map[int64]bool) {
	t.Helper()
	rows := u.hooked(trialRows)
	var w watcher
	got, err := u.call(t.Context(), f, func(_ context.Context, row int64) error {
		switch {
		case fail[row] && row%2 == 0:
			panic(errOdd)
		case fail[row]:
			return errOdd
		}
		return nil
	}, parallel.CollectAll(5), parallel.Workers(3), parallel.Observe(&w))
	all, ok := err.(*parallel.Failures)
	if !ok || got == nil {
		t.Fatal(got, err)
	}
	if all.Count != len(fail) || all.Of != len(rows) || len(all.Errs) != min(5, len(fail)) || !errors.Is(all, errOdd) {
		t.Errorf("%d failures of %d, %d kept: %v", all.Count, all.Of, len(all.Errs), all)
	}
	var want []int
	for _, row := range rows {
		if fail[row] {
			want = append(want, int(row))
		}
	}
	for i, e := range all.Errs {
		if e.Row != want[i] {
			t.Errorf("failure %d is of row %d, want %d", i, e.Row, want[i])
		}
	}
	slices.Sort(w.failed)
	if !slices.Equal(w.failed, want) {
		t.Errorf("observers saw rows %v fail, want %v", w.failed, want)
	}
	whole, err := u.call(t.Context(), f, func(context.Context, int64) error { return nil }, parallel.CollectAll(5))
	if err != nil {
		t.Fatal(err)
	}
	checkLeftOut(t, name, u, got, whole, func(row int64) bool { return !fail[row] })
}

// nullColumns are the result columns that are null in rows left out; other operations
// drop these rows.
var nullColumns = map[string][]string{
	"MapRows": {"i"}, "MapRows of Row": {"result"}, "WithRows": {"result"}, "MapColumn": {"i"}, "MapColumn2": {"result"}, "MapColumn3": {"result"},
	"RollRows": {"i"}, "RollRows of all": {"i"}, "RollRows of groups": {"i"}, "MapGroups": {"result"},
}

// checkLeftOut compares a result with the whole result, in which all rows or groups
// succeeded.
func checkLeftOut(t *testing.T, name string, u userCall, got, whole *frame.Frame, has func(row int64) bool) {
	t.Helper()
	results := nullColumns[name]
	rows := u.hooked(trialRows)
	for _, c := range whole.Columns() {
		var want []any
		for i, v := range cells(c) {
			row := rows[i%len(rows)]
			switch name {
			case "FilterRows":
				row = 2 * int64(i) // the rows that it keeps
			case "ApplyGroups":
				row = whole.Columns()[0].Value(i).(int64) % 3 // its group
			}
			switch {
			case has(row):
				want = append(want, v)
			case slices.Contains(results, c.Name()):
				want = append(want, nil)
			case results != nil:
				want = append(want, v)
			}
		}
		checkCells(t, got, c.Name(), want)
	}
	for _, c := range got.Memory() {
		if nullable := slices.Contains(results, c.Field.Name); c.Field.Nullable != nullable {
			t.Errorf("column %q: nullable is %v", c.Field.Name, c.Field.Nullable)
		}
	}
}

// checkPartial ends the context at each step: functions that began before return, or
// notice it.
func checkPartial(t *testing.T, f *frame.Frame, name string, u userCall) {
	rows := u.hooked(trialRows)
	var done []bool
	whole, err := u.call(t.Context(), f, func(context.Context, int64) error { return nil }, parallel.Partial(&done))
	if err != nil || slices.Contains(done, false) {
		t.Fatal(err, done)
	}
	for step := 1; step <= len(rows); step++ {
		for _, notices := range []bool{false, true} {
			for _, width := range []parallel.Option{parallel.Serial(), parallel.Workers(3)} {
				checkPartialAt(t, f, name, u, whole, step, notices, width)
			}
		}
	}
	// If a row fails, there are still no results.
	if got, err := u.call(t.Context(), f, func(context.Context, int64) error { return errOdd }, parallel.Partial(&done)); got != nil || !errors.Is(err, errOdd) {
		t.Error(got, err)
	}
}

func checkPartialAt(t *testing.T, f *frame.Frame, name string, u userCall, whole *frame.Frame, step int, notices bool, width parallel.Option) {
	t.Helper()
	rows := u.hooked(trialRows)
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	var calls atomic.Int64
	var mu sync.Mutex
	returned := map[int64]bool{}
	var done []bool
	got, err := u.call(ctx, f, func(ctx context.Context, row int64) error {
		switch n := int(calls.Add(1)); {
		case n == step:
			cancel(why)
			if notices {
				return ctx.Err()
			}
		case n > step: // it began before the end
			<-ctx.Done()
			return ctx.Err()
		}
		mu.Lock()
		defer mu.Unlock()
		returned[row] = true
		return nil
	}, parallel.Partial(&done), width)
	if len(returned) == len(rows) {
		why = nil // nothing is missing
	}
	if name == "ApplyGroups" && len(returned) == 0 { // the columns are unknown
		if !errors.Is(err, why) || got != nil {
			t.Error(got, err)
		}
		return
	}
	if err != why || got == nil || len(done) != len(rows) {
		t.Fatalf("the context ends in call %d: %v, %d marks: %v", step, got, len(done), err)
	}
	for i, row := range rows {
		if done[i] != returned[row] {
			t.Errorf("row %d: done is %v, but its function returned: %v", row, done[i], returned[row])
		}
	}
	checkLeftOut(t, name, u, got, whole, func(row int64) bool { return returned[row] })
}
