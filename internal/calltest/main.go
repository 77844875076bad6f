package calltest

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/parframe/parframe/internal/unset"
)

// Main runs the tests of a package, from its TestMain. Memory from package unset holds
// garbage, unless benchmarks run. If a goroutine is left after the last test, the tests
// fail. Main calls the functions of after before it exits.
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

// UnlessRaced returns n, or fewer under the race detector, which makes tests ten times as
// slow. It is for tests that only check values.
func UnlessRaced(n, fewer int) int {
	if Raced {
		return fewer
	}
	return n
}
