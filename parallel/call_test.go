package parallel_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// TestLowestErrorOfMapAsync: which error comes back follows from the input alone, not
// from timing: here the highest fails first. (TestLowestErrorComesBack holds it for all calls.)
func TestLowestErrorOfMapAsync(t *testing.T) {
	bubbles(t, widths, func(t *testing.T, width int) {
		p := newPool(t, parallel.Workers(width))
		f, err := parallel.MapAsync(t.Context(), p, indices(50), func(_ context.Context, i int) (int, error) {
			time.Sleep(time.Duration(50-i) * time.Millisecond)
			if i%10 == 7 {
				return 0, fmt.Errorf("item %d", i)
			}
			return i, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = f.Get(t.Context()); fmt.Sprint(err) != "row 7: item 7" {
			t.Error(err)
		}
	})
}

// TestCallsShareAnInput: calls that read one input at the same time race with nobody;
// the race detector looks. (Changing it meanwhile is the caller's affair.)
func TestCallsShareAnInput(t *testing.T) {
	p := newPool(t, parallel.Workers(3))
	xs := indices(2000)
	var fs []*parallel.Future[[]int]
	for range 10 {
		f, err := parallel.MapAsync(t.Context(), p, xs, twice)
		if err != nil {
			t.Fatal(err)
		}
		fs = append(fs, f)
	}
	if _, err := parallel.Scan(t.Context(), xs, 0, nil2, parallel.On(p)); err != nil {
		t.Error(err)
	}
	for _, f := range fs {
		if got := get(t, f); got[1999] != 3998 {
			t.Error(got[1999])
		}
	}
}

// TestOptionsAreReadAtTheStart: options are values that belong to one call, so there is nothing to
// change after its start: what happens to the slice meanwhile does not matter.
func TestOptionsAreReadAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := options(parallel.Workers(2))
		var g gauge
		err := parallel.ForEach(t.Context(), indices(20), func(context.Context, int) error {
			g.enter()
			defer g.leave()
			if g.total.Load() == 1 {
				opts[0] = parallel.Workers(0)
			}
			time.Sleep(time.Second)
			return nil
		}, items(opts)...)
		if err != nil || g.peak.Load() != 2 {
			t.Errorf("%v, %d at once", err, g.peak.Load())
		}
	})
}

// TestDocSaysWhatCannotBeContained: what takes the process with it cannot be tested in it: os.Exit, the
// runtime's fatal errors, faults in C. That it is documented, can.
func TestDocSaysWhatCannotBeContained(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(doc), "\n// ", " ")
	for _, word := range []string{"# What cannot be contained", "os.Exit", "concurrent map writes", "stack overflow", "out of memory", "cgo"} {
		if !strings.Contains(text, word) {
			t.Errorf("doc.go does not mention %s", word)
		}
	}
}
