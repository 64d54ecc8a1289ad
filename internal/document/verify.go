package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"commontable/internal/db"
)

// OfWorkshops is how the subjects begin under which workshops file. What has no
// such beginning is evidence of a spend, under the spend's own number.
const OfWorkshops = "workshop:"

// forgotten says of a document that all it was filed under let it be forgotten.
const forgotten = `
	EXISTS (SELECT 1 FROM document_forgettings g WHERE g.hash = d.hash)
	AND NOT EXISTS (SELECT 1 FROM document_filings f WHERE f.hash = d.hash
		AND NOT EXISTS (SELECT 1 FROM document_forgettings g WHERE g.place = f.place AND g.id = f.id))`

// Verify reads every file that is kept and holds it against its hash, and
// reports every one that is not what it was. It tells how many there are.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) (files int64, err error) {
	at, size, next := Hash(""), int64(0), int64(1)
	var sum hash.Hash
	end := func() {
		if sum != nil && (hex.EncodeToString(sum.Sum(nil)) != string(at) || size != 0) {
			report(fmt.Sprintf("file %s: what is kept is not what was sent", at))
		}
	}
	err = db.Each(ctx, tx, func(r db.Row) error {
		var h Hash
		var whole, number int64
		var part []byte
		if err := r.Scan(&h, &whole, &number, &part); err != nil {
			return err
		}
		if h != at {
			end()
			at, size, next, sum = h, whole, 1, sha256.New()
			files++
		}
		if number != next {
			report(fmt.Sprintf("file %s: part %d is missing", h, next))
		}
		next = number + 1
		size -= int64(len(part))
		sum.Write(part)
		return nil
	}, `
		SELECT d.hash, d.size, COALESCE(p.number, 0), p.bytes FROM documents d
		LEFT JOIN document_parts p ON p.hash = d.hash WHERE NOT (`+forgotten+`) ORDER BY d.hash, p.number`)
	if err != nil {
		return files, err
	}
	end()
	return files, db.Each(ctx, tx, func(r db.Row) error {
		h, err := db.Value[Hash](r)
		report(fmt.Sprintf("file %s: it was forgotten, and is still here", h))
		return err
	}, `SELECT d.hash FROM documents d WHERE `+forgotten+` AND EXISTS (SELECT 1 FROM document_parts p WHERE p.hash = d.hash) ORDER BY d.hash`)
}
