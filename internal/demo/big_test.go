package demo

import (
	"os"
	"testing"
	"time"
	"fmt"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/ledger"
	"commontable/internal/funding"
	"commontable/internal/audit"
	"commontable/internal/area"
)

func TestBig(t *testing.T) {
	if os.Getenv("BIG")=="" { t.Skip() }
	d := dbtest.Open(t, "sqlite:/tmp/big.db")
	d.Migrate(t.Context())
	s := time.Now()
	if err := Play(t.Context(), d, What{Areas: 150, Years: 12, Seed: 1, Today: DefaultDay()}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	fmt.Println("played", time.Since(s)); s = time.Now()
	d.Read(t.Context(), func(tx *db.Tx) error {
		n, err := ledger.Verify(t.Context(), tx, func(s string){ fmt.Println(s) })
		fmt.Println(n, err, time.Since(s))
		fmt.Println(funding.Verify(t.Context(), tx, func(s string){ fmt.Println(s) }), time.Since(s))
		m, err := audit.Verify(t.Context(), tx, func(s string){ fmt.Println(s) })
		fmt.Println(m, err, time.Since(s))
		ps, _ := area.Programmes(t.Context(), tx)
		mm, _ := funding.ProgrammeMoney(t.Context(), tx, ps[0].ID)
		fmt.Println(mm)
		all, _ := funding.MoneyOfAreas(t.Context(), tx, ps[0].ID)
		as, _ := area.All(t.Context(), tx, ps[0].ID)
		for i, a := range as { if i < 20 || a.Name=="Tanners Reach" { fmt.Println(a.Name, all[a.ID], all[a.ID].ShareSpent(), all[a.ID].Held().Whole()) } }
		return nil
	})
}
