package parallel

import "github.com/parframe/parframe/internal/engine"

// Observer watches a call at work: start, chunks, failures, end.
//
//	Start(c CallInfo)             // before the first item
//	ChunkDone(c ChunkInfo)        // a worker has finished a range of rows
//	RowFailed(row int, err error) // a failure that the call records, as it happens
//	End(s Summary)                // all workers have ended
//
// Its methods are called for chunks, never for items, and never concurrently for
// one call. They delay the workers, so they should be quick. An observer sees each call of
// the user's once, with the rows that the user would count, however many passes the call
// makes. The rows of the chunks of a call that succeeds add up to N. If the number of rows
// is known only at the end, N is 0 and the rows of the chunks add up to it: in a
// [Stream], in readers of CSV and of streams, and in writers of sequences. [Scan] goes over
// its items twice and reports the first pass. A call that runs no function of the user's
// reports its rows in chunks if it goes over them in ranges, and otherwise at its end.
//
// The rows of a [Pool] are its tasks: each task that ran is a chunk of one row, which is
// its number. End is called when the pool has been closed and nothing runs.
// Tasks do not wait for an observer that is busy with other tasks; they are reported
// later. A worker that replaces another one has its number.
//
// A call that does not go over all rows, since it fails, its context ends, or
// [Find], [Any] or [All] know the answer, reports only rows that it went over,
// each at most once. It does not report the chunk that ends in the failure or the match.
// It reports a chunk that the end of the context cuts short up to that point. (A
// reduction may report a cell that it gave up after a failure below.) With [Partial] it
// reports the rows that are marked as done. Summary.Workers always adds up to the
// chunks.
//
// A method that panics is not called again. The call still returns its results, together
// with a [PanicError].
type Observer = engine.Observer

// CallInfo describes a call that begins:
//
//	Call  string // "parallel.Map"
//	N     int    // rows; 0 for a Pool, and if the number is known only at the end
//	Width int    // most workers at once
type CallInfo = engine.CallInfo

// ChunkInfo describes a range of rows that is done:
//
//	Worker int // number of the worker: 0, 1, …
//	Lo, Hi int // rows Lo..Hi, Hi not included
//	Start  time.Time
//	Took   time.Duration
type ChunkInfo = engine.ChunkInfo

// Summary describes a call that has ended: its CallInfo, and
//
//	Took    time.Duration
//	Workers []WorkerStats
//	Failed  int   // failures that were recorded
//	Err     error // what the call returns
type Summary = engine.Summary

// WorkerStats is what one worker of a call did:
//
//	Worker int
//	Chunks int
//	Rows   int
//	Busy   time.Duration // at work, mostly in the caller's function
type WorkerStats = engine.WorkerStats
