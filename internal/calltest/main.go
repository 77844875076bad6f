package calltest

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/parframe/parframe/internal/unset"
)

// Main runs the tests of a package. Memory that its operations take without clearing
// it holds garbage, unless benchmarks run, and after the last test no goroutine is left.
// Then it calls the functions of after.
func Main(m *testing.M, after ...func()) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		unset.Garbage()
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		for _, fn := range after {
			fn()
		}
		os.Exit(code)
	}))
}

// UnlessRaced returns n, or fewer under the race detector, which makes tests ten times
// as slow. Use it for tests that check values only.
func UnlessRaced(n, fewer int) int {
	if Raced {
		return fewer
	}
	return n
}
