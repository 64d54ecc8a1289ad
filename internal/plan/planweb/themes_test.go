package planweb_test

import (
	"net/http"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/plan/planweb"
	"commontable/internal/web"
	"commontable/internal/web/pagetest"
)

// Anyone reads under which themes a plan's lines are. A worker says it, also wrongly at
// first, when nothing that was typed is lost; the chair and others do not.
func TestThemesAreReadByAllAndSaidByAWorker(t *testing.T) {
	t.Parallel()
	w, err := fundingtest.New(t.Context(), dbtest.SQLite(t), 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Ready(t.Context(), w.Tanners); err != nil {
		t.Fatal(err)
	}
	lines, err := w.Lines(t.Context(), w.Tanners)
	if err != nil {
		t.Fatal(err)
	}
	worker, err := w.Hat(t.Context(), w.Kit.Person, access.Worker, access.InArea, string(w.Tanners.Area.ID))
	if err != nil {
		t.Fatal(err)
	}
	const all = "/areas/tanners-reach/plan/themes"
	one := all + "/" + string(lines["green/benches"])
	rd := pagetest.New(t, w.Clock.Now, w.IDs, func(s *web.Site) []web.Route { return planweb.Routes(s, w.Plans, nil) })

	for name, by := range map[string]access.Actor{"nobody": {}, "the chair": w.Tanners.Chair} {
		page := rd.As(by).Get(all, http.StatusOK)
		page.Says("Every budget line")
		if strings.Contains(page.HTML, one) {
			t.Errorf("%s is led to where a theme is said", name)
		}
	}
	rd.As(w.Tanners.Chair).Get(one, http.StatusForbidden)
	rd.Post(one, map[string][]string{"form": {"x"}, "theme": {"heritage"}}, http.StatusForbidden)

	page := rd.As(worker).Get(all, http.StatusOK)
	if !strings.Contains(page.HTML, `href="`+one+`"`) {
		t.Error("the worker is not led to where a theme is said")
	}
	rd.Get(all+"/no-such-line", http.StatusNotFound)
	page = rd.Get(one, http.StatusOK)
	page.Says("Which theme is", "In a few words. Anyone can read them.")
	long := strings.Repeat("because ", 500)
	wrong := rd.Post(one, with(page.Kept(), "theme", "no-such-theme", "why", long), http.StatusUnprocessableEntity)
	wrong.Says("Error: Which theme is", `value="`+strings.TrimSpace(long)+`"`)
	wrong = rd.Post(one, with(page.Kept(), "theme", "", "why", "They sit & talk"), http.StatusUnprocessableEntity)
	wrong.Says("Error: Which theme is", `value="They sit &amp; talk"`)
	if got := wrong.Kept().Get("form"); got == "" || got != page.Kept().Get("form") {
		t.Errorf("the form is another one: %q", got)
	}
	rd.Post(one, with(page.Kept(), "theme", "older-people", "why", "They sit & talk"), http.StatusSeeOther)
	rd.As(access.Actor{}).Get(one, http.StatusSeeOther) // to sign in
	csv := rd.Get(all+".csv", http.StatusOK)
	csv.Says("priority,budget line,theme,code,said later,line", "older-people,yes,"+string(lines["green/benches"]))
}

// with adds to what a page keeps.
func with(kept map[string][]string, more ...string) map[string][]string {
	for i := 0; i < len(more); i += 2 {
		kept[more[i]] = []string{more[i+1]}
	}
	return kept
}
