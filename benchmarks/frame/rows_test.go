package frame

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"
)

// All candidates do the same work, or their times say nothing. (gota's Rapply
// panics on no rows at all.)
func TestCandidatesAgree(t *testing.T) {
	for _, n := range []int{1, 2, 3, 1000, 10_001} {
		p, err := NewPlaces(n)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := loop(t.Context(), p, 1)
		for _, c := range Candidates {
			for _, workers := range []int{1, 2, 5} {
				result, err := c.Run(t.Context(), p, workers)
				if err != nil {
					t.Fatalf("%s: %v", c.Name, err)
				}
				got, err := distances(result)
				if err != nil || !slices.Equal(got, want.([]float64)) {
					t.Errorf("%s with %d workers over %d rows: %v, not the loop's result", c.Name, workers, n, err)
				}
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	p, err := NewPlaces(1000)
	if err != nil {
		t.Fatal(err)
	}
	q, _ := NewPlaces(1000)
	if !slices.Equal(p.Lat, q.Lat) || !slices.Equal(p.Lon, q.Lon) {
		t.Error("not the same the second time")
	}
	if f := p.Frame; f.NumRows() != 1000 || f.NumCols() != 2 {
		t.Errorf("frame of %d rows and %d columns", f.NumRows(), f.NumCols())
	}
	if g := p.Gota(); g.Nrow() != 1000 || g.Ncol() != 2 || g.Err != nil {
		t.Errorf("gota's frame: %d rows, %d columns, %v", g.Nrow(), g.Ncol(), g.Err)
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct{ lat, lon, want float64 }{
		{50.03, 8.57, 0},
		{-50.03, 8.57 - 180, math.Pi * 6371}, // the other side of the earth
		{40.64, -73.78, 6204},                // New York, on an ellipsoid
		{89.5, 0, 0},
	} {
		if got := Distance(Place{tt.lat, tt.lon}); math.Abs(got-tt.want) > 20 {
			t.Errorf("Distance(%v, %v) = %.0f, want %.0f", tt.lat, tt.lon, got, tt.want)
		}
	}
}

var sink any

// BenchmarkMapRows runs every candidate at the width of GOMAXPROCS, which
// -cpu sets. gota is left out where it would take a minute.
func BenchmarkMapRows(b *testing.B) {
	for _, n := range []int{100, 200_000, 2_000_000} {
		p, err := NewPlaces(n)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range Candidates {
			if n > c.Most {
				continue
			}
			b.Run(fmt.Sprintf("n=%d/%s", n, c.Name), func(b *testing.B) {
				if c.Name == "gota" {
					p.Gota()
				}
				b.ReportAllocs()
				for b.Loop() {
					r, err := c.Run(b.Context(), p, runtime.GOMAXPROCS(0))
					if err != nil {
						b.Fatal(err)
					}
					sink = r
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			})
		}
	}
}
