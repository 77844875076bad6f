package ipc

import (
	"bytes"
	"fmt"
	"os"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/frame"
	"github.com/parframe/parframe/internal/files"
	"github.com/parframe/parframe/internal/ipccheck"
)

// Mapped is a file whose bytes are the memory of a frame.
type Mapped struct {
	frame *frame.Frame
	once  sync.Once
	unmap func() error
}

// OpenMapped maps a file in the file form into memory and makes a frame of it,
// without reading or copying the data.
//
//	OpenMapped(path) Mapped
//
// It is for files that you trust and that nobody changes: using a frame over a file
// that has shrunk ends the process. The metadata and the bounds of all buffers are
// checked. Their content is not: [frame.Frame.Validate] checks it. A compressed
// file, one in big-endian form and one with dictionary deltas are an
// [ErrUnsupported]: use [ReadFile]. If the system cannot map files, the file is read
// into memory.
func OpenMapped(path string) (*Mapped, error) {
	m, err := openMapped(path)
	return m, named("ipc.OpenMapped", path, err)
}

func openMapped(path string) (*Mapped, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: the file is empty", ErrMalformed)
	}
	data, unmap, err := mapFile(f, info.Size())
	if err != nil {
		return nil, err
	}
	fr, err := overlay(data)
	if err != nil {
		unmap()
		return nil, err
	}
	return &Mapped{frame: fr, unmap: unmap}, nil
}

// Frame returns the frame. Its values lie in the file, as do those of all frames,
// columns, arrays and strings made from it without a copy.
func (m *Mapped) Frame() *frame.Frame {
	if m == nil {
		return nil
	}
	return m.frame
}

// Close unmaps the file. Using a value that still points into it ends the process;
// [frame.Frame.Clone] makes a frame that outlives the mapping. Without Close, the
// mapping lasts as long as the process: it takes address space, and as much memory
// as the system decides.
func (m *Mapped) Close() (err error) {
	if m == nil || m.unmap == nil {
		return nil
	}
	m.once.Do(func() { err = m.unmap() })
	return err
}

// overlay makes a frame over the bytes of a file.
func overlay(data []byte) (f *frame.Frame, err error) {
	defer recovered(&err)
	foot, err := ipccheck.File(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	o := &overlaid{data: data, dicts: make(map[int64]*array.Data)}
	if err := o.readSchema(foot.Schema); err != nil {
		return nil, err
	}
	for _, b := range foot.Dictionaries {
		if err := o.addDictionary(b); err != nil {
			return nil, err
		}
	}
	var recs []arrow.Record
	for _, b := range foot.Records {
		rec, err := o.record(b)
		if err != nil {
			return nil, err
		}
		recs = append(recs, rec)
	}
	if f, err = frame.FromRecords(o.schema, recs...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return f, nil
}

// overlaid is a file in memory of which arrays are made.
type overlaid struct {
	data    []byte
	schema  *arrow.Schema
	dictIDs []int64 // of the dictionary fields, in the order of the schema
	types   map[int64]arrow.DataType
	dicts   map[int64]*array.Data
}

func (o *overlaid) block(b ipccheck.Block) []byte { return o.data[b.Offset : b.Offset+b.Size()] }

// readSchema decodes the schema, and finds the types of the dictionaries.
func (o *overlaid) readSchema(b ipccheck.Block) error {
	head, err := batchAt(o.block(b))
	if err != nil {
		return err
	}
	if head.m.Kind != ipccheck.SchemaMessage {
		return fmt.Errorf("%w: the first message is not a schema", ErrMalformed)
	}
	if head.m.Big {
		return fmt.Errorf("%w: a file in big-endian form cannot be mapped", ErrUnsupported)
	}
	if o.schema, err = schemaAt(o.block(b)); err != nil {
		return err
	}
	o.dictIDs = head.m.DictIDs
	types := dictionaryTypes(o.schema)
	if len(types) != len(o.dictIDs) {
		return fmt.Errorf("%w: %d dictionaries in the metadata and %d in the schema", ErrMalformed, len(o.dictIDs), len(types))
	}
	o.types = make(map[int64]arrow.DataType)
	for i, id := range o.dictIDs {
		if hasDictionary(types[i]) {
			return fmt.Errorf("%w: dictionaries of dictionaries in a mapped file", ErrUnsupported)
		}
		o.types[id] = types[i]
	}
	return nil
}

// addDictionary makes the array of a dictionary.
func (o *overlaid) addDictionary(b ipccheck.Block) error {
	d, err := batchAt(o.block(b))
	if err != nil {
		return err
	}
	id := d.m.DictID
	t := o.types[id]
	switch {
	case d.m.Kind != ipccheck.DictionaryMessage || t == nil:
		return fmt.Errorf("%w: a dictionary that no field has", ErrMalformed)
	case d.m.Compressed:
		return errCompressed
	case d.m.Delta || o.dicts[id] != nil:
		return fmt.Errorf("%w: a file with dictionary deltas cannot be mapped", ErrUnsupported)
	}
	l := &loader{m: &d.m, body: d.body, dicts: o.dicts}
	o.dicts[id], err = l.load(t)
	return err
}

// record makes the arrays of a record batch.
func (o *overlaid) record(b ipccheck.Block) (arrow.Record, error) {
	r, err := batchAt(o.block(b))
	if err != nil {
		return nil, err
	}
	if r.m.Kind != ipccheck.RecordMessage {
		return nil, fmt.Errorf("%w: a message of kind %d instead of a record batch", ErrMalformed, r.m.Kind)
	}
	if r.m.Compressed {
		return nil, errCompressed
	}
	l := &loader{m: &r.m, body: r.body, dicts: o.dicts, ids: o.dictIDs}
	cols := make([]arrow.Array, o.schema.NumFields())
	for i := range cols {
		d, err := l.load(o.schema.Field(i).Type)
		if err != nil {
			return nil, err
		}
		if int64(d.Len()) != r.m.Rows {
			return nil, fmt.Errorf("%w: column %q has %d rows in a batch of %d", ErrMalformed, o.schema.Field(i).Name, d.Len(), r.m.Rows)
		}
		cols[i] = array.MakeFromData(d)
	}
	return array.NewRecord(o.schema, cols, r.m.Rows), nil
}

var errCompressed = fmt.Errorf("%w: a compressed file cannot be mapped", ErrUnsupported)

// batch is a message in memory.
type batch struct {
	m    ipccheck.Message
	body []byte
}

func batchAt(b []byte) (out batch, err error) {
	meta, rest, err := ipccheck.Prefix(b)
	if err != nil {
		return out, err
	}
	if out.m, err = ipccheck.Metadata(meta); err != nil {
		return out, err
	}
	if out.m.BodyLen > int64(len(rest)) {
		return out, fmt.Errorf("%w: body of %d bytes where %d are left", ErrMalformed, out.m.BodyLen, len(rest))
	}
	out.body = rest[:out.m.BodyLen]
	return out, nil
}

// schemaAt decodes a schema message.
func schemaAt(b []byte) (*arrow.Schema, error) {
	r, err := ipc.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	defer r.Release()
	return r.Schema(), nil
}

// readWhole is mapFile for systems that cannot map files.
func readWhole(f *os.File, size int64) ([]byte, func() error, error) {
	b := make([]byte, size)
	if _, err := f.ReadAt(b, 0); err != nil {
		return nil, nil, err
	}
	return b, func() error { return nil }, nil
}
