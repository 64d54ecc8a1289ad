package area

import (
	"context"
	"errors"
	"strings"
	"testing"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
)

func TestADeadlineDoesNotFallInAClosure(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := founded(t, d)
		open, other := place(t, a, "Sandy End"), place(t, a, "Nowhere")
		today := date.Of(noon)
		chair := access.Actor{Person: "denise", Hat: access.Hat{Role: access.Chair, Scope: access.InArea, Place: string(open.ID)}}
		closed := func(from, until int, why string) ClosureID {
			t.Helper()
			n := NewClosure{Form: why, From: today.AddDays(from), Until: today.AddDays(until), Why: " " + why + " "}
			first, err := a.Close(t.Context(), chair, open, n)
			again, errAgain := a.Close(t.Context(), chair, open, n)
			if err != nil || errAgain != nil || first != again {
				t.Fatalf("closed as %s, %s: %v, %v", first, again, err, errAgain)
			}
			return first
		}
		closed(10, 20, "School holidays")
		rest := closed(20, 25, "A rest")
		closed(0, 1, "Today")
		next := func(in Area, day, want int) {
			t.Helper()
			read(t, d, func(tx *db.Tx) error {
				got, err := NextOpenDay(t.Context(), tx, in.ID, today.AddDays(day))
				if err != nil || got != today.AddDays(want) {
					t.Errorf("%s: the next open day after %d is %v, %v; want %v", in.Name, day, got, err, today.AddDays(want))
				}
				isClosed, err := ClosedOn(t.Context(), tx, in.ID, today.AddDays(day))
				if err != nil || isClosed != (day != want) {
					t.Errorf("%s: closed on day %d: %v, %v", in.Name, day, isClosed, err)
				}
				return nil
			})
		}
		next(open, 0, 1)
		next(open, 9, 9)
		next(open, 10, 25)
		next(open, 24, 25)
		next(open, 25, 25)
		next(other, 10, 10)
		if err := a.WithdrawClosure(t.Context(), chair, open, rest, "back"); err != nil {
			t.Fatal(err)
		}
		next(open, 10, 20)
		next(open, 20, 20)

		for what, err := range map[string]error{
			"withdrawn twice":        a.WithdrawClosure(t.Context(), chair, open, rest, "back again"),
			"withdrawn in the wrong": a.WithdrawClosure(t.Context(), operator, other, rest, "elsewhere"),
			"closed by a member": func() error {
				_, err := a.Close(t.Context(), access.Actor{Person: "ravi", Hat: access.Hat{Role: access.Member, Scope: access.InArea, Place: string(open.ID)}}, open, NewClosure{Form: "x"})
				return err
			}(),
		} {
			want := map[string]error{"withdrawn twice": fault.Conflict, "withdrawn in the wrong": fault.NotFound, "closed by a member": fault.Forbidden}[what]
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		for _, change := range []string{`UPDATE area_closures SET why = 'no'`, `DELETE FROM area_closure_withdrawals`} {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), change); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", change, err)
			}
		}
		var bad []string
		read(t, d, func(tx *db.Tx) error { return held(t.Context(), tx, func(s string) { bad = append(bad, s) }) })
		if len(bad) > 0 {
			t.Fatalf("verify: %q", bad)
		}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				INSERT INTO area_closures (area_id, id, from_on, until_on, why, said_by, said_at) SELECT area_id, 'made up', from_on, until_on, why, said_by, said_at FROM area_closures WHERE id = $1`, rest)
			return err
		})
		read(t, d, func(tx *db.Tx) error { return held(t.Context(), tx, func(s string) { bad = append(bad, s) }) })
		if len(bad) != 1 || !strings.Contains(bad[0], "made up") {
			t.Errorf("verify of a closure that nobody said: %q", bad)
		}
	})
}

// held holds closures against history, and counts areas, as commontable verify does.
func held(ctx context.Context, tx *db.Tx, report func(string)) error {
	readers, err := Readers(ctx, tx, report)
	if err != nil {
		return err
	}
	return errors.Join(audit.Tell(ctx, tx, readers...), Verify(ctx, tx, report))
}

func TestAClosureIsARestToCome(t *testing.T) {
	t.Parallel()
	today := date.Must("2026-10-14")
	for name, c := range map[string]struct {
		n    NewClosure
		want []string
	}{
		"nothing":       {NewClosure{}, []string{"from", "until", "why"}},
		"backwards":     {NewClosure{From: date.Must("2026-12-02"), Until: date.Must("2026-12-02"), Why: "A rest"}, []string{"until"}},
		"over":          {NewClosure{From: date.Must("2026-08-01"), Until: date.Must("2026-10-14"), Why: "A rest"}, []string{"until"}},
		"for ever":      {NewClosure{From: date.Must("2026-12-02"), Until: date.Must("2028-12-02"), Why: "A rest"}, []string{"until"}},
		"long winded":   {NewClosure{From: date.Must("2026-12-02"), Until: date.Must("2026-12-12"), Why: strings.Repeat("rest ", 60)}, []string{"why"}},
		"since Monday":  {NewClosure{From: date.Must("2026-10-12"), Until: date.Must("2026-10-15"), Why: "A rest"}, nil},
		"over New Year": {NewClosure{From: date.Must("2026-12-20"), Until: date.Must("2027-01-04"), Why: "Christmas"}, nil},
	} {
		var got []string
		for _, w := range c.n.Check(today) {
			got = append(got, w.Field)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: %q is wrong, want %q", name, got, c.want)
		}
	}
	c := Closure{From: date.Must("2026-08-01"), Until: date.Must("2026-09-01")}
	if got := c.Words(date.Must("2026-08-05")); got != "Closed until 1 September 2026" {
		t.Error(got)
	}
	if got := c.Words(date.Must("2026-07-05")); got != "Closed from 1 August 2026 until 1 September 2026" {
		t.Error(got)
	}
}
