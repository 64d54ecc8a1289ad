package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A FilingID names a filing.
type FilingID string

// A Filing is a file that belongs to something.
type Filing struct {
	ID      FilingID
	Place   string // in which: an area
	Subject string // to what: the ID of a spend
	Hash    Hash
	Name    string
	Type    Type
	Size    int64
	By      string // the person who filed it
	At      time.Time
}

// ErrFull says that no more is kept in a place.
var ErrFull = fault.New(fault.Conflict, "The files of this area take up all the room there is for them. Ask whoever runs this installation.")

// Keep keeps a file and files it under a subject, in the transaction that calls
// for it. What is filed there already is not filed twice: fresh tells.
func Keep(ctx context.Context, tx *db.Tx, ids *id.Maker, n Filing, f File) (_ Filing, fresh bool, err error) {
	n.Hash, n.Name, n.Type, n.Size = f.Hash, f.Name, f.Type, int64(len(f.Content))
	before, err := byHash(ctx, tx, n.Place, n.Subject, n.Hash)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return before, false, err
	}
	used, err := sizeIn(ctx, tx, n.Place)
	if err != nil {
		return n, false, err
	}
	if used+n.Size > MostPlace {
		return n, false, ErrFull
	}
	if err := keepContent(ctx, tx, f, n.At); err != nil {
		return n, false, fmt.Errorf("keep file: %w", err)
	}
	n.ID = id.New[FilingID](ids)
	if err := insertFiling(ctx, tx, n); err != nil {
		return n, false, fmt.Errorf("file: %w", err)
	}
	return n, true, nil
}

// keepContent keeps a file by its content, once.
func keepContent(ctx context.Context, tx *db.Tx, f File, at time.Time) error {
	there, err := isKept(ctx, tx, f.Hash)
	if err != nil || there {
		return err
	}
	if err := insertDocument(ctx, tx, f, at); err != nil {
		return err
	}
	for i, part := range parts(f.Content) {
		if err := insertPart(ctx, tx, f.Hash, i+1, part); err != nil {
			return err
		}
	}
	return nil
}

// partSize is how much of a file is one row: what is sent at once to who
// downloads it.
const partSize = 256 << 10

func parts(content []byte) (all [][]byte) {
	for len(content) > 0 {
		n := min(len(content), partSize)
		all, content = append(all, content[:n]), content[n:]
	}
	return all
}

// Send writes a file to w, part by part. No transaction is held meanwhile: what
// is kept does not change.
func Send(ctx context.Context, d *db.DB, f Filing, w io.Writer) error {
	for number := int64(1); (number-1)*partSize < f.Size; number++ {
		var part []byte
		err := d.Read(ctx, func(tx *db.Tx) (err error) {
			part, err = partOf(ctx, tx, f.Hash, number)
			return err
		})
		if err != nil {
			return fmt.Errorf("read file: %w", err)
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// ContentIn is all of a file, for what cannot be sent part by part.
func ContentIn(ctx context.Context, tx *db.Tx, f Filing) ([]byte, error) {
	content := make([]byte, 0, f.Size)
	for number := int64(1); (number-1)*partSize < f.Size; number++ {
		part, err := partOf(ctx, tx, f.Hash, number)
		if err != nil {
			return nil, fmt.Errorf("read file: %w", err)
		}
		content = append(content, part...)
	}
	return content, nil
}

// An Upload is a file that was sent with a form that was refused. It waits for
// the form to be sent again.
type Upload struct {
	Hash Hash
	Name string
	Type Type
	Size int64
}

// Hold keeps a file until its form is sent again, or a day at most. It is
// that person's and that form's alone. A person who lets too much wait is told.
func Hold(ctx context.Context, tx *db.Tx, form, by string, f File, at time.Time) error {
	held, err := heldSize(ctx, tx, by)
	if err != nil {
		return err
	}
	if held+int64(len(f.Content)) > MostHeld {
		return fault.New(fault.Conflict, "Many files wait of forms that you did not send. Send those, or wait a day.")
	}
	fresh, err := insertUpload(ctx, tx, form, by, f, at)
	if err != nil || !fresh {
		return err
	}
	for i, part := range parts(f.Content) {
		if err := insertUploadPart(ctx, tx, form, by, f.Hash, i+1, part); err != nil {
			return err
		}
	}
	return nil
}

// Take gives a file that waits, and lets it wait no longer; fault.NotFound where
// none does.
func Take(ctx context.Context, tx *db.Tx, form, by string, h Hash) (File, error) {
	u, err := upload(ctx, tx, form, by, h)
	if err != nil {
		return File{}, err
	}
	f := File{Name: u.Name, Type: u.Type, Hash: u.Hash, Content: make([]byte, 0, u.Size)}
	all, err := uploadParts(ctx, tx, form, by, h)
	if err != nil {
		return File{}, err
	}
	for _, part := range all {
		f.Content = append(f.Content, part...)
	}
	return f, dropUpload(ctx, tx, form, by, h)
}

// Waits is how long an upload waits for its form.
const Waits = 24 * time.Hour

// Sweep removes the uploads whose form was not sent again in time, and tells
// how many.
func Sweep(ctx context.Context, tx *db.Tx, now time.Time) (int64, error) {
	return dropUploadsBefore(ctx, tx, now.Add(-Waits))
}
