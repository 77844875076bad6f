package parquet

import (
	"fmt"
	"sync/atomic"
)

// The default of ReadOptions.MaxMemory. Real files decode to some 2 to 40
// times their size; dictionaries of few long strings reach a few hundred.
const (
	minMemory   = 256 << 20
	memoryRatio = 1024
)

// maxPage is the largest page, uncompressed, that is read; arrow-go v18 and
// Arrow C++ draw the line at the same place. Pages are 1 MiB as a rule.
const maxPage = 256 << 20

// errPage is the cause when a page is larger than that.
var errPage = fmt.Errorf("%w of %d bytes for a page", ErrLimit, maxPage)

// budget counts the bytes that a call makes for decoded pages and columns.
// Goroutines share it.
type budget struct {
	left atomic.Int64
	max  int64
}

// newBudget gives the budget for a file of that size: option, or the default
// for 0, or none for a negative option.
func newBudget(option, size int64) *budget {
	b := &budget{max: option}
	switch {
	case option == 0:
		b.max = max(minMemory, memoryRatio*min(size, 1<<50))
	case option < 0:
		b.max = 1 << 62
	}
	b.left.Store(b.max)
	return b
}

// take asks for n bytes before they are made.
func (b *budget) take(n int) error {
	if b.left.Add(-int64(n)) < 0 {
		b.left.Add(int64(n))
		return fmt.Errorf("%w: decoded data takes more than %d bytes (ReadOptions.MaxMemory raises the limit)", ErrLimit, b.max)
	}
	return nil
}

// give returns bytes that are garbage now.
func (b *budget) give(n int) { b.left.Add(int64(n)) }

// bytes makes n bytes of the budget.
func (b *budget) bytes(n int) ([]byte, error) {
	if err := b.take(n); err != nil {
		return nil, err
	}
	return make([]byte, n), nil
}
