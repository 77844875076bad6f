package mixedcsv

import (
	"bytes"
	"encoding/csv"
	"hash/crc32"
	"strconv"
	"testing"
	"time"
)

func text(t testing.TB, rows int, seed uint64) []byte {
	var b bytes.Buffer
	if err := Write(&b, rows, seed); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameTextEverywhere(t *testing.T) {
	if got, want := crc32.ChecksumIEEE(text(t, 10_000, 1)), uint32(0x48fdc4de); got != want {
		t.Errorf("checksum %#x, want %#x: figures measured before cannot be compared any more", got, want)
	}
	if !bytes.HasPrefix(text(t, 100, 1), text(t, 50, 1)) {
		t.Error("fewer rows are not the beginning of more")
	}
	if bytes.Equal(text(t, 100, 1), text(t, 100, 2)) {
		t.Error("the seed has no effect")
	}
}

func TestColumnsAreWhatTheDocSays(t *testing.T) {
	const n = 20_000
	b := text(t, n, 1)
	recs, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(recs) != n+1 {
		t.Fatal(len(recs), err)
	}
	empty, odd := 0, 0
	for _, r := range recs[1:] {
		_, err1 := strconv.ParseInt(r[0], 10, 64)
		_, err2 := strconv.ParseInt(r[1], 10, 64)
		if r[1] == "" {
			empty++
			err2 = nil
		}
		_, err3 := strconv.ParseFloat(r[2], 64)
		_, err4 := strconv.ParseFloat(r[3], 64)
		_, err5 := time.Parse("2006-01-02", r[4])
		_, err6 := strconv.ParseBool(r[5])
		for _, err := range []error{err1, err2, err3, err4, err5, err6} {
			if err != nil {
				t.Fatal(r, err)
			}
		}
		if bytes.ContainsAny([]byte(r[9]), ",\"\n") {
			odd++
		}
	}
	if empty < n/60 || empty > n/40 || odd < n/15 || odd > n/9 {
		t.Errorf("%d empty cells, %d odd strings in %d rows", empty, odd, n)
	}
	if size := len(b) * (FullRows / n) >> 20; size < 300 || size > 380 {
		t.Errorf("the full file would have %d MiB", size)
	}
}
