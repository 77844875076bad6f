package csv

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// NoQuote as Quote turns quoting off: every quote character is data, and no field can
// contain a delimiter or a line end.
const NoQuote rune = -1

// ReadOptions describe a file and select what is read. The zero value reads RFC 4180
// with a header line, all columns, and inferred types.
type ReadOptions struct {
	// Columns are the names of the columns to read, in the order that the frame
	// has. The other columns take almost no time. nil reads all.
	Columns []string

	// Types are types of columns, by name. The types of other columns are
	// inferred. Accepted: bool, the integers and floats, decimal128, date32,
	// date64, time32, time64, timestamp, string, large string, binary, large
	// binary and null. A cell that does not fit the type is an error.
	Types map[string]arrow.DataType

	// NoHeader means that the first record is data. The columns are column_1,
	// column_2 and so on, unless Names are given.
	NoHeader bool

	// Names are the names of the columns, one for each field, instead of those in
	// the header.
	Names []string

	Delimiter rune // between fields; 0 is ','
	Quote     rune // around fields; 0 is '"', NoQuote is none
	Escape    rune // before a character that is data; 0 if quotes are doubled instead
	Comment   rune // at the start of lines that are ignored; 0 is none

	// LazyQuotes allows a quote in an unquoted field, and a quote that is not
	// doubled in a quoted field, as in encoding/csv.
	LazyQuotes bool

	// TrimSpace removes blanks and tabs around fields and around their quotes.
	TrimSpace bool

	// DecimalComma reads 1,5 as one and a half.
	DecimalComma bool

	// SkipLines is the number of lines before the header that are not CSV.
	SkipLines int

	// NullStrings are texts that mean null, such as "NA". The empty field always
	// does. In string columns only unquoted text is null.
	NullStrings []string

	// QuotedNull makes a quoted null string null in string columns too.
	QuotedNull bool

	// EmptyString makes an empty field in a string column "" instead of null.
	EmptyString bool

	// Ragged selects what happens to records with too few or too many fields.
	Ragged Ragged

	// InvalidUTF8 selects what happens to bytes that are not UTF-8.
	InvalidUTF8 InvalidUTF8

	// Reject sets bad records aside instead of failing: those with a cell that
	// does not fit the type in Types, and those with the wrong number of fields.
	// They are in Report.Rejected. Report must not be nil.
	Reject bool

	// MaxColumns is the largest number of fields of the header; 0 is 100,000.
	MaxColumns int

	// MaxRecord is the largest number of bytes of a record, and so of a field. 0
	// is 16 MiB, and the largest value is 512 MiB. Without a limit, a quote that is
	// never closed would take the rest of the file into memory.
	MaxRecord int

	// MaxBytes is the largest number of bytes that a compressed file may decompress
	// to; 0 is 64 GiB.
	MaxBytes int64

	// MaxRatio is the largest ratio of the decompressed text to the compressed
	// file, beyond the first 64 MiB; 0 is 250.
	MaxRatio int

	// SampleBytes is the number of bytes that types are first inferred from; 0 is
	// 1 MiB. Whole reads widen a type that a later row contradicts, so it only
	// matters for [ReadSeq] and [Splits], whose types are fixed at the start.
	SampleBytes int

	// Report, if not nil, receives a report of the read.
	Report *Report
}

// Ragged is what happens to a record whose number of fields is not that of the columns.
type Ragged uint8

const (
	RaggedError Ragged = iota // it is an error
	RaggedPad                 // missing fields are null, surplus ones are dropped
	RaggedSkip                // the record is left out
)

// InvalidUTF8 is what happens to a string that is not UTF-8.
type InvalidUTF8 uint8

const (
	UTF8Error   InvalidUTF8 = iota // it is an error; binary columns accept any bytes
	UTF8Replace                    // each run of invalid bytes becomes U+FFFD
)

// The limits and defaults of ReadOptions.
const (
	defaultColumns   = 100_000
	mostRecord       = 512 << 20 // so that offsets in a range fit in 32 bits
	defaultMaxRecord = 16 << 20  // enough for geometries; ten times DuckDB's max_line_size
	defaultMaxBytes  = 64 << 30
	defaultMaxRatio  = 250 // tables compress up to about 100 times
	ratioFree        = 64 << 20
	defaultSample    = 1 << 20
)

// Report describes a read. Lines are lines of the file, from 1: a record with a line end
// in quotes has several, and the first is reported.
type Report struct {
	Rows     int          // rows in the frame
	Renamed  []Rename     // columns that could not keep their name
	Ragged   []RaggedLine // records padded, cut or skipped; the first 1000
	RaggedN  int          // number of all of these
	Rejected *frame.Frame // line, column, text, reason; nil without Reject
}

// Rename is a column whose name in the header was empty or taken.
type Rename struct {
	Column   int // from 1
	From, To string
}

// RaggedLine is a record with the wrong number of fields.
type RaggedLine struct {
	Line, Fields int
}

const maxRaggedLines = 1000

// check refuses invalid values, and sets the defaults.
func (o *ReadOptions) check() error {
	for _, n := range []struct {
		name string
		v    int
	}{{"SkipLines", o.SkipLines}, {"MaxRecord", o.MaxRecord}, {"MaxColumns", o.MaxColumns}, {"MaxBytes", int(o.MaxBytes)}, {"MaxRatio", o.MaxRatio}, {"SampleBytes", o.SampleBytes}} {
		if n.v < 0 {
			return fmt.Errorf("%w: %s %d; accepted: 0 or more", parallel.ErrOption, n.name, n.v)
		}
	}
	if o.Ragged > RaggedSkip {
		return fmt.Errorf("%w: Ragged %d; accepted: RaggedError, RaggedPad, RaggedSkip", parallel.ErrOption, o.Ragged)
	}
	if o.InvalidUTF8 > UTF8Replace {
		return fmt.Errorf("%w: InvalidUTF8 %d; accepted: UTF8Error, UTF8Replace", parallel.ErrOption, o.InvalidUTF8)
	}
	if o.Reject && o.Report == nil {
		return fmt.Errorf("%w: Reject without a Report to put the records in", parallel.ErrOption)
	}
	if o.MaxRecord > mostRecord {
		return fmt.Errorf("%w: MaxRecord %d; accepted: up to %d", parallel.ErrOption, o.MaxRecord, mostRecord)
	}
	if o.MaxColumns == 0 {
		o.MaxColumns = defaultColumns
	}
	if o.MaxRecord == 0 {
		o.MaxRecord = defaultMaxRecord
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxRatio == 0 {
		o.MaxRatio = defaultMaxRatio
	}
	if o.SampleBytes == 0 {
		o.SampleBytes = defaultSample
	}
	return nil
}
