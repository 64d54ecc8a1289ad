package area

import (
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// What kind of place an area is, is said in the words that all areas share (V41): in
// any order and any letters, once each; another word is refused with the list, and a
// file that does not tell it leaves it as it was.
func TestAnAreaIsOfAKindThatAllShare(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		p := programme(t, a, PrideInPlace)
		const heads = "place_name,lead_la_name,setting\n"
		r := importText(t, a, p.Slug, heads+"Selby,North Yorkshire,leafy\n", false)
		if len(r.Faults) != 1 || !strings.Contains(r.Faults[0].Words, "market town") {
			t.Errorf("a word of their own: %+v", r.Faults)
		}
		importText(t, a, p.Slug, heads+"Selby,North Yorkshire,small town;  COASTAL ; Small town\nFox Hollies,Birmingham,\n", false)
		importText(t, a, p.Slug, "place_name,lead_la_name,wave\nSelby,North Yorkshire,2\n", false)
		read(t, d, func(tx *db.Tx) error {
			selby, err := BySlug(t.Context(), tx, "selby")
			want(t, "Selby", strings.Join(selby.Settings(), ", ")+" of wave "+selby.Wave, "coastal, small town of wave 2")
			if err != nil {
				return err
			}
			hollies, err := BySlug(t.Context(), tx, "fox-hollies")
			if len(hollies.Settings()) != 0 {
				t.Errorf("nobody said what Fox Hollies is: %v", hollies.Settings())
			}
			return err
		})
	})
}
