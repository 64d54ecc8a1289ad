package document_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/document"
	"commontable/internal/fault"
	"commontable/internal/id"
)

var noon = time.Date(2026, 10, 14, 12, 0, 0, 0, time.UTC)

func examined(t *testing.T, name, content string) document.File {
	t.Helper()
	f, err := document.Examine(document.Sent{Name: name, Content: []byte(content)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A file is kept once, whole, under its content, wherever it is filed.
func TestFilesAreKeptByTheirContent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ids := id.Real(time.Now)
		long := examined(t, "long.txt", strings.Repeat("All of it, in parts. ", 40_000))
		file := func(place, subject string, f document.File) (got document.Filing, fresh bool) {
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				got, fresh, err = document.Keep(t.Context(), tx, ids, document.Filing{Place: place, Subject: subject, By: "ann", At: noon}, f)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return got, fresh
		}
		first, fresh := file("reach", "roof", long)
		if !fresh {
			t.Error("the first filing is not fresh")
		}
		if again, fresh := file("reach", "roof", long); fresh || again.ID != first.ID {
			t.Error("the same file was filed twice under one subject")
		}
		if _, fresh := file("heath", "paint", long); !fresh {
			t.Error("the same file elsewhere is a filing of its own")
		}
		var b bytes.Buffer
		if err := document.Send(t.Context(), d, first, &b); err != nil || !bytes.Equal(b.Bytes(), long.Content) {
			t.Errorf("%d bytes came back of %d, %v", b.Len(), len(long.Content), err)
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if n, err := document.Verify(t.Context(), tx, func(bad string) { t.Error(bad) }); n != 1 || err != nil {
				t.Errorf("verified %d files, want 1, %v", n, err)
			}
			uses, err := document.Elsewhere(t.Context(), tx, first)
			if err != nil || len(uses) != 1 || uses[0] != (document.Use{Place: "heath", Subject: "paint"}) {
				t.Errorf("elsewhere: %v, %v", uses, err)
			}
			_, err = document.FilingOf(t.Context(), tx, "heath", "roof", first.ID)
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("asked for in another place: %v, want not found", err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range []string{
			`UPDATE document_parts SET bytes = bytes`, `DELETE FROM document_filings`, `UPDATE documents SET media_type = 'text/html'`,
		} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), statement); return err }); err == nil {
				t.Errorf("%s was let through", statement)
			}
		}
	})
}

func TestAPlaceHasItsRoom(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	ids := id.Real(time.Now)
	put := func(place string, f document.File) error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			_, _, err := document.Keep(t.Context(), tx, ids, document.Filing{Place: place, Subject: "x", By: "ann", At: noon}, f)
			return err
		})
	}
	// As if it were full: a document that says it is as large as the whole room.
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		hash := strings.Repeat("0", 64)
		if _, err := tx.Exec(t.Context(), `INSERT INTO documents (hash, media_type, size, kept_at) VALUES ($1, 'text/plain', $2, $3)`, hash, document.MostPlace, noon); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `INSERT INTO document_filings (place, id, subject, hash, name, filed_by, filed_at) VALUES ('full', '1', 'y', $1, 'n', 'ann', $2)`, hash, noon)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := put("full", examined(t, "a.txt", "one more")); !errors.Is(err, fault.Conflict) {
		t.Errorf("into a full place: %v, want a conflict", err)
	}
	if err := put("empty", examined(t, "a.txt", "one more")); err != nil {
		t.Errorf("into an empty place: %v", err)
	}
}

// What came with a refused form waits for that form and that person, and not
// for ever.
func TestUploadsWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bill := examined(t, "bill.txt", strings.Repeat("Bill. ", 60_000))
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		hold := func(at time.Time) {
			for range 2 { // sent twice
				write(func(tx *db.Tx) error { return document.Hold(t.Context(), tx, "form", "ann", bill, at) })
			}
		}
		take := func(form, by string) (f document.File, err error) {
			err = d.Write(t.Context(), func(tx *db.Tx) (err error) {
				f, err = document.Take(t.Context(), tx, form, by, bill.Hash)
				return err
			})
			return f, err
		}
		hold(noon)
		for _, other := range [][2]string{{"form", "ben"}, {"another form", "ann"}} {
			if _, err := take(other[0], other[1]); !errors.Is(err, fault.NotFound) {
				t.Errorf("taken by %v: %v, want not found", other, err)
			}
		}
		if f, err := take("form", "ann"); err != nil || !bytes.Equal(f.Content, bill.Content) || f.Name != "bill.txt" {
			t.Errorf("taken: %q, %d bytes, %v", f.Name, len(f.Content), err)
		}
		if _, err := take("form", "ann"); !errors.Is(err, fault.NotFound) {
			t.Errorf("taken a second time: %v, want not found", err)
		}
		hold(noon)
		for after, want := range map[time.Duration]int64{23 * time.Hour: 0, 25 * time.Hour: 1} {
			var swept int64
			err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				if swept, err = document.Sweep(t.Context(), tx, noon.Add(after)); err != nil {
					return err
				}
				return errGiveUp
			})
			if !errors.Is(err, errGiveUp) || swept != want {
				t.Errorf("after %v: %d swept, want %d, %v", after, swept, want, err)
			}
		}
	})
}

var errGiveUp = errors.New("give up")
