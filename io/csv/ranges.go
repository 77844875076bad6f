package csv

// Files are read in ranges of bytes whose borders depend on nothing but their
// number: 16 of 256 KiB, 16 of 512 KiB, and so on up to 4 MiB. Small files so
// have enough of them for many cores, and large files few enough that their
// Arrow chunks, one for each range, are not in the way.
const (
	firstRange = 256 << 10
	perSize    = 16
	doublings  = 4
)

// rangeSize, if above 0, is the size of every range instead: tests set it to a
// few bytes, so that everything falls on a border.
var rangeSize int64

// borderOf returns where range k begins, in bytes from the first record.
func borderOf(k int) int64 {
	if rangeSize > 0 {
		return int64(k) * rangeSize
	}
	at, size := int64(0), int64(firstRange)
	for range doublings {
		if k < perSize {
			return at + int64(k)*size
		}
		at += perSize * size
		size *= 2
		k -= perSize
	}
	return at + int64(k)*size
}

// rangesIn returns how many ranges cover n bytes.
func rangesIn(n int64) int {
	if rangeSize > 0 {
		return int((n + rangeSize - 1) / rangeSize)
	}
	k, at, size := 0, int64(0), int64(firstRange)
	for range doublings {
		if n <= at+perSize*size {
			return k + int((n-at+size-1)/size)
		}
		at += perSize * size
		size *= 2
		k += perSize
	}
	return k + int((n-at+size-1)/size)
}
