package csv

import (
	"fmt"

	"github.com/parframe/parframe/parallel"
)

// WriteOptions describe the output. The zero value writes RFC 4180 with a header line,
// quotes where they are needed, and nulls as empty fields.
type WriteOptions struct {
	NoHeader  bool
	Delimiter rune // 0 is ','
	Quote     rune // 0 is '"'
	CRLF      bool // end lines with "\r\n"

	// NullString is the text of null, instead of the empty field. A string with the
	// same text is written in quotes, so that [ReadOptions.NullStrings]
	// distinguishes them.
	NullString string

	// Quoting selects the fields that are quoted.
	Quoting Quoting

	// EscapeFormulas writes a ' before strings that begin with = + - @, a tab, a
	// carriage return or NUL, since spreadsheets run those as formulas (CWE-1236).
	// Numbers are not changed. It is off by default, as the strings that are read
	// back differ from those that were written.
	EscapeFormulas bool

	// Compression of the whole file.
	Compression Compression
}

// Quoting is the set of fields that are written in quotes.
type Quoting uint8

const (
	QuoteNeeded  Quoting = iota // those that could not be read back otherwise
	QuoteStrings                // all strings, and the header
	QuoteAll                    // all fields except nulls
)

// Compression is the compression of a file.
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
