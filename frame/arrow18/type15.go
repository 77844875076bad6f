package arrow18

import (
	"fmt"

	a18 "github.com/apache/arrow-go/v18/arrow"
	a15 "github.com/apache/arrow/go/v15/arrow"
)

// plain15 holds v15's types without parameters, by the type's ID in v18.
var plain15 = [...]a15.DataType{
	a18.NULL:                    a15.Null,
	a18.BOOL:                    a15.FixedWidthTypes.Boolean,
	a18.UINT8:                   a15.PrimitiveTypes.Uint8,
	a18.INT8:                    a15.PrimitiveTypes.Int8,
	a18.UINT16:                  a15.PrimitiveTypes.Uint16,
	a18.INT16:                   a15.PrimitiveTypes.Int16,
	a18.UINT32:                  a15.PrimitiveTypes.Uint32,
	a18.INT32:                   a15.PrimitiveTypes.Int32,
	a18.UINT64:                  a15.PrimitiveTypes.Uint64,
	a18.INT64:                   a15.PrimitiveTypes.Int64,
	a18.FLOAT16:                 a15.FixedWidthTypes.Float16,
	a18.FLOAT32:                 a15.PrimitiveTypes.Float32,
	a18.FLOAT64:                 a15.PrimitiveTypes.Float64,
	a18.STRING:                  a15.BinaryTypes.String,
	a18.BINARY:                  a15.BinaryTypes.Binary,
	a18.LARGE_STRING:            a15.BinaryTypes.LargeString,
	a18.LARGE_BINARY:            a15.BinaryTypes.LargeBinary,
	a18.STRING_VIEW:             a15.BinaryTypes.StringView,
	a18.BINARY_VIEW:             a15.BinaryTypes.BinaryView,
	a18.DATE32:                  a15.FixedWidthTypes.Date32,
	a18.DATE64:                  a15.FixedWidthTypes.Date64,
	a18.INTERVAL_MONTHS:         a15.FixedWidthTypes.MonthInterval,
	a18.INTERVAL_DAY_TIME:       a15.FixedWidthTypes.DayTimeInterval,
	a18.INTERVAL_MONTH_DAY_NANO: a15.FixedWidthTypes.MonthDayNanoInterval,
}

// type15 returns v15's type for one of v18.
func type15(t a18.DataType) (a15.DataType, error) {
	if id := int(t.ID()); id < len(plain15) && plain15[id] != nil {
		return plain15[id], nil
	}
	switch t := t.(type) {
	case a18.ExtensionType:
		return extension15(t)
	case *a18.FixedSizeBinaryType:
		return &a15.FixedSizeBinaryType{ByteWidth: t.ByteWidth}, nil
	case *a18.Decimal128Type:
		return &a15.Decimal128Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *a18.Decimal256Type:
		return &a15.Decimal256Type{Precision: t.Precision, Scale: t.Scale}, nil
	case *a18.TimestampType:
		return &a15.TimestampType{Unit: a15.TimeUnit(t.Unit), TimeZone: t.TimeZone}, nil
	case *a18.DurationType:
		return &a15.DurationType{Unit: a15.TimeUnit(t.Unit)}, nil
	case *a18.Time32Type:
		return &a15.Time32Type{Unit: a15.TimeUnit(t.Unit)}, nil
	case *a18.Time64Type:
		return &a15.Time64Type{Unit: a15.TimeUnit(t.Unit)}, nil
	case *a18.DictionaryType:
		index, values, err := pair15(t.IndexType, t.ValueType)
		if err != nil {
			return nil, err
		}
		return &a15.DictionaryType{IndexType: index, ValueType: values, Ordered: t.Ordered}, nil
	case *a18.RunEndEncodedType:
		ends, values, err := pair15(t.RunEnds(), t.Encoded())
		if err != nil {
			return nil, err
		}
		r := a15.RunEndEncodedOf(ends, values)
		r.ValueNullable = t.ValueNullable
		return r, nil
	case a18.NestedType:
		return nested15(t)
	}
	return nil, fmt.Errorf("%w: Arrow v15 has no %v", ErrUnsupported, t)
}

// pair15 is type15 for two types.
func pair15(a, b a18.DataType) (x, y a15.DataType, err error) {
	if x, err = type15(a); err == nil {
		y, err = type15(b)
	}
	return x, y, err
}

// nested15 is type15 for types with fields.
func nested15(t a18.NestedType) (a15.DataType, error) {
	if m, ok := t.(*a18.MapType); ok {
		return map15(m)
	}
	fields, err := fields15(t.Fields())
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case *a18.ListType:
		return a15.ListOfField(fields[0]), nil
	case *a18.LargeListType:
		return a15.LargeListOfField(fields[0]), nil
	case *a18.ListViewType:
		return a15.ListViewOfField(fields[0]), nil
	case *a18.LargeListViewType:
		return a15.LargeListViewOfField(fields[0]), nil
	case *a18.FixedSizeListType:
		return a15.FixedSizeListOfField(t.Len(), fields[0]), nil
	case *a18.StructType:
		return a15.StructOf(fields...), nil
	case *a18.SparseUnionType:
		return a15.SparseUnionOf(fields, t.TypeCodes()), nil
	case *a18.DenseUnionType:
		return a15.DenseUnionOf(fields, t.TypeCodes()), nil
	}
	return nil, fmt.Errorf("%w: Arrow v15 has no %v", ErrUnsupported, t)
}

func map15(t *a18.MapType) (a15.DataType, error) {
	fields, err := fields15([]a18.Field{t.KeyField(), t.ItemField()})
	if err != nil {
		return nil, err
	}
	m := a15.MapOfWithMetadata(fields[0].Type, fields[0].Metadata, fields[1].Type, fields[1].Metadata)
	m.SetItemNullable(fields[1].Nullable)
	m.KeysSorted = t.KeysSorted
	return m, nil
}

func fields15(from []a18.Field) ([]a15.Field, error) {
	fields := make([]a15.Field, len(from))
	for i := range from {
		var err error
		if fields[i], err = field15(&from[i]); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func field15(f *a18.Field) (a15.Field, error) {
	t, err := type15(f.Type)
	return a15.Field{Name: f.Name, Type: t, Nullable: f.Nullable, Metadata: metadata15(f.Metadata)}, err
}

func metadata15(m a18.Metadata) a15.Metadata {
	if m.Len() == 0 {
		return a15.Metadata{}
	}
	return a15.NewMetadata(m.Keys(), m.Values())
}
