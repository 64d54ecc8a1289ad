package fundingweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/web"
)

// reasonData is a page that asks why something is called off, sent back or
// reversed.
type reasonData struct {
	sheet
	Title, Lead, Hint, Reason, Button string
	About                             []web.Fact
}

func (p pages) showReason(w http.ResponseWriter, r *http.Request, by access.Actor, a area.Area, d reasonData, crumbs ...web.Link) error {
	d.frame(p, r, by, a, d.Title, crumbs...)
	return p.site.Show(w, r, d.status(), reasonPage(d))
}
