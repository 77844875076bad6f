package csv

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/parframe/parframe/internal/files"
)

// input is an open file: a ReaderAt with its size, or a stream.
type input struct {
	name   string
	at     io.ReaderAt // nil if the input is only a stream
	size   int64
	stream io.Reader
	lent   *files.Reader // the user's reader under stream; nil for a file
	close  []func()
}

// readIn sets the context of the worker that reads the stream.
func (in *input) readIn(ctx context.Context) {
	if in.lent != nil {
		in.lent.Ctx = ctx
	}
}

// opener opens the input of a call.
type opener func(ctx context.Context, o *ReadOptions) (*input, error)

func ofPath(path string) opener {
	return func(_ context.Context, o *ReadOptions) (*input, error) { return openPath(path, o) }
}

func ofReader(r io.Reader) opener {
	return func(ctx context.Context, o *ReadOptions) (*input, error) { return openReader(ctx, r, o) }
}

func (in *input) Close() {
	for i := len(in.close) - 1; i >= 0; i-- {
		in.close[i]()
	}
}

// openPath opens a file of the operating system.
func openPath(path string, o *ReadOptions) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return openFile(f, path, o)
}

// openFile returns the input of an open file, which is closed with the input.
func openFile(f fs.File, name string, o *ReadOptions) (*input, error) {
	in := &input{name: name, close: []func(){func() { f.Close() }}}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	}
	if err != nil {
		in.Close()
		return nil, err
	}
	in.stream = f
	if at, ok := f.(io.ReaderAt); ok && info.Mode().IsRegular() {
		in.at, in.size = at, info.Size()
	}
	return in.decompress(o)
}

// openReader returns the input of a reader, which the caller closes. A reader that can
// be read at any position is read from its current position to its end.
func openReader(ctx context.Context, r io.Reader, o *ReadOptions) (*input, error) {
	if r == nil {
		return nil, files.Nil("io.Reader")
	}
	in := &input{lent: &files.Reader{R: r, Ctx: ctx}}
	in.stream = in.lent
	if n, ok := r.(interface{ Name() string }); ok {
		in.name = n.Name()
	}
	at, ok1 := r.(io.ReaderAt)
	seek, ok2 := r.(io.Seeker)
	if ok1 && ok2 {
		here, err1 := seek.Seek(0, io.SeekCurrent)
		end, err2 := seek.Seek(0, io.SeekEnd)
		if err1 == nil && err2 == nil {
			in.at, in.size = io.NewSectionReader(at, here, end-here), end-here
		}
	}
	return in.decompress(o)
}

// decompress decodes the stream if its first bytes are those of gzip or zstd. The name
// of the file does not matter.
func (in *input) decompress(o *ReadOptions) (_ *input, err error) {
	var magic []byte
	if in.at != nil {
		magic = make([]byte, 4)
		n, err := in.at.ReadAt(magic, 0)
		if err != nil && err != io.EOF {
			in.Close()
			return nil, inFile(in.name, err)
		}
		magic = magic[:n]
		in.stream = io.NewSectionReader(in.at, 0, in.size)
	} else {
		buf := bufio.NewReaderSize(in.stream, 16)
		in.stream = buf
		if magic, err = buf.Peek(4); err != nil && err != io.EOF {
			in.Close()
			return nil, inFile(in.name, err)
		}
	}
	raw := &counter{r: in.stream}
	var out io.Reader
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		out, err = gzip.NewReader(raw)
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		var dec *zstd.Decoder
		// One at a time: the decoder then starts no goroutines.
		dec, err = zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err == nil {
			in.close = append(in.close, dec.Close)
			out = dec
		}
	default:
		return in, nil
	}
	if err != nil {
		in.Close()
		return nil, inFile(in.name, err)
	}
	in.at = nil
	in.stream = &limited{r: out, raw: raw, most: o.MaxBytes, ratio: int64(o.MaxRatio)}
	return in, nil
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// limited fails when the text is far larger than the compressed input: a few kilobytes
// can decompress to any amount.
type limited struct {
	r           io.Reader
	raw         *counter
	n           int64
	most, ratio int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.n += int64(n)
	if l.n > l.most {
		return 0, fmt.Errorf("%w: decompresses to more than %d bytes; accepted: up to the option MaxBytes", ErrLimit, l.most)
	}
	if l.n > ratioFree && l.n/l.ratio > l.raw.n {
		return 0, fmt.Errorf("%w: %d bytes decompress to more than %d times as many; accepted: up to the option MaxRatio", ErrLimit, l.raw.n, l.ratio)
	}
	if err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the compressed file is cut short: %w", err)
	}
	return n, err
}
