package projectweb_test

import (
	"bytes"
	"image"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"commontable/internal/access"
)

// snap is a picture as somebody may send it, so many pixels wide.
func snap(t *testing.T, wide int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, wide, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	shownPhoto = regexp.MustCompile(`<img src="([^"]+)"`)
	keptPhoto  = regexp.MustCompile(`name="kept"[^>]*value="([0-9a-f]{64})"`)
)

// A photo is added with words for who cannot see it; everybody sees it only if those
// in it agreed, and nobody once it is removed.
func TestAPhotoIsAddedShownAndRemoved(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	rd.Get(at, http.StatusOK).Says("Add a photo")
	rd.Get(at+"/photos", http.StatusOK).Says("What can be seen in it?", "Can anybody be recognised in it?")

	filledIn := func(seen, people string) url.Values {
		return on(on(url.Values{
			"shows": {"Two beds of beans"}, "taken_by": {"Rosa & Ben"}, "people": {people}, "who": {"Both, at the tea"}, "seen": {seen},
		}, "on", w.Today()), "until", w.Today().AddMonths(6))
	}
	// What is wrong is said, what was typed stays, and the photo waits for the form.
	form := filledIn("", "")
	wrong := rd.PostFile(at+"/photos", form, "photo", "beds.png", snap(t, 40), http.StatusUnprocessableEntity)
	wrong.Says("Error: Add a photo", "Say whether anybody can be recognised in it", "Choose who may see it", "beds.jpg", "Rosa &amp; Ben")
	kept := keptPhoto.FindStringSubmatch(wrong.HTML)
	if kept == nil {
		t.Fatalf("the photo is not kept:\n%s", wrong.HTML)
	}
	again := filledIn("papers", "agreed")
	again.Set("form", form.Get("form"))
	again.Set("kept", kept[1])
	if next := rd.Post(at+"/photos", again, http.StatusSeeOther).Next; next != at { // the head, where what was done is said
		t.Errorf("it leads to %s", next)
	}
	rd.PostFile(at+"/photos", filledIn("public", "nobody"), "photo", "beds.txt", []byte("beans"), http.StatusUnprocessableEntity).Says("beds.txt", "is not a photo")

	ours := rd.Get(at, http.StatusOK)
	ours.Says(`alt="Two beds of beans"`, "Photo: Rosa & Ben", "Both, at the tea", "not public", "Who may see it")
	address := shownPhoto.FindStringSubmatch(ours.HTML)[1]
	got := rd.Get(address, http.StatusOK)
	for header, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("%s: %q, want %q", header, got.Header.Get(header), want)
		}
	}
	public := rd.As(access.Actor{})
	public.Get(at, http.StatusOK).SaysNot("Two beds", "<img")
	public.Get(address, http.StatusNotFound)
	rd.Get(at+"/photos", http.StatusSeeOther)

	// Those in it agree that everybody sees it.
	rd.As(w.Tanners.Chair)
	rd.Get(address+"/consent", http.StatusOK).Says("Who may see this photo?", "Both, at the tea")
	rd.Post(address+"/consent", url.Values{"people": {"agreed"}}, http.StatusUnprocessableEntity).Says("Say who agreed", "Choose who may see it")
	rd.Post(address+"/consent", filledIn("public", "agreed"), http.StatusSeeOther)
	seen := rd.As(access.Actor{}).Get(at, http.StatusOK)
	seen.Says(`alt="Two beds of beans"`)
	seen.SaysNot("Rosa", "Both, at the tea", "Who may see it")
	rd.Get(address, http.StatusOK)
	rd.Get(at+"/timeline.csv", http.StatusOK).Says("photo,", "Two beds of beans")

	rd.As(w.Tanners.Chair).Post(address+"/remove", url.Values{}, http.StatusUnprocessableEntity).Says("Tick the box")
	rd.Post(address+"/remove", url.Values{"sure": {"yes"}}, http.StatusSeeOther)
	rd.Get(at, http.StatusOK).SaysNot("Two beds", "<img")
	rd.Get(address, http.StatusNotFound)
	rd.Get(address+"/consent", http.StatusNotFound)
}

// When the time for which people agreed is over, nobody sees the photo, and who
// keeps the project is told to ask again.
func TestAPhotoIsNotShownAfterItsTime(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	form := on(on(url.Values{"shows": {"Two gardeners"}, "taken_by": {"Rosa"}, "people": {"agreed"}, "who": {"Both"}, "seen": {"public"}}, "on", w.Today()), "until", w.Today().AddDays(10))
	rd.PostFile(at+"/photos", form, "photo", "us.png", snap(t, 40), http.StatusSeeOther)
	address := shownPhoto.FindStringSubmatch(rd.As(access.Actor{}).Get(at, http.StatusOK).HTML)[1]
	w.Clock.Pass(11 * 24 * time.Hour)
	rd.Get(at, http.StatusOK).SaysNot("<img", "Two gardeners")
	rd.Get(address, http.StatusNotFound)
	rd.As(w.Tanners.Chair).Get(at, http.StatusOK).Says("A photo that is shown to nobody now", "Ask them again, or remove it")
	rd.Get(address, http.StatusNotFound)
}

// A link shows photos only where they were chosen, under its own address.
func TestALinkShowsPhotosWhereTheyWereChosen(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	at := rd.Post(room+"/new", garden(w), http.StatusSeeOther).Next
	form := on(url.Values{"shows": {"A shed"}, "taken_by": {"Rosa"}, "people": {"nobody"}, "seen": {"papers"}}, "on", w.Today())
	rd.PostFile(at+"/photos", form, "photo", "shed.png", snap(t, 50), http.StatusSeeOther)
	happened := on(url.Values{"kind": {"happened"}, "words": {"The first bed is dug"}, "public": {"yes"}}, "on", w.Today())
	rd.Post(at+"/happenings", happened, http.StatusSeeOther)
	link := func(contents ...string) string {
		t.Helper()
		form := on(url.Values{"for_whom": {"Jas Gill"}, "contents": contents}, "until", w.Today().AddDays(30))
		return linked.FindStringSubmatch(rd.As(w.Tanners.Chair).Post(at+"/share", maps.Clone(form), http.StatusOK).HTML)[1]
	}
	story, photos := link("timeline"), link("photos")
	rd.As(access.Actor{})
	rd.Get(story, http.StatusOK).SaysNot("<img", "A shed")
	shown := rd.Get(photos, http.StatusOK)
	shown.Says(`alt="A shed"`)
	shown.SaysNot("The first bed is dug", "Rosa")
	address := shownPhoto.FindStringSubmatch(shown.HTML)[1]
	if rd.Get(address, http.StatusOK).Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%s is no picture", address)
	}
	rd.Get(story+address[len(photos):], http.StatusNotFound)
	rd.Get("/shared/nothing"+address[len(photos):], http.StatusNotFound)
}
