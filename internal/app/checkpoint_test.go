package app

import (
	"crypto/ed25519"
	"log/slog"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/mail"
)

// The parties that the operator named are each sent the latest checkpoint once,
// and the mail as they keep it proves history.
func TestCheckpointsAreMailed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := demo.Play(t.Context(), d, demo.What{Areas: 1, Years: 1, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
		a, err := New(t.Context(), d, Options{
			Log: slog.New(slog.DiscardHandler), Now: time.Now, BaseURL: "https://table.example.org",
			CheckpointKey: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			for _, email := range []string{"funder@example.org", "secretary@example.org"} {
				if _, err := audit.AddParty(t.Context(), tx, a.IDs, access.System("test"), "A party", email, a.Now()); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		sent := func() (to []string, text string) {
			t.Helper()
			for range 2 { // the second time there is nothing new
				if err := a.mailCheckpoint(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				to, text = nil, ""
				all, err := mail.Latest(t.Context(), tx, 100, 0)
				for _, m := range all {
					if strings.HasPrefix(m.Subject, "Checkpoint ") {
						whole, err := mail.ByID(t.Context(), tx, m.ID)
						if err != nil {
							return err
						}
						to, text = append(to, m.To), whole.Text()
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return to, text
		}
		to, text := sent()
		if len(to) != 2 || to[0] == to[1] {
			t.Fatalf("sent to %q, want to each of two once", to)
		}
		var keys []audit.PublicKey
		if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			keys, err = audit.Keys(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		kept, err := audit.ParseCheckpoint(text, keys)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if v, err := Verify(t.Context(), d, kept); err != nil || len(v.Bad) > 0 {
			t.Errorf("held against the mail: %q, %v", v.Bad, err)
		}
	})
}
