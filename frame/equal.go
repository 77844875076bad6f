package frame

import "github.com/parframe/parframe/internal/chunk"

// Equal reports whether the frames have the same columns (names and types, in order),
// number of rows, nulls and values. Floats are compared bit by bit, so NaN equals the
// same NaN, and -0 does not equal 0; [Frame.EqualApprox] is more lenient. Arrow chunks,
// dictionary codes, memory below nulls, metadata and declared nullability do not matter.
// [Frame.Diff] describes the difference.
func (f *Frame) Equal(g *Frame) bool {
	if f == nil || g == nil {
		return f == g
	}
	return f.equal(g, chunk.Exactly)
}

// EqualApprox is Equal except for floats, including those in lists, structs and
// dictionaries: a and b are equal if |a-b| ≤ tol·max(1, |a|, |b|), so tol is absolute
// below 1 and relative above, if they are the same infinity, or if both are NaN, whatever
// their bits. A tol below 0 means 0.
func (f *Frame) EqualApprox(g *Frame, tol float64) bool {
	if f == nil || g == nil {
		return f == g
	}
	return f.equal(g, chunk.Tolerance(max(tol, 0)))
}

func (f *Frame) equal(g *Frame, tol chunk.Tolerance) bool {
	if f.rows != g.rows || len(f.cols) != len(g.cols) {
		return false
	}
	for i, c := range f.cols {
		d := g.cols[i]
		if c.Field.Name != d.Field.Name || !chunk.SameType(c.Field.Type, d.Field.Type) || !chunk.Pairwise(c.Chunks, d.Chunks, tol.Rows) {
			return false
		}
	}
	return true
}
