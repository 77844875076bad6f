package rowcodec

import (
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// timeReader returns the function that reads dates and timestamps as time.Time. A
// timestamp with a time zone is in that zone; one without, and a date, is in UTC. A zone
// that is not known is an error.
func timeReader(t arrow.DataType) (readFunc, error) {
	switch t := t.(type) {
	case *arrow.Date32Type:
		return readDays, nil
	case *arrow.Date64Type:
		return readTimes(arrow.Millisecond, time.UTC), nil
	case *arrow.TimestampType:
		loc, err := t.GetZone()
		if err != nil {
			return nil, fmt.Errorf("%v: time zone: %w", t, err)
		}
		return readTimes(t.Unit, loc), nil
	}
	return nil, fmt.Errorf("%v is not a time", t)
}

// readDays reads days since 1970.
func readDays(dst View, src *source, i, n int, _ *ReadMem) int {
	for k, v := range chunk.Values[int32](src.Bufs[1])[src.Off+i:][:n] {
		*at[time.Time](dst, k) = time.Unix(int64(v)*86400, 0).UTC()
	}
	return n
}

// readTimes returns the function that reads timestamps of the unit. It has a loop for each
// unit, so that divisions are by constants.
func readTimes(unit arrow.TimeUnit, loc *time.Location) readFunc {
	return func(dst View, src *source, i, n int, _ *ReadMem) int {
		values := chunk.Values[int64](src.Bufs[1])[src.Off+i:][:n]
		switch unit {
		case arrow.Second:
			for k, v := range values {
				*at[time.Time](dst, k) = time.Unix(v, 0).In(loc)
			}
		case arrow.Millisecond:
			for k, v := range values {
				*at[time.Time](dst, k) = time.UnixMilli(v).In(loc)
			}
		case arrow.Microsecond:
			for k, v := range values {
				*at[time.Time](dst, k) = time.UnixMicro(v).In(loc)
			}
		default:
			for k, v := range values {
				*at[time.Time](dst, k) = time.Unix(0, v).In(loc)
			}
		}
		return n
	}
}

// durationReader returns the function that reads durations, and times of day as the time
// since midnight. A duration of more than 292 years does not fit time.Duration.
func durationReader(t arrow.DataType) readFunc {
	unit := t.(arrow.TemporalWithUnit).TimeUnit().Multiplier()
	if t.ID() == arrow.TIME32 {
		return readDurations[int32](int64(unit))
	}
	return readDurations[int64](int64(unit))
}

// readDurations returns the function that multiplies values by unit, in nanoseconds.
func readDurations[S int32 | int64](unit int64) readFunc {
	most := math.MaxInt64 / unit
	return func(dst View, src *source, i, n int, _ *ReadMem) int {
		for k, v := range chunk.Values[S](src.Bufs[1])[src.Off+i:][:n] {
			if int64(v) > most || int64(v) < -most {
				return k
			}
			*at[time.Duration](dst, k) = time.Duration(int64(v) * unit)
		}
		return n
	}
}
