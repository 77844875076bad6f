package promises

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/calltest"
	"github.com/parframe/parframe/parallel"
)

// mix is a call with several options, some items that fail, and perhaps an end of
// its context.
type mix struct {
	text    []string // the options, for messages
	opts    []any
	pool    *parallel.Pool
	retries int
	policy  string      // "CollectAll", "Quarantine" or none of them
	fails   map[int]int // how often an item fails before it does not; forever is for always
	panics  bool        // it does so by a panic, which is not retried
	endAt   int         // the call in which the context ends, 0: none

	watcher      calltest.Watcher
	inits, exits atomic.Int32
	limiter      limiter
	done         []bool
	rejected     []parallel.Rejected[int]
	bad          *frame.Frame

	mu       sync.Mutex
	calls    map[int]int // of each item
	begun    int
	returned map[int]bool // without an error
	over     bool         // the call has returned
}

const forever = 1 << 30

var errEnd = errors.New("the end")

// drawMix draws a mix that the operation takes. cut reports whether it may have
// fewer chunks than items.
func drawMix(r *rand.Rand, op operation, cut bool) *mix {
	m := &mix{fails: map[int]int{}, calls: map[int]int{}, returned: map[int]bool{}}
	add := func(text string, opt any) bool {
		if !op.takes(opt) {
			return false
		}
		m.text, m.opts = append(m.text, text), append(m.opts, opt)
		return true
	}
	switch w := 1 + r.IntN(4); r.IntN(4) {
	case 0:
		add("Serial", parallel.Serial())
	case 1:
		add(fmt.Sprint("Workers ", w), parallel.Workers(w))
	case 2:
		if pool, err := parallel.NewPool(parallel.Workers(w)); err == nil && add(fmt.Sprint("On ", w), parallel.On(pool)) {
			m.pool = pool
		}
	}
	switch k := 1 + r.IntN(items); {
	case !cut:
	case r.IntN(4) == 0:
		add(fmt.Sprint("ChunkSize ", k), parallel.ChunkSize(k))
	case r.IntN(3) == 0:
		add(fmt.Sprint("Partitions ", k), parallel.Partitions(k))
	}
	some := func(text string, opt any) bool { return r.IntN(3) == 0 && add(text, opt) }
	some("Observe", parallel.Observe(&m.watcher))
	some("Seed", parallel.Seed(1))
	some("WorkerState", workerState(&m.inits, &m.exits))
	some("Limit", parallel.Limit(&m.limiter))
	some("Timeout", parallel.Timeout(time.Hour))
	some("SoftDeadline", parallel.SoftDeadline(time.Hour, func(parallel.Stuck) {}))
	if k := 1 + r.IntN(3); some(fmt.Sprint("Retry ", k), parallel.Retry(k, nil)) {
		m.retries = k
	}
	switch r.IntN(4) {
	case 0:
		if add("CollectAll", parallel.CollectAll(3)) {
			m.policy = "CollectAll"
		}
	case 1:
		if add("Quarantine", parallel.Quarantine(&m.rejected)) || add("Quarantine", frame.Quarantine(&m.bad)) {
			m.policy = "Quarantine"
		}
	case 2:
		add("Partial", parallel.Partial(&m.done))
	}
	for i := range items {
		if r.IntN(6) == 0 && r.IntN(3) > 0 {
			m.fails[i] = []int{1, 2, forever}[r.IntN(3)]
		}
	}
	if m.panics = r.IntN(4) == 0; m.panics {
		for i := range m.fails {
			m.fails[i] = forever
		}
	}
	if r.IntN(3) == 0 {
		m.endAt = 1 + r.IntN(items)
	}
	return m
}

func (m *mix) String() string {
	return fmt.Sprintf("%s; fails %v, panics %v, ends in call %d", strings.Join(m.text, ", "), m.fails, m.panics, m.endAt)
}

// failing returns the items that fail for good, in order.
func (m *mix) failing() (all []int) {
	for i := range items {
		if m.panics && m.fails[i] > 0 || m.fails[i] > m.retries {
			all = append(all, i)
		}
	}
	return all
}

// fault returns what the user's function does.
func (m *mix) fault(cancel context.CancelCauseFunc) fault {
	return func(ctx context.Context, i int) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.over {
			panic("the call has returned")
		}
		m.calls[i]++
		if m.begun++; m.begun == m.endAt {
			cancel(errEnd)
		}
		if m.calls[i] <= m.fails[i] {
			err := fmt.Errorf("item %d: %w", i, errFault)
			if m.panics {
				panic(err)
			}
			return err
		}
		m.returned[i] = true
		return nil
	}
}

// run runs the operation with the mix and returns what is wrong with it.
func (m *mix) run(ctx context.Context, op operation) error {
	if m.pool != nil {
		defer m.pool.Terminate()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	err := op.run(ctx, items, m.fault(cancel), place{more: m.opts})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.over = true
	if errors.Is(err, parallel.ErrOption) {
		if m.begun > 0 {
			return fmt.Errorf("refused after %d functions: %w", m.begun, err)
		}
		return nil
	}
	if wrong := m.checkCounts(); wrong != nil {
		return fmt.Errorf("%w; the call's error: %w", wrong, err)
	}
	if m.endAt > 0 && m.begun >= m.endAt {
		return m.checkEnded(err)
	}
	return m.checkWhole(op, err)
}

// checkCounts checks what holds however the call ended.
func (m *mix) checkCounts() error {
	if m.inits.Load() != m.exits.Load() {
		return fmt.Errorf("%d states made and %d closed", m.inits.Load(), m.exits.Load())
	}
	if w := &m.watcher; w.Starts != w.Ends || w.Rows != w.Summed {
		return fmt.Errorf("observed %d starts and %d ends, %d rows and %d", w.Starts, w.Ends, w.Rows, w.Summed)
	}
	for i, calls := range m.calls {
		if most := min(m.fails[i], m.retries) + 1; calls > most {
			return fmt.Errorf("item %d was called %d times, want at most %d", i, calls, most)
		}
	}
	for i, done := range m.done {
		if done != m.returned[i] {
			return fmt.Errorf("item %d is done: %v, its function returned: %v", i, done, m.returned[i])
		}
	}
	return nil
}

// checkEnded checks the error of a call whose context has ended.
func (m *mix) checkEnded(err error) error {
	switch {
	case err == nil && len(m.returned) < items && m.policy != "Quarantine":
		return fmt.Errorf("no error, and %d of %d items returned", len(m.returned), items)
	case err != nil && !errors.Is(err, errEnd) && !errors.Is(err, errFault):
		return fmt.Errorf("another error than the end and the failures: %w", err)
	}
	return nil
}

// checkWhole checks a call whose context did not end.
func (m *mix) checkWhole(op operation, err error) error {
	failing := m.failing()
	lenient := m.policy == "CollectAll" || m.policy == "Quarantine"
	if len(failing) == 0 || lenient {
		for i := range items {
			want := min(m.fails[i], m.retries) + 1
			if m.panics {
				want = 1
			}
			if m.calls[i] != want && !op.parts {
				return fmt.Errorf("item %d was called %d times, want %d", i, m.calls[i], want)
			}
		}
	}
	switch {
	case len(failing) == 0 || m.policy == "Quarantine" && !op.parts:
		if err != nil {
			return err
		}
		if set := len(m.rejected); set != len(failing) && m.bad == nil || m.bad != nil && m.bad.NumRows() != len(failing) {
			return fmt.Errorf("%d set aside, %v failed", set, failing)
		}
		return nil
	case err == nil || !errors.Is(err, errFault):
		return fmt.Errorf("%v failed, and the error is %w", failing, err)
	case lenient:
		all, ok := errors.AsType[*parallel.Failures](err)
		if !ok || !op.parts && (all.Count != len(failing) || len(all.Errs) != min(3, len(failing))) {
			return fmt.Errorf("%v failed, and the error is %w", failing, err)
		}
		if w := &m.watcher; w.Starts > 0 && w.Failed != all.Count {
			return fmt.Errorf("observed %d of %d failures", w.Failed, all.Count)
		}
	}
	if want := fmt.Sprintf("item %d:", failing[0]); !op.first && !strings.Contains(err.Error(), want) {
		return fmt.Errorf("want the error of %s but got %w", want, err)
	}
	return nil
}

// Options work together as they do alone: functions run exactly as often as they
// must, the lowest failure is the error, items that are done are marked, states are closed,
// the counts of observers add up, and no function begins after the call has returned.
func TestOptionsTogether(t *testing.T) {
	n := 60
	if nightly {
		n = 2000
	}
	for _, op := range withFunctions() {
		if op.blind || op.pool {
			continue
		}
		t.Run(op.name, func(t *testing.T) {
			// Some call their function once for each part, with the first item of it.
			var calls atomic.Int32
			count := func(context.Context, int) error { calls.Add(1); return nil }
			whole := parallel.Partitions(1)
			cut := op.takes(whole) && op.run(t.Context(), items, count, place{more: []any{whole}}) == nil && calls.Load() == items
			r := rand.New(rand.NewPCG(7, uint64(len(op.name))))
			for range n {
				m := drawMix(r, op, cut)
				within(t, m.String(), func() {
					if err := m.run(t.Context(), op); err != nil {
						t.Errorf("%v: %v", m, err)
					}
				})
				if t.Failed() {
					return
				}
			}
		})
	}
}
