package personweb

import (
	"cmp"
	"errors"
	"net/http"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

// tokenRoutes are the page on which a person lets programs in, and shuts them out.
func (p pages) tokenRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /tokens", Policy: web.SignedIn(), Do: p.tokens},
		{Pattern: "POST /tokens", Policy: web.SignedIn(), Do: p.makeToken},
		{Pattern: "POST /tokens/{token}/end", Policy: web.SignedIn(), Do: p.endToken},
	}
}

type tokensData struct {
	Shell   web.Shell
	Wrong   fault.Invalid
	Form    string
	Hats    []web.Option
	Hat     string
	Purpose string
	Until   [3]string
	Tokens  web.Table
	Any     bool
	Trouble string // why they can make none
}

func (p pages) tokens(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showTokens(w, r, by, tokensData{Hat: string(by.Hat.ID)})
}

func (p pages) showTokens(w http.ResponseWriter, r *http.Request, by access.Actor, d tokensData) error {
	var all []person.Token
	today := p.site.Today()
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if all, err = person.TokensOf(r.Context(), tx, by.Person); err != nil {
			return err
		}
		if d.Hats, err = hatOptions(r, tx, by.Person, today); err != nil {
			return err
		}
		switch err := person.MayMakeToken(r.Context(), tx, by); {
		case errors.Is(err, fault.Conflict):
			d.Trouble = fault.Public(err)
		case !errors.Is(err, fault.Unsure): // a passkey is asked for when the form is sent
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	d.Shell = p.site.Shell(r, by, "Tokens for programs")
	d.Shell.NoIndex = true
	if len(d.Wrong) > 0 {
		status, d.Shell.Title = http.StatusUnprocessableEntity, "Error: "+d.Shell.Title
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	d.Any, d.Tokens = len(all) > 0, tokenTable(all, today)
	return p.site.Show(w, r, status, tokensPage(d))
}

// hatOptions are the hats that a person wears on a day.
func hatOptions(r *http.Request, tx *db.Tx, who access.PersonID, day date.Date) ([]web.Option, error) {
	hats, err := person.HatsOf(r.Context(), tx, who)
	if err != nil {
		return nil, err
	}
	var all []web.Option
	for _, h := range hats {
		if !h.WornOn(day) {
			continue
		}
		title, err := person.Title(r.Context(), tx, h)
		if err != nil {
			return nil, err
		}
		all = append(all, web.Option{Value: string(h.ID), Text: title})
	}
	return all, nil
}

func tokenTable(all []person.Token, today date.Date) web.Table {
	t := web.Table{
		Caption: "Your tokens", CaptionHidden: true,
		Columns: []web.Column{{Text: "For"}, {Text: "Begins with"}, {Text: "Acts as"}, {Text: "Last used"}, {Text: "State"}, {Text: "End it", Hidden: true}},
	}
	for _, one := range all {
		state, end := web.Tag(web.Good, "Lets in"), web.Cell{Component: endForm(one)}
		if !one.InForce(today) {
			state, end = web.Tag(web.Quiet, "Ended"), web.Cell{}
		}
		used := one.UsedOn.Short()
		t.Rows = append(t.Rows, web.Row{Cells: []web.Cell{
			{Text: one.Purpose, RowHeader: true, Small: "made " + date.Of(one.MadeAt).Short()},
			{Text: one.Beginning + "…"},
			{Text: one.Title},
			{Text: cmp.Or(used, "never")},
			{Component: state, Small: until(one, today)},
			end,
		}})
	}
	return t
}

func until(t person.Token, today date.Date) string {
	if t.Until.IsZero() || !t.InForce(today) {
		return ""
	}
	return "until " + t.Until.Short()
}

type madeData struct {
	Shell  web.Shell
	Secret string // "" where it was shown before
}

func (p pages) makeToken(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := person.NewToken{Form: form.Text("form"), Person: by.Person, Hat: access.HatID(form.Text("hat")), Purpose: form.Text("purpose"), Until: form.Date("until")}
	secret, _, err := p.people.MakeToken(r.Context(), by, n)
	wrong, invalid := errors.AsType[fault.Invalid](err)
	if all := form.Over(wrong); err == nil && len(all) > 0 {
		wrong, invalid = all, true
	}
	if invalid {
		return p.showTokens(w, r, by, tokensData{
			Wrong: form.Over(wrong), Form: n.Form, Hat: string(n.Hat), Purpose: n.Purpose, Until: form.DateParts("until"),
		})
	}
	if err != nil {
		return err
	}
	d := madeData{Shell: p.site.Shell(r, by, "Your new token"), Secret: secret}
	d.Shell.NoIndex = true
	return p.site.Show(w, r, http.StatusOK, madePage(d))
}

func (p pages) endToken(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if err := p.people.EndToken(r.Context(), by, person.TokenID(r.PathValue("token"))); err != nil {
		return err
	}
	return p.site.Done(w, r, "The token is ended. It lets nobody in any more.", "/tokens")
}
