package workshop_test

import (
	"errors"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/organisation"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/workshop"
)

type world struct {
	*fundingtest.World
	*workshop.Workshops

	t *testing.T
	p *fundingtest.Place
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	w, err := fundingtest.New(t.Context(), d, 1)
	if err != nil {
		t.Fatal(err)
	}
	relationships := &relationship.Relationships{DB: d, IDs: w.IDs, Now: w.Clock.Now, Agencies: &agency.Agencies{DB: d, IDs: w.IDs, Now: w.Clock.Now, Organisations: &organisation.Organisations{DB: d, IDs: w.IDs, Now: w.Clock.Now}}}
	return world{w, &workshop.Workshops{DB: d, IDs: w.IDs, Now: w.Clock.Now, Relationships: relationships}, t, w.Tanners}
}

func (w world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) refused(err error, kind error) {
	w.t.Helper()
	if !errors.Is(err, kind) {
		w.t.Fatalf("got %v, want %v", err, kind)
	}
}

func (w world) read(f func(*db.Tx) error) {
	w.t.Helper()
	w.check(w.Workshops.DB.Read(w.t.Context(), f))
}

func (w world) get(of workshop.ID) (r workshop.Record) {
	w.t.Helper()
	w.read(func(tx *db.Tx) (err error) {
		r, err = workshop.ByID(w.t.Context(), tx, w.p.Area.ID, of)
		return err
	})
	return r
}

func (w world) begin(k workshop.Kind, with relationship.ID, a workshop.Answers) workshop.ID {
	w.t.Helper()
	made, err := w.Begin(w.t.Context(), w.p.Chair, w.p.Area, workshop.New{Form: string(w.Form()), Kind: k, Relationship: with, Answers: a})
	w.check(err)
	return made
}

func (w world) write(of workshop.ID, part string, a workshop.Answers) error {
	w.t.Helper()
	return w.Write(w.t.Context(), w.p.Chair, w.p.Area, of, workshop.NewSheet{Form: string(w.Form()), Part: part, Answers: a})
}

func (w world) say(of workshop.ID, s workshop.StepKind, seen string) error {
	return w.Say(w.t.Context(), w.p.Chair, w.p.Area, of, s, seen, string(w.Form()))
}

func (w world) parks() relationship.ID {
	w.t.Helper()
	n := relationship.New{Form: string(w.Form()), Who: "Marlow Borough Council", State: relationship.NewState{Closeness: relationship.Close, Kinds: []relationship.Kind{relationship.Ally}}}
	n.Name, n.Type = "Borough council: parks", agency.Council
	made, err := w.Relationships.Add(w.t.Context(), w.p.Chair, w.p.Area, n)
	w.check(err)
	return made
}

// verified asks that all agrees with its history.
func (w world) verified() {
	w.t.Helper()
	w.verify(func(words string) { w.t.Error(words) })
}

func (w world) verify(bad func(string)) {
	w.t.Helper()
	w.read(func(tx *db.Tx) error {
		w.check(workshop.Verify(w.t.Context(), tx, bad))
		readers, err := workshop.Readers(w.t.Context(), tx, bad)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(w.t.Context(), tx, bad, readers)
		return err
	})
}

func (w world) gathering() workshop.Answers {
	return workshop.Answers{"held": w.Today().String(), "how": "paper", "who": "Denise, chair\nSam, worker\nPriya, adviser\nKaren, parks team"}
}

func TestWorkshop(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.parks()
		of := w.begin(workshop.Mapping, "", w.gathering())

		body := workshop.Answers{"name": "Library", "shape": "council", "ring": "regular", "tie": "friend"}
		w.refused(w.write(of, "map", body), fault.Conflict) // what makes it work comes first
		one := workshop.Answers{"two": "trust"}
		if err := w.write(of, "criteria", one); !errors.As(err, new(fault.Invalid)) {
			t.Errorf("one sign: got %v, want that two are asked for", err)
		}
		w.check(w.write(of, "criteria", workshop.Answers{"two": "trust\nown", "own": "They laugh with us"}))
		if got := w.get(of).Two(); len(got) != 2 || got[1] != "They laugh with us" {
			t.Errorf("the two signs: got %q", got)
		}
		w.check(w.Start(t.Context(), w.p.Chair, w.p.Area, of, string(w.Form())))
		w.check(w.write(of, "map", body))
		body["ring"] = "close"
		w.check(w.write(of, "map", body)) // said again it is moved, not doubled
		items := w.get(of).Sheet("map", workshop.Ours).Items
		if len(items) != 2 || items[1]["ring"] != "close" {
			t.Fatalf("the map: got %v", items)
		}
		if err := w.write(of, "good", workshop.Answers{"which": "Nobody"}); !errors.As(err, new(fault.Invalid)) {
			t.Errorf("one that is not on the map: got %v", err)
		}
		w.refused(w.say(of, workshop.Finished, ""), fault.Conflict)
		w.check(w.write(of, "good", workshop.Answers{"which": items[0]["name"], "first": "We can ring them"}))
		w.check(w.write(of, "develop", workshop.Answers{"which": "Library"}))
		w.check(w.say(of, workshop.Finished, ""))
		w.refused(w.write(of, "good", workshop.Answers{"which": "Library"}), fault.Conflict)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO workshop_sheets (area_id, record_id, part, side, number, content, saved_by, saved_at) VALUES ($1, $2, 'good', 'ours', 99, '{}', 'x', $3)`, w.p.Area.ID, of, w.Clock.Now())
			return err
		})
		if err == nil {
			t.Error("the database lets a finished workshop be written in")
		}
		w.check(w.Register(t.Context(), w.p.Chair, w.p.Area, of, []string{"Library"}, string(w.Form())))
		w.read(func(tx *db.Tx) error {
			links, err := relationship.OnMap(t.Context(), tx, w.p.Area.ID, w.Today())
			if len(links) != 2 || len(w.get(of).Missing(links)) != 0 {
				t.Errorf("the register: got %v", links)
			}
			return err
		})
		w.verified()
	})
}

// A file that was added has its event; one that was put beside it has none, and is
// found.
func TestFilesAreHeldAgainstHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Mapping, "", w.gathering())
		notes := document.Sent{Name: "wall.txt", Content: []byte("The library is near the middle.")}
		w.check(w.AddFiles(t.Context(), w.p.Chair, w.p.Area, of, string(w.Form()), []document.Sent{notes}))
		w.verified()

		other, err := document.Examine(document.Sent{Name: "other.txt", Content: []byte("The library is far away.")})
		w.check(err)
		w.check(d.Write(t.Context(), func(tx *db.Tx) error {
			_, _, err := document.Keep(t.Context(), tx, w.World.IDs, document.Filing{
				Place: string(w.p.Area.ID), Subject: document.OfWorkshops + string(of), By: string(w.p.Chair.Person), At: w.Clock.Now(),
			}, other)
			return err
		}))
		var found []string
		w.verify(func(words string) { found = append(found, words) })
		if len(found) != 1 || !strings.Contains(found[0], "has no event that recorded it") {
			t.Errorf("a file without an event: got %q", found)
		}
	})
}

func TestConversationNeedsBoth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Conversation, w.parks(), workshop.Answers{"why": "The benches"})
		guest := workshop.Guest{By: w.p.Chair, Link: "a-link"}
		theirs := func(s workshop.StepKind, seen string) error {
			return w.GuestSays(t.Context(), guest, w.p.Area, of, s, seen, string(w.Form()))
		}
		w.check(w.say(of, workshop.Yes, ""))
		w.refused(w.write(of, "plan", workshop.Answers{"people": "Denise", "will": "Benches"}), fault.Conflict)
		w.check(theirs(workshop.NotNow, ""))
		w.refused(w.write(of, "plan", workshop.Answers{"people": "Denise", "will": "Benches"}), fault.Conflict)
		w.check(theirs(workshop.Yes, ""))
		w.check(w.write(of, "plan", workshop.Answers{"people": "Denise\nKaren", "will": "Benches", "questions": "q1\nq3"}))
		w.check(w.write(of, "talk", workshop.Answers{"challenges": "Few hands"}))
		w.check(w.write(of, "summary", workshop.Answers{"words": "We will mend two benches."}))
		seen := w.get(of).Digest()
		w.check(w.say(of, workshop.Agreed, seen))
		w.check(w.write(of, "summary", workshop.Answers{"words": "We will mend three benches."}))
		if w.get(of).Agreed(workshop.Ours) {
			t.Error("who agreed to other words is held to these")
		}
		w.refused(theirs(workshop.Agreed, seen), fault.Conflict) // they read the words before
		seen = w.get(of).Digest()
		w.check(theirs(workshop.Agreed, seen))
		w.check(w.say(of, workshop.Agreed, seen))
		if r := w.get(of); !r.Finished() {
			t.Errorf("both agreed: got %v", r.Steps)
		}
		w.refused(w.write(of, "summary", workshop.Answers{"words": "Four."}), fault.Conflict)
		w.refused(theirs(workshop.NotNow, ""), fault.Conflict)
		again, err := w.Begin(t.Context(), w.p.Chair, w.p.Area, workshop.New{Form: string(w.Form()), Kind: workshop.Conversation, Relationship: w.get(of).Relationship, Follows: of, Answers: workshop.Answers{"why": "The rest"}})
		w.check(err)
		if w.get(again).Follows != of {
			t.Error("the second round does not know the first")
		}
		w.verified()
	})
}

func TestScoresAreShownOnceBothSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		with := w.parks()
		of := w.begin(workshop.Scores, with, workshop.Answers{"on": w.Today().String(), "two": "trust\ncapacity"})
		marks := func(n string) workshop.Answers {
			a := workshop.Answers{"helps": "Money of our own"}
			for _, c := range workshop.Criteria() {
				a[c.Code] = n
			}
			return a
		}
		guest := workshop.Guest{By: w.p.Chair, Link: "a-link"}
		w.check(w.write(of, "marks", marks("4")))
		w.check(w.GuestWrites(t.Context(), guest, w.p.Area, of, workshop.NewSheet{Form: string(w.Form()), Part: "marks", Answers: marks("2")}))
		latest := func() (s workshop.Scoring) {
			w.read(func(tx *db.Tx) (err error) {
				s, err = workshop.LatestScores(t.Context(), tx, w.p.Area.ID, with)
				return err
			})
			return s
		}
		w.check(w.say(of, workshop.Agreed, ""))
		if s := latest(); s.BothShow || s.Scores[2].They != 0 || s.Scores[2].We != 4 || !s.Scores[2].Matters {
			t.Errorf("before both say so: got %+v", s.Scores[2])
		}
		w.check(w.GuestSays(t.Context(), guest, w.p.Area, of, workshop.Agreed, "", string(w.Form())))
		if s := latest(); !s.BothShow || s.Scores[2].They != 2 {
			t.Errorf("once both say so: got %+v", s.Scores[2])
		}
		w.verified()
	})
}

func TestActionsAreThoseOfTheSource(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	ids := map[string]bool{}
	for _, a := range workshop.CheckActions() {
		count[a.Side]++
		ids[a.ID] = true
		if len(a.Roles) == 0 || a.Words == "" || a.Source == "" || a.Component() < 1 || a.Component() > 5 {
			t.Errorf("%s is not whole: %+v", a.ID, a)
		}
	}
	if count["council"] != 21 || count["partnership"] != 16 || len(ids) != 37 || !ids["C1.1"] || !ids["P5.3"] {
		t.Errorf("got %v of %d, want 21 for councils and 16 for partnerships", count, len(ids))
	}
	if len(workshop.Components()) != 5 || workshop.CheckVersion() == "" {
		t.Error("the five components or the version are missing")
	}
}

func TestHealthCheckTellsWhereItIsSeenDifferently(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Check, "", workshop.Answers{"on": w.Today().String(), "council": "Marlow Borough Council"})
		w.check(w.write(of, "marks officer paper-one", workshop.Answers{"C3.2": "happens", "C2.4": "happens"}))
		w.check(w.write(of, "marks officer paper-two", workshop.Answers{"C3.2": "not yet", "C2.4": "unknown"}))
		all := w.get(of).Differences()
		if len(all) != 2 || all[0].Differ || !all[1].Differ || all[1].Action.ID != "C3.2" {
			t.Errorf("got %+v, want C3.2 alone to differ", all)
		}
		w.verified()
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Mapping, "", w.gathering())
		in := w.p.Area.Place()
		as := func(role access.Role, scope access.Scope, place string) access.Actor {
			return access.Actor{Person: "somebody", Hat: access.Hat{Role: role, Scope: scope, Place: place}}
		}
		officer := as(access.ProgrammeOfficer, access.InProgramme, in.Programme)
		if w.get(of).SeenBy(officer, w.p.Area) {
			t.Error("the programme sees a workshop that is not shared")
		}
		if !w.get(of).SeenBy(as(access.Rep, access.InArea, in.Area), w.p.Area) {
			t.Error("the adviser of the area does not see it")
		}
		if w.get(of).SeenBy(as(access.Member, access.InArea, "another"), w.p.Area) {
			t.Error("another area sees it")
		}
		w.check(w.say(of, workshop.Shared, ""))
		if !w.get(of).SeenBy(officer, w.p.Area) {
			t.Error("the programme does not see what was shared")
		}
		err := w.Write(t.Context(), officer, w.p.Area, of, workshop.NewSheet{Form: string(w.Form()), Part: "criteria", Answers: workshop.Answers{"two": "trust\ngoals"}})
		w.refused(err, fault.Forbidden)
		_, err = w.Begin(t.Context(), as(access.Resident, access.InArea, in.Area), w.p.Area, workshop.New{Form: string(w.Form()), Kind: workshop.Mapping, Answers: w.gathering()})
		w.refused(err, fault.Forbidden)
	})
}

func TestLinkIsToOneThingAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		of := w.begin(workshop.Mapping, "", w.gathering())
		w.read(func(tx *db.Tx) error {
			for _, l := range []share.Link{
				{Kind: "project", Place: w.p.Area.Place(), Subject: string(of), Contents: []string{workshop.LinkPart}},
				{Kind: workshop.LinkKind, Place: w.p.Area.Place(), Subject: string(of)},
				{Kind: workshop.LinkKind, Place: w.p.Area.Place(), Subject: string(of), Contents: []string{workshop.LinkPart}}, // nobody is invited to a map
			} {
				if _, err := workshop.ByLink(t.Context(), tx, l); !errors.Is(err, fault.NotFound) {
					t.Errorf("%+v opens: %v", l, err)
				}
			}
			return nil
		})
	})
}
