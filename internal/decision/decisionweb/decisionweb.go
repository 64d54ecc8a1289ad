// Package decisionweb is the pages of what a partnership decides.
package decisionweb

import (
	"commontable/internal/decision"
	"commontable/internal/web"
)

type pages struct {
	site      *web.Site
	decisions *decision.Decisions
}

// Routes lists the pages.
func Routes(site *web.Site, decisions *decision.Decisions) []web.Route {
	p := pages{site, decisions}
	_ = p
	return nil
}
