package demo

import (
	"testing"

	"commontable/internal/db/dbtest"
	"commontable/internal/db"
)

func TestPlay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := Play(t.Context(), d, What{Areas: 3, Years: 3, Seed: 1, Today: DefaultDay()}, func(int) {}); err != nil {
			t.Fatal(err)
		}
	})
}
