package chunk

import (
	"bytes"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// Pairwise calls same for the stretches of rows in which neither column begins a new
// chunk, until it returns false.
func Pairwise(as, bs []*Chunk, same func(a *Chunk, i int, b *Chunk, j, n int) bool) bool {
	var p, q position
	for p.chunk < len(as) {
		a, b := as[p.chunk], bs[q.chunk]
		n := min(p.left(as), q.left(bs))
		if !same(a, p.row, b, q.row, n) {
			return false
		}
		p.skip(as, n)
		q.skip(bs, n)
	}
	return true
}

// EqualRows reports whether rows i to i+n of a equal rows j to j+n of b, floats bit by
// bit. The types must be the same.
func EqualRows(a *Chunk, i int, b *Chunk, j, n int) bool { return Exactly.Rows(a, i, b, j, n) }

// Tolerance is how much floats may differ. Exactly compares their bits.
type Tolerance float64

const Exactly Tolerance = -1

// Rows is [EqualRows] for floats that differ by at most the tolerance: |a-b| ≤
// tol·max(1, |a|, |b|). NaN equals NaN.
func (tol Tolerance) Rows(a *Chunk, i int, b *Chunk, j, n int) bool {
	if n == 0 || a == b && i == j {
		return true
	}
	l, width := LayoutOf(a.Type)
	if l == LayoutDict {
		return tol.dicts(a, i, b, j, n)
	}
	if a.Bufs[0] == nil && b.Bufs[0] == nil {
		return tol.values(l, width, a, i, b, j, n)
	}
	if !equalBits(a.Bufs[0], a.Off+i, b.Bufs[0], b.Off+j, n) {
		return false
	}
	return a.validRuns(i, n, func(lo, m int) bool {
		return tol.values(l, width, a, lo, b, j+lo-i, m)
	})
}

// values is [Tolerance.Rows] for rows without nulls.
func (tol Tolerance) values(l Layout, width int, a *Chunk, i int, b *Chunk, j, n int) bool {
	x, y := a.Off+i, b.Off+j
	switch l {
	case LayoutNull:
		return true
	case LayoutBits:
		return equalBits(a.Bufs[1], x, b.Bufs[1], y, n)
	case LayoutFixed:
		if tol >= 0 && IsFloat(a.Type) {
			return tol.floats(a, x, b, y, n)
		}
		return bytes.Equal(a.Bufs[1][x*width:(x+n)*width], b.Bufs[1][y*width:(y+n)*width])
	case LayoutBytes32:
		return equalBytes[int32](a, x, b, y, n)
	case LayoutBytes64:
		return equalBytes[int64](a, x, b, y, n)
	case LayoutView:
		for k := range n {
			if !bytes.Equal(a.ViewBytes(i+k), b.ViewBytes(j+k)) {
				return false
			}
		}
		return true
	case LayoutList32:
		return equalLists[int32](tol, a, x, b, y, n)
	case LayoutList64:
		return equalLists[int64](tol, a, x, b, y, n)
	case LayoutListView32:
		return equalListViews[int32](tol, a, x, b, y, n)
	case LayoutListView64:
		return equalListViews[int64](tol, a, x, b, y, n)
	case LayoutFixedList:
		return tol.Rows(a.Kids[0], x*width, b.Kids[0], y*width, n*width)
	case LayoutStruct:
		for k, kid := range a.Kids {
			if !tol.Rows(kid, x, b.Kids[k], y, n) {
				return false
			}
		}
		return true
	case layoutSparse, LayoutDense:
		return tol.unions(l, a, x, b, y, n)
	case LayoutRuns:
		return tol.runEnds(a, i, b, j, n)
	}
	return false
}

// equalLengths reports whether consecutive values or lists, given by their offsets,
// have the same lengths. b may have more offsets.
func equalLengths[O int32 | int64](a, b []O) bool {
	b = b[:len(a)]
	delta := b[0] - a[0]
	for k, o := range a {
		if b[k]-o != delta {
			return false
		}
	}
	return true
}

func equalBytes[O int32 | int64](a *Chunk, x int, b *Chunk, y, n int) bool {
	p, q := Values[O](a.Bufs[1])[x:x+n+1], Values[O](b.Bufs[1])[y:]
	return equalLengths(p, q) && bytes.Equal(a.Bufs[2][p[0]:p[n]], b.Bufs[2][q[0]:q[n]])
}

func equalLists[O int32 | int64](tol Tolerance, a *Chunk, x int, b *Chunk, y, n int) bool {
	p, q := Values[O](a.Bufs[1])[x:x+n+1], Values[O](b.Bufs[1])[y:]
	return equalLengths(p, q) && tol.Rows(a.Kids[0], int(p[0]), b.Kids[0], int(q[0]), int(p[n]-p[0]))
}

func equalListViews[O int32 | int64](tol Tolerance, a *Chunk, x int, b *Chunk, y, n int) bool {
	p, q := Values[O](a.Bufs[1])[x:x+n], Values[O](b.Bufs[1])[y:y+n]
	sizes, other := Values[O](a.Bufs[2])[x:x+n], Values[O](b.Bufs[2])[y:y+n]
	for k := range n {
		if sizes[k] != other[k] || !tol.Rows(a.Kids[0], int(p[k]), b.Kids[0], int(q[k]), int(sizes[k])) {
			return false
		}
	}
	return true
}

func (tol Tolerance) unions(l Layout, a *Chunk, x int, b *Chunk, y, n int) bool {
	codes, other := a.Bufs[1][x:x+n], b.Bufs[1][y:y+n]
	if !bytes.Equal(codes, other) {
		return false
	}
	ids := Physical(a.Type).(arrow.UnionType).ChildIDs()
	for k := range n {
		p, q := x+k, y+k
		if l == LayoutDense {
			p, q = int(Values[int32](a.Bufs[2])[p]), int(Values[int32](b.Bufs[2])[q])
		}
		id := ids[codes[k]]
		if !tol.Rows(a.Kids[id], p, b.Kids[id], q, 1) {
			return false
		}
	}
	return true
}

// dicts compares the values of the codes. A row is missing if it is null or if its
// value is. The same pairs of codes occur again and again, so for each code of a the
// last equal code of b is kept.
func (tol Tolerance) dicts(a *Chunk, i int, b *Chunk, j, n int) bool {
	if n >= a.Dict.Len && tol.sameCodes(a, i, b, j, n) {
		return true
	}
	ai, bi := Codes(a), Codes(b)
	var known []int
	if a.Dict.Len <= n {
		known = make([]int, a.Dict.Len)
	}
	for k := range n {
		if a.IsNull(i+k) || b.IsNull(j+k) {
			if !a.Missing(i+k) || !b.Missing(j+k) {
				return false
			}
			continue
		}
		p, q := ai(i+k), bi(j+k)
		if a.Dict == b.Dict && p == q || known != nil && known[p] == q+1 {
			continue
		}
		if !tol.Rows(a.Dict, p, b.Dict, q, 1) {
			return false
		}
		if known != nil {
			known[p] = q + 1
		}
	}
	return true
}

// sameCodes reports whether the dictionaries are equal and so are the codes. Rows may
// be equal without that.
func (tol Tolerance) sameCodes(a *Chunk, i int, b *Chunk, j, n int) bool {
	if a.Dict.Len != b.Dict.Len || !tol.Rows(a.Dict, 0, b.Dict, 0, a.Dict.Len) || !equalBits(a.Bufs[0], a.Off+i, b.Bufs[0], b.Off+j, n) {
		return false
	}
	_, width := LayoutOf(a.Type)
	x, y := a.Off*width, (b.Off+j-i)*width
	return a.validRuns(i, n, func(lo, m int) bool {
		lo, m = lo*width, m*width
		return bytes.Equal(a.Bufs[1][x+lo:x+lo+m], b.Bufs[1][y+lo:y+lo+m])
	})
}

func (tol Tolerance) runEnds(a *Chunk, i int, b *Chunk, j, n int) bool {
	ends, other := runEnds(a.Kids[0]), runEnds(b.Kids[0])
	p, q := a.RunAt(i), b.RunAt(j)
	for n > 0 {
		if !tol.Rows(a.Kids[1], p, b.Kids[1], q, 1) {
			return false
		}
		left, left2 := ends(p)-a.Off-i, other(q)-b.Off-j
		m := min(left, left2, n)
		i, j, n = i+m, j+m, n-m
		if m == left {
			p++
		}
		if m == left2 {
			q++
		}
	}
	return true
}

// floats reports whether n floats of a, from place x of its buffer, equal n floats of b,
// from place y, within the tolerance.
func (tol Tolerance) floats(a *Chunk, x int, b *Chunk, y, n int) bool {
	p, q := floatAt(a), floatAt(b)
	for k := range n {
		if !tol.near(p(x+k), q(y+k)) {
			return false
		}
	}
	return true
}

func (tol Tolerance) near(a, b float64) bool {
	switch {
	case a == b, math.IsNaN(a) && math.IsNaN(b):
		return true
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return false // the difference is infinite, and so is the bound
	}
	return math.Abs(a-b) <= float64(tol)*max(1, math.Abs(a), math.Abs(b))
}

// floatAt returns a function that reads row i of the buffers of a chunk of floats.
func floatAt(c *Chunk) func(i int) float64 {
	switch Physical(c.Type).ID() {
	case arrow.FLOAT16:
		v := Values[float16.Num](c.Bufs[1])
		return func(i int) float64 { return float64(v[i].Float32()) }
	case arrow.FLOAT32:
		v := Values[float32](c.Bufs[1])
		return func(i int) float64 { return float64(v[i]) }
	}
	v := Values[float64](c.Bufs[1])
	return func(i int) float64 { return v[i] }
}
