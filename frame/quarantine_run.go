package frame

import (
	"runtime/debug"
	"sync/atomic"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// attempt runs the function on a block of n rows of a lenient mapping: rows that fail
// lose their bit in s.valid and are recorded. It returns the number of rows that are
// finished. That is fewer than n if a value did not fit, as the rows after it have not
// been read, or if the worker was asked to end early.
func (m *mapping[In, Out]) attempt(w *engine.Worker, s *scratch[In, Out], lo, n int) (int, error) {
	stop := s.Bad
	nulls, present := s.Nulls && !m.skip, s.Valid
	end := stop
	for i := 0; i < stop; i++ {
		var err error
		if i, err = m.try(w, s, lo, i, stop); err == nil {
			end = i
			break
		}
		if !s.reject(w, lo, i, err) {
			return 0, err
		}
		if atomic.LoadUint32(&w.Asked) != 0 || i&w.Every == 0 && w.Ended() {
			end = i + 1
			break
		}
	}
	for i := range end {
		if nulls && present[i>>6]>>(i&63)&1 == 0 {
			w.Failed(rowError(lo+i, s.Cause(m.readers, lo, i, false)))
		}
	}
	if end < stop || stop == n {
		return end, nil
	}
	s.reject(w, lo, stop, s.Cause(m.readers, lo, stop, m.skip))
	return stop + 1, nil
}

func rowError(row int, err error) *parallel.RowError {
	return &parallel.RowError{Row: row, Partition: -1, Err: err}
}

// reject records that a row failed. It returns false if the call ends instead.
func (s *scratch[In, Out]) reject(w *engine.Worker, lo, i int, err error) bool {
	if !w.Failed(rowError(lo+i, err)) {
		return false
	}
	s.Valid[i>>6] &^= 1 << (i & 63)
	s.Nulls = true
	s.yields.drop()
	return true
}

// try is call, with a panic turned into the error of its row. One deferred function
// serves all rows before it.
func (m *mapping[In, Out]) try(w *engine.Worker, s *scratch[In, Out], lo, first, n int) (row int, err error) {
	defer func() {
		if v := recover(); v != nil {
			row, err = w.Row-lo, &parallel.PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return m.call(w, s, lo, first, n, s.Ran())
}

// blank writes empty results for the rows that are not done.
func (m *mapping[In, Out]) blank(c *call) error {
	return c.Own(len(c.marks), 0, func(w *engine.Worker, lo, hi int) error {
		s := m.scratch()
		clear(s.Valid[:])
		for lo < hi {
			to := lo
			for to < min(hi, lo+m.size) && !c.marks[to] {
				to++
			}
			if to == lo {
				lo++
				continue
			}
			if err := m.write(w, s, lo, to-lo, s.Valid[:]); err != nil {
				return err
			}
			lo = to
		}
		m.free.Give(s)
		return nil
	})
}
