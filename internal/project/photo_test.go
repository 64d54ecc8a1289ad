package project_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/project"
)

// snap is a photo as a telephone takes it, of one colour.
func snap(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 1600, 800))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// aPhoto is one in which nobody can be recognised, for everybody.
func (w world) aPhoto(shade uint8) project.NewPhoto {
	w.t.Helper()
	n := project.NewPhoto{
		NewConsent: project.NewConsent{Form: string(w.Form()), People: project.Nobodys, Public: true},
		On:         w.Today(), Shows: "A bench under a tree", Words: "It stands", TakenBy: "Rosa",
	}
	if err := n.Take(document.Sent{Name: "IMG_0001.jpeg", Content: snap(w.t, shade)}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w world) photo(of project.ID, n project.NewPhoto) project.Photo {
	w.t.Helper()
	made, err := w.AddPhoto(w.t.Context(), w.p.Chair, w.p.Area, of, n)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.photoNow(made)
}

func (w world) photoNow(of project.PhotoID) (one project.Photo) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		one, err = project.PhotoByID(w.t.Context(), tx, w.p.Area.ID, of)
		return err
	})
	return one
}

// A photo has words for who cannot see it, a day, who took it, and whether those in
// it agreed: without these it is not kept.
func TestAPhotoHasWordsAndConsent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		hub := w.begin("The Hub")
		_, err := w.AddPhoto(t.Context(), w.p.Chair, w.p.Area, hub, project.NewPhoto{NewConsent: project.NewConsent{Form: string(w.Form())}})
		for _, field := range []string{"photo", "shows", "on", "taken_by", "people"} {
			wrong(t, err, field)
		}
		n := w.aPhoto(10)
		n.People, n.Until = project.Agreed, w.Today().AddMonths(project.MostConsent+1)
		_, err = w.AddPhoto(t.Context(), w.p.Chair, w.p.Area, hub, n)
		wrong(t, err, "who")
		wrong(t, err, "until")
		var text project.NewPhoto
		if err := text.Take(document.Sent{Name: "plan.txt", Content: []byte("a bench")}); err != nil {
			t.Fatal(err)
		}
		wrong(t, text.Check(w.Today()), "photo")

		n = w.aPhoto(10)
		one := w.photo(hub, n)
		if one.Width != 1280 || one.Height != 640 || one.Shows != "A bench under a tree" || one.Consent.People {
			t.Errorf("got %+v", one)
		}
		again, err := w.AddPhoto(t.Context(), w.p.Chair, w.p.Area, hub, n)
		if err != nil || again != one.ID {
			t.Errorf("sent twice: %v, %v; want %v", again, err, one.ID)
		}
		if _, err := w.AddPhoto(t.Context(), access.Actor{}, w.p.Area, hub, w.aPhoto(11)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a stranger: %v, want forbidden", err)
		}
		w.verified()
	})
}

// Who may see a photo follows the last consent, and its last day.
func TestAPhotoIsShownByConsent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		hub := w.begin("The Hub")
		n := w.aPhoto(20)
		n.People, n.Who, n.Until = project.Agreed, "Both, at the tea", w.Today().AddMonths(6)
		one := w.photo(hub, n)
		last := w.Today().AddMonths(6)
		for _, c := range []struct {
			papers bool
			days   int
			want   bool
		}{{false, 0, true}, {true, 0, true}, {false, 1, false}, {true, 1, false}} {
			if got := one.ShownTo(c.papers, last.AddDays(c.days)); got != c.want {
				t.Errorf("papers %v, %d days after the last: shown %v, want %v", c.papers, c.days, got, c.want)
			}
		}
		change := func(by access.Actor, n project.NewConsent) error {
			n.Form = string(w.Form())
			return w.Consent(t.Context(), by, w.p.Area, one.ID, n)
		}
		wrong(t, change(w.p.Chair, project.NewConsent{}), "people")
		if err := change(access.Actor{}, project.NewConsent{People: project.Nobodys}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a stranger: %v, want forbidden", err)
		}
		if err := change(w.p.Chair, project.NewConsent{People: project.Agreed, Who: "Both", Until: last.AddMonths(6)}); err != nil {
			t.Fatal(err)
		}
		if one = w.photoNow(one.ID); one.ShownTo(false, last) || !one.ShownTo(true, last.AddMonths(6)) || one.Consent.Number != 2 {
			t.Errorf("got %+v, want it for those who read the papers alone", one.Consent)
		}
		w.verified()
	})
}

// What is removed is gone: its words, who agreed, and the picture itself, unless
// another photo is the very same; and nothing else can be removed.
func TestARemovedPhotoIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		hub := w.begin("The Hub")
		n := w.aPhoto(30)
		n.People, n.Who, n.Until = project.Agreed, "Both", w.Today().AddMonths(6)
		one, same := w.photo(hub, n), w.photo(hub, w.aPhoto(30))
		file := func(of project.Photo) document.Filing {
			var f document.Filing
			w.read(func(tx *db.Tx) (err error) {
				f, err = project.PhotoFile(t.Context(), tx, w.p.Area.ID, of)
				return err
			})
			return f
		}
		if file(one).Hash != file(same).Hash {
			t.Fatal("the same photo is two files")
		}
		sent := func() error { return document.Send(t.Context(), d, file(same), &strings.Builder{}) }
		remove := func(of project.PhotoID) {
			t.Helper()
			if err := w.RemovePhoto(t.Context(), w.p.Chair, w.p.Area, of, string(w.Form())); err != nil {
				t.Fatal(err)
			}
		}
		remove(one.ID)
		if gone := w.photoNow(one.ID); !gone.Removed || gone.Shows+gone.Words+gone.TakenBy+gone.Consent.Who != "" || gone.ShownTo(true, w.Today()) {
			t.Errorf("kept of it: %+v", gone)
		}
		if err := sent(); err != nil {
			t.Errorf("the other photo lost its picture: %v", err)
		}
		if err := w.RemovePhoto(t.Context(), w.p.Chair, w.p.Area, one.ID, string(w.Form())); !errors.Is(err, fault.NotFound) {
			t.Errorf("removed again: %v, want not found", err)
		}
		remove(same.ID)
		if err := sent(); !errors.Is(err, fault.NotFound) {
			t.Errorf("the picture is still there: %v", err)
		}
		w.documentsVerified(0)
		// The same picture may come again.
		back := w.photo(hub, w.aPhoto(30))
		if err := document.Send(t.Context(), d, file(back), &strings.Builder{}); err != nil {
			t.Errorf("it came again: %v", err)
		}
		w.documentsVerified(1)
		w.verified()
		for what, change := range map[string]string{
			"words of a photo that is there": `UPDATE project_photos SET shows = '' WHERE id = '` + string(back.ID) + `'`,
			"other words of one removed":     `UPDATE project_photos SET shows = 'more' WHERE id = '` + string(one.ID) + `'`,
			"a consent":                      `UPDATE project_photo_consents SET who = '' WHERE photo_id = '` + string(back.ID) + `'`,
			"a photo":                        `DELETE FROM project_photos`,
			"a picture that is shown":        `DELETE FROM document_parts`,
			"a removal":                      `DELETE FROM project_photo_removals`,
		} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), change)
				return err
			}); err == nil {
				t.Errorf("%s was changed", what)
			}
		}
	})
}

// documentsVerified asks that every file that is kept is whole, and how many are.
func (w world) documentsVerified(want int64) {
	w.t.Helper()
	w.read(func(tx *db.Tx) error {
		n, err := document.Verify(w.t.Context(), tx, func(words string) { w.t.Error(words) })
		if n != want {
			w.t.Errorf("%d files are kept, want %d", n, want)
		}
		return err
	})
}

// A picture is drawn the right way up, as its camera said, and small.
func TestADrawnPhotoStandsUpright(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 64, 32)) // its left half is white
	for y := range 32 {
		for x := range 64 {
			shade := uint8(0)
			if x < 32 {
				shade = 255
			}
			img.SetRGBA(x, y, color.RGBA{shade, shade, shade, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	// Of each way up: whether it is turned on its side, and where white then is.
	for turned, want := range map[byte]struct {
		tall bool
		x, y int
	}{
		1: {false, 8, 16}, 2: {false, 56, 16}, 3: {false, 56, 16}, 4: {false, 8, 16},
		5: {true, 16, 8}, 6: {true, 16, 8}, 7: {true, 16, 56}, 8: {true, 16, 56},
	} {
		exif := "\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(turned)) + "\x00\x00\x00\x00\x00\x00"
		sent := b.String()[:2] + exif + b.String()[2:]
		got, err := document.Draw(document.Sent{Name: "a.jpg", Content: []byte(sent)})
		if err != nil {
			t.Fatalf("%d: %v", turned, err)
		}
		if tall := got.Height > got.Width; tall != want.tall {
			t.Errorf("%d: %d by %d", turned, got.Width, got.Height)
			continue
		}
		drawn, err := jpeg.Decode(bytes.NewReader(got.Content))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, _, _ := drawn.At(want.x, want.y).RGBA(); r < 0xc000 {
			t.Errorf("%d: at %d, %d it is dark", turned, want.x, want.y)
		}
		if strings.Contains(string(got.Content), "Exif") {
			t.Errorf("%d: it still says what its camera said", turned)
		}
	}
}
