package gota

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// bind returns a data frame with the rows of all results, in order. what names the origin
// of a result in errors, such as "partition".
func bind(c *call, what string, results []dataframe.DataFrame) (dataframe.DataFrame, error) {
	var nothing dataframe.DataFrame
	if len(results) == 1 && results[0].Ncol() > 0 {
		return results[0], nil
	}
	parts, err := c.matched(what, results)
	if err != nil {
		return nothing, err
	}
	starts, rows := make([]int, len(parts)), 0
	for k, r := range results {
		starts[k] = rows
		rows += r.Nrow()
	}
	out := make([]column, len(parts[0]))
	err = c.each(len(out), func(w *engine.Worker, j int) error {
		t, err := commonType(w, what, parts, j)
		out[j] = newColumn(parts[0][j].name, t, rows)
		return err
	})
	if err != nil {
		return nothing, err
	}
	err = c.each(len(parts), func(w *engine.Worker, k int) error {
		for j := range out {
			p := &parts[k][j]
			for lo := 0; lo < p.n; lo += copyRows {
				if w.Err() != nil {
					return context.Cause(w)
				}
				p.into(&out[j], starts[k], lo, min(lo+copyRows, p.n))
			}
		}
		return nil
	})
	if err != nil {
		return nothing, err
	}
	columns := make([]series.Series, len(out))
	for j := range out {
		columns[j] = out[j].whole()
	}
	return frameOf(columns, rows), nil
}

// matched returns the columns of each result in the order of the first result's columns.
func (c *call) matched(what string, results []dataframe.DataFrame) ([][]column, error) {
	names := results[0].Names()
	parts := make([][]column, len(results))
	err := c.each(len(results), func(_ *engine.Worker, k int) error {
		r := results[k]
		if r.Ncol() == 0 {
			return fmt.Errorf("%s %d: %w", what, k, ErrNoColumns)
		}
		cols := columnsOf(r)
		sorted := make([]column, len(names))
		for j, name := range names {
			found := slices.IndexFunc(cols, func(c column) bool { return c.name == name })
			if found < 0 {
				return fmt.Errorf("%w: %s %d has no column %q, which %s 0 has; it has %q", ErrColumns, what, k, name, what, r.Names())
			}
			sorted[j] = cols[found]
		}
		if len(cols) > len(names) {
			extra := slices.IndexFunc(cols, func(c column) bool { return !slices.Contains(names, c.name) })
			return fmt.Errorf("%w: %s %d has the column %q, which %s 0 has not", ErrColumns, what, k, cols[max(extra, 0)].name, what)
		}
		parts[k] = sorted
		return nil
	})
	return parts, err
}

// commonType returns the type that holds the values of column j of all parts. It sets
// valueless in columns whose type differs from the type of the columns before.
func commonType(ctx context.Context, what string, parts [][]column, j int) (series.Type, error) {
	var t series.Type
	first := 0
	for k := range parts {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		p := &parts[k][j]
		if p.typ == t {
			continue
		}
		p.valueless = p.isValueless()
		switch {
		case p.valueless:
		case t == "":
			t, first = p.typ, k
		case t == series.Int && p.typ == series.Float, t == series.Float && p.typ == series.Int:
			t = series.Float
		default:
			return "", fmt.Errorf("%w: column %q is %s in %s %d and %s in %s %d", ErrColumns, p.name, t, what, first, p.typ, what, k)
		}
	}
	if t == "" {
		return parts[0][j].typ, nil
	}
	if t != series.Float {
		return t, nil
	}
	for k := range parts {
		for i, c := range parts[k][j].ints {
			if i%glance == 0 && ctx.Err() != nil {
				return "", context.Cause(ctx)
			}
			if !c.na && int(float64(c.v)) != c.v {
				return "", fmt.Errorf("%w: column %q is float in another %s, and the int %d of %s %d has no exact float", ErrColumns, parts[k][j].name, what, c.v, what, k)
			}
		}
	}
	return t, nil
}

// isValueless reports whether all rows are NA or NaN.
func (c *column) isValueless() bool {
	return none(c.ints) && none(c.floats) && none(c.strings) && none(c.bools)
}

// none reports whether all cells are NA or NaN.
func none[T value](cells []cell[T]) bool {
	for _, c := range cells {
		if !c.na && c.v == c.v {
			return false
		}
	}
	return true
}

// newColumn returns a column of n zero values.
func newColumn(name string, t series.Type, n int) column {
	c := column{name: name, typ: t, n: n}
	switch t {
	case series.Int:
		c.ints = make([]cell[int], n)
	case series.Float:
		c.floats = make([]cell[float64], n)
	case series.String:
		c.strings = make([]cell[string], n)
	default:
		c.bools = make([]cell[bool], n)
	}
	return c
}

// into copies rows lo to hi of the column to dst, where row 0 goes to row first. dst has the
// same type, or is of floats for ints, or has any type for a column without a value.
func (c *column) into(dst *column, first, lo, hi int) {
	switch {
	case c.typ != dst.typ && c.valueless:
		for i := lo; i < hi; i++ {
			dst.setNA(first + i)
		}
	case c.typ != dst.typ:
		for i, v := range c.ints[lo:hi] {
			dst.floats[first+lo+i] = cell[float64]{float64(v.v), v.na}
		}
	case c.typ == series.Int:
		copy(dst.ints[first+lo:], c.ints[lo:hi])
	case c.typ == series.Float:
		copy(dst.floats[first+lo:], c.floats[lo:hi])
	case c.typ == series.String:
		copy(dst.strings[first+lo:], c.strings[lo:hi])
	default:
		copy(dst.bools[first+lo:], c.bools[lo:hi])
	}
}

// setNA makes row i NA.
func (c *column) setNA(i int) {
	switch c.typ {
	case series.Int:
		c.ints[i] = cell[int]{na: true}
	case series.Float:
		c.floats[i] = cell[float64]{na: true}
	case series.String:
		c.strings[i] = cell[string]{na: true}
	default:
		c.bools[i] = cell[bool]{na: true}
	}
}
