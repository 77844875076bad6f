package frame

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/internal/chunk"
)

// Concat returns the rows of the frames, one frame after the other.
//
//	(Frame...) Frame
//
// Nothing is copied where the frames agree: the result has their Arrow chunks. Columns
// are matched by name; they appear in the order in which the frames first name them, with
// the metadata of the first frame.
//
// Where the frames disagree, their columns are unified if and only if no value changes;
// errors call the frames partitions. The result's types follow from the frames' types,
// never from the values or the number of rows:
//
//   - a missing column is null in the rows of that frame,
//   - null and any type T make T,
//   - integers make the narrowest integer that holds both: int8 and int32 make
//     int32, uint8 and int8 make int16; int64 and uint64 have none,
//   - floats make the wider one,
//   - an integer and a float make the narrowest float that is at least as wide
//     as both, as in NumPy: int8 and float32 make float32, int32 and float32
//     make float64. An int64 or uint64 that float64 cannot hold is an error
//     that names its row,
//   - utf8 and large_utf8 make large_utf8, and so for binary,
//   - dictionaries of one value type make the one with the wider codes; chunks
//     keep their own dictionaries,
//   - lists, maps and structs of the same shape are unified inside.
//
// Anything else (text and numbers, bool and integers, times of different units or zones)
// is an [ErrType] that names the partition, the column and both types. No frames are an
// [ErrLength], and a nil frame is an [ErrNilFrame].
func Concat(frames ...*Frame) (*Frame, error) { return concat(context.Background(), frames) }

// concat is Concat, but stops when the context ends. Its error is then the cause,
// unwrapped.
func concat(ctx context.Context, frames []*Frame) (*Frame, error) {
	if len(frames) == 0 {
		return nil, fmt.Errorf("frame.Concat: %w: no frames", ErrLength)
	}
	rows, sameSchema := 0, true
	for i, f := range frames {
		if endedAt(ctx, i) {
			return nil, context.Cause(ctx)
		}
		if f == nil {
			return nil, fmt.Errorf("frame.Concat: %w: partition %d", ErrNilFrame, i)
		}
		rows += f.rows
		sameSchema = sameSchema && f.schema == frames[0].schema
	}
	if len(frames) == 1 {
		return frames[0], nil
	}
	var names []string
	if names = frames[0].Names(); !sameSchema {
		names = allNames(ctx, frames)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	cols := make([]chunk.Column, len(names))
	for i, name := range names {
		c, err := concatColumn(ctx, name, frames, rows)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("frame.Concat: %w", err)
		}
		cols[i] = c
	}
	if sameSchema {
		return &Frame{schema: frames[0].schema, cols: cols, rows: rows}, nil
	}
	return newFrame(cols, rows).withMetadata(frames[0].Schema().Metadata()), nil
}

// endedAt reports whether the context has ended. It looks once for every 256
// frames, which take about a microsecond each.
func endedAt(ctx context.Context, i int) bool { return i&0xff == 0 && ctx.Err() != nil }

// allNames returns the names of all columns in the order in which they first appear, or
// fewer of them if the context ends.
func allNames(ctx context.Context, frames []*Frame) []string {
	var names []string
	seen := map[string]bool{}
	for i, f := range frames {
		if endedAt(ctx, i) {
			break
		}
		for _, c := range f.cols {
			if !seen[c.Field.Name] {
				seen[c.Field.Name] = true
				names = append(names, c.Field.Name)
			}
		}
	}
	return names
}

// concatColumn joins the columns of the given name. If the context ends, the result
// is incomplete and must be discarded.
func concatColumn(ctx context.Context, name string, frames []*Frame, rows int) (chunk.Column, error) {
	parts := make([]*chunk.Column, len(frames))
	field := arrow.Field{}
	nullable, chunks, from := false, 0, 0
	for i, f := range frames {
		if endedAt(ctx, i) {
			return chunk.Column{}, nil
		}
		at := f.Schema().FieldIndices(name)
		if len(at) == 0 {
			nullable, chunks = true, chunks+1
			continue
		}
		c := &f.cols[at[0]]
		parts[i] = c
		chunks += len(c.Chunks)
		nullable = nullable || c.Field.Nullable
		if field.Type == nil {
			field, from = c.Field, i
			continue
		}
		t := chunk.Unify(field.Type, c.Field.Type)
		if t == nil {
			return chunk.Column{}, fmt.Errorf("partition %d, column %q: %w: %s does not go with %s (partition %d)",
				i, name, ErrType, c.Field.Type, field.Type, from)
		}
		nullable = nullable || field.Type.ID() == arrow.NULL || c.Field.Type.ID() == arrow.NULL
		if !chunk.SameType(t, field.Type) {
			field.Type, from = t, i
		}
		field.Type = t
	}
	field.Nullable = nullable
	col := chunk.Column{Field: field, Chunks: make([]*chunk.Chunk, 0, chunks), Len: rows}
	for i, c := range parts {
		if endedAt(ctx, i) {
			return chunk.Column{}, nil
		}
		if c == nil {
			col.Chunks = append(col.Chunks, chunk.NullChunks(field.Type, frames[i].rows)...)
			continue
		}
		row := 0
		for _, k := range c.Chunks {
			if k.Type != field.Type && ctx.Err() != nil {
				return chunk.Column{}, nil
			}
			converted, err := chunk.Convert(k, field.Type)
			if err != nil {
				return chunk.Column{}, fmt.Errorf("partition %d, column %q: %w: %s does not go with %s (partition %d): %w",
					i, name, ErrType, c.Field.Type, field.Type, from, chunk.MoveRow(err, row))
			}
			col.Chunks = append(col.Chunks, converted...)
			row += k.Len
		}
	}
	return col, nil
}
