package csv

import (
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// word is the number of bytes that are moved at once, more than most strings have.
const word = 32

// stringColumn is utf8 or binary; the large forms have int64 offsets.
type stringColumn[O int32 | int64] struct {
	validity
	typ     arrow.DataType
	format  format
	text    bool // must be UTF-8
	offsets []O
	data    []byte
}

func (c *stringColumn[O]) start(rows int) {
	c.validity.start(rows)
	c.offsets, c.data = make([]O, rows+1), c.data[:0]
}

func (c *stringColumn[O]) null(row int) {
	c.validity.null(row)
	c.offsets[row+1] = O(len(c.data))
}

func (c *stringColumn[O]) parse(b *batch, col, lo, hi int) int {
	c.reserve(b, col, lo, hi)
	data := c.data
	maybeCR, nulls := b.maybeCR(col), b.nulls.lens
	for r, i := lo, lo*b.nc+col; r < hi; r, i = r+1, i+b.nc {
		text, ok := b.plain(i)
		quoted := false
		if maybeCR || !ok {
			text, quoted = b.value(r, col)
		}
		if nulls>>min(uint(len(text)), 63)&1 != 0 && b.nulls.has(text) && c.format.isNull(text, quoted) {
			c.data = data
			c.null(r)
			continue
		}
		if c.text && !b.valid && !utf8.Valid(text) {
			c.data = data
			return r
		}
		if n := len(data); len(text) <= word && cap(text) >= word && cap(data)-n >= word {
			// Most strings take one move of fixed length, beyond their end.
			*(*[word]byte)(data[n : n+word]) = *(*[word]byte)(text[:word])
			data = data[:n+len(text)]
		} else {
			data = append(data, text...)
		}
		c.offsets[r+1] = O(len(data))
	}
	c.data = data
	return hi
}

// reserve makes capacity for the text of the rows and one word. If the buffer must
// grow, it makes capacity for the other rows of the column too, by an estimate.
func (c *stringColumn[O]) reserve(b *batch, col, lo, hi int) {
	need := word + int(b.ends[hi*b.nc]-b.ends[lo*b.nc])
	if cap(c.data)-len(c.data) >= need {
		return // enough for the text of all columns
	}
	need = word
	for i := lo*b.nc + col; i < hi*b.nc; i += b.nc {
		need += int(b.ends[i+1] - b.ends[i])
	}
	if cap(c.data)-len(c.data) >= need {
		return
	}
	all := len(c.data) + need
	guess := all + all/hi*(c.rows-hi) + c.rows/8
	grown := make([]byte, len(c.data), max(all, guess))
	copy(grown, c.data)
	c.data = grown
}

func (c *stringColumn[O]) array() arrow.Array {
	data := c.data
	c.data = nil // now owned by the array
	return c.wrap(c.typ, asBytes(c.offsets), data)
}
