package frame

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// UnmarshalBinary makes f the frame that [Frame.MarshalBinary] wrote, or any
// other Arrow IPC stream in one piece. The frame has memory of its own.
//
// Data that is cut short, goes on after the end, is no such stream or asks for
// much more memory than its size allows is an [ErrInvalid], and f stays as it
// was. Values are not checked: for data from strangers call [Frame.Validate].
func (f *Frame) UnmarshalBinary(data []byte) (err error) {
	defer func() {
		if r := recover(); r != nil { // Arrow's reader panics on some broken streams
			err = fmt.Errorf("frame.UnmarshalBinary: %w: %v", ErrInvalid, r)
		}
	}()
	if err = checkStream(data); err == nil {
		var g *Frame
		if g, err = readStream(data); err == nil {
			*f = *g
			return nil
		}
	}
	return fmt.Errorf("frame.UnmarshalBinary: %w: %w", ErrInvalid, err)
}

func readStream(data []byte) (*Frame, error) {
	mem := &budget{left: 1024*len(data) + 64<<20}
	in, err := ipc.NewReader(bytes.NewReader(data), ipc.WithAllocator(mem))
	if err != nil {
		return nil, err
	}
	defer in.Release()
	var recs []arrow.Record
	for in.Next() {
		rec := in.Record()
		rec.Retain()
		recs = append(recs, rec)
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if !in.Schema().IsNativeEndian() {
		return nil, errors.New("byte order of another machine")
	}
	return fromRecords(in.Schema(), recs, Borrow()) // budget's memory is Go's
}

// checkStream walks over the messages. Arrow's reader allocates what a length
// field says before it looks for the bytes, and takes the end of the data for
// the end of the stream.
func checkStream(data []byte) error {
	for at := 0; ; {
		head := data[at:]
		if len(head) < 8 || binary.LittleEndian.Uint32(head) != 0xFFFFFFFF {
			return fmt.Errorf("no message at byte %d of %d", at, len(data))
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		if size == 0 {
			if len(head) > 8 {
				return fmt.Errorf("%d bytes after the end of the stream", len(head)-8)
			}
			return nil
		}
		if size > int64(len(head)-8) {
			return fmt.Errorf("the message at byte %d is cut short", at)
		}
		body, ok := bodyLength(head[8 : 8+size])
		if !ok || body < 0 || body > int64(len(head)-8)-size {
			return fmt.Errorf("the message at byte %d is broken or cut short", at)
		}
		at += 8 + int(size+body)
	}
}

// bodyLength reads the fourth field of the FlatBuffers table at the root of a
// message (Message.fbs): how many bytes follow the metadata.
func bodyLength(meta []byte) (n int64, ok bool) {
	u16 := func(i int64) (int64, bool) {
		if i < 0 || i+2 > int64(len(meta)) {
			return 0, false
		}
		return int64(binary.LittleEndian.Uint16(meta[i:])), true
	}
	if len(meta) < 8 {
		return 0, false
	}
	table := int64(binary.LittleEndian.Uint32(meta))
	if table+4 > int64(len(meta)) {
		return 0, false
	}
	vtable := table - int64(int32(binary.LittleEndian.Uint32(meta[table:])))
	size, ok := u16(vtable)
	const slot = 4 + 2*3
	if !ok || size < slot+2 {
		return 0, ok // the field is left out: its default is 0
	}
	field, ok := u16(vtable + slot)
	if !ok || field == 0 {
		return 0, ok
	}
	if i := table + field; i+8 <= int64(len(meta)) {
		return int64(binary.LittleEndian.Uint64(meta[i:])), true
	}
	return 0, false
}

// budget is an allocator that panics when a stream asks for more than its size
// can justify, before memory that is not there ends the process.
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
