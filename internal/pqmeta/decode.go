package pqmeta

import (
	"fmt"

	"github.com/parframe/parframe/internal/thrift"
)

// ParseFile decodes a footer. It checks every length in it. The caller must check
// what the numbers say about the file.
func ParseFile(b []byte, stop func() error) (*File, error) {
	r := thrift.NewReader(b)
	f := &File{}
	seen := 0 // required fields
	r.Struct(thrift.Struct, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			f.Version = r.Int32(t)
		case 2:
			f.Schema = list(r, t, element)
			seen |= 1
		case 3:
			f.NumRows = r.Int64(t)
			seen |= 2
		case 4:
			f.RowGroups = list(r, t, func(r *thrift.Reader, t thrift.Type) RowGroup {
				if err := stop(); err != nil {
					r.Fail(err)
				}
				return rowGroup(r, t)
			})
			seen |= 4
		case 5:
			f.KeyValue = list(r, t, keyValue)
		case 6:
			f.CreatedBy = r.String(t)
		case 7:
			for _, typeOrder := range list(r, t, columnOrder) {
				if typeOrder {
					f.TypeOrders++
				}
			}
		case 8:
			f.Encrypted = true
			r.Skip(t)
		default:
			r.Skip(t)
		}
	})
	if r.Err() == nil && seen != 7 {
		r.Fail(fmt.Errorf("%w: schema, row count or row groups missing", thrift.ErrMalformed))
	}
	return f, r.Err()
}

// list decodes a list. The function one decodes an element.
func list[T any](r *thrift.Reader, t thrift.Type, one func(*thrift.Reader, thrift.Type) T) []T {
	var out []T
	r.List(t, func(n int, t thrift.Type) {
		for range n { // grown as it is read: an element may be a single byte of input
			if r.Err() != nil {
				return
			}
			out = append(out, one(r, t))
		}
	})
	return out
}

func keyValue(r *thrift.Reader, t thrift.Type) (kv KeyValue) {
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			kv.Key = r.String(t)
		case 2:
			kv.Value = r.String(t)
		default:
			r.Skip(t)
		}
	})
	return kv
}

func columnOrder(r *thrift.Reader, t thrift.Type) (typeOrder bool) {
	r.Struct(t, func(id int16, t thrift.Type) {
		typeOrder = typeOrder || id == 1
		r.Skip(t)
	})
	return typeOrder
}

func element(r *thrift.Reader, t thrift.Type) Element {
	e := Element{Type: None, Repetition: NoRepetition, Converted: NoConverted, FieldID: -1}
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			e.Type = Type(small(r, t))
		case 2:
			e.TypeLength = r.Int32(t)
		case 3:
			e.Repetition = Repetition(small(r, t))
		case 4:
			e.Name = r.String(t)
		case 5:
			e.NumChildren = r.Int32(t)
		case 6:
			e.Converted = Converted(small(r, t))
		case 7:
			e.Scale = r.Int32(t)
		case 8:
			e.Precision = r.Int32(t)
		case 9:
			e.FieldID = r.Int32(t)
		case 10:
			e.Logical = logical(r, t)
		default:
			r.Skip(t)
		}
	})
	return e
}

// small reads an enumeration. All of the format's have a handful of members.
func small(r *thrift.Reader, t thrift.Type) int8 {
	v := r.Int32(t)
	if v < 0 || v > 100 {
		r.Fail(fmt.Errorf("%w: enumeration with value %d", thrift.ErrMalformed, v))
		return 0
	}
	return int8(v)
}

func logical(r *thrift.Reader, t thrift.Type) (l Logical) {
	r.Struct(t, func(kind int16, t thrift.Type) {
		if kind < 1 || kind > 100 {
			r.Fail(fmt.Errorf("%w: logical type %d", thrift.ErrMalformed, kind))
			return
		}
		l.Kind = Kind(kind)
		r.Struct(t, func(id int16, t thrift.Type) {
			switch {
			case l.Kind == DecimalKind && id == 1:
				l.Scale = r.Int32(t)
			case l.Kind == DecimalKind && id == 2:
				l.Precision = r.Int32(t)
			case (l.Kind == TimeKind || l.Kind == TimestampKind) && id == 1:
				l.UTC = r.Bool(t)
			case (l.Kind == TimeKind || l.Kind == TimestampKind) && id == 2:
				r.Struct(t, func(unit int16, t thrift.Type) {
					l.Unit = Unit(min(max(unit, 0), 100))
					r.Skip(t)
				})
			case l.Kind == IntegerKind && id == 1:
				l.Bits = r.Int8(t)
			case l.Kind == IntegerKind && id == 2:
				l.Signed = r.Bool(t)
			default:
				r.Skip(t)
			}
		})
	})
	return l
}

func rowGroup(r *thrift.Reader, t thrift.Type) (g RowGroup) {
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			g.Columns = list(r, t, chunk)
		case 2:
			g.TotalSize = r.Int64(t)
		case 3:
			g.NumRows = r.Int64(t)
		default:
			r.Skip(t)
		}
	})
	return g
}

func chunk(r *thrift.Reader, t thrift.Type) (c Chunk) {
	c.Stats.NullCount = -1
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			c.FilePath = r.String(t)
		case 3:
			c.HasMeta = true
			columnMeta(r, t, &c)
		case 8, 9:
			c.Encrypted = true
			r.Skip(t)
		default:
			r.Skip(t)
		}
	})
	return c
}

func columnMeta(r *thrift.Reader, t thrift.Type, c *Chunk) {
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			c.Type = Type(small(r, t))
		case 2:
			c.Encodings = list(r, t, func(r *thrift.Reader, t thrift.Type) Encoding { return Encoding(small(r, t)) })
		case 3:
			c.Path = list(r, t, (*thrift.Reader).String)
		case 4:
			c.Codec = Codec(small(r, t))
		case 5:
			c.NumValues = r.Int64(t)
		case 6:
			c.Uncompressed = r.Int64(t)
		case 7:
			c.Compressed = r.Int64(t)
		case 9:
			c.DataOffset = r.Int64(t)
		case 11:
			c.DictOffset = r.Int64(t)
		case 12:
			c.Stats = stats(r, t)
		default:
			r.Skip(t)
		}
	})
}

func stats(r *thrift.Reader, t thrift.Type) Stats {
	s := Stats{NullCount: -1, MinExact: true, MaxExact: true}
	r.Struct(t, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			s.OldMax = r.Bytes(t)
		case 2:
			s.OldMin = r.Bytes(t)
		case 3:
			s.NullCount = r.Int64(t)
		case 5:
			s.Max = r.Bytes(t)
		case 6:
			s.Min = r.Bytes(t)
		case 7:
			s.MaxExact = r.Bool(t)
		case 8:
			s.MinExact = r.Bool(t)
		default:
			r.Skip(t)
		}
	})
	return s
}

// ParsePage decodes the page header at the start of b and returns how many
// bytes it takes.
func ParsePage(b []byte) (Page, int, error) {
	r := thrift.NewReader(b)
	p := Page{Type: -1, Compressed: -1, Uncompressed: -1, Compressed2: true}
	r.Struct(thrift.Struct, func(id int16, t thrift.Type) {
		switch id {
		case 1:
			p.Type = PageType(r.Int32(t))
		case 2:
			p.Uncompressed = r.Int32(t)
		case 3:
			p.Compressed = r.Int32(t)
		case 4:
			p.CRC, p.HasCRC = uint32(r.Int32(t)), true
		case 5, 7, 8:
			// Fields come in the order of their numbers, so the type is known.
			if (id == 5 && p.Type == DataPage) || (id == 7 && p.Type == DictionaryPage) || (id == 8 && p.Type == DataPageV2) {
				p.HasHeader = true
				pageHeader(r, t, &p)
				return
			}
			r.Skip(t)
		default:
			r.Skip(t)
		}
	})
	return p, r.Pos(), r.Err()
}

func pageHeader(r *thrift.Reader, t thrift.Type, p *Page) {
	v2 := p.Type == DataPageV2
	r.Struct(t, func(id int16, t thrift.Type) {
		switch {
		case id == 1:
			p.NumValues = r.Int32(t)
		case !v2 && id == 2:
			p.Encoding = Encoding(small(r, t))
		case p.Type == DataPage && id == 3:
			p.DefEncoding = Encoding(small(r, t))
		case p.Type == DataPage && id == 4:
			p.RepEncoding = Encoding(small(r, t))
		case v2 && id == 2:
			p.NumNulls = r.Int32(t)
		case v2 && id == 3:
			p.NumRows = r.Int32(t)
		case v2 && id == 4:
			p.Encoding = Encoding(small(r, t))
		case v2 && id == 5:
			p.DefBytes = r.Int32(t)
		case v2 && id == 6:
			p.RepBytes = r.Int32(t)
		case v2 && id == 7:
			p.Compressed2 = r.Bool(t)
		default:
			r.Skip(t)
		}
	})
}
