package calltest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// Cancel measures how long a call goes on after its context has ended. It runs the call to
// its end, and then cancels it after several fractions of the time that this took. It
// reports the time of the whole call (ms-alone) and the longest time that a canceled call
// took to return (ms-late). For each fraction, the shortest of b.N rounds counts, since the
// machine may be busy.
func Cancel(b *testing.B, run func(ctx context.Context) error) {
	b.Helper()
	parts := []float64{0.05, 0.25, 0.5, 0.75, 0.95}
	alone, late := time.Duration(1<<62), make([]time.Duration, len(parts))
	for range b.N {
		start := time.Now()
		if err := run(b.Context()); err != nil {
			b.Fatal(err)
		}
		alone = min(alone, time.Since(start))
	}
	for i, part := range parts {
		late[i] = 1 << 62
		for range b.N {
			late[i] = min(late[i], canceledAfter(b, time.Duration(part*float64(alone)), run))
		}
	}
	longest := time.Duration(0)
	for _, d := range late {
		longest = max(longest, d)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(alone)/1e6, "ms-alone")
	b.ReportMetric(float64(longest)/1e6, "ms-late")
}

// canceledAfter returns how long a call took to return after its context ended, which it
// does d after the call began. It returns 0 if the call returned before that.
func canceledAfter(b *testing.B, d time.Duration, run func(ctx context.Context) error) time.Duration {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(b.Context())
	defer cancel(nil)
	var ended atomic.Pointer[time.Time]
	timer := time.AfterFunc(d, func() {
		now := time.Now()
		ended.Store(&now)
		cancel(cause)
	})
	err := run(ctx)
	now := time.Now()
	timer.Stop()
	end := ended.Load()
	switch {
	case err != nil && !errors.Is(err, cause):
		b.Fatal(err)
	case end == nil:
		return 0
	}
	return now.Sub(*end)
}

// Row is a row of [Rows].
type Row struct {
	ID   int64
	Text string
	Some *float64 // nil in every third row
	City string   // one of a thousand
}

// Rows returns n rows for benchmarks that write and read files.
func Rows(n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = Row{ID: int64(i * i), Text: fmt.Sprint("text ", i), City: fmt.Sprint("city ", i%1000)}
		if i%3 > 0 {
			rows[i].Some = new(float64(i) / 7)
		}
	}
	return rows
}
