package matrix_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// Once its context has ended, every call does nothing and returns the cause; without a
// context, a matrix or a frame it reports what is missing.
func TestEndedAndMissing(t *testing.T) {
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errBoom)
	m := random[float64](100, 5)
	var none context.Context
	for _, c := range calls() {
		if err := c.run(ended, m); !errors.Is(err, errBoom) {
			t.Errorf("%s with an ended context: %v", c.name, err)
		}
		if err := c.run(none, m); !errors.Is(err, parallel.ErrOption) || !strings.HasPrefix(err.Error(), c.name+": ") {
			t.Errorf("%s without a context: %v", c.name, err)
		}
		if err := c.run(t.Context(), nil); !errors.Is(err, matrix.ErrNil) || !strings.HasPrefix(err.Error(), c.name+": ") {
			t.Errorf("%s of nothing: %v", c.name, err)
		}
	}
	for _, run := range failing(func() error { return errBoom }) {
		if err := run(t.Context(), &matrix.Dense[int]{}); err != nil {
			t.Errorf("the zero matrix: %v", err)
		}
	}
	if _, err := matrix.FromFrame(t.Context(), &frame.Frame{}, nil); err != nil {
		t.Errorf("the zero frame: %v", err)
	}
}

// A nil matrix has no rows, and reading it is no nil pointer.
func TestNilMatrix(t *testing.T) {
	var m *matrix.Dense[float64]
	if rows, cols := m.Dims(); rows != 0 || cols != 0 || m.Clone() != nil || !m.Equal(nil) || m.Equal(&matrix.Dense[float64]{}) {
		t.Errorf("%d×%d", rows, cols)
	}
	if _, err := m.Slice(0, 0); !errors.Is(err, matrix.ErrNil) {
		t.Error(err)
	}
	defer func() {
		if v := recover(); v != "matrix: row 1 of 0×0" {
			t.Error(v)
		}
	}()
	m.Row(1)
}

// Every call is seen once, under its own name, with the rows of the matrix.
func TestObserved(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 40_000} {
		m := random[float64](n, 5)
		for _, c := range calls() {
			for width, opt := range map[int]any{1: parallel.Serial(), 3: parallel.Workers(3)} {
				w := &watcher{}
				if err := c.run(t.Context(), m, opt, parallel.Observe(w)); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
				if *w != (watcher{c.name, 1, 1, n, width, n}) {
					t.Errorf("%s of %d rows, width %d: seen as %+v", c.name, n, width, *w)
				}
			}
		}
	}
}

// watcher adds up what an observer sees.
type watcher struct {
	name                     string
	starts, ends, rows, wide int
	n                        int
}

func (w *watcher) Start(c parallel.CallInfo) {
	w.name, w.wide, w.n = c.Call, c.Width, c.N
	w.starts++
}
func (w *watcher) ChunkDone(c parallel.ChunkInfo) { w.rows += c.Hi - c.Lo }
func (w *watcher) RowFailed(int, error)           {}
func (w *watcher) End(parallel.Summary)           { w.ends++ }

// A task may make any call on the pool that it runs on, though it has the only
// slot.
func TestOnThePoolOfATask(t *testing.T) {
	pool, err := parallel.NewPool(parallel.Workers(1))
	if err != nil {
		t.Fatal(err)
	}
	m := random[float64](5000, 5)
	for _, c := range calls() {
		inTime(t, c.name, func() error {
			f, err := parallel.Submit(t.Context(), pool, func(ctx context.Context) (bool, error) {
				return true, c.run(ctx, m, parallel.On(pool))
			})
			if err != nil {
				return err
			}
			_, err = f.Get(t.Context())
			return err
		})
	}
	pool.Close()
	if err := pool.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
