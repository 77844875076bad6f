package parallel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
)

// Plan is a call with its options checked, for packages that build operations
// of their own on the engine. Everybody else calls [Range] or [Map].
type Plan struct {
	call   string
	values map[string]any
	tally  *collector // for CollectAll and Quarantine
	soft   *softWatch
	obs    *observed // of a call that works in several passes
}

// engineOptions are accepted by everything that runs on the engine.
var engineOptions = []string{"Workers", "Serial", "On", "Seed", "Observe"}

// borderOptions exclude each other.
var borderOptions = []string{"ChunkSize", "ChunkBy", "Partitions"}

// failureOptions exclude each other.
var failureOptions = []string{"FailFast", "CollectAll", "Quarantine"}

// Prepare checks the options of the named call ("frame.MapRows"). An option
// whose name is not among allowed, or whose value makes no sense, is an
// [ErrOption] that names the call and the option. [Workers], [Serial], [On],
// [Seed] and [Observe] are always allowed: the engine sees to them.
func Prepare(call string, opts []Option, allowed ...string) (*Plan, error) {
	p := &Plan{call: call}
	for _, o := range opts {
		switch {
		case o.name == "":
			return nil, fmt.Errorf("%s: %w: the zero Option", call, ErrOption)
		case !slices.Contains(allowed, o.name) && !slices.Contains(engineOptions, o.name):
			accepted := strings.Join(union(engineOptions, allowed), ", ")
			return nil, fmt.Errorf("%s: %w: %s has no meaning here; accepted: %s", call, ErrOption, o, accepted)
		case o.err != nil:
			return nil, fmt.Errorf("%s: %w: %s: %w", call, ErrOption, o, o.err)
		}
		p.set(o.name, o.value)
	}
	if err := p.exclusive(opts, borderOptions); err != nil {
		return nil, err
	}
	if err := p.exclusive(opts, failureOptions); err != nil {
		return nil, err
	}
	if most, ok := p.values["CollectAll"].(int); ok {
		p.tally = &collector{most: most}
	} else if _, ok := p.values["Quarantine"]; ok {
		p.tally = &collector{}
	}
	p.soft, _ = p.values["SoftDeadline"].(*softWatch)
	return p, nil
}

func (p *Plan) set(name string, value any) {
	if p.values == nil {
		p.values = make(map[string]any)
	}
	p.values[name] = value
}

// exclusive gives an error if more than one of the named options was given.
func (p *Plan) exclusive(opts []Option, names []string) error {
	var given []string
	seen := 0
	for _, name := range names {
		if _, ok := p.values[name]; ok {
			seen++
		}
	}
	if seen < 2 {
		return nil
	}
	for _, o := range opts {
		if slices.Contains(names, o.name) {
			given = append(given, o.String())
		}
	}
	return fmt.Errorf("%s: %w: %s exclude each other", p.call, ErrOption, strings.Join(given, " and "))
}

// union returns a and what b has beyond it.
func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// Value returns the value of the option with that name.
func (p *Plan) Value(name string) (any, bool) {
	v, ok := p.values[name]
	return v, ok
}

// int returns the value of an option that holds a number, or def.
func (p *Plan) int(name string, def int) int {
	if v, ok := p.values[name]; ok {
		return v.(int)
	}
	return def
}

// Partitions returns how many partitions n rows make: the option's number, or
// def without the option, but at most n, and at least 1 where n > 0.
func (p *Plan) Partitions(def, n int) int {
	return max(min(p.int("Partitions", def), n), min(n, 1))
}

// Range is the function [Range] with the plan's options.
func (p *Plan) Range(ctx context.Context, n int, fn func(ctx context.Context, lo, hi int) error) error {
	if fn == nil {
		return p.nilFunc()
	}
	return p.run(ctx, n, func(w *worker, lo, hi int) error { return fn(w, lo, hi) }, true)
}

// Parts runs fn once for each of parts partitions of n rows, whose borders
// are those of [Split]. It is for functions that are coarse: workers start at
// once, and a partition is claimed alone. A RowError has the partition's first
// row, which is also what [Index] gives, and its number. parts beyond n are
// left out; n == 0 runs nothing.
func (p *Plan) Parts(ctx context.Context, n, parts int, fn func(ctx context.Context, k, lo, hi int) error) error {
	if fn == nil {
		return p.nilFunc()
	}
	if parts < 1 {
		return fmt.Errorf("%s: %w: %d partitions: want 1 or more", p.call, ErrOption, parts)
	}
	return p.parts(ctx, n, parts, func(w *worker, k, lo, hi int) error {
		return fn(w, k, lo, hi)
	})
}

// run covers 0..n with chunks: of equal size where the options name a number
// of partitions, else as the engine sees fit. whole says that body wants to
// see a chunk of the caller's own size in one piece.
func (p *Plan) run(ctx context.Context, n int, run body, whole bool) error {
	if parts := p.int("Partitions", 0); parts > 0 {
		return p.parts(ctx, n, parts, func(w *worker, _, lo, hi int) error {
			return run(w, lo, hi)
		})
	}
	j, err := p.job(ctx, n)
	if err != nil {
		return err
	}
	j.run, j.whole = run, whole
	j.pace.fixed = p.int("ChunkSize", 0)
	if rule, ok := p.values["ChunkBy"].(Chunking); ok && n > 0 {
		if err := j.cutBy(rule); err != nil {
			return err
		}
	}
	return j.do(p.serial())
}

// cutBy makes the job claim chunks by the rule, which user code may have made.
func (j *job) cutBy(rule Chunking) error {
	ends := make(map[int]int)
	err := apart(func() error {
		chunks, at := rule(j.n, j.width)
		last := 0
		for k := range chunks {
			lo, hi := at(k), at(k+1)
			if lo != last || hi <= lo || hi > j.n {
				return fmt.Errorf("chunk %d is %d to %d, want one from %d to %d or less", k, lo, hi, last, j.n)
			}
			ends[lo], last = hi, hi
		}
		if last != j.n {
			return fmt.Errorf("%d chunks end at %d, want %d", chunks, last, j.n)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w: ChunkBy: %w", j.call, ErrOption, err)
	}
	j.pace.borders = func(lo int) int { return ends[lo] }
	return nil
}

func (p *Plan) parts(ctx context.Context, n, parts int, run func(w *worker, k, lo, hi int) error) error {
	j, err := p.job(ctx, n)
	if err != nil {
		return err
	}
	parts = min(parts, n)
	j.n, j.parts, j.eager, j.whole = parts, true, true, true
	j.pace.fixed = 1
	j.rowOf = func(k int) int { return splitAt(n, parts, k) }
	j.run = func(w *worker, k, _ int) error {
		return run(w, k, max(j.rowOf(k), w.from), j.rowOf(k+1))
	}
	return j.do(p.serial())
}

func (p *Plan) serial() bool {
	_, ok := p.values["Serial"]
	return ok
}

func (p *Plan) nilFunc() error { return fmt.Errorf("%s: %w", p.call, ErrNilFunc) }

func (p *Plan) nilContext() error { return fmt.Errorf("%s: %w", p.call, errNilContext) }

var errNilContext = errors.New("nil context")

// job returns a job of n units with the plan's width.
//
// Without a width of its own a nested call works within that of the call
// around it, so that three levels of Map on 64 cores run 64 functions at once
// and not 64³. One that names its own Workers gets them: functions that wait
// are often started from a few that compute.
func (p *Plan) job(ctx context.Context, n int) (*job, error) {
	switch {
	case ctx == nil:
		return nil, p.nilContext()
	case n < 0:
		return nil, fmt.Errorf("%s: %w: %d", p.call, ErrNegative, n)
	}
	j := &job{call: p.call, ctx: ctx, n: n, tally: p.tally, soft: p.soft}
	if o, ok := p.values["Observe"].(Observer); ok {
		j.obs = &observed{o: o}
	}
	if p.obs != nil {
		j.obs = p.obs
	}
	width, own := p.values["Workers"].(int)
	pool, on := p.values["On"].(*Pool)
	outer := workerOf(ctx)
	switch {
	case p.serial():
		j.gate = newGate(1)
	case on:
		j.gate = pool.gate
		if outer == nil || !outer.holds(pool.gate) {
			j.joins = pool
		}
	case own:
		j.gate = newGate(width)
	case outer != nil:
		j.gate = outer.job.gate
	default:
		j.gate = newGate(runtime.GOMAXPROCS(0))
	}
	j.most = math.MaxInt
	if own {
		j.most = width
	}
	j.width = min(j.gate.size(), j.most)
	if seed, ok := p.values["Seed"].(uint64); ok {
		j.seed = seed
	} else if outer != nil {
		j.seed = mix(outer.seed() ^ mix(uint64(outer.row)))
	}
	return j, nil
}
