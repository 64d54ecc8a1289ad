package personweb

import (
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
	"commontable/internal/web"
)

// The keys of a session.
const (
	sessionPerson = "person"
	sessionHat    = "hat"
	sessionSignIn = "sign-in" // the row without which the person is not signed in
	sessionLooks  = "looks"   // they look around a demonstration, and signed in nowhere
)

// Identify finds out who makes a request. The hats of a person are read each
// time: one that has ended gives nothing any more. So is whether they are signed
// in still: it may have been ended from another machine.
func Identify(site *web.Site, d *db.DB) web.Identify {
	sessions, now := site.Sessions, site.Now
	return func(r *http.Request) (by access.Actor, err error) {
		who := access.PersonID(sessions.GetString(r.Context(), sessionPerson))
		if who == "" {
			return access.Actor{}, nil
		}
		hat := access.HatID(sessions.GetString(r.Context(), sessionHat))
		signIn := person.SignInID(sessions.GetString(r.Context(), sessionSignIn))
		looks := sessions.GetBool(r.Context(), sessionLooks)
		err = d.Read(r.Context(), func(tx *db.Tx) error {
			by = access.Actor{}
			if !looks {
				stands, err := person.SignInStands(r.Context(), tx, signIn, who, now())
				if err != nil || !stands {
					return err
				}
			}
			by, err = person.ActorIn(r.Context(), tx, who, hat, date.Of(now()))
			by.Sure = by.SignedIn() && (site.Demonstration || isSure(r, sessions, now()))
			return err
		})
		return by, err
	}
}

// beginSession signs in a person who has proved who they are: the session gets
// another token, so that who knew the old one knows nothing, and what was in it
// is gone. With one hat, or one that they had on last, it is put on. How is
// written down.
func (p pages) beginSession(r *http.Request, who access.PersonID, how person.How) (choose bool, err error) {
	var signIn person.SignIn
	var hat access.Hat
	err = p.people.DB.Write(r.Context(), func(tx *db.Tx) error {
		if signIn, err = p.people.BeginSignInIn(r.Context(), tx, who, how, browserOf(r)); err != nil {
			return err
		}
		hat, choose, err = p.people.HatToPutOn(r.Context(), tx, who)
		return err
	})
	if err != nil {
		return false, err
	}
	sessions := p.site.Sessions
	if err := sessions.Clear(r.Context()); err != nil {
		return false, err
	}
	if err := sessions.RenewToken(r.Context()); err != nil {
		return false, err
	}
	sessions.Put(r.Context(), sessionPerson, string(who))
	sessions.Put(r.Context(), sessionHat, string(hat.ID))
	sessions.Put(r.Context(), sessionSignIn, string(signIn.ID))
	if how == person.ByPasskey {
		sessions.Put(r.Context(), sessionSure, p.site.Now().Unix())
	}
	return choose || hat.ID == "", nil
}

// letIn is beginSession, and leads on: to where they were going, or else to
// where the hat is worn; by way of choosing one where there is a choice or none.
func (p pages) letIn(w http.ResponseWriter, r *http.Request, who access.PersonID, how person.How, next string) error {
	choose, err := p.beginSession(r, who, how)
	if err != nil {
		return err
	}
	switch {
	case choose:
		next = withNext("/hats", next)
	case next == "":
		if next, err = p.homeOf(r, who); err != nil {
			return err
		}
	}
	http.Redirect(w, r, web.SafeNext(next), http.StatusSeeOther) //nolint:gosec // SafeNext lets only our own addresses through
	return nil
}

// homeOf is where the hat is worn that is on.
func (p pages) homeOf(r *http.Request, who access.PersonID) (home string, err error) {
	on := access.HatID(p.site.Sessions.GetString(r.Context(), sessionHat))
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		hats, err := p.people.WornBy(r.Context(), tx, who)
		if err != nil {
			return err
		}
		home = "/"
		for _, h := range hats {
			if h.ID == on {
				home, err = hatHome(r, tx, h)
			}
		}
		return err
	})
	return home, err
}

func hatHome(r *http.Request, tx *db.Tx, h access.Hat) (string, error) {
	where, err := person.PlaceOf(r.Context(), tx, h)
	if err != nil {
		return "", err
	}
	switch h.Scope {
	case access.InArea:
		return "/areas/" + where.Slug, nil
	case access.InProgramme:
		return "/programmes/" + where.Slug, nil
	case access.InOrganisation:
		switch by := (access.Actor{Hat: h}); {
		case by.Holds(access.SeeMoneyDesk):
			return "/organisations/" + where.Slug + "/money", nil
		case by.Holds(access.SeeShared):
			return "/organisations/" + where.Slug + "/relationships", nil
		}
	case access.InInstallation:
	}
	return "/", nil
}

// browserOf says in words what somebody comes with, for them to know it again.
func browserOf(r *http.Request) string {
	agent := r.UserAgent()
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg", "Edge"}, [2]string{"SamsungBrowser", "Samsung Internet"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox", "Firefox"},
		[2]string{"FxiOS", "Firefox"}, [2]string{"CriOS", "Chrome"}, [2]string{"Chrom", "Chrome"}, [2]string{"Safari", "Safari"})
	machine := first([2]string{"iPhone", "an iPhone"}, [2]string{"iPad", "an iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"Macintosh", "a Mac"}, [2]string{"CrOS", "a Chromebook"}, [2]string{"Linux", "Linux"})
	switch {
	case browser == "":
		return "A browser"
	case machine == "":
		return browser
	}
	return browser + " on " + machine
}
