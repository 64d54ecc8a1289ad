package personweb

import (
	"net/http"
	"unicode"
	"unicode/utf8"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/person"
	"commontable/internal/web"
)

type hatsData struct {
	web.Shell
	Name   string
	Next   string
	Choose bool // nothing is on, and there is something to put on
	Worn   []hatLine
	Others web.Table // to come, and past
}

// A hatLine is a hat that is worn today.
type hatLine struct {
	ID     access.HatID
	Title  string
	Detail string
	On     bool
}

// hats shows every hat that somebody has, which is on, and lets them change it.
func (p pages) hats(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	d := hatsData{Shell: p.site.Shell(r, by, "Your hats"), Name: by.Name, Next: nextOf(r)}
	d.NoIndex = true
	err := p.people.DB.Read(r.Context(), func(tx *db.Tx) error {
		hats, err := person.HatsOf(r.Context(), tx, by.Person)
		if err != nil {
			return err
		}
		titles, err := person.Titles(r.Context(), tx, hats)
		if err != nil {
			return err
		}
		p.sortHats(&d, by, hats, titles)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, hatsPage(d))
}

func (p pages) sortHats(d *hatsData, by access.Actor, hats []access.Hat, titles map[access.HatID]string) {
	today := p.site.Today()
	d.Others = web.Table{Caption: "Hats to come, and hats that you wore", CaptionHidden: true, Columns: []web.Column{{Text: "Hat"}, {Text: "From"}, {Text: "To"}, {Text: "State"}}}
	for _, h := range hats {
		if h.WornOn(today) {
			line := hatLine{ID: h.ID, Title: capital(titles[h.ID]), Detail: "Since " + h.From.Long(), On: h.ID == by.Hat.ID}
			if !h.Until.IsZero() {
				line.Detail += ", until " + h.Until.AddDays(-1).Long()
			}
			d.Worn = append(d.Worn, line)
			continue
		}
		state := web.Tag(web.Plain, "Ended")
		if today.Before(h.From) {
			state = web.Tag(web.Info, "To come")
		}
		d.Others.Rows = append(d.Others.Rows, web.Row{Cells: []web.Cell{
			{Text: capital(titles[h.ID]), RowHeader: true}, {Text: h.From.Long()}, {Text: lastDay(h)}, {Component: state},
		}})
	}
	d.Choose = by.Hat.ID == "" && len(d.Worn) > 0
}

// lastDay is the last day on which a hat is worn, in words.
func lastDay(h access.Hat) string {
	if h.Until.IsZero() {
		return ""
	}
	if h.Until == h.From {
		return "Never worn"
	}
	return h.Until.AddDays(-1).Long()
}

// putOn changes the hat that is on. The session gets another token, for it gets
// other powers.
func (p pages) putOn(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var hat access.Hat
	var next string
	err = p.people.DB.Write(r.Context(), func(tx *db.Tx) error {
		if hat, err = p.people.PutOnIn(r.Context(), tx, by.Person, access.HatID(form.Text("hat"))); err != nil {
			return err
		}
		next, err = hatHome(r, tx, hat)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.site.Sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	p.site.Sessions.Put(r.Context(), sessionHat, string(hat.ID))
	if asked := form.Text("next"); asked != "" {
		next = web.SafeNext(asked)
	}
	http.Redirect(w, r, next, http.StatusSeeOther) //nolint:gosec // SafeNext lets only our own addresses through
	return nil
}

func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
