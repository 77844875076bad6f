package stats

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/errkind"
	"github.com/parframe/parframe/internal/keys"
)

// A Statistic is what can be computed of the values of a column that are
// neither null nor NaN.
type Statistic uint8

const (
	Count Statistic = iota + 1
	Sum
	Product
	Mean
	Var // of a sample: divided by one less than the number of values
	Std // the root of Var
	Quantile
	Min
	Max
	First
	Last
	Distinct
)

var statisticNames = [...]string{
	Count: "count", Sum: "sum", Product: "product", Mean: "mean", Var: "variance", Std: "standard deviation",
	Quantile: "quantile", Min: "minimum", Max: "maximum", First: "first value", Last: "last value", Distinct: "distinct values",
}

func (s Statistic) String() string { return statisticNames[s] }

// class is how values of a type are computed.
type class uint8

const (
	other class = iota // at most ordered
	boolean
	signed
	unsigned
	floating // and the null type
	decimal
	duration
	instant // a time or date, or a time of day
)

func classOf(t arrow.DataType) class {
	switch chunk.Physical(t).ID() {
	case arrow.BOOL:
		return boolean
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return signed
	case arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return unsigned
	case arrow.FLOAT16, arrow.FLOAT32, arrow.FLOAT64, arrow.NULL:
		return floating
	case arrow.DECIMAL128, arrow.DECIMAL256:
		return decimal
	case arrow.DURATION:
		return duration
	case arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64:
		return instant
	}
	return other
}

// number reports whether the class has all statistics of numbers.
func (c class) number() bool { return c >= boolean && c <= decimal }

// word reports whether values of the class are numbers of up to 64 bits that a
// column can hold. Least and greatest values of other classes are rows.
func (c class) word() bool { return c != other && c != boolean && c != decimal }

// IsNumber reports whether a column of the type has all statistics of numbers.
// Bools are numbers; times are none.
func IsNumber(t arrow.DataType) bool { return classOf(t).number() }

// Result returns the type of a statistic of the column, or an
// errkind.ErrType if its type has none:
//
//	                 bool     int      uint     float    decimal    duration  time     others
//	Sum              int64    int64    uint64   float64  decimal    duration  -        -
//	Product          int64    int64    uint64   float64  -          -         -        -
//	Mean, Quantile   float64  float64  float64  float64  float64    duration  time     -
//	Var              float64  float64  float64  float64  float64    -         -        -
//	Std              float64  float64  float64  float64  float64    duration  duration -
//
// Min, Max, First and Last have the type of the column; Min and Max need an
// order (see keys.HasOrder). Count and Distinct are int64. A decimal sum has
// the scale of the column and the largest precision of its width. The Std of
// timestamps and times of day is a duration in their unit, and for dates in
// seconds. A result that an integer, duration or decimal cannot hold is an
// errkind.ErrValue.
func Result(s Statistic, f arrow.Field) (arrow.DataType, error) {
	c, t := classOf(f.Type), f.Type
	ints, floats := arrow.DataType(arrow.PrimitiveTypes.Int64), arrow.DataType(arrow.PrimitiveTypes.Float64)
	want := "numbers"
	switch s {
	case Count:
		return ints, nil
	case Distinct:
		_, err := keys.NewSource(chunk.Column{Field: f})
		return ints, err
	case First, Last:
		return t, nil
	case Min, Max:
		if keys.HasOrder(t) {
			return t, nil
		}
		return nil, fmt.Errorf("column %q: %w: %v, which has no order", f.Name, errkind.ErrType, t)
	case Sum, Product:
		switch {
		case c == boolean || c == signed:
			return ints, nil
		case c == unsigned:
			return arrow.PrimitiveTypes.Uint64, nil
		case c == floating:
			return floats, nil
		case c == decimal && s == Sum:
			return widestDecimal(t), nil
		case c == duration && s == Sum:
			return t, nil
		}
		if s == Sum {
			want = "numbers or durations"
		}
	case Var:
		if c.number() {
			return floats, nil
		}
	default:
		switch {
		case c.number():
			return floats, nil
		case s == Std && c == instant:
			return &arrow.DurationType{Unit: spreadUnit(t)}, nil
		case c == duration || c == instant:
			return t, nil
		}
		want = "numbers, times or durations"
	}
	return nil, fmt.Errorf("column %q: %w: %v has no %s; want %s", f.Name, errkind.ErrType, t, s, want)
}

// spreadUnit is the unit in which times of the type differ from each other.
func spreadUnit(t arrow.DataType) arrow.TimeUnit {
	if u, ok := chunk.Physical(t).(arrow.TemporalWithUnit); ok {
		return u.TimeUnit()
	}
	return arrow.Second
}

// ticks is how many of spreadUnit a step of the type is, as a fraction for date64.
func ticks(t arrow.DataType) float64 {
	switch chunk.Physical(t).ID() {
	case arrow.DATE32:
		return 24 * 60 * 60
	case arrow.DATE64:
		return 1e-3
	}
	return 1
}
