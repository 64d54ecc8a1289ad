// Package projectweb is the pages of what comes of a plan.
package projectweb

import (
	"commontable/internal/project"
	"commontable/internal/web"
)

type pages struct {
	site     *web.Site
	projects *project.Projects
}

// Routes lists the pages.
func Routes(site *web.Site, projects *project.Projects) []web.Route {
	p := pages{site, projects}
	_ = p
	return nil
}
