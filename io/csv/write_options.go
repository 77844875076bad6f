package csv

import (
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// WriteOptions says what a file is to look like. The zero value writes RFC 4180
// with a header line, quotes where they are needed, nulls as empty fields.
type WriteOptions struct {
	NoHeader  bool
	Delimiter rune // 0 is ','
	Quote     rune // 0 is '"'
	CRLF      bool // end lines with "\r\n"

	// NullString stands for null, instead of the empty field. A string that is
	// the same text is written in quotes, so that [ReadOptions.NullStrings]
	// tells them apart.
	NullString string

	// Quoting says which fields get quotes.
	Quoting Quoting

	// EscapeFormulas writes a ' before strings that begin with = + - @, a tab,
	// a carriage return or NUL, since spreadsheets take those for formulas and
	// run them (CWE-1236). Numbers are left alone. Off by default, as what is
	// read back then differs from what was written.
	EscapeFormulas bool

	// Compression of the whole file.
	Compression Compression
}

// Quoting says which fields are written in quotes.
type Quoting uint8

const (
	QuoteNeeded  Quoting = iota // those that could not be read back otherwise
	QuoteStrings                // all strings, and the header
	QuoteAll                    // everything but nulls
)

// Compression is a format around the text.
type Compression uint8

const (
	Uncompressed Compression = iota
	Gzip
	Zstd
)

func (o *WriteOptions) dialect() (dialect, error) {
	d, err := newDialect(&ReadOptions{Delimiter: o.Delimiter, Quote: o.Quote})
	switch {
	case err != nil:
		return d, err
	case d.quote == 0:
		return d, fmt.Errorf("%w: Quote NoQuote; accepted when writing: one ASCII character", parallel.ErrOption)
	case o.Quoting > QuoteAll:
		return d, fmt.Errorf("%w: Quoting %d; accepted: QuoteNeeded, QuoteStrings, QuoteAll", parallel.ErrOption, o.Quoting)
	case o.Compression > Zstd:
		return d, fmt.Errorf("%w: Compression %d; accepted: Uncompressed, Gzip, Zstd", parallel.ErrOption, o.Compression)
	case d.needsQuotes([]byte(o.NullString)):
		return d, fmt.Errorf("%w: NullString %q; accepted: a text without delimiter, quote and line end", parallel.ErrOption, o.NullString)
	}
	return d, nil
}
