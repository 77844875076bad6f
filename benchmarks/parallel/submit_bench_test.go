package parallel

import "testing"

// named returns the candidates of these names.
func named(names ...string) (some []Candidate) {
	for _, name := range names {
		for _, c := range Candidates {
			if c.Name == name {
				some = append(some, c)
			}
		}
	}
	return some
}

// BenchmarkSubmit submits a million tasks of a nanosecond and then asks for
// their results: the cost of a task.
func BenchmarkSubmit(b *testing.B) {
	compare(b, "n=1000000", named("parframe-submit", "conc-pool", "errgroup", "pond", "ants"), trivialItems(1_000_000), trivial)
}

// BenchmarkStream has a million items of a nanosecond, yielded in order.
func BenchmarkStream(b *testing.B) {
	compare(b, "n=1000000", named("parframe-stream", "conc-stream"), trivialItems(1_000_000), trivial)
}
