package gota

import (
	"context"
	"sync"
	"testing"

	"github.com/go-gota/gota/dataframe"

	"github.com/parframe/parframe/parallel"
)

// Partitions run at the same time: each waits for all the others, which would
// hang if one had to end before another began.
func TestPartitionsRunTogether(t *testing.T) {
	var all sync.WaitGroup
	all.Add(3)
	_, err := Apply(t.Context(), numbers(3), func(_ context.Context, p dataframe.DataFrame) dataframe.DataFrame {
		all.Done()
		all.Wait()
		return p
	}, parallel.Workers(3), parallel.Partitions(3))
	if err != nil {
		t.Error(err)
	}
}
