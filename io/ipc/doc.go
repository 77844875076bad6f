// Package ipc reads and writes Arrow IPC files and streams as frames.
//
// Next to the package of the same name in Arrow for Go, which does the
// decoding: every message is checked before Arrow sees it, so that a damaged
// or hostile file is an error and not a panic or the end of the process; a
// stream that is cut short between two messages is an error; and a file whose
// chunks have different dictionaries can be written.
//
// The file form begins and ends with ARROW1 and has an index; Feather version
// 2 is another name for it. The stream form is for pipes and sockets.
//
// # Other programs
//
// The tests read the golden files of Arrow's integration tests, written by
// versions 0.14.1, 1.0.0 (in little-endian and big-endian form), 2.0.0 (with
// compression) and 21.0.0, and files of Polars. Where a file exists in both forms,
// the two frames are compared, and they are written again, read, and compared. Arrow's
// own writer for Go (v15) writes the messages; no test reads them with another
// program.
//
// # Not supported
//
//	decimals of 32 and 64 bits               ErrMalformed, as Arrow v15 does not know them
//	Feather version 1                        ErrMalformed
//	a file with several dictionaries for     ErrUnsupported, when written in the file form;
//	a column that cannot be merged           the stream form takes it
//	compression, big-endian form and         ErrUnsupported from OpenMapped; ReadFile
//	dictionary deltas in a mapped file       reads them
//	batches that exceed MaxMemory            ErrLimit
//
// Custom metadata of single messages is ignored, and not written.
package ipc
