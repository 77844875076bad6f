package files

import (
	"io"

	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/internal/engine"
)

// Sink is the destination of a call that writes.
type Sink struct {
	Name string // "" for a writer
	open func(c *engine.Call, write func(out io.Writer, lent *Writer) error) error
}

// ToPath is the file at path, which is written whole or not at all.
func ToPath(path string) Sink {
	return Sink{path, func(_ *engine.Call, write func(io.Writer, *Writer) error) error {
		return atomicfile.Write(path, func(out io.Writer) error { return write(out, nil) })
	}}
}

// To is the user's writer.
func To(out io.Writer) Sink {
	return Sink{"", func(c *engine.Call, write func(io.Writer, *Writer) error) error {
		if out == nil {
			return Nil("io.Writer")
		}
		lent := &Writer{W: out, Ctx: c.Context()}
		return write(lent, lent)
	}}
}

// With opens the sink and calls write once. lent is the user's writer under out, nil
// for a file.
func (to Sink) With(c *engine.Call, write func(out io.Writer, lent *Writer) error) error {
	return to.open(c, write)
}

// On runs write, with the context of the worker that runs it as that of the writer. A
// nil Writer has no context to change.
func (w *Writer) On(c *engine.Call, worker *engine.Worker, write func() error) error {
	if w == nil {
		return write()
	}
	w.Ctx = worker
	defer func() { w.Ctx = c.Context() }()
	return write()
}
