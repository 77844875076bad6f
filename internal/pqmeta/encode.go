package pqmeta

import "github.com/parframe/parframe/internal/thrift"

// AppendFile writes the footer.
func AppendFile(w *thrift.Writer, f *File) {
	w.Begin()
	w.Int32(1, f.Version)
	w.List(2, thrift.Struct, len(f.Schema))
	for i := range f.Schema {
		appendElement(w, &f.Schema[i])
	}
	w.Int64(3, f.NumRows)
	w.List(4, thrift.Struct, len(f.RowGroups))
	for i := range f.RowGroups {
		appendRowGroup(w, &f.RowGroups[i])
	}
	if len(f.KeyValue) > 0 {
		w.List(5, thrift.Struct, len(f.KeyValue))
		for _, kv := range f.KeyValue {
			w.Begin()
			w.String(1, kv.Key)
			w.String(2, kv.Value)
			w.End()
		}
	}
	w.String(6, f.CreatedBy)
	if f.TypeOrders > 0 {
		w.List(7, thrift.Struct, f.TypeOrders)
		for range f.TypeOrders {
			w.Begin()
			w.Struct(1)
			w.End()
			w.End()
		}
	}
	w.End()
}

func appendElement(w *thrift.Writer, e *Element) {
	w.Begin()
	if e.Type != None {
		w.Int32(1, int32(e.Type))
	}
	if e.Type == FixedLenByteArray {
		w.Int32(2, e.TypeLength)
	}
	if e.Repetition != NoRepetition {
		w.Int32(3, int32(e.Repetition))
	}
	w.String(4, e.Name)
	if e.Type == None {
		w.Int32(5, e.NumChildren)
	}
	if e.Converted != NoConverted {
		w.Int32(6, int32(e.Converted))
	}
	if e.Logical.Kind == DecimalKind {
		w.Int32(7, e.Scale)
		w.Int32(8, e.Precision)
	}
	if e.FieldID >= 0 {
		w.Int32(9, e.FieldID)
	}
	if e.Logical.Kind != NoKind {
		appendLogical(w, &e.Logical)
	}
	w.End()
}

func appendLogical(w *thrift.Writer, l *Logical) {
	w.Struct(10)
	w.Struct(int16(l.Kind))
	switch l.Kind {
	case DecimalKind:
		w.Int32(1, l.Scale)
		w.Int32(2, l.Precision)
	case TimeKind, TimestampKind:
		w.Bool(1, l.UTC)
		w.Struct(2)
		w.Struct(int16(l.Unit))
		w.End()
		w.End()
	case IntegerKind:
		w.Int8(1, l.Bits)
		w.Bool(2, l.Signed)
	}
	w.End()
	w.End()
}

func appendRowGroup(w *thrift.Writer, g *RowGroup) {
	w.Begin()
	w.List(1, thrift.Struct, len(g.Columns))
	compressed, first := int64(0), int64(0)
	for i := range g.Columns {
		c := &g.Columns[i]
		compressed += c.Compressed
		if i == 0 {
			first = c.start()
		}
		w.Begin()
		w.Int64(2, c.start())
		w.Struct(3)
		appendColumnMeta(w, c)
		w.End()
		w.End()
	}
	w.Int64(2, g.TotalSize)
	w.Int64(3, g.NumRows)
	w.Int64(5, first)
	w.Int64(6, compressed)
	w.End()
}

// start returns the offset of the chunk's first page.
func (c *Chunk) start() int64 {
	if c.DictOffset > 0 {
		return c.DictOffset
	}
	return c.DataOffset
}

func appendColumnMeta(w *thrift.Writer, c *Chunk) {
	w.Int32(1, int32(c.Type))
	w.List(2, thrift.I32, len(c.Encodings))
	for _, e := range c.Encodings {
		w.Elem32(int32(e))
	}
	w.List(3, thrift.Binary, len(c.Path))
	for _, s := range c.Path {
		w.ElemString(s)
	}
	w.Int32(4, int32(c.Codec))
	w.Int64(5, c.NumValues)
	w.Int64(6, c.Uncompressed)
	w.Int64(7, c.Compressed)
	w.Int64(9, c.DataOffset)
	if c.DictOffset > 0 {
		w.Int64(11, c.DictOffset)
	}
	s := &c.Stats
	if s.NullCount < 0 && s.Min == nil {
		return
	}
	w.Struct(12)
	if s.NullCount >= 0 {
		w.Int64(3, s.NullCount)
	}
	if s.Min != nil && s.Max != nil {
		w.Binary(5, s.Max)
		w.Binary(6, s.Min)
		w.Bool(7, s.MaxExact)
		w.Bool(8, s.MinExact)
	}
	w.End()
}

// AppendPage writes a page header.
func AppendPage(w *thrift.Writer, p *Page) {
	w.Begin()
	w.Int32(1, int32(p.Type))
	w.Int32(2, p.Uncompressed)
	w.Int32(3, p.Compressed)
	if p.HasCRC {
		w.Int32(4, int32(p.CRC))
	}
	switch p.Type {
	case DataPage:
		w.Struct(5)
		w.Int32(1, p.NumValues)
		w.Int32(2, int32(p.Encoding))
		w.Int32(3, int32(p.DefEncoding))
		w.Int32(4, int32(p.RepEncoding))
		w.End()
	case DictionaryPage:
		w.Struct(7)
		w.Int32(1, p.NumValues)
		w.Int32(2, int32(p.Encoding))
		w.End()
	case DataPageV2:
		w.Struct(8)
		w.Int32(1, p.NumValues)
		w.Int32(2, p.NumNulls)
		w.Int32(3, p.NumRows)
		w.Int32(4, int32(p.Encoding))
		w.Int32(5, p.DefBytes)
		w.Int32(6, p.RepBytes)
		w.Bool(7, p.Compressed2)
		w.End()
	}
	w.End()
}
