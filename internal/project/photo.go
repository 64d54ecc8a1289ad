package project

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// MostPhotos is how many photos one project has at a time.
const MostPhotos = 60

// How long people agree that a photo of them is shown: so many months unless
// somebody chooses, and at most. Then they are asked again.
const (
	UsualConsent = 24
	MostConsent  = 60
)

// A PhotoID names a photo.
type PhotoID string

// subject is what the picture of a photo is filed under.
func (p PhotoID) subject() string { return document.OfPhotos + string(p) }

// A Photo is a photograph on a project's timeline. What can be seen in it is said in
// words too, for who cannot see it.
type Photo struct {
	ID            PhotoID
	Project       ID
	On            date.Date // on which it was taken
	File          document.FilingID
	Width, Height int64
	Shows         string // what can be seen in it
	Words         string // beside it, or ""
	TakenBy       string
	TakerNamed    bool // everybody may know who took it
	By            access.PersonID
	At            time.Time
	Removed       bool // then nothing of it is kept but that there was one
	Consent       Consent
}

// A Consent is who may see a photo, and whether those in it agreed.
type Consent struct {
	Number int64
	People bool      // somebody can be recognised in it
	Public bool      // everybody may see it, else those who read the papers
	Who    string    // agreed, and how; for those who read the papers
	Until  date.Date // the last day of their agreement; no day where nobody can be recognised
}

// Holds reports whether the photo may be shown at all on a day.
func (c Consent) Holds(day date.Date) bool { return !c.People || !day.After(c.Until) }

// ShownTo reports whether a photo is shown to a reader on a day: to everybody only
// by consent, and to nobody when the consent is over. Papers says that they read
// the partnership's papers, or were given its photos by a link.
func (p Photo) ShownTo(papers bool, day date.Date) bool {
	return !p.Removed && p.Consent.Holds(day) && (p.Consent.Public || papers)
}

// NewConsent is who may see a photo, as somebody notes it.
type NewConsent struct {
	Form   string
	People Recognised
	Public bool
	Who    string
	Until  date.Date
}

// Recognised says whether somebody can be recognised in a photo.
type Recognised string

// Whether somebody can be recognised: if so, they were asked.
const (
	Nobodys Recognised = "nobody"
	Agreed  Recognised = "agreed"
)

// Check says what is wrong with n, if anything.
func (n NewConsent) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	switch n.People {
	case Nobodys:
	case Agreed:
		if !said(n.Who, 500) {
			wrong.Add("who", "Say who agreed, and how you asked them, in up to 500 letters")
		}
		if n.Until.IsZero() || n.Until.Before(today) || n.Until.After(today.AddMonths(MostConsent)) {
			wrong.Add("until", "Enter the last day for which they agreed: from today to "+today.AddMonths(MostConsent).Long())
		}
	default:
		wrong.Add("people", "Say whether anybody can be recognised in it")
	}
	return wrong
}

// NewPhoto is a photo as somebody adds it.
type NewPhoto struct {
	NewConsent

	Picture    document.Picture // as it is to be kept; none where it waits as Held
	Held       document.Hash    // sent before with the same form
	refused    string           // why what was sent is not taken
	On         date.Date
	Shows      string
	Words      string
	TakenBy    string
	TakerNamed bool
}

// Take looks at a photo that was sent, and draws it as it is to be kept. It takes
// time, so it is done before any transaction.
func (n *NewPhoto) Take(sent document.Sent) error {
	picture, err := document.Draw(sent)
	if refusal, refused := errors.AsType[document.Refusal](err); refused {
		n.refused = "“" + sent.ShownName() + "” " + string(refusal)
		return nil
	}
	n.Picture = picture
	return err
}

// Check says what is wrong with n, if anything.
func (n NewPhoto) Check(today date.Date) fault.Invalid {
	var wrong fault.Invalid
	switch {
	case n.refused != "":
		wrong.Add("photo", n.refused)
	case n.Picture.Hash == "" && n.Held == "":
		wrong.Add("photo", "Choose a photo")
	}
	if !said(n.Shows, 300) {
		wrong.Add("shows", "Say what can be seen in it, in up to 300 letters: some people cannot see it")
	}
	if !fits(n.Words, 500) {
		wrong.Add("words", "Say it in up to 500 letters")
	}
	if n.On.IsZero() || n.On.After(today) {
		wrong.Add("on", "Enter the day on which it was taken: today or earlier")
	}
	if !said(n.TakenBy, 120) {
		wrong.Add("taken_by", "Say who took it, in up to 120 letters")
	}
	for _, w := range n.NewConsent.Check(today) {
		wrong.Add(w.Field, w.Words)
	}
	return wrong
}

// AddPhoto adds a photo to a project's timeline. Sent twice, it counts once.
func (p *Projects) AddPhoto(ctx context.Context, by access.Actor, a area.Area, of ID, n NewPhoto) (PhotoID, error) {
	sent := n // without the picture itself, which its hash stands for
	sent.Held, sent.Picture = n.Held+n.Picture.Hash, document.Picture{}
	made, err := p.once(ctx, by, n.Form, content("photo", a, of, sent), func(tx *db.Tx) (string, error) {
		made, err := p.AddPhotoIn(ctx, tx, by, a, of, n)
		return string(made), err
	})
	return PhotoID(made), err
}

// AddPhotoIn is AddPhoto as part of a transaction.
func (p *Projects) AddPhotoIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewPhoto) (PhotoID, error) {
	if _, err := p.mayRun(ctx, tx, by, a, of); err != nil {
		return "", err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return "", err
	}
	if n.Picture.Hash == "" {
		file, err := document.Take(ctx, tx, n.Form, string(by.Person), n.Held)
		if isNotFound(err) {
			return "", fault.Invalid{{Field: "photo", Words: "The photo that you sent before is no longer here. Choose it again."}}
		}
		if err != nil {
			return "", err
		}
		if n.Picture, err = document.Measured(file); err != nil {
			return "", err
		}
	}
	all, err := Photos(ctx, tx, a.ID, of)
	if err != nil {
		return "", err
	}
	if len(all) >= MostPhotos {
		return "", fault.Invalid{{Field: "photo", Words: "A project has up to " + strconv.Itoa(MostPhotos) + " photos. Remove one first."}}
	}
	made := id.New[PhotoID](p.IDs)
	filing, _, err := document.Keep(ctx, tx, p.IDs, document.Filing{Place: string(a.ID), Subject: made.subject(), By: string(by.Person), At: p.Now()}, n.Picture.File)
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_photos (area_id, id, project_id, on_day, file_id, width, height, shows, words, taken_by, taker_named, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, made, of, n.On, filing.ID, n.Picture.Width, n.Picture.Height, strings.TrimSpace(n.Shows), strings.TrimSpace(n.Words), strings.TrimSpace(n.TakenBy), n.TakerNamed, by.Person, p.Now()); err != nil {
		return "", fmt.Errorf("insert photo: %w", err)
	}
	if err := p.record(ctx, tx, by, a, "project photo", string(made), map[string]string{
		"project": string(of), "on": n.On.String(), "file": string(filing.ID),
		"width": strconv.Itoa(n.Picture.Width), "height": strconv.Itoa(n.Picture.Height), "taker named": strconv.FormatBool(n.TakerNamed),
	},
		strings.Join([]string{string(filing.Hash), n.Shows, n.Words, n.TakenBy}, "\n")); err != nil {
		return "", err
	}
	return made, p.consent(ctx, tx, by, a, of, made, 1, n.NewConsent)
}

// consent adds who may see a photo from now on.
func (p *Projects) consent(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, photo PhotoID, number int64, n NewConsent) error {
	people := n.People == Agreed
	if !people {
		n.Who, n.Until = "", date.Date{}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO project_photo_consents (area_id, photo_id, number, people, public, who, until_on, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, photo, number, people, n.Public, strings.TrimSpace(n.Who), n.Until, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert consent: %w", err)
	}
	return p.record(ctx, tx, by, a, "project photo consent", string(photo), map[string]string{
		"project": string(of), "number": strconv.FormatInt(number, 10), "people": strconv.FormatBool(people), "public": strconv.FormatBool(n.Public), "until": n.Until.String(),
	}, n.Who)
}

// HoldPhoto keeps a photo that came with a form that was refused, until the form is
// sent again, and tells what waits for it.
func (p *Projects) HoldPhoto(ctx context.Context, by access.Actor, a area.Area, n NewPhoto) (held []document.Upload, err error) {
	if n.Form == "" || len(n.Form) > 100 {
		return nil, nil
	}
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		if err := by.Must(access.RunProjects, a.Place()); err != nil {
			return err
		}
		if n.Picture.Hash != "" {
			if err := document.Hold(ctx, tx, n.Form, string(by.Person), n.Picture.File, p.Now()); err != nil {
				return err
			}
		}
		held, err = document.Held(ctx, tx, n.Form, string(by.Person))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hold photo: %w", err)
	}
	return held, nil
}

// Consent notes anew who may see a photo. Sent twice, it counts once.
func (p *Projects) Consent(ctx context.Context, by access.Actor, a area.Area, of PhotoID, n NewConsent) error {
	_, err := p.once(ctx, by, n.Form, content("photo consent", a, ID(of), n), func(tx *db.Tx) (string, error) {
		return string(of), p.ConsentIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ConsentIn is Consent as part of a transaction.
func (p *Projects) ConsentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PhotoID, n NewConsent) error {
	photo, err := p.mayKeepPhoto(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if err := n.Check(p.today()).OrNil(); err != nil {
		return err
	}
	return p.consent(ctx, tx, by, a, photo.Project, of, photo.Consent.Number+1, n)
}

// RemovePhoto removes a photo: nobody sees it from then on, and nothing is kept of
// what could be seen in it or of what was said of it. Sent twice, it is done once.
func (p *Projects) RemovePhoto(ctx context.Context, by access.Actor, a area.Area, of PhotoID, form string) error {
	_, err := p.once(ctx, by, form, content("remove photo", a, ID(of), ""), func(tx *db.Tx) (string, error) {
		return string(of), p.RemovePhotoIn(ctx, tx, by, a, of)
	})
	return err
}

// RemovePhotoIn is RemovePhoto as part of a transaction.
func (p *Projects) RemovePhotoIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PhotoID) error {
	photo, err := p.mayKeepPhoto(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO project_photo_removals (area_id, photo_id, removed_by, removed_at) VALUES ($1, $2, $3, $4)`, a.ID, of, by.Person, p.Now()); err != nil {
		return fmt.Errorf("insert removal: %w", err)
	}
	if _, err := tx.Exec(ctx, `UPDATE project_photos SET shows = '', words = '', taken_by = '' WHERE area_id = $1 AND id = $2`, a.ID, of); err != nil {
		return fmt.Errorf("forget photo: %w", err)
	}
	if _, err := tx.Exec(ctx, `UPDATE project_photo_consents SET who = '' WHERE area_id = $1 AND photo_id = $2`, a.ID, of); err != nil {
		return fmt.Errorf("forget consent: %w", err)
	}
	file, err := PhotoFile(ctx, tx, a.ID, photo)
	if err != nil {
		return err
	}
	if err := document.Forget(ctx, tx, file, p.Now()); err != nil {
		return err
	}
	return p.record(ctx, tx, by, a, "project photo removed", string(of), map[string]string{"project": string(photo.Project)}, "")
}

// mayKeepPhoto is a photo that is there, for somebody who may keep it.
func (p *Projects) mayKeepPhoto(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of PhotoID) (Photo, error) {
	photo, err := PhotoByID(ctx, tx, a.ID, of)
	if err == nil && photo.Removed {
		err = fault.NotFound
	}
	if err != nil {
		return photo, err
	}
	return photo, by.Must(access.RunProjects, a.Place())
}

const photoColumns = `
	p.id, p.project_id, p.on_day, p.file_id, p.width, p.height, p.shows, p.words, p.taken_by, p.taker_named, p.noted_by, p.noted_at,
	EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = p.area_id AND r.photo_id = p.id),
	c.number, c.people, c.public, c.who, c.until_on
	FROM project_photos p JOIN project_photo_consents c ON c.area_id = p.area_id AND c.photo_id = p.id
	AND c.number = (SELECT MAX(x.number) FROM project_photo_consents x WHERE x.area_id = p.area_id AND x.photo_id = p.id)`

func scanPhoto(r db.Row) (p Photo, err error) {
	return p, r.Scan(&p.ID, &p.Project, &p.On, &p.File, &p.Width, &p.Height, &p.Shows, &p.Words, &p.TakenBy, &p.TakerNamed, &p.By, &p.At,
		&p.Removed, &p.Consent.Number, &p.Consent.People, &p.Consent.Public, &p.Consent.Who, &p.Consent.Until)
}

// Photos lists a project's photos that were not removed, the latest first. Of each
// ask ShownTo before it is shown.
func Photos(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]Photo, error) {
	return db.All(ctx, tx, scanPhoto, `
		SELECT `+photoColumns+` WHERE p.area_id = $1 AND p.project_id = $2
			AND NOT EXISTS (SELECT 1 FROM project_photo_removals r WHERE r.area_id = p.area_id AND r.photo_id = p.id)
		ORDER BY p.on_day DESC, p.id DESC`, a, of)
}

// PhotoByID is a photo, removed or not; or fault.NotFound.
func PhotoByID(ctx context.Context, tx *db.Tx, a area.ID, of PhotoID) (Photo, error) {
	return db.One(ctx, tx, scanPhoto, `SELECT `+photoColumns+` WHERE p.area_id = $1 AND p.id = $2`, a, of)
}

// PhotoFile is the filing of a photo's picture.
func PhotoFile(ctx context.Context, tx *db.Tx, a area.ID, p Photo) (document.Filing, error) {
	return document.FilingOf(ctx, tx, string(a), p.ID.subject(), p.File)
}
