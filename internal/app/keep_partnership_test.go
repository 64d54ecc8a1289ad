package app

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/demo"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/project"
)

// A doing is something that a partnership does, and what it changes in what
// everybody sees.
type doing struct {
	what        string
	paths       []string
	shows, lost string // what is there after it, and no more
	do          func(ctx context.Context, tx *db.Tx, p atWork) error
}

// atWork is who does it, and with what.
type atWork struct {
	area area.Area
	by   access.Actor
	now  func() time.Time
	ids  *id.Maker
	db   *db.DB
}

func (p atWork) today() date.Date { return date.InLondon(p.now()) }

const tanners = "/areas/tanners-reach"

func whatAPartnershipDoes() []doing {
	return []doing{
		{"says that her name may stand there no more", []string{tanners, tanners + "/people"}, "", "Denise Okafor", func(ctx context.Context, tx *db.Tx, p atWork) error {
			return (&partnership.Partnerships{DB: p.db, IDs: p.ids, Now: p.now}).SayNamedIn(ctx, tx, p.by, p.area, p.by.Person, partnership.NewNaming{Named: false})
		}},
		{"decides", []string{tanners, tanners + "/decisions"}, "A bench by the pond", "", decideOnABench},
		{"agrees notes", []string{tanners, tanners + "/meetings"}, "", "", agreeNotes},
		{"begins a project", []string{tanners, tanners + "/projects"}, "The long bench", "", func(ctx context.Context, tx *db.Tx, p atWork) error {
			_, err := (&project.Projects{DB: p.db, IDs: p.ids, Now: p.now}).BeginIn(ctx, tx, p.by, p.area, project.New{
				Draft: project.Draft{Name: "The long bench", What: "A bench for ten.", Ends: project.EndsNotKnown}, State: project.UnderWay, From: p.today(),
				Lead: project.NewLead{Party: project.Party{Kind: project.Nobody}, From: p.today()},
			})
			return err
		}},
		{"rests for a while", []string{tanners, tanners + "/closures"}, demo.DefaultDay().AddDays(9).Long(), "", func(ctx context.Context, tx *db.Tx, p atWork) error {
			_, err := (&area.Areas{DB: p.db, IDs: p.ids, Now: p.now}).CloseIn(ctx, tx, p.by, p.area, area.NewClosure{From: p.today().AddDays(9), Until: p.today().AddDays(16), Why: "Half term"})
			return err
		}},
	}
}

func decideOnABench(ctx context.Context, tx *db.Tx, p atWork) error {
	electors, err := partnership.ElectorsOn(ctx, tx, p.area.ID, p.today())
	if err != nil {
		return err
	}
	n := decision.Replay{
		Proposal: decision.NewProposal{Kind: decision.Other, Words: decision.NewText{Title: "A bench by the pond", Question: "Shall there be a bench by the pond?", Words: "For ten."}},
		PutBy:    p.by, Chair: p.by, Asked: p.now().Add(-time.Hour), Words: "We went round the table.",
	}
	for _, e := range electors {
		n.Said = append(n.Said, decision.ReplayedPosition{Person: e.Person, Stand: decision.Support})
	}
	_, err = (&decision.Decisions{DB: p.db, IDs: p.ids, Now: p.now}).ReplayIn(ctx, tx, access.System("test"), p.area, n)
	return err
}

// agreeNotes agrees the first notes that wait to be.
func agreeNotes(ctx context.Context, tx *db.Tx, p atWork) error {
	meetings := &meeting.Meetings{DB: p.db, IDs: p.ids, Now: p.now, BaseURL: "https://table.example.org"}
	waiting, err := meeting.Unagreed(ctx, tx, p.area.ID, time.Time{}.AddDate(1999, 0, 0))
	if err != nil {
		return err
	}
	for _, m := range waiting {
		if m.Stage() == meeting.Circulated {
			return meetings.AgreeNotesIn(ctx, tx, p.by, p.area, m.ID, meeting.NewAgreement{On: p.today()})
		}
	}
	return fault.NotFound
}

// What everybody sees of a partnership is drawn anew as soon as it does something,
// on every page that shows it and at every instance.
func TestPublicPagesFollowWhatAPartnershipDoes(t *testing.T) {
	t.Parallel()
	eachHouse(t, func(t *testing.T, h *house) {
		other := serve(t, h.db)
		p := h.atWork("chair")
		for _, one := range whatAPartnershipDoes() {
			before := map[string]string{}
			for _, path := range one.paths {
				res, page := h.asked(path)
				if _, theirs := other.asked(path); res.StatusCode != http.StatusOK || theirs != page {
					t.Fatalf("%s before the chair %s: status %d, the same at both instances: %t", path, one.what, res.StatusCode, theirs == page)
				}
				if one.lost != "" && !strings.Contains(page, one.lost) {
					t.Errorf("%s before the chair %s lacks %q", path, one.what, one.lost)
				}
				before[path] = page
			}
			if err := h.db.Write(t.Context(), func(tx *db.Tx) error { return one.do(t.Context(), tx, p) }); err != nil {
				t.Fatalf("the chair %s: %v", one.what, err)
			}
			for _, path := range one.paths {
				for i, instance := range []*house{h, other} {
					_, page := instance.asked(path)
					if page == before[path] || !strings.Contains(page, one.shows) || one.lost != "" && strings.Contains(page, one.lost) {
						t.Errorf("%s at instance "+strconv.Itoa(i)+" after the chair %s: changed: %t; want %q there and %q not:\n%s", path, one.what, page != before[path], one.shows, one.lost, words(page))
					}
				}
			}
		}
	})
}

// atWork is one of the people whom one may look round as, in the richly shown area.
func (h *house) atWork(persona string) (p atWork) {
	h.t.Helper()
	i, latest, err := installation(h.t.Context(), h.db)
	if err != nil {
		h.t.Fatal(err)
	}
	p.now, p.db = goesOnFrom(i, latest, time.Now), h.db
	p.ids = id.Real(p.now)
	if err := h.db.Read(h.t.Context(), func(tx *db.Tx) error {
		if p.area, err = area.BySlug(h.t.Context(), tx, "tanners-reach"); err != nil {
			return err
		}
		all, err := person.Personas(h.t.Context(), tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(one person.Persona) bool { return one.Code == persona })
		p.by, err = person.ActorIn(h.t.Context(), tx, all[at].Person, all[at].Hat, p.today())
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return p
}
