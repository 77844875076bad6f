package parallel_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain holds promise 5 over all tests of the package at once: when they
// are through, no goroutine is left.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
