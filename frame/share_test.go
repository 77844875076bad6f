package frame_test

import (
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/arrowtest"
)

// Any number of goroutines may use one frame at once, and call what Arrow computes lazily
// on its arrays. This test is for the race detector.
func TestFramesAreShared(t *testing.T) {
	rec := allTypes(arrowtest.Rand(9), 60)
	f := must(frame.FromRecord(rec))
	f = must(frame.Concat(f, f.Tail(20)))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			part := must(f.Slice(i, 60+i))
			for k, c := range part.Columns() {
				for _, a := range c.Chunks() {
					a.NullN()
					arrowtest.Rows(a)
					if d, ok := a.(*array.Dictionary); ok {
						d.Dictionary().NullN()
					}
					a.Release()
				}
				if c.NullN() > 0 && !c.Field().Nullable {
					t.Errorf("column %d has nulls", k)
				}
				c.Value(3)
			}
			for _, r := range must(part.ToRecords()) {
				for _, a := range r.Columns() {
					a.NullN()
				}
				r.Release()
			}
			if !must(part.Take(upTo(part.NumRows()))).Equal(part) {
				t.Error("a copy differs")
			}
			part.ToTable().Release()
			part.Clone()
		})
	}
	wg.Wait()
}
