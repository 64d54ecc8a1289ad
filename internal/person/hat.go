package person

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	post "commontable/internal/mail"
)

// NewHat is a hat that is given.
type NewHat struct {
	Form        string // names the form that was filled in
	Role        access.Role
	Scope       access.Scope
	Place       string
	From, Until date.Date
}

var scopes = []access.Scope{access.InInstallation, access.InProgramme, access.InArea, access.InOrganisation}

// Check says what is wrong with a hat as a person chose it, if anything.
func (n NewHat) Check() fault.Invalid {
	var wrong fault.Invalid
	if len(n.Role.Scopes()) == 0 {
		wrong.Add("role", "Choose a hat")
	} else if !slices.Contains(n.Role.Scopes(), n.Scope) || (n.Place == "" && n.Scope != access.InInstallation) {
		wrong.Add("place", "Choose where the hat is worn")
	}
	if n.From.IsZero() {
		wrong.Add("from", "Enter the day from which it is worn, like 27 3 2026")
	}
	if !n.Until.IsZero() && !n.From.Before(n.Until) {
		wrong.Add("until", "Enter the first day or a later one, or leave it empty")
	}
	return wrong
}

// check is Check for people; the program itself may give hats in places in which
// people may not.
func (n NewHat) check(by access.Actor) error {
	if !by.System {
		if err := n.Check().OrNil(); err != nil {
			return err
		}
	}
	if n.Role == access.Nobody || n.Role.Title() == "" || (n.Place == "") != (n.Scope == access.InInstallation) || n.From.IsZero() || !slices.Contains(scopes, n.Scope) {
		return fault.New(fault.Conflict, "A hat is a role, in a place, from a day: one of them is missing.")
	}
	if !n.Until.IsZero() && n.Until.Before(n.From) {
		return fault.New(fault.Conflict, "A hat is not put away before it is put on: give a later day, or none.")
	}
	return nil
}

// placeIn is where a hat of a scope is worn, as a place in which permissions are
// held. One that is not there could not be worn: nobody could say what it is.
func placeIn(ctx context.Context, tx *db.Tx, s access.Scope, place string) (access.Place, error) {
	if _, err := PlaceOf(ctx, tx, access.Hat{Scope: s, Place: place}); err != nil {
		return access.Place{}, err
	}
	switch s {
	case access.InArea:
		a, err := area.ByID(ctx, tx, area.ID(place))
		return a.Place(), err
	case access.InProgramme:
		return access.Place{Programme: place}, nil
	case access.InOrganisation:
		return access.Place{Organisation: place}, nil
	case access.InInstallation:
	}
	return access.Place{}, nil
}

func streamOf(s access.Scope, place string) string {
	if s == access.InInstallation || s == access.InOrganisation {
		return audit.Installation
	}
	return place
}

// May reports whether an actor may give hats of a role somewhere.
func May(by access.Actor, r access.Role) bool {
	if !by.Holds(access.ManagePeople) {
		return false
	}
	return slices.ContainsFunc(r.Scopes(), func(s access.Scope) bool {
		return by.System || by.Hat.Scope == access.InInstallation || (by.Hat.Scope == access.InProgramme && (s == access.InArea || s == access.InProgramme))
	})
}

// mayGive asks whether an actor may give, or propose, a hat to somebody.
func (p *People) mayGive(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, n NewHat) (access.Place, error) {
	if err := mayManage(by); err != nil {
		return access.Place{}, err
	}
	if to == by.Person {
		return access.Place{}, fault.New(fault.Forbidden, "Nobody gives themselves a hat. Ask a colleague.")
	}
	if _, err := p.Seen(ctx, tx, by, to); err != nil {
		return access.Place{}, err
	}
	if err := n.check(by); err != nil {
		return access.Place{}, err
	}
	place, err := placeIn(ctx, tx, n.Scope, n.Place)
	if err != nil {
		return access.Place{}, fmt.Errorf("where the hat is worn: %w", err)
	}
	return place, by.Must(access.ManagePeople, place)
}

// A Given is what came of giving a hat: the hat, or for a hat that takes two
// people a proposal.
type Given struct {
	Hat      access.HatID
	Proposal ProposalID
}

// Give gives a person a hat, or proposes it where it takes two people.
func (p *People) Give(ctx context.Context, by access.Actor, to access.PersonID, n NewHat) (g Given, err error) {
	content := []string{"hat", string(to), string(n.Role), string(n.Scope), n.Place, n.From.String(), n.Until.String()}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		g = Given{}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			if n.Role.NeedsTwo() {
				proposed, err := p.ProposeHatIn(ctx, tx, by, to, n)
				return string(proposed), err
			}
			hat, err := p.GiveHatIn(ctx, tx, by, to, n)
			return string(hat.ID), err
		})
		if n.Role.NeedsTwo() {
			g.Proposal = ProposalID(subject)
		} else {
			g.Hat = access.HatID(subject)
		}
		return err
	})
	if err != nil {
		return Given{}, fmt.Errorf("give hat: %w", err)
	}
	return g, nil
}

// GiveHatIn gives a person a hat. It is recorded in the stream of its place. A
// hat that takes two people the program itself may give, as at the beginning of
// an installation; people propose it.
func (p *People) GiveHatIn(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, n NewHat) (access.Hat, error) {
	place, err := p.mayGive(ctx, tx, by, to, n)
	if err != nil {
		return access.Hat{}, err
	}
	if n.Role.NeedsTwo() && !by.System {
		return access.Hat{}, fault.New(fault.Conflict, "It takes two people to give this hat: propose it, and a colleague confirms.")
	}
	return p.give(ctx, tx, by, to, n, place.Programme, nil)
}

func (p *People) give(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, n NewHat, programme string, more map[string]string) (access.Hat, error) {
	hat := access.Hat{ID: id.New[access.HatID](p.IDs), Role: n.Role, Scope: n.Scope, Place: n.Place, From: n.From, Until: n.Until}
	if err := insertHat(ctx, tx, to, hat, programme, by.Person, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return access.Hat{}, fault.New(fault.Conflict, "They wear this hat from that day already.")
		}
		return access.Hat{}, fmt.Errorf("give hat: %w", err)
	}
	// A code on paper was given to somebody who could do less.
	if err := p.endPrinted(ctx, tx, to); err != nil {
		return access.Hat{}, err
	}
	if !by.System {
		if err := p.tellOfHat(ctx, tx, to); err != nil {
			return access.Hat{}, err
		}
	}
	return hat, p.recordGiven(ctx, tx, by, to, hat, more)
}

func (p *People) recordGiven(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, h access.Hat, more map[string]string) error {
	facts := map[string]string{"person": string(to), "role": string(h.Role), "scope": string(h.Scope), "place": h.Place, "from": h.From.String()}
	if !h.Until.IsZero() {
		facts["until"] = h.Until.String()
	}
	maps.Copy(facts, more)
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: streamOf(h.Scope, h.Place), Act: "hat given", Subject: string(h.ID), By: by, At: p.Now(), Facts: facts,
	})
}

// tellOfHat writes to who was given a hat, if they have an address.
func (p *People) tellOfHat(ctx context.Context, tx *db.Tx, to access.PersonID) error {
	who, err := ByID(ctx, tx, to)
	if err != nil || who.Email == "" {
		return err
	}
	i, err := area.InstallationOf(ctx, tx)
	if err != nil {
		return err
	}
	return post.SendIn(ctx, tx, p.IDs, p.Now(), post.Message{
		To: who.Email, Subject: "You have a new hat at " + i.Name,
		Words:  []string{"Hello " + who.Name + ".", "You were given a hat at " + i.Name + ": something that you may do there. Sign in with this email address to see which."},
		Action: "Sign in", Link: p.BaseURL + "/sign-in?next=/hats",
	})
}

// EndHat ends a hat, from a day on.
func (p *People) EndHat(ctx context.Context, by access.Actor, h access.HatID, until date.Date, form string) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []string{"end hat", string(h), until.String()}, At: p.Now()}, func() (string, error) {
			return string(h), p.EndHatIn(ctx, tx, by, h, until)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("end hat: %w", err)
	}
	return nil
}

// EndHatIn ends a hat: from the day given it is worn no more. One that ends
// already may end sooner, and never later: that would be to give it again. To
// take powers away one person is enough.
func (p *People) EndHatIn(ctx context.Context, tx *db.Tx, by access.Actor, h access.HatID, until date.Date) error {
	if err := mayManage(by); err != nil {
		return err
	}
	hat, _, err := HatByID(ctx, tx, h)
	if err != nil {
		return err
	}
	place, err := placeIn(ctx, tx, hat.Scope, hat.Place)
	if err != nil {
		return err
	}
	if err := by.Must(access.ManagePeople, place); err != nil {
		return err
	}
	switch {
	case until.IsZero() || until.Before(hat.From):
		return fault.New(fault.Conflict, "Give the day from which the hat is worn no more: that on which it was put on, or later.")
	case !hat.Until.IsZero() && until.After(hat.Until):
		return fault.New(fault.Conflict, "This hat is put away on "+hat.Until.Long()+" already. To wear it for longer, it is given again.")
	}
	return p.end(ctx, tx, by, hat, until)
}

func (p *People) end(ctx context.Context, tx *db.Tx, by access.Actor, hat access.Hat, until date.Date) error {
	if err := endHat(ctx, tx, hat.ID, until); err != nil {
		return fmt.Errorf("end hat: %w", err)
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: streamOf(hat.Scope, hat.Place), Act: "hat ended", Subject: string(hat.ID), By: by, At: p.Now(), Facts: map[string]string{"until": until.String()},
	})
}

// A ProposalID names a proposal of a hat.
type ProposalID string

// A Proposal is a hat that one person would have another wear, until a third
// confirms or declines it.
type Proposal struct {
	ID        ProposalID
	To        access.PersonID
	Hat       access.Hat // its ID is that of the hat which was given; "" where none was
	Programme string
	By        access.PersonID
	At        time.Time
	DecidedBy access.PersonID // "" while it waits
	DecidedAt time.Time
}

// Waits reports whether nobody has decided it yet.
func (p Proposal) Waits() bool { return p.DecidedBy == "" }

// ProposeHatIn proposes a hat that takes two people.
func (p *People) ProposeHatIn(ctx context.Context, tx *db.Tx, by access.Actor, to access.PersonID, n NewHat) (ProposalID, error) {
	place, err := p.mayGive(ctx, tx, by, to, n)
	if err != nil {
		return "", err
	}
	proposal := id.New[ProposalID](p.IDs)
	if _, err := tx.Exec(ctx, `
		INSERT INTO hat_proposals (id, person_id, role, scope, place_id, programme_id, from_on, until_on, proposed_by, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		proposal, to, n.Role, n.Scope, n.Place, place.Programme, n.From, n.Until, by.Person, p.Now()); err != nil {
		return "", err
	}
	return proposal, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: streamOf(n.Scope, n.Place), Act: "hat proposed", Subject: string(proposal), By: by, At: p.Now(),
		Facts: map[string]string{"person": string(to), "role": string(n.Role), "scope": string(n.Scope), "place": n.Place, "from": n.From.String()},
	})
}

// mayDecide asks whether an actor may confirm or decline a proposal. A hat at an
// organisation belongs to no programme: anybody of the funder's who may confirm
// hats may be the second person.
func mayDecide(ctx context.Context, tx *db.Tx, by access.Actor, one Proposal) error {
	place, err := placeIn(ctx, tx, one.Hat.Scope, one.Hat.Place)
	if err != nil {
		return err
	}
	if one.Hat.Scope == access.InOrganisation && by.Holds(access.ConfirmHats) {
		return nil
	}
	return by.Must(access.ConfirmHats, place)
}

// Confirm gives the hat that was proposed: neither by who proposed it nor by who
// is to wear it. Whoever reads the mail of two people could give such a hat to
// anybody: so it has to be sure who confirms it.
func (p *People) Confirm(ctx context.Context, by access.Actor, proposal ProposalID) error {
	return p.decide(ctx, by, proposal, func(tx *db.Tx, one Proposal) (access.HatID, error) {
		switch by.Person {
		case one.By:
			return "", fault.New(fault.Forbidden, "You proposed this hat, so somebody else confirms it.")
		case one.To:
			return "", fault.New(fault.Forbidden, "This hat would be yours, so somebody else confirms it.")
		}
		if err := by.MustBeSure(); err != nil {
			return "", err
		}
		n := NewHat{Role: one.Hat.Role, Scope: one.Hat.Scope, Place: one.Hat.Place, From: one.Hat.From, Until: one.Hat.Until}
		hat, err := p.give(ctx, tx, by, one.To, n, one.Programme, map[string]string{"proposal": string(one.ID), "proposed by": string(one.By)})
		return hat.ID, err
	})
}

// Decline ends a proposal without a hat. Who proposed it may withdraw it so.
func (p *People) Decline(ctx context.Context, by access.Actor, proposal ProposalID) error {
	return p.decide(ctx, by, proposal, func(tx *db.Tx, one Proposal) (access.HatID, error) {
		return "", audit.Record(ctx, tx, p.IDs, audit.Event{
			Stream: streamOf(one.Hat.Scope, one.Hat.Place), Act: "hat declined", Subject: string(one.ID), By: by, At: p.Now(),
		})
	})
}

// ProposalSeen is a proposal as an actor may see it, or fault.NotFound.
func ProposalSeen(ctx context.Context, tx *db.Tx, by access.Actor, proposal ProposalID) (Proposal, error) {
	programme, err := reach(by)
	if err != nil {
		return Proposal{}, err
	}
	return db.One(ctx, tx, scanProposal, `
		SELECT id, person_id, COALESCE(hat_id, ''), role, scope, place_id, from_on, until_on, programme_id, proposed_by, proposed_at, COALESCE(decided_by, ''), decided_at
		FROM hat_proposals
		WHERE id = $1 AND (CAST($2 AS TEXT) = '' OR programme_id = $2 OR scope = 'organisation')`, proposal, programme)
}

func (p *People) decide(ctx context.Context, by access.Actor, proposal ProposalID, do func(tx *db.Tx, one Proposal) (access.HatID, error)) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		one, err := ProposalSeen(ctx, tx, by, proposal)
		if err != nil {
			return err
		}
		if err := mayDecide(ctx, tx, by, one); err != nil {
			return err
		}
		if !one.Waits() {
			return fault.New(fault.Conflict, "This was decided already.")
		}
		hat, err := do(tx, one)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `
			UPDATE hat_proposals SET decided_by = $2, decided_at = $3, hat_id = $4 WHERE id = $1 AND decided_at IS NULL`,
			proposal, by.Person, p.Now(), orNull(string(hat)))
		if err == nil && n == 0 {
			err = errors.New("a proposal was decided twice")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("decide on a hat: %w", err)
	}
	return nil
}

func scanProposal(r db.Row) (p Proposal, err error) {
	h := &p.Hat
	return p, r.Scan(&p.ID, &p.To, &h.ID, &h.Role, &h.Scope, &h.Place, &h.From, &h.Until, &p.Programme, &p.By, &p.At, &p.DecidedBy, &p.DecidedAt)
}

// Proposals lists the proposals that an actor sees: what waits first, then what
// was decided last.
func (p *People) Proposals(ctx context.Context, tx *db.Tx, by access.Actor, most int) ([]Proposal, error) {
	programme, err := reach(by)
	if err != nil {
		return nil, err
	}
	return db.All(ctx, tx, scanProposal, `
		SELECT id, person_id, COALESCE(hat_id, ''), role, scope, place_id, from_on, until_on, programme_id, proposed_by, proposed_at, COALESCE(decided_by, ''), decided_at
		FROM hat_proposals
		WHERE CAST($1 AS TEXT) = '' OR programme_id = $1 OR scope = 'organisation'
		ORDER BY CASE WHEN decided_at IS NULL THEN 0 ELSE 1 END, proposed_at DESC, id DESC LIMIT $2`, programme, most)
}
