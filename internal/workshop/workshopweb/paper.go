package workshopweb

import (
	"net/http"
	"strings"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/web"
	"commontable/internal/workshop"
)

// paperData is the sheets of a workshop for paper.
type paperData struct {
	Shell  web.Shell
	Middle string
	Parts  []workshop.Part
}

func (p pages) paper(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d paperData
	err := p.in(r, by, func(_ *db.Tx, s scene) error {
		d.Shell = p.shell(r, by, s.area, "The workshop on paper", togetherLink(s.area), web.Link{Text: "On paper"})
		d.Middle, d.Parts = s.area.Name, workshop.PartsOf(workshop.Mapping)
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, paperPage(d))
}

// briefData is a sheet to brief colleagues with.
type briefData struct {
	Shell        web.Shell
	Title, Words string
	Wait         bool
	Facts        [][2]string
}

func (p pages) brief(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d briefData
	err := p.one(r, by, func(tx *db.Tx, s scene, one workshop.Record) error {
		called, err := p.called(r, tx, s, one)
		d.Title = "Briefing: " + called
		d.Shell = p.shell(r, by, s.area, d.Title, listLink(s.area, one.Kind), web.Link{Text: called, Href: href(s.area, one.ID)}, web.Link{Text: "Briefing"})
		d.Words, d.Wait = one.Sheet("credit", workshop.Ours).Answers["words"], one.Kind == workshop.Credit && !one.Finished()
		for _, part := range one.Parts() {
			for _, q := range part.Questions {
				if said := one.Sheet(part.Name, workshop.Ours).Answers[q.Name]; said != "" && q.Name != "words" && !part.Each && !strings.HasPrefix(part.Name, "marks") && part.Name != "meaning" {
					d.Facts = append(d.Facts, [2]string{q.Words, q.InWords(said)})
				}
			}
		}
		if d.Words == "" {
			d.Words = called
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, briefPage(d))
}
