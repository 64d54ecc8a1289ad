package reminderweb_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/reminder"
	"commontable/internal/reminder/reminderweb"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

var chosen = regexp.MustCompile(`value="([^"]*)"[^>]* checked`)

// Somebody says how they wish to be reminded, and the page remembers it; what is no
// answer is said to be wrong. It is their own alone.
func TestSomebodyChoosesHowTheyAreReminded(t *testing.T) {
	t.Parallel()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 5)
	if err != nil {
		t.Fatal(err)
	}
	reminders := &reminder.Reminders{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, BaseURL: "https://table.example"}
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route { return reminderweb.Routes(s, reminders) })
	const page = "/me/reminders"
	now := func() string {
		t.Helper()
		found := chosen.FindStringSubmatch(rd.Get(page, http.StatusOK).HTML)
		if found == nil {
			t.Fatal("nothing is chosen")
		}
		return found[1]
	}
	rd.As(w.Tanners.Chair).Get(page, http.StatusOK).Says("How we remind you", "Some days before each thing", "Not at all")
	if got := now(); got != string(reminder.AtOnce) {
		t.Errorf("at first %q is chosen, want %q", got, reminder.AtOnce)
	}
	rd.Post(page, url.Values{"how": {"hourly"}}, http.StatusUnprocessableEntity).Says("Error: How we remind you", "Choose how you wish to be reminded")
	form := url.Values{"how": {string(reminder.Never)}}
	for range 2 { // sent twice, it counts once
		if next := rd.Post(page, form, http.StatusSeeOther).Next; next != "/me" {
			t.Errorf("it leads to %s", next)
		}
	}
	if got := now(); got != string(reminder.Never) {
		t.Errorf("then %q is chosen, want %q", got, reminder.Never)
	}
	rd.As(w.Millbrook.Chair)
	if got := now(); got != string(reminder.AtOnce) {
		t.Errorf("for somebody else %q is chosen, want %q", got, reminder.AtOnce)
	}
	rd.As(access.Actor{}).Get(page, http.StatusSeeOther)
}
