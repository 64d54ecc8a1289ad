package share_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/person"
	"commontable/internal/share"
)

var parts = []string{"summary", "timeline", "contacts"}

func shares(w *fundingtest.World, d *db.DB) *share.Shares {
	return &share.Shares{DB: d, IDs: w.IDs, Now: w.Clock.Now, Sharer: person.ActorIn}
}

func opens(t *testing.T, s *share.Shares, secret string) (l share.Link, opened bool) {
	t.Helper()
	err := s.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		l, _, err = s.Open(t.Context(), tx, secret)
		return err
	})
	if err != nil && !errors.Is(err, fault.NotFound) {
		t.Fatal(err)
	}
	return l, err == nil
}

func TestALinkOpensUntilItIsOverOrTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, err := fundingtest.New(ctx, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		s, p := shares(w, d), w.Tanners
		link := func(days int) share.NewLink {
			return share.NewLink{Form: string(w.Form()), Kind: "project", Place: p.Area.Place(), Subject: "hub", Contents: []string{"timeline", "summary"}, ForWhom: "Jas Gill", Until: w.Today().AddDays(days)}
		}
		first := link(share.UsualDays)
		l, secret, err := s.Make(ctx, p.Chair, first, parts)
		if err != nil || len(secret) != 43 {
			t.Fatalf("made %+v, %q, %v", l, secret, err)
		}
		again, none, err := s.Make(ctx, p.Chair, first, parts)
		if err != nil || none != "" || again.ID != l.ID {
			t.Errorf("the same form again: %s, secret %q, %v; want %s and no secret", again.ID, none, err, l.ID)
		}
		got, opened := opens(t, s, secret)
		if !opened || got.ID != l.ID || !slices.Equal(got.Contents, []string{"summary", "timeline"}) || got.Shows("contacts") {
			t.Errorf("opened %v: %+v", opened, got)
		}
		wrong := "A" + secret[1:]
		if secret[0] == 'A' {
			wrong = "B" + secret[1:]
		}
		for _, no := range []string{"", "x", wrong, string(l.ID), secret + "x"} {
			if _, opened := opens(t, s, no); opened {
				t.Errorf("%q opens it", no)
			}
		}
		for range 3 {
			if err := s.Count(ctx, l.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got, _ = opens(t, s, secret); got.Times != 3 || got.LastOn != w.Today() {
			t.Errorf("opened %d times, last on %s; want 3, today", got.Times, got.LastOn)
		}
		if kept := whole(t, d); strings.Contains(kept, secret) || !strings.Contains(kept, string(l.ID)) {
			t.Errorf("the secret is kept, or the link is not:\n%s", kept)
		}

		// Whoever may share there takes it back, and at once.
		other := w.Millbrook
		if err := s.End(ctx, other.Chair, other.Area.Place(), l.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("the chair of another area ends it: %v", err)
		}
		if err := s.End(ctx, other.Chair, p.Area.Place(), l.ID); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the chair of another area ends it: %v", err)
		}
		for range 2 { // twice is once
			if err := s.End(ctx, p.Chair, p.Area.Place(), l.ID); err != nil {
				t.Fatal(err)
			}
		}
		if _, opened := opens(t, s, secret); opened {
			t.Error("it opens after it was taken back")
		}

		// The last day is the last on which it opens.
		if _, secret, err = s.Make(ctx, p.Chair, link(1), parts); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(24 * time.Hour)
		if _, opened := opens(t, s, secret); !opened {
			t.Error("it does not open on its last day")
		}
		w.Clock.Pass(24 * time.Hour)
		if _, opened := opens(t, s, secret); opened {
			t.Error("it opens the day after its last")
		}
		verified(t, d)
	})
}

func TestALinkEndsWithTheHatOfWhoMadeIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, err := fundingtest.New(ctx, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		s, p := shares(w, d), w.Tanners
		l, secret, err := s.Make(ctx, p.Chair, share.NewLink{
			Form: string(w.Form()), Kind: "project", Place: p.Area.Place(), Subject: "hub", Contents: []string{"summary"}, ForWhom: "Jas Gill", Until: w.Today().AddDays(30),
		}, parts)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.People.EndHat(ctx, access.System("test"), p.Chair.Hat.ID, w.Today(), string(w.Form())); err != nil {
			t.Fatal(err)
		}
		if _, opened := opens(t, s, secret); opened {
			t.Error("it opens after the hat was put away")
		}
		err = d.Read(ctx, func(tx *db.Tx) error {
			if stands, err := s.StandingOf(ctx, tx, l); err != nil || stands != share.NoSharer {
				t.Errorf("it %s, %v; want %s", stands, err, share.NoSharer)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayShareAndWhat(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ctx := t.Context()
	w, err := fundingtest.New(ctx, d, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, p := shares(w, d), w.Tanners
	good := share.NewLink{Kind: "project", Place: p.Area.Place(), Subject: "hub", Contents: []string{"summary"}, ForWhom: "Jas Gill", Until: w.Today().AddDays(share.MostDays)}
	for name, c := range map[string]struct {
		by     access.Actor
		change func(*share.NewLink)
		field  string
		kind   error
	}{
		"a year at most":      {p.Chair, func(n *share.NewLink) { n.Until = n.Until.AddDays(1) }, "until", nil},
		"not until yesterday": {p.Chair, func(n *share.NewLink) { n.Until = w.Today().AddDays(-1) }, "until", nil},
		"until some day":      {p.Chair, func(n *share.NewLink) { n.Until = date.Date{} }, "until", nil},
		"for somebody":        {p.Chair, func(n *share.NewLink) { n.ForWhom = " " }, "for_whom", nil},
		"something":           {p.Chair, func(n *share.NewLink) { n.Contents = nil }, "contents", nil},
		"what there is":       {p.Chair, func(n *share.NewLink) { n.Contents = []string{"risks"} }, "contents", nil},
		"not another’s area":  {w.Millbrook.Chair, func(*share.NewLink) {}, "", fault.Forbidden},
		"not who holds money": {p.Finance, func(*share.NewLink) {}, "", fault.Forbidden},
	} {
		n := good
		n.Form = string(w.Form())
		c.change(&n)
		_, _, err := s.Make(ctx, c.by, n, parts)
		invalid, isInvalid := errors.AsType[fault.Invalid](err)
		if c.kind != nil && !errors.Is(err, c.kind) || c.kind == nil && (!isInvalid || invalid.For(c.field) == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.Form = string(w.Form())
	if _, _, err := s.Make(ctx, p.Chair, good, parts); err != nil {
		t.Errorf("a year from today: %v", err)
	}
}

// A link is only ever ended: the database holds it too.
func TestALinkIsNotChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, err := fundingtest.New(ctx, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		s, p := shares(w, d), w.Tanners
		l, _, err := s.Make(ctx, p.Chair, share.NewLink{Form: string(w.Form()), Kind: "project", Place: p.Area.Place(), Subject: "hub", Contents: []string{"summary"}, ForWhom: "Jas Gill", Until: w.Today()}, parts)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.End(ctx, p.Chair, p.Area.Place(), l.ID); err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{
			`UPDATE share_links SET until_on = '2099-01-01' WHERE id = $1`, `UPDATE share_links SET contents = 'contacts' WHERE id = $1`,
			`UPDATE share_links SET ended_at = NULL, ended_by = NULL WHERE id = $1`, `DELETE FROM share_links WHERE id = $1`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, query, l.ID); return err }); err == nil {
				t.Errorf("%s: done, want it refused", query)
			}
		}
		verified(t, d)
	})
}

func verified(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		bad := func(words string) { t.Error(words) }
		readers, err := share.Readers(t.Context(), tx, bad)
		if err != nil {
			return err
		}
		_, err = audit.VerifyTold(t.Context(), tx, bad, readers)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// whole is everything that stands of links, in their table and in history.
func whole(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		each := func(r db.Row) error {
			var id, words string
			var bytes []byte
			err := r.Scan(&id, &words, &bytes)
			fmt.Fprintf(&b, "%s %s %s\n", id, words, bytes)
			return err
		}
		if err := db.Each(t.Context(), tx, each, `SELECT id, kind || subject || contents || for_whom, digest FROM share_links`); err != nil {
			return err
		}
		return db.Each(t.Context(), tx, each, `SELECT subject, act, bytes FROM audit_events`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
