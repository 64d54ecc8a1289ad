package person

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	post "commontable/internal/mail"
	"commontable/internal/outbox"
)

// SignInMail is the job of writing the mail that somebody asked for; it is about
// a pass.
const SignInMail outbox.Kind = "sign-in mail"

// AskToSignIn asks for a mail with a way in. Whether the address is known is not
// looked at here but in a job of its own, so that the answer, and the time it
// takes, is the same (T3). from is where the asking comes from.
func (p *People) AskToSignIn(ctx context.Context, email, from string) (asked PassID, err error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return "", fault.Invalid{{Field: "email", Words: "Enter an email address like name@example.org"}}
	}
	var wait time.Duration
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		asked, wait = "", 0
		now := p.Now()
		forAddress, err := asksForAddress.wait(ctx, tx, email, now)
		if err != nil {
			return err
		}
		fromThere, err := asksFrom.wait(ctx, tx, from, now)
		if err != nil {
			return err
		}
		if wait = max(forAddress, fromThere); wait > 0 {
			return nil
		}
		if err := errors.Join(asksForAddress.count(ctx, tx, email, now), asksFrom.count(ctx, tx, from, now)); err != nil {
			return err
		}
		asked = id.New[PassID](p.IDs)
		if err := insertPass(ctx, tx, pass{ID: asked, Kind: emailPass, Email: email, Made: now, Expires: now.Add(EmailPassLasts)}, ""); err != nil {
			return err
		}
		return outbox.Add(ctx, tx, p.IDs, SignInMail, string(asked), now)
	})
	if err != nil {
		return "", fmt.Errorf("ask to sign in: %w", err)
	}
	if wait > 0 {
		return "", TooSoon{wait}
	}
	return asked, nil
}

// WriteSignInMail does the job: if the address is somebody's, a mail to them. The
// address is then forgotten here, theirs or nobody's.
func (p *People) WriteSignInMail(ctx context.Context, j outbox.Job) error {
	return p.DB.Write(ctx, func(tx *db.Tx) error {
		asked, err := passByID(ctx, tx, emailPass, PassID(j.About))
		if errors.Is(err, fault.NotFound) || (err == nil && (asked.Email == "" || !p.Now().Before(asked.Expires))) {
			return nil
		}
		if err != nil {
			return err
		}
		who, err := ByEmail(ctx, tx, asked.Email)
		if errors.Is(err, fault.NotFound) {
			_, err := tx.Exec(ctx, `UPDATE passes SET email = NULL WHERE id = $1`, asked.ID)
			return err
		}
		if err != nil {
			return err
		}
		link, code := p.newLink(), p.newCode(8)
		if _, err := tx.Exec(ctx, `UPDATE passes SET email = NULL, person_id = $2, link = $3, code = $4 WHERE id = $1`,
			asked.ID, who.ID, linkHash(emailPass, link), codeHash(emailPass, asked.ID, code)); err != nil {
			return err
		}
		i, err := area.InstallationOf(ctx, tx)
		if err != nil {
			return err
		}
		return post.SendIn(ctx, tx, p.IDs, p.Now(), post.Message{
			To: who.Email, Subject: "Sign in to " + i.Name, Until: asked.Expires,
			Words: []string{
				"Hello " + who.Name + ".",
				"Somebody asked to sign in to " + i.Name + " with your email address. If it was you, press this link, on the phone or computer where you asked:",
			},
			Action: "Sign in", Link: p.BaseURL + "/sign-in/link?t=" + link,
			After: []string{
				"Or go back to the page where you asked, and type in this code: " + Grouped(code),
				"The link and the code work once, for 15 minutes. Do not tell anybody the code. We will never ask you for it.",
				"If it was not you, you need do nothing. Nobody can sign in without this email.",
			},
		})
	})
}

var (
	// errOtherBrowser is said to who has a link and did not ask for it in this browser.
	errOtherBrowser = fault.New(fault.Forbidden, "This link works only in the browser in which you asked for it. Go back there and type the code that is in the same email. Or ask again here.")
	errWrongCode    = fault.Invalid{{Field: "code", Words: "This code is not right, or it is too old. Check it in the email, or ask for a new one"}}
)

// ByLink lets in who presses the link of a mail, in the browser that asked: asked
// are the passes that it asked for. Elsewhere nothing happens to the pass, so
// that a scanner or a stranger cannot use it up (T1, T2).
func (p *People) ByLink(ctx context.Context, link string, asked []PassID) (who access.PersonID, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		who = ""
		found, err := passByLink(ctx, tx, emailPass, link)
		if errors.Is(err, fault.NotFound) || (err == nil && !slices.Contains(asked, found.ID)) {
			return errOtherBrowser
		}
		if err != nil {
			return err
		}
		if !found.open(p.Now()) {
			return errUsed
		}
		who = found.Person
		return use(ctx, tx, found.ID, p.Now())
	})
	return who, err
}

// ByCode lets in who types the code of a mail in the browser that asked. A pass
// is over after five wrong codes, and who tries many has to wait.
func (p *People) ByCode(ctx context.Context, code string, asked []PassID, from string) (who access.PersonID, err error) {
	if plainCode(code) == "" {
		return "", fault.Invalid{{Field: "code", Words: "Enter the code from the email, such as CDFG-2345"}}
	}
	return p.tryCode(ctx, from, errWrongCode, func(tx *db.Tx) (access.PersonID, error) {
		for _, one := range asked {
			found, err := passByID(ctx, tx, emailPass, one)
			if errors.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return "", err
			}
			if found.open(p.Now()) && found.hasCode(code) {
				return found.Person, use(ctx, tx, found.ID, p.Now())
			}
			if err := countWrongCode(ctx, tx, one); err != nil {
				return "", err
			}
		}
		return "", nil
	})
}

// tryCode tries a code, and counts it where it was wrong: nobody came of it. What
// is counted is kept although the code is refused.
func (p *People) tryCode(ctx context.Context, from string, wrong error, try func(tx *db.Tx) (access.PersonID, error)) (who access.PersonID, err error) {
	var wait time.Duration
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		who = ""
		if wait, err = wrongCodesFrom.wait(ctx, tx, from, p.Now()); err != nil || wait > 0 {
			return err
		}
		if who, err = try(tx); err != nil || who != "" {
			return err
		}
		return wrongCodesFrom.count(ctx, tx, from, p.Now())
	})
	switch {
	case err != nil:
		return "", err
	case wait > 0:
		return "", TooSoon{wait}
	case who == "":
		return "", wrong
	}
	return who, nil
}
