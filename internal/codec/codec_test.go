package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"github.com/parframe/parframe/internal/pqmeta"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var all = []pqmeta.Codec{pqmeta.Uncompressed, pqmeta.Snappy, pqmeta.Gzip, pqmeta.Brotli, pqmeta.Zstd, pqmeta.LZ4Raw}

func inputs() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 10_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	return [][]byte{{}, {7}, bytes.Repeat([]byte("abc"), 5000), noise, append(bytes.Repeat([]byte{0}, 70_000), noise...)}
}

func TestRoundTrip(t *testing.T) {
	for _, c := range all {
		for _, in := range inputs() {
			packed, err := Compress(c, []byte("prefix"), in)
			if err != nil || !bytes.HasPrefix(packed, []byte("prefix")) {
				t.Fatalf("%v, %d bytes: %v", c, len(in), err)
			}
			out := make([]byte, len(in))
			if err := Decompress(c, out, packed[6:]); err != nil || !bytes.Equal(in, out) {
				t.Errorf("%v, %d bytes: %v", c, len(in), err)
			}
			again, _ := Compress(c, nil, in)
			if !bytes.Equal(again, packed[6:]) {
				t.Errorf("%v, %d bytes: compressed differently the second time", c, len(in))
			}
		}
	}
}

func TestOutputOfAnotherSizeIsAnError(t *testing.T) {
	in := bytes.Repeat([]byte("abc"), 5000)
	for _, c := range all {
		packed, _ := Compress(c, nil, in)
		for _, n := range []int{0, 1, len(in) - 1, len(in) + 1, 2 * len(in)} {
			if err := Decompress(c, make([]byte, n), packed); !errors.Is(err, ErrCorrupt) {
				t.Errorf("%v into %d bytes: %v", c, n, err)
			}
		}
	}
}

// Damaged input is an error or the wrong bytes, never a panic; cut input is an
// error.
func TestDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, c := range all {
		for _, in := range inputs()[2:] {
			packed, _ := Compress(c, nil, in)
			out := make([]byte, len(in))
			for range 300 {
				bad := bytes.Clone(packed)
				for range 1 + r.IntN(4) {
					bad[r.IntN(min(len(bad), 40))] = byte(r.Uint32())
				}
				Decompress(c, out, bad)
				if err := Decompress(c, out, packed[:r.IntN(len(packed))]); err == nil {
					t.Fatalf("%v: cut input accepted", c)
				}
			}
			if err := Decompress(c, out, packed); err != nil || !bytes.Equal(in, out) {
				t.Fatalf("%v: the pooled decoder was spoilt: %v", c, err)
			}
		}
	}
}

func TestZstdFrameWithoutSize(t *testing.T) {
	in := bytes.Repeat([]byte("abc"), 100_000)
	var buf bytes.Buffer
	w, err := zstd.NewWriter(&buf)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(in[:1000])
	w.Flush()
	w.Write(in[1000:])
	w.Close()
	out := make([]byte, len(in))
	if err := Decompress(pqmeta.Zstd, out, buf.Bytes()); err != nil || !bytes.Equal(in, out) {
		t.Fatal(err)
	}
	if err := Decompress(pqmeta.Zstd, out[:10], buf.Bytes()); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a bomb went off: %v", err)
	}
}

func TestHadoopFraming(t *testing.T) {
	in := bytes.Repeat([]byte("abcdef"), 4000)
	var framed []byte
	for part := range bytes.SplitSeq(in, []byte("none")) {
		for i := 0; i < len(part); i += 9000 {
			piece := part[i:min(i+9000, len(part))]
			packed, _ := Compress(pqmeta.LZ4Raw, nil, piece)
			framed = binary.BigEndian.AppendUint32(framed, uint32(len(piece)))
			framed = binary.BigEndian.AppendUint32(framed, uint32(len(packed)))
			framed = append(framed, packed...)
		}
	}
	raw, _ := Compress(pqmeta.LZ4Raw, nil, in)
	for name, src := range map[string][]byte{"framed": framed, "raw": raw} {
		out := make([]byte, len(in))
		if err := Decompress(pqmeta.LZ4Hadoop, out, src); err != nil || !bytes.Equal(in, out) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnsupported(t *testing.T) {
	if err := Decompress(pqmeta.LZO, nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
	if _, err := Compress(pqmeta.Codec(9), nil, nil); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}
