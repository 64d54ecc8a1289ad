package share

import (
	"context"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
)

func insertLink(ctx context.Context, tx *db.Tx, l Link, digest []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO share_links (id, digest, kind, programme_id, area_id, subject, contents, for_whom, until_on, made_by, hat_id, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		l.ID, digest, l.Kind, l.Place.Programme, l.Place.Area, l.Subject, strings.Join(l.Contents, " "), l.ForWhom, l.Until, l.MadeBy, l.Hat, l.MadeAt)
	return err
}

func endLink(ctx context.Context, tx *db.Tx, l LinkID, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE share_links SET ended_by = $1, ended_at = $2 WHERE id = $3`, by, at, l)
	return err
}

func countOpening(ctx context.Context, tx *db.Tx, l LinkID, day date.Date) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO share_openings (link_id, opened_on, times) VALUES ($1, $2, 1)
		ON CONFLICT (link_id, opened_on) DO UPDATE SET times = share_openings.times + 1`, l, day)
	return err
}

const linkColumns = `
	l.id, l.kind, l.programme_id, l.area_id, l.subject, l.contents, l.for_whom, l.until_on, l.made_by, l.hat_id, l.made_at,
	COALESCE(l.ended_by, ''), l.ended_at, COALESCE(o.times, 0), o.last_on
	FROM share_links l LEFT JOIN (
		SELECT link_id, CAST(SUM(times) AS BIGINT) AS times, MAX(opened_on) AS last_on FROM share_openings GROUP BY link_id
	) o ON o.link_id = l.id`

func scanLink(r db.Row) (l Link, err error) {
	var contents string
	err = r.Scan(&l.ID, &l.Kind, &l.Place.Programme, &l.Place.Area, &l.Subject, &contents, &l.ForWhom, &l.Until, &l.MadeBy, &l.Hat, &l.MadeAt,
		&l.EndedBy, &l.EndedAt, &l.Times, &l.LastOn)
	l.Contents = strings.Fields(contents)
	return l, err
}

// LinkByID is a link of an area, or fault.NotFound.
func LinkByID(ctx context.Context, tx *db.Tx, area string, l LinkID) (Link, error) {
	return db.One(ctx, tx, scanLink, `SELECT `+linkColumns+` WHERE l.area_id = $1 AND l.id = $2`, area, l)
}

func linkByDigest(ctx context.Context, tx *db.Tx, digest []byte) (Link, error) {
	return db.One(ctx, tx, scanLink, `SELECT `+linkColumns+` WHERE l.digest = $1`, digest)
}

func links(ctx context.Context, tx *db.Tx, area string, k Kind, subject string) ([]Link, error) {
	return db.All(ctx, tx, scanLink, `
		SELECT `+linkColumns+` WHERE l.area_id = $1 AND ($3 = '' OR (l.kind = $2 AND l.subject = $3)) ORDER BY l.made_at DESC, l.id`, area, k, subject)
}

// eachLink reads every link of every area.
func eachLink(ctx context.Context, tx *db.Tx, f func(Link)) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		l, err := scanLink(r)
		f(l)
		return err
	}, `SELECT `+linkColumns)
}
