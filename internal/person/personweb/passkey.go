package personweb

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

func (p pages) passkeyRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /passkeys", Policy: web.SignedIn(), Do: p.myPasskeys},
		{Pattern: "POST /passkeys", Policy: web.SignedIn(), Do: p.addPasskey},
		{Pattern: "POST /passkeys/challenge", Policy: web.SignedIn(), Do: p.askToMake},
		{Pattern: "GET /passkeys/{passkey}/removal", Policy: web.SignedIn(), Do: p.newRemoval},
		{Pattern: "POST /passkeys/{passkey}/removal", Policy: web.SignedIn(), Do: p.removePasskey},
		{Pattern: "GET /sure", Policy: web.SignedIn(), Do: p.sure},
		{Pattern: "POST /sure", Policy: web.SignedIn(), Do: p.beSure},
		{Pattern: "POST /sure/challenge", Policy: web.SignedIn(), Do: p.askToBeSure},
		{Pattern: "POST /sign-in/passkey", Policy: web.Public(), Do: p.signInByPasskey},
		{Pattern: "POST /sign-in/passkey/challenge", Policy: web.Public(), Do: p.askPasskey},
	}
}

// passkeyForm is a form whose button has the browser ask for a passkey.
type passkeyForm struct {
	Action    string
	Challenge string // where its script gets the question
	Make      bool   // a new one is made; else one is used
	Button    string
	Kind      web.ButtonKind
	Fields    []web.Sent
	NoScript  string // what to do where no script runs
	Problem   string // what was wrong the last time
}

func (f passkeyForm) what() string {
	if f.Make {
		return "make"
	}
	return "use"
}

// ceremonyForm reads the one field without which no question is asked: it comes
// from a page of ours.
func ceremonyForm(r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("ceremony") == "" {
		return fault.Invalid{{Field: "ceremony", Words: "Open the page again, and start from there"}}
	}
	return nil
}

// passkeysData is the page of a person's own passkeys.
type passkeysData struct {
	shell    web.Shell
	Keys     web.Table
	Money    bool // they move money, so they need one
	Form     passkeyForm
	Name     string
	Wrong    fault.Invalid
	Lost     *recoveryNote
	MayAdd   bool
	SureHref string // where one of the passkeys they have is asked for before another is added
	Trouble  string // why there can be none here
	Demo     bool
	AskForm  string // names the form that asks for help
	Next     string
}

func (d passkeysData) lead() string {
	if d.Money {
		return "You approve, release or certify money. For that you need a passkey, so that nobody else can do it in your name."
	}
	return "A passkey lets you sign in with your fingerprint, your face or the code of your phone. Nobody can steal it by email."
}

func (p pages) myPasskeys(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showPasskeys(w, r, by, http.StatusOK, passkeysData{Next: nextOf(r)})
}

func (p pages) showPasskeys(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d passkeysData) error {
	var keys []person.Passkey
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if keys, err = person.PasskeysOf(r.Context(), tx, by.Person); err != nil {
			return err
		}
		hats, err := person.HatsOf(r.Context(), tx, by.Person)
		if err != nil {
			return err
		}
		d.Money = person.MovesMoney(hats, p.site.Today())
		switch err := person.MayAddPasskey(r.Context(), tx, by, p.site.Now()); {
		case err == nil:
			d.MayAdd = true
		case errors.Is(err, fault.Unsure):
			d.SureHref = web.SureHref(by, "/passkeys")
		case errors.Is(err, fault.Conflict):
			d.Trouble = fault.Public(err)
		default:
			return err
		}
		if len(keys) > 0 {
			d.Lost, err = p.recoveryNote(r, tx, by)
		}
		return err
	})
	if err != nil {
		return err
	}
	if p.passkeys == nil {
		d.Trouble, d.MayAdd, d.SureHref = fault.Public(errNoName), false, ""
	}
	d.Demo, d.AskForm = p.site.Demonstration, p.site.NewForm()
	d.Keys = passkeyTable(keys, d.Money)
	d.Form = passkeyForm{
		Action: "/passkeys", Challenge: "/passkeys/challenge", Make: true, Button: "Make a passkey",
		NoScript: "To make a passkey, your browser must be allowed to run scripts. Allow them for this site, or use another browser. All else here works without.",
	}
	if d.Next != "" {
		d.Form.Fields = append(d.Form.Fields, web.Sent{Name: "next", Value: d.Next})
	}
	d.shell = p.site.Shell(r, by, "Your passkeys")
	d.shell.NoIndex = true
	if len(d.Wrong) > 0 {
		d.shell.Title = "Error: " + d.shell.Title
		d.Form.Problem = d.Wrong.For("passkey")
	}
	return p.site.Show(w, r, status, passkeysPage(d))
}

// passkeyTable has a way to remove each, but for the last that somebody who
// moves money could still use.
func passkeyTable(keys []person.Passkey, money bool) web.Table {
	good := 0
	for _, k := range keys {
		if k.Doubted.IsZero() {
			good++
		}
	}
	t := web.Table{
		Caption: "The passkeys you have", CaptionHidden: true,
		Columns: []web.Column{{Text: "Name"}, {Text: "Made"}, {Text: "Used last"}, {Text: "What you can do", Hidden: true}},
	}
	for _, k := range keys {
		used := "not yet"
		if !k.Used.IsZero() {
			used = web.When(k.Used)
		}
		name := web.Cell{Text: k.Name, RowHeader: true}
		if !k.Doubted.IsZero() {
			name.Small = "May have been copied, so it opens nothing any more"
		}
		remove := web.Cell{Text: "Remove", Hidden: k.Name, Href: removalHref(k.ID)}
		if money && good == 1 && k.Doubted.IsZero() {
			remove = web.Cell{Text: "Make another before you remove it"}
		}
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{name, {Text: web.When(k.Added)}, {Text: used}, remove}})
	}
	return t
}

func removalHref(k person.PasskeyID) string { return "/passkeys/" + string(k) + "/removal" }

// mayMake asks whether a person may make a passkey now.
func (p pages) mayMake(r *http.Request, by access.Actor) error {
	if p.passkeys == nil {
		return errNoName
	}
	if p.site.Demonstration {
		return fault.New(fault.Conflict, "In a demonstration nobody needs a passkey, because everybody is invented.")
	}
	return p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		return person.MayAddPasskey(r.Context(), tx, by, p.site.Now())
	})
}

func (p pages) ownerByID(r *http.Request, who access.PersonID) (o owner, err error) {
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		found, err := person.ByID(r.Context(), tx, who)
		if err != nil {
			return err
		}
		keys, err := person.PasskeysOf(r.Context(), tx, who)
		if err != nil {
			return err
		}
		o, err = ownerOf(found, keys)
		return err
	})
	return o, err
}

func (p pages) askToMake(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if err := ceremonyForm(r); err != nil {
		return err
	}
	if err := p.mayMake(r, by); err != nil {
		return err
	}
	who, err := p.ownerByID(r, by.Person)
	if err != nil {
		return err
	}
	options, data, err := p.passkeys.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.keys).CredentialDescriptors()))
	if err != nil {
		return fmt.Errorf("begin to make a passkey: %w", err)
	}
	return p.begin(w, r, ceremony{toMake, by.Person, *data}, options)
}

func (p pages) addPasskey(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.mayMake(r, by); err != nil {
		return err
	}
	n := person.NewPasskey{Name: form.Text("name")}
	next := form.Text("next")
	wrong := person.CheckPasskeyName(n.Name)
	if form.Text("passkey") == "" {
		if len(wrong) == 0 {
			wrong.Add("passkey", "Your browser made no passkey. Try again")
		}
	} else if n.ID, n.Record, err = p.made(r, by, form.Text("passkey")); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return p.showPasskeys(w, r, by, http.StatusUnprocessableEntity, passkeysData{Name: n.Name, Wrong: wrong, Next: next})
	}
	if err := p.people.AddPasskey(r.Context(), by, n); err != nil {
		return err
	}
	if !by.Sure { // the first, or the first after a loss: whoever else is signed in as them is not any more
		signIn := person.SignInID(p.site.Sessions.GetString(r.Context(), sessionSignIn))
		if _, err := p.people.EndOtherSignIns(r.Context(), by, signIn); err != nil {
			return err
		}
	}
	if err := p.nowSure(r); err != nil {
		return err
	}
	if next == "" {
		next = "/passkeys"
	}
	return p.site.Done(w, r, "You have a new passkey: “"+n.Name+"”.", web.SafeNext(next))
}

// made checks a passkey that a browser says it has made.
func (p pages) made(r *http.Request, by access.Actor, sent string) (person.PasskeyID, []byte, error) {
	c, err := p.question(r, toMake, by)
	if err != nil {
		return "", nil, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBody(strings.NewReader(sent))
	if err != nil {
		return "", nil, errNotOne
	}
	who, err := p.ownerByID(r, by.Person)
	if err != nil {
		return "", nil, err
	}
	key, err := p.passkeys.CreateCredential(who, c.Data, answer)
	if err != nil {
		p.site.Log.InfoContext(r.Context(), "passkey not made", "person", by.Person, "error", err)
		return "", nil, errNotOne
	}
	record, err := recordOf(key)
	return passkeyID(key.ID), record, err
}

type removalData struct {
	shell  web.Shell
	Key    person.Passkey
	Action string
	Form   string
}

func (p pages) newRemoval(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := removalData{Action: r.URL.Path, Form: p.site.NewForm()}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		d.Key, err = person.MayRemovePasskey(r.Context(), tx, by, person.PasskeyID(r.PathValue("passkey")), p.site.Today())
		return err
	})
	if err != nil {
		return err
	}
	if err := by.MustBeSure(); err != nil {
		return err
	}
	d.shell = p.site.Shell(r, by, "Remove “"+d.Key.Name+"”")
	d.shell.Crumbs = []web.Link{{Text: "Your passkeys", Href: "/passkeys"}, {Text: "Remove one"}}
	return p.site.Show(w, r, http.StatusOK, removalPage(d))
}

func (p pages) removePasskey(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.people.RemovePasskey(r.Context(), by, person.PasskeyID(r.PathValue("passkey")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "The passkey is removed. It opens nothing here any more.", "/passkeys")
}

// sureData is the page that asks for a passkey before one goes on.
type sureData struct {
	shell    web.Shell
	Form     passkeyForm
	Has      bool
	Make     string // where the first one is made
	Trouble  string
	Kept     bool // a form waits to be sent again
	BackHref string
}

func (p pages) sure(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showSure(w, r, by, http.StatusOK, "", nil)
}

func (p pages) showSure(w http.ResponseWriter, r *http.Request, by access.Actor, status int, problem string, kept []web.Sent) error {
	d := sureData{BackHref: "/"}
	if next := nextOf(r); next != "" {
		d.BackHref = next
	}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		keys, err := person.PasskeysOf(r.Context(), tx, by.Person)
		d.Has = len(keys) > 0
		return err
	})
	if err != nil {
		return err
	}
	if p.passkeys == nil {
		d.Trouble = fault.Public(errNoName)
	}
	action, asked := "/sure", r.URL.Query()
	if r.Method != http.MethodPost {
		asked.Del("again") // only a form of ours, sent from here, is sent again; never what a link says
	}
	if len(asked) > 0 {
		action += "?" + asked.Encode()
	}
	d.Make = "/passkeys?" + url.Values{"next": {d.BackHref}}.Encode()
	d.Kept = asked.Has("again")
	d.Form = passkeyForm{
		Action: action, Challenge: "/sure/challenge", Button: "Use your passkey", Fields: kept, Problem: problem,
		NoScript: "To use a passkey, your browser must be allowed to run scripts. Allow them for this site, or use another browser.",
	}
	d.shell = p.site.Shell(r, by, "Is it really you?")
	d.shell.NoIndex = true
	return p.site.Show(w, r, status, surePage(d))
}

func (p pages) askToBeSure(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if err := ceremonyForm(r); err != nil {
		return err
	}
	if p.passkeys == nil {
		return errNoName
	}
	who, err := p.ownerByID(r, by.Person)
	if err != nil {
		return err
	}
	if len(who.keys) == 0 {
		return fault.New(fault.Conflict, "You have no passkey yet. Make one first.")
	}
	options, data, err := p.passkeys.BeginLogin(who, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return fmt.Errorf("begin to use a passkey: %w", err)
	}
	return p.begin(w, r, ceremony{toBeSure, by.Person, *data}, options)
}

// beSure goes on with a passkey that was used: to a page, or by having a form
// sent again as it was, which is what 307 tells a browser to do.
func (p pages) beSure(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	kept := web.SentIn(r.PostForm, "passkey", "ceremony")
	if p.passkeys == nil || form.Text("passkey") == "" {
		return p.showSure(w, r, by, http.StatusForbidden, "", kept)
	}
	if err := p.useOwn(r, by, form.Text("passkey")); err != nil {
		if words := fault.Public(err); words != "" {
			return p.showSure(w, r, by, http.StatusForbidden, words, kept)
		}
		return err
	}
	if err := p.nowSure(r); err != nil {
		return err
	}
	status, next := http.StatusSeeOther, r.URL.Query().Get("next")
	if again := r.URL.Query().Get("again"); again != "" {
		status, next = http.StatusTemporaryRedirect, again
	}
	http.Redirect(w, r, web.SafeNext(next), status) //nolint:gosec // SafeNext lets only our own addresses through
	return nil
}

func (p pages) askPasskey(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	if err := ceremonyForm(r); err != nil {
		return err
	}
	if p.passkeys == nil {
		return errNoName
	}
	options, data, err := p.passkeys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return fmt.Errorf("begin to sign in by passkey: %w", err)
	}
	return p.begin(w, r, ceremony{toSignIn, "", *data}, options)
}

// signInForm is what the page of signing in shows for who has a passkey.
func (p pages) passkeySignIn(next string) *passkeyForm {
	if p.passkeys == nil {
		return nil
	}
	f := &passkeyForm{Action: "/sign-in/passkey", Challenge: "/sign-in/passkey/challenge", Button: "Sign in with a passkey", Kind: web.Secondary}
	if next != "" {
		f.Fields = []web.Sent{{Name: "next", Value: next}}
	}
	return f
}
