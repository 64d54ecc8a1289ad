package workshop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/document"
	"commontable/internal/fault"
)

// MostFiles is how many files belong to one record: photos of a wall, a signed
// paper.
const MostFiles = 12

// subject is what the files of a record are filed under.
func (r ID) subject() string { return document.OfWorkshops + string(r) }

// AddFiles adds files to a record: a photo of the wall, with nothing in it of where
// and when it was taken, or a paper that was signed. They may be added to what is
// finished. Sent twice, it counts once.
func (w *Workshops) AddFiles(ctx context.Context, by access.Actor, a area.Area, of ID, form string, sent []document.Sent) error {
	var hashes []string
	for _, s := range sent {
		sum := sha256.Sum256(s.Content)
		hashes = append(hashes, hex.EncodeToString(sum[:]))
	}
	_, err := w.once(ctx, by, form, content("files", a, of, hashes), func(tx *db.Tx) (string, error) {
		return string(of), w.AddFilesIn(ctx, tx, by, a, of, sent)
	})
	return err
}

// AddFilesIn is AddFiles as part of a transaction.
func (w *Workshops) AddFilesIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, of ID, sent []document.Sent) error {
	r, err := ByID(ctx, tx, a.ID, of)
	if err != nil {
		return err
	}
	if !r.SeenBy(by, a) {
		return fault.NotFound
	}
	if err := by.Must(access.KeepRelationships, a.Place()); err != nil {
		return err
	}
	var wrong fault.Invalid
	if len(sent) == 0 {
		wrong.Add("files", "Choose a file")
	}
	for _, s := range sent {
		f, err := document.Examine(s)
		if refusal, refused := errors.AsType[document.Refusal](err); refused {
			wrong.Add("files", s.ShownName()+" "+string(refusal))
			continue
		}
		if err != nil {
			return err
		}
		filing, fresh, err := document.Keep(ctx, tx, w.IDs, document.Filing{Place: string(a.ID), Subject: of.subject(), By: string(by.Person), At: w.Now()}, f)
		if err != nil {
			return err
		}
		if fresh {
			if err := w.record(ctx, tx, by, a, "workshop file", string(of), map[string]string{"file": string(filing.ID), "type": string(filing.Type)}, filing.Name+"\n"+string(filing.Hash)); err != nil {
				return err
			}
		}
	}
	all, err := document.Filings(ctx, tx, string(a.ID), of.subject())
	if err != nil {
		return err
	}
	if len(all) > MostFiles {
		wrong.Add("files", "Twelve files are as many as we keep of one: choose the best")
	}
	return wrong.OrNil()
}

// Files lists the files of a record.
func Files(ctx context.Context, tx *db.Tx, a area.ID, of ID) ([]document.Filing, error) {
	return document.Filings(ctx, tx, string(a), of.subject())
}

// FileOf is one of them, or fault.NotFound.
func FileOf(ctx context.Context, tx *db.Tx, a area.ID, of ID, f document.FilingID) (document.Filing, error) {
	return document.FilingOf(ctx, tx, string(a), of.subject(), f)
}
