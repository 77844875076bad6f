package frame

import (
	"fmt"
	"slices"

	"github.com/parframe/parframe/internal/chunk"
)

// Column returns the named column. An unknown name is an [ErrColumn] that lists the
// existing names, the most similar first.
func (f *Frame) Column(name string) (Column, error) {
	if f == nil {
		return Column{}, fmt.Errorf("frame.Column: %w", ErrNilFrame)
	}
	i, err := f.index(name)
	if err != nil {
		return Column{}, fmt.Errorf("frame.Column: %w", err)
	}
	return Column{f.cols[i]}, nil
}

// Select returns the named columns, in the order of the names, without copying. Unknown
// names are an [ErrColumn], repeated names an [ErrName].
func (f *Frame) Select(names ...string) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Select: %w", ErrNilFrame)
	}
	cols := make([]chunk.Column, len(names))
	for k, name := range names {
		i, err := f.index(name)
		if err != nil {
			return nil, fmt.Errorf("frame.Select: %w", err)
		}
		if slices.Contains(names[:k], name) {
			return nil, fmt.Errorf("frame.Select: %w: %q", ErrName, name)
		}
		cols[k] = f.cols[i]
	}
	return f.like(cols), nil
}

// Drop returns the frame without the named columns, without copying. The number of rows
// does not change, even if no column is left. Unknown names are an [ErrColumn]; repeated
// names are allowed.
func (f *Frame) Drop(names ...string) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Drop: %w", ErrNilFrame)
	}
	out := make(map[int]bool, len(names))
	for _, name := range names {
		i, err := f.index(name)
		if err != nil {
			return nil, fmt.Errorf("frame.Drop: %w", err)
		}
		out[i] = true
	}
	cols := make([]chunk.Column, 0, len(f.cols))
	for i, c := range f.cols {
		if !out[i] {
			cols = append(cols, c)
		}
	}
	return f.like(cols), nil
}

// Rename returns the frame with the column of the old name under the new one.
func (f *Frame) Rename(old, new string) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.Rename: %w", ErrNilFrame)
	}
	i, err := f.index(old)
	if err != nil {
		return nil, fmt.Errorf("frame.Rename: %w", err)
	}
	if old != new && f.Schema().HasField(new) {
		return nil, fmt.Errorf("frame.Rename: %w: there is a column %q already", ErrName, new)
	}
	cols := slices.Clone(f.cols)
	cols[i] = cols[i].Renamed(new)
	return f.like(cols), nil
}

// With returns the frame with the columns added: each replaces the column of its name, or
// comes after the others. Nothing is copied. A column of another length is an
// [ErrLength], a repeated name an [ErrName]. A frame without columns and rows accepts
// columns of any one length.
func (f *Frame) With(cols ...Column) (*Frame, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.With: %w", ErrNilFrame)
	}
	own := make([]chunk.Column, len(cols))
	for i, c := range cols {
		own[i] = c.col
	}
	return f.with(own)
}

// with is With for columns of this package.
func (f *Frame) with(cols []chunk.Column) (*Frame, error) {
	rows := f.rows
	if len(f.cols) == 0 && rows == 0 && len(cols) > 0 {
		rows = cols[0].Len
	}
	out := slices.Clone(f.cols)
	for k, c := range cols {
		name := c.Field.Name
		same := func(o chunk.Column) bool { return o.Field.Name == name }
		switch {
		case c.Field.Type == nil:
			return nil, fmt.Errorf("frame.With: %w: the zero Column", ErrType)
		case c.Len != rows:
			return nil, fmt.Errorf("frame.With: %w: column %q has %d rows, the frame has %d", ErrLength, name, c.Len, rows)
		case slices.ContainsFunc(cols[:k], same):
			return nil, fmt.Errorf("frame.With: %w: %q", ErrName, name)
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	g := f.like(out)
	g.rows = rows
	return g, nil
}

// like returns a frame of the columns with the rows and metadata of f.
func (f *Frame) like(cols []chunk.Column) *Frame {
	return newFrame(cols, f.rows).withMetadata(f.Schema().Metadata())
}

// index returns the index of the named column.
func (f *Frame) index(name string) (int, error) {
	if at := f.Schema().FieldIndices(name); len(at) > 0 {
		return at[0], nil
	}
	return 0, chunk.NoColumn(name, f.Names())
}

// indexOf returns the index of the named column.
func indexOf(cols []chunk.Column, name string) (int, error) {
	for i, c := range cols {
		if c.Field.Name == name {
			return i, nil
		}
	}
	return 0, chunk.NoColumn(name, namesIn(cols))
}

// namesIn returns the names of the columns.
func namesIn(cols []chunk.Column) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Field.Name
	}
	return names
}
