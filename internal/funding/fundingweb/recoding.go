package fundingweb

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/plan"
	"commontable/internal/web"
)

// recodingData is the page on which spending is told under another theme.
type recodingData struct {
	sheet
	Now, Theme, Reason string
	Themes             []web.Option
	About              []web.Fact
}

func (p pages) newRecoding(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showRecoding(w, r, by, recodingData{})
}

func (p pages) showRecoding(w http.ResponseWriter, r *http.Request, by access.Actor, d recodingData) error {
	a, s, about, err := p.aboutSpend(r, by, funding.Spend.MayRecode)
	if err != nil {
		return err
	}
	var rules area.RuleBook
	if err := p.read(r.Context(), func(tx *db.Tx) error {
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		rules = programme.Rules
		return err
	}); err != nil {
		return err
	}
	d.About, d.Now = about, themeName(rules, s.Theme)
	for _, t := range rules.Themes {
		if t.Code != s.Theme {
			d.Themes = append(d.Themes, web.Option{Value: t.Code, Text: t.Name})
		}
	}
	d.Action, d.Back = spendHref(a, s.ID)+"/theme", web.Link{Text: "Go back to the spending", Href: spendHref(a, s.ID)}
	d.frame(p, r, by, a, "Tell it under another theme")
	return p.site.Show(w, r, d.status(), recodingPage(d))
}

func (p pages) recodeSpend(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, s, form, err := p.seenSpend(r, by)
	if err != nil {
		return err
	}
	n := funding.NewRecoding{Form: funding.Form(form.Text("form")), Theme: form.Text("theme"), Reason: form.Text("reason")}
	err = p.funding.RecodeSpend(r.Context(), by, a, s.ID, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d := recodingData{Theme: n.Theme, Reason: n.Reason}
		d.Wrong, d.Form = wrong, string(n.Form)
		return p.showRecoding(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "“"+s.Heading+"” is told under another theme now.", spendHref(a, s.ID))
}

// noTheme is how a list is asked for what is under no theme yet.
const noTheme = "none"

// themeCode is how a theme is asked for.
func themeCode(theme string) string { return cmp.Or(theme, noTheme) }

func themeName(rules area.RuleBook, code string) string {
	if code == "" || code == noTheme {
		return plan.NotCoded
	}
	if t, ok := rules.Theme(code); ok {
		return t.Name
	}
	return code
}

// more reads what else there is to say of a spend: what its certifier will
// meet, the themes that it was told under, and what was recorded afresh.
func (d *spendData) more(n *names, a area.Area, rules area.RuleBook) (err error) {
	s := d.Spend
	if d.Concerns, err = funding.Concerns(n.ctx(), n.tx, a, s); err != nil {
		return err
	}
	switch {
	case s.ReplacedBy != "":
		d.Afresh = web.Link{Text: "It was recorded afresh: read that", Href: spendHref(a, s.ReplacedBy)}
	case s.Replaces != "":
		d.Afresh = web.Link{Text: "This records afresh what was sent back or put right: read that", Href: spendHref(a, s.Replaces)}
	}
	recodings, err := funding.Recodings(n.ctx(), n.tx, a.ID, s.ID)
	if err != nil {
		return err
	}
	d.Recodings = []web.TimelineItem{{Date: on(s.ProvidedAt), Words: themeName(rules, s.FirstTheme), Detail: "When it was recorded"}}
	for _, x := range recodings {
		item := web.TimelineItem{Date: on(x.At), Words: themeName(rules, x.Theme), Detail: x.Reason}
		if name := n.person(x.By); name != "" {
			item.Detail += " (" + name + ")"
		}
		d.Recodings = append(d.Recodings, item)
	}
	return nil
}

func afreshHref(a area.Area, sid funding.SpendID, lto string) string {
	return moneyHref(a) + "/spending/new?" + url.Values{"lto": {lto}, "afresh": {string(sid)}}.Encode()
}

// afresh fills the form with what was sent back or reversed.
func (p pages) afresh(r *http.Request, by access.Actor, d *newSpendData, sid funding.SpendID) error {
	return p.read(r.Context(), func(tx *db.Tx) error {
		a, err := areaOf(r, tx)
		if err != nil {
			return err
		}
		s, _, err := funding.SpendFor(r.Context(), tx, by, a, sid)
		if err != nil {
			return err
		}
		if err := s.MayRecordAfresh(by, a); err != nil {
			return err
		}
		d.Heading, d.Amount, d.SpentOn, d.Line = s.Heading, typed(s.Amount), dayOf(s.SpentOn), string(s.Line)
		d.Theme, d.PayeeKind, d.Payee, d.Decision = s.Theme, string(s.PayeeKind), s.Payee, s.Decision
		d.Replaces, d.Why = string(s.ID), "It was sent back: "+s.Refused.Reason
		if s.State() == funding.SpendReversed {
			d.Why = "It was reversed: " + s.Reversed.Reason
		}
		return nil
	})
}

// concerns are what the certifier of a spend will meet, to be said when it was
// recorded. What cannot be read is no reason to fail: the spend is recorded.
func (p pages) concerns(r *http.Request, a area.Area, sid funding.SpendID) string {
	var words []string
	if err := p.read(r.Context(), func(tx *db.Tx) error {
		s, err := funding.SpendOf(r.Context(), tx, a.ID, sid)
		if err != nil {
			return err
		}
		words, err = funding.Concerns(r.Context(), tx, a, s)
		return err
	}); err != nil {
		p.site.Log.ErrorContext(r.Context(), "cannot tell what concerns a spend", "error", err)
	}
	return strings.TrimRight(" "+strings.Join(words, " "), " ")
}
