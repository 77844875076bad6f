// Package frame runs a row function over two columns in every way that a Go
// program might: by a plain loop over the Arrow buffers, by hand-written
// goroutines, by parframe's MapRows and by gota's Rapply.
package frame

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// Place is a row.
type Place struct {
	Lat float64 `frame:"lat"`
	Lon float64 `frame:"lon"`
}

// Distance is the great-circle distance from Frankfurt in km, and 0 north of
// 89 degrees, which gives the function a branch.
func Distance(p Place) float64 {
	const rad = math.Pi / 180
	if p.Lat > 89 {
		return 0
	}
	dlat, dlon := (p.Lat-50.03)*rad/2, (p.Lon-8.57)*rad/2
	a := math.Sin(dlat)*math.Sin(dlat) + math.Cos(p.Lat*rad)*math.Cos(50.03*rad)*math.Sin(dlon)*math.Sin(dlon)
	return 2 * 6371 * math.Asin(math.Sqrt(a))
}

// Places are n random rows in each of the candidates' forms.
type Places struct {
	Lat, Lon []float64
	Frame    *frame.Frame
	Gota     func() dataframe.DataFrame // made when asked: 2,000,000 rows take 64 MB
}

// NewPlaces makes the same n rows every time.
func NewPlaces(n int) (*Places, error) {
	rnd := rand.New(rand.NewPCG(1, 2))
	p := &Places{Lat: make([]float64, n), Lon: make([]float64, n)}
	for i := range n {
		p.Lat[i], p.Lon[i] = rnd.Float64()*180-90, rnd.Float64()*360-180
	}
	lat, err := frame.NewColumn("lat", p.Lat)
	if err != nil {
		return nil, err
	}
	lon, err := frame.NewColumn("lon", p.Lon)
	if err != nil {
		return nil, err
	}
	p.Frame, err = frame.New(lat, lon)
	p.Gota = sync.OnceValue(func() dataframe.DataFrame {
		return dataframe.New(series.New(p.Lat, series.Float, "lat"), series.New(p.Lon, series.Float, "lon"))
	})
	return p, err
}

// Candidate is one way to get the distances of all rows. A result is checked
// by its values; what a candidate returns natively is converted by check,
// outside the clock.
type Candidate struct {
	Name string
	Most int // rows that it does in a few seconds
	Run  func(ctx context.Context, p *Places, workers int) (result any, err error)
}

// Candidates are all ways, the base of comparison first.
var Candidates = []Candidate{
	{"loop", math.MaxInt, loop},
	{"goroutines", math.MaxInt, goroutines},
	{"parframe", math.MaxInt, mapRows},
	{"gota", 200_000, rapply},
}

func loop(_ context.Context, p *Places, _ int) (any, error) {
	out := make([]float64, len(p.Lat))
	for i, lat := range p.Lat {
		out[i] = Distance(Place{lat, p.Lon[i]})
	}
	return out, nil
}

func goroutines(_ context.Context, p *Places, workers int) (any, error) {
	out := make([]float64, len(p.Lat))
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			for i := k * len(out) / workers; i < (k+1)*len(out)/workers; i++ {
				out[i] = Distance(Place{p.Lat[i], p.Lon[i]})
			}
		})
	}
	wg.Wait()
	return out, nil
}

func mapRows(ctx context.Context, p *Places, workers int) (any, error) {
	return frame.MapRows(ctx, p.Frame, func(_ context.Context, p Place) (float64, error) { return Distance(p), nil }, parallel.Workers(workers))
}

func rapply(_ context.Context, p *Places, _ int) (any, error) {
	df := p.Gota().Rapply(func(row series.Series) series.Series {
		return series.Floats(Distance(Place{row.Elem(0).Float(), row.Elem(1).Float()}))
	})
	return df, df.Err
}

// distances are the values of a candidate's result.
func distances(result any) ([]float64, error) {
	switch r := result.(type) {
	case []float64:
		return r, nil
	case dataframe.DataFrame:
		return r.Col(r.Names()[0]).Float(), nil
	case *frame.Frame:
		var out []float64
		for _, a := range r.Columns()[0].Chunks() {
			f, ok := a.(*array.Float64)
			if !ok {
				return nil, fmt.Errorf("a column of %s, want %s", a.DataType(), arrow.PrimitiveTypes.Float64)
			}
			out = append(out, f.Float64Values()...)
		}
		return out, nil
	default:
		return nil, fmt.Errorf("a result of type %T", result)
	}
}
