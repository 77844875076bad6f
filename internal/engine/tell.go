package engine

// Tell tells who watches that rows i.Lo..i.Hi are done: for phases of the
// library's own that go over something else than rows, such as columns or ranges
// of bytes. A call tells its rows in this way or by [Call.OwnRows], not in both.
func (c *Call) Tell(i ChunkInfo) {
	if c.obs == nil || i.Hi == i.Lo {
		return
	}
	c.mu.Lock()
	c.stats = addStats(c.stats, WorkerStats{Worker: i.Worker, Chunks: 1, Rows: i.Hi - i.Lo})
	c.mu.Unlock()
	c.obs.call(nil, "ChunkDone", func() {
		c.obs.rows += i.Hi - i.Lo
		c.obs.o.ChunkDone(i)
	})
}

// Watched reports whether somebody watches the call.
func (c *Call) Watched() bool { return c.Observer != nil }

// Number returns which worker of its phase this is, from 0.
func (w *Worker) Number() int { return w.stats.Worker }
