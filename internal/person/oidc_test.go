package person_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/person"
)

func TestAnAccountIsLinkedToAPerson(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), world(t, d)
		people := &person.People{DB: d, IDs: id.Real(time.Now), Now: w.People.Now}
		var kim person.Person
		write(t, d, func(tx *db.Tx) (err error) {
			kim, err = people.AddIn(ctx, tx, operator, person.New{Name: "Kim", Email: "kim@example.org"})
			return err
		})
		account := person.Account{Issuer: "https://login.example.org", Subject: "one", Email: " Kim@Example.ORG ", Verified: true}
		by := func(change func(*person.Account), want access.PersonID, words string) {
			t.Helper()
			a := account
			if change != nil {
				change(&a)
			}
			got, err := people.ByAccount(ctx, a)
			if got != want || (err == nil) != (words == "") || !strings.Contains(fault.Public(err), words) || err != nil && !errors.Is(err, fault.Forbidden) {
				t.Errorf("%+v is %q, %v; want %q, %q", a, got, err, want, words)
			}
		}
		by(func(a *person.Account) { a.Verified = false }, "", "not told us")
		by(func(a *person.Account) { a.Email = "" }, "", "not told us")
		by(func(a *person.Account) { a.Email = "never@example.org" }, "", "do not know this address")
		by(func(a *person.Account) { a.Email = "\u212aim@example.org" }, "", "do not know this address") // the sign for kelvin, whose small letter is a k
		by(nil, kim.ID, "")
		by(func(a *person.Account) { a.Email = "other@example.org" }, kim.ID, "")
		by(func(a *person.Account) { a.Verified = false }, "", "not told us")
		by(func(a *person.Account) { a.Subject = "two" }, "", "from another account")
		by(func(a *person.Account) { a.Issuer, a.Subject = "https://other.example.org", "two" }, kim.ID, "")
		if who, err := people.ByAccount(ctx, person.Account{Issuer: "https://login.example.org", Email: "kim@example.org", Verified: true}); err == nil {
			t.Errorf("an account without a subject is %q", who)
		}

		// The address was mistyped, and is a stranger’s: the link goes with it.
		write(t, d, func(tx *db.Tx) error {
			return people.ChangeIn(ctx, tx, operator, kim.ID, person.New{Name: "Kim", Email: "kim.right@example.org"})
		})
		by(nil, "", "do not know this address")
		by(func(a *person.Account) { a.Subject, a.Email = "two", "kim.right@example.org" }, kim.ID, "")
	})
}

// Of many that come first at once, all come in, and one link is made.
func TestAnAccountIsLinkedOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, w := t.Context(), world(t, d)
		people := &person.People{DB: d, IDs: id.Real(time.Now), Now: w.People.Now}
		write(t, d, func(tx *db.Tx) error {
			_, err := people.AddIn(ctx, tx, operator, person.New{Name: "Kim", Email: "kim@example.org"})
			return err
		})
		came := make(chan access.PersonID)
		for range 6 {
			go func() {
				who, _ := people.ByAccount(ctx, person.Account{Issuer: "https://login.example.org", Subject: "one", Email: "kim@example.org", Verified: true})
				came <- who
			}()
		}
		in := 0
		for range 6 {
			if <-came != "" {
				in++
			}
		}
		write(t, d, func(tx *db.Tx) error {
			links, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM oidc_links`)
			if links != 1 || in != 6 {
				t.Errorf("%d came in, %d links; want 6 and 1", in, links)
			}
			return err
		})
	})
}
