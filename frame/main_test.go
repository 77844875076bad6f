package frame

import (
	"testing"

	"go.uber.org/goleak"
)

// Nothing outlives a call: not one of the tests leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
