package main

import "syscall"

// testMemory is what the process of a test may take: a mutant that never stops
// appending must not take the machine with it.
const testMemory = 4 << 30

// limitMemory sets a limit for the processes that are started after it.
func limitMemory() {
	var now syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_DATA, &now) == nil {
		now.Cur = min(testMemory, now.Max)
		_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &now) // without it, the machine's memory is the limit
	}
}
