package agency_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"commontable/internal/agency"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding/fundingtest"
)

// Somebody comes to a post once, and of fifty who come instead of who is there one
// is there in the end; a team ends once; and a register that is brought many times at
// once is there once.
func TestAPostIsHeldByOneHoweverManyComeInstead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx, chair, a, today := t.Context(), w.p.Chair, w.p.Area, w.Today()
		council := w.body("Marlow Council", agency.Council)
		parks, roads := w.unit(council, "Parks", ""), w.unit(council, "Roads", "")
		post, ann := w.post(council, parks, "Lead"), w.contact("Ann")
		if done := fundingtest.AtOnce(t, func(int) error {
			_, err := w.Agencies.Hold(ctx, chair, a, agency.NewHolding{Form: w.form(), Post: post, Contact: ann, From: today.AddDays(-20)})
			return err
		}); done != 1 {
			t.Errorf("Ann came %d times", done)
		}
		var others []agency.ContactID
		for i := range fundingtest.Clients {
			others = append(others, w.contact(fmt.Sprint("Other ", i)))
		}
		came := fundingtest.AtOnce(t, func(i int) error {
			_, err := w.Agencies.Hold(ctx, chair, a, agency.NewHolding{Form: w.form(), Post: post, Contact: others[i], From: today.AddDays(-10), Instead: true})
			return err
		})
		w.read(func(ctx context.Context, tx *db.Tx) error {
			for day, want := range map[date.Date]string{today.AddDays(-15): "Ann", today: "Other"} {
				held, err := agency.HoldersOn(ctx, tx, a.ID, council, day)
				if err != nil {
					return err
				}
				if len(held) != 1 || !strings.HasPrefix(held[0].Contact.Name, want) {
					t.Errorf("on %s after %d came instead: %+v", day, came, held)
				}
			}
			return nil
		})
		if done := fundingtest.AtOnce(t, func(int) error {
			return w.EndUnit(ctx, chair, a, parks, agency.EndUnit{Form: w.form(), On: today, Next: []agency.UnitID{roads}})
		}); done != 1 {
			t.Errorf("the team ended %d times", done)
		}
		var created atomic.Int64
		text := councils + "AAA,Aye Council,X06000001,,,,England,UA,,,\nBBB,Bee Council,X06000002,,,,England,UA,,,\n"
		fundingtest.AtOnce(t, func(int) error {
			r, err := w.Import(ctx, operator, strings.NewReader(text), "register.csv", agency.Say{Edition: date.Must("2024-06-01")})
			created.Add(int64(r.Created))
			return err
		})
		if created.Load() != 2 || w.by("GB-LAE", "AAA").Name != "Aye Council" {
			t.Errorf("of two councils %d were created", created.Load())
		}
		w.verified()
	})
}
