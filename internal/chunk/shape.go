package chunk

import (
	"fmt"
	"math"
)

// checkShape returns an error if a kernel could read outside a buffer although every
// value is right: if there are too few buffers or children, or if one is too short. It
// looks at lengths and at the last offset, so its cost does not depend on the number
// of rows. Children and dictionary must have passed it before.
func checkShape(c *Chunk) error {
	if c.Len < 0 || c.Off < 0 || c.Off > math.MaxInt-64-c.Len {
		return fmt.Errorf("%d rows from row %d", c.Len, c.Off)
	}
	l, width := LayoutOf(c.Type)
	if b := c.Bufs[0]; b != nil && len(b) < (c.Off+c.Len+7)/8 {
		return fmt.Errorf("the validity bitmap has %d bytes for %d rows", len(b), c.Off+c.Len)
	}
	end := c.Off + c.Len
	if c.Len == 0 {
		end = 0 // Arrow allows an empty array to have no buffers at all
	}
	switch l {
	case LayoutBits:
		return checkBuffer(c, 1, (end+7)/8)
	case LayoutFixed:
		return checkRows(c, 1, end, width)
	case LayoutDict:
		if err := checkRows(c, 1, end, width); err != nil {
			return err
		}
		if c.Dict == nil {
			return fmt.Errorf("the dictionary is missing")
		}
	case LayoutView:
		return checkRows(c, 1, end, 16)
	case LayoutBytes32, LayoutList32:
		return checkOffsets[int32](c, l)
	case LayoutBytes64, LayoutList64:
		return checkOffsets[int64](c, l)
	case LayoutListView32, LayoutListView64:
		width = 4
		if l == LayoutListView64 {
			width = 8
		}
		if err := checkRows(c, 1, end, width); err != nil {
			return err
		}
		return checkRows(c, 2, end, width)
	case LayoutFixedList:
		if width < 0 || width > 0 && end > c.Kids[0].Len/width {
			return fmt.Errorf("%d values for %d lists of %d", c.Kids[0].Len, end, width)
		}
	case LayoutStruct:
		return checkKids(c, end)
	case layoutSparse:
		if err := checkRows(c, 1, end, 1); err != nil {
			return err
		}
		return checkKids(c, end)
	case LayoutDense:
		if err := checkRows(c, 1, end, 1); err != nil {
			return err
		}
		return checkRows(c, 2, end, 4)
	case LayoutRuns:
		ends := runEnds(c.Kids[0])
		switch {
		case c.Kids[0].NullN() > 0:
			return fmt.Errorf("run ends cannot be null")
		case c.Kids[0].Len != c.Kids[1].Len:
			return fmt.Errorf("%d run ends for %d values", c.Kids[0].Len, c.Kids[1].Len)
		case end > 0 && (c.Kids[0].Len == 0 || ends(c.Kids[0].Len-1) < end):
			return fmt.Errorf("the runs end before row %d", end)
		}
	}
	return nil
}

func checkRows(c *Chunk, buf, rows, width int) error {
	if width < 0 || width > 0 && rows > math.MaxInt/width {
		return fmt.Errorf("%d rows of %d bytes", rows, width)
	}
	return checkBuffer(c, buf, rows*width)
}

func checkBuffer(c *Chunk, buf, size int) error {
	if len(c.Bufs[buf]) < size {
		return fmt.Errorf("buffer %d has %d bytes, expected at least %d for %d rows from row %d", buf, len(c.Bufs[buf]), size, c.Len, c.Off)
	}
	return nil
}

func checkKids(c *Chunk, rows int) error {
	for i, k := range c.Kids {
		if k.Len < rows {
			return fmt.Errorf("child %d has %d rows, expected at least %d", i, k.Len, rows)
		}
	}
	return nil
}

// checkOffsets checks the first and the last offset against the values they refer to.
func checkOffsets[O int32 | int64](c *Chunk, l Layout) error {
	if c.Len == 0 {
		return nil
	}
	size := 4
	if l == LayoutBytes64 || l == LayoutList64 {
		size = 8
	}
	if err := checkRows(c, 1, c.Off+c.Len+1, size); err != nil {
		return err
	}
	have := 0
	if len(c.Kids) > 0 {
		have = c.Kids[0].Len
	} else {
		have = len(c.Bufs[2])
	}
	offs := Values[O](c.Bufs[1])
	if first, last := offs[c.Off], offs[c.Off+c.Len]; first < 0 || last < first || int64(last) > int64(have) {
		return fmt.Errorf("offsets run from %d to %d over %d values", first, last, have)
	}
	return nil
}
