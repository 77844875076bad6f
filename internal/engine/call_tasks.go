package engine

// NewTasks returns a pool whose tasks run on the slots of a call that has
// begun, beside its phases if it has any. The caller must close it, wait, and then
// end the call.
func NewTasks(c *Call) *Pool {
	p := &Pool{slots: c.slots, most: -1, borrowed: true, tasks: c, quiet: make(chan struct{})}
	p.queue = newQueue(p.contextEnded)
	p.ctx, p.cancel = c.ctx, func(error) {}
	pool := c.owner
	if pool != nil {
		p.quota = pool.quota
	}
	switch {
	case c.states != nil:
		p.states = c.states
		p.states.tasks = true
	case pool != nil: // all calls on a pool share its states
		p.states = pool.states
	default:
		p.states = newStates(nil, c.ctx, 0)
		p.states.tasks = true
	}
	return p
}

// WaitClosed closes the pool, and waits until all tasks and the goroutines that ran them
// have ended. If a function made the call, its slot is lent meanwhile.
func (p *Pool) WaitClosed() {
	p.Close()
	Block(p.tasks.ctx, func() { <-p.quiet })
}
