package main

import (
	"runtime"
	"sync"
	"time"
)

// Ratios within a round cancel what slows every benchmark alike. They do not
// cancel another program's use of the second core, which slows a parallel
// benchmark and leaves the plain loop alone. So a measurement counts only if
// the machine was quiet right before and right after it.
const (
	quietShare = 0.9                   // of the best speed that all cores together ever had
	pause      = 50 * time.Millisecond // before the second try; it grows with each
)

// watch tells how much of the machine is free.
type watch struct {
	speed     func() float64 // of all cores together, now
	tries     int            // after these the least disturbed measurement is taken
	pause     time.Duration
	best      float64
	disturbed int // measurements taken though the machine was never quiet
}

func newWatch(cores, tries int) *watch {
	w := &watch{speed: func() float64 { return speed(cores) }, tries: tries, pause: pause}
	for range 50 { // half a second, in which it is quiet once, with luck
		w.free()
	}
	return w
}

// free returns the share of the machine that is free, in [0, 1].
func (w *watch) free() float64 {
	v := w.speed()
	w.best = max(w.best, v)
	return v / w.best
}

// measure calls f until the machine was quiet before and after.
func (w *watch) measure(f func() (float64, error)) (float64, error) {
	var value float64
	most := -1.0
	for try := range w.tries {
		before := w.free()
		v, err := f()
		if err != nil {
			return 0, err
		}
		free := min(before, w.free())
		if free > most {
			most, value = free, v
		}
		if most >= quietShare {
			return value, nil
		}
		time.Sleep(time.Duration(try+1) * w.pause)
	}
	w.disturbed++
	return value, nil
}

// speed returns how many steps per nanosecond that many goroutines do, for
// about ten milliseconds.
func speed(cores int) float64 {
	const steps = 5_000_000
	cores = min(cores, runtime.NumCPU())
	begin := time.Now()
	var wg sync.WaitGroup
	for range cores {
		wg.Go(func() {
			state := uint64(1)
			for range steps {
				state = state*6364136223846793005 + 1442695040888963407
			}
			runtime.KeepAlive(state)
		})
	}
	wg.Wait()
	return float64(steps*cores) / float64(time.Since(begin))
}
