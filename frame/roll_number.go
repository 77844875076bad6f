package frame

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/freelist"
	"github.com/parframe/parframe/internal/unset"
)

// roller computes a built-in function over windows. The frame is cut into
// cells, whose borders follow from length and windows alone; every cell begins
// anew, so that no result depends on who computes it.
type roller[T, R number64, A any, F folder[T, A]] struct {
	view   *view[T]
	bounds *bounds
	fold   F
	// finish makes a window's result of what its n observations were folded
	// to, n above 0. ok is false where there is none: the row is null.
	finish func(acc A, n int) (r R, ok bool)
	// check, if there is one, says why there is no result: an error of the row.
	check func(acc A) error
	// empty is the result of a window without observations, if MinPeriods(0)
	// allows those.
	empty   R
	emptyOK bool
	// dense does the same for windows of w values each, of which none is null:
	// out[i] from x[i:i+w]. It reports false if a value is NaN or the context has
	// ended.
	dense func(ctx context.Context, out []R, x []T, w int, s *rollMem[T, R, A]) bool

	typ   arrow.DataType
	same  bool // the column is made of R
	data  []byte
	valid []uint64
	free  freelist.List[*rollMem[T, R, A]]
}

// rollMem is what a worker needs for a cell.
type rollMem[T, R, A any] struct {
	x, packed, sums []T
	res             []R
	acc, front      []A
	lo, hi          []int
	words           []uint64
	places          []int
}

// rollCell is the least number of rows of a cell. Beginning anew costs a
// window's length, so cells are no shorter than that. At most a few dozen
// wait for each core, and what a worker needs stays in its second-level cache.
const rollCell = 1 << 14

// stops reports whether the context has ended, for a loop over n rows that looks
// once for every rollCell of them: cells are as long as windows are, and most
// have no more than that.
func stops(ctx context.Context, n int) bool { return n > rollCell && ctx.Err() != nil }

func (b *bounds) cell() int { return (max(b.longest(), rollCell) + 63) &^ 63 }

// run returns the results as a column.
func (r *roller[T, R, A, F]) run(c *call, name string) (chunk.Column, error) {
	n := r.bounds.n
	r.valid = make([]uint64, (n+63)/64)
	width := bitsOf(r.typ) / 8
	r.data = chunk.NewBytes(n * width)
	r.same = width == 8
	err := c.rowRanges(n, r.bounds.cell(), func(ctx context.Context, lo, hi int) error {
		s := r.mem()
		row, err := r.cell(ctx, s, lo, hi)
		*rowCell(ctx) = row
		r.free.Give(s)
		return err
	})
	if err != nil {
		return chunk.Column{}, err
	}
	return r.column(name), nil
}

// cell computes rows lo..hi; lo is a multiple of 64.
func (r *roller[T, R, A, F]) cell(ctx context.Context, s *rollMem[T, R, A], lo, hi int) (row int, err error) {
	first, _ := r.bounds.at(lo)
	_, last := r.bounds.at(hi - 1)
	n := hi - lo
	var dst []R
	if r.same {
		dst = chunk.Values[R](r.data)[lo:hi]
	} else {
		dst = sized64(&s.res, n)
	}
	valid := r.valid[lo>>6:][:(n+63)/64]
	x := r.view.rows(first, last, &s.x)
	words := sized64(&s.words, (last-first+63)/64+1)
	done := false
	if r.dense != nil && r.view.present(first, last, words) {
		done, err = r.whole(ctx, s, dst, valid, x, lo, hi, first)
	}
	row = lo
	if err == nil && stops(ctx, max(n, len(x))) {
		return row, context.Cause(ctx)
	}
	if !done {
		clear(dst)
		if r.view.observed(first, last, words, x) {
			row, err = r.some(ctx, s, dst, valid, 0, x, lo, first)
		} else {
			row, err = r.gaps(ctx, s, dst, valid, x, lo, hi, first, last)
		}
	}
	if err == nil && !r.same {
		storeWide(r.typ, r.data, lo, dst)
	}
	return row, err
}

// whole is a cell without nulls: x has the values of rows first on. It says
// whether it could be done so; not where a value is NaN.
func (r *roller[T, R, A, F]) whole(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, x []T, lo, hi, first int) (bool, error) {
	from, to := r.bounds.full(lo, hi)
	w := r.bounds.before + r.bounds.after
	if from == to || w < r.bounds.least {
		return false, nil
	}
	// These values are all that are in any window of the cell: the windows
	// that the frame's ends cut are parts of the first and last full one.
	start := from - r.bounds.before - first
	if !r.dense(ctx, dst[from-lo:to-lo], x[start:start+to-from+w-1], w, s) {
		return false, nil
	}
	setRun(valid, from-lo, to-lo)
	clear(dst[:from-lo])
	clear(dst[to-lo:])
	if _, err := r.some(ctx, s, dst[:from-lo], valid, 0, x, lo, first); err != nil {
		return true, err
	}
	_, err := r.some(ctx, s, dst[to-lo:], valid, to-lo, x, to, first)
	return true, err
}

// some computes the rows from row on one by one; their bits begin at bit at.
func (r *roller[T, R, A, F]) some(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, at int, x []T, row, first int) (int, error) {
	n := len(dst)
	los, his := sized64(&s.lo, n), sized64(&s.hi, n)
	if err := r.windows(ctx, los, his, row, first); err != nil {
		return row, err
	}
	return r.fill(ctx, s, dst, valid, at, x, los, his, row)
}

// windows stores the bounds of rows from and following, less off.
func (r *roller[T, R, A, F]) windows(ctx context.Context, lo, hi []int, from, off int) error {
	return chunk.Blocks(ctx, 0, len(lo), func(i, j int) { r.bounds.fill(lo[i:j], hi[i:j], from+i, off) })
}

// gaps is a cell with missing values: those that there are move together, and
// the windows with them.
func (r *roller[T, R, A, F]) gaps(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, x []T, lo, hi, first, last int) (int, error) {
	packed := sized64(&s.packed, len(x))[:0]
	places := sized64(&s.places, len(x)+1)
	for i, v := range x {
		if i&(rollCell-1) == 0 && stops(ctx, len(x)) {
			return lo, context.Cause(ctx)
		}
		places[i] = len(packed)
		if s.words[i>>6]>>(i&63)&1 != 0 {
			packed = append(packed, v)
		}
	}
	places[len(x)] = len(packed)
	n := hi - lo
	los, his := sized64(&s.lo, n), sized64(&s.hi, n)
	if err := r.windows(ctx, los, his, lo, first); err != nil {
		return lo, err
	}
	for i := range los {
		if i&(rollCell-1) == 0 && stops(ctx, n) {
			return lo, context.Cause(ctx)
		}
		los[i], his[i] = places[los[i]], places[his[i]]
	}
	return r.fill(ctx, s, dst, valid, 0, packed, los, his, lo)
}

// fill folds windows and makes results of them, for rows from row on.
func (r *roller[T, R, A, F]) fill(ctx context.Context, s *rollMem[T, R, A], dst []R, valid []uint64, at int, x []T, lo, hi []int, row int) (int, error) {
	acc := sized64(&s.acc, len(dst))
	slide(ctx, r.fold, acc, x, lo, hi, &s.front)
	for i := range dst {
		if i&(rollCell-1) == 0 && (stops(ctx, len(dst)) || stops(ctx, len(x))) {
			return row, context.Cause(ctx)
		}
		n := hi[i] - lo[i]
		if n < r.bounds.least {
			continue
		}
		v, ok := r.empty, r.emptyOK
		if n > 0 {
			if v, ok = r.finish(acc[i], n); !ok && r.check != nil {
				if err := r.check(acc[i]); err != nil {
					return row + i, err
				}
			}
		}
		if ok {
			dst[i] = v
			valid[(at+i)>>6] |= 1 << ((at + i) & 63)
		}
	}
	return row, nil
}

// sized64 gives n elements of scratch memory, which may hold anything.
func sized64[T any](buf *[]T, n int) []T {
	if cap(*buf) < n {
		*buf = unset.Make[T](n)
	}
	*buf = (*buf)[:n]
	return *buf
}

// setRun sets the bits from..to.
func setRun(words []uint64, from, to int) {
	for from < to {
		n := min(64-from&63, to-from)
		words[from>>6] |= chunk.LowBits(n) << (from & 63)
		from += n
	}
}

// overflow is the error of a sum of integers that its column cannot hold.
func overflow(col chunk.Column, typ arrow.DataType) func(int128) error {
	return func(a int128) error {
		return fmt.Errorf("column %q: %w: the sum is about %.6g, and the result is %v", col.Field.Name, ErrValue, a.float(), typ)
	}
}
