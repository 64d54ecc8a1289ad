package person

import (
	"context"

	"commontable/internal/access"
	"commontable/internal/db"
)

// A Persona is somebody whom a demonstration offers to look round as, with one
// click and no password. Only a demonstration or development database has any:
// app refuses the click elsewhere.
type Persona struct {
	Code     string // "lto-finance"
	Position int
	Title    string // "LTO finance"
	Words    string // what can be seen and done
	Person   access.PersonID
	Name     string
	Hat      access.HatID
	StartAt  string // the address to land on
}

// AddPersonaIn offers a persona.
func (p *People) AddPersonaIn(ctx context.Context, tx *db.Tx, n Persona) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO personas (code, position, title, words, person_id, hat_id, start_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, n.Code, n.Position, n.Title, n.Words, n.Person, n.Hat, n.StartAt)
	return err
}

// Personas lists whom one may look round as.
func Personas(ctx context.Context, tx *db.Tx) ([]Persona, error) {
	return db.All(ctx, tx, func(r db.Row) (p Persona, err error) {
		return p, r.Scan(&p.Code, &p.Position, &p.Title, &p.Words, &p.Person, &p.Name, &p.Hat, &p.StartAt)
	}, `
		SELECT s.code, s.position, s.title, s.words, s.person_id, p.name, s.hat_id, s.start_at
		FROM personas s JOIN people p ON p.id = s.person_id ORDER BY s.position`)
}
