package codec

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/parframe/parframe/internal/pqmeta"
)

// Compress appends src in compressed form to dst. The bytes depend on src alone.
func Compress(c pqmeta.Codec, dst, src []byte) ([]byte, error) {
	switch c {
	case pqmeta.Uncompressed:
		return append(dst, src...), nil
	case pqmeta.Snappy:
		bound := s2.MaxEncodedLen(len(src))
		if bound < 0 {
			return nil, fmt.Errorf("snappy: page of %d bytes is too large", len(src))
		}
		dst = grow(dst, bound)
		return dst[:len(dst)+len(s2.EncodeSnappy(dst[len(dst):len(dst)+bound], src))], nil
	case pqmeta.Zstd:
		e := zstdEncoders.Get().(*zstd.Encoder)
		defer zstdEncoders.Put(e)
		return e.EncodeAll(src, dst), nil
	case pqmeta.LZ4Raw:
		bound := lz4.CompressBlockBound(len(src))
		dst = grow(dst, bound)
		var z lz4.Compressor
		n, err := z.CompressBlock(src, dst[len(dst):len(dst)+bound])
		if err != nil {
			return nil, err
		}
		return dst[:len(dst)+n], nil
	case pqmeta.Gzip:
		buf := bytes.NewBuffer(dst)
		w := gzipWriters.Get().(*gzip.Writer)
		defer gzipWriters.Put(w)
		w.Reset(buf)
		w.Write(src) // a bytes.Buffer does not fail
		w.Close()
		return buf.Bytes(), nil
	case pqmeta.Brotli:
		buf := bytes.NewBuffer(dst)
		w := brotli.NewWriter(buf)
		w.Write(src)
		w.Close()
		return buf.Bytes(), nil
	}
	return nil, fmt.Errorf("%w %v", ErrUnsupported, c)
}

func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	out := make([]byte, len(b), len(b)+max(n, len(b)/2))
	copy(out, b)
	return out
}

var zstdEncoders = sync.Pool{New: func() any {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
}}

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
