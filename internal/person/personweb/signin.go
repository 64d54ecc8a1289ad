package personweb

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

// What a session remembers of asking for a mail.
const (
	sessionAsked      = "asked" // the passes, the latest last
	sessionAskedEmail = "asked-email"
	sessionAskedNext  = "asked-next"
	mostAsked         = 3 // who asks again may press the link of the first mail
)

type signInData struct {
	web.Shell
	Wrong      fault.Invalid
	Email      string
	Next       string
	LookAround string // the address at which one comes in with a click, where there is one
	Example    string // of a demonstration: an address that is known
	MailWaits  bool
	Passkey    *passkeyForm // where the site’s address lets there be any
	Account    string       // what the provider is called with which staff may sign in, if any
}

// without heads what is said of coming in without signing in.
func (d signInData) without() string {
	if d.Demonstration {
		return "This is a demonstration"
	}
	return "This site is for trying things out"
}

func (p pages) signInShell(r *http.Request, by access.Actor, title string) web.Shell {
	s := p.site.Shell(r, by, title)
	s.NoIndex = true
	return s
}

func (p pages) signIn(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showSignIn(w, r, by, http.StatusOK, signInData{Next: nextOf(r)})
}

func (p pages) showSignIn(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d signInData) error {
	d.Shell = p.signInShell(r, by, "Sign in")
	d.MailWaits, d.Passkey = p.site.MailWaits, p.passkeySignIn(d.Next)
	if p.oidc != nil {
		d.Account = p.oidc.name()
	}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		err := mayLookAround(r, tx)
		switch {
		case errors.Is(err, fault.NotFound):
			return nil
		case err != nil:
			return err
		}
		d.LookAround = withNext("/look-around", d.Next)
		if !p.site.Demonstration {
			return nil
		}
		personas, err := person.Personas(r.Context(), tx)
		for _, one := range personas {
			who, errWho := person.ByID(r.Context(), tx, one.Person)
			if errWho != nil {
				return errWho
			}
			if d.Example = who.Email; d.Example != "" {
				break
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	markWrong(&d.Shell, d.Wrong)
	return p.site.Show(w, r, status, signInPage(d))
}

func markWrong(s *web.Shell, wrong fault.Invalid) {
	if len(wrong) > 0 {
		s.Title = "Error: " + s.Title
	}
}

func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?" + url.Values{"next": {next}}.Encode()
}

// wrongOf is what is wrong with a form, and the status to show it with; an error
// of another kind is given back.
func wrongOf(w http.ResponseWriter, field string, err error) (fault.Invalid, int, error) {
	if invalid, ok := errors.AsType[fault.Invalid](err); ok {
		return invalid, http.StatusUnprocessableEntity, nil
	}
	if soon, ok := errors.AsType[person.TooSoon](err); ok {
		minutes := int(soon.Wait/time.Minute) + 1
		w.Header().Set("Retry-After", strconv.Itoa(60*minutes))
		words := "That was tried too often. Try again in " + strconv.Itoa(minutes) + " minutes"
		if minutes == 1 {
			words = "That was tried too often. Try again in a minute"
		}
		return fault.Invalid{{Field: field, Words: words}}, http.StatusTooManyRequests, nil
	}
	return nil, 0, err
}

// askToSignIn takes an address. What it answers is the same whether the address
// is known or not (T3).
func (p pages) askToSignIn(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	email, next := form.Text("email"), form.Text("next")
	if next != "" {
		next = web.SafeNext(next)
	}
	asked, err := p.people.AskToSignIn(r.Context(), email, p.site.From(r))
	if err != nil {
		wrong, status, err := wrongOf(w, "email", err)
		if err != nil {
			return err
		}
		return p.showSignIn(w, r, by, status, signInData{Wrong: wrong, Email: email, Next: next})
	}
	all := append(strings.Fields(p.site.Sessions.GetString(r.Context(), sessionAsked)), string(asked))
	p.site.Sessions.Put(r.Context(), sessionAsked, strings.Join(all[max(0, len(all)-mostAsked):], " "))
	p.site.Sessions.Put(r.Context(), sessionAskedEmail, email)
	p.site.Sessions.Put(r.Context(), sessionAskedNext, next)
	http.Redirect(w, r, "/sign-in/check", http.StatusSeeOther)
	return nil
}

func (p pages) asked(r *http.Request) (all []person.PassID) {
	for one := range strings.FieldsSeq(p.site.Sessions.GetString(r.Context(), sessionAsked)) {
		all = append(all, person.PassID(one))
	}
	return all
}

type checkData struct {
	web.Shell
	Wrong     fault.Invalid
	Email     string
	Again     string
	Outbox    bool
	MailWaits bool
}

func (p pages) checkMail(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if len(p.asked(r)) == 0 {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return p.showCheck(w, r, by, http.StatusOK, nil)
}

func (p pages) showCheck(w http.ResponseWriter, r *http.Request, by access.Actor, status int, wrong fault.Invalid) error {
	d := checkData{
		Shell: p.signInShell(r, by, "Check your email"), Wrong: wrong, Email: p.site.Sessions.GetString(r.Context(), sessionAskedEmail),
		Again: withNext("/sign-in", p.site.Sessions.GetString(r.Context(), sessionAskedNext)), Outbox: p.site.Demonstration, MailWaits: p.site.MailWaits,
	}
	markWrong(&d.Shell, wrong)
	return p.site.Show(w, r, status, checkPage(d))
}

func (p pages) typeCode(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	asked := p.asked(r)
	if len(asked) == 0 {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	who, err := p.people.ByCode(r.Context(), form.Text("code"), asked, p.site.From(r))
	if err != nil {
		wrong, status, err := wrongOf(w, "code", err)
		if err != nil {
			return err
		}
		return p.showCheck(w, r, by, status, wrong)
	}
	return p.letIn(w, r, who, person.ByEmailCode, p.site.Sessions.GetString(r.Context(), sessionAskedNext))
}

type linkData struct {
	web.Shell
	Link  string
	Asked bool // in this browser
	Wrong fault.Invalid
}

// pressedLink is where the link of a mail leads. To open it does nothing, and
// looks nothing up: mail programs open links by themselves.
func (p pages) pressedLink(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := linkData{Shell: p.signInShell(r, by, "Sign in"), Link: r.URL.Query().Get("t"), Asked: len(p.asked(r)) > 0}
	return p.site.Show(w, r, http.StatusOK, linkPage(d))
}

func (p pages) useLink(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	who, err := p.people.ByLink(r.Context(), form.Text("t"), p.asked(r))
	if err != nil {
		return err
	}
	return p.letIn(w, r, who, person.ByEmailLink, p.site.Sessions.GetString(r.Context(), sessionAskedNext))
}

// operatorLink is where the link leads that was made at the command line.
func (p pages) operatorLink(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.site.Show(w, r, http.StatusOK, operatorPage(linkData{Shell: p.signInShell(r, by, "Sign in with a code from the command line"), Link: r.URL.Query().Get("t")}))
}

func (p pages) useOperatorLink(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	who, err := p.people.ByOperatorPass(r.Context(), form.Text("t"), form.Text("code"), p.site.From(r))
	if err != nil {
		wrong, status, err := wrongOf(w, "code", err)
		if err != nil {
			return err
		}
		d := linkData{Shell: p.signInShell(r, by, "Sign in with a code from the command line"), Link: form.Text("t"), Wrong: wrong}
		markWrong(&d.Shell, wrong)
		return p.site.Show(w, r, status, operatorPage(d))
	}
	return p.letIn(w, r, who, person.ByOperator, "/")
}

type codeData struct {
	web.Shell
	Wrong fault.Invalid
	Next  string
}

// printedCode is where somebody types the code from their sheet of paper.
func (p pages) printedCode(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.site.Show(w, r, http.StatusOK, codePage(codeData{Shell: p.signInShell(r, by, "Sign in with a printed code"), Next: nextOf(r)}))
}

func (p pages) usePrintedCode(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := codeData{Shell: p.signInShell(r, by, "Sign in with a printed code"), Next: form.Text("next")}
	if d.Next != "" {
		d.Next = web.SafeNext(d.Next)
	}
	who, err := p.people.ByPrinted(r.Context(), form.Text("code"), p.site.From(r))
	if err != nil {
		var status int
		if d.Wrong, status, err = wrongOf(w, "code", err); err != nil {
			return err
		}
		markWrong(&d.Shell, d.Wrong)
		return p.site.Show(w, r, status, codePage(d))
	}
	return p.letIn(w, r, who, person.ByPrintedCode, d.Next)
}
