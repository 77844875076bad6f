// Package parallel runs functions over slices and ranges on every core, and
// gives what the plain loop would have given: the same order, the same error,
// the same float bits, for any number of cores.
//
//	out, err := parallel.Map(ctx, xs, fn)
//
// The nearest things elsewhere are [sync.WaitGroup.Go], which starts a
// goroutine, and golang.org/x/sync/errgroup, which starts a bounded number of
// them and returns whichever error came first. Both leave it to the caller to cut
// the work into pieces of the right size, to put the results back in order, and to
// keep a panic in one function from ending the program. This package does all three:
//
//   - [Map], [ForEach] and [Filter] call a function once for every item, [Starmap2] and
//     [Starmap3] a function of several arguments, and [Find], [Any] and [All] search until
//     the answer is known,
//   - [Reduce], [Fold] and [Scan] combine items, to the same bits at any width,
//   - [Stream] processes sources that may be endless,
//   - [Pool] bounds the width of many calls and tasks, [Future] is a task's result, and
//     a [Scope] is a set of tasks that end together,
//   - [Range] hands out ranges of rows, for loops that work on a range at a time.
//
// Without options a call is right for items of a nanosecond and of a minute:
// chunks follow the measured cost of an item. [Workers] changes how many functions
// run at once, [On] shares the width of a pool, [Partitions] and [ChunkSize] set how the
// work is cut, and [Serial] runs it all on the caller's goroutine. [CollectAll],
// [Quarantine], [Retry], [Timeout] and [Partial] set what happens after a failure or the
// end of the context, [Limit] bounds the rate of calls, [WorkerState] gives each worker a
// connection or a buffer, and [Observe] reports progress. An option that a call
// cannot honor does not compile, or is an [ErrOption] that names it.
//
// # What every call promises
//
// Each promise is held by a test that runs every operation; the tests are named
// below.
//
//  1. The same for any width. Values, order, error and float bits do not depend on the
//     number of workers, on chunks or on timing. An operation that maps, filters or
//     searches gives the plain loop's result. Where the order of combining shows, as in the
//     float sums of [Reduce], [Fold] and [Scan], it follows from the number of items (and
//     [Partitions], if given) alone: the bits are the same for any width, and for
//     associative operations they are the loop's. (matrix_test.go)
//  2. The loop's error. Of several failures the call returns the one of the lowest row, as
//     a [RowError] around the function's own error. Rows below a failure run to their end
//     undisturbed. Rows above it are canceled, with the failure as the cause, or never
//     start. Results come whole or not at all, except with [Partial]. A row's error takes
//     precedence over the end of the context. (lowest_error_test.go)
//  3. A panic is an error: a [PanicError] with its stack, inside the RowError. So is a
//     runtime.Goexit ([ErrGoexit]). This holds for all of the user's code: functions, sources,
//     observers, callbacks, backoffs, initializers. A function runs on the caller's own
//     goroutine only with [Serial] and in a nested call. (panic_test.go)
//  4. Canceled means over. Once ctx.Err() is not nil, a worker begins at most one more
//     call of a function that takes 10 µs or more, and none after a millisecond of its own
//     work where calls are cheaper. If calls took less than 2 µs until then, and every
//     processor is busy with functions that never wait, it may begin up to 31 more. The call
//     returns [context.Cause] when the running functions have returned: Go cannot stop a
//     function that does not look at its context. A context that ends when all the work is
//     done changes nothing. (cancel_test.go)
//  5. Nothing outlives the call, whichever way it ends, and nothing grows from call to
//     call. (outlive_test.go)
//  6. Nested calls never deadlock and never multiply the width, on any pool, as long as the
//     inner call is given the context that the function received, on the function's own
//     goroutine or on goroutines that it started. One that names its own [Workers]
//     gets them. (nest_test.go)
//  7. Exactly once. The function is called once for every item, with no trial run;
//     after a failure, at most once above it. [Retry] makes further calls for an item that
//     failed. How often the operators of Reduce and Scan run is not specified. (once_test.go)
//  8. Hardly slower than the loop, as the benchmarks show. (pace_test.go)
//  9. The width is runtime.GOMAXPROCS(0) at the call, or the argument of Workers.
//     (width_test.go)
//  10. What is accepted is honored. An observer sees each call once, with the rows that
//     the user would count. (option_test.go, observe_test.go)
//
// The context that a function receives carries its item's index and state ([Index],
// [Attempt], [State], [Rand]), and must be passed on to nested calls. Functions run
// concurrently and must lock what they share. Writing results[i] for the item's own i
// needs no lock.
//
// # Coming from multiprocessing and concurrent.futures
//
//	Pool(n), ThreadPoolExecutor(n)      NewPool(Workers(n))
//	Pool(initializer=…)                 WorkerState(init, exit), State[S](ctx)
//	Pool(maxtasksperchild=n)            NewPool(MaxTasksPerWorker(n))
//	pool.apply(f, args)                 f(args), or Submit(ctx, pool, …) and Get
//	pool.apply_async(f, args)           Submit(ctx, pool, func(ctx) { return f(args) })
//	pool.map(f, xs)                     Map(ctx, xs, f); with On(pool) if there is one
//	pool.map(f, xs, chunksize=n)        Map(ctx, xs, f, ChunkSize(n)); rarely needed
//	pool.map_async(f, xs)               MapAsync(ctx, pool, xs, f)
//	pool.starmap(f, rows)               Starmap2, Starmap3 with Args2, Args3
//	pool.starmap_async(f, rows)         StarmapAsync2, StarmapAsync3
//	pool.imap(f, xs)                    Stream(ctx, source, f)
//	pool.imap_unordered(f, xs)          Stream(ctx, source, f, Unordered())
//	callback=, error_callback=          future.OnDone(func(value, err))
//	result.get(timeout)                 future.Get(ctx), with a context that ends
//	result.wait(), ready(), …           future.Wait, Ready, Successful
//	future.cancel()                     future.Cancel
//	as_completed(fs)                    AsCompleted(ctx, fs...)
//	wait(fs, return_when=…)             WaitFirst, WaitFirstError, WaitAll
//	pool.close(), join(), terminate()   pool.Close, Wait, Terminate
//	shutdown(cancel_futures=True)       Cancel each, or Terminate
//	Value, Array with get_lock()        Value[T], Array[T] with Update
//	Lock, Queue, Event, Manager         sync, channels: Go has them
//	cpu_count()                         runtime.GOMAXPROCS(0), the default width
//	itertools.accumulate                Scan
//	functools.reduce                    Reduce, Fold
//
// What differs: functions share memory, so nothing is pickled, and they must lock what
// they share. A failure ends a call unless it is given [CollectAll] or [Quarantine], and
// the error is always the one of the lowest item. A worker that fails, panics or exits
// loses no task and hangs no caller. A stream reads its source no further than its
// look-ahead. A task that waits for its own pool never deadlocks. There is no set_result:
// only its task sets the result of a future.
//
// # What cannot be contained
//
// Some failures end the process, in whatever goroutine they happen: os.Exit
// and log.Fatal, the runtime's fatal errors (concurrent map writes, stack
// overflow, out of memory, a deadlock of the whole program), a fault in code
// called through cgo, a panic in a goroutine that the function itself started. Run
// functions that may fail like this in processes of their own.
//
// # When it does not help
//
// Over the plain loop a call costs about 2 µs and an item about a nanosecond; Reduce and
// Scan cost about 30 ns for each of at most 1,024 cells. Waking another core takes 5 to
// 50 µs. So below about 20 µs of work in total, such as 10,000 additions, the loop is as
// fast, and a call uses one worker. Beyond that two cores nearly halve the
// time, unless the work waits for something that cores share: memory, which
// two or three cores saturate with items of about a nanosecond, a lock, or
// the allocator and the garbage collector.
package parallel
