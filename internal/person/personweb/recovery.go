package personweb

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

func (p pages) recoveryRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /recoveries", Policy: web.Needs(access.RestorePasskey), Do: p.recoveries},
		{Pattern: "GET /recoveries.csv", Policy: web.Needs(access.RestorePasskey), Do: p.recoveriesCSV},
		{Pattern: "POST /recoveries", Policy: web.SignedIn(), Do: p.askRecovery},
		{Pattern: "GET /recoveries/{recovery}", Policy: web.SignedIn(), Do: p.recovery},
		{Pattern: "POST /recoveries/{recovery}/confirmations", Policy: web.SignedIn(), Do: p.confirmRecovery},
		{Pattern: "POST /recoveries/{recovery}/end", Policy: web.SignedIn(), Do: p.stopRecovery},
	}
}

func recoveryHref(r person.RecoveryID) string { return "/recoveries/" + string(r) }

// recoveryNote is what a person is told, beside their passkeys, of the way to a
// new one that is open.
type recoveryNote struct {
	Kind        web.Kind
	Words, Href string
}

func (p pages) recoveryNote(r *http.Request, tx *db.Tx, by access.Actor) (*recoveryNote, error) {
	last, err := person.LastRecovery(r.Context(), tx, by.Person)
	if errors.Is(err, fault.NotFound) {
		return nil, nil
	}
	now := p.site.Now()
	if err != nil || !last.Open(now) {
		return nil, err
	}
	note := &recoveryNote{Kind: web.Watch, Words: standing(last, now), Href: recoveryHref(last.ID)}
	if last.State(now) == person.RecoveryReady {
		note.Kind = web.Good
	}
	return note, nil
}

// standing is where a recovery has got to, in a sentence.
func standing(r person.Recovery, now time.Time) string {
	switch r.State(now) {
	case person.RecoveryAsked:
		return fmt.Sprintf("A new passkey was asked for. %d of %d people have confirmed it.", len(r.Confirmations), person.RecoveryNeeds)
	case person.RecoveryWaiting:
		return "Two people confirmed it. A new passkey can be made from " + web.When(r.Ready) + "."
	case person.RecoveryReady:
		return "The wait is over. A new passkey can be made until " + web.When(r.Closes()) + ". The old ones stop working then."
	case person.RecoveryUsed:
		return "The new passkey was made on " + web.When(r.Ended) + "."
	case person.RecoveryStopped:
		return "This was stopped on " + web.When(r.Ended) + ". Nothing was changed."
	case person.RecoveryLapsed:
		return "This came to nothing in time. It can be asked for again."
	}
	return ""
}

func stateTag(s person.RecoveryState) (web.Kind, string) {
	switch s {
	case person.RecoveryAsked:
		return web.Act, "To confirm"
	case person.RecoveryWaiting:
		return web.Watch, "Waiting a day"
	case person.RecoveryReady:
		return web.Good, "Ready"
	case person.RecoveryUsed:
		return web.Plain, "Done"
	case person.RecoveryStopped:
		return web.Out, "Stopped"
	case person.RecoveryLapsed:
		return web.Plain, "Out of time"
	}
	return web.Plain, ""
}

// recoveriesData is the list of all of them, for those who may help.
type recoveriesData struct {
	shell web.Shell
	Table web.Table
	Form  string
	Email string
	Wrong fault.Invalid
}

const mostRecoveries = 200

type namedRecovery struct {
	person.Recovery
	Name, Asker string
}

func (p pages) allRecoveries(r *http.Request, by access.Actor) (all []namedRecovery, err error) {
	err = p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		all = nil
		found, err := person.Recoveries(r.Context(), tx, by, p.site.Now(), mostRecoveries)
		if err != nil {
			return err
		}
		var who []access.PersonID
		for _, one := range found {
			who = append(who, one.Person, one.AskedBy)
		}
		names, err := person.Names(r.Context(), tx, who...)
		for _, one := range found {
			all = append(all, namedRecovery{one, names[one.Person], names[one.AskedBy]})
		}
		return err
	})
	return all, err
}

func (p pages) recoveries(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRecoveries(w, r, by, http.StatusOK, recoveriesData{})
}

func (p pages) showRecoveries(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d recoveriesData) error {
	all, err := p.allRecoveries(r, by)
	if err != nil {
		return err
	}
	d.Table = web.Table{Caption: "Lost passkeys", CaptionHidden: true, Columns: []web.Column{{Text: "Who"}, {Text: "Asked for"}, {Text: "Confirmed by", Numeric: true}, {Text: "How it stands", Bare: true}}}
	for _, one := range all {
		kind, words := stateTag(one.State(p.site.Now()))
		d.Table.Rows = append(d.Table.Rows, web.Row{Cells: []web.Cell{
			{Text: one.Name, Href: recoveryHref(one.ID), RowHeader: true},
			{Text: web.When(one.Asked)},
			{Text: fmt.Sprintf("%d of %d", len(one.Confirmations), person.RecoveryNeeds)},
			{Component: web.Tag(kind, words)},
		}})
	}
	d.Form = p.site.NewForm()
	d.shell = p.site.Shell(r, by, "Lost passkeys")
	if len(d.Wrong) > 0 {
		d.shell.Title = "Error: " + d.shell.Title
	}
	d.shell.NoIndex = true
	return p.site.Show(w, r, status, recoveriesPage(d))
}

func (p pages) recoveriesCSV(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	all, err := p.allRecoveries(r, by)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, one := range all {
		rows = append(rows, []string{one.Name, one.Asker, one.Asked.UTC().Format(time.RFC3339), fmt.Sprint(len(one.Confirmations)), string(one.State(p.site.Now()))})
	}
	return web.CSV(w, "lost-passkeys", []string{"who", "asked by", "asked at", "confirmed by", "state"}, rows)
}

// askRecovery asks for the person who asks or, where an email address is given,
// for another.
func (p pages) askRecovery(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	who := by.Person
	if form.Has("email") {
		email := strings.ToLower(form.Text("email"))
		var found person.Person
		err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
			if !by.Holds(access.RestorePasskey) {
				return by.Must(access.RestorePasskey, access.Place{})
			}
			found, err = person.ByEmail(r.Context(), tx, email)
			return err
		})
		if errors.Is(err, fault.NotFound) {
			return p.nobodyToRecover(w, r, by, form)
		}
		if err != nil {
			return err
		}
		who = found.ID
	}
	rid, err := p.people.AskRecovery(r.Context(), by, who, form.Text("form"))
	if errors.Is(err, fault.NotFound) && form.Has("email") { // of another programme, or not there: it is told alike
		return p.nobodyToRecover(w, r, by, form)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Asked. Two people must now confirm who it is, and they are told by email.", recoveryHref(rid))
}

func (p pages) nobodyToRecover(w http.ResponseWriter, r *http.Request, by access.Actor, form *web.Form) error {
	wrong := fault.Invalid{{Field: "email", Words: "Nobody here has this email address. Check it"}}
	return p.showRecoveries(w, r, by, http.StatusUnprocessableEntity, recoveriesData{Email: form.Text("email"), Wrong: wrong})
}

// recoveryData is one recovery.
type recoveryData struct {
	shell   web.Shell
	Name    string
	Mine    bool
	State   person.RecoveryState
	Words   string
	Steps   []web.Step
	Told    []web.Fact // what each who confirmed has said; for those who may help
	Confirm bool
	Why     string // why one may not confirm it
	Sure    string // where a passkey is asked for first
	Stop    bool
	Make    bool
	Action  string
	Form    string
	How     string
	Wrong   fault.Invalid
}

func (d recoveryData) title() string {
	if d.Mine {
		return "Your new passkey"
	}
	return "A new passkey for " + d.Name
}

func (d recoveryData) stop() web.Button {
	b := web.Button{Words: "Stop it", Name: "stop", Value: "yes", Kind: web.Warning}
	if d.Mine {
		b.Words = "This was not me: stop it"
	}
	return b
}

func (p pages) recovery(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRecovery(w, r, by, http.StatusOK, recoveryData{})
}

func (p pages) showRecovery(w http.ResponseWriter, r *http.Request, by access.Actor, status int, d recoveryData) error {
	var found person.Recovery
	names := map[access.PersonID]string{}
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if found, err = person.RecoverySeen(r.Context(), tx, by, person.RecoveryID(r.PathValue("recovery")), p.site.Now()); err != nil {
			return err
		}
		who := []access.PersonID{found.Person, found.AskedBy, found.EndedBy}
		for _, c := range found.Confirmations {
			who = append(who, c.By)
		}
		names, err = person.Names(r.Context(), tx, who...)
		return err
	})
	if err != nil {
		return err
	}
	now := p.site.Now()
	d.Name, d.Mine, d.State = names[found.Person], by.Person == found.Person, found.State(now)
	d.Words, d.Steps = standing(found, now), recoverySteps(found, now, names)
	d.Action = recoveryHref(found.ID)
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	may := found.MayConfirm(by, now)
	d.Confirm = may == nil
	if d.Confirm {
		d.Sure = web.SureHref(by, r.URL.Path)
	} else if d.State == person.RecoveryAsked {
		d.Why = fault.Public(may)
	}
	d.Stop, d.Make = found.Open(now), d.Mine && d.State == person.RecoveryReady
	if by.Holds(access.RestorePasskey) {
		for _, c := range found.Confirmations {
			d.Told = append(d.Told, web.Fact{Term: names[c.By], Value: c.How})
		}
	}
	d.shell = p.site.Shell(r, by, d.title())
	if by.Holds(access.RestorePasskey) {
		d.shell.Crumbs = []web.Link{{Text: "Lost passkeys", Href: "/recoveries"}, {Text: d.title()}}
	}
	if len(d.Wrong) > 0 {
		d.shell.Title = "Error: " + d.shell.Title
	}
	d.shell.NoIndex = true
	return p.site.Show(w, r, status, recoveryPage(d))
}

func recoverySteps(r person.Recovery, now time.Time, names map[access.PersonID]string) []web.Step {
	state := r.State(now)
	var by []string
	for _, c := range r.Confirmations {
		by = append(by, names[c.By])
	}
	steps := []web.Step{
		{Words: "Asked for", When: web.When(r.Asked), Done: true},
		{Words: fmt.Sprintf("Confirmed by %d of %d", len(r.Confirmations), person.RecoveryNeeds), When: strings.Join(by, ", "), Done: !r.Ready.IsZero(), Now: state == person.RecoveryAsked},
		{Words: "A day’s wait", Done: !r.Ready.IsZero() && !now.Before(r.Ready), Now: state == person.RecoveryWaiting},
		{Words: "New passkey made", Done: state == person.RecoveryUsed, Now: state == person.RecoveryReady},
	}
	if !r.Ready.IsZero() {
		steps[2].When = "until " + web.When(r.Ready)
	}
	switch state {
	case person.RecoveryUsed:
		steps[3].When = web.When(r.Ended)
	case person.RecoveryStopped:
		steps = append(steps[:1:1], web.Step{Words: "Stopped", When: strings.TrimSuffix(web.When(r.Ended)+", "+names[r.EndedBy], ", "), Done: true})
	case person.RecoveryLapsed:
		steps = append(steps[:1:1], web.Step{Words: "Out of time", Done: true})
	case person.RecoveryAsked, person.RecoveryWaiting, person.RecoveryReady:
	}
	return steps
}

func (p pages) confirmRecovery(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := person.NewConfirmation{Form: form.Text("form"), How: form.Text("how")}
	err = p.people.ConfirmRecovery(r.Context(), by, person.RecoveryID(r.PathValue("recovery")), n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showRecovery(w, r, by, http.StatusUnprocessableEntity, recoveryData{Form: n.Form, How: n.How, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "You confirmed it. Everyone whom it concerns is told.", recoveryHref(person.RecoveryID(r.PathValue("recovery"))))
}

func (p pages) stopRecovery(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	rid := person.RecoveryID(r.PathValue("recovery"))
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if !form.Has("stop") {
		return fault.Invalid{{Field: "stop", Words: "Press the button that stops it"}}
	}
	if err := p.people.StopRecovery(r.Context(), by, rid, form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "It is stopped. The old passkeys still work.", recoveryHref(rid))
}

func (d recoveryData) whose() string {
	if d.Mine {
		return "you"
	}
	return d.Name
}
