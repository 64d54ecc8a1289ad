package app

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/person"
)

// Who holds an area's money sees whom it works with, and finds the way there in its
// menu; in the menu of an area whose money others hold it is not. To know which of
// them it is costs no statement more than to know whether the area is closed did.
func TestWhoHoldsTheMoneyHasTheRelationshipsInTheirMenu(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	playDemo(t, d, 6, 2)
	h := handler(t, d)
	look := func(path, cookie string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	var areas []area.Area
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		programmes, err := area.Programmes(t.Context(), tx)
		if err == nil {
			areas, err = area.All(t.Context(), tx, programmes[0].ID)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, persona := range []string{"lto-finance", "lto-approver"} {
		cookie := cookieOf(t, h, persona)
		held := 0
		for _, a := range areas {
			room := "/areas/" + a.Slug + "/relationships"
			before := d.Stats().Statements
			page := look("/areas/"+a.Slug+"/closures", cookie)
			if asked := d.Stats().Statements - before; page.Code != http.StatusOK || asked > mostOfAFrame {
				t.Errorf("%s: status %d, and %d statements; want 200 and at most %d", a.Slug, page.Code, asked, mostOfAFrame)
			}
			has, sees := strings.Contains(page.Body.String(), `href="`+room+`"`), look(room, cookie).Code == http.StatusOK
			if has != sees {
				t.Errorf("%s: in the menu of %s: %v, and the page is there: %v", persona, a.Slug, has, sees)
			}
			if has {
				held++
			}
		}
		if held == 0 || held == len(areas) {
			t.Errorf("%s has the way to the relationships of %d areas of %d: want some, and not all", persona, held, len(areas))
		}
	}
}

// An officer finds the way to what is shared with them on the front page and in its
// menu, which nobody else has there; and it leads to a page of theirs.
func TestOfficersFindWhatIsSharedWithThem(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	playDemo(t, d, 2, 3)
	h := handler(t, d)
	way := regexp.MustCompile(`href="(/organisations/[^"]+/relationships)"`)
	hats := map[string]access.HatID{}
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		all, err := person.Personas(t.Context(), tx)
		for _, one := range all {
			if strings.HasPrefix(one.Code, "agency-officer") {
				hats[one.Code] = one.Hat
			}
		}
		return err
	}); err != nil || len(hats) != 2 {
		t.Fatalf("%d officers to look round as: %v", len(hats), err)
	}
	for _, persona := range []string{"agency-officer", "agency-officer-2", "lto-finance", "chair", ""} {
		cookie := "a=b"
		if persona != "" {
			cookie = cookieOf(t, h, persona)
		}
		if hat, officer := hats[persona]; officer {
			r := httptest.NewRequest(http.MethodPost, "/hats", strings.NewReader(url.Values{"hat": {string(hat)}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Cookie", cookie)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); !strings.HasSuffix(w.Header().Get("Location"), "/relationships") {
				t.Errorf("%s puts on a hat and goes on to %q, with status %d", persona, w.Header().Get("Location"), w.Code)
			}
			cookie = cookieOf(t, h, persona)
		}
		for path, times := range map[string]int{"/": 2, "/areas": 1, "/data": 1} {
			ways := way.FindAllStringSubmatch(plainly(t, h, path, cookie), -1)
			if want := strings.HasPrefix(persona, "agency-officer"); len(ways) != times && want || len(ways) > 0 && !want {
				t.Errorf("%s has %d ways to what is shared on %s; an officer has %d, others none", persona, len(ways), path, times)
			}
			for _, one := range ways {
				if page := plainly(t, h, one[1], cookie); !strings.Contains(page, "What partnerships share with you") {
					t.Errorf("%s: %s is not what is shared with %s", path, one[1], persona)
				}
			}
		}
	}
}

// plainly is a page as it is sent to who takes it plain.
func plainly(t *testing.T, h http.Handler, path, cookie string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Cookie", cookie)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, w.Code)
	}
	return w.Body.String()
}

// mostOfAFrame is what the smallest page of an area may ask of the database.
const mostOfAFrame = 10
