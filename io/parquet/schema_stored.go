package parquet

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/ipccheck"
)

// arrowKey is the key of the entry in the file's metadata in which Arrow's libraries
// store the schema of the data that was written: a schema message in base64.
const arrowKey = "ARROW:schema"

// arrowSchema decodes the stored Arrow schema. It is nil if the file has none.
func (f *footer) arrowSchema() (schema *arrow.Schema, err error) {
	for _, kv := range f.KeyValue {
		if kv.Key != arrowKey {
			continue
		}
		text := strings.TrimRight(kv.Value, "=") // some writers do not pad
		b, err := base64.RawStdEncoding.DecodeString(text)
		if err != nil {
			return nil, malformed("%s: %w", arrowKey, err)
		}
		if schema, err = decodeSchema(b); err != nil {
			return nil, malformed("%s: %w", arrowKey, err)
		}
		return schema, nil
	}
	return nil, nil
}

// decodeSchema decodes the schema of an IPC stream, which may have nothing else.
func decodeSchema(b []byte) (schema *arrow.Schema, err error) {
	if err := ipccheck.Schema(b); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	r, err := ipc.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	defer r.Release()
	return r.Schema(), nil
}

// metadata returns the metadata of the frame's schema: that of the file, and the
// entries that only the stored Arrow schema has.
func (f *footer) metadata(hint *arrow.Schema) arrow.Metadata {
	var keys, values []string
	for _, kv := range f.KeyValue {
		if kv.Key != arrowKey && indexOf(keys, kv.Key) < 0 {
			keys, values = append(keys, kv.Key), append(values, kv.Value)
		}
	}
	if hint != nil {
		m := hint.Metadata()
		for i, k := range m.Keys() {
			if indexOf(keys, k) < 0 {
				keys, values = append(keys, k), append(values, m.Values()[i])
			}
		}
	}
	return arrow.NewMetadata(keys, values)
}
