package frame_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

func column[T any](b testing.TB, name string, v []T) frame.Column {
	c, err := frame.NewColumn(name, v)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// joinInput is 3,000,000 flights and 3,376 airports with two keys.
func joinInput(b *testing.B) (flights, airports *frame.Frame) {
	const n, m = 3_000_000, 3_376
	r := rand.New(rand.NewPCG(7, 7))
	iata, state, lat, lon := make([]string, m), make([]string, m), make([]float64, m), make([]float64, m)
	for i := range m {
		iata[i] = string([]byte{'A' + byte(i/26/26%26), 'A' + byte(i/26%26), 'A' + byte(i%26)})
		state[i], lat[i], lon[i] = fmt.Sprintf("S%d", i%50), r.Float64()*90, r.Float64()*180
	}
	from, in, delay := make([]string, n), make([]string, n), make([]int16, n)
	for i := range n {
		k := min(int(r.ExpFloat64()*60), m-1) // few airports have most flights
		from[i], in[i], delay[i] = iata[k], state[k], int16(r.IntN(100))
		if i%50 == 0 {
			in[i] = "??"
		}
	}
	var err error
	if flights, err = frame.New(column(b, "iata", from), column(b, "state", in), column(b, "delay", delay)); err != nil {
		b.Fatal(err)
	}
	if airports, err = frame.New(column(b, "iata", iata), column(b, "state", state), column(b, "lat", lat), column(b, "lon", lon)); err != nil {
		b.Fatal(err)
	}
	return flights, airports
}

// joinByHand looks up every flight in a map, and leaves out flights without a match.
func joinByHand(flights, airports *frame.Frame) (rows []int32, delays []int16, lat, lon []float64) {
	type key struct{ iata, state string }
	strs := func(f *frame.Frame, k int) *array.String { return f.Columns()[k].Chunks()[0].(*array.String) }
	iata, state := strs(airports, 0), strs(airports, 1)
	lats := airports.Columns()[2].Chunks()[0].(*array.Float64).Float64Values()
	lons := airports.Columns()[3].Chunks()[0].(*array.Float64).Float64Values()
	where := make(map[key]int, iata.Len())
	for i := range iata.Len() {
		where[key{iata.Value(i), state.Value(i)}] = i
	}
	from, in := strs(flights, 0), strs(flights, 1)
	delay := flights.Columns()[2].Chunks()[0].(*array.Int16).Int16Values()
	n := from.Len()
	rows, delays, lat, lon = make([]int32, 0, n), make([]int16, 0, n), make([]float64, 0, n), make([]float64, 0, n)
	for i := range n {
		if k, ok := where[key{from.Value(i), in.Value(i)}]; ok {
			rows, delays, lat, lon = append(rows, int32(i)), append(delays, delay[i]), append(lat, lats[k]), append(lon, lons[k])
		}
	}
	return rows, delays, lat, lon
}

func BenchmarkJoin(b *testing.B) {
	flights, airports := joinInput(b)
	keys := []string{"iata", "state"}
	b.Run("hand", func(b *testing.B) {
		for b.Loop() {
			joinByHand(flights, airports)
		}
	})
	for name, kind := range map[string]frame.JoinKind{"inner": frame.InnerJoin, "left": frame.LeftJoin, "semi": frame.SemiJoin} {
		b.Run("parframe-"+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := flights.Join(b.Context(), airports, frame.JoinOptions{Kind: kind, Keys: keys})
				if err != nil || out.NumRows() < 2_900_000 {
					b.Fatal(out, err)
				}
			}
		})
	}
}
