package gota

import (
	"context"
	"fmt"

	"github.com/go-gota/gota/dataframe"

	"github.com/parframe/parframe/internal/engine"
)

// Option is an option of the calls of this package: those of [parallel.Option],
// and, for calls that run a function, [parallel.Seed], [parallel.WorkerState],
// [parallel.Retry], [parallel.Timeout], [parallel.SoftDeadline] and
// [parallel.Limit]; [Apply] and [RowApply] take [parallel.Partitions], and the
// conversions [KeepNaN], [MergeNaN] and [AsText]. A call that cannot honor one of
// them says so, as a [parallel.ErrOption].
type Option interface {
	ForGota(engine.Mark) engine.Setting
}

// conversion is an option of this package's own.
type conversion struct{ engine.Setting }

// ForGota makes it an [Option].
func (o conversion) ForGota(engine.Mark) engine.Setting { return o.Setting }

// The options of this package's own.
const (
	optionKeepNaN  = "gota.KeepNaN"
	optionMergeNaN = "gota.MergeNaN"
	optionAsText   = "gota.AsText"
)

// options are what they say.
type options struct{ keepNaN, mergeNaN, asText bool }

func local(name string, set func(*options)) Option {
	return conversion{engine.LocalSetting(name, set)}
}

// KeepNaN makes [ToFrame] give NaN in the place of a float that is NA. gota
// itself does not tell the two apart.
func KeepNaN() Option { return local(optionKeepNaN, func(o *options) { o.keepNaN = true }) }

// MergeNaN lets [FromFrame] turn both nulls and NaN of a float column into NA.
func MergeNaN() Option { return local(optionMergeNaN, func(o *options) { o.mergeNaN = true }) }

// AsText lets [FromFrame] turn columns that gota cannot hold into text, in the
// form of Arrow's ValueStr: times, decimals, lists, integers beyond int64 and
// all else that is neither text, number nor bool.
func AsText() Option { return local(optionAsText, func(o *options) { o.asText = true }) }

// callOptions are what calls that run a function take beside the common
// options.
var callOptions = []string{"Seed", "WorkerState", "Retry", "Timeout", "SoftDeadline", "Limit"}

// call is a call of this package.
type call struct {
	*engine.Call
	options
}

// prepare checks the options of the named call.
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

// prepareOn is prepare for a call on a data frame, which it checks too.
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

// named names the call in an error of its own steps, but for the end of the
// context.
func (c *call) named(err error) error {
	if _, ok := err.(*engine.RowError); ok {
		return c.Wrap(err)
	}
	return err
}

// cause returns an error of the call's own step over parts or columns without
// their number, under the call's name.
func (c *call) cause(err error) error {
	if e, ok := err.(*engine.RowError); ok {
		return c.Wrap(e.Err)
	}
	return err
}

// each runs work of our own for each of n columns or parts.
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
