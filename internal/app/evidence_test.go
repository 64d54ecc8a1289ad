package app

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// attaches fills in the form whose address ends so and sends it with evidence.
func (b *browser) attaches(ending string, fields url.Values, files map[string][]byte) {
	b.t.Helper()
	b.attachesAs("evidence", ending, fields, files)
}

// attachesAs is attaches where the files have another name.
func (b *browser) attachesAs(field, ending string, fields url.Values, files map[string][]byte) {
	b.t.Helper()
	action, filled := b.fills(ending, fields)
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, values := range filled {
		for _, v := range values {
			if err := m.WriteField(name, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for name, content := range files {
		w, err := m.CreateFormFile(field, name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if len(files) == 0 { // as a browser sends a box that was left empty
		if _, err := m.CreateFormFile(field, ""); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.keep(b.http.Post(b.base+action, m.FormDataContentType(), &body))
}

var keptFile = regexp.MustCompile(`name="kept"[^>]*value="([0-9a-f]{64})"|value="([0-9a-f]{64})"[^>]*name="kept"`)

// Evidence from the form to the certifier: what is refused is told and nothing
// is lost, what is kept is seen by those of the money desk and by nobody else.
func TestEvidenceFromTheFormToTheCertifier(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		fundGreen(t, h)
		line := lineID(t, h, "Youth club")
		var bill bytes.Buffer
		if err := png.Encode(&bill, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
			t.Fatal(err)
		}
		helen := h.as("lto-finance")
		helen.opens(green + "/money/spending/new?lto=brightwell-homes")
		spend := func(heading string) url.Values {
			return day(url.Values{"heading": {heading}, "amount": {"200"}, "line": {line}, "payee_kind": {"organisation"}, "payee": {"Kitbag"}}, "spent_on", "2026", "10", "14")
		}
		helen.attaches("/spending", spend(""), map[string][]byte{"bill.png": bill.Bytes()})
		helen.sees(422, "Say what it was", "Files you sent already", "bill.png")
		kept := keptFile.FindStringSubmatch(helen.page)
		if kept == nil || !strings.Contains(helen.page, "checked") {
			t.Fatalf("the file is not offered again:\n%s", words(helen.page))
		}
		again := spend("Footballs <b>")
		again.Set("kept", kept[1]+kept[2])
		helen.attaches("/spending", again, map[string][]byte{"page.pdf": []byte("<html><script>alert(1)</script>")})
		helen.sees(422, "“page.pdf” is not a kind of file that can be kept", "bill.png")
		helen.attaches("/spending", again, nil)
		helen.sees(200, "is recorded")
		helen.follows("Footballs <b>")
		helen.sees(200, "bill.png", "1 file of evidence is kept", "Add evidence")
		spendPath := helen.path
		helen.opens(spendPath + "/evidence/new")
		helen.attaches("/evidence", nil, nil)
		helen.sees(422, "Choose a file")
		helen.attaches("/evidence", nil, map[string][]byte{"“till” receipt.csv": []byte("tea,=1+1\n")})
		helen.sees(200, "1 file added", "“till” receipt.csv")

		tariq := h.as("lto-approver")
		tariq.opens(spendPath)
		tariq.sees(200, "2 files of evidence are kept", "bill.png")
		tariq.goesTo(`/evidence/[0-9a-f]{32}$`)
		file := tariq.path
		res, err := tariq.http.Get(tariq.base + file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || !bytes.Equal(got, bill.Bytes()) || res.ContentLength != int64(bill.Len()) {
			t.Errorf("%d bytes of %d, said to be %d, %v", len(got), bill.Len(), res.ContentLength, err)
		}
		for header, want := range map[string]string{
			"Content-Disposition": "attachment; filename=bill.png", "Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		// The address alone opens nothing, and elsewhere it is not there.
		for who, want := range map[string]int{"": 200, "chair": 404, "programme-officer": 404, "programme-finance": 200, "auditor": 200, "lto-finance": 200} {
			b := h.nobody()
			if who != "" {
				b = h.as(who)
			}
			b.opens(file)
			if who == "" {
				b.sees(200, "Sign in")
				continue
			}
			if b.code != want {
				t.Errorf("%s asks for the file: status %d, want %d", who, b.code, want)
			}
		}
		tariq.opens(strings.Replace(file, "hopewell-green", "tanners-reach", 1))
		tariq.sees(404)

		tariq.opens(spendPath)
		tariq.sends("/certification", nil)
		tariq.sees(200, "1 spend")
		anyone := h.nobody()
		anyone.opens(spendPath)
		anyone.sees(200, "2 files of evidence are kept")
		anyone.doesNotSee("bill.png", "till")
		helen.opens(spendPath + "/evidence/new")
		helen.sees(409, "its evidence stays as it is")
		if v, err := Verify(t.Context(), h.db); err != nil || len(v.Bad) > 0 || v.Files < 3 {
			t.Errorf("verify: %v, %d files, %v", v.Bad, v.Files, err)
		}
	})
}

// A body beyond what any route reads is turned away before anything is done.
func TestTooMuchAtOnce(t *testing.T) {
	t.Parallel()
	h := small(t)
	b := h.as("chair")
	body := io.MultiReader(strings.NewReader("vision="), io.LimitReader(zeros{}, 2<<20))
	b.keep(b.http.Post(b.base+"/areas/tanners-reach/plan", "application/x-www-form-urlencoded", body))
	b.sees(http.StatusRequestEntityTooLarge, "That is too much at once")
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}
