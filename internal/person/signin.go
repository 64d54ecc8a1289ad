package person

import (
	"context"
	"errors"
	"fmt"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A SignInID names one signing in, from its beginning to its end.
type SignInID string

// How somebody signed in.
type How string

// The ways in.
const (
	ByEmailLink   How = "email link"
	ByEmailCode   How = "email code"
	ByPrintedCode How = "printed code"
	ByOperator    How = "link from the command line"
	ByPasskey     How = "passkey"
	ByOIDC        How = "organisation’s account"
)

// SignInLasts is how long one is signed in, whatever one does (trust.md T7).
const SignInLasts = 12 * time.Hour

// A SignIn is where somebody is signed in.
type SignIn struct {
	ID      SignInID
	Person  access.PersonID
	How     How
	Browser string // in words: "Firefox on Windows"
	Begun   time.Time
	Expires time.Time
}

// BeginSignIn begins one, for a person who has proved who they are.
func (p *People) BeginSignIn(ctx context.Context, who access.PersonID, how How, browser string) (s SignIn, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		s, err = p.BeginSignInIn(ctx, tx, who, how, browser)
		return err
	})
	if err != nil {
		return SignIn{}, fmt.Errorf("sign in: %w", err)
	}
	return s, nil
}

// BeginSignInIn is BeginSignIn in the caller's transaction. The event says who
// and how, and nothing of where.
func (p *People) BeginSignInIn(ctx context.Context, tx *db.Tx, who access.PersonID, how How, browser string) (SignIn, error) {
	found, err := ByID(ctx, tx, who)
	if err != nil {
		return SignIn{}, err
	}
	now := p.Now()
	s := SignIn{ID: id.New[SignInID](p.IDs), Person: who, How: how, Browser: browser, Begun: now, Expires: now.Add(SignInLasts)}
	if err := insertSignIn(ctx, tx, s); err != nil {
		return SignIn{}, err
	}
	return s, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "signed in", Subject: string(who), By: access.Actor{Person: who, Name: found.Name}, At: now,
		Facts: map[string]string{"how": string(how)},
	})
}

// SignInStands reports whether a signing in is this person's and has neither
// ended nor expired.
func SignInStands(ctx context.Context, tx *db.Tx, s SignInID, who access.PersonID, now time.Time) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM sign_ins WHERE id = $1 AND person_id = $2 AND expires_at > $3`, s, who, now)
	return n == 1, err
}

// SignInsOf lists where a person is signed in, the latest first.
func SignInsOf(ctx context.Context, tx *db.Tx, who access.PersonID, now time.Time) ([]SignIn, error) {
	return db.All(ctx, tx, func(r db.Row) (s SignIn, err error) {
		return s, r.Scan(&s.ID, &s.Person, &s.How, &s.Browser, &s.Begun, &s.Expires)
	}, `
		SELECT id, person_id, how, browser, begun_at, expires_at FROM sign_ins
		WHERE person_id = $1 AND expires_at > $2 ORDER BY begun_at DESC, id DESC`, who, now)
}

// EndSignIn ends one of a person's: whoever uses it is signed out at once.
func (p *People) EndSignIn(ctx context.Context, by access.Actor, s SignInID) error {
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM sign_ins WHERE id = $1 AND person_id = $2`, s, by.Person)
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return p.recordEnd(ctx, tx, by, "signed out")
	})
}

// EndOtherSignIns ends all of a person's but one.
func (p *People) EndOtherSignIns(ctx context.Context, by access.Actor, but SignInID) (ended int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		if ended, err = tx.Exec(ctx, `DELETE FROM sign_ins WHERE person_id = $1 AND id <> $2`, by.Person, but); err != nil || ended == 0 {
			return err
		}
		return p.recordEnd(ctx, tx, by, "signed out elsewhere")
	})
	return ended, err
}

func (p *People) recordEnd(ctx context.Context, tx *db.Tx, by access.Actor, act string) error {
	return audit.Record(ctx, tx, p.IDs, audit.Event{Stream: audit.Installation, Act: act, Subject: string(by.Person), By: by, At: p.Now()})
}

func insertSignIn(ctx context.Context, tx *db.Tx, s SignIn) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO sign_ins (id, person_id, how, browser, begun_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		s.ID, s.Person, s.How, s.Browser, s.Begun, s.Expires)
	return err
}

// PutOnIn puts one of a person's hats on, and remembers it for the next time. A
// hat that is not theirs to wear on this day is not found.
func (p *People) PutOnIn(ctx context.Context, tx *db.Tx, who access.PersonID, hat access.HatID) (access.Hat, error) {
	worn, err := p.WornBy(ctx, tx, who)
	if err != nil {
		return access.Hat{}, err
	}
	for _, h := range worn {
		if h.ID == hat {
			_, err := tx.Exec(ctx, `
				INSERT INTO hats_on (person_id, hat_id) VALUES ($1, $2)
				ON CONFLICT (person_id) DO UPDATE SET hat_id = excluded.hat_id`, who, hat)
			return h, err
		}
	}
	return access.Hat{}, fault.NotFound
}

// WornBy lists the hats that a person wears today.
func (p *People) WornBy(ctx context.Context, tx *db.Tx, who access.PersonID) ([]access.Hat, error) {
	all, err := HatsOf(ctx, tx, who)
	var worn []access.Hat
	for _, h := range all {
		if h.WornOn(p.today()) {
			worn = append(worn, h)
		}
	}
	return worn, err
}

// HatToPutOn is the hat with which somebody comes in: the only one they wear, or
// the one they had on last. Where neither is there, they choose.
func (p *People) HatToPutOn(ctx context.Context, tx *db.Tx, who access.PersonID) (hat access.Hat, choose bool, err error) {
	worn, err := p.WornBy(ctx, tx, who)
	if err != nil || len(worn) == 0 {
		return access.Hat{}, false, err
	}
	if len(worn) == 1 {
		return worn[0], false, nil
	}
	last, err := db.One(ctx, tx, db.Value[access.HatID], `SELECT hat_id FROM hats_on WHERE person_id = $1`, who)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return access.Hat{}, false, err
	}
	for _, h := range worn {
		if h.ID == last {
			return h, false, nil
		}
	}
	return access.Hat{}, true, nil
}
