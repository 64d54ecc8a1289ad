package reminder

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A How is how somebody wishes to be reminded.
type How string

// The ways. Who has said nothing is written to at once.
const (
	AtOnce How = "at once" // by mail, some days before each thing
	Weekly How = "weekly"  // one mail a week for all of it
	Never  How = "never"
)

// Hows lists every way, in the order in which people choose.
func Hows() []How { return []How{AtOnce, Weekly, Never} }

// ChoiceOf is how somebody wishes to be reminded.
func ChoiceOf(ctx context.Context, tx *db.Tx, who access.PersonID) (How, error) {
	how, err := db.One(ctx, tx, db.Value[How], `SELECT how FROM reminder_choices WHERE person_id = $1`, who)
	if errors.Is(err, fault.NotFound) {
		return AtOnce, nil
	}
	return how, err
}

// Choose keeps how somebody wishes to be reminded: for themselves alone. Sent
// twice, it counts once.
func (r *Reminders) Choose(ctx context.Context, by access.Actor, how How, form string) error {
	err := r.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: []any{"reminders", how}, At: r.Now()}, func() (string, error) {
			return string(by.Person), r.ChooseIn(ctx, tx, by, how)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("choose reminders: %w", err)
	}
	return nil
}

// ChooseIn is Choose as part of a transaction.
func (r *Reminders) ChooseIn(ctx context.Context, tx *db.Tx, by access.Actor, how How) error {
	if by.Person == "" {
		return fault.NotFound
	}
	if !slices.Contains(Hows(), how) {
		return fault.Invalid{{Field: "how", Words: "Choose how you wish to be reminded"}}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO reminder_choices (person_id, how, chosen_at) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET how = excluded.how, chosen_at = excluded.chosen_at`, by.Person, how, r.Now()); err != nil {
		return fmt.Errorf("insert choice: %w", err)
	}
	return audit.Record(ctx, tx, r.IDs, audit.Event{Stream: audit.Installation, Act: "reminders chosen", Subject: string(by.Person), By: by, At: r.Now(), Facts: map[string]string{"how": string(how)}})
}
