package files

import (
	"io"

	"github.com/parframe/parframe/internal/atomicfile"
	"github.com/parframe/parframe/internal/engine"
)

// Sink is where a call writes to.
type Sink struct {
	Name string // "" for a writer
	open func(c *engine.Call, write func(out io.Writer, lent *Writer) error) error
}

// ToPath is the file at path, which is there whole or not at all.
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

// With calls write once with what is written to; lent is the user's writer below
// it, nil for a file.
func (to Sink) With(c *engine.Call, write func(out io.Writer, lent *Writer) error) error {
	return to.open(c, write)
}

// On runs write on the worker that writes from now on.
func (w *Writer) On(c *engine.Call, worker *engine.Worker, write func() error) error {
	if w == nil {
		return write()
	}
	w.Ctx = worker
	defer func() { w.Ctx = c.Context() }()
	return write()
}
