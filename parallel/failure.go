package parallel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Failures is the error of a call with [CollectAll] in which items failed.
type Failures struct {
	Count int         // how many items failed
	Of    int         // out of how many
	Errs  []*RowError // the lowest of them, ascending, at most as many as CollectAll was told
}

// Error gives the count and one line for each error that was kept.
func (f *Failures) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d rows failed", f.Count, f.Of)
	for i, e := range f.Errs {
		sep := "\n"
		if i == 0 {
			sep = ":\n"
		}
		b.WriteString(sep + e.Error())
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

// FailFast ends the call at the first failure: nothing above it starts any
// more, and the error is that of the lowest item that failed. This is the default.
func FailFast() Option { return Option{name: "FailFast", value: true} }

// CollectAll lets the call go on after failures. The result has its full
// length, with zero values at the items that failed, and comes together with
// a [Failures] that holds the count, and the errors of the lowest most items.
func CollectAll(most int) Option { return intOption("CollectAll", most, 1) }

// Rejected is an item that failed in a call with [Quarantine].
type Rejected[T any] struct {
	Index int // in the input
	Input T
	Err   error
}

// Quarantine lets the call go on after failures, and puts the items that
// failed into *rejected, in order, with their index and error. The result
// holds those of the other items, in order: it is shorter than the input by
// len(*rejected). *rejected is replaced, and empty where nothing failed.
func Quarantine[T any](rejected *[]Rejected[T]) Option {
	o := Option{name: "Quarantine", value: rejected}
	if rejected == nil {
		o.err = fmt.Errorf("want a slice to fill, got nil")
	}
	return o
}

// collector keeps the failures of a call that goes on after them.
type collector struct {
	most int // errors to keep; 0: all

	mu    sync.Mutex
	count int
	errs  []*RowError
}

func (c *collector) add(row int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count++
	c.errs = append(c.errs, &RowError{Row: row, Partition: -1, Err: err})
	if c.most > 0 && len(c.errs) >= 2*c.most+16 {
		c.trim()
	}
}

// trim keeps the lowest, in order.
func (c *collector) trim() {
	slices.SortFunc(c.errs, func(a, b *RowError) int { return cmp.Compare(a.Row, b.Row) })
	if c.most > 0 && len(c.errs) > c.most {
		clear(c.errs[c.most:])
		c.errs = c.errs[:c.most]
	}
}

// checkQuarantine says before anything runs that the slice to fill is for
// items of another type.
func checkQuarantine[T any](p *Plan) error {
	v, ok := p.values["Quarantine"]
	if !ok {
		return nil
	}
	if _, fits := v.(*[]Rejected[T]); !fits {
		return fmt.Errorf("%s: %w: Quarantine: got %T, want %T", p.call, ErrOption, v, (*[]Rejected[T])(nil))
	}
	return nil
}

// settle applies the failure policy to the results of a call that went to its
// end: results is nil for a call without any.
func settle[T, R any](p *Plan, xs []T, results []R) ([]R, error) {
	if p.tally == nil {
		return results, nil
	}
	p.tally.trim()
	errs := p.tally.errs
	rejected, ok := p.values["Quarantine"].(*[]Rejected[T])
	if !ok {
		if len(errs) == 0 {
			return results, nil
		}
		return results, &Failures{Count: p.tally.count, Of: len(xs), Errs: errs}
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
	clear(results[len(good):]) // hold on to nothing behind the end
	return good, nil
}
