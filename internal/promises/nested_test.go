package promises

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/parallel"
)

// nightly reports whether all pairs and all ends are tested, and not a sample.
var nightly = os.Getenv("PARFRAME_NIGHTLY") == "1"

// within fails the test, with all stacks, if fn hangs.
func within(t *testing.T, what string, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		stacks := make([]byte, 1<<20)
		t.Fatalf("%s hangs\n%s", what, stacks[:runtime.Stack(stacks, true)])
	}
}

// gauge counts the functions that run at once.
type gauge struct{ now, most atomic.Int32 }

func (g *gauge) enter() {
	n := g.now.Add(1)
	for m := g.most.Load(); n > m && !g.most.CompareAndSwap(m, n); m = g.most.Load() {
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// end is how a function ends if it does not return nil.
type end uint8

const (
	noEnd end = iota
	cancels
	fails
	panics
	exits
	ends // how many there are
)

func (e end) String() string {
	return [ends]string{"no end", "cancel", "error", "panic", "Goexit"}[e]
}

var (
	errCause = errors.New("the cause")
	errFault = errors.New("the fault")
)

// nesting is an operation inside the function of another one.
type nesting struct {
	outer, inner operation
	at, in       place // of the outer and the inner one
	width        int   // how many functions may run at once; 0: any number
	end          end
	inside       bool  // the end is in the inner function
	step         int32 // at the call of that function with this number, from 1
}

func (c nesting) String() string {
	side := "outer"
	if c.inside {
		side = "inner"
	}
	return fmt.Sprintf("%s in %s, %s, %v in call %d of the %s function", c.inner.name, c.outer.name, c.at.name, c.end, c.step, side)
}

// run returns what is wrong, nil if nothing is.
func (c nesting) run(ctx context.Context, n, m int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var g gauge
	var calls [2]atomic.Int32 // of the outer and the inner function
	var fired atomic.Bool
	step := func(inside int) error {
		if c.end == noEnd || c.inside != (inside == 1) || calls[inside].Add(1) != c.step {
			return nil
		}
		fired.Store(true)
		switch c.end {
		case cancels:
			cancel(errCause)
		case fails:
			return errFault
		case panics:
			g.leave()
			panic(errFault)
		case exits:
			g.leave()
			runtime.Goexit()
		}
		return nil
	}
	leaf := func(context.Context, int) error {
		g.enter()
		runtime.Gosched()
		err := step(1)
		g.leave()
		return err
	}
	err := c.outer.run(ctx, n, func(ctx context.Context, _ int) error {
		g.enter()
		err := step(0)
		g.leave()
		if err != nil {
			return err
		}
		if err := c.inner.run(ctx, m, leaf, c.in); err != nil {
			return err
		}
		g.enter()
		runtime.Gosched()
		g.leave()
		return nil
	}, c.at)
	// A function that waits with a context that has ended goes on beyond the width.
	if most := int(g.most.Load()); c.width > 0 && most > c.width && !fired.Load() {
		return fmt.Errorf("%d functions at once, of a width of %d", most, c.width)
	}
	return c.judge(err, fired.Load())
}

// judge returns what is wrong with the error of the outer operation.
func (c nesting) judge(err error, fired bool) error {
	ok := err == nil
	switch {
	case !fired:
	case c.end == cancels:
		ok = err == nil || errors.Is(err, errCause) // done already, or over
	case c.end == fails:
		ok = errors.Is(err, errFault)
	case c.end == panics:
		_, ok = errors.AsType[*parallel.PanicError](err)
		ok = ok && errors.Is(err, errFault)
	case c.end == exits:
		ok = errors.Is(err, parallel.ErrGoexit)
	}
	if ok {
		return nil
	}
	return fmt.Errorf("got error %v", err)
}

// random returns the nesting with a random kind, function and step of the end.
func (c nesting) random(r *rand.Rand, n, m int) nesting {
	c.end = end(1 + r.IntN(int(ends)-1))
	c.inside = c.inner.hasFunction && r.IntN(2) == 0
	c.step = int32(1 + r.IntN(n))
	if c.inside {
		c.step = int32(1 + r.IntN(n*m))
	}
	return c
}

// everyEnd returns the nesting with each end in each function, at a random step.
func (c nesting) everyEnd(r *rand.Rand, n, m int) []nesting {
	var all []nesting
	for e := cancels; e < ends; e++ {
		for _, inside := range []bool{false, true} {
			if inside && !c.inner.hasFunction {
				continue
			}
			one := c
			one.end, one.inside, one.step = e, inside, int32(1+r.IntN(n))
			if inside {
				one.step = int32(1 + r.IntN(n*m))
			}
			all = append(all, one)
		}
	}
	return all
}

// nestings returns the pair in each of the places where it may run. An operator
// has no context to pass on: what it calls runs beside the outer
// call, and does not share its pool or width.
func nestings(outer, inner operation, pools map[int]*parallel.Pool) []nesting {
	plain := nesting{outer: outer, inner: inner, at: place{name: "plain"}, in: place{name: "plain"}, width: runtime.GOMAXPROCS(0)}
	two := plain
	two.at, two.width = place{name: "Workers(2) outside", workers: 2}, 2
	all := []nesting{plain, two}
	if !outer.blind {
		for width, pool := range pools {
			c := plain
			c.at = place{name: fmt.Sprintf("On a pool of %d", width), pool: pool}
			c.in, c.width = c.at, width
			all = append(all, c)
		}
		c := plain
		c.at, c.width = place{name: "from a pool of 2", pool: pools[2]}, 2
		all = append(all, c)
	}
	for i := range all {
		// These bring a pool of their own where they are given none.
		if outer.blind || all[i].in.pool == nil && inner.pool {
			all[i].width = 0
		}
	}
	return all
}

func TestNested(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	pools := map[int]*parallel.Pool{}
	for width := 1; width <= 3; width++ {
		pool, err := parallel.NewPool(parallel.Workers(width))
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Terminate()
		pools[width] = pool
	}
	for _, outer := range withFunctions() {
		t.Run(outer.name, func(t *testing.T) {
			for _, inner := range operations() {
				ends := nightly || r.IntN(10) == 0
				if testing.Short() && !ends {
					continue
				}
				places := nestings(outer, inner, pools)
				r.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
				switch { // each place has many pairs even so
				case nightly:
				case inner.disk:
					places = places[:1]
				case !ends:
					places = places[:2]
				}
				for _, c := range places {
					n, m := 3+r.IntN(4), 3+r.IntN(4)
					runs := []nesting{c}
					switch {
					case nightly:
						runs = append(runs, c.everyEnd(r, n, m)...)
					case ends:
						runs = append(runs, c.random(r, n, m))
					}
					for _, c := range runs {
						within(t, c.String(), func() {
							if err := c.run(t.Context(), n, m); err != nil {
								t.Errorf("%v: %v", c, err)
							}
						})
					}
				}
			}
		})
	}
}
