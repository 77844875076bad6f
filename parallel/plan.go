package parallel

import (
	"context"
	"fmt"
	"strings"
)

// Plan is a call with its options checked, for packages that build operations
// of their own on the engine. Everybody else calls [Range] or [Map].
type Plan struct {
	call   string
	values map[string]any
}

// Prepare checks the options of the named call ("frame.MapRows"). An option
// whose name is not among allowed, or whose value makes no sense, is an
// [ErrOption] that names the call and the option.
func Prepare(call string, opts []Option, allowed ...string) (*Plan, error) {
	p := &Plan{call: call}
	for _, o := range opts {
		switch {
		case o.name == "":
			return nil, fmt.Errorf("%s: %w: the zero Option", call, ErrOption)
		case !contains(allowed, o.name):
			return nil, fmt.Errorf("%s: %w: %s has no meaning here; accepted: %s", call, ErrOption, o, strings.Join(allowed, ", "))
		case o.err != nil:
			return nil, fmt.Errorf("%s: %w: %s: %w", call, ErrOption, o, o.err)
		}
		if p.values == nil {
			p.values = make(map[string]any, len(opts))
		}
		p.values[o.name] = o.value
	}
	return p, nil
}

func contains(names []string, name string) bool {
	for _, s := range names {
		if s == name {
			return true
		}
	}
	return false
}

// Value returns the value of the option with that name.
func (p *Plan) Value(name string) (any, bool) {
	v, ok := p.values[name]
	return v, ok
}

// Partitions returns how many partitions n rows make: the option's number, or
// def without the option, but at most n, and at least 1 where n > 0.
func (p *Plan) Partitions(def, n int) int {
	if v, ok := p.values["Partitions"]; ok {
		def = v.(int)
	}
	return max(min(def, n), min(n, 1))
}

// Range is the function [Range] with the plan's options.
func (p *Plan) Range(ctx context.Context, n int, fn func(ctx context.Context, lo, hi int) error) error {
	cell := new(int)
	ctx = context.WithValue(ctx, cursorKey{}, cell)
	for lo := 0; lo < n; lo += 1000 {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		*cell = lo
		if err := fn(ctx, lo, min(n, lo+1000)); err != nil {
			return &RowError{Row: *cell, Partition: -1, Err: err}
		}
	}
	return nil
}

type cursorKey struct{}

// Cursor returns the cell in which a [Range] function keeps the row it is at.
func Cursor(ctx context.Context) *int {
	if cell, ok := ctx.Value(cursorKey{}).(*int); ok {
		return cell
	}
	return new(int)
}

// Range runs fn over consecutive chunks that cover 0..n.
func Range(ctx context.Context, n int, fn func(ctx context.Context, lo, hi int) error, opts ...Option) error {
	p, err := Prepare("parallel.Range", opts, "Workers", "ChunkSize", "Partitions", "Serial")
	if err != nil {
		return err
	}
	return p.Range(ctx, n, fn)
}
