package relationship

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/organisation"
	"commontable/internal/person"
)

// An OwnView is what was chosen for one officer who has an account: parts of their
// own, more or fewer than every officer of the body sees, or none; or that they see
// what every officer does.
type OwnView struct {
	Person   access.PersonID
	Number   int64
	Own      bool
	Contents []string
	Until    date.Date // the last day on which it holds; no day until something else is chosen
	By       access.PersonID
	At       time.Time
}

// Holds reports whether an officer sees parts of their own on a day. After its last
// day they see what every officer does.
func (v OwnView) Holds(day date.Date) bool {
	return v.Own && (v.Until.IsZero() || !day.After(v.Until))
}

// NewOwnView is what one officer is to see from now on.
type NewOwnView struct {
	Form     string
	Person   access.PersonID
	Own      bool // parts of their own
	AsOthers bool // or what every officer sees
	Contents []string
	Nothing  bool // said so, and not only left empty
	Until    date.Date
}

// Officers lists who has an account as an officer of a body on a day, by name.
func Officers(ctx context.Context, tx *db.Tx, body organisation.ID, day date.Date) ([]person.Wearer, error) {
	all, err := person.Wearers(ctx, tx, access.AgencyOfficer, access.InOrganisation, string(body), day)
	if err != nil {
		return nil, fmt.Errorf("officers: %w", err)
	}
	// Who wears two such hats is one reader.
	return slices.CompactFunc(all, func(a, b person.Wearer) bool { return a.Person.ID == b.Person.ID }), nil
}

// ShowOfficer says what one officer with an account sees of a relationship. Sent
// twice, it counts once.
func (r *Relationships) ShowOfficer(ctx context.Context, by access.Actor, a area.Area, of ID, n NewOwnView) error {
	_, err := r.once(ctx, by, n.Form, content("own view", a, of, n), func(tx *db.Tx) (string, error) {
		return string(of), r.ShowOfficerIn(ctx, tx, by, a, of, n)
	})
	return err
}

// ShowOfficerIn is ShowOfficer as part of a transaction.
func (r *Relationships) ShowOfficerIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, n NewOwnView) error {
	one, err := r.mayKeep(ctx, tx, by, a, of)
	if err != nil {
		return err
	}
	if err := by.Must(access.ShareOutside, a.Place()); err != nil {
		return err
	}
	officers, err := Officers(ctx, tx, one.Body, r.today())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(officers, func(w person.Wearer) bool { return w.Person.ID == n.Person }) {
		return fault.NotFound
	}
	if n.Own == n.AsOthers {
		return fault.Invalid{{Field: "own", Words: "Choose what they see"}}
	}
	v := OwnView{Person: n.Person, Own: n.Own}
	if n.Own {
		v.Contents, v.Until = inOrder(n.Contents), n.Until
		var wrong fault.Invalid
		if n.Nothing == (len(v.Contents) > 0) {
			wrong.Add("contents", "Tick what they can see, or “Nothing”")
		}
		if !n.Until.IsZero() && n.Until.Before(r.today()) {
			wrong.Add("until", "Enter the last day on which this holds: today or later, or leave it empty")
		}
		if err := wrong.OrNil(); err != nil {
			return err
		}
	}
	was, err := OwnViewOf(ctx, tx, a.ID, of, n.Person)
	if err != nil {
		return err
	}
	if !n.Own && !was.Own {
		return nil // it is so already
	}
	v.Number = was.Number + 1
	return r.showOne(ctx, tx, by, a, of, v)
}

func (r *Relationships) showOne(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, v OwnView) error {
	contents := strings.Join(v.Contents, " ")
	if _, err := tx.Exec(ctx, `
		INSERT INTO relationship_person_views (area_id, relationship_id, person_id, number, own, contents, until_on, noted_by, noted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, of, v.Person, v.Number, v.Own, contents, v.Until, by.Person, r.Now()); err != nil {
		return fmt.Errorf("insert own view: %w", err)
	}
	return r.record(ctx, tx, by, a, "relationship shown to one", string(of), map[string]string{
		"officer": string(v.Person), "number": strconv.FormatInt(v.Number, 10), "own": strconv.FormatBool(v.Own), "contents": contents, "until": v.Until.String(),
	}, "")
}

const ownViewColumns = `person_id, number, own, contents, until_on, noted_by, noted_at FROM relationship_person_views`

func scanOwnView(r db.Row) (v OwnView, err error) {
	var contents string
	err = r.Scan(&v.Person, &v.Number, &v.Own, &contents, &v.Until, &v.By, &v.At)
	v.Contents = strings.Fields(contents)
	return v, err
}

// OwnViewOf is what was chosen last for one officer; nothing of their own where
// nothing was.
func OwnViewOf(ctx context.Context, tx *db.Tx, a area.ID, of ID, who access.PersonID) (OwnView, error) {
	v, err := db.One(ctx, tx, scanOwnView, `SELECT `+ownViewColumns+` WHERE area_id = $1 AND relationship_id = $2 AND person_id = $3 ORDER BY number DESC LIMIT 1`, a, of, who)
	if errors.Is(err, fault.NotFound) {
		return OwnView{Person: who}, nil
	}
	return v, err
}

// OwnViews lists what was ever chosen for single officers, in the order in which it
// was.
func OwnViews(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]OwnView, error) {
	all, err := db.All(ctx, tx, scanOwnView, `SELECT `+ownViewColumns+` WHERE area_id = $1 AND relationship_id = $2 ORDER BY noted_at, person_id, number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("own views: %w", err)
	}
	return all, nil
}

// Views lists what was ever chosen for every officer of the body, in the order in
// which it was.
func Views(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]View, error) {
	all, err := db.All(ctx, tx, scanView, `SELECT `+viewColumns+` WHERE area_id = $1 AND relationship_id = $2 ORDER BY number`, a, of)
	if err != nil {
		return nil, fmt.Errorf("views: %w", err)
	}
	return all, nil
}

// ContentsFor is what one officer with an account sees of a relationship on a day.
func ContentsFor(ctx context.Context, tx *db.Tx, a area.ID, of ID, who access.PersonID, day date.Date) ([]string, error) {
	own, err := OwnViewOf(ctx, tx, a, of, who)
	if err != nil || own.Holds(day) {
		return own.Contents, err
	}
	v, err := ViewOf(ctx, tx, a, of)
	return v.Contents, err
}

// A Shown is a relationship of which an officer sees something.
type Shown struct {
	Relationship

	Contents []string
}

// ShownTo lists the relationships with a body of which one of its officers sees
// something on a day, in the order in which they were added.
func ShownTo(ctx context.Context, tx *db.Tx, body organisation.ID, who access.PersonID, day date.Date) (shown []Shown, err error) {
	all, err := db.All(ctx, tx, scanRelationship, `
		SELECT `+relationshipColumns+` AND v.body_id = $1 AND m.into_id IS NULL AND (
			EXISTS (SELECT 1 FROM relationship_views w WHERE w.area_id = v.area_id AND w.relationship_id = v.relationship_id AND length(w.contents) > 0)
			OR EXISTS (SELECT 1 FROM relationship_person_views o WHERE o.area_id = v.area_id AND o.relationship_id = v.relationship_id AND o.person_id = $2))
		ORDER BY v.relationship_id`, body, who)
	if err != nil {
		return nil, fmt.Errorf("relationships shown: %w", err)
	}
	for _, one := range all {
		contents, err := ContentsFor(ctx, tx, one.Area, one.ID, who, day)
		if err != nil {
			return nil, err
		}
		if len(contents) > 0 {
			shown = append(shown, Shown{one, contents})
		}
	}
	return shown, nil
}
