package app

import (
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/person"
)

// works does the jobs that wait, as the program does beside serving.
func (h *house) works() {
	h.t.Helper()
	a, err := New(h.t.Context(), h.db, Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, BaseURL: "https://table.example.org"})
	if err != nil {
		h.t.Fatal(err)
	}
	w := a.worker()
	w.Now = func() time.Time { return time.Now().AddDate(10, 0, 0) } // the demonstration’s clock goes its own way
	if _, err := w.Work(h.t.Context(), a.tasks(w)); err != nil {
		h.t.Fatal(err)
	}
}

var signInCode = regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}`)

// signsIn is somebody who comes in by the mail that is read in the outbox.
func (h *house) signsIn(email string) *browser {
	h.t.Helper()
	b := h.nobody()
	b.opens("/sign-in")
	b.sends("/sign-in", url.Values{"email": {email}})
	b.sees(200, "Check your email")
	h.works()
	b.opens("/outbox")
	b.follows("Sign in to The Patchwork Programme to " + email)
	code := signInCode.FindString(words(b.page))
	b.opens("/sign-in/check")
	b.sends("/sign-in/check", url.Values{"code": {code}})
	b.sees(200)
	return b
}

// reads is what somebody reads of a page.
func (b *browser) reads(path string) string {
	b.t.Helper()
	b.opens(path)
	return words(b.page)
}

// An officer brings somebody in; she signs in by mail, works, and when her hat
// ends she can do nothing more, and is signed in still.
func TestAnOfficerBringsSomebodyIn(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chris := h.signsIn("chris.hale@patchwork.example")
		chris.opens("/people")
		chris.sees(200, "All people", "Denise Okafor", "Chair, Tanners Reach")
		chris.opens("/people?q=DENISE+oka")
		chris.sees(200, "1 person", "denise.okafor@patchwork.example")
		chris.opens("/people?q=nobody+at+all")
		chris.sees(200, "Nobody is called that")
		chris.opens("/people/new")
		chris.sends("/people", url.Values{"name": {""}, "email": {"not an address"}})
		chris.sees(422, "Enter the person’s name", "Enter an email address like name@example.org")
		chris.sends("/people", url.Values{"name": {"Bea Moss"}, "email": {"denise.okafor@patchwork.example"}})
		chris.sees(422, "Somebody with that email address is here already.")
		chris.sends("/people", url.Values{"name": {"Bea Moss"}, "email": {"bea@example.org"}})
		chris.sees(200, "Bea Moss is here now", "Which hat will Bea Moss wear?", "Chair", "It takes two people to give")
		chris.doesNotSee("Finance ", "Operator")
		who := strings.TrimSuffix(chris.path, "/hats/new")

		bea := h.signsIn("bea@example.org")
		bea.sees(200, "Hello Bea Moss", "You have no hat on yet")

		chris.opens(who + "/hats/new?role=worker")
		chris.sends("/hats", day(url.Values{"place": {""}}, "from", "2026", "2", "31"))
		chris.sees(422, "Choose where the hat is worn", "Enter a date that exists")
		chris.sends("/hats", day(url.Values{"place": {"area:" + areaID(t, h, "tanners-reach")}}, "from", "2026", "10", "14"))
		chris.sees(200, "The hat is given.", "Worker, Tanners Reach")

		bea.opens("/hats")
		bea.sees(200, "Worker, Tanners Reach")
		bea.sends("/hats", url.Values{"hat": {hatID(t, h, "Bea Moss", access.Worker)}})
		bea.sees(200, "Tanners Reach")
		bea.opens("/areas/tanners-reach/plan/new")
		bea.sees(200)
		bea.opens("/areas/tanners-reach/people")
		bea.sees(200, "Denise Okafor", "Aneela Shah", "Bea Moss", "Print a code for Aneela Shah")
		bea.doesNotSee("@patchwork.example")

		chris.goesTo(`/hats/[0-9a-f]+/end$`)
		chris.sends("/end", day(url.Values{}, "last", "", "", ""))
		chris.sees(422, "Enter the last day")
		chris.sends("/end", day(url.Values{}, "last", "2026", "10", "13"))
		chris.sees(200, "The hat ends with 13 October 2026.", "Ended")
		bea.opens("/areas/tanners-reach/plan/new")
		bea.sees(403)
		bea.opens("/areas/tanners-reach/people")
		bea.sees(200, "Who we are") // as everybody does
		bea.doesNotSee("Aneela Shah", "Leroy Grant")
		bea.opens("/me")
		bea.sees(200, "bea@example.org")
		if v, err := Verify(t.Context(), h.db); err != nil || len(v.Bad) > 0 {
			t.Errorf("verify: %v, %v", v.Bad, err)
		}
	})
}

func areaID(t *testing.T, h *house, slug string) (aid string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, slug)
		aid = string(a.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return aid
}

func hatID(t *testing.T, h *house, name string, role access.Role) (hid string) {
	t.Helper()
	err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		hid, err = db.One(t.Context(), tx, db.Value[string], `
			SELECT h.id FROM hats h JOIN people p ON p.id = h.person_id WHERE p.name = $1 AND h.role = $2`, name, role)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hid
}

// A hat that moves money takes two people, and is neither's own.
func TestAHatThatMovesMoneyTakesTwo(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		chris, ruth := h.as("programme-officer"), h.as("programme-finance")
		chris.opens("/people")
		chris.sees(200, "One hat waits for a second person.")
		chris.follows("See what waits")
		chris.sees(200, "Nadia Rowe", "Programme finance", "Chris Hale", "Withdraw")
		chris.doesNotSee("Confirm ")
		// Not by sending another's form either.
		ruth.opens("/hat-proposals")
		action, filled := ruth.fills(regexp.MustCompile(`/hat-proposals/[0-9a-f]+`).FindString(ruth.page), url.Values{"decision": {"confirm"}})
		chris.keep(chris.http.PostForm(chris.base+action, filled))
		chris.sees(403, "You proposed this hat, so somebody else confirms it.")
		// Nor by who is to wear it, in a hat that may confirm.
		nadia := h.signsIn("nadia.rowe@patchwork.example")
		nadia.keep(nadia.http.PostForm(nadia.base+action, filled))
		nadia.sees(404)
		ruth.keep(ruth.http.PostForm(ruth.base+action, filled))
		ruth.sees(200, "The hat is given.", "Confirmed")
		ruth.keep(ruth.http.PostForm(ruth.base+action, filled))
		ruth.sees(409, "decided already")
		// She finds addresses of nobody, and changes nothing.
		ruth.opens("/people?q=Nadia+Rowe")
		ruth.sees(200, "Nadia Rowe")
		ruth.doesNotSee("@patchwork.example", "Add a person")
		ruth.opens("/people.csv")
		ruth.sees(200, "Denise Okafor")
		ruth.doesNotSee("@")
		ruth.opens("/people/new")
		ruth.sees(403, "you may not add people")
		// An address by which somebody who moves money signs in is not changed on the site.
		chris.opens("/people?q=marek")
		chris.follows("Marek Zielinski")
		chris.follows("Change name or email address")
		chris.sends(strings.TrimSuffix(chris.path, "/edit"), url.Values{"name": {"Marek Zielinski"}, "email": {"chris.too@example.org"}})
		chris.sees(403, "their address is changed at the command line alone")
		// Nobody gives themselves a hat.
		chris.opens("/people?q=chris+hale")
		chris.goesTo(`^/people/[0-9a-f]{32}$`)
		chris.sees(200, "This is you.")
		self := chris.path
		chris.opens(self + "/hats/new")
		chris.sees(403, "Nobody gives themselves a hat.")
		chris.opens("/people?q=nadia")
		chris.follows("Nadia Rowe")
		chris.follows("Give a hat")
		chris.opens(chris.path + "?role=chair")
		_, filled = chris.fills("/hats", day(url.Values{"place": {"area:" + areaID(t, h, "tanners-reach")}}, "from", "2026", "10", "14"))
		chris.keep(chris.http.PostForm(chris.base+self+"/hats", filled))
		chris.sees(403, "Nobody gives themselves a hat.")
	})
}

// A resident without an email address gets a code on paper from the worker.
func TestACodeOnPaper(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		sam := h.as("worker")
		sam.opens("/areas/tanners-reach/people")
		sam.follows("Print a code")
		sam.sends("/code", nil)
		sam.sees(422, "Tick that you know them")
		action, filled := sam.fills("/code", url.Values{"known": {"yes"}})
		sam.keep(sam.http.PostForm(sam.base+action, filled))
		sam.sees(200, "A code for Aneela Shah", "https://table.example.org/sign-in/code", "Type the code below")
		code := regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}`).FindString(words(sam.page))
		sam.keep(sam.http.PostForm(sam.base+action, filled))
		sam.sees(409, "shown only once")

		aneela := h.nobody()
		aneela.opens("/sign-in/code")
		aneela.sends("/sign-in/code", url.Values{"code": {"nonsense"}})
		aneela.sees(422, "This code is not right")
		aneela.sends("/sign-in/code", url.Values{"code": {""}})
		aneela.sees(422, "Enter the code from your sheet")
		aneela.sends("/sign-in/code", url.Values{"code": {strings.ToLower(code)}})
		aneela.sees(200, "Hello Aneela")
		if got := aneela.reads("/me"); !strings.Contains(got, "Printed code") {
			t.Errorf("she reads:\n%s", got)
		}
		again := h.nobody()
		again.opens("/sign-in/code")
		again.sends("/sign-in/code", url.Values{"code": {code}})
		again.sees(422, "This code is not right")
		// The history of the area tells that it was given, and used; not the code.
		var acts []string
		if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			acts, err = db.All(t.Context(), tx, db.Value[string], `
				SELECT act FROM audit_events WHERE stream = $1 AND act LIKE 'printed%' ORDER BY number`, areaID(t, h, "tanners-reach"))
			return err
		}); err != nil || strings.Join(acts, ", ") != "printed code given, printed code used" {
			t.Errorf("the history says %v, %v", acts, err)
		}
		// With another hat she has no more use for paper, and who printed it no power by it.
		sam.opens("/areas/tanners-reach/people")
		sam.follows("Print a code")
		action, filled = sam.fills("/code", url.Values{"known": {"yes"}})
		sam.keep(sam.http.PostForm(sam.base+action, filled))
		unused := regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}`).FindString(words(sam.page))
		givesHat(t, h, "Aneela Shah", person.NewHat{Role: access.Member, Scope: access.InArea, Place: areaID(t, h, "tanners-reach"), From: date.Must("2026-10-14")})
		again.sends("/sign-in/code", url.Values{"code": {unused}})
		again.sees(422)
		aneela.opens("/me")
		aneela.sees(200, "Sign in")
	})
}

func givesHat(t *testing.T, h *house, name string, n person.NewHat) {
	t.Helper()
	people := &person.People{DB: h.db, IDs: id.Real(time.Now), Now: func() time.Time { return date.Must("2026-10-14").At(18, 0) }}
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		who, err := db.One(t.Context(), tx, db.Value[access.PersonID], `SELECT id FROM people WHERE name = $1`, name)
		if err != nil {
			return err
		}
		_, err = people.GiveHatIn(t.Context(), tx, access.System("test"), who, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Nobody climbs by a code on paper: a worker prints one for members, an officer
// for chairs, and nobody for who moves money. Who may not is told who can.
func TestNobodyClimbsByPaper(t *testing.T) {
	t.Parallel()
	h := small(t)
	reach, today := areaID(t, h, "tanners-reach"), date.Must("2026-10-14")
	noEmail := func(name string) {
		t.Helper()
		if err := h.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE people SET email = NULL WHERE name = $1`, name)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	personOf := func(name string) string {
		t.Helper()
		var who string
		if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
			who, err = db.One(t.Context(), tx, db.Value[string], `SELECT id FROM people WHERE name = $1`, name)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return who
	}
	forms := id.Real(time.Now)
	sam, denise, priya := h.as("worker"), h.as("chair"), h.as("rep")
	try := func(b *browser, name string, code int, words ...string) {
		t.Helper()
		b.keep(b.http.PostForm(b.base+"/areas/tanners-reach/people/"+personOf(name)+"/code", url.Values{"known": {"yes"}, "form": {id.New[string](forms)}}))
		b.sees(code, words...)
		if code != 200 && regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}-[2-9B-Z]{4}`).MatchString(b.page) {
			t.Errorf("%s: a code is on the page", name)
		}
	}
	for _, name := range []string{"Denise Okafor", "Sam Webb", "Helen Marsh", "Chris Hale", "Priya Nair"} {
		noEmail(name)
	}
	try(sam, "Aneela Shah", 200)
	try(denise, "Sam Webb", 200)
	adds(t, h, "Mem Ber")
	givesHat(t, h, "Mem Ber", person.NewHat{Role: access.Member, Scope: access.InArea, Place: reach, From: today})
	chris := h.as("programme-officer")
	try(sam, "Mem Ber", 200)
	try(denise, "Mem Ber", 200)
	try(chris, "Mem Ber", 200)
	try(sam, "Denise Okafor", 403, "who may do other things here", "Ask the programme’s officer to print one")
	try(chris, "Denise Okafor", 200)
	try(chris, "Sam Webb", 200)
	// An officer finds the way on the page of the area's people.
	chris.opens("/areas/tanners-reach/people/" + personOf("Denise Okafor"))
	chris.follows("Print a code with which they sign in")
	chris.sees(200, "Print a code for Denise Okafor")
	try(sam, "Sam Webb", 403, "a printed code is for somebody else")
	try(sam, "Helen Marsh", 404)
	try(sam, "Chris Hale", 404)
	try(priya, "Aneela Shah", 403)
	h2 := h.as("programme-finance")
	h2.keep(h2.http.PostForm(h2.base+"/areas/tanners-reach/people/"+personOf("Aneela Shah")+"/code", nil))
	h2.sees(404)

	// A hat elsewhere, of another organisation, of the programme, or to come.
	for i, n := range []person.NewHat{
		{Role: access.Resident, Scope: access.InArea, Place: areaID(t, h, otherSlug(t, h, reach)), From: today},
		{Role: access.LTOFinance, Scope: access.InOrganisation, Place: organisationID(t, h, "brightwell-homes"), From: today},
		{Role: access.ProgrammeFinance, Scope: access.InInstallation, From: today.AddDays(30)},
	} {
		name := []string{"Ada One", "Ada Two", "Ada Three"}[i]
		adds(t, h, name)
		givesHat(t, h, name, person.NewHat{Role: access.Resident, Scope: access.InArea, Place: reach, From: today})
		try(sam, name, 200)
		givesHat(t, h, name, n)
		if i == 0 { // in another area of the same programme
			try(sam, name, 403, "has a hat outside this area too", "Ask the programme’s officer to print one")
			try(chris, name, 200)
			continue
		}
		try(sam, name, 403, "has a hat outside this area too", "ask whoever runs this site to add theirs")
		try(chris, name, 403, "has a hat outside your programme’s areas too", "ask whoever runs this site to add theirs")
	}
	adds(t, h, "Ada Mail")
	givesHat(t, h, "Ada Mail", person.NewHat{Role: access.Resident, Scope: access.InArea, Place: reach, From: today})
	if err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE people SET email = 'ada@example.org' WHERE name = 'Ada Mail'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	try(sam, "Ada Mail", 409, "has an email address")
	// From another area it is what everybody sees.
	sam.opens("/areas/" + otherSlug(t, h, reach) + "/people")
	sam.sees(200, "Who we are")
	sam.doesNotSee("Print a code", "Add somebody")
	anyone := h.nobody()
	anyone.opens("/areas/tanners-reach/people")
	anyone.sees(200, "Who we are", "Maggie Doyle")
	anyone.doesNotSee("Aneela Shah", "Leroy Grant", "Sam Webb")
	// A resident sees the names of those who said that everybody may.
	aneela := h.as("resident")
	aneela.opens("/areas/tanners-reach/people")
	aneela.sees(200, "Denise Okafor", "Maggie Doyle")
	aneela.doesNotSee("Ada One", "Leroy Grant", "Sam Webb", "Print a code")
}

func adds(t *testing.T, h *house, name string) {
	t.Helper()
	people := &person.People{DB: h.db, IDs: id.Real(time.Now), Now: func() time.Time { return date.Must("2026-10-14").At(18, 0) }}
	if err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := people.AddIn(t.Context(), tx, access.System("test"), person.New{Name: name})
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func otherSlug(t *testing.T, h *house, not string) (slug string) {
	t.Helper()
	if err := h.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		slug, err = db.One(t.Context(), tx, db.Value[string], `SELECT MIN(slug) FROM areas WHERE id <> $1`, not)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return slug
}

// No mail says anything that is not for every eye, and each goes to one person.
func TestMailsSayNothingConfidential(t *testing.T) {
	t.Parallel()
	h := small(t)
	h.signsIn("ruth.osei@patchwork.example")
	chris := h.signsIn("chris.hale@patchwork.example")
	chris.opens("/people?q=denise")
	chris.follows("Denise Okafor")
	chris.follows("Give a hat")
	chris.opens(chris.path + "?role=auditor")
	chris.sends("/hats", day(url.Values{"place": {"programme:" + programmeID(t, h)}}, "from", "2026", "10", "14"))
	chris.sees(200, "The hat is given.")
	if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		all, err := mail.Latest(t.Context(), tx, 100, 0)
		if len(all) < 3 {
			t.Errorf("only %d mails", len(all))
		}
		for _, m := range all {
			text := m.Subject + m.Text()
			namesArea := strings.Contains(text, "Tanners") && !strings.Contains(text, "/me/reminders") // that an area meets, and when, is for everybody
			if namesArea || strings.Contains(text, "auditor") || strings.Contains(text, "£") {
				t.Errorf("a mail says:\n%s", text)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func programmeID(t *testing.T, h *house) (p string) {
	t.Helper()
	if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		all, err := area.Programmes(t.Context(), tx)
		p = string(all[0].ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return p
}
