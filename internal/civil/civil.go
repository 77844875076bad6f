// Package civil reads and writes ISO 8601 dates and times as plain numbers:
// days and seconds since 1970-01-01 in the proleptic Gregorian calendar.
//
// time.Parse takes a layout, and about 100 ns. This package accepts the one spelling
// that data files use, and takes about 10. Years go from 0000 to 9999.
package civil

import (
	"encoding/binary"

	"github.com/parframe/parframe/internal/numparse"
)

// Zone is the kind of zone after a time.
type Zone uint8

const (
	None   Zone = iota // no zone: a local time
	Offset             // Z or ±hh:mm, and Stamp.Sec is UTC
)

// Stamp is a moment: seconds since 1970-01-01T00:00:00 and nanoseconds.
type Stamp struct {
	Sec    int64
	Nano   int32
	Digits uint8 // of the fraction, as written
	Zone   Zone
}

// Date reads "2006-01-02" as days since 1970-01-01. The day must exist.
func Date(b []byte) (days int32, ok bool) {
	if len(b) != 10 {
		return 0, false
	}
	w, last := binary.LittleEndian.Uint64(b), uint64(binary.LittleEndian.Uint16(b[8:]))
	y, m, d, ok := numparse.Pairs(w&0xFFFFFFFF | w>>8&0x0000FFFF_00000000 | last<<48)
	if !ok || w&0xFF0000FF_00000000 != '-'<<32|'-'<<56 || m < 1 || m > 12 || d < 1 || d > 28 && d > daysIn(y, m) {
		return 0, false
	}
	return fromCivil(y, m, d), true
}

// Time reads "15:04", "15:04:05" or "15:04:05.999999999" as the time since
// midnight; digits is the length of the fraction. 24:00 and leap seconds are
// not accepted.
func Time(b []byte) (sec, nano int32, digits uint8, ok bool) {
	if len(b) < 5 || b[2] != ':' {
		return 0, 0, 0, false
	}
	h, ok1 := two(b[0], b[1])
	m, ok2 := two(b[3], b[4])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, 0, 0, false
	}
	sec = h*3600 + m*60
	if len(b) == 5 {
		return sec, 0, 0, true
	}
	if len(b) < 8 || b[5] != ':' {
		return 0, 0, 0, false
	}
	s, ok := two(b[6], b[7])
	if !ok || s > 59 {
		return 0, 0, 0, false
	}
	sec += s
	if len(b) == 8 {
		return sec, 0, 0, true
	}
	f := b[9:]
	if b[8] != '.' && b[8] != ',' || len(f) == 0 || len(f) > 9 {
		return 0, 0, 0, false
	}
	scale := int32(1e9)
	for _, c := range f {
		if c -= '0'; c > 9 {
			return 0, 0, 0, false
		}
		nano = nano*10 + int32(c)
		scale /= 10
	}
	return sec, nano * scale, uint8(len(f)), true
}

// Timestamp reads a date, a 'T' or a blank, a time, and perhaps a zone: "Z",
// "+02", "+0200" or "+02:00". A bare date is midnight.
func Timestamp(b []byte) (s Stamp, ok bool) {
	if len(b) < 10 {
		return s, false
	}
	days, ok := Date(b[:10])
	if !ok {
		return s, false
	}
	s.Sec = int64(days) * 86400
	if len(b) == 10 {
		return s, true
	}
	if b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return s, false
	}
	b = b[11:]
	for i := 5; i < len(b); i++ {
		switch b[i] {
		case 'Z', 'z', '+', '-':
			off, ok := zone(b[i:])
			if !ok {
				return s, false
			}
			s.Sec -= int64(off)
			s.Zone = Offset
			b = b[:i]
		}
	}
	sec, nano, digits, ok := Time(b)
	s.Sec += int64(sec)
	s.Nano, s.Digits = nano, digits
	return s, ok
}

// zone reads an offset, and returns it in seconds.
func zone(b []byte) (int32, bool) {
	if b[0] == 'Z' || b[0] == 'z' {
		return 0, len(b) == 1
	}
	var h, m int32
	ok1, ok2 := false, true
	switch len(b) {
	case 3:
		h, ok1 = two(b[1], b[2])
	case 5:
		h, ok1 = two(b[1], b[2])
		m, ok2 = two(b[3], b[4])
	case 6:
		h, ok1 = two(b[1], b[2])
		m, ok2 = two(b[4], b[5])
		ok2 = ok2 && b[3] == ':'
	}
	if !ok1 || !ok2 || h > 15 || m > 59 {
		return 0, false
	}
	if b[0] == '-' {
		return -(h*3600 + m*60), true
	}
	return h*3600 + m*60, true
}

func two(a, b byte) (int32, bool) {
	a -= '0'
	b -= '0'
	return int32(a)*10 + int32(b), a <= 9 && b <= 9
}

var monthDays = [13]int32{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(y, m int32) int32 {
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		return 29
	}
	return monthDays[m]
}

// daysBefore is the number of days before a month, in a year that begins on the 1st
// of March.
var daysBefore = [13]int32{0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275}

// fromCivil counts days in years that begin on the 1st of March, so that the
// leap day is the last of its year (H. Hinnant, "chrono-compatible low-level
// date algorithms"). y is 0 or more.
func fromCivil(y, m, d int32) int32 {
	if m <= 2 {
		y--
	}
	u := uint32(y + 400) // of an era before, so that it is not negative
	leap := u/4 - u/100 + u/100/4
	return int32(u*365+leap) + daysBefore[m] + d - 1 - 719468 - 146097
}

func toCivil(days int64) (y, m, d int64) {
	days += 719468
	era := days / 146097
	if days < 0 {
		era = (days - 146096) / 146097
	}
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y, m, d = yoe+era*400, mp+3, doy-(153*mp+2)/5+1
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}
