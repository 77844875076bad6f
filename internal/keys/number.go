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

// Numbers is what [call.number] makes of keys.
type Numbers struct {
	Codes  []int32 // number of each row's key; -1 where null is no key
	Firsts []int   // first row of each number: ascending
}

// Number numbers the keys of all rows in the order of their first appearance. Each
// worker numbers its rows in a table of its own. The tables are merged, and then the
// rows get the numbers of the whole.
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

// apart are tables that each numbered some ranges of the rows.
type apart struct {
	tables   []*table
	segments []segment
}

// segment is a range of rows that were numbered in one table.
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
		// Rows must ascend in a table, for its first rows to be the first.
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

// merged returns the numbers that the keys of each table have in the whole, in the
// order of their first rows, and these rows. The first table, which takes in the others,
// has nil where its numbers stay.
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

// renumber replaces the numbers that the tables gave by those of the whole.
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

// translate replaces codes by the numbers they have in the whole. -1 stays.
func translate(codes, numbers []int32) {
	for i, code := range codes {
		if code >= 0 {
			codes[i] = numbers[code]
		}
	}
}

// numberDicts numbers the values of the dictionaries, which are a column of
// their own, so that rows with equal values have equal numbers.
func numberDicts(w Workers, s *Source) error {
	if s.shape != shapeDict {
		return nil
	}
	all, at := s.dictValues()
	inner, err := NewSource(all)
	if err != nil {
		return err
	}
	n, err := Number(w, inner)
	if err != nil {
		return err
	}
	s.splitDicts(n.Codes, at)
	return w.Ranges(all.Len, func(_ context.Context, lo, hi int) error {
		for row := lo; row < hi; row++ {
			if all.IsNull(row) {
				n.Codes[row] = -1
			}
		}
		return nil
	})
}

// dictValues joins the different dictionaries of the chunks to one column; at
// is where those of each chunk begin.
func (s *Source) dictValues() (all chunk.Column, at []int) {
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
		at = append(at, begin)
	}
	if all.Field.Type == nil {
		all.Field.Type = typeOfValues(s.typ)
	}
	return all, at
}

func (s *Source) splitDicts(codes []int32, at []int) {
	s.dicts = make([][]int32, len(s.chunks))
	for k, c := range s.chunks {
		s.dicts[k] = codes[at[k]:][:c.Dict.Len]
	}
}

// NumberRows numbers the keys that several columns make together.
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

// inParts runs work of the library's own for each of parts equal ranges of n rows,
// in blocks of them.
func inParts(w Workers, n, parts int, fn func(k, lo, hi int)) error {
	return w.Tasks(min(parts, n), func(ctx context.Context, k int) error {
		return chunk.Blocks(ctx, k*n/parts, (k+1)*n/parts, func(lo, hi int) { fn(k, lo, hi) })
	})
}

// Group returns the rows in the order of their numbers, those of one number
// ascending, and where each number's rows begin. Rows of number -1 are left
// out. A counting sort: each part of the rows counts, then writes, on its own.
func Group(w Workers, codes []int32, groups int) (rows []int32, starts []int, err error) {
	ctx := w.Context()
	starts = make([]int, groups+1)
	// Counters must not outweigh the rows that they count.
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
	at := int32(0)
	err = chunk.Blocks(ctx, 0, groups, func(lo, hi int) {
		for g := lo; g < hi; g++ {
			starts[g] = int(at)
			for _, count := range counts {
				count[g], at = at, at+count[g]
			}
		}
	})
	if err != nil {
		return nil, starts, err
	}
	starts[groups] = int(at)
	rows = unset.Make[int32](int(at))
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
