package ipccheck

import "fmt"

func overLimit(limit int64) error {
	return fmt.Errorf("%w: a batch takes more than %d bytes", ErrLimit, limit)
}
