package chunk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// RowError is an error of one row.
type RowError struct {
	Row int
	Err error
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row, e.Err) }

func badAt(row int, format string, args ...any) error {
	return &RowError{row, fmt.Errorf(format, args...)}
}

// Validate checks the rows of a chunk, and the rows of children that they refer to. An
// error in a child has the row's number in the child. Validate checks the shape of these
// rows again, since the shape of the whole child does not cover offsets in its middle.
func Validate(c *Chunk) error {
	if err := checkShape(c); err != nil {
		return err
	}
	l, width := LayoutOf(c.Type)
	switch l {
	case LayoutBytes32:
		return validateText[int32](c)
	case LayoutBytes64:
		return validateText[int64](c)
	case LayoutView:
		return validateViews(c)
	case LayoutList32:
		return validateLists[int32](c)
	case LayoutList64:
		return validateLists[int64](c)
	case LayoutListView32:
		return validateListViews[int32](c)
	case LayoutListView64:
		return validateListViews[int64](c)
	case LayoutFixedList:
		return validateKid(c, 0, c.Off*width, (c.Off+c.Len)*width)
	case LayoutStruct, layoutSparse, LayoutDense:
		return validateFields(c, l)
	case LayoutDict:
		code := Codes(c)
		for i := range c.Len {
			if k := code(i); (k < 0 || k >= c.Dict.Len) && !c.IsNull(i) {
				return badAt(i, "code %d in a dictionary of %d values", k, c.Dict.Len)
			}
		}
		return inside("dictionary", Validate(c.Dict))
	case LayoutRuns:
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
func validateKid(c *Chunk, k, lo, hi int) error {
	name := Physical(c.Type).(arrow.NestedType).Fields()[k].Name
	return inside(fmt.Sprintf("child %q", name), Validate(c.Kids[k].Slice(lo, hi)))
}

// NoNulls returns an error for the first null among n rows from row i on.
func NoNulls(c *Chunk, i, n int) error {
	if c.NullN() == 0 && c.missingN() == 0 {
		return nil
	}
	for k := i; k < i+n; k++ {
		if c.Missing(k) {
			return badAt(k, "null, but declared not nullable")
		}
	}
	return nil
}

func validateOffsets[O int32 | int64](c *Chunk) (offs []O, err error) {
	if c.Len == 0 {
		return nil, nil
	}
	offs = Values[O](c.Bufs[1])[c.Off : c.Off+c.Len+1]
	for i := range c.Len {
		if offs[i+1] < offs[i] {
			return nil, badAt(i, "ends at offset %d and starts at %d", offs[i+1], offs[i])
		}
	}
	return offs, nil
}

func validateText[O int32 | int64](c *Chunk) error {
	offs, err := validateOffsets[O](c)
	if err != nil || !Physical(c.Type).(arrow.BinaryDataType).IsUtf8() || c.Len == 0 {
		return err
	}
	data := c.Bufs[2]
	if whole := data[offs[0]:offs[c.Len]]; utf8.Valid(whole) {
		// Each row is valid, too, if none begins in the middle of a rune.
		i := 0
		for i < c.Len && (offs[i] == offs[c.Len] || utf8.RuneStart(data[offs[i]])) {
			i++
		}
		if i == c.Len {
			return nil
		}
	}
	for i := range c.Len {
		if v := data[offs[i]:offs[i+1]]; !utf8.Valid(v) && !c.IsNull(i) {
			return badAt(i, "%q is not UTF-8", v[:min(len(v), 40)])
		}
	}
	return nil
}

func validateViews(c *Chunk) error {
	text := Physical(c.Type).(arrow.BinaryDataType).IsUtf8()
	for i := range c.Len {
		if c.IsNull(i) {
			continue
		}
		h := c.Bufs[1][(c.Off+i)*viewSize:][:viewSize]
		n := int64(int32(binary.NativeEndian.Uint32(h)))
		if n > viewInline {
			buf, at := int64(int32(binary.NativeEndian.Uint32(h[8:]))), int64(int32(binary.NativeEndian.Uint32(h[12:])))
			if buf < 0 || buf >= int64(len(c.Bufs)-2) || at < 0 || at+n > int64(len(c.Bufs[buf+2])) {
				return badAt(i, "a view of %d bytes from byte %d of buffer %d", n, at, buf)
			}
			if !bytes.Equal(h[4:8], c.Bufs[buf+2][at:at+4]) {
				return badAt(i, "a view that begins with %q, but points to %q", h[4:8], c.Bufs[buf+2][at:at+4])
			}
		}
		if n < 0 {
			return badAt(i, "a view of %d bytes", n)
		}
		if v := c.ViewBytes(i); text && !utf8.Valid(v) {
			return badAt(i, "%q is not UTF-8", v[:min(len(v), 40)])
		}
	}
	return nil
}

func validateLists[O int32 | int64](c *Chunk) error {
	offs, err := validateOffsets[O](c)
	if err != nil || c.Len == 0 {
		return err
	}
	return validateKid(c, 0, int(offs[0]), int(offs[c.Len]))
}

func validateListViews[O int32 | int64](c *Chunk) error {
	offs, sizes := Values[O](c.Bufs[1]), Values[O](c.Bufs[2])
	for i := range c.Len {
		lo, n := offs[c.Off+i], sizes[c.Off+i]
		if lo < 0 || n < 0 || int64(lo) > int64(c.Kids[0].Len) || int64(n) > int64(c.Kids[0].Len)-int64(lo) {
			return badAt(i, "a view of %d values from %d of %d", n, lo, c.Kids[0].Len)
		}
	}
	return validateKid(c, 0, 0, c.Kids[0].Len)
}

func validateFields(c *Chunk, l Layout) error {
	if t, ok := Physical(c.Type).(arrow.UnionType); ok {
		ids := t.ChildIDs()
		for i := range c.Len {
			code := int8(c.Bufs[1][c.Off+i])
			if code < 0 || ids[code] == arrow.InvalidUnionChildID {
				return badAt(i, "type code %d, which the union does not have", code)
			}
			if l == LayoutDense {
				if at := Values[int32](c.Bufs[2])[c.Off+i]; at < 0 || int(at) >= c.Kids[ids[code]].Len {
					return badAt(i, "value %d of a child of %d", at, c.Kids[ids[code]].Len)
				}
			}
		}
	}
	for k, kid := range c.Kids {
		lo, hi := c.Off, c.Off+c.Len
		if l == LayoutDense {
			lo, hi = 0, kid.Len
		}
		if err := validateKid(c, k, lo, hi); err != nil {
			return err
		}
	}
	return nil
}

func validateRuns(c *Chunk) error {
	ends, last := runEnds(c.Kids[0]), 0
	for k := range c.Kids[0].Len {
		if ends(k) <= last {
			return fmt.Errorf("run %d ends at %d, and the one before at %d", k, ends(k), last)
		}
		last = ends(k)
	}
	return validateKid(c, 1, 0, c.Kids[1].Len)
}
