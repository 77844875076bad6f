package matrix_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame/matrix"
	"github.com/parframe/parframe/parallel"
)

// However cheap the rows before were: once the context has ended, each worker
// begins at most one more function that takes long.
func TestStopsAtOnce(t *testing.T) {
	const n = 200_000
	m := numbered(t, n)
	for profile, slow := range map[string]func(row int) bool{
		"flat":          func(int) bool { return true },
		"cliff":         func(row int) bool { return row >= n/2 },
		"rising":        func(row int) bool { return row%(1+200*(n-row)/n) == 0 },
		"neighbourhood": func(row int) bool { return row >= n/2 && row < n/2+400 },
	} {
		for _, op := range visiting {
			if op.name == "Apply" && profile != "flat" {
				continue // seven functions, most of them for a first row that is not slow
			}
			for _, workers := range []int{1, 3} {
				ctx, cancel := context.WithCancelCause(t.Context())
				var slows, late atomic.Int64
				var ended atomic.Bool
				inTime(t, op.name, func() error {
					err := op.run(ctx, m, func(_ context.Context, row int) error {
						if slow(row) {
							if ended.Load() {
								late.Add(1)
							}
							time.Sleep(time.Millisecond)
							if slows.Add(1) == 2 {
								cancel(errBoom)
								time.Sleep(20 * time.Millisecond) // a busy machine may tell the workers late
								ended.Store(true)
							}
						}
						return nil
					}, parallel.Workers(workers))
					if !errors.Is(err, errBoom) {
						t.Errorf("%s, %s: %v", op.name, profile, err)
					}
					return nil
				})
				if late.Load() > int64(workers) {
					t.Errorf("%s, %s, %d workers: %d functions began after the end", op.name, profile, workers, late.Load())
				}
			}
		}
	}
}

// A wide row ends between two of its elements.
func TestStopsWithinARow(t *testing.T) {
	m := random[int](3, 5000)
	ctx, cancel := context.WithCancelCause(t.Context())
	var late atomic.Int64
	var ended atomic.Bool
	_, err := matrix.MapElements(ctx, m, func(_ context.Context, _, j, _ int) (int, error) {
		if ended.Load() {
			late.Add(1)
		}
		if j == 2000 {
			cancel(errBoom)
			ended.Store(true)
		}
		return 0, nil
	}, parallel.Workers(1))
	if !errors.Is(err, errBoom) || late.Load() > 1 {
		t.Errorf("%d elements after the end: %v", late.Load(), err)
	}
}
