package document

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// What a PDF may not have: a password, programs, forms that are programs, and
// other files.
var (
	pdfPassword = regexp.MustCompile(`/Encrypt\b`)
	pdfProgram  = regexp.MustCompile(`/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b`)
	pdfEscaped  = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	pdfPacked   = regexp.MustCompile(`/ObjStm\b`)
)

// Of the parts of a PDF that list its objects in packed form, so much is unpacked.
const (
	mostUnpackedPart = 8 << 20
	mostUnpacked     = 32 << 20
)

// checkPDF takes a PDF that is one from its first byte to its last.
func checkPDF(b []byte) error {
	end := bytes.LastIndex(b, []byte("%%EOF"))
	switch {
	case !bytes.HasPrefix(b, []byte("%PDF-1.")) && !bytes.HasPrefix(b, []byte("%PDF-2.")):
		return errBroken
	case end < 0 || len(b)-end > 1024 || len(bytes.TrimSpace(b[end+len("%%EOF"):])) > 0:
		return errBroken
	case endsAsZIP(b), looksLikeAPage(string(bytes.ToLower(b[:min(len(b), 1024)]))):
		return errProgram
	}
	if err := checkPDFWords(b); err != nil {
		return err
	}
	return eachPacked(b, checkPDFWords)
}

func checkPDFWords(b []byte) error {
	// A name may be written with its letters as numbers.
	plain := pdfEscaped.ReplaceAllFunc(b, func(hex []byte) []byte {
		c, err := strconv.ParseUint(string(hex[1:]), 16, 8)
		if err != nil {
			return hex
		}
		return []byte{byte(c)}
	})
	switch {
	case pdfPassword.Match(plain):
		return errPassword
	case pdfProgram.Match(plain):
		return errProgram
	}
	return nil
}

// eachPacked unpacks the streams that hold objects.
func eachPacked(b []byte, check func([]byte) error) error {
	left := int64(mostUnpacked)
	for _, at := range pdfPacked.FindAllIndex(b, -1) {
		begin := bytes.Index(b[at[1]:], []byte("stream"))
		if begin < 0 {
			continue
		}
		packed := bytes.TrimLeft(b[at[1]+begin+len("stream"):], "\r\n")
		z, err := zlib.NewReader(bytes.NewReader(packed))
		if err != nil {
			continue // packed in a way that no program of today writes: a reader does not find objects in it either
		}
		objects, err := io.ReadAll(io.LimitReader(z, mostUnpackedPart+1))
		if err != nil && len(objects) == 0 {
			continue
		}
		left -= int64(len(objects))
		if len(objects) > mostUnpackedPart || left < 0 {
			return errUnpacks
		}
		if err := check(objects); err != nil {
			return err
		}
	}
	return nil
}

// endsAsZIP reports whether a file is a ZIP archive when read from its end.
func endsAsZIP(b []byte) bool {
	tail := b[max(0, len(b)-22-0xffff):]
	for i := bytes.Index(tail, []byte("PK\x05\x06")); i >= 0; {
		if len(tail) >= i+22 && i+22+int(tail[i+20])+int(tail[i+21])<<8 == len(tail) {
			return true
		}
		next := bytes.Index(tail[i+1:], []byte("PK\x05\x06"))
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}
