package gota

import (
	"math"
	"strconv"
	"sync/atomic"

	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// narrowed returns the column with type t if t holds each of its values exactly, else the
// column itself. A row has one type for all columns; narrowed restores the type that a
// column had.
func (c *column) narrowed(call *call, t series.Type) (column, error) {
	out := column{name: c.name, typ: t, n: c.n}
	fits, err := false, error(nil)
	switch {
	case c.typ == series.Float && t == series.Int:
		out.ints, fits, err = narrow(call, c.floats, exactInt)
	case c.typ == series.Float && t == series.Bool:
		out.bools, fits, err = narrow(call, c.floats, func(v float64) (bool, bool) { return v == 1, v == 0 || v == 1 })
	case c.typ == series.Int && t == series.Bool:
		out.bools, fits, err = narrow(call, c.ints, func(v int) (bool, bool) { return v == 1, v == 0 || v == 1 })
	case c.typ == series.String && t == series.Int:
		out.ints, fits, err = narrow(call, c.strings, func(s string) (int, bool) { v, err := strconv.Atoi(s); return v, err == nil && strconv.Itoa(v) == s })
	case c.typ == series.String && t == series.Float:
		out.floats, fits, err = narrow(call, c.strings, func(s string) (float64, bool) { v, err := strconv.ParseFloat(s, 64); return v, err == nil && v == v })
	case c.typ == series.String && t == series.Bool:
		out.bools, fits, err = narrow(call, c.strings, func(s string) (bool, bool) { return s == "true", s == "true" || s == "false" })
	}
	if err != nil || !fits {
		return *c, err
	}
	return out, nil
}

// exactInt returns v as an int, and whether v is an integer that floats count exactly.
func exactInt(v float64) (int, bool) {
	if v < -1<<53 || v > 1<<53 || v != math.Trunc(v) {
		return 0, false
	}
	return int(v), true
}

// narrow converts all cells, and reports whether all fit.
func narrow[S, T value](call *call, from []cell[S], to func(S) (T, bool)) ([]cell[T], bool, error) {
	out := make([]cell[T], len(from))
	var misfit atomic.Bool
	err := call.Own(len(from), 0, func(_ *engine.Worker, lo, hi int) error {
		for i := lo; i < hi && !misfit.Load(); i++ {
			c := from[i]
			if c.na || c.v != c.v {
				out[i].na = true
				continue
			}
			v, ok := to(c.v)
			if !ok {
				misfit.Store(true)
			}
			out[i].v = v
		}
		return nil
	})
	return out, !misfit.Load(), err
}
