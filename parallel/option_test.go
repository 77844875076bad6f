package parallel_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parframe/parframe/parallel"
)

// call is an exported call with the given options, and with nothing else wrong.
type call struct {
	name string
	// takes reports whether the compiler lets an option be given to the call.
	takes func(opt any) bool
	run   func(ctx context.Context, opts ...any) error
	// nilFunc makes the call with each of its functions nil.
	nilFunc []func(ctx context.Context) error
}

var calls = []call{
	{
		name: "parallel.Range", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			return parallel.Range(ctx, 3, func(context.Context, int, int) error { return nil }, items(opts)...)
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { return parallel.Range(ctx, 3, nil) },
			func(ctx context.Context) error { return parallel.Range(ctx, 0, nil) },
		},
	},
	{
		name: "parallel.ForEach", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			return parallel.ForEach(ctx, indices(3), func(context.Context, int) error { return nil }, items(opts)...)
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { return parallel.ForEach(ctx, indices(3), nil) },
		},
	},
	{
		name: "parallel.Map", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Map(ctx, indices(3), parallel.Pure(func(x int) int { return x }), items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Map[int, int](ctx, indices(3), nil); return err },
			func(ctx context.Context) error {
				_, err := parallel.Map(ctx, indices(3), parallel.Pure[int, int](nil))
				return err
			},
		},
	},
	{
		name: "parallel.Filter", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Filter(ctx, indices(3), parallel.Pure(func(x int) bool { return true }), items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Filter(ctx, indices(3), nil); return err },
		},
	},
	{
		name: "parallel.Reduce", takes: fits[parallel.Option],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Reduce(ctx, indices(3), 0, nil2, common(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Reduce(ctx, indices(3), 0, nil); return err },
			func(ctx context.Context) error { _, err := parallel.Reduce(ctx, nil, 0, nil); return err },
		},
	},
	{
		name: "parallel.Fold", takes: fits[parallel.FoldOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Fold(ctx, indices(3), zero, addInt, nil2, folds(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error {
				_, err := parallel.Fold(ctx, indices(3), nil, addInt, nil2)
				return err
			},
			func(ctx context.Context) error {
				_, err := parallel.Fold[int](ctx, indices(3), zero, nil, nil2)
				return err
			},
			func(ctx context.Context) error {
				_, err := parallel.Fold(ctx, indices(3), zero, addInt, nil)
				return err
			},
			func(ctx context.Context) error { _, err := parallel.Fold(ctx, nil, zero, addInt, nil); return err },
		},
	},
	{
		name: "parallel.Scan", takes: fits[parallel.Option],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Scan(ctx, indices(3), 0, nil2, common(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Scan(ctx, indices(3), 0, nil); return err },
		},
	},
	{
		name: "parallel.Find", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Find(ctx, indices(3), parallel.Pure(func(int) bool { return false }), items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Find(ctx, indices(3), nil); return err },
		},
	},
	{
		name: "parallel.Any", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Any(ctx, indices(3), parallel.Pure(func(int) bool { return false }), items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.Any(ctx, indices(3), nil); return err },
		},
	},
	{
		name: "parallel.All", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.All(ctx, indices(3), parallel.Pure(func(int) bool { return true }), items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error { _, err := parallel.All(ctx, indices(3), nil); return err },
		},
	},
	{
		name: "parallel.Starmap2", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Starmap2(ctx, make([]parallel.Args2[int, int], 3), addInt, items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error {
				_, err := parallel.Starmap2[int, int, int](ctx, nil, nil)
				return err
			},
		},
	},
	{
		name: "parallel.Starmap3", takes: fits[parallel.ItemOption],
		run: func(ctx context.Context, opts ...any) error {
			_, err := parallel.Starmap3(ctx, make([]parallel.Args3[int, int, int], 3),
				func(_ context.Context, a, b, c int) (int, error) { return a + b + c, nil }, items(opts)...)
			return err
		},
		nilFunc: []func(ctx context.Context) error{
			func(ctx context.Context) error {
				_, err := parallel.Starmap3[int, int, int, int](ctx, nil, nil)
				return err
			},
		},
	},
}

// takesAll reports whether the compiler accepts all the options in the call.
func (c call) takesAll(opts []any) bool {
	for _, opt := range opts {
		if !c.takes(opt) {
			return false
		}
	}
	return true
}

func zero() int                                       { return 0 }
func addInt(_ context.Context, a, x int) (int, error) { return a + x, nil }
func options(opts ...any) []any                       { return opts }
func mentions(err error, words ...string) (missing string) {
	for _, w := range words {
		if !strings.Contains(fmt.Sprint(err), w) {
			return w
		}
	}
	return ""
}

// TestInvalidOptions: every option with an invalid value, and every invalid
// combination, is an error that names the call, the option and the value, in every
// call.
func TestInvalidOptions(t *testing.T) {
	type mistake struct {
		opts  []any
		words []string
	}
	everywhere := []mistake{
		{options(parallel.Workers(0)), []string{"Workers(0)", "want 1 or more"}},
		{options(parallel.Workers(-3)), []string{"Workers(-3)", "want 1 or more"}},
		{options(parallel.Workers(math.MinInt)), []string{"Workers(-9223372036854775808)"}},
		{options(parallel.Workers(4), parallel.Workers(0)), []string{"Workers(0)"}},
		{options(parallel.Workers(0), parallel.Workers(4)), []string{"Workers(0)"}},
		{options(nil), []string{"nil Option"}},
	}
	items := []mistake{
		{options(parallel.ChunkSize(0)), []string{"ChunkSize(0)", "want 1 or more"}},
		{options(parallel.ChunkSize(-1)), []string{"ChunkSize(-1)"}},
		{options(parallel.Partitions(0)), []string{"Partitions(0)", "want 1 or more"}},
		{options(parallel.Partitions(-1)), []string{"Partitions(-1)"}},
		{options(parallel.ChunkSize(5), parallel.Partitions(7)), []string{"ChunkSize(5)", "Partitions", "exclude each other"}},
		{options(parallel.Partitions(7), parallel.Serial(), parallel.ChunkSize(5)), []string{"ChunkSize(5)", "Partitions"}},
	}
	fold := []mistake{
		{options(parallel.Partitions(0)), []string{"Partitions(0)", "want 1 or more"}},
		{options(parallel.Partitions(7), parallel.Commutative()), []string{"Partitions(7) and Commutative", "exclude each other"}},
	}
	for _, c := range calls {
		for _, m := range slices.Concat(everywhere, items, fold) {
			if !c.takesAll(m.opts) {
				continue
			}
			err := c.run(t.Context(), m.opts...)
			if !errors.Is(err, parallel.ErrOption) {
				t.Errorf("%s %v: %v; want ErrOption", c.name, m.opts, err)
			}
			if missing := mentions(err, append(m.words, c.name+": ")...); missing != "" {
				t.Errorf("%s %v: %q does not mention %q", c.name, m.opts, err, missing)
			}
			if strings.Count(fmt.Sprint(err), c.name) != 1 {
				t.Errorf("%s %v: %q names the call more than once", c.name, m.opts, err)
			}
		}
	}
}

// TestValidOptions: every valid value is accepted, alone and in combinations.
func TestValidOptions(t *testing.T) {
	for _, c := range calls {
		sets := [][]any{
			nil,
			options(parallel.Workers(1)),
			options(parallel.Workers(math.MaxInt)),
			options(parallel.Serial()),
			options(parallel.Serial(), parallel.Serial()),
			options(parallel.Serial(), parallel.Workers(8)),
			options(parallel.Options()),
			options(parallel.Options(parallel.Serial(), parallel.Options(parallel.Workers(8)))),
			options(parallel.ChunkSize(math.MaxInt)),
			options(parallel.Partitions(math.MaxInt)),
			options(parallel.Partitions(math.MaxInt), parallel.Serial(), parallel.Workers(math.MaxInt)),
			options(parallel.ChunkSize(1), parallel.Serial(), parallel.Workers(2)),
			options(parallel.Commutative(), parallel.Workers(math.MaxInt)),
			options(parallel.Serial(), parallel.Commutative()),
		}
		for _, opts := range sets {
			if !c.takesAll(opts) {
				continue
			}
			if err := c.run(t.Context(), opts...); err != nil {
				t.Errorf("%s %v: %v", c.name, opts, err)
			}
		}
	}
}

// TestSmallestValuesOfOptions: what is more than too little is taken.
func TestSmallestValuesOfOptions(t *testing.T) {
	for _, opt := range []parallel.ItemOption{
		parallel.Workers(1),
		parallel.ChunkSize(1),
		parallel.Partitions(1),
		parallel.Retry(0, nil),
		parallel.Timeout(1),
		parallel.SoftDeadline(1, func(parallel.Stuck) {}),
		parallel.CollectAll(1),
	} {
		if _, err := parallel.Map(t.Context(), indices(3), twice, opt); err != nil {
			t.Errorf("%v: %v", opt, err)
		}
	}
}

// TestOptionsAreNotKept: the same slice of options serves many calls.
func TestOptionsAreNotKept(t *testing.T) {
	opts := options(parallel.Workers(2), parallel.Serial())
	before := fmt.Sprint(opts)
	for _, c := range calls {
		_ = c.run(t.Context(), opts...)
	}
	if got := fmt.Sprint(opts); got != before {
		t.Errorf("options changed from %s to %s", before, got)
	}
}

func TestNilFunction(t *testing.T) {
	for _, c := range calls {
		for i, run := range c.nilFunc {
			err := run(t.Context())
			if !errors.Is(err, parallel.ErrNilFunc) || mentions(err, c.name+": ") != "" {
				t.Errorf("%s, case %d: %v; want ErrNilFunc that names the call", c.name, i, err)
			}
		}
	}
}

func TestNilContext(t *testing.T) {
	var none context.Context
	for _, c := range calls {
		err := c.run(none)
		if err == nil || mentions(err, c.name+": ", "nil context") != "" {
			t.Errorf("%s: %v; want an error that names the call and the context", c.name, err)
		}
	}
	// Also if there is nothing to do.
	if _, err := parallel.Reduce(none, nil, 0, nil2); err == nil {
		t.Error("Reduce of nothing with a nil context gives no error")
	}
	if _, err := parallel.Fold(none, nil, zero, addInt, nil2); err == nil {
		t.Error("Fold of nothing with a nil context gives no error")
	}
}

func TestOptionString(t *testing.T) {
	for want, o := range map[string]any{
		"Workers(4)":                  parallel.Workers(4),
		"ChunkSize(-1)":               parallel.ChunkSize(-1),
		"Partitions(2)":               parallel.Partitions(2),
		"Serial":                      parallel.Serial(),
		"Retry(3)":                    parallel.Retry(3, nil),
		"Queue(0)":                    parallel.Queue(0),
		"Options(Workers(4), Serial)": parallel.Options(parallel.Workers(4), parallel.Serial()),
	} {
		if got := fmt.Sprint(o); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestOptionsAreReadAtTheStart: a call reads its options at its start. Changes to the
// slice during the call have no effect.
func TestOptionsAreReadAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opts := options(parallel.Workers(2))
		var g gauge
		err := parallel.ForEach(t.Context(), indices(20), func(context.Context, int) error {
			g.enter()
			defer g.leave()
			if g.total.Load() == 1 {
				opts[0] = parallel.Workers(0)
			}
			time.Sleep(time.Second)
			return nil
		}, items(opts)...)
		if err != nil || g.peak.Load() != 2 {
			t.Errorf("%v, %d at once", err, g.peak.Load())
		}
	})
}
