package app

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/demo"
	"commontable/internal/document"
	"commontable/internal/funding"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// Who may ask for what, in one table, to be read in every review that changes
// it. Each cell is what a request is answered before anything is looked up:
// "x" it is tried; "in" sign in first; "403" forbidden; "404" not there for them.
func TestAccessTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	fmt.Fprintf(&b, "%-66s", "route")
	for _, role := range access.Roles() {
		fmt.Fprintf(&b, " %s", column(role))
	}
	b.WriteString("\n")
	for _, route := range RouteTable() {
		fmt.Fprintf(&b, "%-66s", route.Pattern)
		for _, role := range access.Roles() {
			fmt.Fprintf(&b, " %-*s", len(column(role)), mark(route.Answer(actor(role, access.InInstallation, ""))))
		}
		b.WriteString("\n")
	}
	golden(t, "testdata/access.txt", b.String())
}

func column(r access.Role) string {
	if r == access.Nobody {
		return "nobody"
	}
	return string(r)
}

func mark(status int) string {
	switch status {
	case 0:
		return "x"
	case http.StatusSeeOther, http.StatusUnauthorized:
		return "in"
	}
	return fmt.Sprint(status)
}

func actor(role access.Role, scope access.Scope, place string) access.Actor {
	if role == access.Nobody {
		return access.Actor{}
	}
	return access.Actor{Person: access.PersonID("matrix-" + string(role)), Name: "Mat Rix", Title: role.Title(), Hat: access.Hat{Role: role, Scope: scope, Place: place}}
}

// Every route is asked for as every role, twice: in a hat whose place is
// elsewhere, and in one that reaches here. Nobody may change anything by an
// empty form, nothing fails, and what the table turns away is turned away.
func TestEveryRouteAsEveryRole(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	if err := demo.Play(t.Context(), d, demo.What{Areas: 2, Years: 4, Seed: 1, Today: demo.DefaultDay()}, func(int) {}); err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	a, err := New(t.Context(), d, Options{Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelError})), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	var by access.Actor
	server := httptest.NewServer(a.handlerFor(func(*http.Request) (access.Actor, error) { return by, nil }))
	defer server.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		return mail.SendIn(t.Context(), tx, id.Real(time.Now), time.Now(), mail.Message{To: "mat.rix@example.org", Subject: "Hello", Words: []string{"Hello."}})
	}); err != nil {
		t.Fatal(err)
	}
	fill := filler(t, d)
	changes := counter(t, d)
	before, cells := changes(), 0
	for _, route := range a.Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if pattern == "/look-around" || pattern == "/sign-out" {
			continue // they change who is signed in, which the stories look at
		}
		for _, role := range access.Roles() {
			for _, hat := range []access.Actor{actor(role, access.InArea, "elsewhere"), actor(role, access.InInstallation, "")} {
				by = hat
				req, err := http.NewRequestWithContext(t.Context(), method, server.URL+fill(pattern), strings.NewReader(empty(pattern)))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				if web.ForPrograms(pattern) {
					req.Header.Set("Content-Type", "application/json")
				}
				res, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				cells++
				if want := route.Answer(by); want != 0 && res.StatusCode != want {
					t.Errorf("%s as %s: status %d, want %d", route.Pattern, column(role), res.StatusCode, want)
				}
				if res.StatusCode >= 500 {
					t.Errorf("%s as %s in %s: status %d", route.Pattern, column(role), hat.Hat.Scope, res.StatusCode)
				}
				if method != http.MethodGet && res.StatusCode < 400 && res.StatusCode != http.StatusSeeOther {
					t.Errorf("%s as %s: an empty form was answered with %d", route.Pattern, column(role), res.StatusCode)
				}
			}
			if now := changes(); now != before {
				t.Errorf("%s as %s changed something: %s, was %s", route.Pattern, column(role), now, before)
				before = now
			}
		}
	}
	if logged.Len() > 0 {
		t.Errorf("errors were logged:\n%s", logged.String())
	}
	if cells < 1000 {
		t.Errorf("only %d cells were asked", cells)
	}
	t.Logf("%d cells", cells)
}

// empty is a form, or a program's request, in which nothing is said.
func empty(pattern string) string {
	if web.ForPrograms(pattern) {
		return "{}"
	}
	return url.Values{}.Encode()
}

// counter tells whether anything changed: every change writes an event.
func counter(t *testing.T, d *db.DB) func() string {
	t.Helper()
	return func() (sum string) {
		err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			sum, err = db.One(t.Context(), tx, db.Value[string], `
				SELECT CAST((SELECT COUNT(*) FROM audit_events) AS TEXT) || ' events, ' ||
					CAST((SELECT COUNT(*) FROM ledger_entries) AS TEXT) || ' entries, ' ||
					CAST((SELECT COUNT(*) FROM submissions) AS TEXT) || ' submissions'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
}

// filler puts real names and numbers into a pattern, so that what is asked for
// is there.
func filler(t *testing.T, d *db.DB) func(pattern string) string {
	t.Helper()
	parts := map[string]string{}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(t.Context(), tx, "tanners-reach")
		if err != nil {
			return err
		}
		p, err := area.ProgrammeByID(t.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		v, err := plan.Current(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		offers, err := funding.Schedule(t.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		payments, err := funding.PaymentsOn(t.Context(), tx, a.ID, "")
		if err != nil {
			return err
		}
		spends, err := funding.SpendsOn(t.Context(), tx, a.ID, "")
		if err != nil {
			return err
		}
		oldest := payments[len(payments)-1]
		mails, err := mail.Latest(t.Context(), tx, 1, 0)
		if err != nil {
			return err
		}
		var evidence document.Filing
		spend := spends[len(spends)-1]
		for _, s := range spends {
			files, err := document.Filings(t.Context(), tx, string(a.ID), string(s.ID))
			if err != nil {
				return err
			}
			if len(files) > 0 && s.State() == funding.SpendCertified {
				evidence, spend = files[0], s
			}
		}
		parts = map[string]string{
			"mail": string(mails[0].ID),
			"area": a.Slug, "programme": p.Slug, "organisation": "brightwell-homes", "number": "1", "checkpoint": "1",
			"line": string(v.Lines[1].ID), "priority": string(v.Lines[1].Priority), "payment": string(oldest.ID),
			"spend": string(spend.ID), "file": string(evidence.ID), "entry": string(oldest.Release.Entry), "instalment": string(offers[0].Instalments[0].ID),
			"account": "allocated",
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(pattern string) string {
		for name, value := range parts {
			pattern = strings.ReplaceAll(pattern, "{"+name+"}", value)
		}
		if strings.Contains(pattern, "{$}") {
			pattern = strings.ReplaceAll(pattern, "{$}", "")
		}
		if strings.Contains(pattern, "{") {
			t.Errorf("nothing is known to put into %s", pattern)
		}
		return pattern
	}
}
