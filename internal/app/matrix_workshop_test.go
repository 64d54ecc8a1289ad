package app

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
	"commontable/internal/relationship"
	"commontable/internal/share"
	"commontable/internal/workshop"
)

// fillWorkshops is what of how an area works with others is put into a pattern: a
// health check, which is shared and not finished. Of the other kinds
// TestEveryKindOfReflection asks.
func fillWorkshops(ctx context.Context, tx *db.Tx, a area.Area, parts map[string]string) error {
	all, err := workshop.All(ctx, tx, a.ID, workshop.Check)
	if err != nil {
		return err
	}
	files, err := workshop.Files(ctx, tx, a.ID, all[0].ID)
	if err != nil {
		return err
	}
	parts["reflection"], parts["questions"], parts["marker"], parts["begin"], parts["paper"] = string(all[0].ID), "about", "chair", "workshop", string(files[0].ID)
	return nil
}

// talkWith is a talk with Brightwell Homes, in which its officers who have an
// account are asked to take part.
func talkWith(t *testing.T, d *db.DB, today date.Date) (talk string) {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return today.At(18, 0) }
	workshops := &workshop.Workshops{DB: d, IDs: id.Real(now), Now: now}
	err := d.Write(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, "tanners-reach")
		if err != nil {
			return err
		}
		o, err := organisation.BySlug(ctx, tx, "brightwell-homes")
		if err != nil {
			return err
		}
		chairs, err := person.Wearers(ctx, tx, access.Chair, access.InArea, string(a.ID), today)
		if err != nil {
			return err
		}
		chair, err := person.ActorIn(ctx, tx, chairs[0].Person.ID, chairs[0].Hat.ID, today)
		if err != nil {
			return err
		}
		all, err := relationship.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(r relationship.Relationship) bool { return r.Body == o.ID })
		made, err := workshops.BeginIn(ctx, tx, chair, a, workshop.New{Kind: workshop.Conversation, Relationship: all[at].ID, Answers: workshop.Answers{"why": "The hall"}})
		if err != nil {
			return err
		}
		talk = string(made)
		return workshops.AskOfficersIn(ctx, tx, chair, a, made, true)
	})
	if err != nil {
		t.Fatal(err)
	}
	return talk
}

// reflections are one of each kind, shared where one is.
func reflections(ctx context.Context, tx *db.Tx, a area.Area) (map[workshop.Kind]workshop.Record, error) {
	all, err := workshop.All(ctx, tx, a.ID, "")
	byKind := map[workshop.Kind]workshop.Record{}
	for _, r := range all {
		if was, is := byKind[r.Kind]; !is || r.Shared() && !was.Shared() {
			byKind[r.Kind] = r
		}
	}
	return byKind, err
}

// Each kind of record is there for those who may see it, is not there for others,
// and fails nobody, at every address that a record has.
func TestEveryKindOfReflection(t *testing.T) {
	t.Parallel()
	m := newMatrix(t, dbtest.SQLite(t))
	var byKind map[workshop.Kind]workshop.Record
	if err := m.db.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		byKind, err = reflections(t.Context(), tx, a)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	asked, before := 0, fingerprint(t, m.db)
	for k, r := range byKind {
		m.parts["reflection"], m.parts["questions"], m.parts["begin"] = string(r.ID), workshop.PartsOf(k)[0].Name, string(k)
		for _, route := range RouteTable() {
			if !strings.Contains(route.Pattern, "{reflection}") && !strings.Contains(route.Pattern, "{begin}") {
				continue
			}
			if strings.HasSuffix(route.Pattern, "/start") && k == workshop.Mapping || strings.HasSuffix(route.Pattern, "/again") && k == workshop.Conversation {
				continue // a button without a question: sent empty, it does what it says
			}
			method, pattern, _ := strings.Cut(route.Pattern, " ")
			ofOne := strings.Contains(pattern, "{reflection}")
			for _, role := range access.Roles() {
				own, other := m.here(role), m.elsewhere(role)
				status, _ := m.send(own, method, m.fill(pattern), url.Values{"form": {m.newForm()}})
				elsewhere, _ := m.send(other, method, m.fill(pattern), url.Values{"form": {m.newForm()}, "program": {m.examples[pattern]}})
				asked += 2
				what := route.Pattern + ", a " + string(k) + ", as " + column(role)
				hidden := ofOne && !r.Shared() && own.SignedIn() && !insideRelationships(own, access.Place{Programme: own.Hat.Place, Area: own.Hat.Place, Organisation: own.Hat.Place})
				switch want := route.Answer(own); {
				case status >= 500 || elsewhere >= 500:
					t.Errorf("%s: status %d, and of elsewhere %d", what, status, elsewhere)
				case strings.HasSuffix(route.Pattern, "/compare") && k != workshop.Mapping && want == http.StatusOK:
					if status != http.StatusNotFound {
						t.Errorf("%s: status %d; there is nothing to lay beside it", what, status)
					}
				case hidden && status < 400:
					t.Errorf("%s, which is not shared: status %d", what, status)
				case want != 0 && status != want && (!hidden || status != http.StatusNotFound):
					t.Errorf("%s: status %d, want %d", what, status, want)
				case route.Policy.See != "" && elsewhere != http.StatusNotFound && other.SignedIn() && scopes[role] != access.InInstallation:
					t.Errorf("%s of elsewhere: status %d; what one may not see is not there", what, elsewhere)
				}
			}
		}
		if now := fingerprint(t, m.db); now != before {
			t.Errorf("asking of a %s changed something: %s", k, changed(before, now))
			before = now
		}
	}
	if len(byKind) != 8 || asked < 1000 {
		t.Errorf("%d kinds were asked of, in %d cells", len(byKind), asked)
	}
}

// invited gives a link by which somebody of the other side takes part in it.
func invited(t *testing.T, d *db.DB, today date.Date) (secret string) {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return today.At(18, 0) }
	shares := &share.Shares{DB: d, IDs: id.Real(now), Now: now, Sharer: person.ActorIn}
	err := d.Write(ctx, func(tx *db.Tx) error {
		a, err := area.BySlug(ctx, tx, "tanners-reach")
		if err != nil {
			return err
		}
		chairs, err := person.Wearers(ctx, tx, access.Chair, access.InArea, string(a.ID), today)
		if err != nil {
			return err
		}
		chair, err := person.ActorIn(ctx, tx, chairs[0].Person.ID, chairs[0].Hat.ID, today)
		if err != nil {
			return err
		}
		all, err := workshop.All(ctx, tx, a.ID, workshop.Check)
		if err != nil {
			return err
		}
		_, secret, err = shares.MakeIn(ctx, tx, chair, share.NewLink{
			Form: "an invitation", Kind: workshop.LinkKind, Place: a.Place(), Subject: string(all[0].ID), Contents: []string{workshop.LinkPart}, ForWhom: "a test", Until: today.AddDays(300),
		}, []string{workshop.LinkPart})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}
