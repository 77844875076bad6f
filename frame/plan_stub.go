package frame

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

type Null[T any] struct {
	V     T
	Valid bool
}

var (
	ErrColumn = errors.New("no such column")
	ErrName   = errors.New("duplicate column name")
	ErrType   = errors.New("wrong type")
	ErrNull   = errors.New("null value")
)

func physical(t arrow.DataType) arrow.DataType {
	for {
		ext, ok := t.(arrow.ExtensionType)
		if !ok {
			return t
		}
		t = ext.StorageType()
	}
}

func values[T any](b []byte) []T {
	if len(b) == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(*new(T))))
}

func rawBytes[T any](v []T) []byte {
	if v == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(*new(T))))
}

func newBytes(n int) []byte {
	return rawBytes(make([]uint64, (n+7)/8))[:n:n]
}

func sharedText(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func newFrame(cols []Column, rows int) *Frame {
	fields := make([]arrow.Field, len(cols))
	for i, c := range cols {
		fields[i] = c.field
	}
	return &Frame{schema: arrow.NewSchema(fields, nil), cols: cols, rows: rows}
}

func (f *Frame) Column(name string) (Column, error) {
	for _, c := range f.cols {
		if c.field.Name == name {
			return c, nil
		}
	}
	return Column{}, fmt.Errorf("no column %q", name)
}

func (f *Frame) Slice(i, j int) (*Frame, error) {
	g := &Frame{schema: f.schema, rows: j - i}
	for _, c := range f.cols {
		nc := Column{field: c.field, n: j - i}
		at := 0
		for _, ch := range c.chunks {
			lo, hi := max(i-at, 0), min(j-at, ch.n)
			if lo < hi {
				nc.chunks = append(nc.chunks, ch.slice(lo, hi))
			}
			at += ch.n
		}
		g.cols = append(g.cols, nc)
	}
	return g, nil
}

func (f *Frame) With(cols ...Column) (*Frame, error) {
	all := append([]Column{}, f.cols...)
next:
	for _, c := range cols {
		for i := range all {
			if all[i].field.Name == c.field.Name {
				all[i] = c
				continue next
			}
		}
		all = append(all, c)
	}
	return newFrame(all, f.rows), nil
}

func Concat(frames ...*Frame) (*Frame, error) {
	g := &Frame{schema: frames[0].schema, cols: append([]Column{}, frames[0].cols...), rows: frames[0].rows}
	for _, f := range frames[1:] {
		g.rows += f.rows
		for i, c := range f.cols {
			g.cols[i].n += c.n
			g.cols[i].chunks = append(g.cols[i].chunks[:len(g.cols[i].chunks):len(g.cols[i].chunks)], c.chunks...)
		}
	}
	return g, nil
}

func FromRecord(rec arrow.Record) (*Frame, error) {
	var cols []Column
	for i, a := range rec.Columns() {
		c := chunkOf(a.Data())
		cols = append(cols, Column{field: rec.Schema().Field(i), chunks: []*chunk{c}, n: c.n})
	}
	return newFrame(cols, int(rec.NumRows())), nil
}

func chunkOf(d arrow.ArrayData) *chunk {
	c := &chunk{typ: d.DataType(), off: d.Offset(), n: d.Len()}
	if dd := d.Dictionary(); dd != nil && d.DataType().ID() == arrow.DICTIONARY {
		c.dict = chunkOf(dd)
	}
	for _, b := range d.Buffers() {
		if b == nil {
			c.bufs = append(c.bufs, nil)
		} else {
			c.bufs = append(c.bufs, b.Bytes())
		}
	}
	return c
}

func New(cols ...Column) (*Frame, error) {
	n := 0
	if len(cols) > 0 {
		n = cols[0].n
	}
	return newFrame(cols, n), nil
}

func ColumnOf(name string, a arrow.Array) (Column, error) {
	c := chunkOf(a.Data())
	return Column{field: arrow.Field{Name: name, Type: a.DataType(), Nullable: c.nullN() > 0}, chunks: []*chunk{c}, n: c.n}, nil
}

func FromRecords(s *arrow.Schema) (*Frame, error) {
	var cols []Column
	for _, f := range s.Fields() {
		cols = append(cols, Column{field: f, chunks: []*chunk{chunkOf(array.MakeArrayOfNull(memory.DefaultAllocator, f.Type, 0).Data())}})
	}
	return newFrame(cols, 0), nil
}

func (f *Frame) Head(n int) *Frame { g, _ := f.Slice(0, min(n, f.rows)); return g }

func (f *Frame) Select(names ...string) (*Frame, error) {
	var cols []Column
	for _, n := range names {
		c, err := f.Column(n)
		if err != nil {
			return nil, err
		}
		cols = append(cols, c)
	}
	return newFrame(cols, f.rows), nil
}

func sameType(a, b arrow.DataType) bool { return arrow.TypeEqual(a, b) }
