package frame

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// lostRow is a row that was left out, and why.
type lostRow struct {
	row int
	err error
}

// text is what the bad frame says: a panic without its stack.
func (f lostRow) text() string {
	if p, ok := errors.AsType[*parallel.PanicError](f.err); ok {
		return fmt.Sprintf("panic: %v", p.Value)
	}
	return f.err.Error()
}

// attempt runs the function on a block of n rows of a lenient mapping: rows
// that fail lose their bit in s.valid and are remembered. It returns how many
// rows are done with; fewer than n if a value did not fit, since the rows
// behind it have not been read.
func (m *mapping[In, Out]) attempt(w *engine.Worker, s *scratch[In, Out], lo, n int) (int, error) {
	stop := s.bad
	if s.nulls && !m.skip {
		for i := range stop {
			if s.valid[i>>6]>>(i&63)&1 == 0 {
				s.failed = append(s.failed, lostRow{lo + i, s.cause(m.readers, lo, i, false)})
			}
		}
	}
	for i := 0; i < stop; i++ {
		var err error
		if i, err = m.try(w, s, lo, i, stop); err == nil {
			if i < stop { // asked to end early: the rest is another worker's
				s.failed = slices.DeleteFunc(s.failed, func(f lostRow) bool { return f.row >= lo+i && f.row < lo+n })
				return i, nil
			}
			break
		}
		if w.Err() != nil {
			return 0, err // the call ends here, and that may be why
		}
		s.reject(lo, i, err)
	}
	if stop == n {
		return n, nil
	}
	s.reject(lo, stop, s.cause(m.readers, lo, stop, m.skip))
	return stop + 1, nil
}

func (s *scratch[In, Out]) reject(lo, i int, err error) {
	s.valid[i>>6] &^= 1 << (i & 63)
	s.nulls = true
	s.failed = append(s.failed, lostRow{lo + i, err})
	s.yields.drop()
}

// try is call, with a panic as the error of its row. One deferred function
// serves all rows up to that.
func (m *mapping[In, Out]) try(w *engine.Worker, s *scratch[In, Out], lo, first, n int) (row int, err error) {
	defer func() {
		if v := recover(); v != nil {
			row, err = w.Row-lo, &parallel.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return m.call(w, s, lo, first, n, s.ran())
}

// rejected returns the failures of all workers by row.
func (m *mapping[In, Out]) rejected() []lostRow {
	var all []lostRow
	for _, s := range m.free.all {
		all = append(all, s.failed...)
	}
	slices.SortFunc(all, func(a, b lostRow) int { return a.row - b.row })
	return all
}
