// Package personweb is the pages on which people come in and go out, choose the
// hat that they have on, and see to who is here. In a demonstration one may look
// round as somebody with one click; in any other database the click does nothing.
package personweb

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/webauthn"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

type pages struct {
	site     *web.Site
	people   *person.People
	passkeys *webauthn.WebAuthn // nil where the site’s address has no name
	oidc     *provider          // nil where none is configured
}

// Ways are how people come in, as far as an operator decides it.
type Ways struct {
	BaseURL string // how people reach the site: a passkey is for one name alone
	OIDC    *OIDC  // with whom the funder’s staff may sign in; nil: with nobody
}

// Routes lists the pages on which people come in and go out.
func Routes(site *web.Site, people *person.People, ways Ways) []web.Route {
	p := pages{site: site, people: people}
	if keys, err := relyingParty(ways.BaseURL); err == nil {
		p.passkeys = keys
	}
	if ways.OIDC != nil {
		p.oidc = newProvider(*ways.OIDC, ways.BaseURL)
	}
	return slices.Concat(p.comingAndGoing(), p.tokenRoutes(), p.passkeyRoutes(), p.recoveryRoutes(), p.oidcRoutes())
}

func (p pages) comingAndGoing() []web.Route {
	return []web.Route{
		{Pattern: "GET /look-around", Policy: web.Public(), Do: p.lookAround},
		{Pattern: "POST /look-around", Policy: web.Public(), Do: p.lookAroundAs},
		{Pattern: "GET /sign-in", Policy: web.Public(), Do: p.signIn},
		{Pattern: "POST /sign-in", Policy: web.Public(), Do: p.askToSignIn},
		{Pattern: "GET /sign-in/check", Policy: web.Public(), Do: p.checkMail},
		{Pattern: "POST /sign-in/check", Policy: web.Public(), Do: p.typeCode},
		{Pattern: "GET /sign-in/link", Policy: web.Public(), Do: p.pressedLink},
		{Pattern: "POST /sign-in/link", Policy: web.Public(), Do: p.useLink},
		{Pattern: "GET /sign-in/code", Policy: web.Public(), Do: p.printedCode},
		{Pattern: "POST /sign-in/code", Policy: web.Public(), Do: p.usePrintedCode},
		{Pattern: "GET /sign-in/operator", Policy: web.Public(), Do: p.operatorLink},
		{Pattern: "POST /sign-in/operator", Policy: web.Public(), Do: p.useOperatorLink},
		{Pattern: "GET /hats", Policy: web.SignedIn(), Do: p.hats},
		{Pattern: "POST /hats", Policy: web.SignedIn(), Do: p.putOn},
		{Pattern: "GET /people", Policy: web.Needs(access.SeeHats), Do: p.everybody},
		{Pattern: "GET /people.csv", Policy: web.Needs(access.SeeHats), Do: p.everybodyCSV},
		{Pattern: "POST /people", Policy: web.Needs(access.ManagePeople), Do: p.addPerson},
		{Pattern: "GET /people/new", Policy: web.Needs(access.ManagePeople), Do: p.newPerson},
		{Pattern: "GET /people/{person}", Policy: web.Hidden(access.SeeHats, ""), Seen: p.seesPerson, Do: p.somebody},
		{Pattern: "POST /people/{person}", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.changePerson},
		{Pattern: "GET /people/{person}/edit", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.editPerson},
		{Pattern: "GET /people/{person}/hats/new", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.newHat},
		{Pattern: "POST /people/{person}/hats", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.giveHat},
		{Pattern: "GET /people/{person}/hats/{hat}/end", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.askEnd},
		{Pattern: "POST /people/{person}/hats/{hat}/end", Policy: web.Hidden(access.SeeHats, access.ManagePeople), Seen: p.seesPerson, Do: p.endHat},
		{Pattern: "GET /hat-proposals", Policy: web.Needs(access.SeeHats), Do: p.proposals},
		{Pattern: "GET /hat-proposals.csv", Policy: web.Needs(access.SeeHats), Do: p.proposalsCSV},
		{Pattern: "POST /hat-proposals/{proposal}", Policy: web.Hidden(access.SeeHats, access.ConfirmHats), Seen: p.seesProposal, Do: p.decide},
		{Pattern: "GET /areas/{area}/people/{person}/code", Policy: web.Hidden(access.SeePapers, access.HelpSignIn), Seen: p.seesArea, Do: p.askCode},
		{Pattern: "POST /areas/{area}/people/{person}/code", Policy: web.Hidden(access.SeePapers, access.HelpSignIn), Seen: p.seesArea, Do: p.printCode},
		{Pattern: "GET /me", Policy: web.SignedIn(), Do: p.me},
		{Pattern: "GET /me.csv", Policy: web.SignedIn(), Do: p.meCSV},
		{Pattern: "POST /me/sign-ins/end", Policy: web.SignedIn(), Do: p.endSignIns},
		{Pattern: "POST /sign-out", Policy: web.Public(), Do: p.signOut},
	}
}

type lookAroundData struct {
	shell    web.Shell
	personas []person.Persona
	next     string // where to go on to; "" for where the persona starts
}

func (p pages) lookAround(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	data := lookAroundData{shell: p.site.Shell(r, by, "Look around as somebody"), next: nextOf(r)}
	data.shell.NoIndex = true
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if err := mayLookAround(r, tx); err != nil {
			return err
		}
		data.personas, err = person.Personas(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, lookAroundPage(data))
}

// nextOf is where who asks for a page was going, if anywhere.
func nextOf(r *http.Request) string {
	if next := r.URL.Query().Get("next"); next != "" {
		return web.SafeNext(next)
	}
	return ""
}

// mayLookAround is asked of the database itself, each time: what it is was said
// at its birth.
func mayLookAround(r *http.Request, tx *db.Tx) error {
	i, err := area.InstallationOf(r.Context(), tx)
	if err != nil {
		return err
	}
	if i.Kind != area.Demonstration && i.Kind != area.Development {
		return fault.NotFound
	}
	return nil
}

// nobody is the persona of who only looks.
const nobody = "nobody"

func (p pages) lookAroundAs(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	as := person.Persona{StartAt: "/"}
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		if err := mayLookAround(r, tx); err != nil {
			return err
		}
		if form.Text("as") == nobody {
			return nil
		}
		all, err := person.Personas(r.Context(), tx)
		for _, one := range all {
			if one.Code == form.Text("as") {
				as = one
				return nil
			}
		}
		return errors.Join(err, fault.NotFound)
	})
	if err != nil {
		return err
	}
	if as.Code == "" {
		if err := p.site.Sessions.Destroy(r.Context()); err != nil {
			return err
		}
	} else {
		if err := errors.Join(p.site.Sessions.Clear(r.Context()), p.site.Sessions.RenewToken(r.Context())); err != nil {
			return err
		}
		p.site.Sessions.Put(r.Context(), sessionPerson, string(as.Person))
		p.site.Sessions.Put(r.Context(), sessionHat, string(as.Hat))
		p.site.Sessions.Put(r.Context(), sessionLooks, true)
	}
	next := as.StartAt
	if asked := form.Text("next"); asked != "" {
		next = web.SafeNext(asked)
	}
	http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // SafeNext lets only our own addresses through
	return nil
}

func (p pages) signOut(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if signIn := person.SignInID(p.site.Sessions.GetString(r.Context(), sessionSignIn)); by.SignedIn() && signIn != "" {
		if err := p.people.EndSignIn(r.Context(), by, signIn); err != nil {
			return err
		}
	}
	if err := p.site.Sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// called is what a persona does, and the name. An example is named after what it does.
func called(p person.Persona) string {
	if strings.HasSuffix(p.Name, p.Title) {
		return p.Title
	}
	return p.Title + ": " + p.Name
}
