package app

import (
	"fmt"
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
	"commontable/internal/partnership"
	"commontable/internal/person"
)

// greensMembers add people to the partnership of Hopewell Green: Rita first, who
// takes the chair, and then Una, whom one can look round as.
func greensMembers(t *testing.T, h *house, n int) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 10, 14, 10, 0, 0, 0, time.UTC) }
	ids := id.Real(now)
	people := &person.People{DB: h.db, IDs: ids, Now: now}
	p := &partnership.Partnerships{DB: h.db, IDs: ids, Now: now, People: people}
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "hopewell-green")
		if err != nil {
			return err
		}
		before, err := partnership.MembersOn(t.Context(), tx, a.ID, date.Must("2026-10-14"))
		if err != nil {
			return err
		}
		by := access.System("test")
		lives := partnership.In{Kind: partnership.Resident}
		for i := range n {
			new := partnership.NewMember{Name: fmt.Sprint("Neighbour ", len(before)+i), As: lives, From: date.Must("2026-10-02")}
			if len(before)+i == 0 {
				chairs, err := person.Wearers(t.Context(), tx, access.Chair, access.InArea, string(a.ID), date.Must("2026-10-14"))
				if err != nil {
					return err
				}
				new.Person, new.Name = chairs[0].Person.ID, ""
			}
			m, err := p.JoinIn(t.Context(), tx, by, a, new)
			if err != nil {
				return err
			}
			if len(before)+i == 1 {
				hats, err := person.HatsOf(t.Context(), tx, m.Person)
				if err != nil {
					return err
				}
				if err := people.AddPersonaIn(t.Context(), tx, person.Persona{Code: "una", Position: 110, Title: "Una", Words: "…", Person: m.Person, Hat: hats[0].ID, StartAt: green}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The programme officer endorses a partnership: not while seven are in it; then
// its chair signs the memorandum, nobody else does, and the officer countersigns.
func TestTheOfficerEndorsesAPartnership(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		hopewellGreen(t, h)
		greensMembers(t, h, 7)
		today := day(url.Values{"words": {"Welcome, neighbours"}}, "on", "2026", "10", "14")

		officer := h.as("programme-officer")
		officer.opens(green + "/endorsement")
		officer.sees(200, "7 people have a say in it: the programme asks for at least 8, so 1 more.", "There is no hurry")
		officer.sends("/endorsement", today)
		officer.sees(409, "The partnership cannot be endorsed as it was on 14 October 2026", "7 people have a say in it", "so 1 more", "Go to the area’s page")
		officer.opens(green + "/agreements/new?with=memorandum")
		officer.sees(200, "This is what the", "Hopewell Green", "The Patchwork Trust")
		officer.sends("/agreements", url.Values{"text": {"We work together."}, "review_on-day": {"1"}, "review_on-month": {"May"}, "review_on-year": {"28"}})
		officer.sees(200, "We work together.", "1 May 2028", "Not signed yet", "The partnership is not endorsed yet")
		memorandum := regexp.MustCompile(`/areas/hopewell-green/agreements/([0-9a-f-]{20,})`).FindString(officer.path)
		if memorandum == "" {
			t.Fatalf("the memorandum is not at %s", officer.path)
		}

		rita := h.as("rita")
		rita.opens(memorandum)
		rita.sees(200, "The memorandum is signed after that, never before")
		rita.doesNotSee("Sign for the partnership")
		rita.opens(green + "/endorsement")
		rita.doesNotSee("Endorse this partnership")

		greensMembers(t, h, 1)
		officer.opens(green)
		officer.sees(200, "This partnership can be endorsed", "8 people have a say in it")
		officer.opens("/programmes/the-patchwork-programme")
		officer.sees(200, "1 partnership can be endorsed")
		officer.opens("/programmes/the-patchwork-programme/agreements")
		officer.sees(200, "Hopewell Green", "Ready to be endorsed")
		officer.opens(green + "/endorsement")
		officer.sends("/endorsement", today)
		officer.sees(200, "Hopewell Green is endorsed. The chair can sign the memorandum now.")
		anyone := h.nobody()
		anyone.opens(green + "/endorsement")
		anyone.sees(200, "14 October 2026", "Welcome, neighbours")
		anyone.doesNotSee("Chris Hale")

		// Another member cannot sign, and the officer does not sign first.
		una := h.as("una")
		una.opens(memorandum)
		una.sees(200, "We work together.")
		una.doesNotSee("Sign for")
		una.keep(una.http.PostForm(una.base+memorandum+"/signature", url.Values{"form": {"una"}, "read": {"yes"}}))
		una.sees(403, "As partnership member you may not sign an agreement here")
		officer.opens(memorandum)
		officer.sees(200, "The chair signs first")
		officer.keep(officer.http.PostForm(officer.base+memorandum+"/signature", url.Values{"form": {"too soon"}, "read": {"yes"}}))
		officer.sees(409, "The chair signs first")

		rita.opens(green)
		rita.sees(200, "The memorandum waits for you to sign")
		rita.opens(memorandum)
		rita.sends("/signature", nil)
		rita.sees(422, "Read it first, then tick that you have")
		rita.sends("/signature", url.Values{"read": {"yes"}})
		rita.sees(200, "You have signed", "Rita Mensah, the chair, on 14 October 2026")
		officer.opens(green)
		officer.sees(200, "The memorandum waits for you to sign")
		officer.opens(memorandum)
		officer.sends("/signature", url.Values{"read": {"yes"}})
		officer.sees(200, "Chris Hale, a programme officer of The Patchwork Trust, on 14 October 2026")

		anyone.opens(green + "/agreements")
		anyone.sees(200, "In force", "the chair, on 14 October 2026", "Countersigned by the funder")
		anyone.doesNotSee("Rita Mensah", "We work together.")
		anyone.opens(memorandum)
		if !strings.HasPrefix(anyone.path, "/sign-in") {
			t.Errorf("somebody who is not signed in reads the memorandum at %s", anyone.path)
		}
		stranger := h.as("resident")
		stranger.opens(memorandum)
		stranger.sees(404)
	})
}
