package parallel

import (
	"context"
	"math/rand/v2"

	"github.com/parframe/parframe/internal/engine"
)

// Index returns the index of the item, row or partition that the function
// which received ctx works on. It is -1 if ctx did not come from a call of
// this library. It costs nothing if it is not called. Only the function that
// received ctx may call it, before it returns.
func Index(ctx context.Context) int { return engine.Index(ctx) }

// Attempt returns which call of the function for its item this is: 1, and
// more after [Retry]. It is 0 if ctx did not come from a call of this
// library.
func Attempt(ctx context.Context) int { return engine.Attempt(ctx) }

// State returns the state of the worker that the function which received ctx
// runs on, as made by the [WorkerState] of the call or of the pool. ok is false if
// there is none, or if it is not an S.
//
// The state belongs to one running function at a time: no lock is needed.
func State[S any](ctx context.Context) (state S, ok bool) { return engine.State[S](ctx) }

// Rand returns a random generator for the item that the function which
// received ctx works on. It is seeded by the call's [Seed] and the item's
// index, so that its numbers are the same for any number of workers. In a
// nested call it is also seeded by the seed and index of the call around it, and by how
// many nested calls the function has made for that item before. It is valid
// until the function returns. If ctx did not come from this library the
// generator is the one of item 0 for seed 0.
func Rand(ctx context.Context) *rand.Rand { return engine.Rand(ctx) }

// Block calls wait, and lends the slot of the function that received ctx meanwhile, so
// that others can work while it waits for a service, a lock or a channel. After wait has
// returned, Block takes a slot again, ahead of those that wait for their first one. If ctx
// ends before a slot is free, the function goes on without one. For a context that did not
// come from this library Block only calls wait. A nil wait is not called. The calls of
// this library that wait, such as [Future.Get], do this by themselves.
func Block(ctx context.Context, wait func()) { engine.Block(ctx, wait) }
