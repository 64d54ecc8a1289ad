package app

import (
	"testing"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding/fundingtest"
	"commontable/internal/partnership"
)

// askedParts names one who was asked to come.
func askedParts(t *testing.T, tx *db.Tx, a area.Area, parts map[string]string) {
	t.Helper()
	all, err := partnership.AskedIn(t.Context(), tx, a.ID)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d were asked, %v", len(all), err)
	}
	parts["asked"] = string(all[0].ID)
}

var askedCanaries = []canary{
	{"Qxasked", "who was asked to come, and what they would bring", may(access.SeePapers)},
	{"Qxforgottenname", "the name of who was asked to come, once it is forgotten", noOne},
}

func plantAsked(t *testing.T, w *fundingtest.World) []string {
	t.Helper()
	p, a, chair := w.Partnerships, w.Tanners.Area, w.Tanners.Chair
	asked, err := p.NoteAsked(t.Context(), chair, a, partnership.NewAsked{Form: string(w.Form()), Kind: partnership.AskedResident, Name: "Qxasked", About: "Qxasked knows them all", Way: "letter", By: "Qxasked’s neighbour", On: w.Today()})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := p.NoteAsked(t.Context(), chair, a, partnership.NewAsked{Form: string(w.Form()), Kind: partnership.AskedSchool, Name: "Qxforgottenname", Way: "email", On: w.Today()})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.ForgetAsked(t.Context(), chair, a, gone, string(w.Form())); err != nil {
		t.Fatal(err)
	}
	return []string{string(asked)}
}
