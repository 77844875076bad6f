package csv

import (
	"fmt"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// column parses the text of one field of every row into the buffers of an Arrow array.
// The number of rows is known before the first is parsed, so the buffers have their
// final size.
type column interface {
	// start allocates buffers for a number of rows, and drops those before.
	start(rows int)
	// parse reads rows lo to hi of the batch into the same rows of the column.
	// It returns hi, or the first row whose text does not fit the type.
	parse(b *batch, col, lo, hi int) int
	// null makes a row null.
	null(row int)
	// array returns the buffers as an array, without a copy.
	array() arrow.Array
}

// format is how text becomes values, the same for all columns of a file.
type format struct {
	point       byte
	quotedNull  bool
	emptyString bool
}

// isNull reports whether a text that means null is null in a string column.
func (f format) isNull(text []byte, quoted bool) bool {
	if quoted {
		return f.quotedNull
	}
	return len(text) > 0 || !f.emptyString
}

// newColumn returns a column for the type. strict is for inferred types: the column
// then accepts only text that the type preserves, so that widening sees other text.
func newColumn(t arrow.DataType, f format, strict bool) (column, error) {
	switch t := t.(type) {
	case *arrow.Int64Type:
		return &intColumn{strict: strict}, nil
	case *arrow.Float64Type:
		return &floatColumn{point: f.point, strict: strict}, nil
	case *arrow.BooleanType:
		return &boolColumn{strict: strict}, nil
	case *arrow.StringType, *arrow.BinaryType:
		return &stringColumn[int32]{typ: t, format: f, text: t.ID() == arrow.STRING}, nil
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		return &stringColumn[int64]{typ: t, format: f, text: t.ID() == arrow.LARGE_STRING}, nil
	case *arrow.NullType:
		return &nullColumn{format: f}, nil
	case *arrow.Int8Type:
		return &fixedColumn[int8]{typ: t, conv: convInt[int8](8)}, nil
	case *arrow.Int16Type:
		return &fixedColumn[int16]{typ: t, conv: convInt[int16](16)}, nil
	case *arrow.Int32Type:
		return &fixedColumn[int32]{typ: t, conv: convInt[int32](32)}, nil
	case *arrow.Uint8Type:
		return &fixedColumn[uint8]{typ: t, conv: convUint[uint8](8)}, nil
	case *arrow.Uint16Type:
		return &fixedColumn[uint16]{typ: t, conv: convUint[uint16](16)}, nil
	case *arrow.Uint32Type:
		return &fixedColumn[uint32]{typ: t, conv: convUint[uint32](32)}, nil
	case *arrow.Uint64Type:
		return &fixedColumn[uint64]{typ: t, conv: convUint[uint64](64)}, nil
	case *arrow.Float32Type:
		return &fixedColumn[float32]{typ: t, conv: convFloat32(f.point)}, nil
	case *arrow.Date32Type:
		return &fixedColumn[int32]{typ: t, conv: convDate32}, nil
	case *arrow.Date64Type:
		return &fixedColumn[int64]{typ: t, conv: convDate64}, nil
	case *arrow.Time32Type:
		return &fixedColumn[int32]{typ: t, conv: convTime[int32](t.Unit)}, nil
	case *arrow.Time64Type:
		return &fixedColumn[int64]{typ: t, conv: convTime[int64](t.Unit)}, nil
	case *arrow.TimestampType:
		var zone *time.Location
		if t.TimeZone != "" {
			var err error
			if zone, err = t.GetZone(); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrUnsupported, t, err)
			}
		}
		return &fixedColumn[int64]{typ: t, conv: convStamp(t.Unit, zone, strict)}, nil
	case *arrow.Decimal128Type:
		return &fixedColumn[decimal]{typ: t, conv: convDecimal(t.Precision, t.Scale, f.point)}, nil
	}
	return nil, fmt.Errorf("%w: %s; accepted: bool, int8 to int64, uint8 to uint64, float32, float64, decimal128, date32, date64, time32, time64, timestamp, utf8, large_utf8, binary, large_binary, null", ErrUnsupported, t)
}

// accepted describes the text that a column of the type accepts.
func accepted(t arrow.DataType, point byte) string {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return "true or false, 1 or 0"
	case *arrow.Float64Type, *arrow.Float32Type:
		return fmt.Sprintf("a number such as -12%c5 or 1e6, nan, inf", point)
	case *arrow.Decimal128Type:
		return fmt.Sprintf("a number of at most %d digits, %d of them behind the point", t.Precision, t.Scale)
	case *arrow.Date32Type, *arrow.Date64Type:
		return "a date such as 2006-01-02"
	case *arrow.Time32Type, *arrow.Time64Type:
		return "a time such as 15:04:05 with no finer fraction than the type's"
	case *arrow.TimestampType:
		if t.TimeZone == "" {
			return "a time such as 2006-01-02 15:04:05 without a zone and with no finer fraction than the type's"
		}
		return "a time such as 2006-01-02 15:04:05+02:00 with no finer fraction than the type's"
	case *arrow.NullType:
		return "nothing but null"
	case arrow.FixedWidthDataType:
		name := t.Name()
		if name[0] == 'u' {
			return fmt.Sprintf("a whole number from 0 to %d", uint64(1)<<t.BitWidth()-1)
		}
		most := uint64(1)<<(t.BitWidth()-1) - 1
		return fmt.Sprintf("a whole number from -%d to %d", most+1, most)
	}
	return "UTF-8, or the option InvalidUTF8"
}

// validity is the null bitmap of a column, allocated with the first null.
type validity struct {
	rows, nulls int
	bits        []byte
}

func (v *validity) start(rows int) { *v = validity{rows: rows} }

func (v *validity) null(row int) {
	if v.bits == nil {
		v.bits = make([]byte, (v.rows+7)/8)
		for i := range v.bits {
			v.bits[i] = 0xff
		}
		if v.rows%8 != 0 {
			v.bits[len(v.bits)-1] = 1<<(v.rows%8) - 1
		}
	}
	v.bits[row/8] &^= 1 << (row % 8)
	v.nulls++
}

// wrap returns an array of the bitmap and the given buffers.
func (v *validity) wrap(t arrow.DataType, bufs ...[]byte) arrow.Array {
	all := make([]*memory.Buffer, 1, 1+len(bufs))
	if v.bits != nil {
		all[0] = memory.NewBufferBytes(v.bits)
	}
	for _, b := range bufs {
		all = append(all, memory.NewBufferBytes(b))
	}
	return array.MakeFromData(array.NewData(t, v.rows, all, nil, v.nulls, 0))
}

// nullColumn has no values.
type nullColumn struct {
	rows   int
	format format
	texts  bool // some of the nulls would be text in a string column
}

func (c *nullColumn) start(rows int)     { c.rows, c.texts = rows, false }
func (c *nullColumn) null(int)           {}
func (c *nullColumn) array() arrow.Array { return array.NewNull(c.rows) }

func (c *nullColumn) parse(b *batch, col, lo, hi int) int {
	for r := lo; r < hi; r++ {
		text, quoted := b.value(r, col)
		if !b.isNull(text, quoted) && !b.lateNull(text, c.format.point) {
			return r
		}
		c.texts = c.texts || !c.format.isNull(text, quoted)
	}
	return hi
}
