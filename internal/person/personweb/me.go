package personweb

import (
	"errors"
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

type meData struct {
	web.Shell
	Facts   []web.Fact
	Looks   bool // around a demonstration, and is signed in nowhere
	SignIns web.Table
	Others  bool // there are other places than this
}

// me shows somebody what is known of them, and where they are signed in.
func (p pages) me(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := meData{Shell: p.site.Shell(r, by, "You"), Looks: p.site.Sessions.GetBool(r.Context(), sessionLooks)}
	d.NoIndex = true
	here := p.signInHere(r)
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		who, err := person.ByID(r.Context(), tx, by.Person)
		if err != nil {
			return err
		}
		d.Facts = []web.Fact{{Term: "Name", Value: who.Name}, {Term: "Email address", Value: who.Email}}
		if who.Email == "" {
			d.Facts[1].Value = "None: you sign in with a printed code"
		}
		keys, err := person.PasskeysOf(r.Context(), tx, by.Person)
		if err != nil {
			return err
		}
		d.Facts = append(d.Facts, web.Fact{Term: "Passkeys", Value: howMany(len(keys)), Href: "/passkeys"})
		if by.Holds(access.RestorePasskey) {
			d.Facts = append(d.Facts, web.Fact{Term: "Others’ lost passkeys", Value: "See who asks for a new one", Href: "/recoveries"})
		}
		d.Facts = append(d.Facts, web.Fact{Term: "Reminders", Value: "How we remind you", Href: "/me/reminders"})
		if by.Hat.Scope == access.InArea && by.At != "" {
			d.Facts = append(d.Facts, web.Fact{Term: "Your interests", Value: "See what you told us of, and tell us more", Href: "/areas/" + by.At + "/people/interests"})
		}
		d.Facts = append(d.Facts, web.Fact{Term: "Hat that is on", Value: capital(hatOn(by)), Href: "/hats"})
		if d.Looks {
			return nil
		}
		signIns, err := person.SignInsOf(r.Context(), tx, by.Person, p.site.Now())
		d.SignIns = web.Table{Caption: "Where you are signed in", CaptionHidden: true, Columns: []web.Column{{Text: "Where"}, {Text: "How"}, {Text: "Since"}, {Text: "Until"}, {Text: "End it", Hidden: true}}}
		for _, s := range signIns {
			row := web.Row{Cells: []web.Cell{
				{Text: s.Browser, RowHeader: true, Strong: true}, {Text: capital(string(s.How))}, {Text: web.When(s.Begun)}, {Text: web.When(s.Expires)},
			}}
			if s.ID == here {
				row.Cells = append(row.Cells, web.Cell{Component: web.Tag(web.Good, "Here, now")})
			} else {
				row.Cells = append(row.Cells, web.Cell{Component: endButton(string(s.ID), s.Browser+", since "+web.When(s.Begun))})
				d.Others = true
			}
			d.SignIns.Rows = append(d.SignIns.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, mePage(d))
}

func howMany(keys int) string {
	switch keys {
	case 0:
		return "None yet"
	case 1:
		return "One"
	}
	return strconv.Itoa(keys)
}

func hatOn(by access.Actor) string {
	if by.Title == "" {
		return "none"
	}
	return by.Title
}

func (p pages) signInHere(r *http.Request) person.SignInID {
	return person.SignInID(p.site.Sessions.GetString(r.Context(), sessionSignIn))
}

func (p pages) meCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		signIns, err := person.SignInsOf(r.Context(), tx, by.Person, p.site.Now())
		for _, s := range signIns {
			rows = append(rows, []string{s.Browser, string(s.How), web.When(s.Begun), web.When(s.Expires)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "where-you-are-signed-in", []string{"Where", "How", "Since", "Until"}, rows)
}

// endSignIns signs somebody out elsewhere: in one place, or in all but this.
func (p pages) endSignIns(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if p.site.Sessions.GetBool(r.Context(), sessionLooks) {
		return fault.New(fault.Forbidden, "You are looking around in somebody’s place. Where they are signed in is for them to end.")
	}
	if form.Has("others") {
		n, err := p.people.EndOtherSignIns(r.Context(), by, p.signInHere(r))
		if err != nil {
			return err
		}
		places := strconv.FormatInt(n, 10) + " other places"
		if n == 1 {
			places = "1 other place"
		}
		return p.site.Done(w, r, "You are signed out in "+places+".", "/me")
	}
	err = p.people.EndSignIn(r.Context(), by, person.SignInID(form.Text("sign-in")))
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "That has ended already. Open the page again to see where you are signed in.")
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "You are signed out there.", "/me")
}
