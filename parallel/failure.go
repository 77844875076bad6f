package parallel

import (
	"fmt"
	"strings"

	"github.com/parframe/parframe/internal/engine"
)

// Failures is the error of a call with [CollectAll] in which items failed.
type Failures struct {
	Count int         // how many items failed
	Of    int         // out of how many
	Errs  []*RowError // the lowest of them, ascending; at most the argument of CollectAll
}

// Error returns the count and one line for each error that was kept.
func (f *Failures) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d rows failed", f.Count, f.Of)
	for i, e := range f.Errs {
		sep := "\n"
		if i == 0 {
			sep = ":\n"
		}
		b.WriteString(sep + fmt.Sprint(e))
	}
	if more := f.Count - len(f.Errs); more > 0 && len(f.Errs) > 0 {
		fmt.Fprintf(&b, "\n… and %d more", more)
	}
	return b.String()
}

// Unwrap returns the errors that were kept, for errors.Is and errors.As.
func (f *Failures) Unwrap() []error {
	errs := make([]error, len(f.Errs))
	for i, e := range f.Errs {
		errs[i] = e
	}
	return errs
}

// Rejected is an item that failed in a call with [Quarantine].
type Rejected[T any] struct {
	Index int // in the input
	Input T
	Err   error
}

// settle applies the failure policy to the results of a call that has gone over all
// its items. results is nil for a call without results.
func settle[T, R any](c *engine.Call, xs []T, results []R) ([]R, error) {
	if !c.Collects() {
		return results, nil
	}
	count, errs := c.Failures()
	rejected, ok := c.Quarantine.(*[]Rejected[T])
	if !ok {
		if len(errs) == 0 {
			return results, nil
		}
		return results, &Failures{Count: count, Of: len(xs), Errs: errs}
	}
	*rejected = make([]Rejected[T], len(errs))
	for i, e := range errs {
		(*rejected)[i] = Rejected[T]{Index: e.Row, Input: xs[e.Row], Err: e.Err}
	}
	if results == nil || len(errs) == 0 {
		return results, nil
	}
	good := results[:errs[0].Row]
	for i, e := range errs {
		end := len(results)
		if i+1 < len(errs) {
			end = errs[i+1].Row
		}
		good = append(good, results[e.Row+1:end]...)
	}
	clear(results[len(good):]) // do not keep alive what is behind the end
	return good, nil
}
