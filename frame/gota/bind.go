package gota

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
)

// bind puts the results below each other, on the width of the plan. what says
// what the results are of.
func bind(ctx context.Context, plan *parallel.Plan, call, what string, results []dataframe.DataFrame) (dataframe.DataFrame, error) {
	var nothing dataframe.DataFrame
	if len(results) == 1 && results[0].Ncol() > 0 {
		return results[0], nil
	}
	parts := make([][]column, len(results)) // by result, in the order of the first
	var names []string
	rows := 0
	for k, r := range results {
		if r.Ncol() == 0 {
			return nothing, fmt.Errorf("%s: %s %d: %w", call, what, k, ErrNoColumns)
		}
		cols := columnsOf(r)
		if k == 0 {
			names = r.Names()
		}
		sorted := make([]column, len(names))
		for j, name := range names {
			at := slices.IndexFunc(cols, func(c column) bool { return c.name == name })
			if at < 0 {
				return nothing, fmt.Errorf("%s: %w: %s %d has no column %q, which %s 0 has; it has %q", call, ErrColumns, what, k, name, what, r.Names())
			}
			sorted[j] = cols[at]
		}
		if len(cols) > len(names) {
			extra := slices.IndexFunc(cols, func(c column) bool { return !slices.Contains(names, c.name) })
			return nothing, fmt.Errorf("%s: %w: %s %d has the column %q, which %s 0 has not", call, ErrColumns, what, k, cols[max(extra, 0)].name, what)
		}
		parts[k] = sorted
		rows += r.Nrow()
	}
	out := make([]column, len(names))
	for j := range names {
		pieces := make([]column, len(parts))
		for k := range parts {
			pieces[k] = parts[k][j]
		}
		t, err := commonType(what, pieces)
		if err != nil {
			return nothing, fmt.Errorf("%s: %w", call, err)
		}
		out[j] = newColumn(names[j], t, rows)
	}
	plan, err := within(plan, call, 0)
	if err != nil {
		return nothing, err
	}
	err = plan.Range(ctx, len(out), func(_ context.Context, first, last int) error {
		for j := first; j < last; j++ {
			lo := 0
			for k := range parts {
				parts[k][j].into(&out[j], lo)
				lo += parts[k][j].n
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

// commonType returns the type that holds the values of all pieces.
func commonType(what string, pieces []column) (series.Type, error) {
	var t series.Type
	first := 0
	for k := range pieces {
		p := &pieces[k]
		switch {
		case p.typ == t || p.valueless():
		case t == "":
			t, first = p.typ, k
		case t == series.Int && p.typ == series.Float, t == series.Float && p.typ == series.Int:
			t = series.Float
		default:
			return "", fmt.Errorf("%w: column %q is %s in %s %d and %s in %s %d", ErrColumns, p.name, t, what, first, p.typ, what, k)
		}
	}
	if t == "" {
		return pieces[0].typ, nil
	}
	if t != series.Float {
		return t, nil
	}
	for k := range pieces {
		for _, c := range pieces[k].ints {
			if !c.na && int(float64(c.v)) != c.v {
				return "", fmt.Errorf("%w: column %q is float in another %s, and the int %d of %s %d has no exact float", ErrColumns, pieces[k].name, what, c.v, what, k)
			}
		}
	}
	return t, nil
}

// valueless reports whether all rows are NA.
func (c *column) valueless() bool {
	return none(c.ints) && none(c.floats) && none(c.strings) && none(c.bools)
}

func none[T value](cells []cell[T]) bool {
	for _, c := range cells {
		if !c.na && c.v == c.v {
			return false
		}
	}
	return true
}

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

// into copies the column to dst from row lo on. dst is of the same type, or
// float for ints, or of any type for a column without a value.
func (c *column) into(dst *column, lo int) {
	switch {
	case c.typ == dst.typ:
		copy(dst.ints[min(lo, len(dst.ints)):], c.ints)
		copy(dst.floats[min(lo, len(dst.floats)):], c.floats)
		copy(dst.strings[min(lo, len(dst.strings)):], c.strings)
		copy(dst.bools[min(lo, len(dst.bools)):], c.bools)
	case c.valueless():
		for i := range c.n {
			dst.setNA(lo + i)
		}
	default:
		for i, v := range c.ints {
			dst.floats[lo+i] = cell[float64]{float64(v.v), v.na}
		}
	}
}

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
