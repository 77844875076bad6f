package civil

import "strconv"

// AppendDate appends "2006-01-02". A year outside 0000 to 9999, which [Date]
// does not read back, is written in full with its sign.
func AppendDate(dst []byte, days int64) []byte {
	y, m, d := toCivil(days)
	switch {
	case y >= 0 && y <= 9999:
		dst = appendTwo(appendTwo(dst, y/100), y%100)
	case y > 9999:
		dst = strconv.AppendInt(append(dst, '+'), y, 10)
	default:
		dst = strconv.AppendInt(dst, y, 10)
	}
	dst = appendTwo(append(dst, '-'), m)
	return appendTwo(append(dst, '-'), d)
}

// AppendTime appends "15:04:05" and, if it is not zero, the fraction of the
// second without trailing zeros.
func AppendTime(dst []byte, sec, nano int64) []byte {
	dst = appendTwo(dst, sec/3600)
	dst = appendTwo(append(dst, ':'), sec/60%60)
	dst = appendTwo(append(dst, ':'), sec%60)
	if nano == 0 {
		return dst
	}
	dst = append(dst, '.')
	for scale := int64(1e8); nano > 0; scale /= 10 {
		dst = append(dst, byte('0'+nano/scale))
		nano %= scale
	}
	return dst
}

// AppendTimestamp appends date and time with a blank between them. sec may be
// negative; nano is 0 to 999,999,999.
func AppendTimestamp(dst []byte, sec, nano int64) []byte {
	days := sec / 86400
	sec %= 86400
	if sec < 0 {
		sec += 86400
		days--
	}
	dst = append(AppendDate(dst, days), ' ')
	return AppendTime(dst, sec, nano)
}

func appendTwo(dst []byte, v int64) []byte {
	return append(dst, byte('0'+v/10), byte('0'+v%10))
}
