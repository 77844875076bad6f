package frame

import (
	"bytes"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
)

func (c *chunk) value(i int) any {
	if c.isNull(i) {
		return nil
	}
	l, width := layoutOf(c.typ)
	x := c.off + i
	switch l {
	case layoutBits:
		return bit(c.bufs[1], x)
	case layoutFixed:
		return fixedValue(c, x, width)
	case layoutBytes32, layoutBytes64, layoutView:
		b := c.rowBytes(l, i)
		if physical(c.typ).(arrow.BinaryDataType).IsUtf8() {
			return sharedText(b)
		}
		return bytes.Clone(b)
	case layoutList32, layoutList64, layoutListView32, layoutListView64, layoutFixedList:
		lo, hi := c.listRange(l, width, i)
		list := make([]any, 0, hi-lo)
		for k := lo; k < hi; k++ {
			list = append(list, c.kids[0].value(k))
		}
		return list
	case layoutStruct:
		fields := make(map[string]any, len(c.kids))
		for k, f := range physical(c.typ).(*arrow.StructType).Fields() {
			fields[f.Name] = c.kids[k].value(x)
		}
		return fields
	case layoutSparse, layoutDense:
		kid, k := c.unionValue(l, i)
		return kid.value(k)
	case layoutDict:
		return c.dict.value(indexes(c)(i))
	case layoutRuns:
		return c.kids[1].value(c.runAt(i))
	}
	return nil
}

// fixedValue returns the value in slot x of the buffer.
func fixedValue(c *chunk, x, width int) any {
	b := c.bufs[1]
	switch t := physical(c.typ).(type) {
	case *arrow.Int8Type:
		return values[int8](b)[x]
	case *arrow.Int16Type:
		return values[int16](b)[x]
	case *arrow.Int32Type:
		return values[int32](b)[x]
	case *arrow.Int64Type:
		return values[int64](b)[x]
	case *arrow.Uint8Type:
		return b[x]
	case *arrow.Uint16Type:
		return values[uint16](b)[x]
	case *arrow.Uint32Type:
		return values[uint32](b)[x]
	case *arrow.Uint64Type:
		return values[uint64](b)[x]
	case *arrow.Float16Type:
		return values[float16.Num](b)[x].Float32()
	case *arrow.Float32Type:
		return values[float32](b)[x]
	case *arrow.Float64Type:
		return values[float64](b)[x]
	case *arrow.Decimal128Type:
		return values[decimal128.Num](b)[x]
	case *arrow.Decimal256Type:
		return values[decimal256.Num](b)[x]
	case *arrow.MonthIntervalType:
		return values[arrow.MonthInterval](b)[x]
	case *arrow.DayTimeIntervalType:
		return values[arrow.DayTimeInterval](b)[x]
	case *arrow.MonthDayNanoIntervalType:
		return values[arrow.MonthDayNanoInterval](b)[x]
	case *arrow.Date32Type:
		return values[arrow.Date32](b)[x].ToTime()
	case *arrow.Date64Type:
		return values[arrow.Date64](b)[x].ToTime()
	case *arrow.TimestampType:
		at := values[arrow.Timestamp](b)[x].ToTime(t.Unit)
		if zone, err := t.GetZone(); err == nil && zone != nil {
			at = at.In(zone)
		}
		return at
	case *arrow.Time32Type:
		return durationOf(int64(values[int32](b)[x]), t.Unit)
	case *arrow.Time64Type:
		return durationOf(values[int64](b)[x], t.Unit)
	case *arrow.DurationType:
		return durationOf(values[int64](b)[x], t.Unit)
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

// int is the integer of a row that is not null.
func (c *chunk) int(i int) (v int64, ok bool) {
	x := c.off + i
	switch physical(c.typ).ID() {
	case arrow.INT8:
		return int64(values[int8](c.bufs[1])[x]), true
	case arrow.INT16:
		return int64(values[int16](c.bufs[1])[x]), true
	case arrow.INT32:
		return int64(values[int32](c.bufs[1])[x]), true
	case arrow.INT64:
		return values[int64](c.bufs[1])[x], true
	case arrow.UINT8:
		return int64(c.bufs[1][x]), true
	case arrow.UINT16:
		return int64(values[uint16](c.bufs[1])[x]), true
	case arrow.UINT32:
		return int64(values[uint32](c.bufs[1])[x]), true
	case arrow.UINT64:
		v = int64(values[uint64](c.bufs[1])[x])
		return v, v >= 0
	}
	return 0, false
}
