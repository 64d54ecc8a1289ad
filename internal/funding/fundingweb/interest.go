package fundingweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// interestsOf is who has an interest in a payment or a spend, as an actor may see
// it, and whether they are barred from it themselves. Somebody who would have no
// part in it anyway is not told what they may not do.
func interestsOf(r *http.Request, tx *db.Tx, by access.Actor, a area.Area, m partnership.Matter, hasPart bool) (web.InterestsCard, bool, error) {
	card := web.InterestsCard{Register: "/areas/" + a.Slug + "/people/interests"}
	shown, err := partnership.ShownIn(r.Context(), tx, by, a, m, true)
	if err != nil {
		return card, false, err
	}
	if hasPart {
		card.Yours = shown.Bar.Why
	}
	for _, one := range shown.People {
		card.People = append(card.People, web.WithInterest(one))
	}
	return card, shown.Bar.Approve, nil
}

// unbarred refuses who has an interest in who is paid before they fill in a page,
// and not after.
func (p pages) unbarred(r *http.Request, by access.Actor, a area.Area, of interface{ Touches() partnership.Matter }) error {
	return p.read(r.Context(), func(tx *db.Tx) error { return p.funding.Barred(r.Context(), tx, by, a.ID, of.Touches()) })
}
