// Quickstart runs a plain Go function on every row of a Parquet file, on every
// core: how far apart are a flight's airports, and was it late? Run it from
// the root of the repository, where testdata is:
//
//	go run ./examples/quickstart [-in FILE] [-out FILE] [-workers N]
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/io/csv"
	"github.com/parframe/parframe/io/parquet"
	"github.com/parframe/parframe/parallel"
)

type Flight struct {
	Distance int64               `frame:"distance"` // miles, as recorded
	Delay    int64               `frame:"delay"`    // minutes
	Lat      frame.Null[float64] `frame:"latitude"`
	Lon      frame.Null[float64] `frame:"longitude"`
	ToLat    frame.Null[float64] `frame:"latitude_to"`
	ToLon    frame.Null[float64] `frame:"longitude_to"`
}

type Leg struct {
	Direct frame.Null[float64] `frame:"direct"` // miles along the great circle
	Detour frame.Null[float64] `frame:"detour"` // recorded distance : direct
	Class  string              `frame:"class"`
}

func main() {
	in := flag.String("in", "testdata/flights-200k.parquet", "flights, a Parquet `FILE`")
	out := flag.String("out", "", "keep the result as Parquet `FILE`")
	workers := flag.Int("workers", runtime.GOMAXPROCS(0), "run on `N` goroutines")
	flag.Parse()
	ctx := context.Background()

	flights := must(parquet.ReadFile(ctx, *in, parquet.ReadOptions{}))
	airports := must(csv.ReadFile(ctx, "testdata/airports.csv", csv.ReadOptions{}))
	places := must(airports.Select("iata", "latitude", "longitude"))
	iata := []string{"iata"}
	ends := must(flights.Join(ctx, places, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"origin"}, RightKeys: iata}))
	ends = must(ends.Join(ctx, places, frame.JoinOptions{Kind: frame.LeftJoin, Keys: []string{"destination"}, RightKeys: iata, Suffix: "_to"}))

	legOf := func(_ context.Context, f Flight) (Leg, error) { // nothing in here is parallel
		leg := Leg{Class: "late"}
		if f.Delay < 15 {
			leg.Class = "on time"
		}
		if f.Lat.Valid && f.ToLat.Valid { // else Direct and Detour stay null
			miles := greatCircle(f.Lat.V, f.Lon.V, f.ToLat.V, f.ToLon.V)
			leg.Direct = frame.Some(miles)
			leg.Detour = frame.Null[float64]{V: float64(f.Distance) / miles, Valid: miles > 0}
		}
		return leg, nil
	}
	timed := func(workers int) (legs *frame.Frame, best time.Duration) {
		best = math.MaxInt64
		for range 3 {
			start := time.Now()
			legs = must(frame.MapRows(ctx, ends, legOf, parallel.Workers(workers)))
			best = min(best, time.Since(start))
		}
		return legs, best
	}
	alone, one := timed(1)
	legs, all := timed(*workers)

	result := must(flights.With(legs.Columns()...))
	fmt.Println(result)
	fmt.Println("rows with an unknown airport:", must(legs.Column("direct")).NullN())
	printWorst(ctx, flights)
	fmt.Printf("1 worker: %.1f ms, %d workers: %.1f ms, same result: %t\n",
		one.Seconds()*1e3, *workers, all.Seconds()*1e3, legs.Equal(alone))

	dir := must(os.MkdirTemp("", "quickstart"))
	path := cmp.Or(*out, filepath.Join(dir, "legs.parquet"))
	err := parquet.WriteFile(ctx, path, result, parquet.WriteOptions{})
	back, err2 := parquet.ReadFile(ctx, path, parquet.ReadOptions{})
	same := must(back, errors.Join(err, err2, os.RemoveAll(dir))).Equal(result)
	fmt.Println("written as Parquet and read back, equal:", same)
}

// greatCircle returns the distance in miles (haversine formula).
func greatCircle(lat1, lon1, lat2, lon2 float64) float64 {
	const rad, earth = math.Pi / 180, 3958.8
	lat, lon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	return 2 * earth * math.Asin(math.Sqrt(lat*lat+math.Cos(lat1*rad)*math.Cos(lat2*rad)*lon*lon))
}

type Route struct {
	Flights int64 `frame:"flights"`
}

// printWorst prints the ten routes with the worst mean delay.
func printWorst(ctx context.Context, flights *frame.Frame) {
	const enough = 50 // flights, for a mean to mean something
	routes := must(must(flights.GroupBy("origin", "destination")).
		Agg(ctx, frame.Size().As("flights"), frame.Mean("delay").As("mean_delay")))
	means := must(frame.FilterRows(ctx, routes, func(_ context.Context, r Route) (bool, error) { return r.Flights >= enough, nil }))
	worst := must(means.Sort(ctx, []frame.Key{frame.Desc("mean_delay"), frame.Asc("origin"), frame.Asc("destination")}))
	fmt.Printf("\nworst mean delay in minutes, of the %d routes with at least %d flights:\n", means.NumRows(), enough)
	fmt.Println(worst.Head(10))
}

// must ends the program with the error, if there is one.
func must[T any](v T, err error) T {
	if err != nil {
		log.SetFlags(0)
		log.Fatalln("quickstart:", err)
	}
	return v
}
