package frame_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/decimal256"
	"github.com/apache/arrow/go/v15/arrow/float16"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
)

// This file has the values of the table of statistics, and exact arithmetic.

// statTypes are the types of the table, with how many bits their integers have,
// 0 for others.
var statTypes = []struct {
	typ  arrow.DataType
	bits int
}{
	{arrow.FixedWidthTypes.Boolean, 1},
	{arrow.PrimitiveTypes.Int8, 7}, {arrow.PrimitiveTypes.Int16, 15}, {arrow.PrimitiveTypes.Int32, 31}, {arrow.PrimitiveTypes.Int64, 63},
	{arrow.PrimitiveTypes.Uint8, 8}, {arrow.PrimitiveTypes.Uint16, 16}, {arrow.PrimitiveTypes.Uint32, 32}, {arrow.PrimitiveTypes.Uint64, 64},
	{arrow.FixedWidthTypes.Float16, 0}, {arrow.PrimitiveTypes.Float32, 0}, {arrow.PrimitiveTypes.Float64, 0},
	{&arrow.Decimal128Type{Precision: 10, Scale: 2}, 33}, {&arrow.Decimal128Type{Precision: 38, Scale: 20}, 125},
	{&arrow.Decimal128Type{Precision: 5, Scale: -3}, 16}, {&arrow.Decimal256Type{Precision: 76, Scale: 5}, 250},
	{arrow.FixedWidthTypes.Duration_ms, 40}, {arrow.FixedWidthTypes.Duration_ns, 63},
	{arrow.FixedWidthTypes.Timestamp_us, 60}, {&arrow.TimestampType{Unit: arrow.Nanosecond}, 62},
	{arrow.FixedWidthTypes.Date32, 20}, {arrow.FixedWidthTypes.Date64, 40}, {arrow.FixedWidthTypes.Time32s, 16}, {arrow.FixedWidthTypes.Time64ns, 46},
	{arrow.BinaryTypes.String, 0}, {arrow.BinaryTypes.LargeBinary, 0}, {&arrow.FixedSizeBinaryType{ByteWidth: 3}, 0},
}

// rawColumn makes a column of a type of the table of *big.Int, float64, string
// or, for null, nil.
func rawColumn(t *testing.T, name string, typ arrow.DataType, vals []any) frame.Column {
	t.Helper()
	valid := make([]byte, bitutil.BytesForBits(int64(len(vals))))
	for i, v := range vals {
		bitutil.SetBitTo(valid, i, v != nil)
	}
	bufs := []*memory.Buffer{memory.NewBufferBytes(valid)}
	if fixed, ok := typ.(arrow.FixedWidthDataType); ok {
		data := make([]byte, (fixed.BitWidth()*len(vals)+7)/8)
		for i, v := range vals {
			putRaw(data, i, typ, fixed.BitWidth()/8, v)
		}
		bufs = append(bufs, memory.NewBufferBytes(data))
	} else {
		wide := typ.ID() == arrow.LARGE_BINARY
		var offsets, data []byte
		for i := range len(vals) + 1 {
			if offsets = binary.LittleEndian.AppendUint32(offsets, uint32(len(data))); wide {
				offsets = append(offsets, 0, 0, 0, 0)
			}
			if i < len(vals) && vals[i] != nil {
				data = append(data, vals[i].(string)...)
			}
		}
		bufs = append(bufs, memory.NewBufferBytes(offsets), memory.NewBufferBytes(data))
	}
	a := array.MakeFromData(array.NewData(typ, len(vals), bufs, nil, array.UnknownNullCount, 0))
	return must(frame.ColumnOf(name, a))
}

func putRaw(data []byte, i int, typ arrow.DataType, width int, v any) {
	switch v := v.(type) {
	case string:
		copy(data[i*width:(i+1)*width], v)
	case float64:
		switch width {
		case 2:
			binary.LittleEndian.PutUint16(data[2*i:], float16.New(float32(v)).Uint16())
		case 4:
			binary.LittleEndian.PutUint32(data[4*i:], math.Float32bits(float32(v)))
		default:
			binary.LittleEndian.PutUint64(data[8*i:], math.Float64bits(v))
		}
	case *big.Int:
		if width == 0 {
			bitutil.SetBitTo(data, i, v.Sign() != 0)
			return
		}
		w := new(big.Int).Set(v)
		if v.Sign() < 0 {
			w.Add(w, new(big.Int).Lsh(big.NewInt(1), uint(8*width)))
		}
		for k, b := range w.FillBytes(make([]byte, width)) {
			data[i*width+width-1-k] = b
		}
	}
}

// statValues makes values of a type, some of them missing, but not the last.
func statValues(r *rand.Rand, typ arrow.DataType, bits, n int, shape string) []any {
	vals := make([]any, n)
	for i := range vals {
		if r.IntN(8) == 0 && i < n-1 && shape != "equal" {
			if vals[i] = nil; bits == 0 && r.IntN(2) == 0 && isFloatType(typ) {
				vals[i] = math.NaN()
			}
			continue
		}
		switch {
		case shape == "equal" && i > 0:
			vals[i] = vals[0]
		case bits > 0:
			vals[i] = intValue(r, typ, bits, shape)
		case isFloatType(typ):
			vals[i] = floatValue(r, typ, shape)
		default:
			vals[i] = string([]byte{byte(r.IntN(256)), byte(r.IntN(3)), byte(r.IntN(3))})
		}
	}
	return vals
}

func isFloatType(typ arrow.DataType) bool { return arrow.IsFloating(typ.ID()) }

func intValue(r *rand.Rand, typ arrow.DataType, bits int, shape string) *big.Int {
	limit := new(big.Int).Lsh(big.NewInt(1), uint(bits))
	v := new(big.Int)
	for range 4 {
		v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(r.Uint64()))
	}
	switch {
	case bits == 1:
		return big.NewInt(int64(r.IntN(2)))
	case shape == "near":
		v.Add(new(big.Int).Rsh(limit, 1), big.NewInt(int64(r.IntN(30))))
	case shape == "small" && bits > 5:
		v.SetInt64(int64(r.IntN(20)))
	}
	v.Mod(v, limit)
	signed := !arrow.IsUnsignedInteger(typ.ID()) && typ.ID() != arrow.TIME32 && typ.ID() != arrow.TIME64
	if signed && shape != "near" && r.IntN(2) == 0 {
		v.Neg(v)
	}
	return v
}

func floatValue(r *rand.Rand, typ arrow.DataType, shape string) float64 {
	v := r.NormFloat64()
	switch shape {
	case "small":
		v = float64(r.IntN(20))
	case "near":
		if v += 1e9; typ.ID() != arrow.FLOAT64 {
			v = 1000 + r.NormFloat64()
		}
	case "extreme":
		if typ.ID() == arrow.FLOAT64 {
			v = math.Ldexp(v, r.IntN(2000)-1000)
		}
	}
	switch typ.ID() {
	case arrow.FLOAT16:
		return float64(float16.New(float32(v)).Float32())
	case arrow.FLOAT32:
		return float64(float32(v))
	}
	return v
}

// bitsOfCell is a value so that only the same bits and type are equal.
func bitsOfCell(v any) string {
	switch v := v.(type) {
	case float64:
		if v == v {
			return fmt.Sprintf("%v (%#x)", v, math.Float64bits(v))
		}
	case float32:
		return fmt.Sprintf("%v (%#x)", v, math.Float32bits(v))
	}
	return fmt.Sprintf("%T %v", v, v)
}

// agrees compares a result with the exact one: a *big.Rat agrees with a float64
// that is next to it, or next but one.
func agrees(got, want any, name string, typ arrow.DataType) bool {
	w, ok := want.(*big.Rat)
	if !ok {
		return bitsOfCell(got) == bitsOfCell(want)
	}
	g, ok := got.(float64)
	if !ok {
		return false
	}
	f, _ := w.Float64()
	exact := !isFloatType(typ) && (name == "mean" || name == "var")
	if exact || math.IsInf(f, 0) {
		return g == f
	}
	ulp := math.Abs(math.Nextafter(f, math.Inf(1)) - f)
	if strings.HasPrefix(name, "q") || name == "std" || arrow.IsDecimal(typ.ID()) {
		ulp *= 4
	}
	return math.Abs(g-f) <= ulp
}

// exactStatistic computes a statistic in exact arithmetic: a *big.Rat for what
// becomes a float64, else the value as the column gives it.
func exactStatistic(name string, typ arrow.DataType, vals []any) (any, error) {
	var seen []any
	for _, v := range vals {
		if x, ok := v.(float64); v != nil && !(ok && x != x) {
			seen = append(seen, v)
		}
	}
	n := int64(len(seen))
	scale := big.NewRat(1, 1)
	if d, ok := typ.(arrow.DecimalType); ok {
		ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.GetScale(), -d.GetScale()))), nil))
		if scale = ten; d.GetScale() > 0 {
			scale = new(big.Rat).Inv(ten)
		}
	}
	switch name {
	case "count":
		return n, nil
	case "first", "last", "min", "max", "nunique":
		sorted := slices.Clone(seen)
		slices.SortStableFunc(sorted, compareRaw)
		switch {
		case name == "nunique":
			return int64(len(slices.CompactFunc(sorted, func(a, b any) bool { return compareRaw(a, b) == 0 }))), nil
		case n == 0:
			return nil, nil
		case name == "first":
			return cellOfRaw(typ, seen[0]), nil
		case name == "last":
			return cellOfRaw(typ, seen[n-1]), nil
		case name == "min":
			return cellOfRaw(typ, sorted[0]), nil
		}
		return cellOfRaw(typ, sorted[n-1]), nil
	}
	number, duration := numericStat(typ), typ.ID() == arrow.DURATION
	instant := slices.Contains([]arrow.Type{arrow.TIMESTAMP, arrow.DATE32, arrow.DATE64, arrow.TIME32, arrow.TIME64}, typ.ID())
	if !number && !(duration && name != "var") && !(instant && name != "var" && name != "sum") {
		return nil, frame.ErrType
	}
	rats := make([]*big.Rat, n)
	sum, squares := new(big.Rat), new(big.Rat)
	for i, v := range seen {
		switch v := v.(type) {
		case *big.Int:
			rats[i] = new(big.Rat).SetInt(v)
		case float64:
			rats[i] = new(big.Rat).SetFloat64(v)
		}
		sum.Add(sum, rats[i])
		squares.Add(squares, new(big.Rat).Mul(rats[i], rats[i]))
	}
	count := new(big.Rat).SetInt64(n)
	switch name {
	case "sum":
		return sumOfRaw(typ, sum)
	case "mean":
		if n == 0 {
			return nil, nil
		}
		mean := new(big.Rat).Quo(sum, count)
		if number {
			return mean.Mul(mean, scale), nil
		}
		return cellOfRaw(typ, roundHalfEven(mean)), nil
	case "var", "std":
		if n < 2 {
			return nil, nil
		}
		v := new(big.Rat).Sub(squares, new(big.Rat).Quo(new(big.Rat).Mul(sum, sum), count))
		v.Quo(v, new(big.Rat).SetInt64(n-1)).Mul(v, scale).Mul(v, scale)
		if name == "var" {
			return v, nil
		}
		root := new(big.Float).SetPrec(300).SetRat(v)
		root.Sqrt(root)
		std, _ := root.Rat(nil)
		if number {
			return std, nil
		}
		return exactDuration(typ, std)
	}
	slices.SortFunc(rats, (*big.Rat).Cmp)
	if n == 0 {
		return nil, nil
	}
	var q float64
	fmt.Sscanf(name, "q%g", &q)
	at := q * float64(n-1)
	k := min(int(at), int(n-1))
	v := new(big.Rat).Set(rats[k])
	if share := at - float64(k); share > 0 && k < int(n-1) {
		d := new(big.Rat).Sub(rats[k+1], rats[k])
		v.Add(v, d.Mul(d, new(big.Rat).SetFloat64(share)))
	}
	if number {
		return v.Mul(v, scale), nil
	}
	return cellOfRaw(typ, roundHalfEven(v)), nil
}

func sumOfRaw(typ arrow.DataType, sum *big.Rat) (any, error) {
	switch {
	case isFloatType(typ):
		return sum, nil
	case arrow.IsDecimal(typ.ID()):
		limit, of := big.NewInt(38), func(v *big.Int) any { return decimal128.FromBigInt(v) }
		if typ.ID() == arrow.DECIMAL256 {
			limit, of = big.NewInt(76), func(v *big.Int) any { return decimal256.FromBigInt(v) }
		}
		if sum.Num().CmpAbs(limit.Exp(big.NewInt(10), limit, nil)) >= 0 {
			return nil, frame.ErrValue
		}
		return of(sum.Num()), nil
	case arrow.IsUnsignedInteger(typ.ID()):
		if !sum.Num().IsUint64() {
			return nil, frame.ErrValue
		}
		return sum.Num().Uint64(), nil
	case !sum.Num().IsInt64():
		return nil, frame.ErrValue
	case typ.ID() == arrow.DURATION:
		return cellOfRaw(typ, sum.Num()), nil
	}
	return sum.Num().Int64(), nil
}

// exactDuration is a standard deviation of times.
func exactDuration(typ arrow.DataType, std *big.Rat) (any, error) {
	unit := arrow.Second
	switch typ := typ.(type) {
	case *arrow.Date32Type:
		std.Mul(std, big.NewRat(86400, 1))
	case *arrow.Date64Type:
		std.Quo(std, big.NewRat(1000, 1))
	case arrow.TemporalWithUnit:
		unit = typ.TimeUnit()
	}
	v := roundHalfEven(std)
	if !v.IsInt64() {
		return nil, frame.ErrValue
	}
	return cellOfRaw(&arrow.DurationType{Unit: unit}, v), nil
}

func roundHalfEven(r *big.Rat) *big.Int {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, r.Denom())
	den := new(big.Int).Mul(r.Denom(), big.NewInt(2))
	q, m := new(big.Int).DivMod(twice, den, new(big.Int)) // half up
	if m.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

func compareRaw(a, b any) int {
	switch a := a.(type) {
	case *big.Int:
		return a.Cmp(b.(*big.Int))
	case float64:
		return cmp.Compare(a, b.(float64))
	}
	return strings.Compare(a.(string), b.(string))
}

// cellOfRaw is a value as a column of the type gives it.
func cellOfRaw(typ arrow.DataType, v any) any {
	t := new(testing.T)
	return rawColumn(t, "x", typ, []any{v}).Value(0)
}
