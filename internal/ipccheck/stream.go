package ipccheck

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/parframe/parframe/internal/unset"
)

// Stream is a reader of an IPC stream that checks each message before it returns its
// bytes. It ends with the end marker. A source that ends without one is malformed,
// as something may be missing.
type Stream struct {
	r     io.Reader
	limit int64 // bytes that all batches together may take, decompressed
	total int64
	buf   bytes.Reader // the message that is being read
	mem   []byte
	seen  bool // the schema has been read
	count int  // messages after the schema
	done  bool
	err   error
	Rows  int64 // of the record batches so far

	// Before runs before each piece of a message, of at most 1 MiB, is read, moved or
	// returned. Its error ends the stream.
	Before func() error
	// Check runs for each message after the schema. Its error ends the stream.
	Check func(*Message) error

	// Messages is the number of messages between the schema and the end marker, as
	// stated by the index of a file, or -1 if there is no index.
	Messages int

	DictIDs []int64 // of the schema
}

// NewStream returns a Stream that reads from r. All batches together may take limit
// bytes, decompressed.
func NewStream(r io.Reader, limit int64) *Stream { return &Stream{r: r, limit: limit, Messages: -1} }

// Read returns the bytes of sound messages, and then the error.
func (s *Stream) Read(p []byte) (int, error) {
	for s.buf.Len() == 0 {
		if s.done {
			return 0, io.EOF
		}
		if s.err == nil {
			s.err = s.message()
		}
		if s.err != nil {
			return 0, s.err
		}
	}
	if s.err = s.before(); s.err != nil {
		return 0, s.err
	}
	return s.buf.Read(p[:min(len(p), step)])
}

func (s *Stream) before() error {
	if s.Before == nil {
		return nil
	}
	return s.Before()
}

// Err returns the error that ended the stream.
func (s *Stream) Err() error { return s.err }

// message reads and checks the next message.
func (s *Stream) message() error {
	s.mem = s.mem[:0]
	if err := s.more(4); err != nil {
		if err == errNothing && len(s.mem) == 0 {
			return malformed("the stream ends without an end marker: it is cut short")
		}
		return err
	}
	n := int64(int32(binary.LittleEndian.Uint32(s.mem)))
	if n == -1 {
		if err := s.more(4); err != nil {
			return err
		}
		n = int64(int32(binary.LittleEndian.Uint32(s.mem[4:])))
	}
	head := len(s.mem)
	if n == 0 {
		if !s.seen {
			return malformed("a stream without a schema")
		}
		if s.Messages >= 0 && s.count != s.Messages {
			return malformed("%d messages where the index of the file has %d", s.count, s.Messages)
		}
		s.done = true
		s.buf.Reset(s.mem)
		return nil
	}
	if n < 8 {
		return malformed("metadata of %d bytes", n)
	}
	if err := s.more(n); err != nil {
		return err
	}
	m, err := Metadata(s.mem[head:])
	if err != nil {
		return err
	}
	if (m.Kind == SchemaMessage) == s.seen {
		return malformed("a message of kind %d in the place of another", m.Kind)
	}
	if !s.seen {
		s.seen, s.DictIDs = true, m.DictIDs
	} else {
		s.count++
		if s.Check != nil {
			if err := s.Check(&m); err != nil {
				return err
			}
		}
	}
	meta := len(s.mem)
	if err := s.more(m.BodyLen); err != nil {
		return err
	}
	size, err := m.Body(s.mem[meta:], s.limit-s.total)
	if errors.Is(err, ErrLimit) {
		return overLimit(s.limit) // of all batches
	}
	if err != nil {
		return err
	}
	s.total += size
	if m.Kind == RecordMessage {
		s.Rows += m.Rows
	}
	s.buf.Reset(s.mem)
	return nil
}

// step is the size of a piece: well below a millisecond to move.
const step = 1 << 20

var errNothing = malformed("the stream ends in the middle of a message")

// more appends n bytes of the source to mem. Memory grows with the bytes that the
// source has, not with the number that the message claims.
func (s *Stream) more(n int64) error {
	for n > 0 {
		if err := s.before(); err != nil {
			return err
		}
		k := int(min(n, step))
		at := len(s.mem)
		if cap(s.mem)-at < k {
			grown := unset.Make[byte](at + int(min(n, max(step, int64(at)))) + at/2)
			for i := 0; i < at; i += step {
				if err := s.before(); err != nil {
					return err
				}
				copy(grown[i:], s.mem[i:min(i+step, at)])
			}
			s.mem = grown[:at]
		}
		s.mem = s.mem[:at+k]
		got, err := io.ReadFull(s.r, s.mem[at:])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			s.mem = s.mem[:at+got]
			return errNothing
		}
		if err != nil {
			return err
		}
		n -= int64(k)
	}
	return nil
}
