package keys

import (
	"cmp"
	"context"
	"runtime"
	"sync"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/unset"
)

// Numbers are the keys of rows as numbers, in the order in which keys first appear.
type Numbers struct {
	Codes  []int32 // number of each row's key; -1 for nulls that are dropped
	Firsts []int   // first row of each number; it ascends
}

// Number numbers the keys of all rows in the order of their first appearance, whatever the
// number of workers. Each worker numbers its rows in a table of its own. Then the tables
// are merged, and the rows get the numbers of the merged table. With an error, the Numbers
// are incomplete.
func Number(w Workers, s *Source) (*Numbers, error) {
	out := &Numbers{Codes: unset.Make[int32](s.n)}
	if err := numberDicts(w, s); err != nil {
		return nil, err
	}
	t, err := numberApart(w, s, out.Codes)
	if err != nil || len(t.tables) == 0 {
		return out, err
	}
	if len(t.tables) == 1 { // it saw all rows, in ascending order
		out.Firsts = t.tables[0].firsts
		return out, nil
	}
	numbers, firsts, err := t.merged(w)
	if err != nil {
		return out, err
	}
	out.Firsts = firsts
	return out, t.renumber(w, out.Codes, numbers)
}

// An apart is tables that each numbered some ranges of the rows.
type apart struct {
	tables   []*table
	segments []segment
}

// A segment is a range of rows that were numbered in one table.
type segment struct {
	lo, hi int
	table  *table
}

// numberApart numbers the keys of all rows, each worker in tables of its own.
func numberApart(w Workers, s *Source, codes []int32) (*apart, error) {
	type segmented struct {
		*table
		end int
	}
	var free freelist.List[*segmented]
	var mu sync.Mutex
	out := &apart{}
	return out, w.Ranges(s.n, func(_ context.Context, lo, hi int) error {
		t, ok := free.Take()
		// Rows must ascend in a table, so that the row that adds a key is its first.
		if !ok || t.end > lo {
			if ok {
				free.Give(t)
			}
			t = &segmented{table: newTable(w.Context(), s.shape.isText())}
			mu.Lock()
			out.tables = append(out.tables, t.table)
			mu.Unlock()
		}
		s.code(t.table, codes[lo:hi], lo, hi, true)
		if t.cut != nil {
			return t.cut
		}
		t.end = hi
		mu.Lock()
		out.segments = append(out.segments, segment{lo, hi, t.table})
		mu.Unlock()
		free.Give(t)
		return nil
	})
}

// merged merges all tables into the first. For each table it returns the final numbers of
// its keys, which are in the order of the keys' first rows, and it returns these rows. The
// first table has nil if its numbers are final.
func (a *apart) merged(w Workers) (numbers map[*table][]int32, firsts []int, err error) {
	all := a.tables[0]
	numbers = make(map[*table][]int32, len(a.tables))
	for _, t := range a.tables[1:] {
		codes := make([]int32, len(t.firsts))
		err := chunk.Blocks(w.Context(), 0, len(codes), func(lo, hi int) { all.merge(t, codes, lo, hi) })
		if err = cmp.Or(err, all.cut); err != nil {
			return nil, nil, err
		}
		numbers[t] = codes
	}
	final, err := byFirst(all, w)
	if err != nil || final == nil {
		return numbers, all.firsts, err
	}
	firsts = make([]int, len(final))
	err = w.Ranges(len(final), func(_ context.Context, lo, hi int) error {
		for code, k := range final[lo:hi] {
			firsts[k] = all.firsts[lo+code]
		}
		return nil
	})
	for _, codes := range numbers {
		if err == nil {
			err = chunk.Blocks(w.Context(), 0, len(codes), func(lo, hi int) { translate(codes[lo:hi], final) })
		}
	}
	numbers[all] = final
	return numbers, firsts, err
}

// renumber replaces the numbers that each table gave by the final numbers.
func (a *apart) renumber(w Workers, codes []int32, numbers map[*table][]int32) error {
	return w.Ranges(len(a.segments), func(_ context.Context, lo, hi int) error {
		for _, g := range a.segments[lo:hi] {
			if final := numbers[g.table]; final != nil {
				translate(codes[g.lo:g.hi], final)
			}
		}
		return nil
	})
}

// translate replaces each code by numbers[code]. A code of -1 stays.
func translate(codes, numbers []int32) {
	for i, code := range codes {
		if code >= 0 {
			codes[i] = numbers[code]
		}
	}
}

// numberDicts numbers the values of all dictionaries together, as one column, so that rows
// with equal values have equal numbers. A null in a dictionary gets -1.
func numberDicts(w Workers, s *Source) error {
	if s.shape != shapeDict {
		return nil
	}
	all, begins := s.dictValues()
	inner, err := NewSource(all)
	if err != nil {
		return err
	}
	n, err := Number(w, inner)
	if err != nil {
		return err
	}
	s.splitDicts(n.Codes, begins)
	return w.Ranges(all.Len, func(_ context.Context, lo, hi int) error {
		for row := lo; row < hi; row++ {
			if all.IsNull(row) {
				n.Codes[row] = -1
			}
		}
		return nil
	})
}

// dictValues returns the different dictionaries of the chunks as one column, and its row
// at which the dictionary of each chunk begins.
func (s *Source) dictValues() (all chunk.Column, begins []int) {
	where := map[*chunk.Chunk]int{}
	for _, k := range s.chunks {
		begin, ok := where[k.Dict]
		if !ok {
			begin = all.Len
			where[k.Dict] = begin
			all.Field.Type = k.Dict.Type
			all.Len += k.Dict.Len
			if k.Dict.Len > 0 {
				all.Chunks = append(all.Chunks, k.Dict)
			}
		}
		begins = append(begins, begin)
	}
	if all.Field.Type == nil {
		all.Field.Type = typeOfValues(s.typ)
	}
	return all, begins
}

// splitDicts gives each chunk the codes of its dictionary, out of the codes of the column
// that dictValues returned.
func (s *Source) splitDicts(codes []int32, begins []int) {
	s.dicts = make([][]int32, len(s.chunks))
	for k, c := range s.chunks {
		s.dicts[k] = codes[begins[k]:][:c.Dict.Len]
	}
}

// NumberRows numbers the keys that the values of several columns, at least one, are
// together. Null is a value like others. The order is as for [Number].
func NumberRows(w Workers, cols []chunk.Column) (*Numbers, error) {
	var out *Numbers
	for _, col := range cols {
		s, err := NewSource(col)
		if err != nil {
			return nil, err
		}
		n, err := Number(w, s)
		if err != nil {
			return nil, err
		}
		if out != nil {
			if n, err = Number(w, pairSource(out.Codes, n.Codes)); err != nil {
				return nil, err
			}
		}
		out = n
	}
	return out, nil
}

// inParts cuts n rows into equal ranges, at most n, and calls fn for blocks of each. k is
// the number of the range, whose blocks come in order.
func inParts(w Workers, n, parts int, fn func(k, lo, hi int)) error {
	return w.Tasks(min(parts, n), func(ctx context.Context, k int) error {
		return chunk.Blocks(ctx, k*n/parts, (k+1)*n/parts, func(lo, hi int) { fn(k, lo, hi) })
	})
}

// Group returns the rows of each number: rows[starts[g]:starts[g+1]] are the rows with the
// code g, ascending. Codes are below groups, and rows with the code -1 are left out.
//
// It is a counting sort. Parts of the rows are counted in parallel, and then written in
// parallel.
func Group(w Workers, codes []int32, groups int) (rows []int32, starts []int, err error) {
	ctx := w.Context()
	starts = make([]int, groups+1)
	// The counters must not be more than the rows that they count.
	parts := max(min(runtime.GOMAXPROCS(0), len(codes)/max(4*groups, 1<<14)), 1)
	counts := make([][]int32, parts)
	err = inParts(w, len(codes), parts, func(k, lo, hi int) {
		if counts[k] == nil {
			counts[k] = make([]int32, groups)
		}
		count := counts[k]
		for _, g := range codes[lo:hi] {
			if g >= 0 {
				count[g]++
			}
		}
	})
	if err != nil || len(codes) == 0 {
		return nil, starts, err
	}
	end := int32(0)
	err = chunk.Blocks(ctx, 0, groups, func(lo, hi int) {
		for g := lo; g < hi; g++ {
			starts[g] = int(end)
			for _, count := range counts {
				count[g], end = end, end+count[g]
			}
		}
	})
	if err != nil {
		return nil, starts, err
	}
	starts[groups] = int(end)
	rows = unset.Make[int32](int(end))
	err = inParts(w, len(codes), parts, func(k, lo, hi int) {
		next := counts[k]
		for i, g := range codes[lo:hi] {
			if g >= 0 {
				rows[next[g]] = int32(lo + i)
				next[g]++
			}
		}
	})
	return rows, starts, err
}
