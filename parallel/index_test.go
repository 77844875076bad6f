package parallel_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/parframe/parframe/parallel"
)

func TestIndex(t *testing.T) {
	for _, op := range operations {
		if op.blind || op.ranges {
			continue
		}
		for _, s := range settings(op, []int{1, 7, 1000}, []int{1, 7}) {
			_, err := op.run(t.Context(), 100, func(ctx context.Context, i int) error {
				if got := parallel.Index(ctx); got != i {
					t.Errorf("%s %v: Index = %d at item %d", op.name, s, got, i)
				}
				// Index is the one of the innermost call, and does not change for the outer one.
				err := parallel.ForEach(ctx, indices(3), func(ctx context.Context, j int) error {
					if got := parallel.Index(context.WithoutCancel(ctx)); got != j {
						return fmt.Errorf("inside: Index = %d at item %d", got, j)
					}
					return nil
				})
				if got := parallel.Index(ctx); got != i {
					t.Errorf("%s %v: Index = %d at item %d after a nested call", op.name, s, got, i)
				}
				return err
			}, s.opts...)
			if err != nil {
				t.Errorf("%s %v: %v", op.name, s, err)
			}
		}
	}
}

func TestIndexOfRange(t *testing.T) {
	for _, opt := range []parallel.ItemOption{parallel.ChunkSize(10), parallel.Partitions(10), parallel.Serial()} {
		err := parallel.Range(t.Context(), 100, func(ctx context.Context, lo, hi int) error {
			if got := parallel.Index(ctx); got != lo {
				t.Errorf("%v: Index = %d in the range from %d", opt, got, lo)
			}
			return nil
		}, opt)
		if err != nil {
			t.Error(err)
		}
	}
}

// TestIndexOutsideOfACall: outside of a call Index is -1.
func TestIndexOutsideOfACall(t *testing.T) {
	if got := parallel.Index(t.Context()); got != -1 {
		t.Errorf("Index outside of a call = %d; want -1", got)
	}
}
