package person

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A PasskeyID names a passkey: the credential's own ID, in base64url.
type PasskeyID string

// A Passkey is a key that a person's phone, computer or small stick keeps, and
// proves with that it is they. We keep no secret of it, only its public half.
type Passkey struct {
	ID     PasskeyID
	Person access.PersonID
	Name   string // the person's own: "My phone"
	Record []byte // public key, counter and flags, as the ceremony's library writes them
	Added  time.Time
	Used   time.Time // zero while it was not
	// Doubted is when its counter went back, as that of a copy would. From then
	// on it opens nothing.
	Doubted time.Time
}

// MostPasskeys is how many passkeys one person may have.
const MostPasskeys = 10

// NewPasskey is a passkey that was made in a ceremony of which the pages have
// seen that it was sound.
type NewPasskey struct {
	ID     PasskeyID
	Name   string
	Record []byte
}

// CheckPasskeyName says what is wrong with a name for a passkey, if anything.
func CheckPasskeyName(name string) fault.Invalid {
	var wrong fault.Invalid
	if name = strings.TrimSpace(name); name == "" || len([]rune(name)) > 60 {
		wrong.Add("name", "Enter a name for it, such as “My phone”, in up to 60 letters")
	}
	return wrong
}

// MayAddPasskey says why a person may not make a passkey now, or nothing. The
// first is made by whoever is signed in; each further one by who has just used
// one of theirs, or whom two people have let make a new one.
//
// Who has no email address comes in by a code on paper, with which who printed
// it could have come in as them. What that person made would last longer than
// the code, and open what they are given later.
func MayAddPasskey(ctx context.Context, tx *db.Tx, by access.Actor, now time.Time) error {
	if err := mustHaveAddress(ctx, tx, by.Person, "a passkey"); err != nil {
		return err
	}
	has, err := PasskeysOf(ctx, tx, by.Person)
	if err != nil {
		return err
	}
	if len(has) == 0 || by.Sure && len(has) < MostPasskeys {
		return nil
	}
	if by.Sure {
		return fault.New(fault.Conflict, "You have "+strconv.Itoa(MostPasskeys)+" passkeys, which is the most that one person may have. Remove one first.")
	}
	open, err := openRecovery(ctx, tx, by.Person, now)
	if err != nil || open != "" {
		return err
	}
	return by.MustBeSure()
}

// mustHaveAddress says that a person needs an email address of their own first,
// or nothing.
func mustHaveAddress(ctx context.Context, tx *db.Tx, who access.PersonID, what string) error {
	without, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM people WHERE id = $1 AND email IS NULL`, who)
	if err == nil && without > 0 {
		err = fault.New(fault.Conflict, "To make "+what+" you need an email address here. Ask whoever looks after your area to add yours.")
	}
	return err
}

// AddPasskey keeps a new passkey of the person who acts.
func (p *People) AddPasskey(ctx context.Context, by access.Actor, n NewPasskey) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error { return p.AddPasskeyIn(ctx, tx, by, n) })
	if err != nil {
		return fmt.Errorf("add passkey: %w", err)
	}
	return nil
}

// AddPasskeyIn is AddPasskey as part of a transaction.
func (p *People) AddPasskeyIn(ctx context.Context, tx *db.Tx, by access.Actor, n NewPasskey) error {
	if !by.SignedIn() || by.System {
		return fault.New(fault.Forbidden, "Sign in first: a passkey belongs to a person.")
	}
	if err := CheckPasskeyName(n.Name).OrNil(); err != nil {
		return err
	}
	if err := MayAddPasskey(ctx, tx, by, p.Now()); err != nil {
		return err
	}
	if !by.Sure {
		if err := p.useRecoveryIn(ctx, tx, by); err != nil {
			return err
		}
	}
	added := Passkey{ID: n.ID, Person: by.Person, Name: strings.TrimSpace(n.Name), Record: n.Record, Added: p.Now()}
	if err := insertPasskey(ctx, tx, added); err != nil {
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "This passkey is here already.")
		}
		return fmt.Errorf("insert passkey: %w", err)
	}
	if err := p.recordPasskey(ctx, tx, by, "passkey added", added); err != nil {
		return err
	}
	return p.tellOfPasskey(ctx, tx, by.Person, "A passkey was added", "A new passkey, “"+added.Name+"”, was added to your name. With it, whoever has it can sign in as you.")
}

func (p *People) recordPasskey(ctx context.Context, tx *db.Tx, by access.Actor, act string, k Passkey) error {
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: act, Subject: string(k.Person), By: by, At: p.Now(), Facts: map[string]string{"passkey": string(k.ID)}, Private: k.Name,
	})
}

// RemovePasskey removes a passkey of the person who acts.
func (p *People) RemovePasskey(ctx context.Context, by access.Actor, k PasskeyID, form string) error {
	_, err := p.onceFor(ctx, by, form, []any{"remove passkey", k}, func(tx *db.Tx) (string, error) {
		key, err := MayRemovePasskey(ctx, tx, by, k, date.Of(p.Now()))
		if err != nil {
			return "", err
		}
		if err := by.MustBeSure(); err != nil {
			return "", err
		}
		if err := deletePasskey(ctx, tx, key.ID); err != nil {
			return "", err
		}
		if err := p.recordPasskey(ctx, tx, by, "passkey removed", key); err != nil {
			return "", err
		}
		return string(k), p.tellOfPasskey(ctx, tx, by.Person, "A passkey was removed", "The passkey “"+key.Name+"” was removed. It opens nothing here any more.")
	})
	if err != nil {
		return fmt.Errorf("remove passkey: %w", err)
	}
	return nil
}

// MayRemovePasskey is the passkey that somebody wants to remove, or why they
// may not. Of who moves money the last one stays: they would be locked out.
func MayRemovePasskey(ctx context.Context, tx *db.Tx, by access.Actor, k PasskeyID, today date.Date) (Passkey, error) {
	has, err := PasskeysOf(ctx, tx, by.Person)
	if err != nil {
		return Passkey{}, err
	}
	found, others := Passkey{}, 0
	for _, one := range has {
		switch {
		case one.ID == k:
			found = one
		case one.Doubted.IsZero():
			others++
		}
	}
	if found.ID == "" {
		return Passkey{}, fault.NotFound
	}
	hats, err := HatsOf(ctx, tx, by.Person)
	if err != nil {
		return Passkey{}, err
	}
	if others == 0 && found.Doubted.IsZero() && MovesMoney(hats, today) {
		return found, fault.New(fault.Conflict, "This is your only passkey, and you approve or release money with it. Make another one first. Then you can remove this one.")
	}
	return found, nil
}

// MovesMoney reports whether one of the hats worn on a day, or later, needs a
// passkey.
func MovesMoney(hats []access.Hat, today date.Date) bool {
	for _, h := range hats {
		if h.Role.MovesMoney() && (h.Until.IsZero() || today.Before(h.Until)) {
			return true
		}
	}
	return false
}

// errDoubted is told to who comes with a passkey that seems to be a copy.
var errDoubted = fault.New(fault.Forbidden, "This passkey may have been copied, so it opens nothing any more. Sign in another way, or ask for help to get a new one.")

// UsePasskey notes that a passkey was used, with what its counter came to be.
// Where it seems to be a copy, that is noted instead, and refused.
func (p *People) UsePasskey(ctx context.Context, k PasskeyID, record []byte, copied bool) (who access.PersonID, err error) {
	var refused error
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		refused = nil // a transaction may run twice
		key, err := PasskeyByID(ctx, tx, k)
		if err != nil {
			return err
		}
		who = key.Person
		if !key.Doubted.IsZero() {
			refused = errDoubted
			return nil
		}
		if !copied {
			return usedPasskey(ctx, tx, k, record, p.Now())
		}
		refused = errDoubted
		if err := doubtPasskey(ctx, tx, k, p.Now()); err != nil {
			return err
		}
		owner, err := ByID(ctx, tx, key.Person)
		if err != nil {
			return err
		}
		if err := p.recordPasskey(ctx, tx, access.Actor{Person: owner.ID, Name: owner.Name}, "passkey doubted", key); err != nil {
			return err
		}
		return p.tellAll(ctx, tx, owner.ID, "A passkey may have been copied", owner.Name+" came with a passkey that seems to be a copy. It opens nothing any more. If you do not know why, ask them.", "/passkeys")
	})
	if err := errors.Join(err, refused); err != nil {
		return "", fmt.Errorf("use passkey: %w", err)
	}
	return who, nil
}

func scanPasskey(r db.Row) (k Passkey, err error) {
	return k, r.Scan(&k.ID, &k.Person, &k.Name, &k.Record, &k.Added, &k.Used, &k.Doubted)
}

// PasskeysOf lists a person's passkeys, oldest first.
func PasskeysOf(ctx context.Context, tx *db.Tx, who access.PersonID) ([]Passkey, error) {
	return db.All(ctx, tx, scanPasskey, `
		SELECT id, person_id, name, record, added_at, used_at, doubted_at FROM passkeys
		WHERE person_id = $1 ORDER BY added_at, id`, who)
}

// PasskeyByID is one passkey, or fault.NotFound.
func PasskeyByID(ctx context.Context, tx *db.Tx, k PasskeyID) (Passkey, error) {
	return db.One(ctx, tx, scanPasskey, `
		SELECT id, person_id, name, record, added_at, used_at, doubted_at FROM passkeys WHERE id = $1`, k)
}

func insertPasskey(ctx context.Context, tx *db.Tx, k Passkey) error {
	_, err := tx.Exec(ctx, `INSERT INTO passkeys (id, person_id, name, record, added_at) VALUES ($1, $2, $3, $4, $5)`, k.ID, k.Person, k.Name, k.Record, k.Added)
	return err
}

func usedPasskey(ctx context.Context, tx *db.Tx, k PasskeyID, record []byte, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE passkeys SET record = $2, used_at = $3 WHERE id = $1`, k, record, at)
	return err
}

func doubtPasskey(ctx context.Context, tx *db.Tx, k PasskeyID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE passkeys SET doubted_at = $2 WHERE id = $1`, k, at)
	return err
}

func deletePasskey(ctx context.Context, tx *db.Tx, k PasskeyID) error {
	_, err := tx.Exec(ctx, `DELETE FROM passkeys WHERE id = $1`, k)
	return err
}
