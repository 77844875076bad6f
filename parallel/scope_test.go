package parallel_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestScopeOfATree: tasks that add tasks and wait for them end at any width, and no
// more of them run at once than the width.
func TestScopeOfATree(t *testing.T) {
	for _, width := range []int{1, 2, 8} {
		s, err := parallel.NewScope(t.Context(), parallel.Workers(width))
		if err != nil {
			t.Fatal(err)
		}
		var now, most atomic.Int32
		var walk func(depth int) func(context.Context) (int, error)
		walk = func(depth int) func(context.Context) (int, error) {
			return func(ctx context.Context) (int, error) {
				n := now.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				now.Add(-1)
				if depth == 0 {
					return 1, nil
				}
				a, b := parallel.Go(s, walk(depth-1)), parallel.Go(s, walk(depth-1))
				x, err := a.Get(ctx)
				if err != nil {
					return 0, err
				}
				y, err := b.Get(ctx)
				return x + y, err
			}
		}
		root := parallel.Go(s, walk(8))
		if err := s.Wait(); err != nil {
			t.Fatal(err)
		}
		if !root.Ready() {
			t.Error("the scope has ended before its task")
		}
		if leaves, err := root.Get(t.Context()); leaves != 256 || err != nil {
			t.Error(leaves, err)
		}
		if most.Load() > int32(width) {
			t.Errorf("%d at once on %d workers", most.Load(), width)
		}
	}
}

// TestScopeEndsWithTheFirstFailure: the first failure ends the context of the other
// tasks and drops tasks that have not begun. Each call of Wait returns it.
func TestScopeEndsWithTheFirstFailure(t *testing.T) {
	for name, fail := range map[string]func() error{
		"error":  func() error { return errBoom },
		"panic":  func() error { panic(errBoom) },
		"Goexit": func() error { runtime.Goexit(); return nil },
	} {
		synctest.Test(t, func(t *testing.T) {
			s, err := parallel.NewScope(t.Context(), parallel.Workers(2))
			if err != nil {
				t.Fatal(err)
			}
			var begun atomic.Int32
			for i := range 100 {
				parallel.Go(s, func(ctx context.Context) (int, error) {
					begun.Add(1)
					if i == 1 {
						return 0, fail()
					}
					<-ctx.Done()
					return 0, ctx.Err()
				})
			}
			want := errBoom
			if name == "Goexit" {
				want = parallel.ErrGoexit
			}
			for range 2 {
				if err := s.Wait(); !errors.Is(err, want) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if begun.Load() > 3 {
				t.Errorf("%s: %d tasks began", name, begun.Load())
			}
		})
	}
}

// TestScopeCollects: with CollectAll all tasks run, and Wait returns the failures by
// the numbers of the tasks.
func TestScopeCollects(t *testing.T) {
	s, err := parallel.NewScope(t.Context(), parallel.CollectAll(2), parallel.Workers(3))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		parallel.Go(s, func(ctx context.Context) (int, error) {
			if i%5 == 4 {
				return 0, errBoom
			}
			return i, ctx.Err()
		})
	}
	err = s.Wait()
	all, ok := errors.AsType[*parallel.Failures](err)
	if !ok || all.Count != 4 || all.Of != 20 || len(all.Errs) != 2 || all.Errs[0].Row != 4 || all.Errs[1].Row != 9 {
		t.Error(err)
	}
}

// TestScopeInsideACall: a scope that a function makes shares the width of the call
// around it, and Wait lends the slot of the function.
func TestScopeInsideACall(t *testing.T) {
	pool := newPool(t, parallel.Workers(1))
	got, err := parallel.Map(t.Context(), indices(5), func(ctx context.Context, x int) (int, error) {
		s, err := parallel.NewScope(ctx)
		if err != nil {
			return 0, err
		}
		a := parallel.Go(s, func(context.Context) (int, error) { return 2 * x, nil })
		b := parallel.Go(s, func(ctx context.Context) (string, error) { return "x", ctx.Err() })
		if err := s.Wait(); err != nil || !b.Ready() {
			return 0, err
		}
		return a.Get(ctx)
	}, parallel.On(pool))
	if err != nil || got[4] != 8 {
		t.Error(got, err)
	}
}

// TestScopeMistakes: a mistake in the use of a scope is an error, and no nil pointer is
// dereferenced.
func TestScopeMistakes(t *testing.T) {
	if _, err := parallel.NewScope(t.Context(), parallel.Serial()); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	var none *parallel.Scope
	if err := none.Wait(); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	one := func(context.Context) (int, error) { return 1, nil }
	if _, err := parallel.Go(none, one).Get(t.Context()); !errors.Is(err, parallel.ErrOption) {
		t.Error(err)
	}
	s, err := parallel.NewScope(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parallel.Go[int](s, nil).Get(t.Context()); !errors.Is(err, parallel.ErrNilFunc) {
		t.Error(err)
	}
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := parallel.Go(s, one).Get(t.Context()); !errors.Is(err, parallel.ErrClosed) {
		t.Error(err)
	}
}

// TestPartialKeepsWhatIsDone: when the context ends, Partial returns the results of the
// items that are done, at their indices, with the cause.
func TestPartialKeepsWhatIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("why")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second+time.Millisecond, why)
		defer cancel()
		var done []bool
		got, err := parallel.Map(ctx, indices(100), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Second)
			return i + 1, nil
		}, parallel.Workers(2), parallel.Partial(&done))
		if err != why || len(got) != 100 || len(done) != 100 {
			t.Fatal(len(got), len(done), err)
		}
		n := 0
		for i, ok := range done {
			if ok {
				n++
			}
			if ok != (got[i] == i+1) || !ok && got[i] != 0 {
				t.Errorf("item %d: %v, done %v", i, got[i], ok)
			}
		}
		if n < 20 || n > 22 {
			t.Errorf("%d done", n)
		}
		_, err = parallel.Map(t.Context(), indices(3), func(_ context.Context, i int) (int, error) { return 0, errBoom }, parallel.Partial(&done))
		if !errors.Is(err, errBoom) {
			t.Error(err)
		}
	})
}

// TestScopesInFunctionsOfOnePool: scopes that begin at the same time in functions of
// one pool share its workers. The race detector checks this.
func TestScopesInFunctionsOfOnePool(t *testing.T) {
	pool, err := parallel.NewPool(parallel.Workers(2))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Terminate()
	both := make(chan struct{})
	var begun atomic.Int32
	got, err := parallel.Map(t.Context(), indices(2), func(ctx context.Context, i int) (int, error) {
		if begun.Add(1) == 2 {
			close(both)
		}
		<-both
		s, err := parallel.NewScope(ctx)
		if err != nil {
			return 0, err
		}
		f := parallel.Go(s, func(context.Context) (int, error) { return i + 1, nil })
		if err := s.Wait(); err != nil {
			return 0, err
		}
		return f.Get(ctx)
	}, parallel.On(pool))
	if err != nil || !slices.Equal(got, []int{1, 2}) {
		t.Error(got, err)
	}
}
