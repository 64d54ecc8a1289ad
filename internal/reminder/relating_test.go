package reminder_test

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/meeting"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/workshop"
)

// chairs gives somebody the hat of a chair too.
func (h *hall) chairs(name string) {
	h.Helper()
	people, who := &person.People{DB: h.DB, IDs: h.IDs, Now: h.Clock.Now}, h.who(name)
	h.check(h.DB.Write(h.Context(), func(tx *db.Tx) error {
		_, err := people.GiveHatIn(h.Context(), tx, access.System("test"), who.Person, person.NewHat{Role: access.Chair, Scope: access.InArea, Place: string(h.area.ID), From: h.today()})
		return err
	}))
}

// Who said that they would do something is reminded some days before; who holds a
// relationship, once when it goes quiet and again only after a new silence; the chair
// of what was agreed with an agency. No mail says with whom, or what.
func TestPeopleAreRemindedOfThoseTheyWorkWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		organisations := &organisation.Organisations{DB: d, IDs: h.IDs, Now: h.Clock.Now}
		r := &relationship.Relationships{DB: d, IDs: h.IDs, Now: h.Clock.Now, Agencies: &agency.Agencies{DB: d, IDs: h.IDs, Now: h.Clock.Now, Organisations: organisations}}
		nell, omar := h.who("Nell"), h.who("Omar")
		parks, err := r.Add(t.Context(), h.Tanners.Chair, h.area, relationship.New{
			Form: string(h.Form()), Who: "Qxparks", Draft: relationship.Draft{Type: agency.Council},
			State: relationship.NewState{From: h.today(), Closeness: relationship.Close}, Holder: relationship.NewHolder{Name: "Nell", Person: nell.Person},
		})
		h.check(err)
		due := h.today().AddDays(20)
		promise, err := r.Promise(t.Context(), h.Tanners.Chair, h.area, parks, relationship.NewPromise{
			Form: string(h.Form()), Side: relationship.Ours, What: "Qxpromise", Who: "Omar", Person: omar.Person, MadeOn: h.today(), DueOn: due,
		})
		h.check(err)
		_, err = r.Promise(t.Context(), h.Tanners.Chair, h.area, parks, relationship.NewPromise{Form: string(h.Form()), Side: relationship.Theirs, What: "Qxtheirs", MadeOn: h.today(), DueOn: due})
		h.check(err)
		leads := func(mails []string, to string) {
			t.Helper()
			for _, text := range mails {
				if strings.Contains(text, "Qx") || !strings.Contains(text, to) {
					t.Errorf("want a mail that leads to %s and says nothing of it:\n%s", to, text)
				}
			}
		}
		texts := func(want ...string) (all []string) {
			t.Helper()
			for _, m := range h.writes(want...) {
				all = append(all, m.Subject+"\n"+m.Text())
			}
			return all
		}
		h.writes()
		h.at(due.AddDays(-6), 9, 0)
		h.writes()
		h.at(due.AddDays(-5), 9, 0)
		leads(texts("omar"), "/promises/"+string(promise))
		h.at(due.AddDays(-4), 9, 0)
		h.writes()

		// A promise that is kept is not asked for. Six weeks of silence are told to who holds it.
		h.check(r.NotePromise(t.Context(), h.Tanners.Chair, h.area, promise, relationship.NewPromiseStep{Form: string(h.Form()), What: relationship.Kept, On: h.today()}))
		quiet := due.AddDays(22)
		h.at(quiet.AddDays(-1), 9, 0)
		h.writes()
		h.at(quiet, 9, 0)
		leads(texts("nell"), "/relationships/"+string(parks))
		h.at(quiet.AddDays(8), 9, 0)
		h.writes()
		_, err = r.AddEntry(t.Context(), h.Tanners.Chair, h.area, parks, relationship.NewEntry{Form: string(h.Form()), Kind: relationship.InTouch, On: h.today(), How: "met", Seen: relationship.SeenByUs})
		h.check(err)
		h.at(quiet.AddDays(9), 9, 0)
		h.writes()

		// What was agreed is looked at again: of that the chair is told, whose address is known here.
		w := &workshop.Workshops{DB: d, IDs: h.IDs, Now: h.Clock.Now, Relationships: r}
		lease, err := w.Begin(t.Context(), h.Tanners.Chair, h.area, workshop.New{
			Form: string(h.Form()), Kind: workshop.Agreement, Relationship: parks, Answers: workshop.Answers{"sort": "lease", "name": "Qxlease", "with": "Qxcouncil", "from": h.today().String()},
		})
		h.check(err)
		h.check(w.Write(t.Context(), h.Tanners.Chair, h.area, lease, workshop.NewSheet{Form: string(h.Form()), Part: "dates", Answers: workshop.Answers{"stands": "signed", "review": h.today().AddDays(97).String()}}))
		h.chairs("Nell")
		h.at(h.today().AddDays(30), 9, 0)
		h.writes()
		h.at(h.today().AddDays(9), 9, 0)
		for _, text := range texts("nell") {
			leads([]string{text}, "/together/"+string(lease))
		}
	})
}

// In a closure nobody is reminded of anything: a meeting, something that they took on,
// a vote, their term, a promise of ours, a relationship that goes quiet, what was
// agreed. On the first day after it all of it is said, each to whom it is for; but for
// the silence, of which the days of the closure are none.
func TestNobodyIsRemindedOfAnythingInAClosure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		ctx, chair, today := t.Context(), h.Tanners.Chair, h.today()
		organisations := &organisation.Organisations{DB: d, IDs: h.IDs, Now: h.Clock.Now}
		r := &relationship.Relationships{DB: d, IDs: h.IDs, Now: h.Clock.Now, Agencies: &agency.Agencies{DB: d, IDs: h.IDs, Now: h.Clock.Now, Organisations: organisations}}
		nell, omar := h.who("Nell"), h.who("Omar")
		opens := today.AddDays(150) // by then Nell’s term is near its end
		parks, err := r.Add(ctx, chair, h.area, relationship.New{
			Form: string(h.Form()), Who: "Parks", Draft: relationship.Draft{Type: agency.Council},
			State: relationship.NewState{From: today, Closeness: relationship.Close}, Holder: relationship.NewHolder{Name: "Pia", Person: h.who("Pia").Person},
		})
		h.check(err)
		_, err = r.Promise(ctx, chair, h.area, parks, relationship.NewPromise{Form: string(h.Form()), Side: relationship.Ours, What: "A list", Who: "Omar", Person: omar.Person, MadeOn: today, DueOn: opens.AddDays(2)})
		h.check(err)
		_, err = h.m.AddAction(ctx, chair, h.area, meeting.NewAction{Form: string(h.Form()), Words: "An errand", Owner: nell.Person, Due: opens.AddDays(1)})
		h.check(err)
		h.meets(opens.AddDays(3))
		_, err = h.Areas.Close(ctx, chair, h.area, area.NewClosure{Form: string(h.Form()), From: today, Until: opens, Why: "A long rest"})
		h.check(err)
		for _, days := range []int{0, 20, 43, 60, 20, 6} { // going quiet, and to the eve of opening
			h.at(h.today().AddDays(days), 9, 0)
			h.writes()
		}
		if h.today() != opens.AddDays(-1) {
			t.Fatalf("it is %s, want the day before %s", h.today(), opens)
		}
		h.at(opens, 9, 0)
		for _, m := range h.writes("nell", "omar", "pia") {
			name, _, _ := strings.Cut(m.To, "@")
			for _, want := range map[string][]string{
				"nell": {"We meet on", "You took something on", "you would do this until"}, "omar": {"We meet on", "We said to somebody"}, "pia": {"We meet on"},
			}[name] {
				if !strings.Contains(m.Text(), want) {
					t.Errorf("%s is not told “%s”:\n%s", name, want, m.Text())
				}
			}
			if strings.Contains(m.Text(), "Nobody has noted a contact") {
				t.Errorf("%s is told of a silence on the day on which it begins:\n%s", name, m.Text())
			}
		}

		h.at(opens.AddDays(41), 9, 0)
		h.round()
		h.at(opens.AddDays(42), 9, 0)
		for _, m := range h.writes("pia") {
			if !strings.Contains(m.Text(), "Nobody has noted a contact with somebody you hold for 6 weeks") {
				t.Errorf("after six open weeks pia is not told that it is quiet:\n%s", m.Text())
			}
		}
	})
}
