// Package pqmeta holds the metadata of a Parquet file, footer and page
// headers, and its Thrift form.
//
// The field numbers are those of parquet.thrift in apache/parquet-format.
// A value that a file leaves out is the zero value. Where zero has a meaning of its
// own, the comment of the field says how absence is represented.
package pqmeta

// File is the footer.
type File struct {
	Version    int32
	Schema     []Element // depth first; the root is the first
	NumRows    int64
	RowGroups  []RowGroup
	KeyValue   []KeyValue
	CreatedBy  string
	TypeOrders int  // columns whose statistics follow the type's own order
	Encrypted  bool // the footer declares encryption, of all or some of the file
}

// KeyValue is an entry of the file's metadata.
type KeyValue struct{ Key, Value string }

// Type is a physical type.
type Type int8

// The physical types. None marks a group.
const (
	None              Type = -1
	Boolean           Type = 0
	Int32             Type = 1
	Int64             Type = 2
	Int96             Type = 3
	Float             Type = 4
	Double            Type = 5
	ByteArray         Type = 6
	FixedLenByteArray Type = 7
)

var typeNames = [...]string{"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"}

func (t Type) String() string { return name(int(t), typeNames[:], "group") }

// Repetition is how often a node occurs.
type Repetition int8

// The repetitions. The root has NoRepetition.
const (
	NoRepetition Repetition = -1
	Required     Repetition = 0
	Optional     Repetition = 1
	Repeated     Repetition = 2
)

// Converted is the older annotation of a node's meaning, NoConverted if it has
// none.
type Converted int8

// The converted types.
const (
	NoConverted Converted = iota - 1
	ConvUTF8
	ConvMap
	ConvMapKeyValue
	ConvList
	ConvEnum
	ConvDecimal
	ConvDate
	ConvTimeMillis
	ConvTimeMicros
	ConvTimestampMillis
	ConvTimestampMicros
	ConvUint8
	ConvUint16
	ConvUint32
	ConvUint64
	ConvInt8
	ConvInt16
	ConvInt32
	ConvInt64
	ConvJSON
	ConvBSON
	ConvInterval
)

// Kind is the annotation of a node's meaning.
type Kind int8

// The logical types, numbered as in the format. NoKind is the absence of one.
const (
	NoKind        Kind = 0
	StringKind    Kind = 1
	MapKind       Kind = 2
	ListKind      Kind = 3
	EnumKind      Kind = 4
	DecimalKind   Kind = 5
	DateKind      Kind = 6
	TimeKind      Kind = 7
	TimestampKind Kind = 8
	IntegerKind   Kind = 10
	NullKind      Kind = 11
	JSONKind      Kind = 12
	BSONKind      Kind = 13
	UUIDKind      Kind = 14
	Float16Kind   Kind = 15
	VariantKind   Kind = 16
	GeometryKind  Kind = 17
	GeographyKind Kind = 18
)

var kindNames = [...]string{
	"none", "STRING", "MAP", "LIST", "ENUM", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "9",
	"INTEGER", "UNKNOWN", "JSON", "BSON", "UUID", "FLOAT16", "VARIANT", "GEOMETRY", "GEOGRAPHY",
}

func (k Kind) String() string { return name(int(k), kindNames[:], "none") }

// Unit is the resolution of a time.
type Unit int8

// The units, numbered as in the format.
const (
	Millis Unit = 1
	Micros Unit = 2
	Nanos  Unit = 3
)

// Logical is a logical type with its parameters.
type Logical struct {
	Kind      Kind
	Scale     int32 // of a decimal
	Precision int32
	Unit      Unit // of a time or timestamp
	UTC       bool // isAdjustedToUTC
	Bits      int8 // of an integer
	Signed    bool
}

// Element is a node of the schema.
type Element struct {
	Name        string
	Type        Type
	TypeLength  int32
	Repetition  Repetition
	NumChildren int32
	Converted   Converted
	Scale       int32 // of a converted decimal
	Precision   int32
	FieldID     int32 // -1 if absent
	Logical     Logical
}

// RowGroup is a horizontal piece of the file.
type RowGroup struct {
	Columns   []Chunk // one per leaf of the schema
	TotalSize int64   // uncompressed
	NumRows   int64
}

// Chunk is the data of one leaf in one row group.
type Chunk struct {
	FilePath  string // of another file that holds the data
	Encrypted bool
	HasMeta   bool // the fields below are present

	Type         Type
	Encodings    []Encoding
	Path         []string
	Codec        Codec
	NumValues    int64 // levels, which is values and nulls
	Uncompressed int64
	Compressed   int64
	DataOffset   int64
	DictOffset   int64 // 0 if absent
	Stats        Stats
}

// Stats are the least and the greatest value of a chunk, encoded as PLAIN without a
// length.
type Stats struct {
	Min, Max       []byte // in the order of the type; nil if absent
	OldMin, OldMax []byte // deprecated: order was never defined
	NullCount      int64  // -1 if absent
	MinExact       bool
	MaxExact       bool
}

// Codec is how pages are compressed.
type Codec int8

// The codecs, numbered as in the format.
const (
	Uncompressed Codec = 0
	Snappy       Codec = 1
	Gzip         Codec = 2
	LZO          Codec = 3
	Brotli       Codec = 4
	LZ4Hadoop    Codec = 5
	Zstd         Codec = 6
	LZ4Raw       Codec = 7
)

var codecNames = [...]string{"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"}

func (c Codec) String() string { return name(int(c), codecNames[:], "codec") }

// Encoding is how values or levels are laid out in a page.
type Encoding int8

// The encodings, numbered as in the format.
const (
	Plain             Encoding = 0
	PlainDictionary   Encoding = 2
	RLE               Encoding = 3
	BitPacked         Encoding = 4
	DeltaBinaryPacked Encoding = 5
	DeltaLengthByte   Encoding = 6
	DeltaByteArray    Encoding = 7
	RLEDictionary     Encoding = 8
	ByteStreamSplit   Encoding = 9
)

var encodingNames = [...]string{
	"PLAIN", "1", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
	"DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT",
}

func (e Encoding) String() string { return name(int(e), encodingNames[:], "encoding") }

// PageType is the kind of a page.
type PageType int32

// The page types, numbered as in the format.
const (
	DataPage       PageType = 0
	IndexPage      PageType = 1
	DictionaryPage PageType = 2
	DataPageV2     PageType = 3
)

// Page is a page header. Type determines which fields have a meaning.
type Page struct {
	Type         PageType
	Uncompressed int32
	Compressed   int32
	CRC          uint32 // IEEE, of the bytes that follow the header
	HasCRC       bool
	HasHeader    bool // the part of the header that belongs to Type is present

	NumValues   int32
	Encoding    Encoding
	DefEncoding Encoding // version 1
	RepEncoding Encoding
	NumNulls    int32 // version 2
	NumRows     int32
	DefBytes    int32
	RepBytes    int32
	Compressed2 bool // version 2: the values are compressed
}
