package relationship_test

import (
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/mail"
	"commontable/internal/person"
	"commontable/internal/relationship"
)

// Who asked is written to, alone, when they are told that there is an answer; what was
// asked and answered does not stand in the mail. Whoever has no account is not, and
// nobody is written to by themselves.
func TestWhoAskedIsWrittenTo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, today := t.Context(), w.p.Area, w.Today()
		w.BaseURL = "https://table.example.org"
		people := &person.People{DB: d, IDs: w.World.IDs, Now: w.Clock.Now}
		var rita access.Actor
		if err := d.Write(ctx, func(tx *db.Tx) error {
			who, err := people.AddIn(ctx, tx, access.System("test"), person.New{Name: "Rita Rose", Email: "rita@example.org"})
			if err != nil {
				return err
			}
			hat, err := people.GiveHatIn(ctx, tx, access.System("test"), who.ID, person.NewHat{Role: access.Resident, Scope: access.InArea, Place: string(a.ID), From: today})
			rita = access.Actor{Person: who.ID, Name: who.Name, Hat: hat}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		mails := func() (all []mail.Mail) {
			w.read(func(tx *db.Tx) (err error) {
				all, err = mail.Latest(ctx, tx, 100, 0)
				return err
			})
			return all
		}
		for _, one := range []struct {
			by    access.Actor
			asker string
			want  int
		}{{rita, "", 1}, {w.p.Chair, "Farah Iqbal", 0}, {w.p.Chair, "", 0}} {
			q, err := w.Ask(ctx, one.by, a, relationship.NewQuestion{Form: w.form(), What: "Qxasked", Asker: one.asker, Reach: "Qxreach"})
			if err != nil {
				t.Fatal(err)
			}
			before := len(mails())
			for _, s := range []relationship.NewQuestionStep{{What: relationship.Answered, Words: "Qxanswer"}, {What: relationship.ToldAsker, Words: "Qxtold"}} {
				s.Form, s.On = w.form(), today
				for range 2 { // sent twice, it counts once
					if err := w.NoteQuestion(ctx, w.p.Chair, a, q, s); err != nil {
						t.Fatal(err)
					}
				}
			}
			all := mails()
			if got := len(all) - before; got != one.want {
				t.Errorf("asked by %s, for %q: %d mails, want %d", one.by.Name, one.asker, got, one.want)
			}
			if one.want == 0 {
				continue
			}
			m := all[0]
			if m.To != "rita@example.org" || m.Link != "https://table.example.org/areas/"+a.Slug+"/questions/"+string(q) || strings.Contains(m.Subject+m.Text(), "Qx") {
				t.Errorf("the mail to %s leads to %s: %q\n%s", m.To, m.Link, m.Subject, m.Text())
			}
		}
		w.verified()
	})
}

// What was published, and nothing else, is told to everybody, with what they are
// called; it is taken back as it was published.
func TestPublishedLines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, today := t.Context(), w.p.Area, w.Today()
		parks := w.add("Parks team")
		made := map[relationship.Seen]relationship.EntryID{}
		for _, s := range relationship.Seens() {
			e, err := w.AddEntry(ctx, w.p.Chair, a, parks, relationship.NewEntry{Form: w.form(), Kind: relationship.Noted, On: today, ToldBy: "year", Words: "Qx" + string(s.Seen), Seen: s.Seen})
			if err != nil {
				t.Fatal(err)
			}
			made[s.Seen] = e
		}
		lines := func() (all []relationship.Published) {
			w.read(func(tx *db.Tx) (err error) {
				all, err = relationship.PublishedLines(ctx, tx, a.ID, 10)
				return err
			})
			return all
		}
		if all := lines(); len(all) != 1 || all[0].Words != "Qxpublic" || all[0].Name != "Parks team" || len(all[0].Day) != 4 {
			t.Errorf("published: %+v", all)
		}
		if err := w.ShowEntry(ctx, w.p.Chair, a, made[relationship.SeenPublic], relationship.SeenByUs, w.form()); err != nil {
			t.Fatal(err)
		}
		if all := lines(); len(all) != 0 {
			t.Errorf("taken back: %+v", all)
		}
	})
}
