package csv

import (
	"math"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/numparse"
)

// intColumn is int64.
type intColumn struct {
	validity
	vals   []int64
	strict bool
}

func (c *intColumn) start(rows int) {
	c.validity.start(rows)
	c.vals = make([]int64, rows)
}

func (c *intColumn) parse(b *batch, col, lo, hi int) int {
	vals := c.vals
	maybeCR, nulls := b.maybeCR(col), b.nulls.lens
	for r, i := lo, lo*b.nc+col; r < hi; r, i = r+1, i+b.nc {
		text, ok := b.plain(i)
		quoted := false
		if maybeCR || !ok {
			text, quoted, _ = b.cell(r, col)
		}
		if nulls>>min(uint(len(text)), 63)&1 != 0 && b.isNull(text, quoted) {
			c.null(r)
			continue
		}
		v, ok := numparse.Int64(text)
		if !ok {
			if v, ok = c.lenient(text); !ok {
				if b.lateNull(text, '.') {
					c.null(r)
					continue
				}
				return r
			}
		}
		vals[r] = v
	}
	return hi
}

func (c *intColumn) lenient(text []byte) (int64, bool) {
	if c.strict {
		return 0, false
	}
	v, err := strconv.ParseInt(string(text), 10, 64)
	return v, err == nil
}

func (c *intColumn) array() arrow.Array {
	return c.wrap(arrow.PrimitiveTypes.Int64, asBytes(c.vals))
}

// floatColumn is float64.
type floatColumn struct {
	validity
	vals   []float64
	point  byte
	strict bool
	digits bool // a value has digits: not all are nan and inf
}

func (c *floatColumn) start(rows int) {
	c.validity.start(rows)
	c.vals, c.digits = make([]float64, rows), false
}

func (c *floatColumn) parse(b *batch, col, lo, hi int) int {
	vals, point, digits := c.vals, c.point, c.digits
	maybeCR, nulls := b.maybeCR(col), b.nulls.lens
	for r, i := lo, lo*b.nc+col; r < hi; r, i = r+1, i+b.nc {
		text, ok := b.plain(i)
		quoted := false
		if maybeCR || !ok {
			text, quoted, _ = b.cell(r, col)
		}
		if nulls>>min(uint(len(text)), 63)&1 != 0 && b.isNull(text, quoted) {
			c.null(r)
			continue
		}
		v, ok := numparse.Decimal(text, point)
		if ok {
			digits = true
		} else if v, ok = c.lenient(text); !ok {
			if b.lateNull(text, point) {
				c.null(r)
				continue
			}
			c.digits = digits
			return r
		}
		if c.strict && math.Abs(v) >= 1<<53 && spoiled(text, v) {
			c.digits = digits
			return r
		}
		vals[r] = v
	}
	c.digits = digits
	return hi
}

func (c *floatColumn) lenient(text []byte) (float64, bool) {
	if v, ok := parseWord(text); ok || c.strict {
		return v, ok
	}
	return parseFloat(text, c.point, 64)
}

func (c *floatColumn) array() arrow.Array {
	return c.wrap(arrow.PrimitiveTypes.Float64, asBytes(c.vals))
}

// parseFloat is strconv.ParseFloat without the spellings that only Go literals have.
func parseFloat(text []byte, point byte, bits int) (float64, bool) {
	var a [64]byte
	s := append(a[:0], text...)
	for i, ch := range s {
		switch {
		case ch == '_' || ch|0x20 == 'x' || ch|0x20 == 'p':
			return 0, false
		case ch == point:
			s[i] = '.'
		case ch == '.':
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(string(s), bits)
	return v, err == nil
}

// boolColumn is bool, one bit for each row.
type boolColumn struct {
	validity
	vals   []byte
	strict bool
}

func (c *boolColumn) start(rows int) {
	c.validity.start(rows)
	c.vals = make([]byte, (rows+7)/8)
}

func (c *boolColumn) parse(b *batch, col, lo, hi int) int {
	maybeCR, nulls := b.maybeCR(col), b.nulls.lens
	for r, i := lo, lo*b.nc+col; r < hi; r, i = r+1, i+b.nc {
		text, ok := b.plain(i)
		quoted := false
		if maybeCR || !ok {
			text, quoted, _ = b.cell(r, col)
		}
		if nulls>>min(uint(len(text)), 63)&1 != 0 && b.isNull(text, quoted) {
			c.null(r)
			continue
		}
		v, ok := parseBool(text)
		if !ok {
			if v, ok = c.lenient(text); !ok {
				if b.lateNull(text, '.') {
					c.null(r)
					continue
				}
				return r
			}
		}
		if v {
			c.vals[r/8] |= 1 << (r % 8)
		}
	}
	return hi
}

func (c *boolColumn) lenient(text []byte) (v, ok bool) {
	if !c.strict && len(text) == 1 {
		switch text[0] {
		case '1', 't', 'T':
			return true, true
		case '0', 'f', 'F':
			return false, true
		}
	}
	return false, false
}

func (c *boolColumn) array() arrow.Array {
	return c.wrap(arrow.FixedWidthTypes.Boolean, c.vals)
}
