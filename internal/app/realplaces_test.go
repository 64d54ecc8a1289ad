package app

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/id"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// One pound on real places: the operator begins a programme for development,
// brings in the 209 places, and the officer allocates to one of them.
func TestAPoundOnARealPlace(t *testing.T) {
	t.Parallel()
	data := os.Getenv("COMMONTABLE_TEST_DATA")
	if data == "" {
		t.Skip("COMMONTABLE_TEST_DATA names no folder of public data")
	}
	d := dbtest.SQLite(t)
	ids, now := id.Real(time.Now), time.Now
	areas := &area.Areas{DB: d, IDs: ids, Now: now}
	by := access.System("test")
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		programme, err := areas.InitIn(t.Context(), tx, by, area.InitWhat{Kind: area.Development, RuleBook: area.PrideInPlace, FunderName: "The Ministry"})
		if err != nil {
			return err
		}
		cast := demo.Cast{People: &person.People{DB: d, IDs: ids, Now: now}, Organisations: &organisation.Organisations{DB: d, IDs: ids, Now: now}, From: date.Of(now())}
		return cast.AddIn(t.Context(), tx, programme)
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(data, "programmes", "pride_in_place_places_2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	report, err := areas.Import(t.Context(), by, "pride-in-place", file, "places.csv", false)
	if err != nil || report.Created != 209 {
		t.Fatalf("%d places, %v", report.Created, err)
	}
	h := serve(t, d)
	officer := h.as("programme-officer")
	officer.opens("/areas?q=wick+and+toddington")
	officer.follows("Wick and Toddington")
	officer.sees(200, "Arun", "South East", "7 small areas")
	place := officer.path
	officer.opens(place + "/money/allocations/new")
	today := date.Of(time.Now())
	officer.sends("/allocations", day(url.Values{"amount": {"20,000,000"}, "note": {"Ten years"}}, "on", today.String()[:4], today.String()[5:7], today.String()[8:]))
	officer.sees(200, "£20,000,000")
	officer.opens("/areas?q=cummings+park")
	officer.follows("Cummings Park")
	officer.sees(200, "We do not know yet: its region")
	if v, err := Verify(t.Context(), d); err != nil || len(v.Bad) > 0 {
		t.Errorf("verify: %v, %v", v.Bad, err)
	}
}
