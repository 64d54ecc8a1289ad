package plan_test

import (
	"errors"
	"testing"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/money"
	"commontable/internal/plan"
)

// A line of which nothing tells the theme is saved without one, adopted, paid for and
// spent on; whoever looks after themes puts it under one later, beside the plan that
// stays as it was adopted, and what was spent on it follows.
func TestALineIsPutUnderAThemeLater(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		w := world(t, d)
		p := w.Tanners
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Allocate(ctx, p, money.Pounds(1_000)))
		odd := plan.NewLine{Priority: "Qx", Name: "Zzyzx", Budget: money.Pounds(400)}
		lines, err := w.Adopt(ctx, p, odd, plan.NewLine{Priority: "Green", Name: "Benches", Theme: "green-spaces", Budget: money.Pounds(400)})
		must(err)
		line := lines["Qx/Zzyzx"]
		must(w.Hold(ctx, p))
		o, err := w.Offer(ctx, p, 0, funding.NewInstalment{DueOn: w.Today(), Line: line, Amount: money.Pounds(300)})
		must(err)
		_, err = w.Pay(ctx, p, o.Instalments[0].ID)
		must(err)
		_, err = w.Spend(ctx, p, line, money.Pence(12_345))
		must(err)
		own, err := w.Spend(ctx, p, line, money.Pence(1_000)) // under a theme of its own
		must(err)
		must(w.Funding.RecodeSpend(ctx, p.Approver, p.Area, own, funding.NewRecoding{Form: w.Form(), Theme: "sport", Reason: "It was for the match"}))

		digest := func() (is string) {
			must(d.Read(ctx, func(tx *db.Tx) error {
				v, err := plan.Current(ctx, tx, p.Area.ID)
				if err != nil {
					return err
				}
				is, err = v.Digest()
				return err
			}))
			return is
		}
		spent := func() map[string]int64 {
			all := map[string]int64{}
			must(d.Read(ctx, func(tx *db.Tx) error {
				themes, err := funding.SpentByTheme(ctx, tx, p.Area.ID)
				for _, x := range themes {
					all[x.Theme] = x.Spent.Minor()
				}
				return err
			}))
			return all
		}
		waits := func() (n int) {
			must(d.Read(ctx, func(tx *db.Tx) error {
				left, err := plan.ToCode(ctx, tx, p.Area.ID)
				n = len(left)
				return err
			}))
			return n
		}
		before := digest()
		if got := spent(); got[""] != 12_345 || got["sport"] != 1_000 || waits() != 1 {
			t.Errorf("before it is put under one: %v, and %d wait", got, waits())
		}

		var worker access.Actor
		must(d.Write(ctx, func(tx *db.Tx) (err error) {
			worker, err = w.PersonIn(ctx, tx, "Wyn", access.Worker, access.InArea, string(p.Area.ID))
			return err
		}))
		code := func(by access.Actor, theme, why string) error {
			return w.Plans.CodeLine(ctx, by, p.Area, plan.NewCoding{Form: string(w.Form()), Line: line, Theme: theme, Why: why})
		}
		if err := code(p.Chair, "transport", ""); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the chair put it under a theme: %v", err)
		}
		if err := code(w.Millbrook.Chair, "transport", ""); !errors.Is(err, fault.Forbidden) {
			t.Errorf("somebody of another area put it under a theme: %v", err)
		}
		wrong := func(err error, field string) {
			t.Helper()
			if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For(field) == "" {
				t.Errorf("%v, want something wrong with %s", err, field)
			}
		}
		wrong(code(worker, "nothing", ""), "theme")
		form := string(w.Form())
		for range 2 { // sent twice, it counts once
			must(w.Plans.CodeLine(ctx, worker, p.Area, plan.NewCoding{Form: form, Line: line, Theme: "transport"}))
		}
		wrong(code(worker, "transport", "x"), "theme")
		wrong(code(w.Farah, "housing", ""), "why") // what was said before is corrected with a reason
		if got := spent(); got["transport"] != 12_345 || got["sport"] != 1_000 || got[""] != 0 || waits() != 0 {
			t.Errorf("after it: %v, and %d wait", got, waits())
		}
		must(code(w.Farah, "housing", "It is for the flats"))
		if got := spent(); got["housing"] != 12_345 || got["sport"] != 1_000 || got["transport"] != 0 {
			t.Errorf("after it was corrected: %v", got)
		}
		if digest() != before {
			t.Error("the plan that was adopted says something else now")
		}
		must(d.Read(ctx, func(tx *db.Tx) error {
			l, err := plan.LineByID(ctx, tx, p.Area.ID, line)
			told, errTold := plan.Codings(ctx, tx, p.Area.ID, line)
			must(errTold)
			if l.ThemeNow() != "housing" || l.Theme != "" || len(told) != 2 || told[0].By != worker.Person || told[1].Why != "It is for the flats" {
				t.Errorf("the line is %+v, told %+v", l, told)
			}
			return err
		}))

		// The next plan has the line as it is, and may put another under a theme.
		_, err = w.Adopt(ctx, p, odd, plan.NewLine{Priority: "Qy", Name: "Zzyzy", Budget: money.Pounds(1)})
		must(err)
		_, err = w.Adopt(ctx, p, plan.NewLine{Priority: "Qx", Name: "Zzyzx", Theme: "housing", Budget: money.Pounds(400)}, plan.NewLine{Priority: "Qy", Name: "Zzyzy", Theme: "digital", Budget: money.Pounds(1)})
		must(err)
		if waits() != 0 {
			t.Error("a theme that was chosen with the next plan is not kept")
		}
		wrong(func() error {
			_, err := w.Plans.Write(ctx, p.Chair, p.Area, plan.NewVersion{Form: string(w.Form()), FromYear: 2026, UntilYear: 2028, Lines: []plan.NewLine{{Priority: "Qx", Name: "Zzyzx", Theme: "sport", Budget: money.Pounds(400)}}})
			return err
		}(), "theme-1")
		if bad := verified(t, d); len(bad) > 0 {
			t.Errorf("verify: %v", bad)
		}
		for _, engine := range []string{`UPDATE line_codings SET theme = 'sport'`, `DELETE FROM line_codings`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, engine); return err }); err == nil {
				t.Errorf("%s is allowed", engine)
			}
		}
	})
}
