package share_test

import (
	"sync"
	"testing"

	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/share"
)

// A link is taken back by some while others open it: from the moment at which the
// first was told that it is done it opens for nobody; and it is recorded once. One
// form that is sent fifty times makes one link.
func TestALinkThatIsTakenBackOpensForNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w, err := fundingtest.New(ctx, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		s, p := shares(w, d), w.Tanners
		n := share.NewLink{Form: string(w.Form()), Kind: "project", Place: p.Area.Place(), Subject: "hub", Contents: []string{"summary"}, ForWhom: "Jas Gill", Until: w.Today().AddDays(9)}
		var mu sync.Mutex
		made, secrets := map[share.LinkID]bool{}, []string{}
		fundingtest.AtOnce(t, func(int) error {
			l, secret, err := s.Make(ctx, p.Chair, n, parts)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				made[l.ID] = true
			}
			if secret != "" {
				secrets = append(secrets, secret)
			}
			return err
		})
		if len(made) != 1 || len(secrets) != 1 {
			t.Fatalf("%d links with %d secrets came of one form", len(made), len(secrets))
		}
		over := false
		for l := range made {
			fundingtest.AtOnce(t, func(i int) error {
				if i%10 == 5 {
					err := s.End(ctx, p.Chair, p.Area.Place(), l)
					mu.Lock()
					defer mu.Unlock()
					over = over || err == nil
					return err
				}
				mu.Lock()
				ended := over
				mu.Unlock()
				if _, opened := opens(t, s, secrets[0]); opened && ended {
					t.Error("it opens after it was taken back")
				}
				return nil
			})
		}
		if _, opened := opens(t, s, secrets[0]); opened {
			t.Error("it opens still")
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			ended := 0
			count := audit.Reader{Act: "link ended", Hear: func(audit.Recorded) { ended++ }}
			err := audit.Tell(ctx, tx, count)
			if ended != 1 {
				t.Errorf("that it ended was recorded %d times", ended)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
