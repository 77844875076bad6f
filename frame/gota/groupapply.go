package gota

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/internal/engine"
)

// GroupApply calls fn with the rows of each group, in parallel, and returns a data frame
// with the rows of all results, in the order in which groups first appear.
//
//	GroupApply(DataFrame, keys, func(ctx, DataFrame) DataFrame) DataFrame
//
// A group is the rows with the same values in the key columns. Keys are compared exactly,
// whereas gota's GroupBy compares texts made of them. NA is a key like any other, and 0
// equals -0. Groups have all columns, with the keys, and their rows in order. Each group is
// a copy, which fn may change and keep. With [parallel.Retry] each attempt receives a new
// copy. [parallel.Index] of ctx is the number of the group in the order of first appearance.
// Without rows fn is called once, with the empty data frame.
//
// A key that is not a column is an [ErrColumns]. The error of a result (its Err) becomes the
// call's error, which names the group. Columns of results are matched as by [Apply].
func GroupApply(ctx context.Context, df dataframe.DataFrame, keys []string, fn func(ctx context.Context, group dataframe.DataFrame) dataframe.DataFrame, opts ...Option) (out dataframe.DataFrame, err error) {
	var nothing dataframe.DataFrame
	c, err := prepareOn("gota.GroupApply", df, fn == nil, opts, callOptions)
	if err != nil {
		return nothing, err
	}
	if err = c.Begin(ctx, df.Nrow()); err != nil {
		return nothing, err
	}
	defer c.End(&err)
	cols := columnsOf(df)
	groups, err := c.group(cols, keys, df.Nrow())
	if err != nil {
		return nothing, err
	}
	policed := engine.Policed(c.Call, func(ctx context.Context, rows []int) (dataframe.DataFrame, error) {
		columns := make([]series.Series, len(cols))
		for j := range cols {
			columns[j] = cols[j].take(rows)
		}
		r := fn(ctx, frameOf(columns, len(rows)))
		return r, r.Err
	})
	results := make([]dataframe.DataFrame, len(groups))
	order := make([]int, len(groups))
	for g := range order {
		order[g] = g
	}
	// Large groups begin first, so that the others need not wait for one in the end.
	size := func(g int) int { return len(groups[g]) }
	slices.SortStableFunc(order, func(g, h int) int { return size(h) - size(g) })
	err = c.Ordered(order, func(g int) (int, int) { return g, -1 }, size, func(w *engine.Worker, g int) (err error) {
		results[g], err = policed(w, groups[g])
		return err
	})
	if err != nil {
		return nothing, groupError(c, err, cols, keys, groups)
	}
	return bind(c, "group", results)
}

// group returns the rows of each group, or one empty group if there are no rows. It passes
// over all rows several times, on one worker of the call.
func (c *call) group(cols []column, keys []string, n int) (groups [][]int, err error) {
	err = c.each(1, func(w *engine.Worker, _ int) (err error) {
		groups, err = group(w, cols, keys, n)
		return err
	})
	if err == nil && n == 0 {
		groups = [][]int{{}}
	}
	return groups, err
}

// glance is the number of rows between two looks at the context.
const glance = 1 << 12

// group returns the rows of each group, in the order of first appearance.
func group(ctx context.Context, cols []column, keys []string, n int) ([][]int, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("%w: no keys to group by", ErrColumns)
	}
	codes := make([]int, n)
	for _, key := range keys {
		j := slices.IndexFunc(cols, func(c column) bool { return c.name == key })
		if j < 0 {
			names := make([]string, len(cols))
			for i, c := range cols {
				names[i] = c.name
			}
			return nil, fmt.Errorf("%w: no column %q to group by, among %q", ErrColumns, key, names)
		}
		switch c := &cols[j]; c.typ {
		case series.Int:
			split(ctx, codes, c.ints)
		case series.Float:
			split(ctx, codes, c.floats)
		case series.String:
			split(ctx, codes, c.strings)
		default:
			split(ctx, codes, c.bools)
		}
	}
	var groups [][]int
	for i, g := range codes {
		if i%glance == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if g == len(groups) {
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups, nil
}

// split replaces each row's code by the number of its pair of code and cell, in the order
// of first appearance. If the context ends, codes are incomplete.
func split[T value](ctx context.Context, codes []int, cells []cell[T]) {
	type pair struct {
		code int
		cell cell[T]
	}
	seen := make(map[pair]int)
	for i, c := range cells {
		if i%glance == 0 && ctx.Err() != nil {
			return
		}
		if c.na || c.v != c.v {
			c = cell[T]{na: true}
		}
		p := pair{codes[i], c}
		g, ok := seen[p]
		if !ok {
			g = len(seen)
			seen[p] = g
		}
		codes[i] = g
	}
}
