package gota

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/parallel"
)

// GroupApply calls fn with the rows of each group, in parallel, and binds the
// results in the order in which groups first appear.
//
//	GroupApply(DataFrame, keys, func(ctx, DataFrame) DataFrame) DataFrame
//
// A group is the rows with the same values in the key columns: exactly the same,
// unlike those of gota's GroupBy, which joins keys to a text. NA is a key like
// others, 0 and -0 are one. Groups have all columns, the keys too, and their
// rows in order; each is a copy, which fn may change and keep, and
// [parallel.Index] of ctx is its number in the order of first appearance. Without
// rows fn is called once, with the empty frame.
//
// A key that is no column is an [ErrColumns]. The error of a result (its Err)
// becomes the call's error, which names the group; how results are bound is as
// for [Apply]. Options: Workers, ChunkSize, Serial, On, Seed, Observe.
func GroupApply(ctx context.Context, df dataframe.DataFrame, keys []string, fn func(ctx context.Context, group dataframe.DataFrame) dataframe.DataFrame, opts ...parallel.Option) (dataframe.DataFrame, error) {
	const call = "gota.GroupApply"
	var nothing dataframe.DataFrame
	plan, err := prepare(call, df, fn == nil, opts, "ChunkSize")
	if err != nil {
		return nothing, err
	}
	cols := columnsOf(df)
	groups, err := group(cols, keys, df.Nrow())
	if err != nil {
		return nothing, fmt.Errorf("%s: %w", call, err)
	}
	if len(groups) == 0 {
		groups = [][]int{{}}
	}
	results := make([]dataframe.DataFrame, len(groups))
	err = plan.Range(ctx, len(groups), func(ctx context.Context, lo, hi int) error {
		at := parallel.Cursor(ctx)
		for g := lo; g < hi; g++ {
			*at = g
			columns := make([]series.Series, len(cols))
			for j := range cols {
				columns[j] = cols[j].take(groups[g])
			}
			results[g] = fn(ctx, frameOf(columns, len(groups[g])))
			if err := results[g].Err; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nothing, groupError(call, err, cols, keys, groups)
	}
	return bind(ctx, plan, call, "group", results)
}

// group returns the rows of each group.
func group(cols []column, keys []string, n int) ([][]int, error) {
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
			split(codes, c.ints)
		case series.Float:
			split(codes, c.floats)
		case series.String:
			split(codes, c.strings)
		default:
			split(codes, c.bools)
		}
	}
	var groups [][]int
	for i, g := range codes {
		if g == len(groups) {
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups, nil
}

// split numbers pairs of a code and a cell in the order of first appearance.
func split[T value](codes []int, cells []cell[T]) {
	type pair struct {
		code int
		cell cell[T]
	}
	seen := make(map[pair]int)
	for i, c := range cells {
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
