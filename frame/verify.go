package frame

import (
	"context"
	"fmt"
	"strings"

	"github.com/parframe/parframe/internal/engine"
	"github.com/parframe/parframe/parallel"
)

// Verify runs a call on f many times, serially and with other numbers of workers, chunks
// and partitions, and describes the first difference. It is for testing a function.
//
//	Verify(ctx, f, func(ctx context.Context, f *Frame, opt parallel.Option) (*Frame, error) {
//		return MapRows(ctx, f, fn, opt)
//	})
//
// The first run is serial. Every other run must return a frame that is [Frame.Equal] to
// its result, bit for bit, or the same error for the same row. Verify returns nil if all
// of them do, and otherwise:
//
//   - [ErrDiffers]: with the options, the column and row, both values, and a possible
//     reason. Verify tries, in order, a second serial run, the input in other Arrow
//     chunks, more workers, chunks of other sizes, and partitions.
//   - [ErrChanged]: the call wrote to the memory of its frame.
//   - [parallel.ErrOption]: the call did not pass its options on, so nothing can be
//     tested.
//   - the error of the call, if it always fails in the same way.
//   - the cause of the end of ctx, which the call receives too.
//
// Options that the call refuses are left out. Verify costs about 20 runs of the call, and
// memory for two copies of f, one of which the call receives. A frame of a few thousand
// rows shows most mistakes; run the test under the race detector as well.
func Verify(ctx context.Context, f *Frame, call func(ctx context.Context, f *Frame, opt parallel.Option) (*Frame, error)) error {
	v := &verification{ctx: ctx, f: f, call: call}
	err := v.run()
	if err != nil {
		return fmt.Errorf("frame.Verify: %w", err)
	}
	return nil
}

type verification struct {
	ctx      context.Context
	f        *Frame
	call     func(ctx context.Context, f *Frame, opt parallel.Option) (*Frame, error)
	pristine *Frame // what f was at the beginning
	base     outcome
}

// outcome is the result of a run.
type outcome struct {
	frame *Frame
	err   error
}

func (v *verification) run() error {
	switch {
	case v.ctx == nil:
		return fmt.Errorf("%w: nil context", parallel.ErrOption)
	case v.f == nil:
		return ErrNilFrame
	case v.call == nil:
		return parallel.ErrNilFunc
	}
	v.pristine = v.f.Clone()
	given := v.f.Clone()
	// No call accepts this option.
	if o := v.once(given, engine.LocalSetting("frame.Verify", true)); !engine.Is(o.err, parallel.ErrOption) {
		if o.err != nil {
			return o.err
		}
		return fmt.Errorf("%w: the call accepts any: it must pass its options on to the functions of this package", parallel.ErrOption)
	}
	if v.base = v.once(given, serially); engine.Is(v.base.err, parallel.ErrOption) {
		return v.base.err
	}
	for _, t := range v.trials(given) {
		if err := v.changed(given); err != nil {
			return err
		}
		if v.ctx.Err() != nil {
			return context.Cause(v.ctx)
		}
		got := v.once(t.input, t.opts...)
		if engine.Is(got.err, parallel.ErrOption) {
			continue
		}
		if err := v.changed(t.input); err != nil {
			return err
		}
		if d := v.base.diff(got); d != "" {
			return fmt.Errorf("%w: serially: %s %s; %s", ErrDiffers, d, t.name(), t.why)
		}
	}
	if err := v.changed(given); err != nil {
		return err
	}
	return v.base.err
}

func (v *verification) once(f *Frame, opts ...engine.Setting) outcome {
	// One option that the compiler accepts anywhere; the call itself reports what it
	// cannot honor.
	g, err := v.call(v.ctx, f, engine.Common{Setting: engine.Settings(opts)})
	if g == nil && err == nil {
		err = fmt.Errorf("%w from the call", ErrNilFrame)
	}
	return outcome{g, err}
}

// changed describes what was written to the input.
func (v *verification) changed(given *Frame) error {
	for _, f := range []*Frame{given, v.f} {
		if d := v.pristine.Diff(f); d != "" {
			return fmt.Errorf("%w: before the call: %s after it; functions must not write to the arrays of a column", ErrChanged, d)
		}
	}
	return nil
}

// diff describes how the outcome of another run differs.
func (o outcome) diff(other outcome) string {
	switch {
	case o.err == nil && other.err == nil:
		return o.frame.Diff(other.frame)
	case o.err == nil:
		return fmt.Sprintf("a frame, the other has an error: %v", firstLine(other.err))
	case other.err == nil:
		return fmt.Sprintf("the error %v, the other has none", firstLine(o.err))
	}
	if a, b := firstLine(o.err), firstLine(other.err); a != b {
		return fmt.Sprintf("the error %v, the other has %v", a, b)
	}
	return ""
}

// firstLine returns an error without the stack of a panic and the number of the
// partition, which may differ.
func firstLine(err error) string {
	if e, ok := engine.As[*parallel.RowError](err); ok {
		err = fmt.Errorf("row %d: %w", e.Row, e.Err)
	}
	line, _, _ := strings.Cut(fmt.Sprint(err), "\n")
	return line
}

var serially = parallel.Serial().ForAny(engine.Mark{})

func workers(n int) engine.Setting { return parallel.Workers(n).ForAny(engine.Mark{}) }

// trial is one way to run the call.
type trial struct {
	input *Frame
	opts  []engine.Setting
	where string
	why   string
}

func (t trial) name() string {
	words := make([]string, len(t.opts))
	for i, o := range t.opts {
		words[i] = o.String()
	}
	return "with " + strings.Join(words, " and ") + t.where
}

func (v *verification) trials(given *Frame) []trial {
	const (
		random  = "the function's result does not follow from its input alone: random numbers, the time, the order of a map, or state that it keeps?"
		arrays  = "the function depends on how rows lie in Arrow chunks"
		shared  = "the function depends on the order of its calls, or several of them write to the same variable"
		borders = "the function's result for a row depends on the other rows that it sees: fix their number with parallel.Partitions, or use an operation that is made for it (groups, windows)"
	)
	all := []trial{
		{given, []engine.Setting{serially}, ", a second time", random},
		{scattered(given), []engine.Setting{serially}, " and the input in other Arrow chunks", arrays},
	}
	add := func(why string, opts ...engine.Setting) { all = append(all, trial{given, opts, "", why}) }
	for _, w := range []int{1, 2, 8} {
		add(shared, workers(w))
	}
	for _, size := range []int{1, 7, 64, 1000} {
		size = max(size, given.rows/10_000) // not a goroutine for every row of millions
		add(shared, parallel.ChunkSize(size).Setting, workers(8))
	}
	for _, parts := range []int{1, 2, 3, 7, 64} {
		add(borders, parallel.Partitions(parts).Setting, serially)
		add(borders, parallel.Partitions(parts).Setting, workers(8))
	}
	return all
}

// scattered returns the same frame in different Arrow chunks.
func scattered(f *Frame) *Frame {
	var parts []*Frame
	for lo, size := 0, 1; lo < f.rows; size = 2*size + 1 {
		hi := min(lo+size, f.rows)
		parts = append(parts, f.slice(lo, hi))
		lo = hi
	}
	if len(parts) < 2 {
		return f
	}
	g, err := Concat(parts...)
	if err != nil {
		return f // impossible: they were one
	}
	return g
}
