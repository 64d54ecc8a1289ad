package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
)

// A File is one that was sent with a form. It is read into memory and never
// into a file of its own: what nobody has examined lies nowhere.
type File struct {
	Name    string
	Content []byte
	Cut     bool // it is longer than what was to be read, and Content is empty
}

// What a form with files may have beside them.
const (
	mostFields = 200
	mostField  = 64 << 10
	mostParts  = 20 // files that are looked at
)

// ReadFiles is ReadForm of a form that carries files, of which it reads each up
// to mostFile bytes, and mostTogether bytes of all. What is longer is passed
// over and told of as cut, so that the rest of the form is not lost.
func ReadFiles(r *http.Request, mostFile, mostTogether int64) (*Form, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return ReadForm(r)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errUnreadable
	}
	f := &Form{fields: url.Values{}, files: map[string][]File{}}
	left := mostTogether
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err == nil && n == mostFields {
			err = errUnreadable
		}
		if err == nil {
			left, err = f.readPart(part, mostFile, left)
		}
		if err != nil {
			if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
				return nil, err
			}
			return nil, errUnreadable
		}
	}
}

func (f *Form) readPart(part *multipart.Part, mostFile, left int64) (int64, error) {
	field := part.FormName()
	if part.FileName() == "" {
		text, err := io.ReadAll(io.LimitReader(part, mostField+1))
		switch {
		case err != nil:
			return left, err
		case len(text) > mostField:
			return left, errUnreadable
		case part.Header.Get("Content-Type") == "": // a box for a file, left empty, has one
			f.fields.Add(field, string(text))
		}
		return left, nil
	}
	if len(f.files[field]) == mostParts {
		return left, errUnreadable
	}
	most := min(mostFile, left)
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return left, err
	}
	file := File{Name: part.FileName(), Content: content}
	if int64(len(content)) > most {
		file.Content, file.Cut = nil, true
		if _, err := io.Copy(io.Discard, part); err != nil {
			return left, err
		}
	}
	f.files[field] = append(f.files[field], file)
	return left - int64(len(file.Content)), nil
}

// Files are the files that were sent in a field.
func (f *Form) Files(field string) []File { return f.files[field] }

// Download says that what follows is a file to be saved, whatever it is: never
// to be shown as a page, to run a program in, to be kept on the way or to be
// put into another site's page.
func Download(w http.ResponseWriter, name, mediaType string, size int64) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
}

// Picture says that what follows is a picture in a page of ours, whatever else it
// may be: never a page of its own or a program, and in no other site's page. It is
// asked for anew each time, since who may see it may change, and kept nowhere of who
// is signed in; a browser that has the very same is told so, and then nothing is to
// follow.
func Picture(w http.ResponseWriter, r *http.Request, hash, mediaType string, size int64) (has bool) {
	h, tag := w.Header(), `"`+hash+`"`
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if h.Get("Cache-Control") != "no-store" { // as it is for who is signed in
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("ETag", tag)
	if holds(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	return false
}
