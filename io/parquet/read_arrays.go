package parquet

import (
	"context"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/pqenc"
)

// builder makes the arrays of one top-level column in one row group.
//
// The levels of a leaf are a list of entries. For a node, an entry begins a value,
// null or not, if its repetition level is at most rep (it does not continue a list
// further down) and its definition level is at least def (the lists above are present
// and not empty); rep and def are those of the innermost list around the node. The
// value is not null if the definition level is at least that of the node.
type builder struct {
	ctx     context.Context
	columns map[*leaf]*column
	budget  *budget
}

// build returns the arrays of n. There are several only for a leaf outside of lists
// that has more text than 32-bit offsets can address, or more values than the
// indices of its dictionary can number.
func (b *builder) build(n *node) ([]*array.Data, error) {
	if n.kind == leafNode {
		return b.leafArrays(n, 0, 0)
	}
	d, err := b.nested(n, 0, 0)
	return []*array.Data{d}, err
}

func (b *builder) nested(n *node, def, rep int) (*array.Data, error) {
	if b.ctx.Err() != nil {
		return nil, context.Cause(b.ctx)
	}
	switch n.kind {
	case structNode:
		return b.structArray(n, def, rep)
	case listNode:
		return b.listArray(n, def, rep)
	}
	parts, err := b.leafArrays(n, def, rep)
	if err != nil {
		return nil, err
	}
	if len(parts) > 1 {
		return nil, unsupported("more than %d bytes of text, or more values than the dictionary's indices allow, in a nested column of one row group", maxSmall)
	}
	return parts[0], nil
}

// validity counts the values of n, null or not, and those that are present. The
// bitmap says which are present, and is nil if all are.
func (b *builder) validity(n *node, def, rep int) (count, present int, valid []byte, err error) {
	c := b.columns[n.leaf]
	if c.def == nil { // outside of lists, and one level that is optional at most
		if c.valid == nil || n.def == 0 || c.values == c.entries {
			return c.entries, c.entries, nil, nil
		}
		return c.entries, c.values, c.valid, nil
	}
	if valid, err = b.budget.bytes((c.entries + 7) / 8); err != nil {
		return 0, 0, nil, err
	}
	level := uint8(n.def)
	for i, d := range c.def {
		if i%checkEvery == 0 && b.ctx.Err() != nil {
			return 0, 0, nil, context.Cause(b.ctx)
		}
		if c.rep != nil && int(c.rep[i]) > rep || int(d) < def {
			continue
		}
		if d >= level {
			valid[count>>3] |= 1 << (count & 7)
			present++
		}
		count++
	}
	if present == count {
		valid = nil
	}
	return count, present, valid, nil
}

func (b *builder) structArray(n *node, def, rep int) (*array.Data, error) {
	count, present, valid, err := b.validity(n, def, rep)
	if err != nil {
		return nil, err
	}
	kids := make([]arrow.ArrayData, len(n.kids))
	for i, k := range n.kids {
		kid, err := b.nested(k, def, rep)
		if err != nil {
			return nil, err
		}
		if kid.Len() != count {
			return nil, malformed("%d values in field %q of a struct with %d", kid.Len(), k.field.Name, count)
		}
		kids[i] = kid
	}
	return array.NewData(n.field.Type, count, []*memory.Buffer{buffer(valid)}, kids, count-present, 0), nil
}

func (b *builder) listArray(n *node, def, rep int) (*array.Data, error) {
	count, present, valid, err := b.validity(n, def, rep)
	if err != nil {
		return nil, err
	}
	c := b.columns[n.leaf]
	if err := b.budget.take(8 * (count + 1)); err != nil {
		return nil, err
	}
	offs := make([]int64, 1, count+1)
	elems := int64(0)
	for i, d := range c.def {
		if i%checkEvery == 0 && b.ctx.Err() != nil {
			return nil, context.Cause(b.ctx)
		}
		r := int(c.rep[i])
		if r <= rep && int(d) >= def {
			offs = append(offs, elems) // end of the list before, replaced below
		}
		if r <= n.elemRep && int(d) >= n.elemDef {
			elems++
		}
		if len(offs) > 1 {
			offs[len(offs)-1] = elems
		} else if elems > 0 {
			return nil, malformed("an element outside of every list")
		}
	}
	elem, err := b.nested(n.kids[0], n.elemDef, n.elemRep)
	if err != nil {
		return nil, err
	}
	if int64(elem.Len()) != elems {
		return nil, malformed("lists of %d elements where there are %d", elems, elem.Len())
	}
	return b.finishList(n, count, count-present, valid, offs, elem)
}

// finishList makes the array of the list type that the field has.
func (b *builder) finishList(n *node, count, nulls int, valid []byte, offs []int64, elem *array.Data) (*array.Data, error) {
	typ := n.field.Type
	if ext, ok := typ.(arrow.ExtensionType); ok {
		typ = ext.StorageType()
	}
	kids := []arrow.ArrayData{elem}
	switch t := typ.(type) {
	case *arrow.LargeListType:
		raw := memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(offs))
		return array.NewData(n.field.Type, count, []*memory.Buffer{buffer(valid), raw}, kids, nulls, 0), nil
	case *arrow.FixedSizeListType:
		if err := b.budget.take(min(nulls*int(t.Len()), 1<<50) * 8); err != nil {
			return nil, err
		}
		elem, err := padFixed(t, valid, offs, elem)
		if err != nil {
			return nil, err
		}
		return array.NewData(n.field.Type, count, []*memory.Buffer{buffer(valid)}, []arrow.ArrayData{elem}, nulls, 0), nil
	case *arrow.MapType:
		if key := elem.Children()[0]; key.NullN() > 0 {
			return nil, unsupported("a map with null keys")
		}
	}
	if offs[len(offs)-1] > math.MaxInt32 {
		return nil, unsupported("lists with more than %d elements in one row group", math.MaxInt32)
	}
	small := make([]int32, len(offs))
	for i, o := range offs {
		small[i] = int32(o)
	}
	raw := memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(small))
	return array.NewData(n.field.Type, count, []*memory.Buffer{buffer(valid), raw}, kids, nulls, 0), nil
}

// padFixed adds the elements of null lists of fixed size, which Arrow has and Parquet
// has not.
func padFixed(t *arrow.FixedSizeListType, valid []byte, offs []int64, elem *array.Data) (*array.Data, error) {
	size := int64(t.Len())
	n := len(offs) - 1
	for i := range n {
		if k := offs[i+1] - offs[i]; k != size && (valid == nil || valid[i>>3]>>(i&7)&1 != 0) {
			return nil, malformed("list of %d elements where the Arrow schema says %d", k, size)
		}
	}
	if valid == nil || size == 0 {
		return elem, nil
	}
	values := array.MakeFromData(elem)
	defer values.Release()
	var parts []arrow.Array
	for i := 0; i < n; {
		j := i
		present := valid[i>>3]>>(i&7)&1 != 0
		for j < n && valid[j>>3]>>(j&7)&1 != 0 == present {
			j++
		}
		if present {
			parts = append(parts, array.NewSlice(values, offs[i], offs[j]))
		} else {
			parts = append(parts, array.MakeArrayOfNull(memory.DefaultAllocator, elem.DataType(), int(size)*(j-i)))
		}
		i = j
	}
	if len(parts) == 0 {
		return elem, nil
	}
	whole, err := array.Concatenate(parts, memory.DefaultAllocator)
	if err != nil {
		return nil, unsupported("null lists of fixed size over %v: %v", elem.DataType(), err)
	}
	return whole.Data().(*array.Data), nil
}

// buffer wraps b, nil for nil.
func buffer(b []byte) *memory.Buffer {
	if b == nil {
		return nil
	}
	return memory.NewBufferBytes(b)
}

// leafArrays returns the arrays of a leaf.
func (b *builder) leafArrays(n *node, def, rep int) ([]*array.Data, error) {
	count, present, valid, err := b.validity(n, def, rep)
	if err != nil {
		return nil, err
	}
	c := b.columns[n.leaf]
	if c.conv.kind == nullConv {
		return []*array.Data{array.NewData(arrow.Null, count, []*memory.Buffer{nil}, nil, count, 0)}, nil
	}
	if present != c.values {
		return nil, malformed("%d values where the levels say %d", c.values, present)
	}
	var parts []*array.Data
	switch c.conv.kind {
	case bitsConv:
		if valid != nil {
			pqenc.SpreadBits(c.fixed, valid, count, present)
		}
		parts = []*array.Data{array.NewData(c.typ, count, []*memory.Buffer{buffer(valid), buffer(c.fixed)}, nil, count-present, 0)}
	case stringConv:
		parts, err = b.textArrays(c, count, present, valid)
	case decimalConv:
		err = c.decimals(b.ctx, b.budget)
		fallthrough
	default:
		if err == nil {
			width := c.conv.out
			if valid != nil {
				pqenc.Spread(c.fixed, width, valid, count, present)
			}
			fixed := c.fixed[: count*width : count*width]
			parts = []*array.Data{array.NewData(c.typ, count, []*memory.Buffer{buffer(valid), buffer(fixed)}, nil, count-present, 0)}
		}
	}
	if err != nil {
		return nil, err
	}
	return finishLeaf(b.ctx, n, parts)
}

// finishLeaf gives the arrays the type of the field, which may be a dictionary or an
// extension.
func finishLeaf(ctx context.Context, n *node, parts []*array.Data) ([]*array.Data, error) {
	switch typ := n.field.Type.(type) {
	case *arrow.DictionaryType:
		var out []*array.Data
		for _, p := range parts {
			enc, err := dictionaries(ctx, typ, p)
			if err != nil {
				return nil, err
			}
			out = append(out, enc...)
		}
		return out, nil
	case arrow.ExtensionType:
		for i, p := range parts {
			parts[i] = array.NewData(typ, p.Len(), p.Buffers(), nil, p.NullN(), p.Offset())
		}
	}
	return parts, nil
}

// decimals converts byte strings that are numbers to values of fixed width.
func (c *column) decimals(ctx context.Context, b *budget) (err error) {
	width := c.conv.out
	if c.fixed, err = b.bytes(c.entries * width); err != nil {
		return err
	}
	for i := range c.values {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		var lo, hi int64
		if c.small != nil {
			lo, hi = int64(c.small[i]), int64(c.small[i+1])
		} else {
			lo, hi = c.offs[i], c.offs[i+1]
		}
		if err := c.conv.fn(c.fixed[i*width:(i+1)*width], c.data[lo:hi], int(hi-lo)); err != nil {
			return err
		}
	}
	return nil
}
