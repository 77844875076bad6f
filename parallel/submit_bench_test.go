package parallel

import "testing"

// BenchmarkSubmit submits a million tasks of a nanosecond and then asks for
// their results: the cost of a task.
func BenchmarkSubmit(b *testing.B) {
	compare(b, "n=1000000", TaskPools, trivialItems(1_000_000), trivial)
}

// BenchmarkStream has a million items of a nanosecond, yielded in order.
func BenchmarkStream(b *testing.B) {
	compare(b, "n=1000000", Streams, trivialItems(1_000_000), trivial)
}
