package engine

import "time"

// Tell tells who watches that rows i.Lo..i.Hi are done: for phases of the
// library's own that go over something else than rows, such as columns or ranges
// of bytes. A call tells its rows in this way or by [Call.OwnRows], not in both.
func (c *Call) Tell(i ChunkInfo) {
	if c.obs == nil || i.Hi == i.Lo {
		return
	}
	c.obs.workers.add(WorkerStats{Worker: i.Worker, Chunks: 1, Rows: i.Hi - i.Lo})
	c.obs.call(nil, "ChunkDone", func() {
		c.obs.rows += i.Hi - i.Lo
		c.obs.o.ChunkDone(i)
	})
}

// Watched reports whether somebody watches the call.
func (c *Call) Watched() bool { return c.Observer != nil }

// Number returns which worker of its phase this is, from 0.
func (w *Worker) Number() int { return w.stats.Worker }

// begin takes note of the task that is about to run.
func (r *runner) begin(n *Node) {
	r.runs, r.num = n.task, n.num
	if r.pool.tasks.obs != nil {
		r.began = time.Now()
	}
}

// told tells an observer that a task has ended.
func (r *runner) told(t Task) {
	v := r.pool.tasks.obs
	if v == nil {
		return
	}
	i := ChunkInfo{Worker: r.state.num, Lo: r.num, Hi: r.num + 1, Start: r.began, Took: time.Since(r.began)}
	v.workers.add(WorkerStats{Worker: i.Worker, Chunks: 1, Rows: 1, Busy: i.Took})
	calls := make([]post, 0, 2)
	if e, ok := t.(interface{ Err() error }); ok && t.Failed() {
		err := e.Err()
		calls = append(calls, post{"RowFailed", func() { v.rowFailedNow(i.Lo, err) }})
	}
	v.post(r.hold, append(calls, post{"ChunkDone", func() {
		v.rows++
		v.o.ChunkDone(i)
	}})...)
}
