package person

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
)

// A PassID names a pass: a way in that is used once.
type PassID string

// The kinds of pass. What opens one opens no other: the kind is part of what is
// hashed (trust.md T6).
type passKind string

const (
	emailPass    passKind = "email"
	printedPass  passKind = "printed"
	operatorPass passKind = "operator"
)

// How long each lasts.
const (
	EmailPassLasts    = 15 * time.Minute
	PrintedPassLasts  = 7 * 24 * time.Hour
	OperatorPassLasts = 10 * time.Minute
)

// wrongCodes is how many wrong codes end a pass.
const wrongCodes = 5

type pass struct {
	ID         PassID
	Kind       passKind
	Email      string
	Person     access.PersonID
	Area       area.ID
	Link, Code []byte
	Tries      int
	Made       time.Time
	Expires    time.Time
	Used       time.Time
}

// open reports whether the pass can be used still.
func (p pass) open(now time.Time) bool {
	return p.Used.IsZero() && now.Before(p.Expires) && p.Tries < wrongCodes && p.Person != ""
}

// hasCode reports whether a code is that of the pass, in the same time whether it
// is or not.
func (p pass) hasCode(code string) bool {
	return subtle.ConstantTimeCompare(p.Code, codeHash(p.Kind, p.ID, code)) == 1
}

// letters are those of a code: none looks like another, and they make no words.
const letters = "23456789CDFGHJKMNPQRTVWXY"

// newCode is n letters of chance.
func (p *People) newCode(n int) string {
	const even = 256 / len(letters) * len(letters) // from there on some letters would come more often
	var b strings.Builder
	for b.Len() < n {
		for _, c := range p.IDs.Bytes(n) {
			if int(c) < even && b.Len() < n {
				b.WriteByte(letters[int(c)%len(letters)])
			}
		}
	}
	return b.String()
}

// Grouped is a code as it is written for people: "CDFG-2345".
func Grouped(code string) string {
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), "-")
}

// plainCode is a code however it was typed: small letters, spaces and dashes are
// as good, and so is a letter that was taken for the digit it looks like.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(letters, r) {
			return r
		}
		return -1
	}, strings.NewReplacer("S", "5", "Z", "2", "B", "8").Replace(strings.ToUpper(typed)))
}

func (p *People) newLink() string { return base64.RawURLEncoding.EncodeToString(p.IDs.Bytes(32)) }

func linkHash(k passKind, link string) []byte {
	sum := sha256.Sum256([]byte("commontable " + string(k) + " link\x00" + link))
	return sum[:]
}

// A printed code is found by itself; every other belongs to a pass that is known
// already, whose name is hashed with it.
func codeHash(k passKind, of PassID, code string) []byte {
	if k == printedPass {
		of = ""
	}
	sum := sha256.Sum256([]byte("commontable " + string(k) + " code\x00" + string(of) + "\x00" + plainCode(code)))
	return sum[:]
}

func insertPass(ctx context.Context, tx *db.Tx, p pass, by access.PersonID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO passes (id, kind, email, person_id, area_id, made_by, link, code, made_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Kind, orNull(p.Email), orNull(string(p.Person)), orNull(string(p.Area)), orNull(string(by)), p.Link, p.Code, p.Made, p.Expires)
	return err
}

// orNull keeps nothing where there is nothing.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const passColumns = `id, kind, COALESCE(email, ''), COALESCE(person_id, ''), COALESCE(area_id, ''), link, code, tries, made_at, expires_at, used_at` //nolint:gosec // names of columns

func scanPass(r db.Row) (p pass, err error) {
	return p, r.Scan(&p.ID, &p.Kind, &p.Email, &p.Person, &p.Area, &p.Link, &p.Code, &p.Tries, &p.Made, &p.Expires, &p.Used)
}

func passByID(ctx context.Context, tx *db.Tx, k passKind, p PassID) (pass, error) {
	return db.One(ctx, tx, scanPass, `
		SELECT `+passColumns+` FROM passes WHERE kind = $1 AND id = $2`, k, p)
}

func passByLink(ctx context.Context, tx *db.Tx, k passKind, link string) (pass, error) {
	return db.One(ctx, tx, scanPass, `
		SELECT `+passColumns+` FROM passes WHERE kind = $1 AND link = $2`, k, linkHash(k, link))
}

func passesByCode(ctx context.Context, tx *db.Tx, code string) ([]pass, error) {
	return db.All(ctx, tx, scanPass, `
		SELECT `+passColumns+` FROM passes WHERE kind = 'printed' AND code = $1`, codeHash(printedPass, "", code))
}

// use uses a pass up. Of two that use it at once, one does.
func use(ctx context.Context, tx *db.Tx, p PassID, now time.Time) error {
	n, err := tx.Exec(ctx, `UPDATE passes SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, p, now)
	if err == nil && n == 0 {
		return errUsed
	}
	return err
}

func countWrongCode(ctx context.Context, tx *db.Tx, p PassID) error {
	_, err := tx.Exec(ctx, `UPDATE passes SET tries = tries + 1 WHERE id = $1`, p)
	return err
}

var errUsed = fault.New(fault.Conflict, "This was used already, or it is too old. Ask for a new one.")

// SweepSignIn removes what is over: passes a day after they expired, where
// somebody was signed in, and what was counted. It tells how many.
func (p *People) SweepSignIn(ctx context.Context) (gone int64, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		now := p.Now()
		passes, err := tx.Exec(ctx, `DELETE FROM passes WHERE expires_at <= $1`, now.AddDate(0, 0, -1))
		if err != nil {
			return err
		}
		signIns, err := tx.Exec(ctx, `DELETE FROM sign_ins WHERE expires_at <= $1`, now)
		if err != nil {
			return err
		}
		tries, err := tx.Exec(ctx, `DELETE FROM sign_in_tries WHERE last_at <= $1`, now.Add(-forgetTries))
		gone = passes + signIns + tries
		return err
	})
	return gone, err
}
