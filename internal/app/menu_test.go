package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
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

// mostOfAFrame is what the smallest page of an area may ask of the database.
const mostOfAFrame = 10
