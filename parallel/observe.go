package parallel

import "github.com/parframe/parframe/internal/engine"

// Observer watches a call at work: start, chunks, failures, end.
//
//	Start(c CallInfo)             // before the first item
//	ChunkDone(c ChunkInfo)        // a worker has finished a range of rows
//	RowFailed(row int, err error) // a failure that the call takes note of, as it happens
//	End(s Summary)                // all workers have ended
//
// Its methods are called for chunks, never for items, and never two at once for
// one call; what they do delays the workers, so they should be quick. Each call
// of the user's is told once, with the rows that the user would count, whatever
// passes it is made of; the rows of the chunks of a call that succeeds add up
// to N. Where only the end tells how many there are N is 0, and the chunks add up to
// the rows: in a [Stream], in readers of CSV and of streams, in writers of
// sequences. Of [Scan], which goes over its items twice, the first pass is told. A
// call that has no function of the user's to run tells its rows in chunks
// where it goes over them in ranges, and else at its end.
//
// Of a [Pool] the tasks are the rows: each that ran is a chunk of one, by its
// number, and End is called when the pool was closed and nothing runs any more.
// Tasks do not wait for an observer that is busy with others: it is told of them
// afterwards. A worker that replaces another has its number.
//
// Where a call does not go over all rows, since it fails, its context ends, or
// [Find], [Any] or [All] know the answer, chunks tell only rows that it went over,
// each at most once. The chunk that ends in the failure or the match is not told,
// and one that the end of the context cuts short is told up to there. (A
// reduction may tell a cell that it gave up for a failure below.) With [Partial] the
// rows told are those that are marked as done. Summary.Workers add up to the
// chunks in any case.
//
// A method that panics is not called again. What the call computed is returned
// all the same, together with a [PanicError].
type Observer = engine.Observer

// CallInfo describes a call that begins:
//
//	Call  string // "parallel.Map"
//	N     int    // rows; 0 for a Pool, and where only the end tells how many: see Observer
//	Width int    // most workers at once
type CallInfo = engine.CallInfo

// ChunkInfo describes a range of rows that is done:
//
//	Worker int // 0, 1, …: who did it
//	Lo, Hi int // rows Lo..Hi, Hi not included
//	Start  time.Time
//	Took   time.Duration
type ChunkInfo = engine.ChunkInfo

// Summary describes a call that has ended: its CallInfo, and
//
//	Took    time.Duration
//	Workers []WorkerStats
//	Failed  int   // failures taken note of
//	Err     error // what the call returns
type Summary = engine.Summary

// WorkerStats is what one worker of a call did:
//
//	Worker int
//	Chunks int
//	Rows   int
//	Busy   time.Duration // at work, in the caller's function mostly
type WorkerStats = engine.WorkerStats
