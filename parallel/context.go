package parallel

import (
	"context"
	"math/rand/v2"

	"github.com/parframe/parframe/internal/engine"
)

// Index returns the index of the item, row or partition that the function
// which received ctx works on, and -1 where ctx did not come from a call of
// this library. It costs nothing where nobody asks. Only the function that
// received ctx may ask, before it returns.
func Index(ctx context.Context) int { return engine.Index(ctx) }

// Attempt returns which call of the function for its item this is: 1, and
// more after [Retry]. It is 0 where ctx did not come from a call of this
// library.
func Attempt(ctx context.Context) int { return engine.Attempt(ctx) }

// State returns the state of the worker that the function which received ctx
// runs on, as made by [WorkerState]: that of the call, or that of the pool. ok
// is false where there is none, or it is not an S.
//
// The state belongs to one running function at a time: no lock is needed.
func State[S any](ctx context.Context) (state S, ok bool) { return engine.State[S](ctx) }

// Rand returns a random generator for the item that the function which
// received ctx works on. It is seeded by the call's [Seed] and the item's
// index, so that what it yields is the same for any number of workers; in a
// nested call also by the seed and index of the call around it, and by how many
// nested calls the function has made for that item before. It is valid
// until the function returns. Where ctx did not come from this library the
// generator is that of item 0 for seed 0.
func Rand(ctx context.Context) *rand.Rand { return engine.Rand(ctx) }

// Block runs wait with the slot of the function that received ctx lent, so that
// others can work while it waits: for a service, a lock, or a channel. When wait
// has returned, the slot is taken again, before anybody new gets it; if ctx ends
// before one is free, the function goes on without. For a context that did not
// come from this library Block just runs wait; a nil wait is nothing to wait for. The calls of this library that
// wait, such as [Future.Get], do this by themselves.
func Block(ctx context.Context, wait func()) { engine.Block(ctx, wait) }
