// Package fundingweb is the pages of the area's money: what anyone may read
// (reading.go), and the steps of the walk for those who take them (work.go).
package fundingweb

import (
	"context"
	"net/http"
	"slices"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/funding"
	"commontable/internal/web"
)

type pages struct {
	site    *web.Site
	funding *funding.Funding
}

// Routes lists the pages of the area's money.
func Routes(site *web.Site, f *funding.Funding) []web.Route {
	p := pages{site, f}
	return slices.Concat(p.readingRoutes(), p.workRoutes(), p.evidenceRoutes())
}

// read runs f on one view of the data.
func (p pages) read(ctx context.Context, f func(*db.Tx) error) error {
	return p.funding.DB.Read(ctx, f)
}

// areaOf is the area that a request names.
func areaOf(r *http.Request, tx *db.Tx) (area.Area, error) {
	return area.BySlug(r.Context(), tx, r.PathValue("area"))
}

// shell is the frame of a page in an area's money room.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Money")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: "Money", Href: moneyHref(a)}}, crumbs...)
	}
	return s
}

// The addresses of the room.
func home(a area.Area) string      { return "/areas/" + a.Slug }
func moneyHref(a area.Area) string { return home(a) + "/money" }

func lineHref(a area.Area, line string) string { return moneyHref(a) + "/lines/" + line }

func entryHref(a area.Area, entry string) string { return moneyHref(a) + "/entries/" + entry }

func paymentHref(a area.Area, pid funding.PaymentID) string {
	return moneyHref(a) + "/payments/" + string(pid)
}

func spendHref(a area.Area, sid funding.SpendID) string {
	return moneyHref(a) + "/spending/" + string(sid)
}
