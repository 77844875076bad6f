package frame

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow/ipc"

	"github.com/parframe/parframe/internal/ipcform"
)

// MarshalBinary returns the frame as an Arrow IPC stream, which other Arrow libraries can
// read. It lets frames travel through encoding/gob, pipes and caches.
// [Frame.UnmarshalBinary] returns an equal frame, with one Arrow chunk for each record of
// [Frame.ToRecords].
//
// When reading, Arrow knows an extension type only if the program registered it
// (arrow.RegisterExtensionType); otherwise the column is read as its storage, with the
// type's name in the field's metadata.
func (f *Frame) MarshalBinary() ([]byte, error) {
	if f == nil {
		return nil, fmt.Errorf("frame.MarshalBinary: %w", ErrNilFrame)
	}
	var buf bytes.Buffer
	if err := f.writeStream(&buf); err != nil {
		return nil, fmt.Errorf("frame.MarshalBinary: %w", err)
	}
	return buf.Bytes(), nil
}

func (f *Frame) writeStream(w io.Writer) (err error) {
	schema, recs, err := ipcform.Records(f.Schema(), f.cols, f.rows)
	if err != nil {
		return err
	}
	out := ipc.NewWriter(w, ipc.WithSchema(schema))
	defer func() { err = errors.Join(err, out.Close()) }()
	for _, rec := range recs {
		if err := out.Write(rec); err != nil {
			return err
		}
	}
	return nil
}
