package meeting_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// held plays a meeting up to its circulated notes, a month from today.
func (w *world) held() (meeting.ID, []meeting.Item) {
	w.t.Helper()
	ctx, a, chair := w.t.Context(), w.Tanners.Area, w.Tanners.Chair
	mid := w.arrange(w.evening("2026-11-17"))
	for _, title := range []string{"Hub lease", "Lights"} {
		_, err := w.meetings.PutForward(ctx, w.mo, a, mid, meeting.NewItem{Form: w.form(), Title: title})
		w.must(err)
	}
	items := w.agenda(mid)
	err := w.meetings.WriteNotes(ctx, w.mo, a, mid, meeting.NewNotes{Form: w.form()})
	if !errors.Is(err, fault.Conflict) {
		w.t.Errorf("notes of a meeting that is still to come: %v", err)
	}
	w.Clock.Pass(29 * 24 * time.Hour)
	w.must(w.meetings.WriteAttendance(ctx, w.mo, a, mid, meeting.NewAttendance{Form: w.form(), All: []meeting.Attendee{
		{Person: chair.Person, Hat: meeting.AsMember, Way: meeting.InRoom}, {Name: "Karen", Hat: meeting.AsGuest, Organisation: "The council", Post: "parks officer", Way: meeting.ByTelephone},
	}}))
	_, err = w.meetings.AddAction(ctx, w.mo, a, meeting.NewAction{Form: w.form(), Meeting: mid, Words: "Ring Brightwell", Owner: w.mo.Person})
	w.must(err)
	w.must(w.meetings.WriteNotes(ctx, w.mo, a, mid, meeting.NewNotes{Form: w.form(), WentWell: "Tea", WentBadly: "Cold", Items: []meeting.ItemNote{
		{Item: items[0].ID, Said: "No answer yet", Agreed: "Ask again"}, {Item: items[1].ID, Said: "Dark", Agreed: "Write to the council"},
	}}))
	agree := meeting.NewAgreement{Form: w.form(), On: date.Must("2026-11-18")}
	if err := w.meetings.AgreeNotes(ctx, chair, a, mid, agree); !errors.Is(err, fault.Conflict) {
		w.t.Errorf("notes that nobody has read were agreed: %v", err)
	}
	w.must(w.meetings.Circulate(ctx, w.mo, a, mid, meeting.NewCirculation{Form: w.form(), Mail: true}))
	return mid, items
}

func (w *world) agree(mid meeting.ID) {
	w.t.Helper()
	w.must(w.meetings.AgreeNotes(w.t.Context(), w.Tanners.Chair, w.Tanners.Area, mid, meeting.NewAgreement{Form: w.form(), On: date.Must("2026-11-18")}))
}

// verify holds all against the history, and tells what is bad.
func (w *world) verify() (bad []string) {
	w.t.Helper()
	report := func(words string) { bad = append(bad, words) }
	w.read(func(tx *db.Tx) error {
		readers, err := meeting.Readers(w.t.Context(), tx, report)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(w.t.Context(), tx, report, readers)
		return err
	})
	return bad
}

func TestAgreedNotesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a := t.Context(), w.Tanners.Area
		mid, items := w.held()
		if err := w.meetings.AgreeNotes(ctx, w.mo, a, mid, meeting.NewAgreement{Form: w.form(), On: date.Must("2026-11-18")}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a member alone agreed the notes: %v", err)
		}
		w.agree(mid)
		for what, err := range map[string]error{
			"notes":          w.meetings.WriteNotes(ctx, w.mo, a, mid, meeting.NewNotes{Form: w.form(), WentWell: "All of it"}),
			"attendance":     w.meetings.WriteAttendance(ctx, w.mo, a, mid, meeting.NewAttendance{Form: w.form()}),
			"calling it off": w.meetings.CallOff(ctx, w.mo, a, mid, "It never was", w.form()),
			"agreeing":       w.meetings.AgreeNotes(ctx, w.Tanners.Chair, a, mid, meeting.NewAgreement{Form: w.form(), On: date.Must("2026-11-18")}),
		} {
			if !errors.Is(err, fault.Conflict) {
				t.Errorf("%s after the notes were agreed: %v", what, err)
			}
		}
		// Not even by SQL.
		for _, query := range []string{
			`UPDATE item_notes SET agreed = 'Give it all to me'`, `DELETE FROM item_notes`, `UPDATE meeting_notes SET went_well = 'All'`, `DELETE FROM meeting_notes`,
			`UPDATE agenda_items SET title = 'Another'`, `DELETE FROM agenda_items`, `UPDATE attendances SET name = 'Another'`, `DELETE FROM attendances`,
			`UPDATE meetings SET title = 'Another'`, `DELETE FROM meetings`, `UPDATE actions SET words = 'Another'`, `DELETE FROM actions`,
			`UPDATE notes_agreements SET digest = ''`, `DELETE FROM notes_agreements`, `UPDATE meeting_guests SET post = ''`, `DELETE FROM meeting_changes`, `UPDATE quiet_inputs SET words = 'Another'`,
			`DELETE FROM behaviour_notes`, `UPDATE notes_circulations SET told = 0`, `DELETE FROM action_ends`,
			`INSERT INTO item_notes (area_id, meeting_id, item_id, said, agreed) SELECT area_id, meeting_id, id || 'x', '', '' FROM agenda_items`,
			`INSERT INTO attendances (area_id, meeting_id, position, person_id, name, hat, organisation, post, way) SELECT area_id, meeting_id, 99, '', 'X', 'member', '', '', 'room' FROM meeting_notes`,
			`INSERT INTO actions (area_id, id, meeting_id, words, owner, owner_name, is_organisation, due_on, added_by, added_at) SELECT area_id, 'x', meeting_id, 'X', 'x', '', is_organisation, due_on, 'x', added_at FROM actions`,
		} {
			before := count(t, d, query)
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, query)
				return err
			})
			if err == nil && (before > 0 || strings.HasPrefix(query, "INSERT")) {
				t.Errorf("not refused: %s", query)
			}
		}
		if bad := w.verify(); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
		w.read(func(tx *db.Tx) error {
			n, err := meeting.NotesFor(ctx, tx, access.Actor{}, a, w.meeting1(tx, mid), items)
			if n.Items[items[0].ID].Agreed != "Ask again" {
				t.Errorf("the public reads %+v", n)
			}
			return err
		})
	})
}

// count is how many rows a statement would touch: of a table that is empty nothing
// is changed, and on SQLite nothing refused.
func count(t *testing.T, d *db.DB, query string) (n int64) {
	t.Helper()
	words := strings.Fields(query)
	table := words[1]
	if words[0] != "UPDATE" {
		table = words[2]
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(t.Context(), tx, db.Value[int64], "SELECT COUNT(*) FROM "+table)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *world) meeting1(tx *db.Tx, mid meeting.ID) meeting.Meeting {
	w.t.Helper()
	m, err := meeting.ByID(w.t.Context(), tx, w.Tanners.Area.ID, mid)
	w.must(err)
	return m
}

// Who changes agreed notes behind the database's back is found out.
func TestVerifyFindsChangedNotes(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	mid, _ := w.held()
	w.agree(mid)
	w.write(func(tx *db.Tx) error {
		for _, query := range []string{`DROP TRIGGER item_notes_frozen_update_old`, `DROP TRIGGER item_notes_frozen_update_new`, `UPDATE item_notes SET agreed = 'Give it all to me'`} {
			if _, err := tx.Exec(t.Context(), query); err != nil {
				return err
			}
		}
		return nil
	})
	if bad := w.verify(); len(bad) != 1 || !strings.Contains(bad[0], "not what was agreed") {
		t.Errorf("got %v", bad)
	}
}

func TestACorrectionStandsBesideTheNotes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a := t.Context(), w.Tanners.Area
		mid, items := w.held()
		fix := meeting.NewCorrection{Form: w.form(), Item: items[0].ID, Stood: "Ask again", Right: "Ask again in writing"}
		if _, err := w.meetings.Correct(ctx, w.mo, a, mid, fix); !errors.Is(err, fault.Conflict) {
			t.Errorf("notes that are not agreed were corrected: %v", err)
		}
		w.agree(mid)
		cid, err := w.meetings.Correct(ctx, w.mo, a, mid, fix)
		w.must(err)
		today := meeting.NewAgreement{Form: w.form(), On: date.InLondon(w.Clock.Now())}
		if err := w.meetings.AgreeCorrection(ctx, w.mo, a, mid, cid, today); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a member alone agreed a correction: %v", err)
		}
		w.must(w.meetings.AgreeCorrection(ctx, w.Tanners.Chair, a, mid, cid, today))
		w.read(func(tx *db.Tx) error {
			all, err := meeting.Corrections(ctx, tx, w.meeting1(tx, mid))
			if len(all) != 1 || all[0].Stood != "Ask again" || all[0].Right != "Ask again in writing" || all[0].AgreedOn.IsZero() || all[0].PutBy != w.mo.Person {
				t.Errorf("got %+v", all)
			}
			n, err2 := meeting.NotesOf(ctx, tx, w.meeting1(tx, mid))
			if n.Items[items[0].ID].Agreed != "Ask again" {
				t.Errorf("the notes now say %q", n.Items[items[0].ID].Agreed)
			}
			return errors.Join(err, err2)
		})
		if bad := w.verify(); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
	})
}

func TestQuietWordsAreForTheTable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, mid := t.Context(), w.Tanners.Area, w.arrange(w.evening("2026-11-17"))
		quiet := meeting.NewQuiet{Form: w.form(), Words: "I am afraid of the dogs", Unnamed: true}
		for range 2 { // sent twice
			w.must(w.meetings.SayQuietly(ctx, w.Kit, a, mid, quiet))
		}
		w.must(w.meetings.SayQuietly(ctx, w.wyn, a, mid, meeting.NewQuiet{Form: w.form(), Words: "Bins", Telephone: true, Name: "Mrs Oduya"}))
		if err := w.meetings.SayQuietly(ctx, w.Kit, a, mid, meeting.NewQuiet{Form: w.form(), Words: "Bins", Telephone: true, Name: "Mrs Oduya"}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a resident entered something for somebody: %v", err)
		}
		w.read(func(tx *db.Tx) error {
			m := w.meeting1(tx, mid)
			for _, who := range []struct {
				by   access.Actor
				seen int
			}{{w.mo, 2}, {w.Kit, 1}, {w.Millbrook.Chair, 0}, {access.Actor{}, 0}, {w.Farah, 0}} {
				seen, err := meeting.QuietFor(ctx, tx, who.by, a, m, nil)
				if err != nil || len(seen) != who.seen {
					t.Errorf("%s reads %d, %v, want %d", who.by.Name, len(seen), err, who.seen)
				}
				for _, q := range seen {
					if q.Words == quiet.Words && (q.Named() || q.Person != "" || q.IsOf(who.by.Person) != (who.by.Person == w.Kit.Person)) {
						t.Errorf("%s is told whose it is: %+v", who.by.Name, q)
					}
				}
			}
			// Nothing that is kept has both the words, or their moment, and who said them.
			past, err := audit.History(ctx, tx, string(a.ID), nil, 0, 10)
			for _, p := range past {
				if p.Act == "quiet input given" && p.Person == string(w.Kit.Person) {
					t.Errorf("the history names who said it: %+v", p)
				}
			}
			n, err2 := db.One(ctx, tx, db.Value[int64], `SELECT COUNT(*) FROM submissions WHERE person_id = $1`, w.Kit.Person)
			if n != 0 {
				t.Errorf("%d forms are kept under their name", n)
			}
			return errors.Join(err, err2)
		})
	})
}

// Who has an interest and leaves the talk sees neither what is quietly said of it
// nor the draft of its notes.
func TestWhoLeavesDoesNotSeeTheTalk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, mid := t.Context(), w.Tanners.Area, w.arrange(w.evening("2026-11-17"))
		lto := partnership.Party{Organisation: w.Tanners.LTO.ID}
		item, err := w.meetings.PutForward(ctx, w.Tanners.Chair, a, mid, meeting.NewItem{Form: w.form(), Title: "Hub lease", Parties: []partnership.Party{lto}})
		w.must(err)
		w.must(w.meetings.SayQuietly(ctx, w.Kit, a, mid, meeting.NewQuiet{Form: w.form(), Item: item, Words: "They charge too much"}))
		ps := &partnership.Partnerships{DB: d, IDs: w.IDs, Now: w.Clock.Now, People: w.People}
		interest, err := ps.Declare(ctx, w.mo, a, partnership.NewInterest{Form: w.form(), Kind: "employer", Organisation: w.Tanners.LTO.ID, From: date.Must("2026-01-01")})
		w.must(err)
		sees := func() (n int) {
			w.read(func(tx *db.Tx) error {
				m := w.meeting1(tx, mid)
				barred, err := meeting.Barred(ctx, tx, w.mo, a, m)
				if err != nil {
					return err
				}
				seen, err := meeting.QuietFor(ctx, tx, w.mo, a, m, barred)
				n = len(seen)
				return err
			})
			return n
		}
		if sees() != 1 {
			t.Error("before it was agreed that they leave, they are kept from it")
		}
		w.must(ps.Handle(ctx, w.wyn, a, partnership.NewHandling{Form: w.form(), About: item.About(), Interest: interest, How: partnership.Leave, Parties: []partnership.Party{lto}}))
		if sees() != 0 {
			t.Error("who leaves still reads what was quietly said")
		}
		w.Clock.Pass(29 * 24 * time.Hour)
		w.must(w.meetings.WriteNotes(ctx, w.wyn, a, mid, meeting.NewNotes{Form: w.form(), Items: []meeting.ItemNote{{Item: item, Said: "They charge too much", Agreed: "We pay it"}}}))
		w.must(w.meetings.Circulate(ctx, w.wyn, a, mid, meeting.NewCirculation{Form: w.form()}))
		for who, want := range map[access.PersonID]int{w.mo.Person: 0, w.wyn.Person: 1} {
			by := map[access.PersonID]access.Actor{w.mo.Person: w.mo, w.wyn.Person: w.wyn}[who]
			w.read(func(tx *db.Tx) error {
				found, err := meeting.DigestOf(ctx, tx, by, a, w.meeting1(tx, mid), w.Clock.Now(), func(meeting.Action) string { return "" })
				if len(found.Agreed) != want {
					t.Errorf("in the digest of circulated notes %s reads %v", who, found.Agreed)
				}
				return err
			})
		}
	})
}

// An item about a decision touches whom the decision touches: an interest in the one
// is seen in the other, though nobody named it.
func TestAnItemAboutADecisionTouchesWhomItTouches(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, a, mid := t.Context(), w.Tanners.Area, w.arrange(w.evening("2026-11-17"))
		lto := partnership.Party{Organisation: w.Tanners.LTO.ID}
		w.meetings.Touched = func(_ context.Context, _ *db.Tx, of area.ID, decision int64) (partnership.About, []partnership.Party, error) {
			if of != a.ID || decision != 7 {
				return partnership.About{}, nil, nil
			}
			return partnership.About{Kind: "decision", ID: "d7"}, []partnership.Party{lto, {Name: "Inkwell Print"}}, nil
		}
		for decision, want := range map[int64]int{0: 1, 6: 1, 7: 2} {
			item, err := w.meetings.PutForward(ctx, w.Tanners.Chair, a, mid, meeting.NewItem{Form: w.form(), Title: "The drop-in", Decision: decision, Parties: []partnership.Party{lto}})
			w.must(err)
			w.read(func(tx *db.Tx) error {
				one, err := meeting.ItemByID(ctx, tx, a.ID, item)
				if err != nil {
					return err
				}
				parties, err := meeting.Parties(ctx, tx, one)
				if len(parties) != want {
					t.Errorf("about decision %d it touches %v", decision, parties)
				}
				return err
			})
		}
	})
}

func TestNoDayByWhenFallsInAClosure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t))
	a := w.Tanners.Area
	_, err := w.Areas.Close(t.Context(), w.Tanners.Chair, a, area.NewClosure{Form: w.form(), From: date.Must("2026-12-19"), Until: date.Must("2027-01-04"), Why: "Christmas"})
	w.must(err)
	n := meeting.NewAction{Form: w.form(), Words: "Ring Brightwell", Owner: w.mo.Person, Due: date.Must("2026-12-28")}
	_, err = w.meetings.AddAction(t.Context(), w.mo, a, n)
	wrong, ok := errors.AsType[fault.Invalid](err)
	if !ok || !strings.Contains(wrong.For("due"), "4 January 2027") {
		t.Errorf("got %v", err)
	}
	n.Due = date.Must("2027-01-04")
	if _, err = w.meetings.AddAction(t.Context(), w.mo, a, n); err != nil {
		t.Error(err)
	}
}

// In a closure the mail of circulated notes waits for the first day after it, and
// nothing confidential is in it.
func TestNotesAreMailedWhenTheAreaIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t))
	ctx, a := t.Context(), w.Tanners.Area
	ps := &partnership.Partnerships{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, People: w.People}
	_, err := ps.Join(ctx, w.Tanners.Chair, a, partnership.NewMember{Form: w.form(), Name: "Nia", Email: "nia@example.org", As: partnership.In{Kind: partnership.Resident, Resident: true}, From: date.Must("2026-10-20"), Why: "Came to the fun day"})
	w.must(err)
	_, err = w.Areas.Close(ctx, w.Tanners.Chair, a, area.NewClosure{Form: w.form(), From: date.Must("2026-11-18"), Until: date.Must("2026-11-25"), Why: "Half-term"})
	w.must(err)
	w.held()
	w.read(func(tx *db.Tx) error {
		mails, err := db.All(ctx, tx, func(r db.Row) (m [3]string, err error) { return m, r.Scan(&m[0], &m[1], &m[2]) }, `
			SELECT m.recipient, m.body, CAST(o.due_at AS TEXT) FROM mails m JOIN outbox o ON o.about = m.id AND o.kind = 'mail' WHERE m.subject LIKE 'Notes to read%'`)
		if len(mails) != 1 || mails[0][0] != "nia@example.org" || !strings.HasPrefix(mails[0][2], "2026-11-25") {
			t.Errorf("got %v", mails)
		} else if strings.Contains(mails[0][1], "Ask again") || !strings.Contains(mails[0][1], "Hub lease") {
			t.Errorf("the mail says %s", mails[0][1])
		}
		return err
	})
}

func TestOnesOwnCalendarEndsWithTheHat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, today := t.Context(), date.InLondon(w.Clock.Now())
		whose := func(secret string, day date.Date) (by access.Actor, err error) {
			err = d.Read(ctx, func(tx *db.Tx) error {
				by, err = meeting.ByFeed(ctx, tx, secret, day)
				return err
			})
			return by, err
		}
		first, err := w.meetings.NewFeed(ctx, w.mo)
		w.must(err)
		if by, err := whose(first, today); err != nil || by.Person != w.mo.Person {
			t.Errorf("got %+v, %v", by, err)
		}
		second, err := w.meetings.NewFeed(ctx, w.mo)
		w.must(err)
		if _, err := whose(first, today); !errors.Is(err, fault.NotFound) {
			t.Errorf("an address that was renewed still works: %v", err)
		}
		w.must(w.People.EndHat(ctx, access.System("test"), w.mo.Hat.ID, today.AddDays(1), w.form()))
		if _, err := whose(second, today); err != nil {
			t.Errorf("on the hat’s last day: %v", err)
		}
		if _, err := whose(second, today.AddDays(1)); !errors.Is(err, fault.NotFound) {
			t.Errorf("the hat is put away, and the address still works: %v", err)
		}
		third, err := w.meetings.NewFeed(ctx, w.wyn)
		w.must(err)
		w.must(w.meetings.EndFeed(ctx, w.wyn))
		if _, err := whose(third, today); !errors.Is(err, fault.NotFound) {
			t.Errorf("an address that was taken back still works: %v", err)
		}
	})
}

func TestADigestFitsOneTextMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite(t))
	mid, _ := w.held()
	next := w.evening("2026-12-15")
	w.arrange(next)
	w.read(func(tx *db.Tx) error {
		d, err := meeting.DigestOf(t.Context(), tx, w.Tanners.Chair, w.Tanners.Area, w.meeting1(tx, mid), w.Clock.Now(), func(meeting.Action) string { return "Mo" })
		if got, want := d.Short(), "We met on 17 Nov 2026. Agreed: Hub lease; Lights. 1 to do. Next: 15 Dec 2026, 7pm."; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		told := d
		told.Agreed = []meeting.Told{{What: "£650 for a café [the Hub] in São Paulo Road ☂"}}
		if got, want := told.Short(), "We met on 17 Nov 2026. Agreed: £650 for a café (the Hub) in Sao Paulo Road . 1 to do. Next: 15 Dec 2026, 7pm."; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		for i := range 30 {
			d.Agreed = append(d.Agreed, meeting.Told{What: strings.Repeat("The path’s ", 1+i%9)})
			if short := d.Short(); utf8.RuneCountInString(short) > 160 {
				t.Errorf("%d letters: %s", len(short), short)
			}
		}
		return err
	})
}
