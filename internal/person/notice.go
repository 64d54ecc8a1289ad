package person

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/mail"
)

// tellOfPasskey writes to a person about a passkey of theirs and, where they
// move money, to everyone whom that concerns.
func (p *People) tellOfPasskey(ctx context.Context, tx *db.Tx, who access.PersonID, subject, words string) error {
	const wrong = " If you did not do this, tell whoever runs this site at once."
	hats, err := HatsOf(ctx, tx, who)
	if err != nil {
		return err
	}
	owner, err := ByID(ctx, tx, who)
	if err != nil {
		return err
	}
	if !MovesMoney(hats, date.Of(p.Now())) {
		return p.tell(ctx, tx, owner, owner, subject, words+wrong, "/passkeys")
	}
	return p.tellAll(ctx, tx, who, subject, words+wrong, "/passkeys")
}

// tellAll writes to a person, and to everyone whom it concerns that somebody
// might act in their name: who may help them, and who moves money beside them.
func (p *People) tellAll(ctx context.Context, tx *db.Tx, about access.PersonID, subject, words, path string) error {
	owner, err := ByID(ctx, tx, about)
	if err != nil {
		return err
	}
	others, err := concerned(ctx, tx, about, date.Of(p.Now()))
	if err != nil {
		return err
	}
	for _, to := range append([]Person{owner}, others...) {
		if err := p.tell(ctx, tx, to, owner, subject, words, path); err != nil {
			return err
		}
	}
	return nil
}

// tell writes to one person, if they have an address.
func (p *People) tell(ctx context.Context, tx *db.Tx, to, about Person, subject, words, path string) error {
	if to.Email == "" {
		return nil
	}
	if to.ID != about.ID {
		words = "This is about " + about.Name + ". " + words
	}
	m := mail.Message{To: to.Email, Subject: subject, Words: []string{"Hello " + to.Name + ".", words}}
	if p.BaseURL != "" {
		m.Action, m.Link = "Look at it", p.BaseURL+path
	}
	return mail.SendIn(ctx, tx, p.IDs, p.Now(), m)
}

// concerned lists who may restore a passkey and who moves money with or beside a
// person, but for the person.
func concerned(ctx context.Context, tx *db.Tx, about access.PersonID, day date.Date) ([]Person, error) {
	return db.All(ctx, tx, scanPerson, `
		SELECT DISTINCT p.id, p.name, COALESCE(p.email, '')
		FROM people p JOIN hats h ON h.person_id = p.id
		WHERE p.id <> $1 AND h.from_on <= $2 AND (h.until_on IS NULL OR h.until_on > $2) AND (h.role = $3
			OR (h.role IN ($4, $5) AND (h.programme_id IN (SELECT own.programme_id FROM hats own WHERE own.person_id = $1)
				OR NOT EXISTS (SELECT 1 FROM hats own WHERE own.person_id = $1 AND own.programme_id <> '')))
			OR (h.role = $6 AND h.place_id IN (SELECT own.place_id FROM hats own WHERE own.person_id = $1 AND own.scope = 'organisation')))
		ORDER BY p.id`, about, day, access.Operator, access.ProgrammeOfficer, access.ProgrammeFinance, access.LTOApprover)
}
