package engine

// NewTasks returns a queue of tasks that run on the slots of a call that has
// begun, beside its phases if it has any. Whoever made it closes it, waits, and
// ends the call then.
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
	case pool != nil: // the calls of which all share its states
		p.states = pool.states
	default:
		p.states = newStates(nil, c.ctx, 0)
		p.states.tasks = true
	}
	return p
}

// WaitClosed waits until all tasks have ended, and all goroutines that ran them;
// the queue takes nothing new. The slot of the function that made the call is
// lent meanwhile.
func (p *Pool) WaitClosed() {
	p.Close()
	Block(p.tasks.ctx, func() { <-p.quiet })
}
