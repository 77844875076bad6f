package frame

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"syscall"

	"github.com/apache/arrow/go/v15/arrow"
	"golang.org/x/term"

	"github.com/parframe/parframe/internal/chunk"
	"github.com/parframe/parframe/parallel"
)

// The defaults of String, Print and HTML: as much as a reader can take in at a glance,
// and as many rows as in Polars.
const (
	showRows  = 10
	showWidth = 100
)

// String returns f as a table for people: the shape, the names and Arrow types of the
// columns, and the first and the last five rows. An ellipsis (…) stands for rows, columns
// and ends of texts that are left out.
//
// The table is at most 100 terminal cells wide on every machine (Print uses the width of
// the terminal). Wide characters (Chinese, Japanese, Korean, emoji) count as two cells.
// Nulls are shown as null, floats with up to six decimals, and control characters escaped
// (\n), so that a row is a line. Only the cells that are shown are read, whatever the
// size of f.
func (f *Frame) String() string {
	return table(frameGrid{f.orZero()}, limits{width: showWidth, rows: showRows, cols: math.MaxInt})
}

// String returns c as a table, like a frame with this one column.
func (c Column) String() string {
	if c.col.Field.Type == nil {
		return "the zero Column"
	}
	return (&Frame{cols: []chunk.Column{c.col}, rows: c.col.Len}).String()
}

// PrintOption changes how much of a frame Print shows.
type PrintOption struct {
	name  string
	value int
	set   func(*limits, int)
}

// MaxRows makes Print show at most n rows (default 10), the first and the
// last; math.MaxInt means all.
func MaxRows(n int) PrintOption {
	return PrintOption{"MaxRows", n, func(l *limits, n int) { l.rows = n }}
}

// MaxColumns makes Print show at most n columns (default: as many as fit).
func MaxColumns(n int) PrintOption {
	return PrintOption{"MaxColumns", n, func(l *limits, n int) { l.cols = n }}
}

// MaxWidth makes Print draw at most n terminal cells wide, but at least 9,
// instead of the width of the terminal.
func MaxWidth(n int) PrintOption {
	return PrintOption{"MaxWidth", n, func(l *limits, n int) { l.width = n }}
}

// Print writes f to w in the form of String, followed by a newline. The table is as wide
// as the terminal if w is one; otherwise as the environment variable COLUMNS says, or 100
// cells without it. A negative limit is an error that names the option, and nothing is
// written; other errors are from w.
func (f *Frame) Print(w io.Writer, opts ...PrintOption) error {
	switch {
	case f == nil:
		return fmt.Errorf("frame.Print: %w", ErrNilFrame)
	case w == nil:
		return fmt.Errorf("frame.Print: %w: nil writer", parallel.ErrOption)
	}
	lim := limits{width: widthOf(w), rows: showRows, cols: math.MaxInt}
	for _, o := range opts {
		switch {
		case o.set == nil:
			return fmt.Errorf("frame.Print: empty PrintOption: use MaxRows, MaxColumns or MaxWidth")
		case o.value < 0:
			return fmt.Errorf("frame.Print: %s(%d): want 0 or more", o.name, o.value)
		}
		o.set(&lim, o.value)
	}
	_, err := io.WriteString(w, table(frameGrid{f}, lim)+"\n")
	return err
}

// widthOf returns the width of w's terminal. It uses SyscallConn, as Fd would switch the
// file to blocking mode.
func widthOf(w io.Writer) int {
	if conn, ok := w.(syscall.Conn); ok {
		if raw, err := conn.SyscallConn(); err == nil {
			width := 0
			if err := raw.Control(func(fd uintptr) { width, _, _ = term.GetSize(int(fd)) }); err == nil && width > 0 {
				return width
			}
		}
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return showWidth
}

// MIMEBundle returns f in the forms that notebooks choose from, by MIME type:
// "text/html" (HTML) and "text/plain" (String).
func (f *Frame) MIMEBundle() map[string]string {
	return map[string]string{"text/html": f.HTML(), "text/plain": f.String()}
}

// frameGrid lets a Frame be printed. Every cell gets its own array header, since
// goroutines can share frames but not headers.
type frameGrid struct{ *Frame }

func (g frameGrid) size() (rows, cols int) { return g.rows, len(g.cols) }

func (g frameGrid) head(col int) (name, typ string) {
	field := g.cols[col].Field
	return field.Name, field.Type.String()
}

func (g frameGrid) kind(col int) cellKind {
	typ := g.cols[col].Field.Type
	switch id := typ.ID(); {
	case arrow.IsInteger(id), arrow.IsFloating(id), arrow.IsDecimal(id):
		return numberCells
	case id == arrow.BOOL:
		return wholeCells
	}
	if _, ok := typ.(arrow.TemporalWithUnit); ok || typ.ID() == arrow.DATE32 || typ.ID() == arrow.DATE64 {
		return wholeCells
	}
	return textCells
}

func (g frameGrid) cell(row, col, max int) string {
	k, i := g.cols[col].Find(row)
	return cellText(k.Slice(i, i+1).Array(), 0, max)
}
