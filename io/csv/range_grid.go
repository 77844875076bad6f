package csv

// grid cuts a file into ranges of bytes. Their borders depend on the file alone: 16
// ranges of 256 KiB, 16 of 512 KiB, and so on up to 4 MiB. So small files have enough
// ranges for many cores, and large files few enough that their Arrow chunks, one for
// each range and column, cost little. Files of very many columns have larger ranges,
// for the same reason.
type grid struct {
	least int64 // smallest size of a range, in bytes
}

const (
	firstRange     = 256 << 10
	perSize        = 16
	doublings      = 4
	bytesPerColumn = 256 // about the cost of an array, with any content
)

// rangeSize, if above 0, is the size of every range instead. Tests set it to a few
// bytes, so that everything occurs at a border.
var rangeSize int64

func newGrid(columns int) grid { return grid{int64(columns) * bytesPerColumn} }

// size returns the size of ranges after i doublings.
func (g grid) size(i int) int64 { return max(firstRange<<i, g.least) }

// border returns the start of range k, in bytes from the first record.
func (g grid) border(k int) int64 {
	if rangeSize > 0 {
		return int64(k) * rangeSize
	}
	at := int64(0)
	for i := range doublings {
		if k < perSize {
			return at + int64(k)*g.size(i)
		}
		at += perSize * g.size(i)
		k -= perSize
	}
	return at + int64(k)*g.size(doublings)
}

// ranges returns the number of ranges that cover n bytes.
func (g grid) ranges(n int64) int {
	if rangeSize > 0 {
		return int((n + rangeSize - 1) / rangeSize)
	}
	k, at := 0, int64(0)
	for i := range doublings {
		size := g.size(i)
		if n <= at+perSize*size {
			return k + int((n-at+size-1)/size)
		}
		at += perSize * size
		k += perSize
	}
	size := g.size(doublings)
	return k + int((n-at+size-1)/size)
}
