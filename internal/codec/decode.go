// Package codec compresses and decompresses the pages of Parquet files.
//
// The one-call functions of the codecs allocate an output of whatever size the
// input claims. Here the size is known from the page header, and the output is a
// slice of that size, which the caller has charged to its memory limit. Input that
// does not fill it exactly is an error, so a decompression bomb cannot take more.
package codec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/parframe/parframe/internal/pqmeta"
)

// The kinds of error.
var (
	ErrUnsupported = errors.New("unsupported compression")
	ErrCorrupt     = errors.New("corrupt compressed data")
)

// Decompress fills dst with what src holds. The result must be exactly as long
// as dst.
func Decompress(c pqmeta.Codec, dst, src []byte) (err error) {
	defer func() { // some decoders index before they check
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v: %v", ErrCorrupt, c, p)
		}
	}()
	switch c {
	case pqmeta.Uncompressed:
		if len(src) != len(dst) {
			return wrongSize(c, len(src), len(dst))
		}
		copy(dst, src)
		return nil
	case pqmeta.Snappy:
		n, err := s2.DecodedLen(src)
		if err != nil {
			return corrupt(c, err)
		}
		if n != len(dst) {
			return wrongSize(c, n, len(dst))
		}
		_, err = s2.Decode(dst, src)
		return corrupt(c, err)
	case pqmeta.Zstd:
		return unzstd(dst, src)
	case pqmeta.LZ4Raw:
		return unlz4(c, dst, src)
	case pqmeta.LZ4Hadoop:
		if unhadoop(dst, src) == nil {
			return nil
		}
		return unlz4(c, dst, src) // early writers of Arrow left the framing out
	case pqmeta.Gzip:
		r, _ := gzipReaders.Get().(*gzip.Reader)
		if r == nil {
			r = new(gzip.Reader)
		}
		defer gzipReaders.Put(r)
		if len(dst) == 0 && len(src) == 0 {
			return nil
		}
		if err := r.Reset(bytes.NewReader(src)); err != nil {
			return corrupt(c, err)
		}
		return fill(c, dst, r)
	case pqmeta.Brotli:
		return fill(c, dst, brotli.NewReader(bytes.NewReader(src)))
	}
	return fmt.Errorf("%w %v", ErrUnsupported, c)
}

var gzipReaders sync.Pool

func corrupt(c pqmeta.Codec, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %v: %v", ErrCorrupt, c, err)
}

func wrongSize(c pqmeta.Codec, got, want int) error {
	return fmt.Errorf("%w: %v: %d bytes where the header says %d", ErrCorrupt, c, got, want)
}

// fill reads all of dst from r, which must end there.
func fill(c pqmeta.Codec, dst []byte, r io.Reader) error {
	n, err := io.ReadFull(r, dst)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return wrongSize(c, n, len(dst))
	}
	if err != nil {
		return corrupt(c, err)
	}
	var one [1]byte
	switch n, err := r.Read(one[:]); {
	case n > 0:
		return fmt.Errorf("%w: %v: more bytes than the %d of the header", ErrCorrupt, c, len(dst))
	case err != nil && err != io.EOF:
		return corrupt(c, err)
	}
	return nil
}

// maxWindow is the window that RFC 8878 asks decoders to support, 16 times what
// encoders use by default. A decoder keeps memory of about its window between calls.
const maxWindow = 128 << 20

var zstdDecoders = sync.Pool{New: func() any {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
}}

// unzstd decodes a frame that states its size in one call, after a check of the
// size, and any other frame as a stream.
func unzstd(dst, src []byte) error {
	d := zstdDecoders.Get().(*zstd.Decoder)
	defer zstdDecoders.Put(d)
	var h zstd.Header
	if err := h.Decode(src); err == nil && h.HasFCS && h.FrameContentSize == uint64(len(dst)) && len(dst) > 0 {
		out, err := d.DecodeAll(src, dst[:0:len(dst)])
		if err != nil {
			return corrupt(pqmeta.Zstd, err)
		}
		if len(out) != len(dst) {
			return wrongSize(pqmeta.Zstd, len(out), len(dst))
		}
		return nil
	}
	if err := d.Reset(bytes.NewReader(src)); err != nil {
		return corrupt(pqmeta.Zstd, err)
	}
	err := fill(pqmeta.Zstd, dst, d)
	d.Reset(nil)
	return err
}

func unlz4(c pqmeta.Codec, dst, src []byte) error {
	n, err := lz4.UncompressBlock(src, dst)
	if err != nil {
		return corrupt(c, err)
	}
	if n != len(dst) {
		return wrongSize(c, n, len(dst))
	}
	return nil
}

// unhadoop decodes Hadoop's framing: blocks, each after its two sizes in big
// endian.
func unhadoop(dst, src []byte) error {
	for len(src) >= 8 {
		out, in := binary.BigEndian.Uint32(src), binary.BigEndian.Uint32(src[4:])
		src = src[8:]
		if uint64(out) > uint64(len(dst)) || uint64(in) > uint64(len(src)) {
			return ErrCorrupt
		}
		if err := unlz4(pqmeta.LZ4Hadoop, dst[:out], src[:in]); err != nil {
			return err
		}
		dst, src = dst[out:], src[in:]
	}
	if len(dst) > 0 || len(src) > 0 {
		return ErrCorrupt
	}
	return nil
}
