package engine

import "context"

// Task is a future in the queue of a pool. Begin reports whether the caller is the first to
// call it. Then the caller must call Run or Fail, and Settle.
type Task interface {
	Begin() bool
	// Run gets the [Worker] that runs the task as its context.
	Run(ctx context.Context)
	Fail(err error)
	Failed() bool
	Settle()
	// Node is the task's own node in a queue.
	Node() *Node
}

// Node is a task's node in a queue and in the list of its binding.
type Node struct {
	task       Task
	num        int // among all tasks of the pool
	b          *binding
	prev, next *Node // in the queue
	older      *Node // of the same binding, in the queue
	newer      *Node
}

// Num returns the number of the task among all tasks of its queue.
func (n *Node) Num() int { return n.num }

// queue is a first-in first-out list of tasks, from which any can be removed. It
// watches the contexts of its tasks. The lock of its pool guards it.
type queue struct {
	head, tail *Node
	n          int
	nums       int // number of the next task

	last    *binding
	watched map[*binding]bool
	ended   func(*binding) // called, without the lock, when the context of a binding ends
}

func newQueue(ended func(*binding)) queue {
	return queue{watched: make(map[*binding]bool), ended: ended}
}

func (q *queue) push(n *Node) {
	n.num = q.nums
	q.nums++
	q.n++
	if n.prev = q.tail; q.tail == nil {
		q.head = n
	} else {
		q.tail.next = n
	}
	q.tail = n
	n.b.add(n)
}

// has reports whether the task is in the queue.
func (q *queue) has(n *Node) bool { return n.prev != nil || q.head == n }

// remove removes a task from the queue, and keeps no reference to it.
func (q *queue) remove(n *Node) {
	if n.prev == nil {
		q.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		q.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
	n.prev, n.next = nil, nil
	q.n--
	n.b.remove(n)
}

// pop removes and returns the first task, or nil if the queue is empty.
func (q *queue) pop() *Node {
	n := q.head
	if n != nil {
		q.remove(n)
	}
	return n
}

// all removes and returns all tasks.
func (q *queue) all() []*Node {
	all := make([]*Node, 0, q.n)
	for q.n > 0 {
		all = append(all, q.pop())
	}
	return all
}
