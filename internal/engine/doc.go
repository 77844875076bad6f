// Package engine runs functions on a bounded number of goroutines, and gives
// what the plain loop would have given. Packages parallel, frame, io, matrix and gota
// are built on it. It imports none of them.
//
// A call of the user's is a [Call]. It has one or more phases, and in each phase
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
// Claim. One function, [phase.claim], hands out chunks in ascending order. So
// units below a failure are running already and finish undisturbed, units above it are
// canceled or never claimed, and the lowest failure is the error of the loop. A chunk is
// about a millisecond of work, estimated from the chunks before (pace.go). A worker whose
// chunk turns out to be far more expensive gives back the units that it has not begun, and
// these are claimed before any others.
//
// Widen. A call begins with one worker. A worker that claims a chunk starts at most two
// more if the remaining work is worth it. If the first chunk takes long, the call widens
// whatever an item costs (widen.go).
//
// Slots. A worker holds one slot while it runs. If none is free, calls and tasks queue for
// one, first come first served; goroutines that return from waiting go first. On a
// pool, workers hand slots over between two chunks, so that all calls and tasks take turns.
//
// Nest. A function receives its [Worker] as its context. Through it a nested call finds
// the slot that its goroutine holds, and runs on it. So depth does not multiply the width.
//
// Wait. A function that waits with that context (for a future, a stream, the workers of a
// nested call, in [Block]) lends its slot, so that the work it waits for can run. So nothing
// deadlocks, at any width and depth. The slots that a goroutine holds or lends are its
// holding (holding.go).
//
// End. A worker looks at its context between two rows, at almost no cost; see
// [Worker.Upto]. The last worker to leave ends the phase. [Call.End] ends what belongs to
// the call: workers' states, the observer, its share of a pool. Nothing is left when it
// returns.
package engine
