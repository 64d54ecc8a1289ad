package document

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// Pictures are kept without what cameras and programs write beside the picture:
// where and when it was made, with what, by whom, a small copy of it as it was
// before it was cut. The picture itself is not drawn afresh, so nothing of it is
// lost; what pages show is (photo.go). What turns it the right way up stays.

// mostPixels bounds what a picture grows to when it is opened.
const mostPixels = 120_000_000

func tooManyPixels(w, h int) bool { return w <= 0 || h <= 0 || w > mostPixels/h }

// cleanJPEG keeps of a JPEG its picture, segment by segment, to its end and no
// further.
func cleanJPEG(b []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(b)), 0xff, 0xd8)
	rest, seen := b[2:], false
	turned := byte(1)
	for {
		for len(rest) > 1 && rest[0] == 0xff && rest[1] == 0xff {
			rest = rest[1:] // filling
		}
		if len(rest) < 2 || rest[0] != 0xff {
			return nil, errBroken
		}
		marker := rest[1]
		if marker == 0xd9 {
			if !seen {
				return nil, errBroken
			}
			return append(out, 0xff, 0xd9), nil
		}
		if len(rest) < 4 {
			return nil, errBroken
		}
		size := int(rest[2])<<8 | int(rest[3])
		if size < 2 || len(rest) < 2+size {
			return nil, errBroken
		}
		segment, content := rest[:2+size], rest[4:2+size]
		rest = rest[2+size:]
		switch {
		case marker == 0xe0 && bytes.HasPrefix(content, []byte("JFIF\x00")) && len(content) >= 14:
			out = append(out, 0xff, 0xe0, 0, 16)
			out = append(append(out, content[:12]...), 0, 0) // without its small copy
		case marker == 0xe1:
			if t := orientation(content); t != 1 {
				turned = t
			}
		case marker == 0xee && bytes.HasPrefix(content, []byte("Adobe")) && len(content) >= 12:
			out = append(out, 0xff, 0xee, 0, 14)
			out = append(out, content[:12]...) // how its colours are to be read
		case marker >= 0xe0 && marker <= 0xef, marker == 0xfe, marker >= 0xf0:
			// said beside the picture
		case isFrame(marker):
			if len(content) < 6 || tooManyPixels(int(content[3])<<8|int(content[4]), int(content[1])<<8|int(content[2])) {
				return nil, errHuge
			}
			if turned != 1 {
				out = append(out, onlyOrientation(turned)...)
			}
			seen = true
			out = append(out, segment...)
		case marker == 0xda:
			n := scanned(rest)
			out = append(append(out, segment...), rest[:n]...)
			rest = rest[n:]
		case marker == 0xc4, marker == 0xcc, marker == 0xdb, marker == 0xdc, marker == 0xdd:
			out = append(out, segment...)
		default:
			return nil, errBroken
		}
	}
}

func isFrame(marker byte) bool {
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// scanned is how many bytes of the picture itself come before the next segment.
func scanned(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xff && b[i+1] != 0 && (b[i+1] < 0xd0 || b[i+1] > 0xd7) && b[i+1] != 0xff {
			return i
		}
	}
	return len(b)
}

// orientation reads from a JPEG's Exif which way up the picture is: 1 to 8, and
// 1 where it does not say.
func orientation(exif []byte) byte {
	tiff, ok := bytes.CutPrefix(exif, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at > len(tiff)-2 {
		return 1
	}
	entries := tiff[at+2:]
	for range int(order.Uint16(tiff[at:])) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if t := order.Uint16(entries[8:]); t >= 1 && t <= 8 {
				return byte(t)
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// onlyOrientation is a segment that says which way up the picture is, and
// nothing else.
func onlyOrientation(turned byte) []byte {
	return []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(turned)) + "\x00\x00\x00\x00\x00\x00")
}

// cleanPNG keeps the chunks of a PNG that draw it, to its end and no further.
func cleanPNG(b []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(b)), b[:8]...)
	rest := b[8:]
	for first := true; ; first = false {
		if len(rest) < 12 {
			return nil, errBroken
		}
		size := binary.BigEndian.Uint32(rest)
		if uint64(size)+12 > uint64(len(rest)) {
			return nil, errBroken
		}
		kind, content := string(rest[4:8]), rest[8:8+size]
		if crc32.ChecksumIEEE(rest[4:8+size]) != binary.BigEndian.Uint32(rest[8+size:]) || first != (kind == "IHDR") {
			return nil, errBroken
		}
		chunk := rest[:12+size]
		rest = rest[12+size:]
		switch kind {
		case "IHDR":
			if len(content) != 13 {
				return nil, errBroken
			}
			if tooManyPixels(int(binary.BigEndian.Uint32(content)), int(binary.BigEndian.Uint32(content[4:]))) {
				return nil, errHuge
			}
			out = append(out, chunk...)
		case "PLTE", "IDAT", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs":
			out = append(out, chunk...)
		case "acTL":
			return nil, errMoves
		case "IEND":
			return append(out, chunk...), nil
		}
	}
}

// cleanWebP keeps the chunks of a WebP picture that draw it.
func cleanWebP(b []byte) ([]byte, error) {
	total := int64(binary.LittleEndian.Uint32(b[4:])) + 8
	if total > int64(len(b)) || total < 12 {
		return nil, errBroken
	}
	b = b[:total]
	out := append(make([]byte, 0, len(b)), b[:12]...)
	drawn := false
	for rest := b[12:]; len(rest) > 0; {
		if len(rest) < 8 {
			return nil, errBroken
		}
		size := int64(binary.LittleEndian.Uint32(rest[4:]))
		size += size & 1 // filled to an even number
		if size+8 > int64(len(rest)) {
			return nil, errBroken
		}
		kind, chunk := string(rest[:4]), rest[:8+size]
		rest = rest[8+size:]
		switch kind {
		case "VP8X":
			if len(chunk) < 18 {
				return nil, errBroken
			}
			if chunk[8]&0x02 != 0 {
				return nil, errMoves
			}
			if tooManyPixels(1+int(chunk[12])|int(chunk[13])<<8|int(chunk[14])<<16, 1+int(chunk[15])|int(chunk[16])<<8|int(chunk[17])<<16) {
				return nil, errHuge
			}
			at := len(out)
			out = append(out, chunk...)
			out[at+8] &= 0x10 // of what it says it has, only that it can be seen through
		case "VP8 ", "VP8L", "ALPH":
			drawn = drawn || kind != "ALPH"
			out = append(out, chunk...)
		case "ANIM", "ANMF":
			return nil, errMoves
		}
	}
	if !drawn {
		return nil, errBroken
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8)) //nolint:gosec // no longer than what was sent
	return out, nil
}
