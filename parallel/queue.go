package parallel

// queued is a task and its number among all that were submitted.
type queued struct {
	task
	num int
}

// queue is a first-in first-out list of tasks in a ring.
type queue struct {
	ring []queued
	head int
	n    int
	next int // number of the next task
}

func (q *queue) len() int { return q.n }

func (q *queue) push(t task) {
	if q.n == len(q.ring) {
		ring := make([]queued, max(16, 2*len(q.ring)))
		k := copy(ring, q.ring[q.head:])
		copy(ring[k:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = queued{t, q.next}
	q.next++
	q.n++
}

// pop returns no task if the queue is empty. It keeps no hold of the task.
func (q *queue) pop() queued {
	if q.n == 0 {
		return queued{}
	}
	t := q.ring[q.head]
	q.ring[q.head] = queued{}
	q.head = (q.head + 1) & (len(q.ring) - 1)
	if q.n--; q.n == 0 && len(q.ring) > 1024 {
		q.ring, q.head = nil, 0 // a burst is over: do not hold on to its size
	}
	return t
}

// all empties the queue.
func (q *queue) all() []task {
	all := make([]task, 0, q.n)
	for q.n > 0 {
		all = append(all, q.pop().task)
	}
	return all
}
