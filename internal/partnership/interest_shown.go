package partnership

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
)

// Shown is a touch in words, for a page (web.WithInterest has the same fields).
type Shown struct {
	Name     string // "" for who may not know it
	Initials string
	Sentence string
	Told     string
	Mark     string // "out", "watch" or "good"
	Standing string
	Words    string
	Href     string // where what is done is recorded, for who may
}

// A ShownMatter is what an actor is shown of the interests that a matter touches.
type ShownMatter struct {
	Yours  string // to the actor: what they may not do, and why; "" for nothing
	People []Shown
	Bar    Bar
}

// ShownIn tells an actor who has an interest in a matter, and what is done about
// it. Those who are not signed in read the sentences of those who have a say; names
// are as NamesFor has them. Money is what moves money: there nobody with an interest takes part.
func ShownIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Matter, moves bool) (ShownMatter, error) {
	var shown ShownMatter
	touches, err := TouchesIn(ctx, tx, a.ID, m)
	if err != nil {
		return shown, err
	}
	if by.SignedIn() {
		if shown.Bar, err = BarIn(ctx, tx, a.ID, m, by.Person); err != nil {
			return shown, err
		}
		if m.Open {
			shown.Yours = shown.Bar.Why
		}
	}
	who := make([]access.PersonID, len(touches))
	for i, t := range touches {
		who[i] = t.Person
	}
	names, err := NamesFor(ctx, tx, by, a, who...)
	if err != nil {
		return shown, err
	}
	mayHandle := m.Open && by.May(access.HandleInterest, a.Place()) && !shown.Bar.Approve
	for _, t := range touches {
		late := !m.DoneAt.IsZero() && t.DeclaredAt.After(m.DoneAt)
		hadAPart := slices.Contains(m.DoneBy, t.Person)
		if !t.Decides && (!by.SignedIn() || late && !hadAPart) {
			continue // of those who came after it was done it says nothing
		}
		one := Shown{Initials: "–", Sentence: t.Public, Told: date.InLondon(t.DeclaredAt).Long()}
		if name := names[t.Person]; name != "" {
			one.Name, one.Initials = name, person.Initials(name)
		}
		one.Mark, one.Standing, one.Words = t.standing(moves)
		switch {
		case late && hadAPart:
			one.Mark, one.Standing, one.Words = "watch", "Told us later", "They told us of this after it was done, so somebody else looks at it."
		case late:
			one.Mark, one.Standing, one.Words = "out", "Took no part", "They told us of this after it was done. They neither approved it nor paid it."
		}
		if mayHandle {
			one.Href = HandlingPath(a, m.About, t.Interest)
		}
		shown.People = append(shown.People, one)
	}
	return shown, nil
}

// standing says what is done about an interest: a mark, a few words, a sentence.
func (t Touch) standing(moves bool) (mark, standing, words string) {
	switch {
	case moves && t.Handling.IsZero():
		return "out", "Not taking part", "They neither approve this nor pay it, whatever else they do here."
	case moves:
		return "out", "Not taking part", strings.TrimSpace("They neither approve this nor pay it. " + t.Handling.Why)
	case t.Handling.IsZero():
		return "watch", "To be settled", "Until somebody records what is done about it, they have no vote on this."
	}
	switch t.Handling.How {
	case SpeakOnly:
		return "out", "No vote", t.Handling.Public
	case Leave:
		return "out", "Not taking part", t.Handling.Public
	case NoVote:
		return "out", "No vote", t.Handling.Public
	case NoAction:
	}
	return "good", "Takes part", t.Handling.Public
}

// HandlingPath is the address of the page on which what is done about an interest
// in a matter is recorded.
func HandlingPath(a area.Area, about About, i InterestID) string {
	return "/areas/" + a.Slug + "/interests/" + string(i) + "/handlings/" + strings.ReplaceAll(about.Kind, " ", "-") + "/" + url.PathEscape(about.ID)
}

// AboutPath reads back what an address of HandlingPath is about.
func AboutPath(kind, matter string) About {
	return About{Kind: strings.ReplaceAll(kind, "-", " "), ID: matter}
}

// HasASay reports whether an interest is of somebody who has a say in an area on a
// day: then everyone may read its sentence. Who told of it there and certifies spending
// of an organisation, or moves money of the programme, has one too.
func (i Interest) HasASay(ctx context.Context, tx *db.Tx, a area.ID, on date.Date) (bool, error) {
	hats, err := person.HatsOf(ctx, tx, i.Person)
	return slices.ContainsFunc(hats, func(h access.Hat) bool {
		inArea := h.Scope == access.InArea && h.Place == string(a)
		return h.WornOn(on) && hasASay(h.Role) && (inArea || i.Area == a && h.Scope != access.InArea)
	}), err
}

// MayDeclare says why an actor may not tell of an interest of somebody's in an
// area, or nothing. who is "" for their own.
func (p *Partnerships) MayDeclare(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, who access.PersonID) error {
	if who == "" {
		who = by.Person
	}
	return p.mayDeclare(ctx, tx, by, a, who)
}
