//go:build unix

package csv

import (
	"syscall"
	"time"
)

// cpuTime is the time that the process has used of all cores. On a machine that is not
// quiet it is more reliable than the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
