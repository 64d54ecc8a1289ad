// Package shareweb is the pages of links for people outside: what is shared, as
// who was given a link sees it, and the list of links of an area.
package shareweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/share"
	"commontable/internal/web"
)

// A Kind is how one kind of thing is shown to who was given a link to it.
type Kind struct {
	// Show draws what was chosen of it, and says its name; or fault.NotFound.
	Show func(ctx context.Context, tx *db.Tx, l share.Link) (name string, page templ.Component, err error)
	// About is its name and address for those who keep it.
	About func(ctx context.Context, tx *db.Tx, l share.Link) (web.Link, error)
	// Parts are the words for what can be chosen.
	Parts map[string]string
	// See is what somebody must be allowed to see, besides the papers, to know that
	// there is such a link; "" where the papers are enough.
	See access.Permission
	// There says whether what a link is to is there for somebody: where it is not, they
	// do not know of the link. nil where all who may see the kind may.
	There func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, l share.Link) (bool, error)
}

type pages struct {
	site   *web.Site
	shares *share.Shares
	kinds  map[share.Kind]Kind
}

// Routes lists the pages.
func Routes(site *web.Site, shares *share.Shares, kinds map[share.Kind]Kind) []web.Route {
	p := pages{site, shares, kinds}
	return []web.Route{
		{Pattern: "GET /shared/{secret}", Policy: web.Public(), Do: p.shared},
		{Pattern: "GET /areas/{area}/shares", Policy: web.Hidden(access.SeePapers, ""), Do: p.list},
		{Pattern: "GET /areas/{area}/shares.csv", Policy: web.Hidden(access.SeePapers, ""), Do: p.csv},
		{Pattern: "POST /areas/{area}/shares/{share}/end", Policy: web.Hidden(access.SeePapers, access.ShareOutside), Do: p.end, Seen: p.seen},
	}
}

// sharedData is what somebody outside sees.
type sharedData struct {
	Shell             web.Shell
	Name, By, ForWhom string
	Until             string
	Page              templ.Component
}

// shared shows what a link is to. It is the same for everyone, signed in or not,
// and nothing keeps it: no browser's store, no search engine, and no site that a
// link on it leads to learns its address.
func (p pages) shared(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	var d sharedData
	var link share.Link
	err := p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		l, sharer, err := p.shares.Open(r.Context(), tx, r.PathValue("secret"))
		if err != nil {
			return err
		}
		kind, known := p.kinds[l.Kind]
		if !known {
			return fault.NotFound
		}
		a, err := area.ByID(r.Context(), tx, area.ID(l.Place.Area))
		if err != nil {
			return err
		}
		l.Opened = r.URL.Path
		if d.Name, d.Page, err = kind.Show(r.Context(), tx, l); err != nil {
			return err
		}
		link = l
		d.By, d.ForWhom, d.Until = sharer.Name, l.ForWhom, l.Until.Long()
		if sharer.Title != "" {
			d.By += ", " + sharer.Title
		}
		d.Shell = p.site.Shell(r, access.Actor{}, d.Name)
		d.Shell.Service = web.Link{Text: a.Name, Href: "/areas/" + a.Slug}
		d.Shell.Nav, d.Shell.NoIndex = nil, true
		return nil
	})
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet {
		if err := p.shares.Count(r.Context(), link.ID); err != nil {
			return err
		}
	}
	return p.site.Show(w, r, http.StatusOK, sharedPage(d))
}

// listData is every link of an area.
type listData struct {
	Shell    web.Shell
	CSV      string
	Works    []row
	Over     web.Table
	MayShare bool
}

// A row is a link that works.
type row struct {
	ID, Heading  string
	Facts        []web.Fact
	End, Form    string
	Hidden, Name string
}

// theArea is the area that a request names, for those who read its papers.
func (p pages) theArea(r *http.Request, tx *db.Tx, by access.Actor) (area.Area, error) {
	a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
	if err != nil {
		return a, err
	}
	return a, by.MustSee(access.SeePapers, a.Place())
}

// seen says whether a link is there for those who ask.
func (p pages) seen(r *http.Request, by access.Actor) error {
	return p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := p.theArea(r, tx, by)
		if err != nil {
			return err
		}
		l, err := share.LinkByID(r.Context(), tx, string(a.ID), share.LinkID(r.PathValue("share")))
		if err != nil {
			return err
		}
		known, err := p.mayKnow(r.Context(), tx, by, a, l)
		if err == nil && !known {
			err = fault.NotFound
		}
		return err
	})
}

// A told is a link in words.
type told struct {
	share.Link

	about    web.Link
	standing share.Standing
	shows    string
}

// mayKnow reports whether somebody who reads the papers may know of a link.
func (p pages) mayKnow(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, l share.Link) (bool, error) {
	kind, known := p.kinds[l.Kind]
	if !known || kind.See != "" && !by.May(kind.See, a.Place()) {
		return false, nil
	}
	if kind.There == nil {
		return true, nil
	}
	return kind.There(ctx, tx, by, a, l)
}

func (p pages) all(r *http.Request, tx *db.Tx, by access.Actor, a area.Area) (all []told, err error) {
	links, err := share.LinksOf(r.Context(), tx, string(a.ID), "", "")
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		known, err := p.mayKnow(r.Context(), tx, by, a, l)
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		kind, t := p.kinds[l.Kind], told{Link: l}
		if t.about, err = kind.About(r.Context(), tx, l); err != nil {
			return nil, err
		}
		if t.standing, err = p.shares.StandingOf(r.Context(), tx, l); err != nil {
			return nil, err
		}
		var shows []string
		for _, part := range l.Contents {
			shows = append(shows, strings.ToLower(kind.Parts[part]))
		}
		t.shows = strings.Join(shows, "; ")
		all = append(all, t)
	}
	return all, nil
}

func (p pages) list(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var d listData
	err := p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := p.theArea(r, tx, by)
		if err != nil {
			return err
		}
		all, err := p.all(r, tx, by, a)
		if err != nil {
			return err
		}
		home := web.Link{Text: a.Name, Href: "/areas/" + a.Slug}
		d.Shell = p.site.ShellIn(r, by, "Shared with people outside", home, p.site.AreaRooms, "Plan")
		d.Shell.Crumbs = []web.Link{home, {Text: "Shared with people outside"}}
		d.CSV, d.MayShare = home.Href+"/shares.csv", by.May(access.ShareOutside, a.Place())
		d.Over = web.Table{Caption: "Links that open no more", CaptionHidden: true, Columns: []web.Column{{Text: "What"}, {Text: "For whom"}, {Text: "What became of it"}, {Text: "Opened", Numeric: true}}}
		seen := map[string]int{}
		for _, t := range all {
			if t.standing == share.Works {
				one := p.rowOf(home.Href, t)
				if seen[one.Heading]++; seen[one.Heading] > 1 { // so that each is found by its heading
					one.Heading += " (" + strconv.Itoa(seen[one.Heading]) + ")"
				}
				d.Works = append(d.Works, one)
				continue
			}
			d.Over.Rows = append(d.Over.Rows, web.Row{Cells: []web.Cell{
				{Text: t.about.Text, Href: t.about.Href, RowHeader: true}, {Text: t.ForWhom}, {Text: "It " + string(t.standing), Small: "It was for use until " + t.Until.Long()}, {Text: times(t.Times)},
			}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.site.Show(w, r, http.StatusOK, listPage(d))
}

func (p pages) rowOf(home string, t told) row {
	opened := "Not yet"
	if t.Times > 0 {
		opened = times(t.Times) + ", last on " + t.LastOn.Long()
	}
	return row{
		ID: "link-" + string(t.ID), Heading: t.ForWhom + ": " + t.about.Text, Name: t.about.Text, End: home + "/shares/" + string(t.ID) + "/end", Form: p.site.NewForm(), Hidden: "for " + t.ForWhom,
		Facts: []web.Fact{
			{Term: "What they can see of it", Value: capital(t.shows)},
			{Term: "About", Value: t.about.Text, Href: t.about.Href},
			{Term: "It works until", Value: t.Until.Long()},
			{Term: "Opened", Value: opened},
		},
	}
}

// capital begins a sentence.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return words
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

func times(n int64) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return strconv.FormatInt(n, 10) + " times"
}

func (p pages) csv(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	var rows [][]string
	var slug string
	err := p.shares.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := p.theArea(r, tx, by)
		if err != nil {
			return err
		}
		slug = a.Slug
		all, err := p.all(r, tx, by, a)
		for _, t := range all {
			rows = append(rows, []string{t.about.Text, t.ForWhom, t.shows, web.When(t.MadeAt), t.Until.String(), "it " + string(t.standing), strconv.FormatInt(t.Times, 10), t.LastOn.String()})
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.CSV(w, slug+"-shared", []string{"what", "for whom", "what they can see", "made at", "until", "standing", "times opened", "last opened on"}, rows)
}

// end takes a link back.
func (p pages) end(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if err := p.seen(r, by); err != nil {
		return err
	}
	var a area.Area
	err := p.shares.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		a, err = p.theArea(r, tx, by)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.shares.End(r.Context(), by, a.Place(), share.LinkID(r.PathValue("share"))); err != nil {
		return err
	}
	return p.site.Done(w, r, "The link was taken back. It opens nothing any more.", "/areas/"+a.Slug+"/shares")
}
