package ipc

import (
	"context"
	"io"
	"strings"

	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/ipccheck"
)

// source is a file or stream to be read.
type source struct {
	name string
	with func(ctx context.Context, count bool, use func(input) error) error
}

// input is an open source.
type input struct {
	messages io.Reader
	indexed  int           // messages after the schema in the index of the file; -1 without one
	lent     *files.Reader // the user's reader, nil for a file
	size     int64         // in bytes; -1: unknown
	rows     int           // 0: unknown
}

// stored returns a file, in either form, as a source. Its rows are counted if count
// is set.
func stored(src files.Source) source {
	return source{src.Name, func(ctx context.Context, count bool, use func(input) error) error {
		return src.With(ctx, func(r io.ReaderAt, size int64) (err error) {
			in := input{size: size}
			if in.messages, in.indexed, err = messages(r, size); err != nil {
				return err
			}
			if count {
				if rows, _, _, err := counts(ctx, r, size); err == nil { // otherwise reading returns the error
					in.rows = int(rows)
				}
			}
			return use(in)
		})
	}}
}

// streamed returns a reader of the stream form as a source.
func streamed(r io.Reader) source {
	return source{"", func(ctx context.Context, _ bool, use func(input) error) error {
		if r == nil {
			return files.Nil("io.Reader")
		}
		lent := &files.Reader{R: r, Ctx: ctx}
		return use(input{messages: lent, indexed: -1, lent: lent, size: -1})
	}}
}

// messages returns the messages of a file as a stream. Those of the file form
// are taken from where its index says they are; indexed is how many there are
// after the schema, or -1 for the stream form.
func messages(r io.ReaderAt, size int64) (stream io.Reader, indexed int, err error) {
	var head [6]byte
	if size >= 6 {
		if _, err := r.ReadAt(head[:], 0); err != nil {
			return nil, 0, err
		}
	}
	if string(head[:]) != ipccheck.Magic && size > 0 {
		return io.NewSectionReader(r, 0, size), -1, nil
	}
	f, err := ipccheck.File(r, size)
	if err != nil {
		return nil, 0, err
	}
	parts := []io.Reader{section(r, f.Schema)}
	for _, b := range f.Dictionaries {
		parts = append(parts, section(r, b))
	}
	for _, b := range f.Records {
		parts = append(parts, section(r, b))
	}
	parts = append(parts, strings.NewReader("\xff\xff\xff\xff\x00\x00\x00\x00"))
	return io.MultiReader(parts...), len(f.Dictionaries) + len(f.Records), nil
}

func section(r io.ReaderAt, b ipccheck.Block) io.Reader {
	return io.NewSectionReader(r, b.Offset, b.Size())
}
