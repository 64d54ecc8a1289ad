package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// What an office file may hold.
const (
	mostEntries = 2_000
	mostWhole   = 64 << 20 // unpacked, all together
	mostRatio   = 400      // unpacked to packed, of an entry that is more than a few pages
	mostListing = 1 << 20  // of a part that is read here
)

// checkOffice tells which of the office kinds a ZIP archive is. Everything in it
// is unpacked once, into nothing, so that it can be no larger than it says.
func checkOffice(b []byte) (Type, error) {
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || !endsAsZIP(b) {
		return "", errBroken
	}
	if err := checkEntries(archive, int64(len(b))); err != nil {
		return "", err
	}
	if kind, ok := openDocument(archive); ok {
		return kind, checkOpenDocument(archive)
	}
	return officeOpen(archive)
}

func checkEntries(archive *zip.Reader, size int64) error {
	if len(archive.File) == 0 || len(archive.File) > mostEntries {
		return errUnpacks
	}
	names := map[string]bool{}
	var whole, packed int64
	for _, f := range archive.File {
		name := strings.ToLower(f.Name)
		switch {
		case names[name], strings.Contains(name, "\\"), strings.HasPrefix(name, "/"), path.Clean(name) != strings.TrimSuffix(name, "/"), strings.HasPrefix(name, ".."):
			return errBroken
		case f.Flags&1 != 0:
			return errPassword
		case f.UncompressedSize64 > mostWhole:
			return errUnpacks
		}
		names[name] = true
		r, err := f.Open()
		if err != nil {
			return errBroken
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, mostWhole-whole+1))
		r.Close()
		whole += n
		packed += int64(f.CompressedSize64) //nolint:gosec // a file that was opened is not as long as that
		switch {
		case whole > mostWhole, n > 1<<20 && n > mostRatio*int64(f.CompressedSize64): //nolint:gosec // likewise
			return errUnpacks
		case err != nil:
			return errBroken
		case packed > size: // entries that share what they unpack
			return errUnpacks
		}
	}
	return nil
}

// openDocument tells an ODS or ODT by its first entry, which says what it is.
func openDocument(archive *zip.Reader) (Type, bool) {
	first := archive.File[0]
	if first.Name != "mimetype" || first.Method != zip.Store {
		return "", false
	}
	text, err := readEntry(first)
	if err != nil {
		return "", false
	}
	switch kind := Type(text); kind {
	case ODS, ODT:
		return kind, true
	default:
		return "", false
	}
}

func checkOpenDocument(archive *zip.Reader) error {
	for _, f := range archive.File {
		switch {
		case strings.HasPrefix(f.Name, "Basic/"), strings.HasPrefix(f.Name, "Scripts/"), strings.HasPrefix(f.Name, "Object "), strings.HasPrefix(f.Name, "ObjectReplacements/"):
			return errProgram
		case f.Name == "META-INF/manifest.xml":
			text, err := readEntry(f)
			if err != nil {
				return err
			}
			if bytes.Contains(text, []byte("encryption-data")) {
				return errPassword
			}
		}
	}
	return nil
}

// officeOpen tells an XLSX or DOCX by its list of contents.
func officeOpen(archive *zip.Reader) (kind Type, err error) {
	for _, f := range archive.File {
		name := strings.ToLower(f.Name)
		switch {
		case strings.Contains(name, "vbaproject"), strings.Contains(name, "activex"), strings.Contains(name, "/embeddings/"), strings.Contains(name, "macrosheets"), strings.Contains(name, "customui"):
			return "", errProgram
		case name == "[content_types].xml":
			if kind, err = contentTypes(f); err != nil {
				return "", err
			}
		case strings.HasSuffix(name, ".rels"):
			if err := checkRelations(f); err != nil {
				return "", err
			}
		}
	}
	if kind == "" {
		return "", errKind
	}
	return kind, nil
}

func contentTypes(f *zip.File) (kind Type, err error) {
	var list struct {
		Overrides []struct {
			ContentType string `xml:"ContentType,attr"`
		} `xml:"Override"`
		Defaults []struct {
			ContentType string `xml:"ContentType,attr"`
		} `xml:"Default"`
	}
	if err := readXML(f, &list); err != nil {
		return "", err
	}
	for _, o := range append(list.Overrides, list.Defaults...) {
		switch lower := strings.ToLower(o.ContentType); {
		case strings.Contains(lower, "macroenabled"), strings.Contains(lower, "vbaproject"), strings.Contains(lower, "activex"), strings.Contains(lower, "oleobject"):
			return "", errProgram
		case lower == string(XLSX)+".main+xml":
			kind = XLSX
		case lower == string(DOCX)+".main+xml":
			kind = DOCX
		}
	}
	return kind, nil
}

// checkRelations refuses what is fetched from elsewhere when the file is opened:
// templates, pictures, other files. A link that somebody has to follow is no harm.
func checkRelations(f *zip.File) error {
	var list struct {
		Relations []struct {
			Type   string `xml:"Type,attr"`
			Target string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err := readXML(f, &list); err != nil {
		return err
	}
	for _, r := range list.Relations {
		if strings.EqualFold(r.Target, "External") && !strings.HasSuffix(r.Type, "/hyperlink") {
			return errProgram
		}
	}
	return nil
}

func readXML(f *zip.File, into any) error {
	text, err := readEntry(f)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte("<!DOCTYPE")) || xml.Unmarshal(text, into) != nil {
		return errBroken
	}
	return nil
}

func readEntry(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, errBroken
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, mostListing+1))
	if err != nil {
		return nil, errors.Join(errBroken, err)
	}
	if len(text) > mostListing {
		return nil, errUnpacks
	}
	return text, nil
}
