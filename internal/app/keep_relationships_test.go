package app

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/relationship"
)

// What a partnership publishes of who it works with stands on its kept page at once,
// and is gone from it as soon as it takes it back; nothing else of it stands there.
func TestAPublishedLineChangesTheKeptPage(t *testing.T) {
	t.Parallel()
	h := small(t)
	d := h.db
	i, latest, err := installation(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	now := goesOnFrom(i, latest, time.Now)
	all := &relationship.Relationships{DB: d, IDs: id.Real(now), Now: now}
	var a area.Area
	var lines []relationship.Published
	var entry relationship.EntryID
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		if a, err = area.BySlug(t.Context(), tx, "tanners-reach"); err != nil {
			return err
		}
		if lines, err = relationship.PublishedLines(t.Context(), tx, a.ID, 1); err != nil || len(lines) == 0 {
			return err
		}
		entries, err := relationship.Entries(t.Context(), tx, a.ID, lines[0].Relationship)
		for _, e := range entries {
			if e.Words == lines[0].Words {
				entry = e.ID
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(lines) == 0 {
		t.Fatal("the demonstration publishes nothing of who it works with")
	}
	for n, seen := range []relationship.Seen{relationship.SeenPublic, relationship.SeenByUs, relationship.SeenPublic} {
		if err := all.ShowEntry(t.Context(), access.System("test"), a, entry, seen, "form "+strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
		res, page := h.asked("/areas/tanners-reach")
		if has := strings.Contains(page, lines[0].Words); res.StatusCode != http.StatusOK || has != (seen == relationship.SeenPublic) {
			t.Errorf("read by %s: status %d, on the page: %t", seen, res.StatusCode, has)
		}
	}
}
