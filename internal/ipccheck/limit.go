package ipccheck

import "fmt"

func overLimit(limit int64) error {
	return fmt.Errorf("%w: the batches take more than %d bytes", ErrLimit, limit)
}
