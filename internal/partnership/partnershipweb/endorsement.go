package partnershipweb

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// endorsementData is the page on which the programme endorses a partnership, and
// everybody reads that it did.
type endorsementData struct {
	web.Shell
	Tabs    []web.NavItem
	Lead    string
	Facts   []web.Fact // what was seen
	Words   string     // what the programme said with it
	Now     []web.Fact // who the partnership is today, before it is endorsed
	Missing []string
	Action  string // for who may endorse it
	Form    string
	On      [3]string
	Typed   string
	Wrong   fault.Invalid
}

func (p pages) endorsement(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	today := p.site.Today()
	return p.showEndorsement(w, r, by, endorsementData{On: [3]string{strconv.Itoa(today.Day()), strconv.Itoa(int(today.Month())), strconv.Itoa(today.Year())}})
}

func (p pages) showEndorsement(w http.ResponseWriter, r *http.Request, by access.Actor, d endorsementData) error {
	err := p.readTies(r, by, func(tx *db.Tx, t ties) error {
		d.Shell, d.Tabs = p.tiesShell(r, by, t, "Endorsement"), t.tabs(by, "Endorsement")
		d.Lead = "The programme looks at who a " + t.partnership() + " is, and endorses it. After that, and not before, its chair signs the memorandum."
		if t.Endorsed() {
			return d.fillSeen(r, tx, t)
		}
		c, err := partnership.CompositionOn(r.Context(), tx, t.Area, t.today)
		if err != nil {
			return err
		}
		d.Now, d.Missing = compositionFacts(c), partnership.Missing(c)
		if by.May(access.Endorse, t.Area.Place()) {
			d.Action = endorsementHref(t.Area)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if d.Form == "" {
		d.Form = p.site.NewForm()
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		d.Title, status = "Error: "+d.Title, http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, endorsementPage(d))
}

func compositionFacts(c partnership.Composition) []web.Fact {
	return []web.Fact{
		{Term: "People who have a say", Value: fmt.Sprintf("%d; the programme asks for at least %d", c.People, c.Least)},
		{Term: "Residents among them", Value: fmt.Sprintf("%d; it asks for %s", c.Residents, c.Share.Code)},
		{Term: "Votes", Value: strconv.Itoa(c.Votes)},
		{Term: "Votes of residents", Value: fmt.Sprintf("%d; it asks for %s", c.ResidentVotes, c.Share.Code)},
	}
}

func (d *endorsementData) fillSeen(r *http.Request, tx *db.Tx, t ties) error {
	e := t.Endorsement
	d.Words = e.Words
	by := "A programme officer of " + t.funder()
	if name := t.people[e.By]; name != "" {
		by = name + ", programme officer"
	}
	d.Facts = []web.Fact{
		{Term: "Endorsed", Value: e.On.Long()},
		{Term: "By", Value: by},
		{Term: "People who had a say that day", Value: strconv.Itoa(e.People)},
		{Term: "Residents among them", Value: strconv.Itoa(e.Residents)},
		{Term: "Votes", Value: strconv.Itoa(e.Votes)},
		{Term: "Votes of residents", Value: strconv.Itoa(e.ResidentVotes)},
	}
	seen, err := partnership.SeenAt(r.Context(), tx, t.Area.ID)
	if err != nil {
		return err
	}
	for _, k := range partnership.Kinds() {
		n := 0
		for _, one := range seen {
			if one.Kind == k {
				n++
			}
		}
		if n > 0 && k != partnership.Resident {
			d.Facts = append(d.Facts, web.Fact{Term: capitalised(k.Words()), Value: strconv.Itoa(n)})
		}
	}
	return nil
}

func (p pages) endorse(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.areaOf(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewEndorsement{Form: form.Text("form"), On: form.Date("on"), Words: form.Text("words")}
	err = p.partnerships.Endorse(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showEndorsement(w, r, by, endorsementData{Wrong: form.Over(wrong), Form: n.Form, On: form.DateParts("on"), Typed: n.Words})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, a.Name+" is endorsed. The chair can sign the memorandum now.", agreementsHref(a))
}
