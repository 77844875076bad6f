package arrow18

import (
	"fmt"

	a18 "github.com/apache/arrow-go/v18/arrow"
	a15 "github.com/apache/arrow/go/v15/arrow"
)

// plain18 holds v18's types without parameters, by the type's ID in v15.
var plain18 = [...]a18.DataType{
	a15.NULL:                    a18.Null,
	a15.BOOL:                    a18.FixedWidthTypes.Boolean,
	a15.UINT8:                   a18.PrimitiveTypes.Uint8,
	a15.INT8:                    a18.PrimitiveTypes.Int8,
	a15.UINT16:                  a18.PrimitiveTypes.Uint16,
	a15.INT16:                   a18.PrimitiveTypes.Int16,
	a15.UINT32:                  a18.PrimitiveTypes.Uint32,
	a15.INT32:                   a18.PrimitiveTypes.Int32,
	a15.UINT64:                  a18.PrimitiveTypes.Uint64,
	a15.INT64:                   a18.PrimitiveTypes.Int64,
	a15.FLOAT16:                 a18.FixedWidthTypes.Float16,
	a15.FLOAT32:                 a18.PrimitiveTypes.Float32,
	a15.FLOAT64:                 a18.PrimitiveTypes.Float64,
	a15.STRING:                  a18.BinaryTypes.String,
	a15.BINARY:                  a18.BinaryTypes.Binary,
	a15.LARGE_STRING:            a18.BinaryTypes.LargeString,
	a15.LARGE_BINARY:            a18.BinaryTypes.LargeBinary,
	a15.STRING_VIEW:             a18.BinaryTypes.StringView,
	a15.BINARY_VIEW:             a18.BinaryTypes.BinaryView,
	a15.DATE32:                  a18.FixedWidthTypes.Date32,
	a15.DATE64:                  a18.FixedWidthTypes.Date64,
	a15.INTERVAL_MONTHS:         a18.FixedWidthTypes.MonthInterval,
	a15.INTERVAL_DAY_TIME:       a18.FixedWidthTypes.DayTimeInterval,
	a15.INTERVAL_MONTH_DAY_NANO: a18.FixedWidthTypes.MonthDayNanoInterval,
}

// type18 returns v18's type for one of v15.
func type18(t a15.DataType) (a18.DataType, error) {
	if id := int(t.ID()); id < len(plain18) && plain18[id] != nil {
		return plain18[id], nil
	}
	switch t := t.(type) {
	case a15.ExtensionType:
		return extension18(t)
	case *a15.FixedSizeBinaryType:
		return &a18.FixedSizeBinaryType{ByteWidth: t.ByteWidth}, nil
	case *a15.Decimal128Type:
		return &a18.Decimal128Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *a15.Decimal256Type:
		return &a18.Decimal256Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *a15.TimestampType:
		return &a18.TimestampType{Unit: a18.TimeUnit(t.Unit), TimeZone: t.TimeZone}, nil
	case *a15.DurationType:
		return &a18.DurationType{Unit: a18.TimeUnit(t.Unit)}, nil
	case *a15.Time32Type:
		return &a18.Time32Type{Unit: a18.TimeUnit(t.Unit)}, nil
	case *a15.Time64Type:
		return &a18.Time64Type{Unit: a18.TimeUnit(t.Unit)}, nil
	case *a15.DictionaryType:
		index, values, err := pair18(t.IndexType, t.ValueType)
		if err != nil {
			return nil, err
		}
		return &a18.DictionaryType{IndexType: index, ValueType: values, Ordered: t.Ordered}, nil
	case *a15.RunEndEncodedType:
		ends, values, err := pair18(t.RunEnds(), t.Encoded())
		if err != nil {
			return nil, err
		}
		r := a18.RunEndEncodedOf(ends, values)
		r.ValueNullable = t.ValueNullable
		return r, nil
	case a15.NestedType:
		return nested18(t)
	}
	return nil, fmt.Errorf("%w: Arrow v18 has no %v", ErrUnsupported, t)
}

// pair18 is type18 for two types.
func pair18(a, b a15.DataType) (x, y a18.DataType, err error) {
	if x, err = type18(a); err == nil {
		y, err = type18(b)
	}
	return x, y, err
}

// nested18 is type18 for types with fields.
func nested18(t a15.NestedType) (a18.DataType, error) {
	if m, ok := t.(*a15.MapType); ok {
		return map18(m)
	}
	fields, err := fields18(t.Fields())
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case *a15.ListType:
		return a18.ListOfField(fields[0]), nil
	case *a15.LargeListType:
		return a18.LargeListOfField(fields[0]), nil
	case *a15.ListViewType:
		return a18.ListViewOfField(fields[0]), nil
	case *a15.LargeListViewType:
		return a18.LargeListViewOfField(fields[0]), nil
	case *a15.FixedSizeListType:
		return a18.FixedSizeListOfField(t.Len(), fields[0]), nil
	case *a15.StructType:
		return a18.StructOf(fields...), nil
	case *a15.SparseUnionType:
		return a18.SparseUnionOf(fields, t.TypeCodes()), nil
	case *a15.DenseUnionType:
		return a18.DenseUnionOf(fields, t.TypeCodes()), nil
	}
	return nil, fmt.Errorf("%w: Arrow v18 has no %v", ErrUnsupported, t)
}

func map18(t *a15.MapType) (a18.DataType, error) {
	fields, err := fields18([]a15.Field{t.KeyField(), t.ItemField()})
	if err != nil {
		return nil, err
	}
	m := a18.MapOfWithMetadata(fields[0].Type, fields[0].Metadata, fields[1].Type, fields[1].Metadata)
	m.SetItemNullable(fields[1].Nullable)
	m.KeysSorted = t.KeysSorted
	return m, nil
}

func fields18(from []a15.Field) ([]a18.Field, error) {
	fields := make([]a18.Field, len(from))
	for i := range from {
		var err error
		if fields[i], err = field18(&from[i]); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func field18(f *a15.Field) (a18.Field, error) {
	t, err := type18(f.Type)
	return a18.Field{Name: f.Name, Type: t, Nullable: f.Nullable, Metadata: metadata18(f.Metadata)}, err
}

func metadata18(m a15.Metadata) a18.Metadata {
	if m.Len() == 0 {
		return a18.Metadata{}
	}
	return a18.NewMetadata(m.Keys(), m.Values())
}
