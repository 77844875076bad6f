package frame_test

import (
	"testing"

	"github.com/parframe/parframe/frame"
)

// sink keeps the compiler from removing a loop whose result is not used.
var sink []any

type wide struct {
	A, B, C float64
	D       int64
	E       string
	F       *float64
	G       bool
}

// BenchmarkStructs compares both directions with a hand-written loop, which appends to a
// slice per field.
func BenchmarkStructs(b *testing.B) {
	const n = 500_000
	rows := make([]wide, n)
	for i := range rows {
		rows[i] = wide{A: float64(i), D: int64(i), E: "some text", G: i%2 == 0}
		if i%3 == 0 {
			rows[i].F = &rows[i].A
		}
	}
	f, err := frame.FromStructs(b.Context(), rows)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("From", func(b *testing.B) {
		paired(b, func() {
			var x, y, z []float64
			var d []int64
			var e []string
			var p []*float64
			var g []bool
			for _, r := range rows {
				x, y, z, d = append(x, r.A), append(y, r.B), append(z, r.C), append(d, r.D)
				e, p, g = append(e, r.E), append(p, r.F), append(g, r.G)
			}
			sink = []any{x, y, z, d, e, p, g}
		}, func() {
			if _, err := frame.FromStructs(b.Context(), rows); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("To", func(b *testing.B) {
		paired(b, func() {
			var out []wide
			for _, r := range rows {
				if r.F != nil {
					v := *r.F
					r.F = &v
				}
				out = append(out, r)
			}
			sink = []any{out}
		}, func() {
			if _, err := frame.ToStructs[wide](b.Context(), f); err != nil {
				b.Fatal(err)
			}
		})
	})
}
