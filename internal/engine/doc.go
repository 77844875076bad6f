// Package engine runs functions on a bounded number of goroutines, and gives
// what the plain loop would have given. It is what stands under parallel, frame,
// io, matrix and gota, which put their own words around it. It knows none of them.
//
// A call of the user's is a [Call]. It has one or more phases, and in each of them
// workers claim chunks of units (rows, items, partitions, cells of a grid):
//
//	Call ──► phase ──► Worker: claim ─► chunk ─► yield ─┐    (claim.go)
//	 │         │          ▲       ▲                     │
//	 │         │          │       └──── next chunk ─────┘
//	 │         └─ widen ──┘ one more worker, if a slot is free (widen.go)
//	 │
//	 └──► slots: how many functions run at once, and who is next (slots.go)
//	       ▲
//	       └── Pool: tasks in a queue, and runners that take them (pool.go, runner.go)
//
// Claim. Chunks are claimed in ascending order by one function, [phase.claim]. So
// what lies below a failure is running already, and finishes undisturbed; what lies
// above it is canceled or never claimed; and the lowest failure is the error of
// the loop. A chunk is about a millisecond of work by the cost of those before
// (pace.go). One that turns out far more expensive gives back what it has not
// begun, which others claim before anything else.
//
// Widen. A call begins with one worker. A worker that claims starts at most two
// more where the rest is worth it; a first chunk that takes long widens the call
// whatever an item costs.
//
// Slots. A worker holds one slot while it runs. Where none is free, calls, tasks
// and goroutines that come back stand in one queue, first come first served, and on a
// pool slots change hands between two chunks, so that all take turns.
//
// Nest. A function receives its [Worker] as its context. By it a nested call finds
// the slot that its goroutine holds, and runs on it: depth does not multiply width.
//
// Wait. Whoever waits with that context (for a future, a stream, the workers of a
// nested call, [Block]) lends the slot, so that what it waits for can run: that is why nothing
// deadlocks at any width and depth. What a goroutine holds and lends is its
// holding (holding.go).
//
// End. A worker looks at its context between two rows, for next to nothing, as
// [Worker.Upto] says. The last worker to leave ends the phase; End
// of the call ends what belongs to it: workers' states, the observer, its share in
// a pool. Nothing is left when it returns.
package engine
