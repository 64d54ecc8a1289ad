package partnershipweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"commontable/internal/access"
)

// Who was asked to come is written down, with what they said; nothing typed is lost,
// nobody outside sees the list, and a name is forgotten when somebody asks for that.
func TestWhoWasAskedIsWrittenDownAndForgotten(t *testing.T) {
	t.Parallel()
	w, rd := open(t)
	const list = "/areas/tanners-reach/asked"
	rd.Get(list, http.StatusOK).Says("Who was asked to come", "Write down who was asked")
	rd.Get(list+"/new", http.StatusOK).Says("Who was asked?", "How were they asked?")

	wrong := rd.Post(list, url.Values{"name": {"Gareth & sons"}, "about": {"Mends bicycles"}}, http.StatusUnprocessableEntity)
	wrong.Says("Error: ", "Choose whom they would come for", "Choose how they were asked", "Enter the day on which they were asked", `value="Gareth &amp; sons"`, `value="Mends bicycles"`)

	day := w.Today()
	form := url.Values{
		"name": {"Gareth Farrell"}, "kind": {"resident"}, "way": {"face to face"}, "about": {"Mends bicycles"},
		"on-day": {day.String()[8:]}, "on-month": {day.String()[5:7]}, "on-year": {day.String()[:4]},
	}
	ways := regexp.MustCompile(`name="way"[^>]*value="([^"]+)"`).FindStringSubmatch(rd.Get(list+"/new", http.StatusOK).HTML)
	if ways == nil {
		t.Fatal("no way of asking is offered")
	}
	form.Set("way", ways[1])
	if next := rd.Post(list, form, http.StatusSeeOther).Next; next != list {
		t.Errorf("it leads to %s", next)
	}
	page := rd.Get(list, http.StatusOK)
	page.Says("Gareth Farrell", "No answer yet")
	rd.Get(list+".csv", http.StatusOK).Says("Gareth Farrell")
	one := regexp.MustCompile(list + `/[0-9a-f]{32}`).FindString(page.HTML)

	rd.Get(one, http.StatusOK).Says("Gareth Farrell", "Mends bicycles", "What did they say?")
	rd.Post(one+"/answer", url.Values{}, http.StatusUnprocessableEntity).Says("Error: ")
	rd.Post(one+"/answer", url.Values{"answer": {"comes"}}, http.StatusSeeOther)
	rd.Get(list, http.StatusOK).Says("Comes")

	// Nobody outside learns even that there is such a list.
	rd.As(access.Actor{}).Get(list, http.StatusSeeOther)
	rd.As(w.Millbrook.Chair).Get(list, http.StatusNotFound)
	rd.Get(one, http.StatusNotFound)

	rd.As(w.Tanners.Chair).Post(one+"/forget", url.Values{}, http.StatusUnprocessableEntity).Says("Error: ")
	rd.Post(one+"/forget", url.Values{"sure": {"yes"}}, http.StatusSeeOther)
	rd.Get(list, http.StatusOK).Says("Somebody whose name we keep no more")
	rd.Get(list, http.StatusOK).SaysNot("Gareth")
}
