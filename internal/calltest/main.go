package calltest

import (
	"flag"
	"testing"

	"go.uber.org/goleak"

	"github.com/parframe/parframe/internal/unset"
)

// Main runs the tests of a package. Memory that its operations take without clearing
// it holds garbage, unless benchmarks run, and after the last test no goroutine is left.
func Main(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		unset.Garbage()
	}
	goleak.VerifyTestMain(m)
}
