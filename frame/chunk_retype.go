package frame

import "github.com/apache/arrow/go/v15/arrow"

// retyped returns the chunk under a type of the same layout.
func retyped(c *chunk, t arrow.DataType) *chunk {
	k := &chunk{typ: t, off: c.off, n: c.n, bufs: c.bufs, dict: c.dict}
	k.nulls.Store(c.nulls.Load())
	types := childTypes(t)
	for i, kid := range c.kids {
		k.kids = append(k.kids, retyped(kid, types[i]))
	}
	return k
}
