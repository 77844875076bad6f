package csv

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/parallel"
)

// NoQuote as Quote turns quoting off: every quote character is data, and no
// field can hold a delimiter or a line end.
const NoQuote rune = -1

// ReadOptions says what a file looks like and what to take from it. The zero
// value reads RFC 4180 with a header line, all columns, types inferred.
type ReadOptions struct {
	// Columns are the names of the columns to read, in the order wanted. The
	// others cost almost nothing. nil reads all.
	Columns []string

	// Types gives columns their type, by name; columns that are not in it get
	// an inferred one. Accepted: bool, the integers and floats, decimal128,
	// date32, date64, time32, time64, timestamp, string, large string, binary,
	// large binary and null. A cell that does not fit is then an error.
	Types map[string]arrow.DataType

	// NoHeader says that the first record is data. Columns are then called
	// column_1, column_2 and so on, unless Names says otherwise.
	NoHeader bool

	// Names are the columns' names, one for each field, instead of those in
	// the header.
	Names []string

	Delimiter rune // between fields; 0 is ','
	Quote     rune // around fields; 0 is '"', NoQuote is none
	Escape    rune // takes the meaning from the next character; 0: quotes are doubled
	Comment   rune // at the start of a line: the line is ignored; 0: none

	// LazyQuotes lets a quote stand inside an unquoted field, and a quote that
	// is not doubled inside a quoted one, as in encoding/csv.
	LazyQuotes bool

	// TrimSpace removes blanks and tabs around fields and around their quotes.
	TrimSpace bool

	// DecimalComma reads 1,5 as one and a half.
	DecimalComma bool

	// SkipLines is the number of lines before the header that are no CSV.
	SkipLines int

	// NullStrings are texts that mean null, such as "NA", beside the empty
	// field, which always does. In string columns only an unquoted text is null.
	NullStrings []string

	// QuotedNull makes a quoted null string null in string columns too.
	QuotedNull bool

	// EmptyString makes an empty field in a string column "" instead of null.
	EmptyString bool

	// Ragged says what happens to records with too few or too many fields.
	Ragged Ragged

	// InvalidUTF8 says what happens to bytes that are no UTF-8.
	InvalidUTF8 InvalidUTF8

	// Reject sets bad records aside instead of failing: those with a cell that
	// does not fit the type in Types, and those with the wrong number of
	// fields. They are in Report.Rejected, which must be there.
	Reject bool

	// MaxColumns is the most fields that the header may have; 0 is 100,000.
	MaxColumns int

	// MaxRecord is the most bytes that one record, and so one field, may have;
	// 0 is 16 MiB, and 512 MiB are the most that can be set. A quote that is never closed would otherwise take the rest
	// of the file into memory.
	MaxRecord int

	// MaxBytes is the most bytes that a compressed file may decompress to;
	// 0 is 64 GiB.
	MaxBytes int64

	// MaxRatio is how many times larger than the file the decompressed text
	// may be, beyond the first 64 MiB; 0 is 250.
	MaxRatio int

	// SampleBytes is how much text the first guess of the types looks at; 0 is
	// 1 MiB. Whole reads widen a type that a later row contradicts, so it only
	// matters for [ReadSeq] and [Splits], whose types are fixed at the start.
	SampleBytes int

	// Report, if not nil, is filled with what the reader noticed.
	Report *Report
}

// Ragged says what to do with a record that has not as many fields as there
// are columns.
type Ragged uint8

const (
	RaggedError Ragged = iota // it is an error
	RaggedPad                 // missing fields are null, surplus ones are dropped
	RaggedSkip                // the record is left out
)

// InvalidUTF8 says what to do with a string that is not UTF-8.
type InvalidUTF8 uint8

const (
	UTF8Error   InvalidUTF8 = iota // it is an error; binary columns take any bytes
	UTF8Replace                    // each run of invalid bytes becomes U+FFFD
)

// Defaults, in one place.
const (
	defaultColumns   = 100_000
	mostRecord       = 512 << 20 // so that offsets in a range fit in 32 bits
	defaultMaxRecord = 16 << 20  // ten times DuckDB's max_line_size, for geometries
	defaultMaxBytes  = 64 << 30
	defaultMaxRatio  = 250 // tables compress up to about 100 times
	ratioFree        = 64 << 20
	defaultSample    = 1 << 20
)

// Report is what a reader noticed on its way. Lines count from 1 and are lines
// of the file: a record with a line end in quotes has several, and is known by
// its first.
type Report struct {
	Rows     int          // rows in the frame
	Renamed  []Rename     // columns that could not keep their name
	Ragged   []RaggedLine // padded, cut or skipped; the first 1000
	RaggedN  int          // number of all such records
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

// check refuses values that make no sense, and fills in the defaults.
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
