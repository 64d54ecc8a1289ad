package person

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A TokenID names a token.
type TokenID string

// A Token lets a program act for one person in one of their hats. What it is
// itself is shown once, when it is made; only its hash is kept.
type Token struct {
	ID        TokenID
	Beginning string // how it begins, by which its owner knows it again
	Person    access.PersonID
	Hat       access.Hat
	Title     string // the hat in words
	Purpose   string
	Until     date.Date // the first day on which it lets nobody in; no day for none
	MadeAt    time.Time
	UsedOn    date.Date // the last day on which it was used
	EndedAt   time.Time
}

// InForce reports whether the token lets anybody in on a day.
func (t Token) InForce(day date.Date) bool {
	return t.EndedAt.IsZero() && (t.Until.IsZero() || day.Before(t.Until)) && t.Hat.WornOn(day)
}

// NewToken is what is said of a token to make it.
type NewToken struct {
	Form    string
	Person  access.PersonID
	Hat     access.HatID
	Purpose string
	Until   date.Date
}

// Check says what is wrong with n, if anything.
func (n NewToken) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	if n.Hat == "" {
		wrong.Add("hat", "Choose the hat in which it acts")
	}
	if strings.TrimSpace(n.Purpose) == "" || len([]rune(n.Purpose)) > 100 {
		wrong.Add("purpose", "Say what it is for, in up to 100 letters")
	}
	if !n.Until.IsZero() && !n.Until.After(today) {
		wrong.Add("until", "Enter a later day than today, or leave it empty")
	}
	return wrong
}

// tokenPrefix begins every token, so that one that lies about is known for what
// it is.
const tokenPrefix = "ct_"

// newSecret makes a token: how it begins, which is no secret, and the rest.
func newSecret() (secret, beginning string) {
	beginning = tokenPrefix + rand.Text()[:8]
	return beginning + "_" + rand.Text(), beginning
}

// MakeToken makes a token for a person: for oneself, or at the command line for
// anyone. The secret is "" where the form was sent before: it is told only once.
func (p *People) MakeToken(ctx context.Context, by access.Actor, n NewToken) (secret string, made TokenID, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		secret = ""
		content := []any{"token", n.Person, n.Hat, n.Purpose, n.Until.String()}
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: content, At: p.Now()}, func() (string, error) {
			var err error
			secret, made, err = p.MakeTokenIn(ctx, tx, by, n)
			return string(made), err
		})
		made = TokenID(subject)
		return err
	})
	if err != nil {
		return "", "", fmt.Errorf("make token: %w", err)
	}
	return secret, made, nil
}

// MakeTokenIn is MakeToken as part of a transaction.
func (p *People) MakeTokenIn(ctx context.Context, tx *db.Tx, by access.Actor, n NewToken) (secret string, made TokenID, err error) {
	if !by.System && by.Person != n.Person {
		return "", "", fault.New(fault.Forbidden, "A token acts for whoever makes it: you can make one for yourself alone.")
	}
	if err := MayMakeToken(ctx, tx, by); err != nil {
		return "", "", err
	}
	today := date.Of(p.Now())
	wrong := n.Check(today)
	hats, err := HatsOf(ctx, tx, n.Person)
	if err != nil {
		return "", "", err
	}
	if !slices.ContainsFunc(hats, func(h access.Hat) bool { return h.ID == n.Hat && h.WornOn(today) }) {
		wrong.Add("hat", "Choose a hat that is worn today")
	}
	if err := wrong.OrNil(); err != nil {
		return "", "", err
	}
	secret, beginning := newSecret()
	digest := sha256.Sum256([]byte(secret))
	made = id.New[TokenID](p.IDs)
	now := p.Now()
	if _, err := tx.Exec(ctx, `
		INSERT INTO tokens (id, beginning, digest, person_id, hat_id, purpose, until_on, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		made, beginning, digest[:], n.Person, n.Hat, strings.TrimSpace(n.Purpose), n.Until, by.Person, now); err != nil {
		return "", "", fmt.Errorf("insert token: %w", err)
	}
	return secret, made, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "token made", Subject: string(made), By: by, At: now,
		Facts:   map[string]string{"person": string(n.Person), "hat": string(n.Hat), "until": n.Until.String()},
		Private: strings.TrimSpace(n.Purpose),
	})
}

// MayMakeToken says why somebody may make no token now, or nothing. A token lasts
// longer than signing in does: so who has a passkey uses it first.
func MayMakeToken(ctx context.Context, tx *db.Tx, by access.Actor) error {
	if by.System {
		return nil
	}
	if err := mustHaveAddress(ctx, tx, by.Person, "a token"); err != nil {
		return err
	}
	has, err := PasskeysOf(ctx, tx, by.Person)
	if err != nil || len(has) == 0 {
		return err
	}
	return by.MustBeSure()
}

// endTokens ends all of a person's tokens: who could act in their name may have
// made them.
func (p *People) endTokens(ctx context.Context, tx *db.Tx, by access.Actor, of access.PersonID) error {
	n, err := tx.Exec(ctx, `UPDATE tokens SET ended_by = $1, ended_at = $2 WHERE person_id = $3 AND ended_at IS NULL`, by.Person, p.Now(), of)
	if err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "tokens ended", Subject: string(of), By: by, At: p.Now(), Facts: map[string]string{"tokens": strconv.FormatInt(n, 10)},
	})
}

// EndToken ends a token at once: one's own, or at the command line anyone's.
// One that has ended stays so.
func (p *People) EndToken(ctx context.Context, by access.Actor, t TokenID) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		token, err := p.tokenByID(ctx, tx, t)
		switch {
		case err != nil:
			return err
		case token.Person != by.Person && !by.System:
			return fault.NotFound
		case !token.EndedAt.IsZero():
			return nil
		}
		now := p.Now()
		if _, err := tx.Exec(ctx, `UPDATE tokens SET ended_by = $1, ended_at = $2 WHERE id = $3`, by.Person, now, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, p.IDs, audit.Event{
			Stream: audit.Installation, Act: "token ended", Subject: string(t), By: by, At: now, Facts: map[string]string{"person": string(token.Person)},
		})
	})
	return wrapped("end token", err)
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

const columnsWithHat = `
	t.id, t.beginning, t.person_id, t.purpose, t.until_on, t.made_at, t.used_on, t.ended_at,
	h.id, h.role, h.scope, h.place_id, h.from_on, h.until_on
	FROM tokens t JOIN hats h ON h.id = t.hat_id`

func scanToken(r db.Row) (t Token, err error) {
	return t, r.Scan(&t.ID, &t.Beginning, &t.Person, &t.Purpose, &t.Until, &t.MadeAt, &t.UsedOn, &t.EndedAt,
		&t.Hat.ID, &t.Hat.Role, &t.Hat.Scope, &t.Hat.Place, &t.Hat.From, &t.Hat.Until)
}

func (p *People) tokenByID(ctx context.Context, tx *db.Tx, t TokenID) (Token, error) {
	return db.One(ctx, tx, scanToken, `SELECT `+columnsWithHat+` WHERE t.id = $1`, t)
}

// TokensOf lists a person's tokens, the newest first.
func TokensOf(ctx context.Context, tx *db.Tx, who access.PersonID) ([]Token, error) {
	all, err := db.All(ctx, tx, scanToken, `SELECT `+columnsWithHat+` WHERE t.person_id = $1 ORDER BY t.made_at DESC, t.id DESC`, who)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Title, err = Title(ctx, tx, all[i].Hat); err != nil {
			return nil, err
		}
	}
	return all, nil
}

type heldToken struct {
	Token
	digest []byte
}

// ActorByToken is who acts by a token, in the hat that it was made for; or
// fault.NotFound where it, the hat or the person lets nobody in. That it was
// used today is noted once a day.
func (p *People) ActorByToken(ctx context.Context, secret string) (by access.Actor, t TokenID, err error) {
	today := date.Of(p.Now())
	var noted bool
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		token, err := tokenBySecret(ctx, tx, secret)
		if err != nil {
			return err
		}
		if !token.InForce(today) {
			return fault.NotFound
		}
		t, noted = token.ID, token.UsedOn == today
		by, err = ActorIn(ctx, tx, token.Person, token.Hat.ID, today)
		if err == nil && by.Hat.ID == "" {
			err = fault.NotFound
		}
		return err
	})
	if err != nil {
		return access.Actor{}, "", err
	}
	if noted {
		return by, t, nil
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE tokens SET used_on = $1 WHERE id = $2`, today, t)
		return err
	})
	return by, t, err
}

// tokenBySecret finds a token by how it begins, and compares the rest in a time
// that tells nothing.
func tokenBySecret(ctx context.Context, tx *db.Tx, secret string) (Token, error) {
	beginning, _, _ := strings.Cut(strings.TrimPrefix(secret, tokenPrefix), "_")
	if !strings.HasPrefix(secret, tokenPrefix) || len(secret) > 100 || strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return Token{}, fault.NotFound
	}
	held, err := db.One(ctx, tx, func(r db.Row) (h heldToken, err error) {
		return h, r.Scan(&h.ID, &h.digest)
	}, `SELECT id, digest FROM tokens WHERE beginning = $1`, tokenPrefix+beginning)
	digest := sha256.Sum256([]byte(secret))
	if errors.Is(err, fault.NotFound) || (err == nil && subtle.ConstantTimeCompare(digest[:], held.digest) != 1) {
		return Token{}, fault.NotFound
	}
	if err != nil {
		return Token{}, err
	}
	return db.One(ctx, tx, scanToken, `SELECT `+columnsWithHat+` WHERE t.id = $1`, held.ID)
}

// Title is a hat in words: "chair, Tanners Reach".
func Title(ctx context.Context, tx *db.Tx, h access.Hat) (string, error) {
	where, err := PlaceOf(ctx, tx, h)
	return inWords(h, where), err
}
