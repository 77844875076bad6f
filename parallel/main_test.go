package parallel_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks at all tests of the package at once: when they
// are through, no goroutine is left.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
