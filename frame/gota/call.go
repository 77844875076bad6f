package gota

import (
	"context"
	"fmt"

	"github.com/go-gota/gota/dataframe"

	"github.com/parframe/parframe/internal/engine"
)

// Option is an option of the calls of this package. All calls take a [parallel.Option].
// Calls that run a function take [parallel.Seed], [parallel.WorkerState], [parallel.Retry],
// [parallel.Timeout], [parallel.SoftDeadline] and [parallel.Limit] too, and [Apply] and
// [RowApply] take [parallel.Partitions]. [ToFrame] takes [KeepNaN], and [FromFrame] takes
// [MergeNaN] and [AsText]. An option that a call cannot honor is a [parallel.ErrOption].
type Option interface {
	ForGota(engine.Mark) engine.Setting
}

// conversion is an option that this package defines.
type conversion struct{ engine.Setting }

// ForGota implements [Option].
func (o conversion) ForGota(engine.Mark) engine.Setting { return o.Setting }

// The names of the options that this package defines.
const (
	optionKeepNaN  = "gota.KeepNaN"
	optionMergeNaN = "gota.MergeNaN"
	optionAsText   = "gota.AsText"
)

// options are the settings of a call by the options that this package defines.
type options struct{ keepNaN, mergeNaN, asText bool }

// local returns the option of the given name, which calls set.
func local(name string, set func(*options)) Option {
	return conversion{engine.LocalSetting(name, set)}
}

// KeepNaN makes [ToFrame] turn a float that is NA into NaN instead of null. gota itself
// does not distinguish NA and NaN.
func KeepNaN() Option { return local(optionKeepNaN, func(o *options) { o.keepNaN = true }) }

// MergeNaN makes [FromFrame] accept a float column with both nulls and NaN. Both are NA in
// the result.
func MergeNaN() Option { return local(optionMergeNaN, func(o *options) { o.mergeNaN = true }) }

// AsText makes [FromFrame] turn columns that gota cannot hold into text, in the form of
// Arrow's ValueStr: times, decimals, lists, columns with integers beyond int, and all types
// that are neither text, number nor bool.
func AsText() Option { return local(optionAsText, func(o *options) { o.asText = true }) }

// callOptions are the options that calls which run a function take in addition to the
// common ones.
var callOptions = []string{"Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}

// call is a call of this package.
type call struct {
	*engine.Call
	options
}

// prepare returns the call of the given name, after a check of its options.
func prepare(name string, opts []Option, accepted ...[]string) (*call, error) {
	e, err := engine.NewCall(name, engine.Collect(opts, Option.ForGota), accepted...)
	if err != nil {
		return nil, err
	}
	c := &call{Call: e}
	for _, o := range e.Local {
		if set, ok := o.(func(*options)); ok {
			set(&c.options)
		}
	}
	return c, nil
}

// prepareOn is prepare for a call on a data frame. It checks the data frame, and that a
// function is not nil.
func prepareOn(name string, df dataframe.DataFrame, noFunc bool, opts []Option, accepted ...[]string) (*call, error) {
	c, err := prepare(name, opts, accepted...)
	switch {
	case err != nil:
		return nil, err
	case noFunc:
		return nil, c.NilFunc()
	case df.Err != nil:
		return nil, c.Wrap(fmt.Errorf("the data frame has an error: %w", df.Err))
	case df.Ncol() == 0:
		return nil, c.Wrap(ErrNoColumns)
	}
	return c, nil
}

// named puts the name of the call in front of an error of its own steps. It returns the
// cause of the context's end as it is.
func (c *call) named(err error) error {
	if _, ok := err.(*engine.RowError); ok {
		return c.Wrap(err)
	}
	return err
}

// cause is named for steps over parts or columns, whose number is not a row: it leaves the
// number out.
func (c *call) cause(err error) error {
	if e, ok := err.(*engine.RowError); ok {
		return c.Wrap(e.Err)
	}
	return err
}

// each runs a step of the call for each of n columns or parts.
func (c *call) each(n int, fn func(w *engine.Worker, i int) error) error {
	return c.cause(c.Own(n, 0, func(w *engine.Worker, lo, hi int) error {
		for i := lo; i < hi; i++ {
			if w.Err() != nil {
				return context.Cause(w)
			}
			w.Row = i
			if err := fn(w, i); err != nil {
				return err
			}
		}
		return nil
	}))
}
