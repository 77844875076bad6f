// Package pipeline reads a Parquet file, runs a function on every row and
// writes what it returns to another Parquet file: with parframe, in a stream,
// and as a program on pqarrow v15 alone would do it.
package pipeline

import (
	"context"
	"iter"
	"math/rand/v2"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/parquet"
)

// FullRows are the rows of the published figures.
const FullRows = 10_000_000

// Sale is a row of the input. One in fifty has no number of units.
type Sale struct {
	ID    int64             `frame:"id"`
	Units frame.Null[int64] `frame:"units"`
	Price float64           `frame:"price"`
	City  string            `frame:"city"`
}

// Income is a row of the output.
type Income struct {
	ID     int64               `frame:"id"`
	Amount frame.Null[float64] `frame:"amount"`
	Net    float64             `frame:"net"`
	City   string              `frame:"city"`
	Band   string              `frame:"band"`
}

// IncomeOf is the row function. In SQL (rivals/candidates.mjs has it so):
//
//	id, units * price as amount, price / 1.19 as net, city,
//	case when price < 100 then 'low' when price < 1000 then 'middle' else 'high' end as band
func IncomeOf(s Sale) (Income, error) {
	in := Income{ID: s.ID, Net: s.Price / 1.19, City: s.City, Band: "high"}
	if s.Units.Valid {
		in.Amount = frame.Some(float64(s.Units.V) * s.Price)
	}
	switch {
	case s.Price < 100:
		in.Band = "low"
	case s.Price < 1000:
		in.Band = "middle"
	}
	return in, nil
}

// WriteInput writes n rows, the same every time, in row groups of 262,144.
func WriteInput(ctx context.Context, path string, n int) error {
	return parquet.WriteFileSeq(ctx, path, sales(n), parquet.WriteOptions{})
}

// sales makes frames of one row group each.
func sales(n int) iter.Seq2[*frame.Frame, error] {
	return func(yield func(*frame.Frame, error) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for lo := 0; lo < n; lo += 1 << 18 {
			rows := make([]Sale, min(1<<18, n-lo))
			for i := range rows {
				rows[i] = Sale{ID: int64(lo + i), Price: float64(r.IntN(200_000)) / 100, City: cities[r.IntN(len(cities))]}
				if r.IntN(50) > 0 {
					rows[i].Units = frame.Some(r.Int64N(1000))
				}
			}
			if !yield(frame.FromStructs(context.Background(), rows)) {
				return
			}
		}
	}
}

var cities = []string{"Berlin", "São Paulo", "Nairobi", "Osaka", "Lima", "Montréal", "Hanoi", "Oslo", "New York", "Zürich", "Accra", "Quito"}
