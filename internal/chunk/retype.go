package chunk

import "github.com/apache/arrow/go/v15/arrow"

// Retype returns the chunk under a type of the same layout.
func Retype(c *Chunk, t arrow.DataType) *Chunk {
	k := &Chunk{Type: t, Off: c.Off, Len: c.Len, Bufs: c.Bufs, Dict: c.Dict}
	k.nulls.Store(c.nulls.Load())
	types := ChildTypes(t)
	for i, kid := range c.Kids {
		k.Kids = append(k.Kids, Retype(kid, types[i]))
	}
	return k
}
