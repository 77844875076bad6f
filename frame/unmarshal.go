package frame

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/internal/ipccheck"
)

// UnmarshalBinary sets f to the frame that [Frame.MarshalBinary] wrote, or to any other
// complete Arrow IPC stream. The frame has memory of its own.
//
// Data that is cut short, continues after the end, is not a stream, or asks for much more
// memory than its size allows is an [ErrInvalid], and f does not change. Values are not
// checked: for data from strangers call [Frame.Validate].
func (f *Frame) UnmarshalBinary(data []byte) (err error) {
	if f == nil {
		return fmt.Errorf("frame.UnmarshalBinary: %w", ErrNilFrame)
	}
	defer func() {
		if r := recover(); r != nil { // Arrow's reader panics on some broken streams
			err = fmt.Errorf("frame.UnmarshalBinary: %w: %v", ErrInvalid, r)
		}
	}()
	if err = checkStream(data); err == nil {
		var g Frame
		if g.schema, g.cols, g.rows, err = readStream(data); err == nil {
			*f = g
			return nil
		}
	}
	return fmt.Errorf("frame.UnmarshalBinary: %w: %w", ErrInvalid, err)
}

// readStream returns the schema, the columns and the number of rows of a frame.
func readStream(data []byte) (*arrow.Schema, []chunk.Column, int, error) {
	mem := &budget{left: most(data)}
	in, err := ipc.NewReader(bytes.NewReader(data), ipc.WithAllocator(mem))
	if err != nil {
		return nil, nil, 0, err
	}
	defer in.Release()
	var recs []arrow.Record
	for in.Next() {
		rec := in.Record()
		rec.Retain()
		recs = append(recs, rec)
	}
	if err := in.Err(); err != nil {
		return nil, nil, 0, err
	}
	return importRecords(in.Schema(), recs, true) // budget's memory is Go's
}

// most is the most memory that the rows of a stream may take, decompressed.
func most(data []byte) int { return 1024*len(data) + 64<<20 }

// budget is an allocator that panics when its memory is used up. checkStream has checked
// the lengths in the messages. But if a batch has fewer buffers than its schema needs,
// Arrow's reader takes other bytes as a length.
type budget struct {
	memory.GoAllocator
	left int
}

func (b *budget) Allocate(size int) []byte {
	if size < 0 || size > b.left {
		panic(fmt.Sprintf("the stream asks for %d bytes", size))
	}
	b.left -= size
	return b.GoAllocator.Allocate(size)
}

func (b *budget) Reallocate(size int, old []byte) []byte {
	if size > cap(old) {
		return append(b.Allocate(size)[:0], old...)[:size]
	}
	return b.GoAllocator.Reallocate(size, old)
}

// checkStream checks the messages up to the end marker. Arrow's reader trusts every
// length and offset in them, and takes the end of the data for the end of the stream.
func checkStream(data []byte) error {
	limit := int64(most(data))
	for rest := data; ; {
		meta, body, err := ipccheck.Prefix(rest)
		if err != nil {
			return fmt.Errorf("byte %d: %w", len(data)-len(rest), err)
		}
		if meta == nil {
			if len(body) > 0 {
				return fmt.Errorf("%d bytes after the end of the stream", len(body))
			}
			return nil
		}
		m, err := ipccheck.Metadata(meta)
		if err == nil && m.BodyLen > int64(len(body)) {
			err = fmt.Errorf("a message is cut short")
		}
		size := int64(0)
		if err == nil {
			size, err = m.Body(body[:m.BodyLen], limit)
		}
		if err != nil {
			return fmt.Errorf("byte %d: %w", len(data)-len(rest), err)
		}
		limit -= size
		rest = body[m.BodyLen:]
	}
}
