package ipc

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/ipccheck"
)

// loader makes the arrays of a batch whose buffers are in memory, without reading
// them.
type loader struct {
	m     *ipccheck.Message
	body  []byte
	ids   []int64 // of the dictionary fields that are left
	dicts map[int64]*array.Data

	node, buf, view int // next in m.Nodes, m.Buffers and m.Variadic
}

func (l *loader) short(what string) error {
	return fmt.Errorf("%w: a batch with too few %s for its schema", ErrMalformed, what)
}

func (l *loader) next() (n, nulls int, err error) {
	if l.node >= len(l.m.Nodes) {
		return 0, 0, l.short("arrays")
	}
	v := l.m.Nodes[l.node]
	l.node++
	return int(v[0]), int(v[1]), nil
}

// buffers returns the next n buffers. If the first is a bitmap and empty, it is nil.
func (l *loader) buffers(n int, bitmap bool) ([]*memory.Buffer, error) {
	out := make([]*memory.Buffer, n)
	for i := range out {
		if l.buf >= len(l.m.Buffers) {
			return nil, l.short("buffers")
		}
		b := l.m.Buffers[l.buf]
		l.buf++
		if b[1] == 0 && i == 0 && bitmap {
			continue
		}
		out[i] = memory.NewBufferBytes(l.body[b[0] : b[0]+b[1] : b[0]+b[1]])
	}
	return out, nil
}

// load makes the array of the next field, of type t.
func (l *loader) load(t arrow.DataType) (*array.Data, error) {
	n, nulls, err := l.next()
	if err != nil {
		return nil, err
	}
	storage := t
	if ext, ok := t.(arrow.ExtensionType); ok {
		storage = ext.StorageType()
	}
	count, bitmap := 2, true
	var kids []arrow.DataType
	switch s := storage.(type) {
	case *arrow.NullType:
		return array.NewData(t, n, []*memory.Buffer{nil}, nil, n, 0), nil
	case *arrow.DictionaryType:
		return l.dictionary(t, n, nulls)
	case *arrow.StringType, *arrow.BinaryType, *arrow.LargeStringType, *arrow.LargeBinaryType:
		count = 3
	case *arrow.StringViewType, *arrow.BinaryViewType:
		if l.view >= len(l.m.Variadic) {
			return nil, l.short("views")
		}
		count += int(l.m.Variadic[l.view])
		l.view++
	case *arrow.ListViewType:
		count, kids = 3, []arrow.DataType{s.Elem()}
	case *arrow.LargeListViewType:
		count, kids = 3, []arrow.DataType{s.Elem()}
	case *arrow.FixedSizeListType:
		count, kids = 1, []arrow.DataType{s.Elem()}
	case *arrow.StructType:
		count = 1
		for _, f := range s.Fields() {
			kids = append(kids, f.Type)
		}
	case *arrow.RunEndEncodedType:
		count, kids = 0, []arrow.DataType{s.RunEnds(), s.Encoded()}
	case arrow.UnionType:
		if l.m.Version < 4 {
			return nil, fmt.Errorf("%w: a union of an old version in a mapped file", ErrUnsupported)
		}
		count, bitmap = 1, false
		if s.Mode() == arrow.DenseMode {
			count = 2
		}
		for _, f := range s.Fields() {
			kids = append(kids, f.Type)
		}
	case arrow.ListLikeType: // lists, large lists and maps
		kids = []arrow.DataType{s.Elem()}
	case arrow.NestedType:
		return nil, fmt.Errorf("%w: %v in a mapped file", ErrUnsupported, t)
	}
	bufs, err := l.buffers(count, bitmap)
	if err != nil {
		return nil, err
	}
	if _, ok := storage.(arrow.UnionType); ok {
		bufs = append([]*memory.Buffer{nil}, bufs...) // Arrow for Go expects one for a bitmap
	}
	if count == 0 {
		bufs = []*memory.Buffer{nil}
	}
	data := make([]arrow.ArrayData, len(kids))
	for i, k := range kids {
		if data[i], err = l.load(k); err != nil {
			return nil, err
		}
	}
	return array.NewData(t, n, bufs, data, nulls, 0), nil
}

func (l *loader) dictionary(t arrow.DataType, n, nulls int) (*array.Data, error) {
	bufs, err := l.buffers(2, true)
	if err != nil {
		return nil, err
	}
	if len(l.ids) == 0 {
		return nil, l.short("dictionaries")
	}
	id := l.ids[0]
	l.ids = l.ids[1:]
	dict := l.dicts[id]
	if dict == nil {
		return nil, fmt.Errorf("%w: no dictionary %d", ErrMalformed, id)
	}
	return array.NewDataWithDictionary(t, n, bufs, nulls, 0, dict), nil
}
