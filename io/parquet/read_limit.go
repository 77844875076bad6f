package parquet

import (
	"fmt"
	"sync/atomic"
)

// The default of ReadOptions.MaxMemory. Real files decode to about 2 to 40 times
// their size. Dictionaries of few long strings reach a few hundred times.
const (
	minMemory   = 256 << 20
	memoryRatio = 1024
)

// maxPage is the size of the largest page, uncompressed, that is read. arrow-go v18
// and Arrow C++ have the same limit. Most pages have 1 MiB.
const maxPage = 256 << 20

// errPage is the error for a larger page.
var errPage = fmt.Errorf("%w of %d bytes for a page", ErrLimit, maxPage)

// budget counts the bytes that a call allocates for decoded pages and columns.
// Goroutines share it.
type budget struct {
	left atomic.Int64
	max  int64
}

// newBudget returns the budget for a file of the given size: option, the default for
// 0, or no limit for a negative option.
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

// take charges n bytes, before they are allocated.
func (b *budget) take(n int) error {
	if b.left.Add(-int64(n)) < 0 {
		b.left.Add(int64(n))
		return fmt.Errorf("%w: decoded data takes more than %d bytes (ReadOptions.MaxMemory raises the limit)", ErrLimit, b.max)
	}
	return nil
}

// give returns the charge of n bytes that are no longer used.
func (b *budget) give(n int) { b.left.Add(int64(n)) }

// bytes allocates n bytes and charges them.
func (b *budget) bytes(n int) ([]byte, error) {
	if err := b.take(n); err != nil {
		return nil, err
	}
	return make([]byte, n), nil
}
