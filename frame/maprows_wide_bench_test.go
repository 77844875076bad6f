package frame_test

import (
	"context"
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

type wideRow struct {
	ID    int64               `frame:"id"`
	Seats int32               `frame:"seats"`
	Lat   float64             `frame:"lat"`
	Lon   float64             `frame:"lon"`
	Cargo bool                `frame:"cargo"`
	Name  string              `frame:"name"`
	At    time.Time           `frame:"at"`
	Delay frame.Null[float64] `frame:"delay"`
}

// cost is the computation of a row: the fare of a flight.
func (r *wideRow) cost() float64 { return haversine(r.Lat, r.Lon)*float64(r.Seats) + r.fees() }

// cheap costs almost nothing, which is the worst case.
func (r *wideRow) cheap() float64 { return (r.Lat+r.Lon)*float64(r.Seats) + r.fees() }

func (r *wideRow) fees() float64 {
	c := 0.0
	if r.Cargo {
		c += float64(r.ID & 1023)
	}
	if len(r.Name) > 5 {
		c++
	}
	if r.Delay.Valid {
		c += r.Delay.V
	}
	return c + float64(r.At.Unix()&255)
}

// BenchmarkMapRowsWide compares a row of 8 mixed fields with a hand-written loop, which
// makes the same struct from the Arrow buffers.
func BenchmarkMapRowsWide(b *testing.B) {
	g, cols := benchFrame(b, benchRows)
	r := rand.New(rand.NewPCG(3, 4))
	ids, seats := make([]int64, benchRows), make([]int32, benchRows)
	ats := make([]arrow.Timestamp, benchRows)
	cargos := array.NewBooleanBuilder(memory.DefaultAllocator)
	for i := range ids {
		ids[i], seats[i], ats[i] = int64(i)*7919, int32(r.IntN(400)), arrow.Timestamp(r.Int64N(1<<60))
		cargos.Append(r.IntN(4) == 0)
	}
	cargo := cargos.NewBooleanArray()
	times := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"})
	times.AppendValues(ats, nil)
	at := times.NewArray().(*array.Timestamp)
	var more []frame.Column
	for _, c := range []func() (frame.Column, error){
		func() (frame.Column, error) { return frame.NewColumn("id", ids) },
		func() (frame.Column, error) { return frame.NewColumn("seats", seats) },
		func() (frame.Column, error) { return frame.ColumnOf("cargo", cargo) },
		func() (frame.Column, error) { return frame.ColumnOf("at", at) },
	} {
		col, err := c()
		if err != nil {
			b.Fatal(err)
		}
		more = append(more, col)
	}
	f, err := g.With(more...)
	if err != nil {
		b.Fatal(err)
	}
	lat, lon := cols[0].(*array.Float64).Float64Values(), cols[1].(*array.Float64).Float64Values()
	name, delay := cols[2].(*array.String), cols[3].(*array.Float64)
	valid, delays, stamps := delay.NullBitmapBytes(), delay.Float64Values(), at.TimestampValues()
	for label, fn := range map[string]func(r *wideRow) float64{"cost": (*wideRow).cost, "cheap": (*wideRow).cheap} {
		for _, w := range []int{1, 2} {
			opt := parallel.Workers(w)
			b.Run(label+"/workers="+string(rune('0'+w)), func(b *testing.B) {
				paired(b, func() {
					out := make([]float64, benchRows)
					_ = parallel.Range(b.Context(), benchRows, func(_ context.Context, lo, hi int) error {
						for i := lo; i < hi; i++ {
							row := wideRow{ID: ids[i], Seats: seats[i], Lat: lat[i], Lon: lon[i], Cargo: cargo.Value(i), Name: name.Value(i), At: time.Unix(0, int64(stamps[i])).UTC()}
							if bitutil.BitIsSet(valid, i) {
								row.Delay = frame.Null[float64]{V: delays[i], Valid: true}
							}
							out[i] = fn(&row)
						}
						return nil
					}, opt)
				}, func() {
					if _, err := frame.MapRows(b.Context(), f, func(_ context.Context, r wideRow) (float64, error) { return fn(&r), nil }, opt); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
	}
}
