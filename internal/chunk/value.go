package chunk

import (
	"bytes"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

// Value returns the value of row i as Go has it, nil for a null: see frame.Column.Value.
func (c *Chunk) Value(i int) any {
	if c.IsNull(i) {
		return nil
	}
	l, width := LayoutOf(c.Type)
	x := c.Off + i
	switch l {
	case LayoutBits:
		return Bit(c.Bufs[1], x)
	case LayoutFixed:
		return fixedValue(c, x, width)
	case LayoutBytes32, LayoutBytes64, LayoutView:
		b := c.RowBytes(l, i)
		if Physical(c.Type).(arrow.BinaryDataType).IsUtf8() {
			return Text(b)
		}
		return bytes.Clone(b)
	case LayoutList32, LayoutList64, LayoutListView32, LayoutListView64, LayoutFixedList:
		lo, hi := c.ListRange(l, width, i)
		list := make([]any, 0, hi-lo)
		for k := lo; k < hi; k++ {
			list = append(list, c.Kids[0].Value(k))
		}
		return list
	case LayoutStruct:
		fields := make(map[string]any, len(c.Kids))
		for k, f := range Physical(c.Type).(*arrow.StructType).Fields() {
			fields[f.Name] = c.Kids[k].Value(x)
		}
		return fields
	case layoutSparse, LayoutDense:
		kid, k := c.unionValue(l, i)
		return kid.Value(k)
	case LayoutDict:
		return c.Dict.Value(Codes(c)(i))
	case LayoutRuns:
		return c.Kids[1].Value(c.RunAt(i))
	}
	return nil
}

// fixedValue returns value x of the buffer.
func fixedValue(c *Chunk, x, width int) any {
	b := c.Bufs[1]
	switch t := Physical(c.Type).(type) {
	case *arrow.Int8Type:
		return Values[int8](b)[x]
	case *arrow.Int16Type:
		return Values[int16](b)[x]
	case *arrow.Int32Type:
		return Values[int32](b)[x]
	case *arrow.Int64Type:
		return Values[int64](b)[x]
	case *arrow.Uint8Type:
		return b[x]
	case *arrow.Uint16Type:
		return Values[uint16](b)[x]
	case *arrow.Uint32Type:
		return Values[uint32](b)[x]
	case *arrow.Uint64Type:
		return Values[uint64](b)[x]
	case *arrow.Float16Type:
		return Values[float16.Num](b)[x].Float32()
	case *arrow.Float32Type:
		return Values[float32](b)[x]
	case *arrow.Float64Type:
		return Values[float64](b)[x]
	case *arrow.Decimal128Type:
		return Values[decimal128.Num](b)[x]
	case *arrow.Decimal256Type:
		return Values[decimal256.Num](b)[x]
	case *arrow.MonthIntervalType:
		return Values[arrow.MonthInterval](b)[x]
	case *arrow.DayTimeIntervalType:
		return Values[arrow.DayTimeInterval](b)[x]
	case *arrow.MonthDayNanoIntervalType:
		return Values[arrow.MonthDayNanoInterval](b)[x]
	case *arrow.Date32Type:
		return Values[arrow.Date32](b)[x].ToTime()
	case *arrow.Date64Type:
		return Values[arrow.Date64](b)[x].ToTime()
	case *arrow.TimestampType:
		at := Values[arrow.Timestamp](b)[x].ToTime(t.Unit)
		if zone, err := t.GetZone(); err == nil && zone != nil {
			at = at.In(zone)
		}
		return at
	case *arrow.Time32Type:
		return durationOf(int64(Values[int32](b)[x]), t.Unit)
	case *arrow.Time64Type:
		return durationOf(Values[int64](b)[x], t.Unit)
	case *arrow.DurationType:
		return durationOf(Values[int64](b)[x], t.Unit)
	}
	return bytes.Clone(b[x*width : (x+1)*width])
}

func durationOf(v int64, unit arrow.TimeUnit) any {
	m := int64(unit.Multiplier())
	if v > math.MaxInt64/m || v < math.MinInt64/m {
		return arrow.Duration(v)
	}
	return time.Duration(v * m)
}

// Int returns the integer of a row that is not null, and false for a uint64 above the
// range of int64 and for other types.
func (c *Chunk) Int(i int) (v int64, ok bool) {
	x := c.Off + i
	switch Physical(c.Type).ID() {
	case arrow.INT8:
		return int64(Values[int8](c.Bufs[1])[x]), true
	case arrow.INT16:
		return int64(Values[int16](c.Bufs[1])[x]), true
	case arrow.INT32:
		return int64(Values[int32](c.Bufs[1])[x]), true
	case arrow.INT64:
		return Values[int64](c.Bufs[1])[x], true
	case arrow.UINT8:
		return int64(c.Bufs[1][x]), true
	case arrow.UINT16:
		return int64(Values[uint16](c.Bufs[1])[x]), true
	case arrow.UINT32:
		return int64(Values[uint32](c.Bufs[1])[x]), true
	case arrow.UINT64:
		v = int64(Values[uint64](c.Bufs[1])[x])
		return v, v >= 0
	}
	return 0, false
}
