package areaweb

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// populationData is the form on which a count is recorded.
type populationData struct {
	shell                       web.Shell
	wrong                       fault.Invalid
	form, action, back          string
	residents, estimate, source string
	asAt                        [3]string
	seasons                     []season
}

type season struct{ number, name, from, until, people string }

func (s season) empty() bool { return s.name == "" && s.from == "" && s.until == "" && s.people == "" }

const seasonsAsked = 2

func (p pages) newPopulation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := populationData{estimate: "no"}
	for i := range seasonsAsked {
		d.seasons = append(d.seasons, season{number: strconv.Itoa(i + 1)})
	}
	return p.showPopulation(w, r, by, d)
}

func (p pages) showPopulation(w http.ResponseWriter, r *http.Request, by access.Actor, d populationData) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.ManageAreas, a.Place()); err != nil {
		return err
	}
	d.action, d.back = profileHref(a)+"/population", profileHref(a)
	d.shell = p.shell(r, by, a, "Record how many people live here", web.Link{Text: "Record how many people live here"})
	status := mark(&d.shell, d.wrong)
	if d.form == "" {
		d.form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, populationPage(d))
}

// mark says in the page's title that something is wrong, and gives its status.
func mark(s *web.Shell, wrong fault.Invalid) int {
	s.NoIndex = true
	if len(wrong) == 0 {
		return http.StatusOK
	}
	s.Title = "Error: " + s.Title
	return http.StatusUnprocessableEntity
}

func (p pages) setPopulation(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := populationData{
		form: form.Text("form"), residents: form.Text("residents"), estimate: form.Text("estimate"), source: form.Text("source"), asAt: form.DateParts("as_at"),
	}
	n := area.NewPopulation{
		Form: d.form, Residents: people(d.residents), AsAt: form.Date("as_at"), Estimate: d.estimate == "yes", Source: d.source,
	}
	for i := range seasonsAsked {
		at := strconv.Itoa(i + 1)
		s := season{at, form.Text("season-" + at), form.Text("from-" + at), form.Text("until-" + at), form.Text("people-" + at)}
		d.seasons = append(d.seasons, s)
		if !s.empty() {
			n.Seasons = append(n.Seasons, area.Season{Name: s.name, From: monthDay(s.from), Until: monthDay(s.until), People: people(s.people)})
		}
	}
	_, err = p.areas.SetPopulation(r.Context(), by, a, n)
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		// Where the first season was left empty, the second is the first that was sent.
		if d.seasons[0].empty() {
			wrong = renumbered(wrong)
		}
		d.wrong = form.Over(wrong)
		return p.showPopulation(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "It is recorded how many people live here.", profileHref(a))
}

func renumbered(wrong fault.Invalid) fault.Invalid {
	var all fault.Invalid
	for _, w := range wrong {
		if field, ok := strings.CutSuffix(w.Field, "-1"); ok {
			w.Field = field + "-2"
		}
		all.Add(w.Field, w.Words)
	}
	return all
}

// people reads a whole number as people write it: "6,000". What is none is 0,
// which the domain refuses.
func people(typed string) int64 {
	n, err := strconv.ParseInt(strings.NewReplacer(",", "", " ", "", " ", "").Replace(typed), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// monthDay reads "1 June", "1 jun" or "1/6".
func monthDay(typed string) area.MonthDay {
	for _, layout := range []string{"2 January", "2 Jan", "2/1", "2 1", "2.1."} {
		if t, err := time.Parse(layout, strings.Join(strings.Fields(typed), " ")); err == nil {
			return area.MonthDay{Month: t.Month(), Day: t.Day()}
		}
	}
	return area.MonthDay{}
}

// boundaryData is the form on which a boundary is changed.
type boundaryData struct {
	shell              web.Shell
	wrong              fault.Invalid
	form, action, back string
	lead               string
	lsoas, basis       string
	confirmedBy        string
	from, confirmedOn  [3]string
}

func (p pages) newBoundary(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d boundaryData
	err := p.read(r, func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		codes, err := area.LSOAs(r.Context(), tx, a.ID)
		d.lsoas, d.basis = strings.Join(codes, " "), a.BoundaryBasis
		return err
	})
	if err != nil {
		return err
	}
	today := p.site.Today()
	d.from = [3]string{strconv.Itoa(today.Day()), strconv.Itoa(int(today.Month())), strconv.Itoa(today.Year())}
	return p.showBoundary(w, r, by, d)
}

func (p pages) showBoundary(w http.ResponseWriter, r *http.Request, by access.Actor, d boundaryData) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	if err := by.Must(access.ManageAreas, a.Place()); err != nil {
		return err
	}
	d.lead = "This becomes a new version of " + a.Name + "’s boundary. The versions before it stay, with the figures that were made by them."
	d.action, d.back = profileHref(a)+"/boundary", profileHref(a)
	d.shell = p.shell(r, by, a, "Change the boundary", web.Link{Text: "Change the boundary"})
	status := mark(&d.shell, d.wrong)
	if d.form == "" {
		d.form = p.site.NewForm()
	}
	return p.site.Show(w, r, status, boundaryPage(d))
}

func (p pages) setBoundary(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, err := p.theArea(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	d := boundaryData{
		form: form.Text("form"), lsoas: form.Text("lsoas"), basis: form.Text("basis"), confirmedBy: form.Text("confirmed_by"),
		from: form.DateParts("from"), confirmedOn: form.DateParts("confirmed_on"),
	}
	number, err := p.areas.SetBoundary(r.Context(), by, a, area.NewBoundary{
		Form: d.form, LSOAs: area.Codes(d.lsoas), From: form.Date("from"), Basis: d.basis, ConfirmedBy: d.confirmedBy, ConfirmedOn: form.Date("confirmed_on"),
	})
	if wrong, ok := errors.AsType[fault.Invalid](err); ok {
		d.wrong = form.Over(wrong)
		return p.showBoundary(w, r, by, d)
	}
	if err != nil {
		return err
	}
	return p.site.Done(w, r, "Version "+strconv.FormatInt(number, 10)+" of the boundary is recorded.", profileHref(a))
}
