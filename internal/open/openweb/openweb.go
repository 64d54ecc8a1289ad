// Package openweb is the public site: the programme, its areas, each area's own
// page, the open data, and the words that the site uses.
package openweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/web"
)

type pages struct {
	site    *web.Site
	db      *db.DB
	baseURL string // how people reach the site
	others  Waiting
}

// Routes lists the public site; waiting is what the other slices know of what waits
// for a person.
func Routes(site *web.Site, d *db.DB, baseURL string, waiting Waiting) []web.Route {
	p := pages{site, d, baseURL, waiting}
	return []web.Route{
		{Pattern: "GET /{$}", Policy: web.Public(), Do: site.Keep(p.front)},
		{Pattern: "GET /programmes/{programme}", Policy: web.Public(), Do: site.Keep(p.programme)},
		{Pattern: "GET /areas", Policy: web.Public(), Do: site.Keep(p.areas)},
		{Pattern: "GET /areas/{area}", Policy: web.Public(), Do: site.Keep(p.home)},
		{Pattern: "GET /data", Policy: web.Public(), Do: site.Keep(p.data)},
		{Pattern: "GET /data/360giving.json", Policy: web.Public(), Do: site.Keep(p.grantsJSON)},
		{Pattern: "GET /data/360giving.csv", Policy: web.Public(), Do: site.Keep(p.grantsCSV)},
		{Pattern: "GET /data/areas.csv", Policy: web.Public(), Do: site.Keep(p.areasCSV)},
		{Pattern: "GET /data/payments.csv", Policy: web.Public(), Do: site.Keep(p.paymentsCSV)},
		{Pattern: "GET /data/spending.csv", Policy: web.Public(), Do: site.Keep(p.spendingCSV)},
		{Pattern: "GET /words", Policy: web.Public(), Do: site.Keep(p.words)},
		{Pattern: "GET /accessibility", Policy: web.Public(), Do: p.text(accessibility)},
		{Pattern: "GET /privacy", Policy: web.Public(), Do: p.text(privacy)},
		{Pattern: "GET /help", Policy: web.Public(), Do: p.text(help)},
		{Pattern: "GET /healthz", Policy: web.Public(), Do: p.health},
		{Pattern: "GET /robots.txt", Policy: web.Public(), Do: p.robots},
		{Pattern: "GET /.well-known/security.txt", Policy: web.Public(), Do: p.security},
	}
}

func areaHref(a area.Area) string { return "/areas/" + a.Slug }

// shell is the frame of a page in an area.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, room string) web.Shell {
	return p.site.ShellIn(r, by, a.Name, web.Link{Text: a.Name, Href: areaHref(a)}, p.site.AreaRooms, room)
}
