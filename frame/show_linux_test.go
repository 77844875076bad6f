package frame

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// A pseudo terminal replaces the user's.
func TestPrintAsksTheTerminal(t *testing.T) {
	terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	defer terminal.Close()
	t.Setenv("COLUMNS", "60") // must not be used, as COLUMNS may be inherited
	for _, want := range []int{77, 132} {
		size := [4]uint16{24, uint16(want)} // rows, columns
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, terminal.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); errno != 0 {
			t.Skip("no size of a pseudo terminal here: ", errno)
		}
		if got := widthOf(terminal); got != want {
			t.Errorf("terminal of %d columns: got %d", want, got)
		}
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if got := widthOf(null); got != 60 { // a character device, not a terminal
		t.Errorf("%s: got %d, want COLUMNS", os.DevNull, got)
	}
}
