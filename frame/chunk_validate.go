package frame

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// badRow is a row that breaks a rule.
type badRow struct {
	row int
	err error
}

func (e *badRow) Error() string { return fmt.Sprintf("row %d: %v", e.row, e.err) }

func badAt(row int, format string, args ...any) error {
	return &badRow{row, fmt.Errorf(format, args...)}
}

// validateChunk checks the rows of a chunk, and what they point to in children.
// Rows of a child are counted in the child. Of a child only the rows that are
// pointed to are looked at, so their shape is checked again: that of the whole
// child says nothing about offsets in its middle.
func validateChunk(c *chunk) error {
	if err := checkShape(c); err != nil {
		return err
	}
	l, width := layoutOf(c.typ)
	switch l {
	case layoutBytes32:
		return validateText[int32](c)
	case layoutBytes64:
		return validateText[int64](c)
	case layoutView:
		return validateViews(c)
	case layoutList32:
		return validateLists[int32](c)
	case layoutList64:
		return validateLists[int64](c)
	case layoutListView32:
		return validateListViews[int32](c)
	case layoutListView64:
		return validateListViews[int64](c)
	case layoutFixedList:
		return validateKid(c, 0, c.off*width, (c.off+c.n)*width)
	case layoutStruct, layoutSparse, layoutDense:
		return validateFields(c, l)
	case layoutDict:
		code := indexes(c)
		for i := range c.n {
			if k := code(i); (k < 0 || k >= c.dict.n) && !c.isNull(i) {
				return badAt(i, "code %d in a dictionary of %d values", k, c.dict.n)
			}
		}
		return inside("dictionary", validateChunk(c.dict))
	case layoutRuns:
		return validateRuns(c)
	}
	return nil
}

func inside(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("in the %s: %w", what, err)
}

// validateKid validates rows lo to hi of a child.
func validateKid(c *chunk, k, lo, hi int) error {
	name := physical(c.typ).(arrow.NestedType).Fields()[k].Name
	return inside(fmt.Sprintf("child %q", name), validateChunk(c.kids[k].slice(lo, hi)))
}

// noNulls says which of n rows from i on is null.
func noNulls(c *chunk, i, n int) error {
	if c.nullN() == 0 && c.missingN() == 0 {
		return nil
	}
	for k := i; k < i+n; k++ {
		if c.missing(k) {
			return badAt(k, "null, but declared not nullable")
		}
	}
	return nil
}

func validateOffsets[O int32 | int64](c *chunk) (offs []O, err error) {
	if c.n == 0 {
		return nil, nil
	}
	offs = values[O](c.bufs[1])[c.off : c.off+c.n+1]
	for i := range c.n {
		if offs[i+1] < offs[i] {
			return nil, badAt(i, "ends at offset %d and starts at %d", offs[i+1], offs[i])
		}
	}
	return offs, nil
}

func validateText[O int32 | int64](c *chunk) error {
	offs, err := validateOffsets[O](c)
	if err != nil || !physical(c.typ).(arrow.BinaryDataType).IsUtf8() || c.n == 0 {
		return err
	}
	data := c.bufs[2]
	if whole := data[offs[0]:offs[c.n]]; utf8.Valid(whole) {
		// Rows are valid, too, if none begins in the middle of a letter.
		i := 0
		for i < c.n && (offs[i] == offs[c.n] || utf8.RuneStart(data[offs[i]])) {
			i++
		}
		if i == c.n {
			return nil
		}
	}
	for i := range c.n {
		if v := data[offs[i]:offs[i+1]]; !utf8.Valid(v) && !c.isNull(i) {
			return badAt(i, "%q is not UTF-8", v[:min(len(v), 40)])
		}
	}
	return nil
}

func validateViews(c *chunk) error {
	text := physical(c.typ).(arrow.BinaryDataType).IsUtf8()
	for i := range c.n {
		if c.isNull(i) {
			continue
		}
		h := c.bufs[1][(c.off+i)*viewSize:][:viewSize]
		n := int64(int32(binary.NativeEndian.Uint32(h)))
		if n > viewInline {
			buf, at := int64(int32(binary.NativeEndian.Uint32(h[8:]))), int64(int32(binary.NativeEndian.Uint32(h[12:])))
			if buf < 0 || buf >= int64(len(c.bufs)-2) || at < 0 || at+n > int64(len(c.bufs[buf+2])) {
				return badAt(i, "a view of %d bytes from byte %d of buffer %d", n, at, buf)
			}
			if !bytes.Equal(h[4:8], c.bufs[buf+2][at:at+4]) {
				return badAt(i, "a view that begins with %q, but points to %q", h[4:8], c.bufs[buf+2][at:at+4])
			}
		}
		if n < 0 {
			return badAt(i, "a view of %d bytes", n)
		}
		if v := c.viewBytes(i); text && !utf8.Valid(v) {
			return badAt(i, "%q is not UTF-8", v[:min(len(v), 40)])
		}
	}
	return nil
}

func validateLists[O int32 | int64](c *chunk) error {
	offs, err := validateOffsets[O](c)
	if err != nil || c.n == 0 {
		return err
	}
	return validateKid(c, 0, int(offs[0]), int(offs[c.n]))
}

func validateListViews[O int32 | int64](c *chunk) error {
	offs, sizes := values[O](c.bufs[1]), values[O](c.bufs[2])
	for i := range c.n {
		lo, n := offs[c.off+i], sizes[c.off+i]
		if lo < 0 || n < 0 || int64(lo) > int64(c.kids[0].n) || int64(n) > int64(c.kids[0].n)-int64(lo) {
			return badAt(i, "a view of %d values from %d of %d", n, lo, c.kids[0].n)
		}
	}
	return validateKid(c, 0, 0, c.kids[0].n)
}

func validateFields(c *chunk, l layout) error {
	if t, ok := physical(c.typ).(arrow.UnionType); ok {
		ids := t.ChildIDs()
		for i := range c.n {
			code := int8(c.bufs[1][c.off+i])
			if code < 0 || ids[code] == arrow.InvalidUnionChildID {
				return badAt(i, "type code %d, which the union does not have", code)
			}
			if l == layoutDense {
				if at := values[int32](c.bufs[2])[c.off+i]; at < 0 || int(at) >= c.kids[ids[code]].n {
					return badAt(i, "value %d of a child of %d", at, c.kids[ids[code]].n)
				}
			}
		}
	}
	for k, kid := range c.kids {
		lo, hi := c.off, c.off+c.n
		if l == layoutDense {
			lo, hi = 0, kid.n
		}
		if err := validateKid(c, k, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

func validateRuns(c *chunk) error {
	ends, last := runEnds(c.kids[0]), 0
	for k := range c.kids[0].n {
		if ends(k) <= last {
			return fmt.Errorf("run %d ends at %d, and the one before at %d", k, ends(k), last)
		}
		last = ends(k)
	}
	return validateKid(c, 1, 0, c.kids[1].n)
}
