package app

import (
	"log/slog"
	"testing"
	"time"

	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
)

// interestParts is an interest of the area’s register, and a payment: where there
// is one that is open and that it touches, that.
func interestParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) {
	t.Helper()
	interests, err := partnership.InterestsIn(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	open, err := funding.PaymentMatters{}.OpenMatters(t.Context(), tx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	paid, err := db.One(t.Context(), tx, db.Value[string], `SELECT MIN(id) FROM payments WHERE area_id = $1`, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	parts["interest"], parts["kind"], parts["matter"] = "none", "payment", paid
	if len(interests) > 0 {
		parts["interest"] = string(interests[0].ID)
	}
	for _, m := range open {
		touches, err := partnership.TouchesIn(t.Context(), tx, a.ID, m)
		if err != nil {
			t.Fatal(err)
		}
		if len(touches) > 0 {
			parts["interest"], parts["matter"] = string(touches[0].Interest), m.About.ID
		}
	}
}

// plantInterest plants what somebody told of an interest in confidence.
func plantInterest(t *testing.T, w *fundingtest.World, things map[string][]string) {
	t.Helper()
	p := w.Tanners
	register := &partnership.Partnerships{DB: w.DB, IDs: w.IDs, Now: w.Clock.Now, People: w.People}
	iid, err := register.Declare(t.Context(), p.Chair, p.Area, partnership.NewInterest{
		Form: string(w.Form()), Kind: partnership.CloseTie, OrganisationName: "Oak Trust", RelatedName: "Mary Qxrelated", From: date.Must("2020-01-01"),
		Public: "Somebody close to me works for Oak Trust.", Private: "Qxinterest",
	})
	if err != nil {
		t.Fatal(err)
	}
	things["interest"] = []string{string(iid)}
	things["kind"], things["matter"] = []string{funding.MatterPayment}, things["payment"]
}

// What may touch an interest is known of every slice that has any.
func TestEveryMatterIsKnown(t *testing.T) {
	t.Parallel()
	a, err := New(t.Context(), dbtest.SQLite(t), Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{funding.MatterPayment, funding.MatterSpend} {
		if a.partnerships.Matters[kind] == nil {
			t.Errorf("the register of interests does not know what a %s is", kind)
		}
	}
}
