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
package ipc
