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
// keep a panic in one function from ending the program. This package does those:
//
//   - [Map], [ForEach] and [Filter] call a function once for every item, [Starmap2] and
//     [Starmap3] one of several arguments, and [Find], [Any] and [All] until it is known,
//   - [Reduce], [Fold] and [Scan] combine items, to the same bits at any width,
//   - [Stream] goes over sources that may be endless,
//   - [Pool] bounds the width of many calls and tasks, [Future] is a task's result, and
//     a [Scope] is a set of tasks that end together,
//   - [Range] hands out ranges of rows, for loops that want to see them.
//
// Without options a call is right for items of a nanosecond and of a minute:
// chunks follow the measured cost of an item. [Workers] changes how many functions
// run at once, [On] shares the width of a pool, [Partitions] and [ChunkSize] say how the
// work is cut, [Serial] puts it all on the caller's goroutine. [CollectAll],
// [Quarantine], [Retry], [Timeout] and [Partial] say what becomes of failures and of the end
// of the context, [Limit] bounds the rate, [WorkerState] gives each worker a
// connection or a buffer, [Observe] lets somebody watch. An option that a call
// cannot honor does not compile, or is an [ErrOption] that names it.
//
// # What every call promises
//
// Each promise is held by a test that runs every operation; the tests are named
// below.
//
//  1. The same for any width. Values, order, error and float bits do not depend on the
//     number of workers, on chunks or on timing. For what maps, filters and searches it
//     is the plain loop's result. Where the order of combining shows, as in the float
//     sums of [Reduce], [Fold] and [Scan], it follows from the number of items (and
//     [Partitions], if given) alone: the same bits for any width, and for associative
//     operations those of the loop. (matrix_test.go)
//  2. The loop's error. Of several failures the one of the lowest row comes back, as a
//     [RowError] around the function's own error. What lies below a failure runs
//     to its end undisturbed; what lies above it is canceled, with the failure as the
//     cause, or never starts. Results come whole or not at all, except with [Partial]. A
//     row's error goes before the end of the context. (lowest_test.go)
//  3. A panic is an error: a [PanicError] with its stack, inside the RowError; so is a
//     runtime.Goexit ([ErrGoexit]). That holds for all of the user's code: functions, sources,
//     observers, callbacks, backoffs, initializers. Only with [Serial] does a function
//     run on the caller's own goroutine, and in a nested call. (panic_test.go)
//  4. Canceled means over. Once ctx.Err() is not nil, a worker begins at most one more
//     call of a function that takes 10 µs or more, and none after a millisecond of its own
//     work where calls are cheaper. Where calls took less than 2 µs until then, and every
//     processor is busy with functions that never wait, it may be up to 31 more. The call
//     returns [context.Cause] when the functions that run have returned: Go cannot stop a
//     function that does not look at its context. An end that comes when all is done
//     is none. (cancel_test.go)
//  5. Nothing outlives the call, whichever way it ends, and nothing grows from call to
//     call. (outlive_test.go)
//  6. Nested calls never deadlock and never multiply the width, on any pool, as long as the
//     inner call is given the context that the function received, on the function's own
//     goroutine or on goroutines that it started. One that names its own [Workers]
//     gets them. (nest_test.go)
//  7. Exactly once. The function is called once for every item, with no trial run;
//     after a failure, at most once above it. With [Retry] that counts per attempt; how often
//     the operators of Reduce and Scan run is open. (once_test.go)
//  8. Never slower than the loop by more than a sliver, as the benchmarks show. (pace_test.go)
//  9. The width is runtime.GOMAXPROCS(0) at the call, or that of Workers. (width_test.go)
//  10. What is accepted is honored. An observer sees each call once, with the rows that
//     the user would count. (options_test.go, observe_test.go)
//
// The context that a function receives tells it where it is ([Index], [Attempt], [State],
// [Rand]), and must be passed on to nested calls. Functions run at the same time as each
// other: what they share, they must lock. Writing results[i] for the item's own i
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
// What differs: functions share memory, so nothing is pickled, and what they share
// they must lock. A failure ends a call unless [CollectAll] says otherwise, and
// the error is always that of the lowest item. A worker that fails, panics or exits
// loses no task and hangs nobody. A stream reads its source no further than its look-ahead.
// Waiting for one's own pool never deadlocks. There is no set_result: a future's only
// source is its task.
//
// # What cannot be contained
//
// Some ends take the process with them, in whatever goroutine they happen: os.Exit
// and log.Fatal, the runtime's fatal errors (concurrent map writes, stack
// overflow, out of memory, a deadlock of the whole program), a fault in code
// behind cgo, a panic in a goroutine that the function itself started. Functions
// that may do such things belong into processes of their own.
//
// # When it does not help
//
// A call costs about 2 µs, and an item about a nanosecond, over the plain loop; Reduce and
// Scan cost about 30 ns for each of at most 1,024 cells. Waking another core takes 5 to
// 50 µs. So below about 20 µs of work in total, such as 10,000 additions, the loop is as
// fast, and a call does not even try to share. Beyond that two cores nearly halve the
// time, unless the work waits for something that cores share: memory, which
// two or three cores saturate with items of about a nanosecond, a lock, or
// the allocator and the garbage collector.
package parallel
