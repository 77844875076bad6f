package frame_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// MapRows is compared with a hand-written loop over the same Arrow buffers, on as many
// goroutines, in ranges of parallel.Range. Both run in turn within one benchmark, so that
// their ratio does not depend on the machine's other load; it is reported as "ratio".

const benchRows = 2_000_000

type place struct {
	Lat float64 `frame:"lat"`
	Lon float64 `frame:"lon"`
}

type namedPlace struct {
	Lat   float64             `frame:"lat"`
	Lon   float64             `frame:"lon"`
	Name  string              `frame:"name"`
	Delay frame.Null[float64] `frame:"delay"`
}

// haversine returns the great-circle distance to Frankfurt in km, with a branch for
// places too far north.
func haversine(lat, lon float64) float64 {
	const rad = math.Pi / 180
	if lat > 89 {
		return 0
	}
	dlat, dlon := (lat-50.03)*rad/2, (lon-8.57)*rad/2
	a := math.Sin(dlat)*math.Sin(dlat) + math.Cos(lat*rad)*math.Cos(50.03*rad)*math.Sin(dlon)*math.Sin(dlon)
	return 2 * 6371 * math.Asin(math.Sqrt(a))
}

func benchColumns(n int) (lat, lon *array.Float64, name *array.String, delay *array.Float64) {
	r := rand.New(rand.NewPCG(1, 2))
	a, o := array.NewFloat64Builder(memory.DefaultAllocator), array.NewFloat64Builder(memory.DefaultAllocator)
	s, d := array.NewStringBuilder(memory.DefaultAllocator), array.NewFloat64Builder(memory.DefaultAllocator)
	names := []string{"FRA", "Berlin", "San Francisco", "", "Ulm"}
	for range n {
		a.Append(r.Float64()*180 - 90)
		o.Append(r.Float64()*360 - 180)
		s.Append(names[r.IntN(len(names))])
		if r.IntN(10) == 0 {
			d.AppendNull()
		} else {
			d.Append(r.Float64() * 100)
		}
	}
	return a.NewFloat64Array(), o.NewFloat64Array(), s.NewStringArray(), d.NewFloat64Array()
}

func benchFrame(b testing.TB, n int) (*frame.Frame, [4]arrow.Array) {
	lat, lon, name, delay := benchColumns(n)
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "lat", Type: lat.DataType()},
		{Name: "lon", Type: lon.DataType()},
		{Name: "name", Type: name.DataType()},
		{Name: "delay", Type: delay.DataType(), Nullable: true},
	}, nil)
	f, err := frame.FromRecord(array.NewRecord(schema, []arrow.Array{lat, lon, name, delay}, int64(n)))
	if err != nil {
		b.Fatal(err)
	}
	return f, [4]arrow.Array{lat, lon, name, delay}
}

// paired runs the loop and the operation in turn and reports their times and the median
// of the ratios.
func paired(b *testing.B, loop, op func()) {
	var ratios, loops, ops []float64
	for b.Loop() {
		t0 := time.Now()
		loop()
		t1 := time.Now()
		op()
		t2 := time.Now()
		loops = append(loops, float64(t1.Sub(t0).Microseconds()))
		ops = append(ops, float64(t2.Sub(t1).Microseconds()))
		ratios = append(ratios, float64(t2.Sub(t1))/float64(t1.Sub(t0)))
	}
	b.ReportMetric(median(loops)/1000, "loop-ms")
	b.ReportMetric(median(ops)/1000, "op-ms")
	b.ReportMetric(median(ratios), "ratio")
}

func BenchmarkMapRows(b *testing.B) {
	f, cols := benchFrame(b, benchRows)
	lat, lon := cols[0].(*array.Float64).Float64Values(), cols[1].(*array.Float64).Float64Values()
	name, delay := cols[2].(*array.String), cols[3].(*array.Float64)
	for _, w := range []int{1, 2} {
		opt := parallel.Workers(w)
		b.Run("place/workers="+string(rune('0'+w)), func(b *testing.B) {
			paired(b, func() {
				out := make([]float64, benchRows)
				_ = parallel.Range(b.Context(), benchRows, func(_ context.Context, lo, hi int) error {
					for i := lo; i < hi; i++ {
						out[i] = haversine(lat[i], lon[i])
					}
					return nil
				}, opt)
			}, func() {
				if _, err := frame.MapRows(b.Context(), f, func(_ context.Context, p place) (float64, error) { return haversine(p.Lat, p.Lon), nil }, opt); err != nil {
					b.Fatal(err)
				}
			})
		})
		b.Run("named/workers="+string(rune('0'+w)), func(b *testing.B) {
			valid, delays := delay.NullBitmapBytes(), delay.Float64Values()
			paired(b, func() {
				out := make([]float64, benchRows)
				_ = parallel.Range(b.Context(), benchRows, func(_ context.Context, lo, hi int) error {
					for i := lo; i < hi; i++ {
						d := haversine(lat[i], lon[i])
						if len(name.Value(i)) > 5 {
							d++
						}
						if bitutil.BitIsSet(valid, i) {
							d += delays[i]
						}
						out[i] = d
					}
					return nil
				}, opt)
			}, func() {
				_, err := frame.MapRows(b.Context(), f, func(_ context.Context, p namedPlace) (float64, error) {
					d := haversine(p.Lat, p.Lon)
					if len(p.Name) > 5 {
						d++
					}
					if p.Delay.Valid {
						d += p.Delay.V
					}
					return d, nil
				}, opt)
				if err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkMapRowsCopy measures the cost per row of copying alone, for one column with
// the same value in and out: the function does nothing.
func BenchmarkMapRowsCopy(b *testing.B) {
	f, _ := benchFrame(b, 1_000_000)
	for name, col := range map[string]string{"float64": "lat", "string": "name", "null": "delay"} {
		g, err := f.Select(col)
		if err != nil {
			b.Fatal(err)
		}
		run := func(name string, op func(opts ...frame.RowOption) (*frame.Frame, error)) {
			b.Run(name, func(b *testing.B) {
				best := time.Hour
				for b.Loop() {
					start := time.Now()
					if _, err := op(parallel.Workers(1)); err != nil {
						b.Fatal(err)
					}
					best = min(best, time.Since(start))
				}
				b.ReportMetric(float64(best)/1e6, "best-ns/row")
			})
		}
		ctx := b.Context()
		switch name {
		case "float64":
			run(name, func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapRows(ctx, g, func(_ context.Context, x float64) (float64, error) { return x, nil }, opts...)
			})
		case "string":
			run(name+"-len", func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapRows(ctx, g, func(_ context.Context, x string) (int, error) { return len(x), nil }, opts...)
			})
			run(name, func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapRows(ctx, g, func(_ context.Context, x string) (string, error) { return x, nil }, opts...)
			})
		case "null":
			run("Null", func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapRows(ctx, g, func(_ context.Context, x frame.Null[float64]) (frame.Null[float64], error) { return x, nil }, opts...)
			})
			run("pointer", func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapRows(ctx, g, func(_ context.Context, x *float64) (*float64, error) { return x, nil }, opts...)
			})
			run("skip", func(opts ...frame.RowOption) (*frame.Frame, error) {
				return frame.MapColumn(ctx, g, "delay", func(_ context.Context, x float64) (float64, error) { return x, nil }, opts...)
			})
		}
	}
}
