package csv_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/parframe/parframe/io/csv"
)

const text = `iata,city,lat,opened
ATL,"Atlanta, GA",33.64,1926-09-15
SFO,San Francisco,37.62,
ZZZ,"",,2020-01-01
`

func ExampleRead() {
	f, err := csv.Read(context.Background(), strings.NewReader(text), csv.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.NumRows(), "rows")
	for _, field := range f.Schema().Fields() {
		fmt.Println(field.Name, field.Type)
	}
	// Output:
	// 3 rows
	// iata utf8
	// city utf8
	// lat float64
	// opened date32
}

func ExampleReadFile() {
	path := filepath.Join(os.TempDir(), "parframe-example.csv")
	defer os.Remove(path)
	os.WriteFile(path, []byte("id,zip\n1,02139\n2,x\n"), 0o600)

	_, err := csv.ReadFile(context.Background(), path, csv.ReadOptions{
		Columns: []string{"zip"},
		Types:   map[string]arrow.DataType{"zip": arrow.PrimitiveTypes.Int32},
	})
	var e *csv.Error
	if errors.As(err, &e) {
		fmt.Println(e.Line, e.Column, e.Name, e.Text)
	}
	// Output: 3 2 zip x
}

func ExampleWrite() {
	ctx := context.Background()
	f, err := csv.Read(ctx, strings.NewReader(text), csv.ReadOptions{Columns: []string{"lat", "city"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := csv.Write(ctx, os.Stdout, f, csv.WriteOptions{Delimiter: ';', NullString: "NA"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// lat;city
	// 33.64;Atlanta, GA
	// 37.62;San Francisco
	// NA;""
}

func ExampleReadOptions_reject() {
	var report csv.Report
	f, err := csv.Read(context.Background(), strings.NewReader("id,n\n1,5\n2,many\n3\n"), csv.ReadOptions{
		Types:  map[string]arrow.DataType{"n": arrow.PrimitiveTypes.Int64},
		Reject: true,
		Report: &report,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.NumRows(), "good,", report.Rejected.NumRows(), "set aside")
	csv.Write(context.Background(), os.Stdout, report.Rejected, csv.WriteOptions{Delimiter: '|'})
	// Output:
	// 1 good, 2 set aside
	// line|column|text|reason
	// 3|n|2,many|"""many"" is not int64; accepted: a whole number from -9223372036854775808 to 9223372036854775807"
	// 4||3|the record has 1 field, the file 2 columns
}

func ExampleReadSeq() {
	ctx := context.Background()
	sum := 0
	for f, err := range csv.ReadSeq(ctx, strings.NewReader("n\n1\n2\n3\n"), csv.ReadOptions{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		sum += f.NumRows()
	}
	fmt.Println(sum, "rows")
	// Output: 3 rows
}

func ExampleReadFileSeq() {
	ctx := context.Background()
	in := filepath.Join(os.TempDir(), "parframe-in.csv")
	out := filepath.Join(os.TempDir(), "parframe-out.csv.gz")
	defer os.Remove(in)
	defer os.Remove(out)
	os.WriteFile(in, []byte(text), 0o600)

	// A file of any size, compressed in memory for a few ranges.
	err := csv.WriteFileSeq(ctx, out, csv.ReadFileSeq(ctx, in, csv.ReadOptions{}), csv.WriteOptions{Compression: csv.Gzip})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := csv.Count(ctx, out, csv.ReadOptions{})
	fmt.Println(n, err)
	// Output: 3 <nil>
}

func ExampleSplits() {
	ctx := context.Background()
	path := filepath.Join(os.TempDir(), "parframe-splits.csv")
	defer os.Remove(path)
	os.WriteFile(path, []byte("a,b\n1,\"x\ny\"\n2,z\n3,w\n"), 0o600)

	splits, err := csv.Splits(ctx, path, 8, csv.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range splits {
		f, err := s.Read(ctx, csv.ReadOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("from line", s.Line+1, "rows", f.NumRows())
	}
	// Output:
	// from line 2 rows 2
	// from line 5 rows 1
}

func ExampleTypes() {
	schema := arrow.NewSchema([]arrow.Field{{Name: "zip", Type: arrow.BinaryTypes.String}}, nil)
	f, err := csv.Read(context.Background(), strings.NewReader("zip\n12345\n"), csv.ReadOptions{Types: csv.Types(schema)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Schema().Field(0).Type)
	// Output: utf8
}

func ExampleSchema() {
	path := filepath.Join(os.TempDir(), "parframe-schema.csv")
	defer os.Remove(path)
	os.WriteFile(path, []byte(text), 0o600)
	s, err := csv.Schema(context.Background(), path, csv.ReadOptions{Columns: []string{"lat"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Field(0).Name, s.Field(0).Type)
	// Output: lat float64
}
