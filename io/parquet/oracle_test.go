package parquet

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/parframe/parframe/frame"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func v15(data []byte, c int) (out []string, typ string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic %v", p)
		}
	}()
	r, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, "", err
	}
	for g := range r.NumRowGroups() {
		ch, err := fr.RowGroup(g).Column(c).Read(context.Background())
		if err != nil {
			return nil, "", err
		}
		typ = ch.DataType().String()
		for _, a := range ch.Chunks() {
			for i := range a.Len() {
				out = append(out, a.ValueStr(i))
			}
		}
	}
	return out, typ, nil
}
func vals(chunks []arrow.Array) (out []string) {
	for _, a := range chunks {
		for i := range a.Len() {
			out = append(out, a.ValueStr(i))
		}
	}
	return
}

var _ = array.NewSlice

func TestOracle(t *testing.T) {
	f, _ := os.Open("/work/shared/corpus/MANIFEST.tsv")
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	same, diff := 0, 0
	for sc.Scan() {
		p := strings.Split(sc.Text(), "\t")
		if !strings.HasPrefix(p[0], "parquet/") || strings.HasPrefix(p[5], "clear error") {
			continue
		}
		data, _ := os.ReadFile(filepath.Join("/work/shared/corpus", p[0]))
		fr, err := Read(context.Background(), bytes.NewReader(data), int64(len(data)), ReadOptions{})
		if err != nil {
			continue
		}
		for c, col := range columnsOf(fr) {
			want, typ, err := v15(data, c)
			if err != nil {
				fmt.Println("v15:", p[0], c, err, col.Type())
				continue
			}
			got := vals(col.Chunks())
			if len(got) != len(want) {
				fmt.Println("LEN", p[0], c, len(got), len(want))
				continue
			}
			bad := -1
			for i := range got {
				if got[i] != want[i] {
					bad = i
					break
				}
			}
			if bad >= 0 {
				diff++
				fmt.Printf("DIFF %s col %d (%s ours %v, v15 %s) row %d: %.150q want %.150q\n", p[0], c, col.Name(), col.Type(), typ, bad, got[bad], want[bad])
			} else {
				same++
			}
		}
	}
	fmt.Println("same", same, "diff", diff)
}
func columnsOf(f *frame.Frame) (out []frame.Column) { tb := f.ToTable(); _ = tb; return f.Columns() }
