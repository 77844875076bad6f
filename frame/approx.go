package frame

import (
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

func isFloat(t arrow.DataType) bool {
	switch physical(t).ID() {
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64:
		return true
	}
	return false
}

// floats compares n floats from x in the buffers of a and from y in those of b.
func (tol tolerance) floats(a *chunk, x int, b *chunk, y, n int) bool {
	p, q := floatAt(a), floatAt(b)
	for k := range n {
		if !tol.near(p(x+k), q(y+k)) {
			return false
		}
	}
	return true
}

func (tol tolerance) near(a, b float64) bool {
	switch {
	case a == b, math.IsNaN(a) && math.IsNaN(b):
		return true
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return false // the difference is infinite, and so is the bound
	}
	return math.Abs(a-b) <= float64(tol)*max(1, math.Abs(a), math.Abs(b))
}

func floatAt(c *chunk) func(i int) float64 {
	switch physical(c.typ).ID() {
	case arrow.FLOAT16:
		v := values[float16.Num](c.bufs[1])
		return func(i int) float64 { return float64(v[i].Float32()) }
	case arrow.FLOAT32:
		v := values[float32](c.bufs[1])
		return func(i int) float64 { return float64(v[i]) }
	}
	v := values[float64](c.bufs[1])
	return func(i int) float64 { return v[i] }
}
