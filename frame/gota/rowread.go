package gota

import (
	"fmt"
	"strconv"

	"github.com/go-gota/gota/series"
)

// intReader is the reader for rows of ints, of columns of ints and bools.
func intReader(c *column, lo, hi int, dst []cell[int], step int) (int, error) {
	if c.typ == series.Int {
		strided(dst, c.ints[lo:hi], step)
		return hi, nil
	}
	for i, v := range c.bools[lo:hi] {
		dst[i*step] = cell[int]{number(v.v), v.na}
	}
	return hi, nil
}

// floatReader is the reader for rows of floats, of columns of floats, ints and bools.
func floatReader(c *column, lo, hi int, dst []cell[float64], step int) (int, error) {
	switch c.typ {
	case series.Float:
		strided(dst, c.floats[lo:hi], step)
	case series.Int:
		for i, v := range c.ints[lo:hi] {
			if !v.na && int(float64(v.v)) != v.v {
				return lo + i, fmt.Errorf("%w: the int %d, which has no exact float, in a row with floats", ErrUnsupported, v.v)
			}
			dst[i*step] = cell[float64]{float64(v.v), v.na}
		}
	default:
		for i, v := range c.bools[lo:hi] {
			dst[i*step] = cell[float64]{float64(number(v.v)), v.na}
		}
	}
	return hi, nil
}

// textReader is the reader for rows of strings, of columns of any type.
func textReader(c *column, lo, hi int, dst []cell[string], step int) (int, error) {
	switch c.typ {
	case series.String:
		strided(dst, c.strings[lo:hi], step)
	case series.Float:
		for i, v := range c.floats[lo:hi] {
			if !v.na && v.v == v.v {
				dst[i*step].v = strconv.FormatFloat(v.v, 'g', -1, 64)
			} else {
				dst[i*step].na = true
			}
		}
	case series.Int:
		for i, v := range c.ints[lo:hi] {
			dst[i*step] = cell[string]{strconv.Itoa(v.v), v.na}
		}
	default:
		for i, v := range c.bools[lo:hi] {
			dst[i*step] = cell[string]{strconv.FormatBool(v.v), v.na}
		}
	}
	return hi, nil
}

// boolReader is the reader for rows of bools.
func boolReader(c *column, lo, hi int, dst []cell[bool], step int) (int, error) {
	strided(dst, c.bools[lo:hi], step)
	return hi, nil
}

// strided copies src into every step-th cell of dst.
func strided[T value](dst, src []cell[T], step int) {
	at := 0
	for _, v := range src {
		dst[at] = v
		at += step
	}
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
