package gota

import (
	"math"
	"strconv"

	"github.com/go-gota/gota/series"
)

// narrowed returns the column as one of type t where each of its values is one
// of t, exactly; else the column itself. It undoes what a row's single type did
// to the columns.
func (c *column) narrowed(t series.Type) column {
	switch {
	case c.typ == t:
	case c.typ == series.Float && t == series.Int:
		if n, ok := narrow(c.floats, exactInt); ok {
			return column{name: c.name, typ: t, n: c.n, ints: n}
		}
	case c.typ == series.Float && t == series.Bool:
		if n, ok := narrow(c.floats, func(v float64) (bool, bool) { return v == 1, v == 0 || v == 1 }); ok {
			return column{name: c.name, typ: t, n: c.n, bools: n}
		}
	case c.typ == series.Int && t == series.Bool:
		if n, ok := narrow(c.ints, func(v int) (bool, bool) { return v == 1, v == 0 || v == 1 }); ok {
			return column{name: c.name, typ: t, n: c.n, bools: n}
		}
	case c.typ == series.String && t == series.Int:
		if n, ok := narrow(c.strings, func(s string) (int, bool) { v, err := strconv.Atoi(s); return v, err == nil && strconv.Itoa(v) == s }); ok {
			return column{name: c.name, typ: t, n: c.n, ints: n}
		}
	case c.typ == series.String && t == series.Float:
		if n, ok := narrow(c.strings, func(s string) (float64, bool) { v, err := strconv.ParseFloat(s, 64); return v, err == nil && v == v }); ok {
			return column{name: c.name, typ: t, n: c.n, floats: n}
		}
	case c.typ == series.String && t == series.Bool:
		if n, ok := narrow(c.strings, func(s string) (bool, bool) { return s == "true", s == "true" || s == "false" }); ok {
			return column{name: c.name, typ: t, n: c.n, bools: n}
		}
	}
	return *c
}

func exactInt(v float64) (int, bool) {
	if v < -1<<53 || v > 1<<53 || v != math.Trunc(v) {
		return 0, false
	}
	return int(v), true
}

func narrow[S, T value](from []cell[S], to func(S) (T, bool)) ([]cell[T], bool) {
	out := make([]cell[T], len(from))
	for i, c := range from {
		if c.na || c.v != c.v {
			out[i].na = true
			continue
		}
		v, ok := to(c.v)
		if !ok {
			return nil, false
		}
		out[i].v = v
	}
	return out, true
}
