package frame_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"

	"github.com/parframe/parframe/frame"
)

// groupInput is 2,000,000 rows with 1,000 keys of text.
func groupInput(b *testing.B) *frame.Frame {
	const n = 2_000_000
	r := rand.New(rand.NewPCG(7, 7))
	keys, vals := make([]string, n), make([]float64, n)
	for i := range n {
		keys[i], vals[i] = fmt.Sprintf("id%03d", r.IntN(1000)), r.NormFloat64()
	}
	k, err := frame.NewColumn("k", keys)
	if err != nil {
		b.Fatal(err)
	}
	x, err := frame.NewColumn("x", vals)
	if err != nil {
		b.Fatal(err)
	}
	f, err := frame.New(k, x)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// byHand groups without a library, on all cores: a map per worker, then the values of
// each group together.
func byHand(keys *array.String, vals []float64, each func(v []float64) [3]float64) map[string][3]float64 {
	n, w := len(vals), runtime.GOMAXPROCS(0)
	codes := make([]int32, n)
	maps := make([]map[string]int32, w)
	names := make([][]string, w)
	counts := make([][]int, w)
	var wg sync.WaitGroup
	for p := range w {
		wg.Go(func() {
			m := make(map[string]int32)
			for i := p * n / w; i < (p+1)*n/w; i++ {
				k := keys.Value(i)
				c, ok := m[k]
				if !ok {
					c = int32(len(m))
					m[k] = c
					names[p] = append(names[p], k)
					counts[p] = append(counts[p], 0)
				}
				counts[p][c]++
				codes[i] = c
			}
			maps[p] = m
		})
	}
	wg.Wait()
	all := make(map[string]int)
	var order []string
	place := make([][]int, w)
	var sizes []int
	for p := range w {
		place[p] = make([]int, len(names[p]))
		for c, k := range names[p] {
			g, ok := all[k]
			if !ok {
				g = len(all)
				all[k] = g
				order = append(order, k)
				sizes = append(sizes, 0)
			}
			place[p][c] = g
			sizes[g] += counts[p][c]
		}
	}
	starts := make([]int, len(order)+1)
	for g, s := range sizes {
		starts[g+1] = starts[g] + s
	}
	next := slices.Clone(starts)
	at := make([][]int, w)
	for p := range w {
		at[p] = make([]int, len(order))
		for c := range names[p] {
			g := place[p][c]
			at[p][g] = next[g]
			next[g] += counts[p][c]
		}
	}
	sorted := make([]float64, n)
	for p := range w {
		wg.Go(func() {
			for i := p * n / w; i < (p+1)*n/w; i++ {
				g := place[p][codes[i]]
				sorted[at[p][g]] = vals[i]
				at[p][g]++
			}
		})
	}
	wg.Wait()
	results := make([][3]float64, len(order))
	for p := range w {
		wg.Go(func() {
			for g := p * len(order) / w; g < (p+1)*len(order)/w; g++ {
				results[g] = each(sorted[starts[g]:starts[g+1]])
			}
		})
	}
	wg.Wait()
	out := make(map[string][3]float64, len(order))
	for g, k := range order {
		out[k] = results[g]
	}
	return out
}

// handMeasures returns mean, standard deviation and 0.9-quantile of a group.
func handMeasures(v []float64) [3]float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	mean := sum / float64(len(v))
	m2 := 0.0
	for _, x := range v {
		m2 += (x - mean) * (x - mean)
	}
	at := 0.9 * float64(len(v)-1)
	k := int(at)
	handSelect(v, k)
	q := v[k]
	if k+1 < len(v) {
		q += (slices.Min(v[k+1:]) - q) * (at - float64(k))
	}
	return [3]float64{mean, math.Sqrt(m2 / float64(len(v)-1)), q}
}

func handSelect[T cmp.Ordered](v []T, k int) {
	for len(v) > 1 {
		p := v[len(v)/2]
		i, j := 0, len(v)-1
		for i <= j {
			for v[i] < p {
				i++
			}
			for v[j] > p {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		if k <= j {
			v = v[:j+1]
		} else if k >= i {
			v, k = v[i:], k-i
		} else {
			return
		}
	}
}

func handLog(v []float64) [3]float64 {
	s := 0.0
	for _, x := range v {
		s += x * math.Abs(x)
	}
	return [3]float64{s}
}

func userAgg() frame.Agg {
	return frame.NewAgg("u", "x", func() float64 { return 0 },
		func(_ context.Context, a, x float64) (float64, error) { return a + x*math.Abs(x), nil },
		func(a, b float64) float64 { return a + b },
		func(_ context.Context, a float64) (float64, error) { return a, nil })
}

func BenchmarkGroups(b *testing.B) {
	f := groupInput(b)
	ctx := b.Context()
	cols := f.Columns()
	keys := cols[0].Chunks()[0].(*array.String)
	vals := cols[1].Chunks()[0].(*array.Float64).Float64Values()
	b.Run("builtin/hand", func(b *testing.B) {
		for b.Loop() {
			byHand(keys, vals, handMeasures)
		}
	})
	agg := func(b *testing.B, aggs ...frame.Agg) {
		b.ReportAllocs()
		for b.Loop() {
			g, err := f.GroupBy("k")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := g.Agg(ctx, aggs...); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("builtin/parframe", func(b *testing.B) {
		agg(b, frame.Mean("x"), frame.Std("x"), frame.Quantile("x", 0.9))
	})
	b.Run("user/hand", func(b *testing.B) {
		for b.Loop() {
			byHand(keys, vals, handLog)
		}
	})
	b.Run("user/parframe", func(b *testing.B) { agg(b, userAgg()) })
	b.Run("key/parframe", func(b *testing.B) { agg(b) })
}

// The hand-written version has the same results.
func TestGroupBenchmarkByHandAgrees(t *testing.T) {
	keys, vals := []string{"a", "b", "a", "a", "b"}, []float64{1, 5, 2, 4, 7}
	k, _ := frame.NewColumn("k", keys)
	x, _ := frame.NewColumn("x", vals)
	f, err := frame.New(k, x)
	if err != nil {
		t.Fatal(err)
	}
	g, err := f.GroupBy("k")
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Agg(t.Context(), frame.Mean("x"), frame.Std("x"), frame.Quantile("x", 0.9), userAgg())
	if err != nil {
		t.Fatal(err)
	}
	hand := byHand(k.Chunks()[0].(*array.String), vals, handMeasures)
	user := byHand(k.Chunks()[0].(*array.String), vals, handLog)
	for i := range got.NumRows() {
		cols := got.Columns()
		key := cols[0].Value(i).(string)
		h := hand[key]
		for j, want := range append(h[:], user[key][0]) {
			if v := cols[j+1].Value(i).(float64); math.Abs(v-want) > 1e-12 {
				t.Errorf("%s: %v, want %v", key, v, want)
			}
		}
	}
}
