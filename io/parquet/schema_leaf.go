package parquet

import (
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/pqmeta"
)

// leafType sets the type and the converter of a leaf, and returns the type of its
// field: l.typ, or a dictionary of it. The hint decides between types that have the
// same form in the file. A hint that contradicts the file is ignored.
func leafType(l *leaf, hint *arrow.Field) (arrow.DataType, error) {
	want := storageOf(hint)
	dict, isDict := want.(*arrow.DictionaryType)
	if isDict {
		want = dict.ValueType
	}
	var err error
	if l.typ, l.conv, err = baseType(l.el); err != nil {
		return nil, err
	}
	if want != nil {
		if typ, conv, ok := refine(l.el, l.typ, l.conv, want); ok {
			l.typ, l.conv = typ, conv
		}
	}
	if isDict && canEncode(l.typ) {
		return &arrow.DictionaryType{IndexType: dict.IndexType, ValueType: l.typ, Ordered: dict.Ordered}, nil
	}
	return l.typ, nil
}

// baseType returns the Arrow type and the converter that follow from the schema of
// the file alone.
func baseType(el *pqmeta.Element) (arrow.DataType, converter, error) {
	log := logicalOf(el)
	no := func() (arrow.DataType, converter, error) {
		return nil, converter{}, unsupported("%v column with logical type %v", el.Type, log.Kind)
	}
	if log.Kind == pqmeta.NullKind {
		return arrow.Null, converter{kind: nullConv, in: physicalWidth(el)}, nil
	}
	if log.Kind == pqmeta.DecimalKind {
		return decimalType(el, log)
	}
	switch el.Type {
	case pqmeta.Boolean:
		if log.Kind != pqmeta.NoKind {
			return no()
		}
		return arrow.FixedWidthTypes.Boolean, converter{kind: bitsConv}, nil
	case pqmeta.Int32:
		switch {
		case log.Kind == pqmeta.NoKind:
			return arrow.PrimitiveTypes.Int32, same(4), nil
		case log.Kind == pqmeta.DateKind:
			return arrow.FixedWidthTypes.Date32, same(4), nil
		case log.Kind == pqmeta.TimeKind && log.Unit == pqmeta.Millis:
			return arrow.FixedWidthTypes.Time32ms, same(4), nil
		case log.Kind == pqmeta.IntegerKind:
			if typ, conv, ok := intType(log); ok && log.Bits <= 32 {
				return typ, conv, nil
			}
		}
	case pqmeta.Int64:
		switch {
		case log.Kind == pqmeta.NoKind:
			return arrow.PrimitiveTypes.Int64, same(8), nil
		case log.Kind == pqmeta.TimeKind && log.Unit == pqmeta.Micros:
			return arrow.FixedWidthTypes.Time64us, same(8), nil
		case log.Kind == pqmeta.TimeKind && log.Unit == pqmeta.Nanos:
			return arrow.FixedWidthTypes.Time64ns, same(8), nil
		case log.Kind == pqmeta.TimestampKind && log.Unit >= pqmeta.Millis && log.Unit <= pqmeta.Nanos:
			zone := ""
			if log.UTC {
				zone = "UTC"
			}
			return &arrow.TimestampType{Unit: unitOf(log.Unit), TimeZone: zone}, same(8), nil
		case log.Kind == pqmeta.IntegerKind:
			if typ, conv, ok := intType(log); ok && log.Bits == 64 {
				return typ, conv, nil
			}
		}
	case pqmeta.Int96:
		// Used for timestamps only. The format does not define their zone.
		return &arrow.TimestampType{Unit: arrow.Nanosecond}, converter{in: 12, out: 8, fn: fromInt96}, nil
	case pqmeta.Float:
		return arrow.PrimitiveTypes.Float32, same(4), nil
	case pqmeta.Double:
		return arrow.PrimitiveTypes.Float64, same(8), nil
	case pqmeta.ByteArray:
		switch log.Kind {
		case pqmeta.StringKind, pqmeta.EnumKind, pqmeta.JSONKind: // all three are UTF-8
			return arrow.BinaryTypes.String, converter{kind: stringConv}, nil
		case pqmeta.NoKind, pqmeta.BSONKind:
			return arrow.BinaryTypes.Binary, converter{kind: stringConv}, nil
		}
	case pqmeta.FixedLenByteArray:
		n := int(el.TypeLength)
		switch {
		case log.Kind == pqmeta.Float16Kind && n == 2:
			return arrow.FixedWidthTypes.Float16, same(2), nil
		case log.Kind == pqmeta.NoKind, log.Kind == pqmeta.UUIDKind && n == 16:
			return &arrow.FixedSizeBinaryType{ByteWidth: n}, same(n), nil
		}
	}
	return no()
}

// logicalOf returns the logical type. If the file has only its predecessor, the
// converted type, that is translated.
func logicalOf(el *pqmeta.Element) pqmeta.Logical {
	if el.Logical.Kind != pqmeta.NoKind {
		return el.Logical
	}
	kind := func(k pqmeta.Kind) pqmeta.Logical { return pqmeta.Logical{Kind: k} }
	timed := func(k pqmeta.Kind, u pqmeta.Unit) pqmeta.Logical { return pqmeta.Logical{Kind: k, Unit: u} }
	integer := func(bits int8, signed bool) pqmeta.Logical {
		return pqmeta.Logical{Kind: pqmeta.IntegerKind, Bits: bits, Signed: signed}
	}
	switch c := el.Converted; c {
	case pqmeta.ConvUTF8:
		return kind(pqmeta.StringKind)
	case pqmeta.ConvEnum:
		return kind(pqmeta.EnumKind)
	case pqmeta.ConvDecimal:
		return pqmeta.Logical{Kind: pqmeta.DecimalKind, Precision: el.Precision, Scale: el.Scale}
	case pqmeta.ConvDate:
		return kind(pqmeta.DateKind)
	case pqmeta.ConvTimeMillis:
		return timed(pqmeta.TimeKind, pqmeta.Millis)
	case pqmeta.ConvTimeMicros:
		return timed(pqmeta.TimeKind, pqmeta.Micros)
	// Writers have used the converted timestamps for local times and for instants.
	// As in Arrow's other libraries, they get no zone.
	case pqmeta.ConvTimestampMillis:
		return timed(pqmeta.TimestampKind, pqmeta.Millis)
	case pqmeta.ConvTimestampMicros:
		return timed(pqmeta.TimestampKind, pqmeta.Micros)
	case pqmeta.ConvUint8, pqmeta.ConvUint16, pqmeta.ConvUint32, pqmeta.ConvUint64:
		return integer(8<<(c-pqmeta.ConvUint8), false)
	case pqmeta.ConvInt8, pqmeta.ConvInt16, pqmeta.ConvInt32, pqmeta.ConvInt64:
		return integer(8<<(c-pqmeta.ConvInt8), true)
	case pqmeta.ConvJSON:
		return kind(pqmeta.JSONKind)
	case pqmeta.ConvBSON:
		return kind(pqmeta.BSONKind)
	}
	return pqmeta.Logical{} // an interval, for example, is read as its bytes
}

func unitOf(u pqmeta.Unit) arrow.TimeUnit {
	switch u {
	case pqmeta.Millis:
		return arrow.Millisecond
	case pqmeta.Micros:
		return arrow.Microsecond
	}
	return arrow.Nanosecond
}

func intType(log pqmeta.Logical) (arrow.DataType, converter, bool) {
	switch {
	case log.Bits == 8 && log.Signed:
		return arrow.PrimitiveTypes.Int8, converter{in: 4, out: 1, fn: narrow[int8]}, true
	case log.Bits == 8:
		return arrow.PrimitiveTypes.Uint8, converter{in: 4, out: 1, fn: narrow[uint8]}, true
	case log.Bits == 16 && log.Signed:
		return arrow.PrimitiveTypes.Int16, converter{in: 4, out: 2, fn: narrow[int16]}, true
	case log.Bits == 16:
		return arrow.PrimitiveTypes.Uint16, converter{in: 4, out: 2, fn: narrow[uint16]}, true
	case log.Bits == 32 && log.Signed:
		return arrow.PrimitiveTypes.Int32, same(4), true
	case log.Bits == 32:
		return arrow.PrimitiveTypes.Uint32, same(4), true
	case log.Bits == 64 && log.Signed:
		return arrow.PrimitiveTypes.Int64, same(8), true
	case log.Bits == 64:
		return arrow.PrimitiveTypes.Uint64, same(8), true
	}
	return nil, converter{}, false
}

func decimalType(el *pqmeta.Element, log pqmeta.Logical) (arrow.DataType, converter, error) {
	p, s := log.Precision, log.Scale
	if p < 1 || s < 0 || s > p {
		return nil, converter{}, malformed("DECIMAL(%d,%d)", p, s)
	}
	// Arrow's widest decimal has 76 digits in 32 bytes. Some writers declare 77 for
	// the same bytes, and Arrow's other readers accept that.
	if p > 77 || p == 77 && el.Type == pqmeta.FixedLenByteArray && el.TypeLength > 32 {
		return nil, converter{}, unsupported("DECIMAL(%d,%d)", p, s)
	}
	var typ arrow.DataType = &arrow.Decimal128Type{Precision: p, Scale: s}
	if p > 38 {
		typ = &arrow.Decimal256Type{Precision: p, Scale: s}
	}
	conv, err := decimalConverter(el, decimalWidth(typ))
	return typ, conv, err
}

// refine returns the type of the stored Arrow schema, and its converter, if the values
// in the file can be of that type.
func refine(el *pqmeta.Element, base arrow.DataType, conv converter, want arrow.DataType) (arrow.DataType, converter, bool) {
	if arrow.TypeEqual(base, want) {
		return base, conv, true
	}
	switch w := want.(type) {
	case *arrow.LargeStringType:
		return w, conv, base.ID() == arrow.STRING
	case *arrow.StringType, *arrow.BinaryType:
		return w, conv, conv.kind == stringConv
	case *arrow.LargeBinaryType:
		return w, conv, base.ID() == arrow.BINARY
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return w, conv, conv.kind == stringConv
	case *arrow.TimestampType:
		return refineTimestamp(base, conv, w)
	case *arrow.Date64Type:
		switch b := base.(type) {
		case *arrow.Date32Type:
			return w, converter{in: 4, out: 8, fn: daysToMillis}, true
		case *arrow.TimestampType:
			return w, same(8), b.Unit == arrow.Millisecond && el.Type == pqmeta.Int64
		}
	case *arrow.Time32Type:
		if w.Unit == arrow.Second && base.ID() == arrow.TIME32 {
			return w, converter{in: 4, out: 4, fn: millisToSeconds32}, true
		}
	case *arrow.DurationType:
		return w, same(8), base.ID() == arrow.INT64
	case *arrow.Uint32Type:
		return w, converter{in: 8, out: 4, fn: narrow64to32}, base.ID() == arrow.INT64
	case *arrow.MonthIntervalType:
		return w, same(4), base.ID() == arrow.INT32
	case *arrow.DayTimeIntervalType:
		b, ok := base.(*arrow.FixedSizeBinaryType)
		return w, same(8), ok && b.ByteWidth == 8
	case *arrow.MonthDayNanoIntervalType:
		b, ok := base.(*arrow.FixedSizeBinaryType)
		return w, same(16), ok && b.ByteWidth == 16
	case *arrow.Decimal256Type:
		if b, ok := base.(*arrow.Decimal128Type); ok && b.Precision == w.Precision && b.Scale == w.Scale {
			conv, err := decimalConverter(el, 32)
			return w, conv, err == nil
		}
	}
	return nil, conv, false
}

// refineTimestamp takes zone and unit from the stored Arrow schema, even if the file
// contradicts it about UTC: arrow/go marks timestamps without a zone as UTC, and
// those of a zone other than UTC as local. The numbers are the same, and the stored
// schema is right.
func refineTimestamp(base arrow.DataType, conv converter, want *arrow.TimestampType) (arrow.DataType, converter, bool) {
	b, ok := base.(*arrow.TimestampType)
	switch {
	case !ok:
		return nil, conv, false
	case b.Unit == want.Unit:
		return want, conv, true
	case want.Unit == arrow.Second && b.Unit == arrow.Millisecond:
		return want, converter{in: 8, out: 8, fn: millisToSeconds64}, true
	}
	return nil, conv, false
}

func physicalWidth(el *pqmeta.Element) int {
	switch el.Type {
	case pqmeta.Int32, pqmeta.Float:
		return 4
	case pqmeta.Int64, pqmeta.Double:
		return 8
	case pqmeta.Int96:
		return 12
	case pqmeta.FixedLenByteArray:
		return int(el.TypeLength)
	}
	return 0
}
