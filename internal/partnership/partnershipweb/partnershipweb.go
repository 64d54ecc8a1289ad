// Package partnershipweb is the pages of the partnership: who it is, what it agreed, and what its people have an interest in.
package partnershipweb

import (
	"slices"

	"commontable/internal/partnership"
	"commontable/internal/web"
)

type pages struct {
	site         *web.Site
	partnerships *partnership.Partnerships
}

// Routes lists the pages.
func Routes(site *web.Site, partnerships *partnership.Partnerships) []web.Route {
	p := pages{site, partnerships}
	return slices.Concat(
		p.agreementRoutes(),
		p.askedRoutes(),
		p.interestRoutes(),
		p.memberRoutes(),
		p.ruleRoutes(),
	)
}
