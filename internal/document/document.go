// Package document keeps files: bills, receipts, and what else is evidence of
// something. It knows no word of the domain.
//
// A file is examined before it is kept. What it is, its content says and never
// its name; only kinds that carry no program are taken, and what a photograph
// tells of where and when it was made is taken out of it first. Then it is kept
// by its content, under the SHA-256 of it, in parts, in the database: so a
// backup has it whole, and the same file twice is one file. Nothing that was
// kept is changed; nothing is removed but photographs that people in them no
// longer want shown.
//
// A filing says that a file belongs to something: a place, a subject, a name, by
// whom and when. What was sent with a form that was refused waits as an upload,
// for a day.
package document

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is the most that is taken.
const (
	MostSize  = 10_000_000  // of one file
	MostFiles = 5           // with one form
	MostPlace = 500_000_000 // filed in one place
	MostHeld  = 50_000_000  // waiting of one person
	mostName  = 100         // letters
)

// A Type is what a file is, as a media type.
type Type string

// The types that are taken.
const (
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp"
	Text Type = "text/plain"
	CSV  Type = "text/csv"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	ODS  Type = "application/vnd.oasis.opendocument.spreadsheet"
	ODT  Type = "application/vnd.oasis.opendocument.text"
)

// Accept is what a page tells a browser to offer: the types, as the names of
// files end. A phone that would send another kind of photograph sends a JPEG.
const Accept = ".pdf,.jpg,.jpeg,.png,.webp,.txt,.csv,.xlsx,.docx,.ods,.odt"

var kinds = map[Type]struct{ ending, words string }{
	PDF: {".pdf", "PDF"}, JPEG: {".jpg", "picture"}, PNG: {".png", "picture"}, WebP: {".webp", "picture"}, Text: {".txt", "text"},
	CSV: {".csv", "spreadsheet"}, XLSX: {".xlsx", "spreadsheet"}, ODS: {".ods", "spreadsheet"}, DOCX: {".docx", "document"}, ODT: {".odt", "document"},
}

// Title is what people call the type.
func (t Type) Title() string { return kinds[t].words }

// A Hash is the SHA-256 of a file as it is kept, in hexadecimal digits.
type Hash string

// A Sent is a file as somebody sent it.
type Sent struct {
	Name    string
	Content []byte
	Cut     bool // it was larger than MostSize, and its content was not read
}

// ShownName is the file's name as it may be shown, whatever the file is.
func (s Sent) ShownName() string { return tidyName(s.Name) }

// A File is one that was examined, as it is to be kept.
type File struct {
	Name    string // cleaned, with the ending of its type
	Type    Type
	Hash    Hash
	Content []byte
}

// A Refusal says why a file is not taken, in words that follow its name.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// Why a file is not taken.
const (
	errTooLarge  Refusal = "is larger than 10 MB. Send a smaller copy."
	errEmpty     Refusal = "is empty"
	errKind      Refusal = "is not a kind of file that can be kept. Send a PDF, a picture (JPEG, PNG or WebP), a text, or a spreadsheet or document of today (XLSX, DOCX, ODS or ODT)."
	errHEIC      Refusal = "is a HEIC picture, which many people cannot open. Send it as a JPEG: phones offer that as “most compatible”."
	errBroken    Refusal = "is damaged, or not what its beginning says. Open it, save it afresh, and send that."
	errPassword  Refusal = "needs a password. Send a copy without one."
	errOldOffice Refusal = "is of an old kind, or needs a password. Save it as a PDF or in today’s format, without a password, and send that."
	errProgram   Refusal = "has a program, a form or another file inside. Print it to a PDF, and send that."
	errUnpacks   Refusal = "unpacks to far more than it seems. Save it as a PDF, and send that."
	errMoves     Refusal = "is a moving picture. Send one that does not move."
	errHuge      Refusal = "has too many pixels. Send a smaller picture."
)

// Examine looks at a file as it was sent, and gives it as it is to be kept, or
// a Refusal.
func Examine(s Sent) (File, error) {
	switch {
	case s.Cut, len(s.Content) > MostSize:
		return File{}, errTooLarge
	case len(s.Content) == 0:
		return File{}, errEmpty
	}
	kind, content, err := examine(s.Name, s.Content)
	if err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(content)
	return File{Name: cleanName(s.Name, kind), Type: kind, Hash: Hash(hex.EncodeToString(sum[:])), Content: content}, nil
}

// examine tells the type of a file by its content, and what of it to keep.
func examine(name string, b []byte) (Type, []byte, error) {
	begins := func(with string) bool { return strings.HasPrefix(string(b[:min(len(b), 32)]), with) }
	switch {
	case begins("%PDF-"):
		return PDF, b, checkPDF(b)
	case begins("\xff\xd8\xff"):
		clean, err := cleanJPEG(b)
		return JPEG, clean, err
	case begins("\x89PNG\r\n\x1a\n"):
		clean, err := cleanPNG(b)
		return PNG, clean, err
	case begins("RIFF") && len(b) > 12 && string(b[8:12]) == "WEBP":
		clean, err := cleanWebP(b)
		return WebP, clean, err
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		if brand := string(b[8:12]); strings.HasPrefix(brand, "hei") || strings.HasPrefix(brand, "hev") || brand == "mif1" || brand == "msf1" {
			return "", nil, errHEIC
		}
		return "", nil, errKind
	case begins("PK\x03\x04"):
		kind, err := checkOffice(b)
		return kind, b, err
	case begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return "", nil, errOldOffice
	}
	if err := checkText(b); err != nil {
		return "", nil, err
	}
	if strings.EqualFold(path.Ext(name), ".csv") {
		return CSV, b, nil // a text is a spreadsheet by its name alone, and both are only ever downloaded
	}
	return Text, b, nil
}

// cleanName is the name under which a file is kept: tidy, and with the ending
// of what it is.
func cleanName(name string, t Type) string {
	name, ending := tidyName(name), kinds[t].ending
	if ext := path.Ext(name); len(ext) > 1 && len(ext) <= 5 && strings.Trim(strings.ToLower(ext[1:]), "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		name = strings.TrimSuffix(name, ext)
	}
	return strings.Trim(name, ". ") + ending
}

// tidyName is a name that is safe to show, to send and to save under: no folder,
// nothing unseen, nothing that a computer takes for more than a letter.
func tidyName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // control, format and direction marks too
			return -1
		case strings.ContainsRune(`:*?"<>|%;`, r):
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". -~'=+@")
	if runes := []rune(name); len(runes) > mostName {
		name = string(runes[:mostName-10]) + "…" + string(runes[len(runes)-8:])
	}
	if name == "" {
		name = "File"
	}
	return name
}

// Size is a number of bytes in words.
func Size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d KB", (n+999)/1000)
	}
	return fmt.Sprintf("%d.%d MB", n/1_000_000, n%1_000_000/100_000)
}

// checkText takes what people can read: no control characters, and nothing that
// a browser might take for a page.
func checkText(b []byte) error {
	whole := utf8.Valid(b)
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' || c == 0x7f || !whole && c >= 0x80 && c < 0xa0 && !inWindows1252[c] {
			return errKind
		}
	}
	lower := strings.ToLower(string(b))
	begin := strings.TrimLeft(lower, "\ufeff \t\r\n")
	for _, with := range []string{"<", "#!", "%!", `{\rtf`, "mz"} {
		if strings.HasPrefix(begin, with) && (with != "mz" || !whole) {
			return errKind
		}
	}
	if looksLikeAPage(lower) {
		return errKind
	}
	return nil
}

// The bytes from 0x80 on that are letters in the older encoding of western
// spreadsheets, such as the € sign.
var inWindows1252 = map[byte]bool{
	0x80: true, 0x82: true, 0x83: true, 0x84: true, 0x85: true, 0x86: true, 0x87: true, 0x88: true, 0x89: true, 0x8a: true, 0x8b: true, 0x8c: true, 0x8e: true,
	0x91: true, 0x92: true, 0x93: true, 0x94: true, 0x95: true, 0x96: true, 0x97: true, 0x98: true, 0x99: true, 0x9a: true, 0x9b: true, 0x9c: true, 0x9e: true, 0x9f: true,
}

// looksLikeAPage reports whether text, in lower case, has what makes a browser
// take it for a page or run a program in it.
func looksLikeAPage(lower string) bool {
	for _, tag := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<object", "<embed", "<?xml", "<?php", "<img", "<link", "<meta", "<style"} {
		if strings.Contains(lower, tag) {
			return true
		}
	}
	return false
}
