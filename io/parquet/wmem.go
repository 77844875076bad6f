package parquet

// writeMem is memory that one column chunk after the other is encoded in. A
// writer would otherwise leave as much garbage as it writes, several times
// over, and the system would have to find fresh pages for it.
type writeMem struct {
	pages  rooms // pages, and what they are compressed into
	chunks rooms // column chunks, until they are in the file
}
