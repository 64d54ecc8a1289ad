package partnershipweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/partnership"
	"commontable/internal/person"
	"commontable/internal/web"
)

func ordinal(n int64) string { return strconv.FormatInt(n, 10) }

// handlingData is the form in which is recorded what is done about an interest.
type handlingData struct {
	Shell    web.Shell
	Title    string
	Lead     string
	Matter   web.Link
	Sentence string
	Before   string // what was recorded last
	Action   string
	Form     string
	Wrong    fault.Invalid
	Hows     []web.Option
	How, Why string
	Back     web.Link
}

func (p pages) newHandling(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showHandling(w, r, by, handlingData{Form: p.site.NewForm()})
}

// handled is the matter that an address is about, and the interest in it.
func (p pages) handled(r *http.Request, tx *db.Tx, by access.Actor, a area.Area) (m partnership.Matter, t partnership.Touch, err error) {
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return m, t, err
	}
	if m, err = p.partnerships.MatterIn(r.Context(), tx, a.ID, partnership.AboutPath(r.PathValue("kind"), r.PathValue("matter"))); err != nil {
		return m, t, err
	}
	all, err := partnership.TouchesIn(r.Context(), tx, a.ID, m.AsOf(p.interestDay()))
	if err != nil {
		return m, t, err
	}
	at := slices.IndexFunc(all, func(t partnership.Touch) bool { return string(t.Interest) == r.PathValue("interest") })
	if at < 0 {
		return m, t, fault.NotFound
	}
	return m, all[at], nil
}

func (p pages) showHandling(w http.ResponseWriter, r *http.Request, by access.Actor, d handlingData) error {
	past := false
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		m, t, err := p.handled(r, tx, by, a)
		if err != nil {
			return err
		}
		if !m.Open {
			return fault.New(fault.Conflict, "This is closed, so what was done about interests in it stays as it is.")
		}
		if err := p.partnerships.MayHandle(r.Context(), tx, by, a, m, t); err != nil {
			return err
		}
		past = m.Past != nil
		d.Title, d.Sentence = "What is done about it?", t.Name+" told us on "+date.InLondon(t.DeclaredAt).Long()+": “"+t.Public+"”"
		d.Lead = "Talk about it together, and record here what you agreed. Everyone can read it beside the matter."
		d.Matter = web.Link{Text: m.Title, Href: "/areas/" + a.Slug + m.Href}
		d.Action, d.Back = partnership.HandlingPath(a, m.About, t.Interest), web.Link{Text: "Go back without recording", Href: d.Matter.Href}
		if !t.Handling.IsZero() {
			d.Before = t.Handling.Public
		}
		title := d.Title
		if len(d.Wrong) > 0 {
			title = "Error: " + title
		}
		d.Shell = p.interestShell(r, by, a, title, web.Link{Text: d.Title})
		d.Shell.NoIndex = true
		return nil
	})
	if err != nil {
		return err
	}
	for _, h := range partnership.Hows() {
		if !past {
			d.Hows = append(d.Hows, web.Option{Value: string(h), Text: h.Title()})
		}
	}
	if past {
		d.Hows = []web.Option{{Value: string(partnership.NoAction), Text: "What was decided stands", Hint: "Say why, below. If it should not stand, go back, and put it to the partnership to be decided anew"}}
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, handlingPage(d))
}

func (p pages) handleInterest(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var a area.Area
	var m partnership.Matter
	if err := p.inRegister(r, func(tx *db.Tx, found area.Area) (err error) {
		a = found
		m, _, err = p.handled(r, tx, by, a)
		return err
	}); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	n := partnership.NewHandling{
		Form: form.Text("form"), About: m.About, Interest: partnership.InterestID(r.PathValue("interest")), How: partnership.How(form.Text("how")), Why: form.Text("why"),
	}
	err = p.partnerships.Handle(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showHandling(w, r, by, handlingData{Form: n.Form, Wrong: form.Over(wrong), How: string(n.How), Why: n.Why})
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded what is done about this interest.", "/areas/"+a.Slug+m.Href)
}

// exceptionsData is what was done before an interest was told of.
type exceptionsData struct {
	Shell web.Shell
	Area  string
	CSV   string
	Form  string
	Wrong fault.Invalid
	Late  []lateView
	Empty web.Empty
}

// lateView is one exception.
type lateView struct {
	ID      string // in the page
	Heading string
	Facts   []web.Fact
	Action  string // where it is looked at; "" for who may not
	Number  string
	Key     string
	Words   string
	Error   string
	Review  string
}

// exceptionsSeen says whether the list is there for an actor: not that of an area
// which their hat does not reach.
func (p pages) exceptionsSeen(r *http.Request, by access.Actor) error {
	return p.inRegister(r, func(_ *db.Tx, a area.Area) error { return by.MustSee(access.SeeInterests, a.Place()) })
}

func (p pages) exceptions(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	return p.showExceptions(w, r, by, exceptionsData{Form: p.site.NewForm()}, "", "")
}

func (p pages) showExceptions(w http.ResponseWriter, r *http.Request, by access.Actor, d exceptionsData, at, words string) error {
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		late, err := p.partnerships.ExceptionsIn(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		d.Area, d.CSV = a.Name, exceptionsHref(a)+".csv"
		d.Empty = web.Empty{Heading: "Nothing was told of late", Words: "If somebody voted, approved or certified, and told us only later of an interest that they had, it will be here for somebody else to look at."}
		headed := map[string]int{}
		for i, l := range late {
			v, err := p.lateView(r, tx, by, a, l)
			if err != nil {
				return err
			}
			if headed[v.Heading]++; headed[v.Heading] > 1 {
				v.Heading += " (" + strconv.Itoa(headed[v.Heading]) + ")" // another interest in the same
			}
			v.ID, v.Number = "late-"+strconv.Itoa(i+1), strconv.Itoa(i+1)
			if v.Key = lateKey(l); v.Key == at {
				v.Words, v.Error = words, d.Wrong.For("words")
				for j := range d.Wrong {
					d.Wrong[j].Field = "words-" + v.Number
				}
			}
			d.Late = append(d.Late, v)
		}
		title := "What was told of late"
		if len(d.Wrong) > 0 {
			title = "Error: " + title
		}
		d.Shell = p.interestShell(r, by, a, title, web.Link{Text: "What was told of late"})
		d.Shell.NoIndex = true
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(d.Wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.site.Show(w, r, status, exceptionsPage(d))
}

// lateKey names an exception, whatever comes before it in the list.
func lateKey(l partnership.Late) string {
	return string(l.Interest.ID) + " " + l.Deed.About.Kind + " " + l.Deed.About.ID + " " + l.Deed.What
}

func (p pages) lateView(r *http.Request, tx *db.Tx, by access.Actor, a area.Area, l partnership.Late) (lateView, error) {
	v := lateView{
		Heading: l.Name + " " + l.Deed.What + ": " + l.Deed.Title,
		Facts: []web.Fact{
			{Term: "What", Value: l.Deed.Title, Href: "/areas/" + a.Slug + l.Deed.Href},
			{Term: "On", Value: date.InLondon(l.Deed.At).Long()},
			{Term: "Told us on " + date.InLondon(l.Interest.DeclaredAt).Long(), Value: "“" + l.Interest.Public + "”", Href: interestHref(a, l.Interest.ID)},
			{Term: "Had it since", Value: l.Interest.From.Long()},
		},
	}
	if l.Interest.Area != a.ID {
		v.Facts[2].Href = ""
	}
	if l.Unnamed {
		v.Facts = append(v.Facts, web.Fact{Term: "Why it is here", Value: whyListed(l)})
	}
	if l.Review.ID == "" && !l.Handling.IsZero() {
		names, err := person.Names(r.Context(), tx, l.Handling.RecordedBy)
		v.Review = names[l.Handling.RecordedBy] + " recorded on " + date.InLondon(l.Handling.RecordedAt).Long() + ": “" + l.Handling.Public + "”"
		return v, err
	}
	if l.Review.ID != "" {
		names, err := person.Names(r.Context(), tx, l.Review.ReviewedBy)
		v.Review = names[l.Review.ReviewedBy] + " looked at it on " + date.InLondon(l.Review.ReviewedAt).Long() + ": “" + l.Review.Words + "”"
		return v, err
	}
	if by.May(access.HandleInterest, a.Place()) && by.Person != l.Deed.Person {
		v.Action = exceptionsHref(a)
	}
	return v, nil
}

// whyListed says why something is looked at: an interest was told late, or nobody knew
// yet that it is touched.
func whyListed(l partnership.Late) string {
	if l.Unnamed {
		return "When this was decided it did not say who would be paid. Money has gone since to somebody in whom they have an interest."
	}
	return "They told us later of an interest that they had then."
}

func (p pages) exceptionsCSV(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var rows [][]string
	var name string
	err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		name = a.Slug + "-told-late"
		late, err := p.partnerships.ExceptionsIn(r.Context(), tx, a.ID)
		for _, l := range late {
			rows = append(rows, []string{
				l.Name, l.Deed.What, l.Deed.Title, date.InLondon(l.Deed.At).String(), l.Interest.Public, l.Interest.From.String(), date.InLondon(l.Interest.DeclaredAt).String(), l.Review.Words, whyListed(l), l.Handling.Public,
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, name, []string{"person", "what they did", "in what", "on", "interest", "since", "told on", "what was found", "why it is listed", "what is done"}, rows)
}

func (p pages) reviewException(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.interestArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.HandleInterest, a.Place()); err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	number := form.Int("number")
	words := form.Text("words-" + strconv.Itoa(number))
	var late partnership.Late
	if err := p.inRegister(r, func(tx *db.Tx, a area.Area) error {
		all, err := p.partnerships.ExceptionsIn(r.Context(), tx, a.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(l partnership.Late) bool { return lateKey(l) == form.Text("late") })
		if at < 0 {
			return fault.NotFound
		}
		late = all[at]
		return nil
	}); err != nil {
		return err
	}
	n := partnership.NewReview{Form: form.Text("form"), Interest: late.Interest.ID, About: late.Deed.About, What: late.Deed.What, Words: words}
	err = p.partnerships.Review(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		return p.showExceptions(w, r, by, exceptionsData{Form: n.Form, Wrong: wrong}, lateKey(late), words)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded that you looked at it.", exceptionsHref(a))
}
