package person

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// An Account is what a provider of OpenID Connect vouches for: who signed in
// there. Subject is the provider's own name for them, which never changes.
type Account struct {
	Issuer, Subject string
	Email           string
	Verified        bool // the provider has made sure that the address is theirs
}

// Of an account that lets nobody in.
var (
	errAddressUnsure  = fault.New(fault.Forbidden, "Your organisation has not told us that your email address is really yours. Ask whoever looks after your account there.")
	errAddressUnknown = fault.New(fault.Forbidden, "We do not know this address here. Ask whoever invited you, or sign in another way.")
	errOtherAccount   = fault.New(fault.Forbidden, "Somebody signs in here with this address already, from another account. Sign in by email, and tell whoever runs this site.")
)

// ByAccount is the person whom an account is linked to. The first time they are
// found by their address, and linked; the address may change at the provider
// from then on. Nobody is made: who is not here yet stays outside.
//
// It says no more than that it is they. To move money still takes a passkey.
func (p *People) ByAccount(ctx context.Context, a Account) (who access.PersonID, err error) {
	if a.Issuer == "" || a.Subject == "" {
		return "", errors.New("an account needs an issuer and a subject")
	}
	if !a.Verified || strings.TrimSpace(a.Email) == "" {
		return "", errAddressUnsure
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		who, err = linked(ctx, tx, a)
		if !errors.Is(err, fault.NotFound) {
			return err
		}
		found, err := ByEmail(ctx, tx, plainLower(a.Email))
		if errors.Is(err, fault.NotFound) {
			return errAddressUnknown
		}
		if err != nil {
			return err
		}
		who = found.ID
		return p.linkIn(ctx, tx, found, a)
	})
	if err != nil {
		return "", fmt.Errorf("sign in by account: %w", err)
	}
	return who, nil
}

// linkIn links an account to a person who has none of this provider yet, and
// tells them.
func (p *People) linkIn(ctx context.Context, tx *db.Tx, who Person, a Account) error {
	n, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM oidc_links WHERE issuer = $1 AND person_id = $2`, a.Issuer, who.ID)
	if err != nil {
		return err
	}
	if n > 0 {
		return errOtherAccount
	}
	if err := insertLink(ctx, tx, a, who.ID, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return errOtherAccount
		}
		return err
	}
	if err := audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "account linked", Subject: string(who.ID), By: access.Actor{Person: who.ID, Name: who.Name}, At: p.Now(),
		Facts: map[string]string{"issuer": a.Issuer}, Private: a.Subject,
	}); err != nil {
		return err
	}
	return p.tell(ctx, tx, who, who, "You can sign in with your organisation’s account",
		"Somebody, we hope you, signed in with the account that you have with your organisation. From now on it lets you in here. If it was not you, tell whoever runs this site at once.", "/me")
}

// plainLower makes the letters A to Z small, and no others: of the rest some
// become plain letters, and with them another’s address.
func plainLower(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(email))
}

func linked(ctx context.Context, tx *db.Tx, a Account) (access.PersonID, error) {
	return db.One(ctx, tx, db.Value[access.PersonID], `SELECT person_id FROM oidc_links WHERE issuer = $1 AND subject = $2`, a.Issuer, a.Subject)
}

func insertLink(ctx context.Context, tx *db.Tx, a Account, who access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO oidc_links (issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4)`, a.Issuer, a.Subject, who, at)
	return err
}

// deleteLinks forgets by which accounts a person was known.
func deleteLinks(ctx context.Context, tx *db.Tx, who access.PersonID) error {
	_, err := tx.Exec(ctx, `DELETE FROM oidc_links WHERE person_id = $1`, who)
	return err
}
