//go:build unix

package atomicfile_test

import (
	"bufio"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"
)

// killRows take some milliseconds to write, in several pieces of 256 KiB.
const killRows = 30_000

// kills returns the number of processes to kill. Each takes about half a second, and
// several with the race detector.
func kills() int {
	if testing.Short() {
		return 3
	}
	if os.Getenv("PARFRAME_NIGHTLY") == "1" {
		return 100
	}
	return 12
}

// A process that is killed (SIGKILL) at any moment of a write leaves the whole file of
// the write before, or its own whole file. Besides, it may leave a temporary file, which
// has the name of one.
func TestKillAtRandomMoments(t *testing.T) {
	n := kills()
	dir := t.TempDir()
	for _, c := range formats {
		if err := c.writeFile(t.Context(), pathOf(dir, c), stamped(t, 0, killRows)); err != nil {
			t.Fatal(err)
		}
	}
	temp := regexp.MustCompile(`^\.a\.(csv|parquet|ipc)\.[0-9A-Za-z]+\.tmp$`)
	r := rand.New(rand.NewPCG(1, 2))
	newer, left := 0, 0
	last := make([]int64, len(formats))
	for kill := range n {
		killWhileWriting(t, dir, int64(kill+1)*1_000_000, r.Float64())
		for i, c := range formats {
			g := c.whole(t, pathOf(dir, c), killRows)
			if g < last[i] {
				t.Fatalf("%s: write %d after write %d", c.name, g, last[i])
			}
			if g > last[i] {
				newer++
			}
			last[i] = g
		}
		for _, name := range folder(t, dir) {
			if filepath.Base(name)[0] != '.' {
				continue
			}
			if !temp.MatchString(name) {
				t.Errorf("left behind: %s, which does not look like a temporary file", name)
			}
			left++
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d processes killed, %d new files, %d temporary files left behind", n, newer, left)
	if newer < n {
		t.Errorf("%d new files, want at least one from each child", newer)
	}
}

// killWhileWriting starts a child that writes files in a loop, and kills it after its
// first file, within about the time that the next one takes.
func killWhileWriting(t *testing.T, dir string, generation int64, moment float64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], childArgs("TestKillChild")...)
	cmd.Env = append(os.Environ(), "PARFRAME_TEST_KILL="+dir, "PARFRAME_TEST_GENERATION="+strconv.FormatInt(generation, 10))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "written"; {
		if lines.Text() == "writing" {
			start = time.Now()
		}
	}
	time.Sleep(time.Duration(moment * float64(time.Since(start))))
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %v", cmd.ProcessState)
	}
}

func TestKillChild(t *testing.T) {
	dir := os.Getenv("PARFRAME_TEST_KILL")
	if dir == "" {
		t.Skip("only as the child of TestKillAtRandomMoments")
	}
	first, err := strconv.ParseInt(os.Getenv("PARFRAME_TEST_GENERATION"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("writing\n")
	var wg sync.WaitGroup
	for _, c := range formats {
		wg.Go(func() {
			for g := first; ; g++ {
				if err := c.writeFile(t.Context(), pathOf(dir, c), stamped(t, g, killRows)); err != nil {
					t.Error(err)
					return
				}
				if g == first {
					os.Stdout.WriteString("written\n")
				}
			}
		})
	}
	wg.Wait()
}
