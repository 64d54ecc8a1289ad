package fundingweb

import (
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/person"
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

// unnamedIn adds to a card those who decided what allows something, and had an interest in
// whom it goes to and whom the decision did not name; and tells by which decision it waits,
// because nothing is recorded about one of them: 0 where it does not, or is not open.
func unnamedIn(r *http.Request, tx *db.Tx, by access.Actor, a area.Area, card *web.InterestsCard, open bool, to organisation.ID, numbers ...int64) (waits int64, err error) {
	late, err := funding.UnnamedBy(r.Context(), tx, a.ID, to, numbers...)
	if err != nil || len(late) == 0 {
		return 0, err
	}
	said, err := partnership.NamingsOf(r.Context(), tx, a.ID)
	if err != nil {
		return 0, err
	}
	who := make([]access.PersonID, len(late))
	for i, l := range late {
		who[i] = l.Deed.Person
	}
	names, err := person.Names(r.Context(), tx, who...)
	if err != nil {
		return 0, err
	}
	bar, err := partnership.BarIn(r.Context(), tx, a.ID, partnership.Matter{Parties: []partnership.Party{{Organisation: to}}, On: date.InLondon(late[0].Deed.Counted), Moves: true}, by.Person)
	mayHandle := open && !bar.Approve && by.May(access.HandleInterest, a.Place())
	for _, l := range late {
		number := l.Deed.Called
		one := web.WithInterest{
			Initials: "–", Sentence: l.Interest.Public, Told: date.InLondon(l.Interest.DeclaredAt).Long(), Mark: string(web.Plain), Standing: "Not known then",
			Words: "They took part in decision " + number + ", which did not say who would be paid. ",
		}
		if name := names[l.Deed.Person]; said[l.Deed.Person].Named || by.May(access.SeeInterests, a.Place()) || by.May(access.SeePapers, a.Place()) {
			one.Name, one.Initials = name, person.Initials(name)
		}
		switch {
		case !l.Handling.IsZero():
			one.Words += l.Handling.Public
		case open:
			one.Mark = string(web.Watch)
			one.Words += "It is not recorded yet what is done about that."
			if waits, err = strconv.ParseInt(number, 10, 64); err != nil {
				return 0, err
			}
			if mayHandle && by.Person != l.Deed.Person {
				one.Href = partnership.HandlingPath(a, partnership.AboutPayee(waits, to), l.Interest.ID)
			}
		default:
			one.Words += "Somebody else looks at it."
		}
		card.People = append(card.People, one)
	}
	return waits, err
}

// unbarred refuses who has an interest in who is paid before they fill in a page,
// and not after.
func (p pages) unbarred(r *http.Request, by access.Actor, a area.Area, of interface{ Touches() partnership.Matter }) error {
	return p.read(r.Context(), func(tx *db.Tx) error { return p.funding.Barred(r.Context(), tx, by, a.ID, of.Touches()) })
}
