// Package mailweb is the page on which the mails of a demonstration are read: it
// sends none. Anywhere else there is no such page.
package mailweb

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/mail"
	"commontable/internal/web"
)

type pages struct {
	site *web.Site
	db   *db.DB
}

// Routes lists the pages of the outbox.
func Routes(site *web.Site, d *db.DB) []web.Route {
	p := pages{site, d}
	return []web.Route{
		// Only a demonstration has them: the handlers say so.
		{Pattern: "GET /outbox", Policy: web.Public(), Do: p.list},
		{Pattern: "GET /outbox.csv", Policy: web.Public(), Do: p.csv},
		{Pattern: "GET /outbox/{mail}", Policy: web.Public(), Do: p.one},
	}
}

const perPage = 25

type listData struct {
	web.Shell
	Mails web.Table
	Pages web.Pagination
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if !p.site.Demonstration {
		return fault.NotFound
	}
	current, _ := strconv.Atoi(r.URL.Query().Get("page"))
	current = max(1, current)
	d := listData{Shell: p.site.Shell(r, by, "Outbox")}
	d.NoIndex = true
	var mails []mail.Mail
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		count, err := mail.Count(r.Context(), tx)
		if err != nil {
			return err
		}
		total := (count + perPage - 1) / perPage
		current = min(current, max(1, total))
		d.Pages = web.Paginate("Pages of emails", current, total, func(page int) string { return "/outbox?page=" + strconv.Itoa(page) })
		mails, err = mail.Latest(r.Context(), tx, perPage, perPage*(current-1))
		return err
	})
	if err != nil {
		return err
	}
	d.Mails = web.Table{Caption: "Emails, the latest first", CaptionHidden: true, Columns: []web.Column{{Text: "Subject"}, {Text: "To"}, {Text: "When", Bare: true}}}
	for _, m := range mails {
		d.Mails.Rows = append(d.Mails.Rows, web.Row{Cells: []web.Cell{
			{Text: m.Subject, Href: "/outbox/" + string(m.ID), Hidden: "to " + m.To, RowHeader: true, Strong: true}, {Text: m.To}, {Text: web.When(m.Added)},
		}})
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

const mostInAFile = 10_000

func (p pages) csv(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	if !p.site.Demonstration {
		return fault.NotFound
	}
	var rows [][]string
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		mails, err := mail.Latest(r.Context(), tx, mostInAFile, 0)
		for _, m := range mails {
			rows = append(rows, []string{m.Subject, m.To, web.When(m.Added)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, "outbox", []string{"Subject", "To", "When"}, rows)
}

type mailData struct {
	web.Shell
	Mail  mail.Mail
	Facts []web.Fact
	Href  string // of the mail's link, on this site
}

func (p pages) one(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if !p.site.Demonstration {
		return fault.NotFound
	}
	var d mailData
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		d.Mail, err = mail.ByID(r.Context(), tx, mail.ID(r.PathValue("mail")))
		return err
	})
	if err != nil {
		return err
	}
	d.Shell = p.site.Shell(r, by, d.Mail.Subject)
	d.NoIndex = true
	d.Crumbs = []web.Link{{Text: "Outbox", Href: "/outbox"}, {Text: d.Mail.Subject}}
	d.Facts = []web.Fact{{Term: "To", Value: d.Mail.To}, {Term: "When", Value: web.When(d.Mail.Added)}}
	d.Href = here(d.Mail.Link)
	return p.site.Show(w, r, http.StatusOK, mailPage(d))
}

// here is the part of a mail's link that leads on within this site, by whatever
// name it was reached.
func here(link string) string {
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return link
	}
	return u.RequestURI()
}
