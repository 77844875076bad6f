package parallel

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Option changes how one call runs, never what it returns. Of two options of
// the same name the later one counts.
type Option struct {
	name  string
	value any
	err   error // what is wrong with the value
}

// Workers sets how many functions may run at once: n goroutines for an
// outermost call. The default is runtime.GOMAXPROCS(0) at the call. More
// workers than cores are legal, and useful for functions that wait.
func Workers(n int) Option {
	return intOption("Workers", n, 1)
}

// ChunkSize makes a worker claim n items at once. Without it the size follows
// the measured cost of an item, which is right for almost everything.
func ChunkSize(n int) Option {
	return intOption("ChunkSize", n, 1)
}

// Partitions cuts the input into n equal consecutive ranges, at most one per
// item; the borders are those of [Split].
func Partitions(n int) Option {
	return intOption("Partitions", n, 1)
}

// Serial runs the call on the caller's goroutine, in order. The result is the
// same as without it; a debugger, a profile or a stack trace is easier to read.
func Serial() Option {
	return Option{name: "Serial", value: true}
}

// Extension returns an option of another package's making, which its own
// calls accept by naming it to [Prepare] and read with [Plan.Value].
// The name carries the package, "frame.As": one without a dot could be taken
// for an option of this package.
func Extension(name string, value any) Option {
	o := Option{name: name, value: value}
	if !strings.Contains(name, ".") {
		o.err = errors.New("want an extension's name like frame.As")
	}
	return o
}

func intOption(name string, n, least int) Option {
	o := Option{name: name, value: n}
	if n < least {
		o.err = fmt.Errorf("want %d or more", least)
	}
	return o
}

// String gives the option as it was written: "Workers(4)".
func (o Option) String() string {
	switch v := o.value.(type) {
	case int, uint64, time.Duration:
		return fmt.Sprintf("%s(%v)", o.name, v)
	case retry:
		return fmt.Sprintf("%s(%d)", o.name, v.n)
	case *softWatch:
		return fmt.Sprintf("%s(%v)", o.name, v.after)
	default:
		return o.name
	}
}

// Seed sets the seed of the generators that [Rand] gives. The default is 0,
// and in a nested call follows from the call around it.
func Seed(seed uint64) Option {
	return Option{name: "Seed", value: seed}
}

// On makes the call share the width of the pool with everything else that
// runs on it. With [Workers] the call itself, not what is nested in it, uses that
// much of it at most; with [Serial] it leaves the pool alone.
func On(pool *Pool) Option {
	o := Option{name: "On", value: pool}
	if pool == nil {
		o.err = errors.New("want a pool, got nil")
	}
	return o
}
