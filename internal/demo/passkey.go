package demo

import (
	"context"

	"commontable/internal/db"
	"commontable/internal/person"
)

// lostPasskey leaves it to be confirmed that an LTO's approver, who lost his
// phone, is really he: one programme officer has, and it needs another. The key
// itself opens nothing, as nobody has it.
func (p *player) lostPasskey(ctx context.Context, tx *db.Tx) error {
	lost := p.star.lto.approver
	if err := p.people.AddPasskeyIn(ctx, tx, lost, person.NewPasskey{ID: "an-old-phone", Name: "My old phone", Record: []byte("{}")}); err != nil {
		return err
	}
	lost.Sure = false
	recovery, err := p.people.AskRecoveryIn(ctx, tx, lost, lost.Person)
	if err != nil {
		return err
	}
	helper := p.officers[len(p.officers)-1]
	return p.people.ConfirmRecoveryIn(ctx, tx, helper, recovery, person.NewConfirmation{How: "I rang him on the number that we have for him"})
}
