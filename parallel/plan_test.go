package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/parframe/parframe/parallel"
)

func TestPrepare(t *testing.T) {
	as := parallel.Extension("frame.As", "name")
	for _, c := range []struct {
		opts    []parallel.Option
		allowed []string
		words   []string // of the error; nil: none
	}{
		{nil, nil, nil},
		{options(as), []string{"frame.As"}, nil},
		{options(parallel.Workers(3), as), []string{"Workers", "frame.As"}, nil},
		{options(parallel.Workers(3)), nil, nil},
		{options(parallel.ChunkSize(3)), nil, []string{"ChunkSize(3)", "no meaning here"}},
		{options(as), []string{"Workers", "Serial"}, []string{"frame.As", "no meaning here", "Workers, Serial"}},
		{options(parallel.Workers(0)), []string{"Workers"}, []string{"Workers(0)", "want 1 or more"}},
		{options(parallel.Option{}), []string{"Workers"}, []string{"zero Option"}},
		{options(parallel.Partitions(2), parallel.ChunkSize(9)), []string{"Partitions", "ChunkSize"}, []string{"ChunkSize(9)", "Partitions", "exclude"}},
	} {
		p, err := parallel.Prepare("frame.MapRows", c.opts, c.allowed...)
		if c.words == nil {
			if p == nil || err != nil {
				t.Errorf("%v of %v: %v", c.opts, c.allowed, err)
			}
			continue
		}
		missing := mentions(err, append(c.words, "frame.MapRows: ")...)
		if p != nil || !errors.Is(err, parallel.ErrOption) || missing != "" {
			t.Errorf("%v of %v: %v, %q; want ErrOption that mentions %q", c.opts, c.allowed, p, err, missing)
		}
	}
}

func TestPlanValue(t *testing.T) {
	p, err := parallel.Prepare("frame.Apply", options(
		parallel.Extension("frame.As", "first"), parallel.Extension("frame.As", "second"), parallel.Extension("frame.Nil", nil)),
		"frame.As", "frame.Nil", "frame.Not")
	if err != nil {
		t.Fatal(err)
	}
	if v, ok := p.Value("frame.As"); v != "second" || !ok {
		t.Errorf("frame.As: %v, %v; want the later of the two", v, ok)
	}
	if v, ok := p.Value("frame.Nil"); v != nil || !ok {
		t.Errorf("frame.Nil: %v, %v; want nil, true", v, ok)
	}
	if v, ok := p.Value("frame.Not"); v != nil || ok {
		t.Errorf("frame.Not: %v, %v; want nil, false", v, ok)
	}
}

func TestPlanPartitions(t *testing.T) {
	for _, c := range []struct {
		opts         []parallel.Option
		def, n, want int
	}{
		{nil, 4, 100, 4},
		{nil, 4, 3, 3},
		{nil, 4, 0, 0},
		{nil, 0, 10, 1},
		{options(parallel.Partitions(7)), 4, 100, 7},
		{options(parallel.Partitions(7)), 4, 3, 3},
		{options(parallel.Partitions(7)), 4, 0, 0},
		{options(parallel.Partitions(1)), 4, 1, 1},
	} {
		p, err := parallel.Prepare("frame.Apply", c.opts, "Partitions")
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Partitions(c.def, c.n); got != c.want {
			t.Errorf("%v, default %d, %d rows: %d partitions; want %d", c.opts, c.def, c.n, got, c.want)
		}
	}
}

// TestPlanParts: each partition once, with its number and the borders of Split,
// at its first row, and a failure that names all of that.
func TestPlanParts(t *testing.T) {
	for _, w := range widths {
		p, err := parallel.Prepare("frame.Apply", options(parallel.Workers(w)), "Workers")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 5, 100} {
			for _, parts := range []int{1, 3, 64} {
				type part struct{ k, lo, hi int }
				var mu sync.Mutex
				got := []part{}
				err := p.Parts(t.Context(), n, parts, func(ctx context.Context, k, lo, hi int) error {
					if parallel.Index(ctx) != lo {
						t.Errorf("Index = %d in the partition from %d", parallel.Index(ctx), lo)
					}
					mu.Lock()
					defer mu.Unlock()
					got = append(got, part{k, lo, hi})
					return nil
				})
				want := []part{}
				for k := range min(parts, n) {
					lo, hi := parallel.Split(n, min(parts, n), k)
					want = append(want, part{k, lo, hi})
				}
				slices.SortFunc(got, func(a, b part) int { return a.k - b.k })
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("Workers(%d), %d rows in %d partitions: %v, %v; want %v", w, n, parts, err, got, want)
				}
				if n < 5 {
					continue
				}
				err = p.Parts(t.Context(), n, parts, func(_ context.Context, k, _, _ int) error {
					if k >= min(parts, n)/2 {
						return errBoom
					}
					return nil
				})
				half := min(parts, n) / 2
				lo, _ := parallel.Split(n, min(parts, n), half)
				wantRow(t, fmt.Sprintf("Workers(%d), %d rows in %d partitions", w, n, parts), err, lo, half, errBoom)
			}
		}
	}
}

func TestPlanMistakes(t *testing.T) {
	p, err := parallel.Prepare("frame.Apply", nil)
	if err != nil {
		t.Fatal(err)
	}
	ok := func(context.Context, int, int) error { return nil }
	okPart := func(context.Context, int, int, int) error { return nil }
	var none context.Context
	for name, c := range map[string]struct {
		err  error
		kind error
		word string
	}{
		"Range nil":       {p.Range(t.Context(), 5, nil), parallel.ErrNilFunc, ""},
		"Range negative":  {p.Range(t.Context(), -5, ok), parallel.ErrNegative, "-5"},
		"Range context":   {p.Range(none, 5, ok), nil, "nil context"},
		"Parts nil":       {p.Parts(t.Context(), 5, 2, nil), parallel.ErrNilFunc, ""},
		"Parts negative":  {p.Parts(t.Context(), -5, 2, okPart), parallel.ErrNegative, "-5"},
		"Parts none":      {p.Parts(t.Context(), 5, 0, okPart), parallel.ErrOption, "0 partitions"},
		"Parts minus one": {p.Parts(t.Context(), 5, -1, okPart), parallel.ErrOption, "-1 partitions"},
		"Parts context":   {p.Parts(none, 5, 2, okPart), nil, "nil context"},
	} {
		if c.err == nil || c.kind != nil && !errors.Is(c.err, c.kind) || mentions(c.err, "frame.Apply: ", c.word) != "" {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

// TestPlanIsReusable: a plan holds no state of a call.
func TestPlanIsReusable(t *testing.T) {
	p, err := parallel.Prepare("frame.Apply", options(parallel.Workers(4)), "Workers")
	if err != nil {
		t.Fatal(err)
	}
	var g gauge
	count := func(_ context.Context, lo, hi int) error { g.total.Add(int64(hi - lo)); return nil }
	err = parallel.ForEach(t.Context(), indices(10), func(ctx context.Context, i int) error {
		if i == 3 {
			_ = p.Range(ctx, 5, func(context.Context, int, int) error { return errBoom })
		}
		return p.Range(ctx, 100, count)
	}, parallel.Workers(8))
	if err != nil || g.total.Load() != 1000 {
		t.Errorf("%v, %d rows; want 1000", err, g.total.Load())
	}
}
