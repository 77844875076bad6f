package frame

import (
	"fmt"
	"math"
)

// checkShape says what would make a kernel read outside a buffer although the
// values are right: too few buffers or children, or too short ones. It looks
// at lengths, and at the last offset, so its cost does not depend on the rows.
// Children and dictionary have passed it before.
func checkShape(c *chunk) error {
	if c.n < 0 || c.off < 0 || c.off > math.MaxInt-64-c.n {
		return fmt.Errorf("%d rows from row %d", c.n, c.off)
	}
	l, width := layoutOf(c.typ)
	if b := c.bufs[0]; b != nil && len(b) < (c.off+c.n+7)/8 {
		return fmt.Errorf("the validity bitmap has %d bytes for %d rows", len(b), c.off+c.n)
	}
	end := c.off + c.n
	if c.n == 0 {
		end = 0 // Arrow allows an empty array to have no buffers at all
	}
	switch l {
	case layoutBits:
		return checkBuffer(c, 1, (end+7)/8)
	case layoutFixed:
		return checkRows(c, 1, end, width)
	case layoutDict:
		if err := checkRows(c, 1, end, width); err != nil {
			return err
		}
		if c.dict == nil {
			return fmt.Errorf("the dictionary is missing")
		}
	case layoutView:
		return checkRows(c, 1, end, 16)
	case layoutBytes32, layoutList32:
		return checkOffsets[int32](c, l)
	case layoutBytes64, layoutList64:
		return checkOffsets[int64](c, l)
	case layoutListView32, layoutListView64:
		width = 4
		if l == layoutListView64 {
			width = 8
		}
		if err := checkRows(c, 1, end, width); err != nil {
			return err
		}
		return checkRows(c, 2, end, width)
	case layoutFixedList:
		if width < 0 || width > 0 && end > c.kids[0].n/width {
			return fmt.Errorf("%d values for %d lists of %d", c.kids[0].n, end, width)
		}
	case layoutStruct:
		return checkKids(c, end)
	case layoutSparse:
		if err := checkRows(c, 1, end, 1); err != nil {
			return err
		}
		return checkKids(c, end)
	case layoutDense:
		if err := checkRows(c, 1, end, 1); err != nil {
			return err
		}
		return checkRows(c, 2, end, 4)
	case layoutRuns:
		ends := runEnds(c.kids[0])
		switch {
		case c.kids[0].nullN() > 0:
			return fmt.Errorf("run ends cannot be null")
		case c.kids[0].n != c.kids[1].n:
			return fmt.Errorf("%d run ends for %d values", c.kids[0].n, c.kids[1].n)
		case end > 0 && (c.kids[0].n == 0 || ends(c.kids[0].n-1) < end):
			return fmt.Errorf("the runs end before row %d", end)
		}
	}
	return nil
}

func checkRows(c *chunk, buf, rows, width int) error {
	if width < 0 || width > 0 && rows > math.MaxInt/width {
		return fmt.Errorf("%d rows of %d bytes", rows, width)
	}
	return checkBuffer(c, buf, rows*width)
}

func checkBuffer(c *chunk, buf, size int) error {
	if len(c.bufs[buf]) < size {
		return fmt.Errorf("buffer %d has %d bytes, expected at least %d for %d rows from row %d", buf, len(c.bufs[buf]), size, c.n, c.off)
	}
	return nil
}

func checkKids(c *chunk, rows int) error {
	for i, k := range c.kids {
		if k.n < rows {
			return fmt.Errorf("child %d has %d rows, expected at least %d", i, k.n, rows)
		}
	}
	return nil
}

// checkOffsets checks the first and the last offset against what they point to.
func checkOffsets[O int32 | int64](c *chunk, l layout) error {
	if c.n == 0 {
		return nil
	}
	size := 4
	if l == layoutBytes64 || l == layoutList64 {
		size = 8
	}
	if err := checkRows(c, 1, c.off+c.n+1, size); err != nil {
		return err
	}
	have := 0
	if len(c.kids) > 0 {
		have = c.kids[0].n
	} else {
		have = len(c.bufs[2])
	}
	offs := values[O](c.bufs[1])
	if first, last := offs[c.off], offs[c.off+c.n]; first < 0 || last < first || int64(last) > int64(have) {
		return fmt.Errorf("offsets run from %d to %d over %d values", first, last, have)
	}
	return nil
}
