// Package meetingweb is the pages of the meetings of a partnership.
package meetingweb

import (
	"commontable/internal/meeting"
	"commontable/internal/web"
)

type pages struct {
	site     *web.Site
	meetings *meeting.Meetings
}

// Routes lists the pages.
func Routes(site *web.Site, meetings *meeting.Meetings) []web.Route {
	p := pages{site, meetings}
	_ = p
	return nil
}
