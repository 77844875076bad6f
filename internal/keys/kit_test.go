package keys_test

import (
	"cmp"
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/arrowtest"
	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/keys"
)

// serial runs ranges of a few rows one after the other.
type serial struct {
	ctx  context.Context
	size int
}

func (w serial) Context() context.Context { return w.ctx }

func (w serial) Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error {
	for lo := 0; lo < n; lo += w.size {
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		if err := fn(w.ctx, lo, min(lo+w.size, n)); err != nil {
			return err
		}
	}
	return nil
}

func (w serial) Tasks(n int, fn func(ctx context.Context, i int) error) error {
	return serial{w.ctx, 1}.Ranges(n, func(ctx context.Context, lo, _ int) error { return fn(ctx, lo) })
}

// crew runs ranges of random lengths on several goroutines.
type crew struct {
	ctx context.Context
	rng *rand.Rand
}

func (w crew) Context() context.Context { return w.ctx }

func (w crew) Ranges(n int, fn func(ctx context.Context, lo, hi int) error) error {
	cuts := []int{0}
	for at := 0; at < n; cuts = append(cuts, at) {
		at += 1 + w.rng.IntN(n-at)
	}
	return w.Tasks(len(cuts)-1, func(ctx context.Context, i int) error { return fn(ctx, cuts[i], cuts[i+1]) })
}

func (w crew) Tasks(n int, fn func(ctx context.Context, i int) error) error {
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := fn(w.ctx, i); err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// eachWorkers runs fn with workers of each kind.
func eachWorkers(t *testing.T, g *arrowtest.Gen, fn func(t *testing.T, w keys.Workers)) {
	t.Helper()
	t.Run("one range", func(t *testing.T) { fn(t, serial{t.Context(), 1 << 30}) })
	t.Run("short ranges", func(t *testing.T) { fn(t, serial{t.Context(), 1 + g.IntN(9)}) })
	t.Run("goroutines", func(t *testing.T) { fn(t, crew{t.Context(), rand.New(rand.NewPCG(g.Uint64(), 1))}) })
}

// repeated returns a column of n rows whose values come several times, in chunks
// of random lengths.
func repeated(t testing.TB, g *arrowtest.Gen, typ arrow.DataType, n int) chunk.Column {
	t.Helper()
	few := columnOf(t, typ, g.Arrays(typ, 1+n/3)...)
	out := chunk.Column{Field: few.Field}
	for out.Len < n {
		rows := make([]int, 1+g.IntN(n-out.Len))
		for i := range rows {
			rows[i] = g.IntN(few.Len)
		}
		out.Chunks = append(out.Chunks, chunk.SelectRows(rows, len(rows)).Of(t.Context(), []chunk.Column{few})[0].Chunks...)
		out.Len += len(rows)
	}
	return out
}

// columnOf returns column k of the arrays.
func columnOf(t testing.TB, typ arrow.DataType, arrays ...arrow.Array) chunk.Column {
	t.Helper()
	c, err := chunk.ImportColumn(arrow.Field{Name: "k", Type: typ, Nullable: true}, arrays, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// valueType returns the type of the values behind dictionaries, runs and extensions.
func valueType(t arrow.DataType) arrow.DataType {
	switch u := t.(type) {
	case arrow.ExtensionType:
		return valueType(u.StorageType())
	case *arrow.DictionaryType:
		return valueType(u.ValueType)
	case *arrow.RunEndEncodedType:
		return valueType(u.Encoded())
	}
	return t
}

// isKey reports whether values of the type can be keys.
func isKey(t arrow.DataType) bool {
	_, nested := valueType(t).(arrow.NestedType)
	return !nested
}

// textsOf returns a text for each row: the same for the same key.
func textsOf(c chunk.Column) []string {
	texts := arrowtest.Rows(c.Arrays()...)
	if chunk.IsFloat(valueType(c.Field.Type)) {
		for i, s := range texts {
			if s == "null" {
				continue
			}
			texts[i] = strconv.FormatFloat(floatOf(s)+0, 'g', -1, 64)
		}
	}
	return texts
}

// floatOf returns the float whose bits stand in the text.
func floatOf(text string) float64 {
	bits, err := strconv.ParseUint(text[1:], 16, 64)
	if err != nil {
		panic(err)
	}
	switch len(text) {
	case 5:
		sign, exp, frac := 1-2*float64(bits>>15), int(bits>>10&31), float64(bits&1023)
		switch {
		case exp == 31 && frac > 0:
			return math.NaN()
		case exp == 31:
			return math.Inf(int(sign))
		case exp == 0:
			return sign * math.Ldexp(frac, -24)
		}
		return sign * math.Ldexp(1024+frac, exp-25)
	case 9:
		return float64(math.Float32frombits(uint32(bits)))
	}
	return math.Float64frombits(bits)
}

// compareTexts compares the values of two texts that are not null.
func compareTexts(typ arrow.DataType, a, b string) int {
	switch {
	case chunk.IsFloat(valueType(typ)):
		x, _ := strconv.ParseFloat(a, 64)
		y, _ := strconv.ParseFloat(b, 64)
		switch {
		case math.IsNaN(x) || math.IsNaN(y):
			return -cmp.Compare(x, y) // NaN is the least for cmp, and the greatest here
		}
		return cmp.Compare(x, y)
	case strings.HasPrefix(a, `"`):
		x, _ := strconv.Unquote(a)
		y, _ := strconv.Unquote(b)
		return strings.Compare(x, y)
	case valueType(typ).ID() == arrow.BOOL:
		return strings.Compare(a, b)
	}
	x, _ := new(big.Int).SetString(a, 10)
	y, _ := new(big.Int).SetString(b, 10)
	return x.Cmp(y)
}

func equalNumbers(t *testing.T, what string, got, want []int32) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
