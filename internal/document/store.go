package document

import (
	"context"
	"time"

	"commontable/internal/db"
)

func isKept(ctx context.Context, tx *db.Tx, h Hash) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `SELECT COUNT(*) FROM documents WHERE hash = $1 AND EXISTS (SELECT 1 FROM document_parts p WHERE p.hash = $1)`, h)
	return n > 0, err
}

// insertDocument says that there is a file; it may have been there and be forgotten.
func insertDocument(ctx context.Context, tx *db.Tx, f File, at time.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO documents (hash, media_type, size, kept_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (hash) DO NOTHING`, f.Hash, f.Type, int64(len(f.Content)), at)
	return err
}

func insertPart(ctx context.Context, tx *db.Tx, h Hash, number int, part []byte) error {
	_, err := tx.Exec(ctx, `INSERT INTO document_parts (hash, number, bytes) VALUES ($1, $2, $3)`, h, number, part)
	return err
}

func partOf(ctx context.Context, tx *db.Tx, h Hash, number int64) ([]byte, error) {
	return db.One(ctx, tx, db.Value[[]byte], `SELECT bytes FROM document_parts WHERE hash = $1 AND number = $2`, h, number)
}

func insertFiling(ctx context.Context, tx *db.Tx, n Filing) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO document_filings (place, id, subject, hash, name, filed_by, filed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		n.Place, n.ID, n.Subject, n.Hash, n.Name, n.By, n.At)
	return err
}

func sizeIn(ctx context.Context, tx *db.Tx, place string) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT CAST(COALESCE(SUM(d.size), 0) AS BIGINT) FROM document_filings f JOIN documents d ON d.hash = f.hash WHERE f.place = $1
			AND NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.place = f.place AND g.id = f.id)`, place)
}

const filingColumns = `
	f.place, f.id, f.subject, f.hash, f.name, d.media_type, d.size, f.filed_by, f.filed_at
	FROM document_filings f JOIN documents d ON d.hash = f.hash`

func scanFiling(r db.Row) (f Filing, err error) {
	return f, r.Scan(&f.Place, &f.ID, &f.Subject, &f.Hash, &f.Name, &f.Type, &f.Size, &f.By, &f.At)
}

// Filings lists what is filed under a subject, oldest first.
func Filings(ctx context.Context, tx *db.Tx, place, subject string) ([]Filing, error) {
	return db.All(ctx, tx, scanFiling, `
		SELECT `+filingColumns+` WHERE f.place = $1 AND f.subject = $2 ORDER BY f.filed_at, f.id`, place, subject)
}

// FilingOf is one filing, or fault.NotFound.
func FilingOf(ctx context.Context, tx *db.Tx, place, subject string, fid FilingID) (Filing, error) {
	return db.One(ctx, tx, scanFiling, `
		SELECT `+filingColumns+` WHERE f.place = $1 AND f.subject = $2 AND f.id = $3`, place, subject, fid)
}

func byHash(ctx context.Context, tx *db.Tx, place, subject string, h Hash) (Filing, error) {
	return db.One(ctx, tx, scanFiling, `
		SELECT `+filingColumns+` WHERE f.place = $1 AND f.subject = $2 AND f.hash = $3`, place, subject, h)
}

// A Use is a place and a subject that a file is filed under.
type Use struct{ Place, Subject string }

// Elsewhere lists what else a file is filed under, in the whole installation.
func Elsewhere(ctx context.Context, tx *db.Tx, f Filing) ([]Use, error) {
	return db.All(ctx, tx, func(r db.Row) (u Use, err error) { return u, r.Scan(&u.Place, &u.Subject) }, `
		SELECT place, subject FROM document_filings WHERE hash = $1 AND NOT (place = $2 AND subject = $3) ORDER BY place, subject`,
		f.Hash, f.Place, f.Subject)
}

// EachFiling calls f for every filing there is, by place and subject.
func EachFiling(ctx context.Context, tx *db.Tx, f func(Filing) error) error {
	return db.Each(ctx, tx, func(r db.Row) error {
		one, err := scanFiling(r)
		if err != nil {
			return err
		}
		return f(one)
	}, `SELECT `+filingColumns+` ORDER BY f.place, f.subject, f.hash`)
}

func heldSize(ctx context.Context, tx *db.Tx, by string) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `
		SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM document_uploads WHERE person_id = $1`, by)
}

func insertUpload(ctx context.Context, tx *db.Tx, form, by string, f File, at time.Time) (fresh bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO document_uploads (form, person_id, hash, name, media_type, size, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (form, person_id, hash) DO NOTHING`, form, by, f.Hash, f.Name, f.Type, int64(len(f.Content)), at)
	return n > 0, err
}

func insertUploadPart(ctx context.Context, tx *db.Tx, form, by string, h Hash, number int, part []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO document_upload_parts (form, person_id, hash, number, bytes) VALUES ($1, $2, $3, $4, $5)`, form, by, h, number, part)
	return err
}

func scanUpload(r db.Row) (u Upload, err error) { return u, r.Scan(&u.Hash, &u.Name, &u.Type, &u.Size) }

// Held lists the files that wait for a person's form to be sent again.
func Held(ctx context.Context, tx *db.Tx, form, by string) ([]Upload, error) {
	return db.All(ctx, tx, scanUpload, `
		SELECT hash, name, media_type, size FROM document_uploads WHERE form = $1 AND person_id = $2 ORDER BY sent_at, name, hash`, form, by)
}

func upload(ctx context.Context, tx *db.Tx, form, by string, h Hash) (Upload, error) {
	return db.One(ctx, tx, scanUpload, `
		SELECT hash, name, media_type, size FROM document_uploads WHERE form = $1 AND person_id = $2 AND hash = $3`, form, by, h)
}

func uploadParts(ctx context.Context, tx *db.Tx, form, by string, h Hash) ([][]byte, error) {
	return db.All(ctx, tx, db.Value[[]byte], `
		SELECT bytes FROM document_upload_parts WHERE form = $1 AND person_id = $2 AND hash = $3 ORDER BY number`, form, by, h)
}

func dropUpload(ctx context.Context, tx *db.Tx, form, by string, h Hash) error {
	if _, err := tx.Exec(ctx, `
		DELETE FROM document_upload_parts WHERE form = $1 AND person_id = $2 AND hash = $3`, form, by, h); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM document_uploads WHERE form = $1 AND person_id = $2 AND hash = $3`, form, by, h)
	return err
}

func dropUploadsBefore(ctx context.Context, tx *db.Tx, before time.Time) (int64, error) {
	if _, err := tx.Exec(ctx, `
		DELETE FROM document_upload_parts WHERE EXISTS (SELECT 1 FROM document_uploads u
			WHERE u.form = document_upload_parts.form AND u.person_id = document_upload_parts.person_id
				AND u.hash = document_upload_parts.hash AND u.sent_at < $1)`, before); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM document_uploads WHERE sent_at < $1`, before)
}
