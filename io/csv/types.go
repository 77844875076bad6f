package csv

import "github.com/apache/arrow/go/v15/arrow"

// Types returns the types of a schema by name, for [ReadOptions.Types]. With them, a
// file is read as the frame that was written.
func Types(s *arrow.Schema) map[string]arrow.DataType {
	if s == nil {
		return nil
	}
	types := make(map[string]arrow.DataType, len(s.Fields()))
	for _, f := range s.Fields() {
		types[f.Name] = f.Type
	}
	return types
}
