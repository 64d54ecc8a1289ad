// Package areaweb is the pages about an area as a place: who lives there, which
// small areas make it up, how deprived they are; the same of a whole programme;
// and the rules that a programme goes by.
package areaweb

import (
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/geography"
	"commontable/internal/web"
)

type pages struct {
	site  *web.Site
	areas *area.Areas
}

// Routes lists the pages about places.
func Routes(site *web.Site, areas *area.Areas) []web.Route {
	p := pages{site, areas}
	return []web.Route{
		{Pattern: "GET /areas/{area}/profile", Policy: web.Public(), Do: p.profile},
		{Pattern: "GET /areas/{area}/profile.csv", Policy: web.Public(), Do: p.profileCSV},
		{Pattern: "GET /areas/{area}/profile/population/new", Policy: web.Needs(access.ManageAreas), Do: p.newPopulation},
		{Pattern: "POST /areas/{area}/profile/population", Policy: web.Needs(access.ManageAreas), Do: p.setPopulation},
		{Pattern: "GET /areas/{area}/profile/boundary/new", Policy: web.Needs(access.ManageAreas), Do: p.newBoundary},
		{Pattern: "POST /areas/{area}/profile/boundary", Policy: web.Needs(access.ManageAreas), Do: p.setBoundary},
		{Pattern: "GET /areas/{area}/closures", Policy: web.Public(), Do: p.closures},
		{Pattern: "GET /areas/{area}/closures.csv", Policy: web.Public(), Do: p.closuresCSV},
		{Pattern: "GET /areas/{area}/closures/new", Policy: web.Needs(access.CloseForAWhile), Do: p.newClosure},
		{Pattern: "POST /areas/{area}/closures", Policy: web.Needs(access.CloseForAWhile), Do: p.close},
		{Pattern: "POST /areas/{area}/closures/{closure}/withdrawal", Policy: web.Needs(access.CloseForAWhile), Do: p.withdrawClosure},
		{Pattern: "GET /areas/{area}/states", Policy: web.Public(), Do: p.states},
		{Pattern: "GET /areas/{area}/states.csv", Policy: web.Public(), Do: p.statesCSV},
		{Pattern: "GET /areas/{area}/states/new", Policy: web.Needs(access.ManageAreas), Do: p.newState},
		{Pattern: "POST /areas/{area}/states", Policy: web.Needs(access.ManageAreas), Do: p.noteState},
		{Pattern: "GET /programmes/{programme}/places", Policy: web.Public(), Do: p.places},
		{Pattern: "GET /programmes/{programme}/places.csv", Policy: web.Public(), Do: p.placesCSV},
		{Pattern: "GET /programmes/{programme}/rules", Policy: web.Public(), Do: p.rules},
		{Pattern: "GET /programmes/{programme}/rules.csv", Policy: web.Public(), Do: p.rulesCSV},
	}
}

func home(a area.Area) string        { return "/areas/" + a.Slug }
func profileHref(a area.Area) string { return home(a) + "/profile" }

func programmeHref(p area.Programme) string { return "/programmes/" + p.Slug }

const roomName = "About this place"

// shell is the frame of a page about an area as a place.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, roomName)
	s.Crumbs = []web.Link{{Text: a.Name, Href: home(a)}, {Text: roomName}}
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: roomName, Href: profileHref(a)}}, crumbs...)
	}
	return s
}

func (p pages) read(r *http.Request, f func(*db.Tx) error) error {
	return p.areas.DB.Read(r.Context(), f)
}

// theArea is the area that a request names, for a handler that reads nothing else.
func (p pages) theArea(r *http.Request) (a area.Area, err error) {
	err = p.read(r, func(tx *db.Tx) (err error) {
		a, err = area.BySlug(r.Context(), tx, r.PathValue("area"))
		return err
	})
	return a, err
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(int64(n)) + " " + thing + "s"
}

// grouped is a number with commas: "12,345".
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// tenths is a number kept in tenths: "2.4".
func tenths(n int64) string { return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10) }

// points is a score kept in thousandths, to one decimal: "37.6".
func points(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	return sign + tenths((n+50)/100)
}

// exact is a score kept in thousandths, for a file: "37.580".
func exact(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n%1000, 10)
	return sign + strconv.FormatInt(n/1000, 10) + "." + strings.Repeat("0", 3-len(s)) + s
}

// A source is whose the figures of an edition are.
type source struct{ name, words string }

// from is the lines that say whose the figures are.
func from(editions []geography.Edition) []source {
	var all []source
	for _, e := range editions {
		words := e.Source + ". " + e.Licence + "."
		if !e.Public {
			words += " Not for showing to anyone who is not signed in."
		}
		words += " File " + e.File + ", brought in on " + dayOf(e) + "."
		if e.Number > 1 {
			words += " This is edition " + strconv.FormatInt(e.Number, 10) + " here."
		}
		all = append(all, source{e.Name, words})
	}
	return all
}
